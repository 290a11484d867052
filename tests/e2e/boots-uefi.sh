# SPDX-License-Identifier: MIT
# Disks boot by OVMF to a first answer: each format, and the plain one on each machine at each controller.
source "$UC_E2E/lib-boots.sh"

boot_all UEFI <<'END'
raw pc virtio-blk 1 5G answers
raw pc virtio-scsi 2 96M answers
raw q35 virtio-blk 4 2G answers
raw q35 virtio-scsi 1 5G answers
raw q35 AHCI 1 96M answers
raw q35 NVMe 2 96M answers
qcow2 pc virtio-blk 1 96M answers
vmdk pc virtio-scsi 2 96M answers
vhd q35 virtio-blk 2 96M answers
vdi q35 virtio-scsi 4 96M answers
gcp pc virtio-blk 1 96M answers
cut q35 virtio-blk 1 96M ends_early
END
finish
