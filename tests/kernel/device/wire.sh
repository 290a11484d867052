#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# wire.sh IMAGE - a card of each kind wakes a server that sleeps: by MSI-X and by its line, with modern
# registers and legacy ones, on each chip set, behind bridges.
#
# The image is net/server.c's. Its address is static: only timers of ARP and TCP wake it too, slowly, with
# which sixty answers would take far longer than they may.
set -uo pipefail
run=$(dirname "$0")/../run-image
image=$1
count=0 failures=0
tmp=$(mktemp -d "${UC_TEST_TMP:-/tmp}/wire.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

answers() { [ "$(curl -s -m 10 "http://127.0.0.1:$1/")" = hello ]; }
sixty() { [ "$(timeout 6 curl -s "http://127.0.0.1:$1/?"{1..60} | grep -c hello)" = 60 ]; }
sixty_answer() { sixty "$1" || sixty "$1" || sixty "$1"; } # the machine may stand still amid it

# True when it answers, ends as it is told, and has said LINE.
serves() { # MACHINE LINE QEMU-ARGUMENT... CARD-OPTIONS
    local machine=$1 line=$2 port=$("$(dirname "$0")/../free-port") guest answered=1
    shift 2
    local before=("${@:1:$#-1}") card=${*: -1}
    "$run" "$image" -M "$machine" -N -x 7 -a "log=debug ip=10.0.2.15/24 gw=10.0.2.2" -- "${before[@]}" \
        -netdev "user,id=net,hostfwd=tcp:127.0.0.1:$port-:8080" \
        -device "virtio-net-pci,netdev=net,romfile=,$card" >"$tmp/out" 2>&1 &
    guest=$!
    for _ in $(seq 30); do
        answers "$port" && answered=0 && break
        kill -0 $guest 2>/dev/null || break
        sleep 0.1
    done
    [ $answered = 0 ] && { sixty_answer "$port" || answered=1; }
    [ $answered = 0 ] || kill "$(pgrep -P $guest qemu)" 2>/dev/null
    curl -s -m 10 "http://127.0.0.1:$port/exit" >"$tmp/exit"
    wait $guest && [ $answered = 0 ] && grep -qF "$line" "$tmp/out"
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

seabios=(-bios bios-256k.bin)
for machine in pc q35; do
    serves $machine 'legacy device' disable-modern=on
    claim $? "$machine: legacy registers, MSI-X"
    serves $machine 'interrupts by input' disable-modern=on,vectors=0
    claim $? "$machine: legacy registers, its line"
    serves $machine 'interrupts by input' "${seabios[@]}" vectors=0
    claim $? "$machine: modern registers, its line, as SeaBIOS leaves it"
    serves $machine 'interrupts by input' vectors=0
    claim $? "$machine: modern registers, its line, as qboot leaves it"
done
serves pc 'interrupts by input' vectors=0,addr=9
claim $? 'pc: the line of another slot'
serves q35 'interrupts by input 16' vectors=0,addr=1b.0
claim $? "q35: the line of a slot of the chip set"
serves q35 'interrupts by input' "${seabios[@]}" -device pcie-root-port,id=rp,chassis=1,slot=1 \
    -device pcie-pci-bridge,id=bridge,bus=rp vectors=0,bus=bridge,addr=6
claim $? 'q35: the line behind a port and a bridge'
serves pc 'interrupts by input' "${seabios[@]}" -device pci-bridge,id=bridge,chassis_nr=1 \
    disable-modern=on,vectors=0,bus=bridge,addr=3
claim $? 'pc: legacy registers and the line behind a bridge'
echo "1..$count"
exit $((failures > 0))
