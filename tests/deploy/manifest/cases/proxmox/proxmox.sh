#!/bin/sh
# Made by "ucompose deploy proxmox" from compose.yaml; edit it freely or make it anew.
# Run it in its folder. What is there already is left alone: it may be run again.
set -eu
STORAGE=${STORAGE:-local-lvm}             # for disks
BRIDGE=${BRIDGE:-vmbr0}                   # with DHCP behind it
SNIPPETS=${SNIPPETS:-/var/lib/vz/snippets} # of the storage "local", which must have the content type snippets

create() { # NAME MIB IMAGE ID
    qm list | grep -q " $1 " && return
    number=$(pvesh get /cluster/nextid)
    qm create "$number" --name "$1" --memory "$2" --cores 1 --cpu host --ostype other --scsihw virtio-scsi-pci \
        --net0 "virtio,bridge=$BRIDGE" --serial0 socket --vga serial0 --rng0 source=/dev/urandom
    qm importdisk "$number" "$3" "$STORAGE"
    qm set "$number" --scsi0 "$STORAGE:vm-$number-disk-0" --boot order=scsi0
    # The environment, as a NoCloud drive. At virtio-scsi: the kernel has no driver for IDE.
    qm set "$number" --scsi1 "$STORAGE:cloudinit" --cicustom "user=local:snippets/$4.user-data" --ipconfig0 ip=dhcp
    qm start "$number"
}

# ---- orders ----

install -m 0600 'orders.user-data' "$SNIPPETS/shop-orders-fedcba9876543210.user-data"
create 'shop-orders-1' 16 'images/orders.qcow2' 'shop-orders-fedcba9876543210' # reached at: 8080
create 'shop-orders-2' 16 'images/orders.qcow2' 'shop-orders-fedcba9876543210' # reached at: 8080
create 'shop-orders-3' 16 'images/orders.qcow2' 'shop-orders-fedcba9876543210' # reached at: 8080
