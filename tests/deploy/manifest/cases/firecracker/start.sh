#!/bin/sh
# Made by "ucompose deploy firecracker" from compose.yaml; edit it freely or make it anew.
# Run it as root in its folder. Each machine runs in a jailer, as a user without rights.
set -eu
JAIL=${JAIL:-/srv/jailer}      # below it each machine gets its root
USER_ID=${USER_ID:-20000}      # whose rights the machines have
FIRECRACKER=$(command -v firecracker) || { echo "$0: there is no firecracker in PATH" >&2; exit 1; }
FIRECRACKER=$(readlink -f "$FIRECRACKER")
PROGRAM=$(basename "$FIRECRACKER") # which the jailer puts into the root's path

runs() { # NAME ROOT
    pid=$(cat "$2/$PROGRAM.pid" 2>/dev/null) && grep -qaF -- "$1" "/proc/$pid/cmdline" 2>/dev/null
}

start() { # NAME TAP HOST-ADDRESS IMAGE
    root=$JAIL/$PROGRAM/$1/root
    if runs "$1" "$root"; then
        echo "$1 runs already"
        return
    fi
    rm -rf "$root" # of a machine that has ended: a jailer wants none
    mkdir -p "$root"
    install -m 0444 "$4" "$root/image.elf"
    install -m 0444 "$1.json" "$root/machine.json"
    install -m 0400 -o "$USER_ID" "$1.metadata.json" "$root/metadata.json"
    ip link show "$2" >/dev/null 2>&1 || ip tuntap add "$2" mode tap user "$USER_ID"
    ip address replace "$3/30" dev "$2"
    ip link set "$2" up
    jailer --id "$1" --exec-file "$FIRECRACKER" --uid "$USER_ID" --gid "$USER_ID" --chroot-base-dir "$JAIL" \
        --daemonize --new-pid-ns -- --config-file machine.json --metadata metadata.json
}

# What follows a "publish:" is for the host's firewall, for example with nft:
#   nft add rule ip nat prerouting tcp dport 8080 dnat to 172.31.0.2:8080
start shop-orders-1 ucvm0 172.31.0.1 'images/orders.elf'
start shop-orders-2 ucvm1 172.31.0.5 'images/orders.elf'
start shop-orders-3 ucvm2 172.31.0.9 'images/orders.elf'
