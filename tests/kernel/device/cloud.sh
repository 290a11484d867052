#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# cloud.sh IMAGE - the environment from a cloud's disk and from its metadata service.
#
# The image is cloud.c's. The service is a script behind QEMU's user network, at 169.254.169.254.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
service=$(cd "$(dirname "$0")/../../e2e/peers" && pwd)/metadata_service
mkdir "$tmp/files" "$tmp/service"

cat >"$tmp/files/user-data" <<'END'
#ucompose
# a comment
PLAIN=a value with = and "quotes"
QUOTED="a \"b\" \\ $c"
KEY="-----BEGIN KEY-----
abc
-----END KEY-----
"
LITERAL='no \n here'
EMPTY=
FROM=disk
END
printf 'instance-id: i-1\nlocal-hostname: "disk-vm.example.com"\n' >"$tmp/files/meta-data"
wanted=('pair PLAIN=a value with = and "quotes"' 'pair QUOTED=a "b" \ $c'
    'pair KEY=-----BEGIN KEY-----\nabc\n-----END KEY-----\n' 'pair LITERAL=no \n here' 'pair EMPTY=')
disk() { printf '%s\n' -drive "if=none,id=cloud,format=raw,readonly=on,file=$1"; }

# run-image gives host=test: without it the machine's name comes from the cloud.
nameless() { sed 's/"host=test \$arguments"/"$arguments"/' "$run" >"$tmp/run" && chmod +x "$tmp/run"; }
nameless
run=$tmp/run

# ---- disks ----

genisoimage -quiet -J -r -V cidata -o "$tmp/cidata.iso" "$tmp/files" 2>"$tmp/out"
claim $? 'the tools for a NoCloud disk'
mapfile -t drive < <(disk "$tmp/cidata.iso")
boots -- "${drive[@]}" -device virtio-blk-device,drive=cloud -- "${wanted[@]}" 'pair FROM=disk' 'host disk-vm' \
    'user data of NoCloud: 6 variables'
claim $? 'NoCloud, ISO 9660 with Joliet'
boots -M q35 -- "${drive[@]}" -device virtio-scsi-pci -device scsi-cd,drive=cloud -- "${wanted[@]}" 'pair FROM=disk'
claim $? 'also as a CD-ROM at virtio-scsi'
boots -a 'log=info FROM=launcher' -- "${drive[@]}" -device virtio-blk-device,drive=cloud -- 'pair FROM=launcher'
claim $? 'the command line wins'
boots -a 'log=info metadata=off' -- "${drive[@]}" -device virtio-blk-device,drive=cloud -- 'host service' &&
    ! grep -q FROM "$tmp/out"
claim $? 'metadata=off: the disk is not looked at'
genisoimage -quiet -r -V CIDATA -o "$tmp/plain.iso" "$tmp/files" 2>"$tmp/out"
mapfile -t drive < <(disk "$tmp/plain.iso")
boots -- "${drive[@]}" -device virtio-blk-device,drive=cloud -- \
    'the disk of NoCloud has no file user-data'
claim $? 'names cut to eight letters are told as a file that is not there'
genisoimage -quiet -l -V CIDATA -o "$tmp/level2.iso" "$tmp/files" 2>"$tmp/out"
mapfile -t drive < <(disk "$tmp/level2.iso")
boots -- "${drive[@]}" -device virtio-blk-device,drive=cloud -- "${wanted[@]}" 'pair FROM=disk'
claim $? 'ISO 9660 with plain names of 31 letters'
truncate -s 50K "$tmp/cidata.iso"
mapfile -t drive < <(disk "$tmp/cidata.iso")
boots -- "${drive[@]}" -device virtio-blk-device,drive=cloud -- 'damaged, or ends early'
claim $? 'a disk that ends early'

# As KubeVirt makes a disk of a ConfigMap, mounted with its links, and one of a Secret's user data.
mkdir -p "$tmp/config-map/..2026" "$tmp/no-cloud"
printf '#ucompose\nOPEN=lies open\nFROM=config map\n' >"$tmp/config-map/..2026/environment"
ln -s ..2026 "$tmp/config-map/..data" && ln -s ..data/environment "$tmp/config-map/environment"
printf '#ucompose\nHIDDEN=secret\nFROM=secret\n' >"$tmp/no-cloud/user-data"
printf '{ "instance-id": "vm.ns", "local-hostname": "vm" }' >"$tmp/no-cloud/meta-data"
grafts=()
for name in "$tmp"/config-map/{..2026,..data,environment}; do grafts+=("$(basename "$name")=$name"); done
xorrisofs -output "$tmp/ours.iso" -follow-links -volid ucompose -joliet -rock -graft-points -partition_cyl_align on \
    "${grafts[@]}" 2>"$tmp/out" &&
    xorrisofs -output "$tmp/clouds.iso" -volid cidata -joliet -rock -partition_cyl_align on \
        "$tmp/no-cloud/user-data" "$tmp/no-cloud/meta-data" 2>"$tmp/out"
claim $? "disks as KubeVirt's tools make them"
mapfile -t drive < <(disk "$tmp/ours.iso")
mapfile -t second < <(disk "$tmp/clouds.iso" | sed s/id=cloud/id=second/)
boots -M q35 -- "${drive[@]}" "${second[@]}" -device virtio-blk-pci,drive=cloud -device virtio-blk-pci,drive=second -- \
    'pair OPEN=lies open' 'pair HIDDEN=secret' 'pair FROM=secret' 'user data of ucompose: 2 variables'
claim $? "a disk labelled ucompose is read beside a cloud's, which wins"
boots -M q35 -- "${second[@]}" "${drive[@]}" -device virtio-blk-pci,drive=second -device virtio-blk-pci,drive=cloud -- \
    'pair OPEN=lies open' 'pair HIDDEN=secret' 'pair FROM=secret'
claim $? 'whichever comes first'
boots -- "${drive[@]}" -device virtio-blk-device,drive=cloud -- 'pair OPEN=lies open' 'pair FROM=config map'
claim $? 'or alone'

for bits in 12 16 32; do
    rm -f "$tmp/fat"
    truncate -s $((bits == 12 ? 2 : bits == 16 ? 20 : 80))M "$tmp/fat"
    mkfs.vfat -F $bits -n CIDATA "$tmp/fat" >"$tmp/out" 2>&1 &&
        mcopy -i "$tmp/fat" "$tmp/files/meta-data" "$tmp/files/user-data" :: 2>"$tmp/out"
    mapfile -t drive < <(disk "$tmp/fat")
    boots -- "${drive[@]}" -device virtio-blk-device,drive=cloud -- "${wanted[@]}" 'pair FROM=disk' 'host disk-vm'
    claim $? "NoCloud, FAT$bits"
done
rm -f "$tmp/fat"
truncate -s 64M "$tmp/fat"
mkfs.vfat -n config-2 "$tmp/fat" >"$tmp/out" 2>&1
mmd -i "$tmp/fat" ::openstack ::openstack/latest ::openstack/2012-08-10
mcopy -i "$tmp/fat" "$tmp/files/user-data" ::openstack/latest/user_data
mapfile -t drive < <(disk "$tmp/fat")
boots -- "${drive[@]}" -device virtio-blk-device,drive=cloud -- "${wanted[@]}" 'user data of ConfigDrive: 6 variables'
claim $? 'ConfigDrive, FAT16'
mkdir -p "$tmp/config/openstack/latest"
cp "$tmp/files/user-data" "$tmp/config/openstack/latest/user_data"
genisoimage -quiet -J -r -V config-2 -o "$tmp/config.iso" "$tmp/config" 2>"$tmp/out"
mapfile -t drive < <(disk "$tmp/config.iso")
boots -- "${drive[@]}" -device virtio-blk-device,drive=cloud -- "${wanted[@]}"
claim $? 'ConfigDrive, ISO 9660'
boots -a 'log=info metadata=disk' -- -- 'no disk is labelled cidata, config-2 or ucompose'
claim $? 'a disk that was asked for and is not there'
boots -- -blockdev "driver=blkdebug,node-name=cloud,image.driver=file,image.filename=$tmp/fat,inject-error.0.event=none,inject-error.0.sector=64" \
    -device virtio-blk-device,drive=cloud -- 'disk 0 cannot be read (error 5): whether user data is on it is not known'
claim $? 'a disk that cannot be read is told'
mkdir "$tmp/many"
{ echo '#ucompose' && seq -f 'NAME_%.0f=secret' 1 300; } >"$tmp/many/user-data"
genisoimage -quiet -J -r -V cidata -o "$tmp/many.iso" "$tmp/many" 2>"$tmp/out"
mapfile -t drive < <(disk "$tmp/many.iso")
boots -- "${drive[@]}" -device virtio-blk-device,drive=cloud -- 'more than 256 environment variables: NAME_300 dropped' &&
    ! grep -q 'NAME_300=' "$tmp/out"
claim $? 'variables that are too many are told by their names alone'

# ---- the service ----

serve() { # FORM: the arguments of a network with that service
    rm -f "$tmp/service/asked"
    printf '%s\n' -netdev "user,id=net,net=169.254.0.0/16,host=169.254.0.2,dns=169.254.0.3,dhcpstart=169.254.0.9,guestfwd=tcp:169.254.169.254:80-cmd:$service $1 $tmp/service"
}
asked() { diff <(printf '%s HTTP/1.0\n' "$@") "$tmp/service/asked" >>"$tmp/out"; }
made_by() { printf '%s\n' -smbios "type=1,manufacturer=$1,product=$2"; }
asks() { # MACHINE FORM MANUFACTURER PRODUCT -- LINE...
    local machine=$1 net smbios
    mapfile -t net < <(serve "$2")
    mapfile -t smbios < <(made_by "$3" "$4")
    shift 5
    boots -N -M "$machine" -- -bios bios-256k.bin "${net[@]}" -device virtio-net-pci,netdev=net,romfile= \
        "${smbios[@]}" -- "$@"
}
demands() { # FORM NAME -- LINE...: by the command line
    local net name=$2
    mapfile -t net < <(serve "$1")
    shift 3
    boots -N -a "log=info metadata=$name" -- "${net[@]}" -device virtio-net-device,netdev=net -- "$@"
}

sed 's/^FROM=.*/FROM=service/' "$tmp/files/user-data" >"$tmp/service/user-data"
asks pc ec2 'Amazon EC2' c5.large -- "${wanted[@]}" 'pair FROM=service' 'user data of ec2: 6 variables' &&
    asked 'PUT /latest/api/token' 'GET /latest/user-data'
claim $? 'EC2: a token, then the user data'
asks q35 ec2-1 'Amazon EC2' m4.large -- 'pair FROM=service' &&
    asked 'PUT /latest/api/token' 'GET /latest/user-data'
claim $? 'EC2 without tokens'
demands mmds1 ec2 -- 'pair FROM=service' && asked 'PUT /latest/api/token' 'GET /latest/user-data'
claim $? "Firecracker's version 1, which gives no tokens"
asks pc gce Google 'Google Compute Engine' -- 'pair FROM=service' 'user data of gce: 6 variables'
claim $? 'Google Compute Engine'
mapfile -t net < <(serve gce) && mapfile -t smbios < <(made_by Google 'Google Compute Engine')
printf '#ucompose\nOPEN=lies open\nFROM=config map\n' >"$tmp/environment"
genisoimage -quiet -J -r -V ucompose -graft-points -o "$tmp/open.iso" "environment=$tmp/environment" 2>"$tmp/out"
mapfile -t drive < <(disk "$tmp/open.iso")
boots -N -M pc -- -bios bios-256k.bin "${net[@]}" -device virtio-net-pci,netdev=net,romfile= "${smbios[@]}" "${drive[@]}" \
    -device virtio-blk-pci,drive=cloud -- 'pair FROM=service' 'pair OPEN=lies open'
claim $? "beside a disk labelled ucompose, which is no cloud's"
asks q35 openstack 'OpenStack Foundation' 'OpenStack Nova' -- 'pair FROM=service'
claim $? 'OpenStack'
asks q35 hetzner Hetzner vServer -- 'pair FROM=service'
claim $? 'Hetzner Cloud'
asks q35 digitalocean DigitalOcean Droplet -- 'pair FROM=service'
claim $? 'DigitalOcean'
asks pc ec2 QEMU 'Standard PC' -- 'host service' && [ ! -e "$tmp/service/asked" ]
claim $? 'a machine of nobody that we know asks nobody'
demands openstack openstack -- 'pair FROM=service'
claim $? 'metadata=openstack on a machine without SMBIOS'
echo 3 >"$tmp/service/broken"
demands gce gce -- 'pair FROM=service' 'once more'
claim $? 'a service that is out of order for a while'
echo 1000 >"$tmp/service/broken"
demands ec2 ec2 -- 'the service of ec2 is out of order: the service starts without user data'
claim $? 'one whose tokens are out of order for good'
rm "$tmp/service/broken"
demands secret gce -- 'refuses to give user data'
claim $? 'one that refuses'
demands noise ec2 -- 'makes no sense for ec2'
claim $? 'one that answers noise'
demands short hetzner -- 'makes no sense for hetzner'
claim $? 'one that ends in the middle of its answer'
demands large gce -- 'user data of more than 65535 bytes'
claim $? 'one that answers too much'
demands openstack azure -- 'metadata=azure is unknown'
claim $? 'a form that we do not know'
rm "$tmp/service/user-data"
demands openstack openstack -- 'has no user data for this machine'
claim $? 'no user data'
printf '#cloud-config\npackages: [nginx]\n' >"$tmp/service/user-data"
demands openstack openstack -- "user data of openstack is cloud-init's YAML, and not used: its first line must be #ucompose"
claim $? "user data for cloud-init"
printf '#ucompose\nGOOD=1\nnot a pair\nOPEN="abc\n' >"$tmp/service/user-data"
demands openstack openstack -- 'pair GOOD=1' 'line 3: not NAME=value; left out' 'line 4: its quote does not end'
claim $? 'faulty lines are told, the others count'
boots -N -a 'log=info metadata=gce' -- -netdev user,id=net,restrict=on -device virtio-net-device,netdev=net -- \
    'no answer from 169.254.169.254 (gce, error' 'the service starts without user data'
claim $? 'no service at all'
boots -a 'log=info metadata=gce' -- -- 'no network to ask the service of gce by: it starts without user data' &&
    ! grep -q 'once more' "$tmp/out"
claim $? 'no network at all: nothing is waited for'
finish
