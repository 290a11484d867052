#!/bin/sh
# Made by "ucompose deploy kubernetes" from compose.yaml; edit it freely or make it anew.
# After kubectl apply: machines of another version are replaced, one after the other. There is one machine more
# meanwhile, and an old one goes only when as many new ones are ready as there shall be by then.
set -eu

replace() { # SERVICE VERSION
    old=$(kubectl get vmi -l "app.kubernetes.io/name=$1,ucompose.org/version!=$2" -o name)
    [ -n "$old" ] || return 0
    replicas=$(kubectl get vmirs "$1" -o 'jsonpath={.spec.replicas}')
    left=$(echo "$old" | wc -l)
    kubectl scale vmirs "$1" --replicas "$((replicas + 1))"
    for machine in $old; do
        wait_ready "$1" "$2" "$((replicas + 1 - left))"
        kubectl delete "$machine" # and wait until it has drained
        left=$((left - 1))
    done
    wait_ready "$1" "$2" "$((replicas + 1))"
    kubectl scale vmirs "$1" --replicas "$replicas"
}

machines() { # SERVICE VERSION: its name, and True if it is ready, a line
    kubectl get vmi -l "app.kubernetes.io/name=$1,ucompose.org/version=$2" -o \
        'jsonpath={range .items[*]}{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}'
}

wait_ready() { # SERVICE VERSION COUNT
    waited=0
    until [ "$(machines "$1" "$2" | grep -c ' True$')" -ge "$3" ]; do
        [ $waited -lt "${PATIENCE:-300}" ] || give_up "$1" "$2"
        sleep 3
        waited=$((waited + 3))
    done
}

# What does not get ready goes, and so does the place for one machine more. The replica set is paused for it, since it would
# choose by itself what goes.
give_up() { # SERVICE VERSION
    kubectl patch vmirs "$1" --type merge --patch '{"spec":{"paused":true}}'
    for machine in $(machines "$1" "$2" | sed -n '/ True$/!s/ .*//p'); do
        kubectl delete vmi "$machine"
    done
    kubectl scale vmirs "$1" --replicas "$replicas"
    kubectl patch vmirs "$1" --type merge --patch '{"spec":{"paused":false}}'
    echo "$0: $1: the new version does not get ready; what was not replaced goes on. Apply the files of the version" >&2
    echo "before, of which machines are made otherwise, and run its replace.sh." >&2
    exit 1
}

replace 'orders' 302ce7bbbf563b98
