# SPDX-License-Identifier: MIT
# Disks of each format boot by SeaBIOS to a first answer: on each machine, at each controller.
source "$UC_E2E/lib-boots.sh"

rows() {
    local format machine controller processors=1
    for format in raw qcow2 vmdk vhd vdi gcp; do
        for machine in pc q35; do
            for controller in virtio-blk virtio-scsi; do
                echo $format $machine $controller $processors 96M answers
            done
        done
        processors=$((processors == 4 ? 1 : 2 * processors))
    done
    cat <<'END'
raw pc IDE 1 5G answers
raw q35 AHCI 1 2G answers
raw q35 NVMe 2 96M answers
cut pc IDE 1 96M ends_early
cut-in-the-loader pc IDE 1 96M has_no_loader
unreadable pc virtio-blk 1 96M ends_early
unreadable-loader pc virtio-blk 1 96M has_no_loader
END
}
boot_all SeaBIOS < <(rows)
finish
