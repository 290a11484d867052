#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# uefi.sh IMAGE - what OVMF leaves behind: registers above 4 GiB, buses, its ACPI tables with their
# power button. The image is core/power.c's; efi_loader.c starts it.
set -uo pipefail
here=$(dirname "$0")
count=0 failures=0
tmp=$(mktemp -d "${UC_TEST_TMP:-/tmp}/uefi.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
ovmf=/usr/share/OVMF

mkdir -p "$tmp/root/EFI/BOOT"
cp "$1" "$tmp/root/image.elf"
printf 'log=debug HANDLE=1' >"$tmp/root/cmdline"
head -c 1M /dev/zero | tr '\0' '\1' >"$tmp/cd"
clang -target x86_64-unknown-windows -std=gnu17 -O1 -Wall -Wextra -Werror -ffreestanding -fshort-wchar \
    -mno-red-zone -mno-stack-arg-probe -nostdlib -fuse-ld=lld -Wl,-entry:efi_main \
    -Wl,-subsystem:efi_application -o "$tmp/root/EFI/BOOT/BOOTX64.EFI" "$here/efi_loader.c" ||
    { echo "not ok 1 - the loader is built"; exit 1; }

tell() { # COMMAND of QMP
    printf '%s\n' '{"execute":"qmp_capabilities"}' "{\"execute\":\"$1\"}" |
        socat -t 20 - "UNIX-CONNECT:$tmp/qmp" >"$tmp/qmp.out" 2>&1
}

# Boot it, press the power button when it waits; true when it drains, ends with 9, and said each LINE.
boots() { # MACHINE QEMU-ARGUMENT... -- LINE...
    local machine=$1 arguments=() pid status line
    shift
    while [ "$1" != -- ]; do arguments+=("$1") && shift; done
    shift
    rm -f "$tmp/out"
    cp $ovmf/OVMF_VARS_4M.fd "$tmp/vars"
    qemu-system-x86_64 -M "$machine" -cpu max -accel tcg -m 256M -nodefaults -no-user-config -nographic \
        -no-reboot -drive if=pflash,format=raw,readonly=on,file=$ovmf/OVMF_CODE_4M.fd \
        -drive "if=pflash,format=raw,file=$tmp/vars" -device isa-debug-exit,iobase=0x501,iosize=4 \
        -serial "file:$tmp/out" -qmp "unix:$tmp/qmp,server=on,wait=off" \
        -drive "if=none,id=boot,format=raw,readonly=on,file=fat:$tmp/root" \
        -device virtio-blk-pci,drive=boot,bootindex=0 -netdev user,id=net "${arguments[@]}" </dev/null &
    pid=$!
    for _ in $(seq 2400); do
        grep -qas '^waiting' "$tmp/out" && break
        kill -0 $pid 2>/dev/null || break
        sleep 0.05
    done
    tell system_powerdown
    for _ in $(seq 600); do
        kill -0 $pid 2>/dev/null || break
        sleep 0.05
    done
    kill -0 $pid 2>/dev/null && tell quit
    wait $pid
    status=$?
    [ $status = 19 ] && grep -qa '^drained' "$tmp/out" || return # 9 << 1 | 1
    for line; do grep -qaF "$line" "$tmp/out" || return; done
}

claim() { # RESULT TEXT
    count=$((count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        tr -d '\r' <"$tmp/out" | sed 's/^/# /'
        failures=$((failures + 1))
    fi
}

for machine in pc q35; do
    boots $machine -device virtio-net-pci,netdev=net,romfile= -- 'disk 0: virtio-blk' \
        'registers at 0xe0000' 'net: address 10.0.2.15' 'power button'
    claim $? "$machine: registers above 4 GiB, and the power button"
done
boots q35 -device virtio-net-pci,netdev=net,romfile=,disable-modern=on,vectors=0 -- \
    'legacy device' 'interrupts by input' 'net: address 10.0.2.15'
claim $? 'q35: a legacy card with its line'
boots q35 -device pcie-root-port,id=rp,chassis=1,slot=1 -device virtio-scsi-pci,bus=rp,id=scsi \
    -drive "if=none,id=cd,media=cdrom,format=raw,readonly=on,file=$tmp/cd" -device scsi-cd,drive=cd \
    -device virtio-net-pci,netdev=net,romfile=,vectors=0 -- \
    '1:0.0 has its registers at' 'virtio-scsi, 1024 KiB in blocks of 2048 bytes' 'net: address 10.0.2.15'
claim $? 'q35: a CD-ROM behind a root port'
echo "1..$count"
exit $((failures > 0))
