#!/bin/sh
# Made by "ucompose deploy kubernetes" from compose.yaml; edit it freely or make it anew.
# After kubectl apply: machines of another version are replaced, one after the other. There is one machine more
# meanwhile, and an old one goes only when as many new ones are ready as there shall be by then.
set -eu
service= # in whose replica set there is a place more

of_service() { # SERVICE: the labels of its machines; another project may have a service of that name
    echo "app.kubernetes.io/name=$1,app.kubernetes.io/part-of=$project"
}

replicas() { # SERVICE: how many machines it shall have; nothing, where nobody has said so yet
    kubectl get vmirs "$1" -o 'jsonpath={.spec.replicas}'
}

# An autoscaler cannot begin where there is no number. Later ones are its own.
begin() { # SERVICE COUNT
    replicas=$(replicas "$1")
    [ -n "$replicas" ] || kubectl patch vmirs "$1" --type merge --patch "{\"spec\":{\"replicas\":$2}}"
}

replace() { # SERVICE VERSION
    old=$(kubectl get vmi -l "$(of_service "$1"),ucompose.org/version!=$2" -o name)
    [ -n "$old" ] || return 0
    replicas=$(replicas "$1")
    left=$(echo "$old" | wc -l)
    service=$1
    version=$2
    kubectl scale vmirs "$1" --replicas "$((replicas + 1))"
    for machine in $old; do
        wait_ready "$1" "$2" "$((replicas + 1 - left))"
        kubectl delete "$machine" --ignore-not-found # and wait until it has drained
        left=$((left - 1))
    done
    wait_ready "$1" "$2" "$((replicas + 1))"
    kubectl scale vmirs "$1" --replicas "$replicas"
    service=
}

machines() { # SERVICE VERSION: its name, and True if it is ready, a line
    kubectl get vmi -l "$(of_service "$1"),ucompose.org/version=$2" -o \
        'jsonpath={range .items[*]}{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}'
}

wait_ready() { # SERVICE VERSION COUNT
    waited=0
    until [ "$(machines "$1" "$2" | grep -c ' True$')" -ge "$3" ]; do
        [ $waited -lt "${PATIENCE:-300}" ] || give_up "$1"
        sleep 3
        waited=$((waited + 3))
    done
}

give_up() { # SERVICE
    echo "$0: $1: the new version does not get ready; what was not replaced goes on. To go back, check out the version" >&2
    echo "before, deploy it, apply its files, and run its replace.sh." >&2
    exit 1
}

# However the script ends early: what is not ready of the new version goes, and so does the place for one machine more. The
# replica set is paused for it, since it would choose by itself what goes; it is not left so, whatever fails.
put_back() {
    [ -n "$service" ] || return 0
    set +e
    trap '' INT TERM HUP
    kubectl patch vmirs "$service" --type merge --patch '{"spec":{"paused":true}}'
    for machine in $(machines "$service" "$version" | sed -n '/ True$/!s/ .*//p'); do
        kubectl delete vmi "$machine" --ignore-not-found
    done
    kubectl scale vmirs "$service" --replicas "$replicas" ||
        echo "$0: $service has a place too many: kubectl scale vmirs $service --replicas $replicas" >&2
    kubectl patch vmirs "$service" --type merge --patch '{"spec":{"paused":false}}' ||
        echo "$0: $service may be paused: kubectl patch vmirs $service --type merge --patch '{\"spec\":{\"paused\":false}}'" >&2
}
trap put_back EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

project='shop'
begin 'orders' 3
replace 'orders' d82253d3407d33df262a386f3b2fb98c
