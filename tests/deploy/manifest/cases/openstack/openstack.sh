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

# ---- orders ----

openstack image show 'shop-orders-fedcba9876543210' >/dev/null 2>&1 ||
    openstack image create --disk-format qcow2 --property hw_rng_model=virtio --file 'images/orders.qcow2' 'shop-orders-fedcba9876543210'
openstack security group show 'shop-orders' >/dev/null 2>&1 ||
    openstack security group create 'shop-orders'
open_port 'shop-orders' 8080
openstack server show 'shop-orders-1' >/dev/null 2>&1 ||
    openstack server create --wait --flavor "$FLAVOR" --network "$NETWORK" --image 'shop-orders-fedcba9876543210' \
        --security-group 'shop-orders' --user-data 'orders.user-data' 'shop-orders-1'
openstack server show 'shop-orders-2' >/dev/null 2>&1 ||
    openstack server create --wait --flavor "$FLAVOR" --network "$NETWORK" --image 'shop-orders-fedcba9876543210' \
        --security-group 'shop-orders' --user-data 'orders.user-data' 'shop-orders-2'
openstack server show 'shop-orders-3' >/dev/null 2>&1 ||
    openstack server create --wait --flavor "$FLAVOR" --network "$NETWORK" --image 'shop-orders-fedcba9876543210' \
        --security-group 'shop-orders' --user-data 'orders.user-data' 'shop-orders-3'
