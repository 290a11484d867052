#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# power.sh IMAGE - the power button of each machine type becomes SIGTERM; where there is none, Ctrl+Alt+Del does.
set -uo pipefail
here=$(dirname "$0")
image=$1
count=0 failures=0
command -v socat >/dev/null || { echo "not ok 1 - socat is not installed: run tests/run, or apt-get install socat"; exit 1; }
tmp=$(mktemp -d "${UC_TEST_TMP:-/tmp}/power.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

button='{"execute":"system_powerdown"}'
keys() { # KEY...: held together
    local key list=
    for key; do list+="${list:+,}{\"type\":\"qcode\",\"data\":\"$key\"}"; done
    printf '{"execute":"send-key","arguments":{"keys":[%s]}}' "$list"
}

# Start the image, wait until it waits, press the button, set $status.
press() { # MACHINE ARGUMENTS QEMU-ARGUMENT...
    rm -f "$tmp/out"
    "$here/../run-image" "$image" -M "$1" -a "$2" -- "${@:3}" -qmp "unix:$tmp/qmp,server=on,wait=off" \
        >"$tmp/out" 2>&1 &
    local pid=$!
    for _ in $(seq 1200); do
        grep -qs '^waiting' "$tmp/out" && break
        sleep 0.05
    done
    printf '%s\n' '{"execute":"qmp_capabilities"}' "$button" |
        socat -t 20 - "UNIX-CONNECT:$tmp/qmp" >"$tmp/qmp.out" 2>&1
    for _ in $(seq 1200); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.05
    done
    if kill -0 "$pid" 2>/dev/null; then
        printf '%s\n' '{"execute":"qmp_capabilities"}' '{"execute":"quit"}' |
            socat -t 20 - "UNIX-CONNECT:$tmp/qmp" >/dev/null 2>&1
    fi
    wait "$pid"
    status=$?
}

claim() { # RESULT TEXT
    count=$((count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2 (status $status)"
        sed 's/^/# /' "$tmp/out"
        failures=$((failures + 1))
    fi
}

for machine in microvm pc q35; do
    press "$machine" "HANDLE=1"
    [ "$status" = 9 ] && grep -q '^drained' "$tmp/out"
    claim $? "$machine: the power button is SIGTERM to its handler"
done
for machine in pc q35; do
    press $machine "HANDLE=1" -bios bios-256k.bin
    [ "$status" = 9 ] && grep -q '^drained' "$tmp/out"
    claim $? "$machine: also with SeaBIOS's tables"
done
press microvm ""
[ "$status" = 128 ] && grep -q 'killed by signal 15, exit status 143' "$tmp/out"
claim $? "without a handler it ends the program"
# Without ACPI, as Firecracker is; qboot leaves scan codes as they are, SeaBIOS has them translated.
for firmware in qboot.rom bios-256k.bin; do
    button=$(keys ctrl alt delete)
    press pc,acpi=off "HANDLE=1" -bios $firmware
    [ "$status" = 9 ] && grep -q '^drained' "$tmp/out"
    claim $? "without a power button Ctrl+Alt+Del is SIGTERM ($firmware)"
done
echo "1..$count"
exit $((failures > 0))
