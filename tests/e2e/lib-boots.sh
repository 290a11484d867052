# SPDX-License-Identifier: MIT
# lib-boots.sh - for boots-bios.sh and boots-uefi.sh: source it, give boot_all its rows, then `finish`. A row is
# disk, machine, controller, processors, memory, and what comes of it; two at a time are booted.
source "$UC_E2E/lib.sh"
PATH=$PATH:/usr/sbin:/sbin

project boots <<'YAML'
services:
  shop: { build: ./catalog }
YAML
cp -R "$UC_EXAMPLES/services/catalog" catalog
for format in raw qcow2 vmdk vhd vdi gcp; do
    claim "$format is written" uc image catalog --format $format -o shop.$format
done
claim 'the archive has a disk' tar -xzf shop.gcp

# Disks that end early, and those of which one sector cannot be read: the last of the image, the loader's first.
# (Elsewhere than at IDE SeaBIOS itself gives up a disk of less than 504 KiB: it has not one cylinder.)
for end in cut=300K cut-in-the-loader=18K; do
    cp shop.raw ${end%=*}.raw && truncate -s ${end#*=} ${end%=*}.raw
done
for sector in unreadable=900 unreadable-loader=34; do
    printf '[inject-error]\nevent = "read_aio"\nsector = "%s"\nerrno = "5"\n' ${sector#*=} >${sector%=*}.conf
done

drive() { # DISK
    case $1 in
    vhd) echo file=shop.vhd,format=vpc ;;
    gcp) echo file=disk.raw,format=raw ;;
    cut*) echo "file=$1.raw,format=raw" ;;
    unreadable*) echo "driver=raw,file.driver=blkdebug,file.config=$1.conf,file.image.driver=file,file.image.filename=shop.raw" ;;
    *) echo "file=shop.$1,format=$1" ;;
    esac
}
# The row's machine, until what is wanted comes of it; its serial port is the file serial.ROW.
run() { # ROW FIRMWARE DISK MACHINE CONTROLLER PROCESSORS MEMORY WANTED
    local port status qemu options=(-device ide-hd,drive=disk)
    port=$(free_port)
    case $5 in
    virtio-blk) options=(-device virtio-blk-pci,drive=disk,rerror=report) ;;
    virtio-scsi) options=(-device virtio-scsi-pci -device scsi-hd,drive=disk) ;;
    NVMe) options=(-device nvme,drive=disk,serial=1) ;;
    esac
    [ "$2" = SeaBIOS ] || options+=(-bios /usr/share/ovmf/OVMF.fd)
    : >"serial.$1"
    qemu-system-x86_64 -M "$4" -cpu max -accel tcg -smp "$6" -m "$7" -nodefaults -no-user-config -nographic -no-reboot \
        -serial "file:serial.$1" -drive "id=disk,if=none,snapshot=on,$(drive "$3")" "${options[@]}" \
        -device virtio-rng-pci -netdev "user,id=net,hostfwd=tcp:127.0.0.1:$port-:8080" \
        -device virtio-net-pci,netdev=net,romfile= &
    qemu=$!
    until_true 120 "$8" "$1" "http://127.0.0.1:$port/items"
    status=$?
    kill $qemu
    wait $qemu
    [ $status = 0 ] || cat "serial.$1"
    return $status
}
answers() { [ "$(curl -s --max-time 10 -o /dev/null -w '%{http_code}' "$2")" = 200 ]; } # ROW URL
ends_early() { grep -q 'ucompose: the disk ends before the image does' "serial.$1"; }
# SeaBIOS may send its screen to the serial port as well.
has_no_loader() { grep -qE 'disk.s loader cannot be read|ddiisskk..ss  llooaaddeerr' "serial.$1"; }

good() { cat "said.$1" && [ -e "good.$1" ]; } # ROW

boot_all() { # FIRMWARE
    local row=0 columns
    cat >rows
    while read -ra columns; do
        row=$((row + 1))
        [ "$(jobs -pr | wc -l)" -lt 2 ] || wait -n
        { run $row "$1" "${columns[@]}" && touch good.$row; } </dev/null >said.$row 2>&1 &
    done <rows
    wait
    row=0
    while read -r disk machine controller processors memory wanted; do
        row=$((row + 1))
        claim "$disk, $1, $machine, $controller, $processors processors, $memory: it ${wanted//_/ }" good $row
    done <rows
}
