#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# cards.sh IMAGE - a server (net/server.c) answers on each of its cards, with addresses from the command
# line and from DHCP.
set -uo pipefail
run=$(dirname "$0")/../run-image
image=$1
count=0 failures=0
tmp=$(mktemp -d "${UC_TEST_TMP:-/tmp}/cards.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

answers() { # PORT
    for _ in $(seq 30); do
        [ "$(curl -s -m 10 "http://127.0.0.1:$1/")" = hello ] && return
        sleep 0.1
    done
    false
}

# True when it answers on both cards, ends as it is told, and has said LINE.
serves() { # MACHINE BUS KERNEL-ARGUMENTS LINE
    local port=$("$(dirname "$0")/../free-port") guest good=0
    "$run" "$image" -M "$1" -N -x 7 -a "log=info $3" -- \
        -netdev "user,id=first,hostfwd=tcp:127.0.0.1:$port-:8080" \
        -device "virtio-net-$2,netdev=first" \
        -netdev "user,id=second,net=10.9.0.0/24,hostfwd=tcp:127.0.0.1:$((port + 1))-:8080" \
        -device "virtio-net-$2,netdev=second" >"$tmp/out" 2>&1 &
    guest=$!
    answers $port && answers $((port + 1)) || good=1
    [ $good = 0 ] || kill "$(pgrep -P $guest qemu)" 2>/dev/null
    curl -s -m 10 "http://127.0.0.1:$((port + 1))/exit" >"$tmp/exit"
    wait $guest && [ $good = 0 ] && grep -qF "$4" "$tmp/out"
}

# As serves, with five cards, of which four have a network.
serves_on_four() {
    local port guest good=0 cards=() i
    port=$("$(dirname "$0")/../free-port")
    for i in 0 1 2 3; do
        cards+=(-netdev "user,id=n$i,net=10.9.$i.0/24,hostfwd=tcp:127.0.0.1:$((port + i))-:8080"
            -device "virtio-net-pci,netdev=n$i,romfile=")
    done
    "$run" "$image" -M q35 -N -x 7 -a log=info -- "${cards[@]}" -netdev user,id=n4 \
        -device virtio-net-pci,netdev=n4,romfile= >"$tmp/out" 2>&1 &
    guest=$!
    for i in 0 1 2 3; do answers $((port + i)) || good=1; done
    [ $good = 0 ] || kill "$(pgrep -P $guest qemu)" 2>/dev/null
    curl -s -m 10 "http://127.0.0.1:$port/exit" >"$tmp/exit"
    wait $guest && [ $good = 0 ] || return 1
    for i in 1 2 3; do grep -qF "net: card $i: address 10.9.$i.15" "$tmp/out" || return 1; done
    grep -qF 'net: one card more than the 4 that are used; it is left alone' "$tmp/out"
}

claim() { # RESULT TEXT
    count=$((count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        sed 's/^/# /' "$tmp/out"
        failures=$((failures + 1))
    fi
}

serves q35 pci '' 'net: card 1: address 10.9.0.15'
claim $? 'q35: two cards, DHCP on both'
serves pc pci 'ip=10.0.2.15/24 gw=10.0.2.2 ip1=10.9.0.15/24 gw1=10.9.0.2' 'card 1: address 10.9.0.15'
claim $? 'pc: two cards, addresses from the command line'
serves microvm device 'ip1=10.9.0.15/24' 'card 1: address 10.9.0.15'
claim $? 'microvm: DHCP on one, the command line for the other'
serves_on_four
claim $? 'q35: four cards by DHCP, and a fifth is told'
echo "1..$count"
exit $((failures > 0))
