#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# disks.sh IMAGE - what the kernel finds and reads on disks of each kind.
set -uo pipefail
. "$(dirname "$0")/lib.sh"

head -c 1M /dev/zero | tr '\0' '\1' >"$tmp/disk"
drive=(-drive "if=none,id=disk,format=raw,readonly=on,file=$tmp/disk")

boots -- "${drive[@]}" -device virtio-blk-device,drive=disk -- \
    'disk 0: virtio-blk, 1024 KiB in blocks of 512 bytes' 'first block add up to 512'
claim $? 'microvm: virtio-blk is read'
for machine in pc q35; do
    boots -M $machine -- "${drive[@]}" -device virtio-blk-pci,drive=disk -- \
        'disk 0: virtio-blk, 1024 KiB in blocks of 512 bytes' 'first block add up to 512'
    claim $? "$machine: virtio-blk is read"
done
boots -M q35 -- "${drive[@]}" \
    -device virtio-blk-pci,drive=disk,logical_block_size=4096,physical_block_size=4096 -- \
    'disk 0: virtio-blk, 1024 KiB in blocks of 4096 bytes' 'first block add up to 4096'
claim $? 'one with 4 KiB blocks is read'
boots -- -blockdev driver=null-co,node-name=disk,size=1048576,latency-ns=9000000000 \
    -device virtio-blk-device,drive=disk -- \
    'virtio-blk: a disk does not answer' 'virtio-blk: cannot be used'
claim $? 'a disk that does not answer does not stop the boot'
boots -- -blockdev \
    "driver=blkdebug,node-name=disk,image.driver=null-co,image.size=1048576,inject-error.0.event=none" \
    -device virtio-blk-device,drive=disk -- 'virtio-blk: cannot be used (error 5)'
claim $? 'nor does one that cannot be read'
finish
