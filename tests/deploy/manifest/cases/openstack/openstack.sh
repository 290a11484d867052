#!/bin/sh
# Made by "ucompose deploy openstack" from compose.yaml; edit it freely or make it anew.
# Run it in its folder. It may be run again: it makes what is missing.
set -eu
NETWORK=${NETWORK:-private} # with DHCP, and a router to where it must be reached from
FLAVOR=${FLAVOR:-m1.tiny}   # the smallest that has the memory compose.yaml asks for

open_port() { # GROUP PORT
    openstack security group rule list --ingress --protocol tcp -f value -c 'Port Range' "$1" | grep -qx "$2:$2" ||
        openstack security group rule create --ingress --protocol tcp --dst-port "$2" "$1"
}

version() {
    shown=$(openstack server show -f value -c properties "$1" 2>/dev/null) || return 1
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

last_ready() {
    openstack console log show "$1" 2>/dev/null | grep '"ready"' | tail -n 1
}

# A machine of another version is told; with REPLACE=1 it is replaced, and the next one only when it is ready.
machine() { # NAME IMAGE GROUP USER-DATA
    wanted=$({ echo "$2" && cat "$4"; } | cksum | tr ' ' -)
    if ! runs=$(version "$1"); then
        make "$@" "$wanted"
    elif [ "$runs" != "$wanted" ] && [ -z "${REPLACE-}" ]; then
        echo "$0: $1 is of another version, and was left as it is; REPLACE=1 $0 replaces it" >&2
    elif [ "$runs" != "$wanted" ]; then
        before=$(last_ready "$1")
        replace "$@" unproved # and so once more by the next run, should it not get ready
        wait_ready "$1" "$before"
        keep "$1" "$wanted"
    fi
}

wait_ready() { # NAME LINE: until the log says so in another line
    waited=0
    until now=$(last_ready "$1") && [ -n "$now" ] && [ "$now" != "$2" ]; do
        if [ $waited -ge "${PATIENCE:-180}" ]; then
            echo "$0: $1 does not say in its log that it is ready; no other machine was replaced." >&2
            echo "To go back, run the script of the version before, with REPLACE=1." >&2
            exit 1
        fi
        sleep 3
        waited=$((waited + 3))
    done
}

# ---- orders ----

openstack image show 'shop-orders-fedcba9876543210' >/dev/null 2>&1 ||
    openstack image create --disk-format qcow2 --property hw_rng_model=virtio --file 'images/orders.qcow2' 'shop-orders-fedcba9876543210'
openstack security group show 'shop-orders' >/dev/null 2>&1 ||
    openstack security group create 'shop-orders'
open_port 'shop-orders' 8080
machine 'shop-orders-1' 'shop-orders-fedcba9876543210' 'shop-orders' 'orders.user-data'
machine 'shop-orders-2' 'shop-orders-fedcba9876543210' 'shop-orders' 'orders.user-data'
machine 'shop-orders-3' 'shop-orders-fedcba9876543210' 'shop-orders' 'orders.user-data'
