#!/bin/sh
# Made by "ucompose deploy proxmox" from compose.yaml; edit it freely or make it anew.
# Run it in its folder. It may be run again: it makes what is missing.
set -eu
PROJECT='shop'
STORAGE=${STORAGE:-local-lvm}             # for disks
BRIDGE=${BRIDGE:-vmbr0}                   # with DHCP behind it
SNIPPETS=${SNIPPETS:-/var/lib/vz/snippets} # of the storage "local", which must have the content type snippets

# ID names the image and, saying nothing of it to who does not know this folder, the environment.
create() { # NAME MIB IMAGE ID
    machines=$(qm list)
    number=$(echo "$machines" | awk -v name="$1" '$2 == name { print $1 }')
    [ -z "$number" ] || { tell "$1" "$number" "$4"; return; }
    number=$(pvesh get /cluster/nextid)
    qm create "$number" --name "$1" --memory "$2" --cores 1 --cpu host --ostype other --scsihw virtio-scsi-pci \
        --net0 "virtio,bridge=$BRIDGE" --serial0 socket --vga serial0 --rng0 source=/dev/urandom
    furnish "$number" "$3" "$4" && return
    # Half of a machine would look like a whole one to the next run.
    qm destroy "$number" --purge
    echo "$0: $1 could not be made" >&2
    exit 1
}

tell() { # NAME NUMBER ID
    qm config "$2" | grep -qF "snippets/$3.user-data" ||
        echo "$0: $1 is of another version, and was left as it is; qm shutdown $2 && qm destroy $2 --purge && $0 replaces it" >&2
}

find_machines() {
    qm list | awk -v name="$1" '$2 ~ name { print $2 }'
}

removal() {
    qm list | awk -v name="$1" '$2 == name { print "qm shutdown " $1 " && qm destroy " $1 " --purge" }'
}

furnish() { # NUMBER IMAGE ID
    qm set "$1" --scsi0 "$STORAGE:0,import-from=$PWD/$2" --boot order=scsi0 &&
        # The environment, as a NoCloud drive. At virtio-scsi: the kernel has no driver for IDE.
        qm set "$1" --scsi1 "$STORAGE:cloudinit" --cicustom "user=local:snippets/$3.user-data" --ipconfig0 ip=dhcp &&
        qm start "$1"
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

install -m 0600 'orders.user-data' "$SNIPPETS/shop-orders-fedcba9876543210-a970ef62ce3d4c022a5d5141437a128e.user-data"
create 'shop-orders-1' 16 'images/orders.qcow2' 'shop-orders-fedcba9876543210-a970ef62ce3d4c022a5d5141437a128e' # reached at: 8080
create 'shop-orders-2' 16 'images/orders.qcow2' 'shop-orders-fedcba9876543210-a970ef62ce3d4c022a5d5141437a128e' # reached at: 8080
create 'shop-orders-3' 16 'images/orders.qcow2' 'shop-orders-fedcba9876543210-a970ef62ce3d4c022a5d5141437a128e' # reached at: 8080

tell_others 'shop-orders-1' 'shop-orders-2' 'shop-orders-3'
