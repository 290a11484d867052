#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# odd_map.sh IMAGE LOADER - a memory map with entries that overlap, are empty, or wrap around: all of what
# is left as RAM can be mapped, written and given back.
qemu-system-x86_64 \
    -M microvm,x-option-roms=off,pic=off,pit=off,rtc=off,ioapic2=off,isa-serial=on,acpi=off -bios qboot.rom \
    -cpu max -accel tcg -m 128M -nodefaults -no-user-config -nographic -no-reboot \
    -kernel "$2" -initrd "$1" -append "ODD=1 net=off host=test" \
    -serial stdio -device isa-debug-exit,iobase=0x501,iosize=4 </dev/null
[ $? = 1 ] # what isa-debug-exit makes of status 0
