#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# reset.sh IMAGE LOADER - on q35 without debug exit, off switch or keyboard controller the machine ends by the reset
# register of ACPI's fixed table (loader.c makes one), and where that tells of none by a triple fault.
set -u
tmp=${UC_TEST_TMP:-$(mktemp -d)}
count=0 failed=0

claim() { # NAME LOADER IMAGE ARGUMENTS FAULTS
    count=$((count + 1))
    rm -f "$tmp/serial" "$tmp/reset"
    if timeout 120 qemu-system-x86_64 -M q35,i8042=off -bios qboot.rom -cpu max -accel tcg -m 128M -nodefaults \
        -no-user-config -nographic -no-reboot -kernel "$2" -initrd "$3" -append "$4" \
        -serial "file:$tmp/serial" -d cpu_reset -D "$tmp/reset" </dev/null &&
        grep -q '^ucompose: exit status 7' "$tmp/serial" && [ "$(grep -c Triple "$tmp/reset")" = "$5" ]; then
        echo "ok $count - $1"
    else
        echo "not ok $count - $1"
        sed 's/^/# /' "$tmp/serial"
        failed=1
    fi
}

claim "it ends by ACPI's reset register" "$2" "$1" "RESET=1 net=off host=test" 0
claim 'without one by a triple fault' "$2" "$1" "RESET=0 net=off host=test" 1
echo "1..$count"
exit $failed
