#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# pci.sh IMAGE - devices wherever firmware puts them: above 4 GiB, on other buses.
set -uo pipefail
. "$(dirname "$0")/lib.sh"

disk=(-drive "if=none,id=disk,format=raw,file.driver=null-co,file.size=1048576")
found='disk 0: virtio-blk, 1024 KiB'

# A BAR that does not fit below 4 GiB makes SeaBIOS put all of 64 bits above.
for machine in pc q35; do
    boots -M $machine -n -- -bios bios-256k.bin -device pci-testdev,membar=8G "${disk[@]}" \
        -device virtio-blk-pci,drive=disk -- "$found" 'net: address 10.0.2.15' 'registers at 0x40000'
    claim $? "$machine: registers above 4 GiB"
done
boots -M q35 -- -bios bios-256k.bin -device pcie-root-port,id=rp,chassis=1,slot=1 "${disk[@]}" \
    -device virtio-blk-pci,drive=disk,bus=rp -- '1:0.0 has its registers at' "$found"
claim $? 'q35: a disk at a root port'
boots -M q35 -- -bios bios-256k.bin -device pcie-root-port,id=rp,chassis=1,slot=1 \
    -device pcie-pci-bridge,id=bridge,bus=rp "${disk[@]}" \
    -device virtio-blk-pci,drive=disk,bus=bridge,addr=5 -- '2:5.0 has its registers at' "$found"
claim $? 'q35: behind a root port and a bridge'
boots -M pc -- -bios bios-256k.bin -device pci-bridge,id=bridge,chassis_nr=1 "${disk[@]}" \
    -device virtio-blk-pci,drive=disk,bus=bridge,addr=3 -- '1:3.0 has its registers at' "$found"
claim $? 'pc: behind a bridge'
boots -M q35 -- -device pcie-root-port,id=rp,chassis=1,slot=1 "${disk[@]}" \
    -device virtio-blk-pci,drive=disk,bus=rp -- 'virtio-pci: 1:0.0 has no registers from firmware'
claim $? 'q35: firmware that leaves a bridge alone is told of'
finish
