#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# disks.sh IMAGE - what the kernel finds and reads on disks of each kind.
set -uo pipefail
run=$(dirname "$0")/../run-image
image=$1
count=0 failures=0
tmp=$(mktemp -d "${UC_TEST_TMP:-/tmp}/disks.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

claim() { # RESULT TEXT
    count=$((count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        sed 's/^/# /' "$tmp/out"
        failures=$((failures + 1))
    fi
}

# Boot it with these arguments of run-image; true when it ends well and says each LINE.
boots() { # ARGUMENT... -- QEMU-ARGUMENT... -- LINE...
    local arguments=()
    while [ "$1" != -- ]; do arguments+=("$1") && shift; done
    arguments+=("$1") && shift
    while [ "$1" != -- ]; do arguments+=("$1") && shift; done
    shift
    "$run" "$image" -a log=debug "${arguments[@]}" >"$tmp/out" 2>&1
    [ $? = 7 ] || return 1
    local line
    for line; do grep -qF "$line" "$tmp/out" || return 1; done
}

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
boots -- -blockdev driver=null-co,node-name=disk,size=1048576,latency-ns=12000000000 \
    -device virtio-blk-device,drive=disk -- \
    'virtio-blk: a disk does not answer' 'virtio-blk: cannot be used'
claim $? 'a disk that does not answer does not stop the boot'
boots -- -blockdev \
    "driver=blkdebug,node-name=disk,image.driver=null-co,image.size=1048576,inject-error.0.event=none" \
    -device virtio-blk-device,drive=disk -- 'virtio-blk: cannot be used (error 5)'
claim $? 'nor does one that cannot be read'
echo "1..$count"
exit $((failures > 0))
