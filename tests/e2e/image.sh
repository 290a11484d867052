# SPDX-License-Identifier: MIT
# Disks: the same bytes each time, sound for the tools that read them, and they boot.
source "$UC_E2E/lib.sh"
PATH=$PATH:/usr/sbin:/sbin

project image <<'YAML'
services:
  shop: { build: ./catalog }
YAML
cp -R "$UC_EXAMPLES/services/catalog" catalog
same() { cmp "$1" "$2"; }

claim 'a raw disk is written' says 'raw +[0-9]+ KiB' uc image shop
claim 'under the name of its service' test -s catalog.raw
claim 'it is at most 2 MiB' test "$(stat -c %s catalog.raw)" -le 2097152
mkdir elsewhere && cp -R catalog elsewhere/other
claim 'the same service, elsewhere' uc image elsewhere/other -o elsewhere/again.raw
claim 'gives the same bytes' same catalog.raw elsewhere/again.raw
for format in elf qcow2 vmdk vhd vdi gcp; do
    claim "$format is written" uc image catalog --format $format -o one.$format
    read -rt 1.1 <> <(:) # another second on the clock, which some forms hold
    claim "$format once more" uc image catalog --format $format -o two.$format
    claim "$format has the same bytes" same one.$format two.$format
done
claim 'the partition table is sound' says 'No problems found' sgdisk -v catalog.raw
dd if=catalog.raw of=esp.fat bs=512 skip=64 count=$(($(sgdisk -i 2 catalog.raw | awk '/Partition size/ {print $3}'))) status=none
claim 'so is the file system' fsck.fat -n esp.fat
claim 'which holds the loader of UEFI' mcopy -i esp.fat ::/EFI/BOOT/BOOTX64.EFI loader.efi
claim 'as it was built' same loader.efi "$(dirname "$UCOMPOSE")/../lib/ucompose/sdk/unikernel/loader/uefi.efi"
claim 'a VHD has whole MiB behind its footer' is "$((($(stat -c %s one.vhd) - 512) % 1048576))" 0
claim 'qemu-img knows the sizes' says 'virtual size: 1 MiB' qemu-img info one.vhd
mkdir gcp && tar -C gcp -xzf one.gcp
claim 'the archive holds disk.raw of whole GiB' is "$(cd gcp && echo * "$(stat -c %s disk.raw)")" 'disk.raw 1073741824'
cmp -n "$(stat -c %s catalog.raw)" gcp/disk.raw catalog.raw >cmp.log 2>&1
claim 'which begins with the disk' test ! -s cmp.log

qemu= memory=96M
boot() { # FORMAT FILE MACHINE DISK-OPTIONS...
    local format=$1 file=$2 machine=$3 port
    shift 3
    local drive="id=disk,if=none,file=$file,format=$format,snapshot=on"
    [ "$file" != none ] || drive=id=disk,if=none,driver=raw,file.driver=blkdebug,file.config=damage.conf,file.image.driver=file,file.image.filename=catalog.raw
    port=$(free_port)
    : >serial.log
    qemu-system-x86_64 -M "$machine" -cpu max -accel tcg -m $memory -nodefaults -no-user-config -nographic -no-reboot \
        -serial file:serial.log -drive "$drive" "$@" \
        -device virtio-rng-pci -netdev "user,id=net,hostfwd=tcp:127.0.0.1:$port-:8080" \
        -device virtio-net-pci,netdev=net,romfile= >qemu.log 2>&1 </dev/null &
    qemu=$!
    url=http://127.0.0.1:$port/items
}
end() { kill "$qemu" 2>/dev/null; wait "$qemu" 2>/dev/null; }
ok_200() { [ "$(curl -s --max-time 2 -o /dev/null -w '%{http_code}' "$url")" = 200 ]; }
boots() { # as boot
    local status
    boot "$@"
    until_true 60 ok_200
    status=$?
    end
    [ "$status" = 0 ] || cat serial.log qemu.log
    return "$status"
}
virtio='-device virtio-blk-pci,drive=disk'
scsi='-device virtio-scsi-pci -device scsi-hd,drive=disk'
# shellcheck disable=SC2086
{
    claim 'SeaBIOS, pc, virtio-blk: it answers' boots raw catalog.raw pc $virtio
    claim 'SeaBIOS, pc, IDE' boots raw catalog.raw pc -device ide-hd,drive=disk
    claim 'SeaBIOS, q35, AHCI' boots raw catalog.raw q35 -device ide-hd,drive=disk
    claim 'SeaBIOS, q35, virtio-scsi' boots raw catalog.raw q35 $scsi
    claim 'SeaBIOS, qcow2' boots qcow2 one.qcow2 pc $virtio
    claim 'SeaBIOS, vmdk' boots vmdk one.vmdk pc $virtio
    claim 'SeaBIOS, vhd' boots vpc one.vhd pc $virtio
    claim 'SeaBIOS, vdi' boots vdi one.vdi pc $virtio
    claim 'SeaBIOS, the disk of the archive' boots raw gcp/disk.raw pc $virtio
    claim 'UEFI, q35, virtio-blk' boots raw catalog.raw q35 -bios /usr/share/ovmf/OVMF.fd $virtio
    claim 'UEFI, pc, virtio-scsi' boots raw catalog.raw pc -bios /usr/share/ovmf/OVMF.fd $scsi
    claim 'UEFI, q35, AHCI' boots raw catalog.raw q35 -bios /usr/share/ovmf/OVMF.fd -device ide-hd,drive=disk

    for memory in 2G 5G; do
        claim "SeaBIOS, with $memory of memory" boots raw catalog.raw q35 $virtio
        claim "UEFI, with $memory of memory" boots raw catalog.raw q35 -bios /usr/share/ovmf/OVMF.fd $virtio
    done
    memory=96M

    says_on_serial() { until_true 60 grep -qE "$1" serial.log; local s=$?; end; [ $s = 0 ] || cat serial.log; return $s; }
    # Reading one sector of the disk fails: the last of the image, then the loader's first.
    damaged() {
        printf '[inject-error]\nevent = "read_aio"\nsector = "%s"\nerrno = "5"\n' "$1" >damage.conf
        boot raw none pc $virtio,rerror=report
    }
    damaged 900
    claim 'a disk that cannot be read further says so, by BIOS' says_on_serial 'ucompose: the disk ends before the image does'
    damaged 34
    claim 'and where the loader cannot be read' says_on_serial 'disk.s loader cannot be read|ddiisskk..ss  llooaaddeerr' # SeaBIOS may send its screen there as well
}
claim 'the command line of a disk is one'"'s own" uc image catalog --append 'log=info TITLE=x' -o mine.raw
claim 'it is in the disk' grep -qa 'host=catalog log=info TITLE=x' mine.raw
claim 'one that is too long is refused' refuses 1 'command line is .* bytes long' uc image catalog --append "$(printf 'x%.0s' $(seq 1000))"
claim 'an ELF holds none' refuses 2 'holds no command line' uc image catalog --format elf --append x
claim 'a form that there is not is refused' refuses 2 'no format "floppy"; there are elf, raw' uc image catalog --format floppy
claim 'an unknown service is refused' refuses 2 'no service is called' uc image ship
claim 'a folder that cannot be written is told' refuses 1 'cannot write /proc/x.begun' uc image catalog -o /proc/x
limited() { (ulimit -f 100; trap '' XFSZ; exec "$UCOMPOSE" image catalog -o limited.raw); }
claim 'a full disk is told' refuses 1 'cannot write' limited
claim 'and leaves nothing behind' test ! -e limited.raw.begun
mkdir -p bin && for tool in sh env; do ln -sf "$(command -v $tool)" bin/; done
claim 'qemu-img missing is told with its package' refuses 1 'apt-get install qemu-utils' env PATH="$PWD/bin" "$UCOMPOSE" image catalog --format qcow2 -o x.qcow2
finish
