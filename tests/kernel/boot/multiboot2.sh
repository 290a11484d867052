#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# multiboot2.sh IMAGE - started by GRUB from a disk, by Multiboot 2.
set -u
image=$1
tmp=${UC_TEST_TMP:-$(mktemp -d)}
modules=/usr/lib/grub/i386-pc
command -v grub-mkimage >/dev/null && [ -d $modules ] ||
    { echo "not ok 1 - GRUB is not installed: run tests/run, or apt-get install grub-common grub-pc-bin"; exit 1; }
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

# GRUB with the image in a memory disk, behind its own boot sector.
make_disk() {
    cp "$image" "$tmp/image.elf" && tar -C "$tmp" -cf "$tmp/memdisk.tar" image.elf &&
        printf '%s\n' 'multiboot2 (memdisk)/image.elf host=grub net=off log=info LEAST_MIB=4000 HIGH=1' boot \
            >"$tmp/grub.cfg" &&
        grub-mkimage -O i386-pc -m "$tmp/memdisk.tar" -p '(memdisk)' -c "$tmp/grub.cfg" -o "$tmp/core" \
            memdisk tar multiboot2 &&
        cat $modules/boot.img "$tmp/core" >"$tmp/disk" && truncate -s %512 "$tmp/disk"
}
boots() {
    timeout 120 qemu-system-x86_64 -M pc,max-ram-below-4g=64M -cpu max -accel tcg -m 5G -nodefaults -no-user-config -nographic -no-reboot \
        -drive "file=$tmp/disk,format=raw,snapshot=on" -serial "file:$tmp/serial" </dev/null &&
        grep -q '^ucompose: exit status 0' "$tmp/serial"
}

claim "GRUB takes the image for one of its own" make_disk
claim "it boots with command line and memory, also above 4 GiB" boots
claim "and finds ACPI" sh -c "! grep -q 'no ACPI' '$tmp/serial'"
[ ! -e "$tmp/serial" ] || sed 's/^/# /' "$tmp/serial"
echo "1..$count"
exit $failed
