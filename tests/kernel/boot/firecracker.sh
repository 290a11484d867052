#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# firecracker.sh IMAGE LOADER - a server started in the state that Firecracker leaves (loader.c), on a
# machine that has what Firecracker has without ACPI: virtio-mmio devices of the command line, a serial
# port, a keyboard controller to end by. No PCI, no battery-backed clock, no virtio console.
set -u
image=$1 loader=$2
tmp=${UC_TEST_TMP:-$(mktemp -d)}
count=0 failed=0
claim() { # NAME COMMAND...
    local name=$1
    shift
    count=$((count + 1))
    if "$@"; then echo "ok $count - $name"; else
        echo "not ok $count - $name"
        failed=1
    fi
}

port=$("$(dirname "$0")/../free-port")
qemu-system-x86_64 \
    -M microvm,x-option-roms=off,pic=off,pit=off,rtc=off,ioapic2=off,isa-serial=on,acpi=off -bios qboot.rom \
    -cpu max -accel tcg -m 128M -nodefaults -no-user-config -nographic -no-reboot \
    -kernel "$loader" -initrd "$image" -append "console=ttyS0 reboot=k panic=1 pci=off host=fc log=info" \
    -global virtio-mmio.force-legacy=false -device i8042 -serial "file:$tmp/serial" \
    -netdev "user,id=net,hostfwd=tcp:127.0.0.1:$port-:8080" -device virtio-net-device,netdev=net \
    -device virtio-rng-device -d cpu_reset -D "$tmp/reset" </dev/null &
guest=$!
get() { curl -s -m 10 "http://127.0.0.1:$port$1"; }
ready() { for _ in $(seq 100); do
    [ "$(get /)" = hello ] && return
    kill -0 $guest 2>/dev/null || return
    sleep 0.1
done; false; }
says() { grep -q "$1" "$tmp/serial"; }
ends() {
    get /exit
    wait $guest
}

claim "the server answers through the network card that the command line names" ready
claim "the kernel's log goes to the serial port" says '^ucompose: booted in'
claim "QEMU ends when the program does" ends
claim "the serial port has the exit status" says '^ucompose: exit status 7'
claim "the keyboard controller has ended it, not a triple fault" sh -c "! grep -q Triple '$tmp/reset'"
[ $failed = 0 ] || sed 's/^/# /' "$tmp/serial"
echo "1..$count"
exit $failed
