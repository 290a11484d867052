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

many=()
for i in 0 1 2 3 4 5 6 7 8; do
    many+=(-blockdev "driver=null-co,node-name=n$i,size=$(((i + 1) << 20))" -device "virtio-blk-pci,drive=n$i")
done
boots -M q35 -- "${many[@]}" -- 'disk 0: virtio-blk, 1024 KiB' 'disk 7: virtio-blk, 8192 KiB' \
    'virtio-blk: one disk more than the 8 that are used; it is left alone' && ! grep -q 'disk 8' "$tmp/out"
claim $? 'of nine disks eight are used, and the ninth is told'
# Two units of one target, a CD-ROM with its blocks of 2048 bytes, and one without a medium.
scsi=(-drive "if=none,id=second,format=raw,readonly=on,file=$tmp/disk"
    -drive "if=none,id=cd,media=cdrom,format=raw,readonly=on,file=$tmp/disk"
    -device scsi-hd,drive=disk -device scsi-hd,drive=second,scsi-id=2,lun=3
    -device scsi-cd,drive=cd,scsi-id=4 -device scsi-cd,scsi-id=5)
for machine in pc q35; do
    boots -M $machine -- "${drive[@]}" -device virtio-scsi-pci "${scsi[@]}" -- \
        'disk 0: virtio-scsi, 1024 KiB in blocks of 512 bytes' \
        'disk 1: virtio-scsi, 1024 KiB in blocks of 512 bytes' 'disk 1: the bytes of its first block add up to 512' \
        'disk 2: virtio-scsi, 1024 KiB in blocks of 2048 bytes' 'disk 2: the bytes of its first block add up to 2048'
    claim $? "$machine: disks and a CD-ROM at virtio-scsi are read"
done
boots -M q35 -- "${drive[@]}" -device virtio-scsi-pci,disable-modern=on,vectors=0 "${scsi[@]}" -- \
    'legacy device' 'disk 2: the bytes of its first block add up to 2048'
claim $? 'also by legacy registers'
boots -- "${drive[@]}" -device virtio-scsi-device "${scsi[@]}" -- \
    'disk 2: the bytes of its first block add up to 2048'
claim $? 'microvm: and by memory-mapped ones'
boots -- -blockdev \
    "driver=blkdebug,node-name=disk,image.driver=null-co,image.size=1048576,inject-error.0.event=none" \
    -device virtio-scsi-device -device scsi-hd,drive=disk -- 'virtio-scsi: unit 0 of target 0 cannot be used (error 5)'
claim $? 'a disk at virtio-scsi that cannot be read is named'
finish
