# SPDX-License-Identifier: MIT
# Disks: the same bytes each time, and sound for the tools that read them. That they boot: boots-bios.sh, boots-uefi.sh.
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
# Once more in another folder and another second, with another home: nothing comes out of the cache of builds.
mkdir elsewhere home && cp -R catalog elsewhere/other
again() { (cd elsewhere && HOME=$OLDPWD/home uc image other "$@"); }
formats='raw elf qcow2 vmdk vhd vdi gcp'
for format in $formats; do
    claim "$format is written" uc image catalog --format $format -o one.$format
done
until [ "$(date +%s)" -gt "$(stat -c %Y one.gcp)" ]; do read -rt 0.1 <> <(:); done
for format in $formats; do
    claim "$format once more, elsewhere" again --format $format -o two.$format
    claim "$format has the same bytes" same one.$format elsewhere/two.$format
    claim "and the same bill of materials" same one.$format.cdx.json elsewhere/two.$format.cdx.json
done
claim 'it was built twice' test -d home/.cache/ucompose/build
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
