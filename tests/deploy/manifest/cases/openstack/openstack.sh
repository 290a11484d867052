#!/bin/sh
# Made by "ucompose deploy openstack" from compose.yaml; edit it freely or make it anew.
# Run it in its folder. It may be run again: it makes what is missing.
set -eu
PROJECT='shop'
NETWORK=${NETWORK:-private} # with DHCP, and a router to where it must be reached from
FLAVOR=${FLAVOR:-m1.tiny}   # of the usual ones the smallest that has the memory compose.yaml asks for
MIB=16

ram=$(openstack flavor show -f value -c ram "$FLAVOR")
[ "$ram" -ge "$MIB" ] || {
    echo "$0: the flavor $FLAVOR has $ram MiB, and compose.yaml asks for $MIB; FLAVOR=NAME $0 takes another one" >&2
    exit 1
}

tell_open() { # GROUP PORT...: all that shall be
    group=$1
    shift
    published=
    for port; do published="$published $port:$port"; done
    rules=$(openstack security group rule list --ingress -f value -c ID -c 'IP Protocol' -c 'Port Range' "$group")
    printf '%s\n' "$rules" | while read -r id protocol range; do
        case $protocol in tcp | any | None | '') ;; *) continue ;; esac
        case "$published " in *" $range "*) continue ;; esac
        [ -z "$id" ] ||
            echo "$0: $group is open at ${range:-all ports}, which compose.yaml does not publish; openstack security group rule delete $id closes it" >&2
    done
}

find_machines() {
    openstack server list --name "$1" -f value -c Name
}

removal() {
    echo "openstack server delete --wait $1"
}

open_port() { # GROUP PORT
    there=$(openstack security group rule list --ingress --protocol tcp -f value -c 'Port Range' "$1")
    printf '%s\n' "$there" | grep -qx "$2:$2" ||
        openstack security group rule create --ingress --protocol tcp --dst-port "$2" "$1"
}

find_machine() {
    openstack server list --name "^$1\$" -f value -c ID
}

version() {
    shown=$(openstack server show -f value -c properties "$1") || return 1
    printf '%s\n' "$shown" | sed -n 's/.*ucompose_version[^0-9a-z]*\([0-9a-z-]*\).*/\1/p'
}

make() { # NAME IMAGE GROUP USER-DATA VERSION
    openstack server create --wait --flavor "$FLAVOR" --network "$NETWORK" --image "$2" \
        --security-group "$3" --user-data "$4" --property "ucompose_version=$5" "$1"
}

replace() { # its name and its addresses stay
    openstack --os-compute-api-version 2.57 server rebuild --wait --image "$2" \
        --user-data "$4" --property "ucompose_version=$5" "$1"
}

keep() { # NAME VERSION
    openstack server set --property "ucompose_version=$2" "$1"
}

log() {
    openstack console log show "$1" 2>/dev/null || true # there is none yet
}

# A machine of another version is told; with REPLACE=1 it is replaced, and the next one only when it is ready.
# VERSION says nothing of the environment to who does not know this folder.
machine() { # NAME IMAGE GROUP USER-DATA VERSION
    there=$(find_machine "$1") # where the question fails, the script ends
    [ -z "$there" ] || runs=$(version "$1")
    if [ -z "$there" ] && [ -z "${REPLACE-}" ]; then
        make "$@"
    elif [ -z "$there" ]; then # such as one that was deleted, and not made before the script was cut off
        make "$1" "$2" "$3" "$4" unproved
        wait_ready "$1" ''
        keep "$1" "$5"
    elif [ "$runs" != "$5" ] && [ -z "${REPLACE-}" ]; then
        echo "$0: $1 is of another version, and was left as it is; REPLACE=1 $0 replaces it" >&2
    elif [ "$runs" != "$5" ]; then
        before=$(last_ready "$1")
        replace "$1" "$2" "$3" "$4" unproved # and so once more by the next run, should it not get ready
        wait_ready "$1" "$before"
        keep "$1" "$5"
    fi
}

last_ready() {
    log "$1" | awk '/"ready"/ { line = $0 } END { print line }'
}

ended() { # how, when it was after it was ready
    log "$1" | awk '/"ready"/ { line = "" } /ucompose: .*(exit status [0-9]|panic: )/ { line = $0 } END { print line }'
}

# Until the log says "ready" in another line: its listeners are open, its own code has begun. Whether /readyz agrees nobody
# asks from here; a machine that ends within SETTLE seconds is none.
wait_ready() { # NAME LINE
    waited=0
    until now=$(last_ready "$1") && [ -n "$now" ] && [ "$now" != "$2" ]; do
        [ $waited -lt "${PATIENCE:-180}" ] || give_up "$1 does not say in its log that it is ready"
        sleep 3
        waited=$((waited + 3))
    done
    sleep "${SETTLE:-10}"
    how=$(ended "$1")
    [ -z "$how" ] || give_up "$1 ended soon after it was ready ($how)"
}

give_up() { # WHY
    echo "$0: $1; no other machine was replaced." >&2
    echo "To go back, check out the version before, deploy it, and run its script with REPLACE=1." >&2
    exit 1
}

# Of an earlier compose.yaml: nobody removes them.
tell_others() { # NAME...: all that there shall be
    machines=$(find_machines "^$PROJECT-.*-[0-9]+\$")
    for machine in $machines; do
        case " $* " in *" $machine "*) continue ;; esac
        echo "$0: $machine is none of compose.yaml's machines, and runs on; if it was one: $(removal "$machine")" >&2
    done
}

# ---- orders ----

there=$(openstack image list --name 'shop-orders-fedcba9876543210' -f value -c ID) # where a question fails, the script ends
[ -n "$there" ] ||
    openstack image create --disk-format qcow2 --property hw_rng_model=virtio --property os_shutdown_timeout=8 \
        --file 'images/orders.qcow2' 'shop-orders-fedcba9876543210'
there=$(openstack security group list -f value -c Name)
printf '%s\n' "$there" | grep -qxF 'shop-orders' ||
    openstack security group create 'shop-orders'
open_port 'shop-orders' 8080
tell_open 'shop-orders' 8080
machine 'shop-orders-1' 'shop-orders-fedcba9876543210' 'shop-orders' 'orders.user-data' a970ef62ce3d4c022a5d5141437a128e
machine 'shop-orders-2' 'shop-orders-fedcba9876543210' 'shop-orders' 'orders.user-data' a970ef62ce3d4c022a5d5141437a128e
machine 'shop-orders-3' 'shop-orders-fedcba9876543210' 'shop-orders' 'orders.user-data' a970ef62ce3d4c022a5d5141437a128e

tell_others 'shop-orders-1' 'shop-orders-2' 'shop-orders-3'
