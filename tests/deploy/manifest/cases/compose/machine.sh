#!/bin/sh
# Made by "ucompose deploy compose"; edit it freely or make it anew.
#
# Runs one image in QEMU. Given: UCOMPOSE_MEMORY in KiB, UCOMPOSE_FORWARD as QEMU takes it.
set -eu
image=${UCOMPOSE_IMAGE:-/image.elf}
environment=${UCOMPOSE_ENVIRONMENT:-/environment}
pipes=$(mktemp -d)
mkfifo "$pipes/monitor.in" "$pipes/monitor.out"
qemu-system-x86_64 \
    -M microvm,x-option-roms=off,pic=off,pit=off,rtc=on,ioapic2=off,isa-serial=on,acpi=on \
    -bios qboot.rom -accel kvm -accel tcg -cpu max -m "size=${UCOMPOSE_MEMORY}k" \
    -nodefaults -no-user-config -display none -no-reboot \
    -global virtio-mmio.force-legacy=false \
    -device isa-debug-exit,iobase=0x501,iosize=4 \
    -chardev stdio,id=log,mux=on,signal=off -serial chardev:log \
    -device virtio-serial-device -device virtconsole,chardev=log \
    -device virtio-rng-device \
    -netdev "user,id=net$UCOMPOSE_FORWARD" -device virtio-net-device,netdev=net \
    -chardev "pipe,id=monitor,path=$pipes/monitor" -mon chardev=monitor \
    -kernel "$image" -append "host=$(cat /proc/sys/kernel/hostname)" \
    -fw_cfg "name=opt/org.ucompose/env,file=$environment" &
qemu=$!
# The power button: the service drains, and QEMU ends by itself.
trap 'echo system_powerdown >"$pipes/monitor.in"' TERM INT
status=0
while kill -0 "$qemu" 2>/dev/null; do
    wait "$qemu" && status=0 || status=$?
done
rm -rf "$pipes"
# isa-debug-exit: QEMU's status is twice the service's, and one.
exit $((status / 2))
