# SPDX-License-Identifier: MIT
# A disk, started by the firmware, that a cloud configures: the port on which it answers is in its user data.
source "$UC_E2E/lib.sh"
PATH=$PATH:/usr/sbin:/sbin
service=$UC_E2E/peers/metadata_service

project cloud <<'YAML'
services:
  shop: { build: ./catalog }
YAML
cp -R "$UC_EXAMPLES/services/catalog" catalog
claim 'a disk' uc image shop --append log=info
mkdir service cidata
printf '#ucompose\nUC_PORT=8123\n' | tee service/user-data >cidata/user-data
claim 'a NoCloud disk' genisoimage -quiet -J -r -V cidata -o cidata.iso cidata

answers() { # NET-OPTIONS QEMU-ARGUMENT...: to a GET of its configured port, by 200
    local port qemu status net=$1
    shift
    port=$(free_port)
    : >serial.log
    qemu-system-x86_64 -cpu max -accel tcg -m 96M -nodefaults -no-user-config -nographic -no-reboot \
        -serial file:serial.log -drive file=catalog.raw,format=raw,if=none,id=disk,snapshot=on \
        -device virtio-blk-pci,drive=disk -device virtio-rng-pci \
        -netdev "user,id=net,hostfwd=tcp:127.0.0.1:$port-:8123$net" -device virtio-net-pci,netdev=net,romfile= \
        "$@" >qemu.log 2>&1 </dev/null &
    qemu=$!
    until_true 60 is_200 "http://127.0.0.1:$port/items"
    status=$?
    kill $qemu 2>/dev/null
    wait $qemu 2>/dev/null
    [ $status = 0 ] || cat serial.log qemu.log
    return $status
}
is_200() { [ "$(curl -s --max-time 2 -o /dev/null -w '%{http_code}' "$1")" = 200 ]; }

cd_rom=(-device virtio-scsi-pci -drive file=cidata.iso,format=raw,if=none,id=cd,media=cdrom -device scsi-cd,drive=cd)
link_local=,net=169.254.0.0/16,host=169.254.0.2,dns=169.254.0.3,dhcpstart=169.254.0.9
metadata() { echo "$link_local,guestfwd=tcp:169.254.169.254:80-cmd:$service $1 $PWD/service"; }
uefi=(-bios /usr/share/ovmf/OVMF.fd)
claim 'SeaBIOS, pc, NoCloud' answers '' -M pc "${cd_rom[@]}"
claim 'UEFI, q35, NoCloud' answers '' -M q35 "${uefi[@]}" "${cd_rom[@]}"
claim 'SeaBIOS, q35, Compute Engine' answers "$(metadata gce)" -M q35 \
    -smbios 'type=1,manufacturer=Google,product=Google Compute Engine'
claim 'UEFI, q35, EC2: the maker is told by UEFI' answers "$(metadata ec2)" -M q35 "${uefi[@]}" \
    -smbios 'type=1,manufacturer=Amazon EC2,product=c5.large'
claim 'UEFI, pc, OpenStack' answers "$(metadata openstack)" -M pc "${uefi[@]}" \
    -smbios 'type=1,manufacturer=OpenStack Foundation,product=OpenStack Nova'
finish
