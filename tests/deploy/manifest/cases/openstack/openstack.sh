#!/bin/sh
# Made by "ucompose deploy openstack" from compose.yaml; edit it freely or make it anew.
# Run it in its folder. What is there already is left alone: it may be run again.
set -eu
NETWORK=${NETWORK:-private} # with DHCP, and a router to where it must be reached from
FLAVOR=${FLAVOR:-m1.tiny}   # the smallest that has the memory compose.yaml asks for

# ---- orders ----

openstack image show 'shop-orders-fedcba9876543210' >/dev/null 2>&1 ||
    openstack image create --disk-format qcow2 --property hw_rng_model=virtio --file 'images/orders.qcow2' 'shop-orders-fedcba9876543210'
openstack security group show 'shop-orders-fedcba9876543210' >/dev/null 2>&1 || {
    openstack security group create 'shop-orders-fedcba9876543210'
    openstack security group rule create --protocol tcp --dst-port 8080 'shop-orders-fedcba9876543210'
}
openstack server show 'shop-orders-1' >/dev/null 2>&1 ||
    openstack server create --wait --flavor "$FLAVOR" --network "$NETWORK" --image 'shop-orders-fedcba9876543210' \
        --security-group 'shop-orders-fedcba9876543210' --user-data 'orders.user-data' 'shop-orders-1'
openstack server show 'shop-orders-2' >/dev/null 2>&1 ||
    openstack server create --wait --flavor "$FLAVOR" --network "$NETWORK" --image 'shop-orders-fedcba9876543210' \
        --security-group 'shop-orders-fedcba9876543210' --user-data 'orders.user-data' 'shop-orders-2'
openstack server show 'shop-orders-3' >/dev/null 2>&1 ||
    openstack server create --wait --flavor "$FLAVOR" --network "$NETWORK" --image 'shop-orders-fedcba9876543210' \
        --security-group 'shop-orders-fedcba9876543210' --user-data 'orders.user-data' 'shop-orders-3'
