# SPDX-License-Identifier: MIT
# `deploy TARGET` for clouds and orchestrators: their scripts call what they should, and what they hand over boots.
source "$UC_E2E/lib.sh"
PATH=$PATH:/usr/sbin:/sbin

project targets <<'YAML'
name: pro
services:
  api:
    build: ./probe
    ports: ["8080:8080"]
    environment: { NAME: "it's 5$$ \"%n\" & <b>" }
    deploy: { replicas: 2 }
YAML
hashes() { (cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum); }
answers() { get "$1/name" 2>/dev/null | grep -qF "it's 5\$ \\\"%n\\\" & <b>"; }
boots() { # QEMU-ARGUMENT..., "PORT" in them is a free one (or $given) that leads to the service
    local port status
    port=${given:-$(free_port)}
    qemu-system-x86_64 -cpu max -accel tcg -m 96M -nodefaults -no-user-config -nographic -no-reboot \
        -serial file:serial.log "${@//PORT/$port}" >qemu.log 2>&1 </dev/null &
    until_true 20 answers "http://127.0.0.1:$port"
    status=$?
    kill $! 2>/dev/null
    wait $! 2>/dev/null
    [ $status = 0 ] || cat serial.log qemu.log
    return $status
}
user_network=(-netdev 'user,id=net,hostfwd=tcp:127.0.0.1:PORT-:8080' -device virtio-net-pci,netdev=net,romfile=)

# Commands of clouds that note how they were called; what they are asked to show is not there, or is when $SHOWN. Then a
# machine is of version $VERSION, and its log says "ready" anew after each replacement, unless $STUCK. The question $BROKEN fails.
mkdir bin calls
for tool in openstack gcloud qm pvesh; do
    cat >bin/$tool <<'SCRIPT'
#!/bin/sh
log() {
    [ -z "${SHOWN-}${LOGS-}" ] || echo "{\"message\":\"ready\"} $([ -n "${STUCK-}" ] || grep -c -e '<rebuild>' -e '<create>' "$CALLS")"
    [ -z "${ENDS-}" ] || echo 'ucompose: exit status 3'
    exit
}
case "${0##*/} $* " in *" ${BROKEN-nothing} "*) echo 'the cloud is away' >&2; exit 1 ;; esac
case "${0##*/} $*" in
*' flavor show '* | *' machine-types describe '*) echo "${RAM-4096}"; exit ;;
*' image list '* | *' images list '* | *' security group list '* | *' firewall-rules list '*)
    [ -z "${SHOWN-}" ] || echo pro-api
    exit
    ;;
*' -c ID -c IP Protocol -c Port Range '*) [ -z "${OPEN+set}" ] || echo "rule-7 ${PROTOCOL-tcp} $OPEN"; exit ;;
*' server list --name ^pro-.*-'* | *" --filter name~'^pro-.*-"*)
    [ -z "${SHOWN-}" ] || printf 'pro-api-1\npro-api-2\n%s\n' "${OTHER-}"
    exit
    ;;
*' server list '* | *' instances list '* | 'qm list'*)
    [ -z "${SHOWN-}" ] || printf ' 100 pro-api-1 x\n 101 pro-api-2 x\n 102 %s x\n' "${OTHER--}"
    exit
    ;;
*' console log show '* | *' get-serial-port-output '*) log ;;
*' -c properties '*) [ -n "${SHOWN-}" ] || exit 1; echo "{'ucompose_version': '${VERSION-}'}"; exit ;;
*'value(labels.ucompose_version)'*) [ -n "${SHOWN-}" ] || exit 1; echo "${VERSION-}"; exit ;;
esac
for word; do
    case $word in
    list) [ "${0##*/}" != openstack ] || { echo "${OPEN-}"; exit; } ;;
    esac
done
[ "${0##*/} $1" != 'qm config' ] || { echo "cicustom: ${SNIPPET-}"; exit; }
[ "${0##*/}" != pvesh ] || { echo 100; exit; }
printf '<%s> ' "${0##*/}" "$@" >>"$CALLS"
echo >>"$CALLS"
case "$*" in "${FAILS:-nothing}"*) exit 1 ;; esac
SCRIPT
    chmod +x bin/$tool
done
runs() { # FOLDER SCRIPT NAME=VALUE...
    local folder=$1 script=$2
    shift 2
    : >calls/$script
    (cd "$folder" && env "$@" CALLS="$OLDPWD/calls/$script" PATH="$OLDPWD/bin:$PATH" SNIPPETS="$OLDPWD/calls" sh "./$script")
}
called() { grep -qF -- "$2" "calls/$1" || { cat "calls/$1"; return 1; }; }

for target in openstack gcp proxmox terraform; do
    claim "$target: a plan tells rights and commands" says 'this needs .*:$' uc deploy $target --plan
done
for line in 'image pro-api-[0-9a-f]{16}' 'security group pro-api, open at TCP 8080' 'server pro-api-2, '; do
    claim "openstack: a plan tells what would be made: ${line%% *}" says "^$line" uc deploy openstack --plan
done
claim 'gcp: a rule, too' says '^firewall rule pro-api, open at TCP 8080' uc deploy gcp --plan
claim 'no port of this host is listened at' eval '! uc deploy gcp --plan | grep ^listen'
claim 'a plan writes nothing' test ! -e pro-openstack
sed 's/    build:/    healthcheck: { interval: 1s }\n    mem_limit: 1g\n    build:/' compose.yaml >more.yaml
claim 'a key that means nothing there is told' says 'service api: healthcheck means nothing with "deploy openstack": .*port 9090' \
    uc -f more.yaml deploy openstack --plan
claim 'a flavor is chosen by the memory' says '^NETWORK=private FLAVOR=m1.small ./openstack.sh' uc -f more.yaml deploy openstack --plan
sed '/    ports:/d' compose.yaml >closed.yaml
# Published ports of several machines: each is reached at its own address.
for target in openstack gcp proxmox terraform; do
    claim "$target is written" says '^wrote ' uc deploy $target
    before=$(hashes pro-$target)
    uc deploy $target >/dev/null
    claim "$target: the same bytes once more" is "$before" "$(hashes pro-$target)"
    claim "$target: only its owner reads the environment" is "$(stat -c %a pro-$target/api.user-data)" 600
done

claim 'terraform: images are named by their content' is "$(ls pro-terraform/images | grep -cE '^api-[0-9a-f]{16}[.](raw|qcow2|tar[.]gz)$')" 3
image=$(cd pro-terraform && ls images/*.qcow2)
claim 'by which the modules find them' is "$(grep -lF "\${path.module}/../$image" pro-terraform/*/main.tf | wc -l)" 2
printf '%016d images/api-old.raw\n' 0 >>pro-terraform/.ucompose-deploy && touch pro-terraform/images/api-old.raw
claim 'an image of a version before is told' says "^left      $PWD/pro-terraform/images/api-old.raw .*no part of it" uc deploy terraform --plan
claim 'openstack: the script runs' runs pro-openstack openstack.sh NETWORK=lan FLAVOR=tiny
id=$(sed -n "s/^machine 'pro-api-1' '\([^']*\)'.*/\1/p" pro-openstack/openstack.sh)
claim 'it makes the image' called openstack.sh "<openstack> <image> <create> <--disk-format> <qcow2> <--property> <hw_rng_model=virtio> <--property> <os_shutdown_timeout=10> <--file> <images/api.qcow2> <$id>"
claim 'opens the port' called openstack.sh "<--dst-port> <8080> <pro-api>"
claim 'and starts both servers' called openstack.sh "<--flavor> <tiny> <--network> <lan> <--image> <$id> <--security-group> <pro-api> <--user-data> <api.user-data> <--property> "
version() { sed -n "s/^machine 'pro-api-2' .* //p" "$1"; }
version=$(version pro-openstack/openstack.sh)
claim 'of which it notes the version' called openstack.sh "<--property> <ucompose_version=$version> <pro-api-2>"
claim 'once more, where all is there' runs pro-openstack openstack.sh SHOWN=1 OPEN=8080:8080 VERSION="$version"
claim 'nothing is made' test ! -s calls/openstack.sh
claim 'where a port is not open yet' runs pro-openstack openstack.sh SHOWN=1 OPEN=80:80 VERSION="$version"
claim 'it is opened' is "$(cat calls/openstack.sh)" '<openstack> <security> <group> <rule> <create> <--ingress> <--protocol> <tcp> <--dst-port> <8080> <pro-api> '
claim 'and what is open and should not be is told' says 'pro-api is open at 80:80, .*rule delete rule-7 closes it' \
    runs pro-openstack openstack.sh SHOWN=1 OPEN=80:80 VERSION="$version"
for range in 8080:65535 80:8080; do
    claim "so is $range, which is more" says "pro-api is open at $range, " \
        runs pro-openstack openstack.sh SHOWN=1 OPEN=$range VERSION="$version"
done
for protocol in tcp any None; do
    claim "so are all ports, as $protocol" says 'pro-api is open at all ports, .*rule delete rule-7 closes it' \
        runs pro-openstack openstack.sh SHOWN=1 OPEN= PROTOCOL=$protocol VERSION="$version"
done
for settings in OPEN=8080:8080 'OPEN=53:53 PROTOCOL=udp' ''; do
    claim "of this it says nothing: $settings" is "$(runs pro-openstack openstack.sh SHOWN=1 $settings VERSION="$version" 2>&1)" ''
done
claim 'so is a machine that is none of them any more' says 'pro-api-3 is none of .*openstack server delete --wait pro-api-3' \
    runs pro-openstack openstack.sh SHOWN=1 OPEN=8080:8080 VERSION="$version" OTHER=pro-api-3
claim 'and nobody removes it' test ! -s calls/openstack.sh
claim 'a flavor with too little memory is refused' refuses 1 'the flavor tiny has 8 MiB, and compose.yaml asks for' \
    runs pro-openstack openstack.sh FLAVOR=tiny RAM=8
claim 'and nothing is made for it' test ! -s calls/openstack.sh
claim 'machines of another version are told' says 'pro-api-2 is of another version, .*REPLACE=1' runs pro-openstack openstack.sh SHOWN=1 OPEN=8080:8080 VERSION=1-2
claim 'and left alone' test ! -s calls/openstack.sh
claim 'unless they shall be replaced' runs pro-openstack openstack.sh SHOWN=1 OPEN=8080:8080 VERSION=1-2 REPLACE=1 PATIENCE=0 SETTLE=0
replaced="<openstack> <--os-compute-api-version> <2.57> <server> <rebuild> <--wait> <--image> <$id> <--user-data> <api.user-data> <--property> <ucompose_version=unproved>"
claim 'one by one: the second when the first is proved' is "$(cat calls/openstack.sh)" "$(
    for n in 1 2; do printf '%s <pro-api-%s> \n<openstack> <server> <set> <--property> <ucompose_version=%s> <pro-api-%s> \n' "$replaced" $n "$version" $n; done)"
claim 'where one does not get ready' refuses 1 'pro-api-1 does not say in its log that it is ready; no other machine was replaced' \
    runs pro-openstack openstack.sh SHOWN=1 OPEN=8080:8080 VERSION=1-2 REPLACE=1 PATIENCE=0 SETTLE=0 STUCK=1
claim 'the next stays as it is' is "$(cat calls/openstack.sh)" "$replaced <pro-api-1> "
claim 'where one ends soon after it was ready' refuses 1 'pro-api-1 ended soon after it was ready .ucompose: exit status 3' \
    runs pro-openstack openstack.sh SHOWN=1 OPEN=8080:8080 VERSION=1-2 REPLACE=1 PATIENCE=0 SETTLE=0 ENDS=1
claim 'nothing is proved' is "$(cat calls/openstack.sh)" "$replaced <pro-api-1> "
claim 'where there is none, it is made' runs pro-openstack openstack.sh REPLACE=1 LOGS=1 PATIENCE=0 SETTLE=0
claim 'and is of its version only when it is proved' is "$(grep -o '<ucompose_version=.*' calls/openstack.sh)" "$(
    for n in 1 2; do printf '<ucompose_version=unproved> <pro-api-%s> \n<ucompose_version=%s> <pro-api-%s> \n' $n "$version" $n; done)"
claim 'where one that was made does not get ready' refuses 1 'pro-api-1 does not say' runs pro-openstack openstack.sh REPLACE=1 PATIENCE=0 SETTLE=0
claim 'the next is not made' eval '! grep -F "<pro-api-2>" calls/openstack.sh'
claim 'gcp: the script runs' runs pro-gcp gcp.sh BUCKET=mine
claim 'it uploads the archive' called gcp.sh '<gcloud> <storage> <cp> <images/api.tar.gz> <gs://mine/pro-api-'
claim 'and starts machines with user data' called gcp.sh '<--metadata-from-file> <user-data=api.user-data>'
claim 'which its rule is for' called gcp.sh '<firewall-rules> <create> <pro-api> <--network> <default> <--target-tags> <pro-api> <--allow> <tcp:8080>'
claim 'and their tag names' called gcp.sh '<--tags> <pro-api>'
claim 'once more, where all is there' runs pro-gcp gcp.sh BUCKET=mine SHOWN=1 VERSION="$(version pro-gcp/gcp.sh)"
claim 'the rule has the ports of now' is "$(cat calls/gcp.sh)" '<gcloud> <compute> <firewall-rules> <update> <pro-api> <--allow> <tcp:8080> '
claim 'a machine that is none of them any more is told there, too' says 'pro-old-1 is none of .*gcloud compute instances delete pro-old-1 --zone' \
    runs pro-gcp gcp.sh BUCKET=mine SHOWN=1 VERSION="$(version pro-gcp/gcp.sh)" OTHER=pro-old-1
claim 'a type with too little memory is refused' refuses 1 'the machine type e2-micro has 8 MiB' runs pro-gcp gcp.sh BUCKET=mine RAM=8
uc -f closed.yaml deploy gcp --out closed >/dev/null
claim 'without ports' runs closed gcp.sh BUCKET=mine SHOWN=1 VERSION="$(version closed/gcp.sh)"
claim 'the rule is removed' is "$(cat calls/gcp.sh)" '<gcloud> <compute> <firewall-rules> <delete> <pro-api> <--quiet> '
claim 'machines of another version are told there' says 'pro-api-1 is of another version' runs pro-gcp gcp.sh BUCKET=mine SHOWN=1 VERSION=1-2
claim 'and replaced when asked' runs pro-gcp gcp.sh BUCKET=mine SHOWN=1 VERSION=1-2 REPLACE=1 PATIENCE=0 SETTLE=0
claim 'one by one there, too' is "$(sed -n 's/.*<instances> <\(delete\|create\|add-labels\)> <\([a-z0-9-]*\)>.*/\1 \2/p' calls/gcp.sh | tr '\n' ,)" \
    'delete pro-api-1,create pro-api-1,add-labels pro-api-1,delete pro-api-2,create pro-api-2,add-labels pro-api-2,'
claim 'without a bucket it says so' refuses 2 'the name of a bucket of yours' runs pro-gcp gcp.sh
claim 'proxmox: the script runs' runs pro-proxmox proxmox.sh STORAGE=fast
snippet=$(sed -n "s/^create 'pro-api-2' .* '\([^']*\)' #.*/\1.user-data/p" pro-proxmox/proxmox.sh)
claim 'the environment is where it looks for it' cmp pro-proxmox/api.user-data "calls/$snippet"
claim 'it makes machines' called proxmox.sh '<qm> <create> <100> <--name> <pro-api-1> <--memory> <'
claim 'with a NoCloud drive' called proxmox.sh '<--scsi1> <fast:cloudinit> <--cicustom> <user=local:snippets/pro-api-'
claim 'whose disk is imported' called proxmox.sh "<qm> <set> <100> <--scsi0> <fast:0,import-from=$PWD/pro-proxmox/images/api.qcow2>"
claim 'where a machine cannot be finished' refuses 1 'pro-api-1 could not be made' runs pro-proxmox proxmox.sh STORAGE=fast 'FAILS=set 100 --scsi1'
claim 'it is taken away again' called proxmox.sh '<qm> <destroy> <100> <--purge>'
claim 'and none follows' eval '! grep -F "<pro-api-2>" calls/proxmox.sh'
claim "where it cannot be begun, nobody else's is taken away" eval '! runs pro-proxmox proxmox.sh "FAILS=create 100" && ! grep -q destroy calls/proxmox.sh'
claim 'once more, where all is there' says 'pro-api-2 is of another version, .*qm shutdown 101 && qm destroy 101 --purge' runs pro-proxmox proxmox.sh SHOWN=1
claim 'nothing is made there' test ! -s calls/proxmox.sh
claim 'nor where nobody can be told' eval '! runs pro-proxmox proxmox.sh SHOWN=1 2>/dev/full && test ! -s calls/proxmox.sh'
claim 'a machine that is none of them any more is told there, too' says 'pro-api-3 is none of .*qm shutdown 102 && qm destroy 102 --purge' \
    runs pro-proxmox proxmox.sh SHOWN=1 OTHER=pro-api-3
claim 'where it is what is wanted, it is quiet' is "$(runs pro-proxmox proxmox.sh SHOWN=1 SNIPPET="user=local:snippets/$snippet" 2>&1)" ''

while read -r script question; do
    thing=${question% list}
    claim "$script: where the question $question fails, it ends" refuses 1 'the cloud is away' \
        runs pro-$script $script.sh BUCKET=mine "BROKEN=$question" 2>&1
    claim "$script: and has made nothing by it" eval "! grep -F '<pro-api-1>' calls/$script.sh && ! grep -F '<${thing// /> <}> <create>' calls/$script.sh"
done <<'QUESTIONS'
openstack image list
openstack security group list
openstack security group rule list
openstack server list
gcp images list
gcp firewall-rules list
gcp instances list
proxmox list
QUESTIONS

mkdir cidata && cp pro-proxmox/api.user-data cidata/user-data && echo 'instance-id: 1' >cidata/meta-data
genisoimage -quiet -J -r -V cidata -o cidata.iso cidata
claim 'their disk and their user data boot, with every character' boots -M q35 "${user_network[@]}" -device virtio-scsi-pci \
    -drive file=pro-openstack/images/api.qcow2,format=qcow2,if=none,id=disk,snapshot=on -device scsi-hd,drive=disk \
    -drive file=cidata.iso,format=raw,if=none,id=cd,media=cdrom -device scsi-cd,drive=cd
mkdir archive && tar -C archive -xzf pro-gcp/images/api.tar.gz
claim 'so does the archive for Compute Engine' boots -M pc "${user_network[@]}" \
    -drive file=archive/disk.raw,format=raw,if=none,id=disk,snapshot=on -device virtio-blk-pci,drive=disk \
    -drive file=cidata.iso,format=raw,readonly=on,if=none,id=cd -device virtio-blk-pci,drive=cd

sed -i 's/    ports:.*//' compose.yaml
claim 'firecracker is written' says '^wrote ' uc deploy firecracker
claim 'its configuration is JSON' jq -e '."boot-source".boot_args and ."network-interfaces"[0].guest_mac' pro-firecracker/pro-api-2.json
claim 'so is what its metadata service says' is "$(jq -r '.latest."user-data"' pro-firecracker/pro-api-1.metadata.json | head -n 1)" '#ucompose'
claim 'the script is one' sh -n pro-firecracker/start.sh
# Firecracker by a link, as its releases are installed; a jailer that starts something and leaves its number.
mkdir -p release jail && cp /bin/true release/firecracker-v1 && ln -s ../release/firecracker-v1 bin/firecracker
cat >bin/jailer <<'SCRIPT'
#!/bin/bash
printf '<%s> ' jailer "$@" >>"$CALLS"
echo >>"$CALLS"
root=$JAIL/firecracker-v1/$2/root
[ ! -e "$root/left" ] && [ -e "$root/image.elf" ] && [ -e "$root/metadata.json" ] || exit 1
[ -z "${REFUSES-}" ] || { echo 'no cgroup'; exit 1; }
mkfifo "$root/left"
(exec -a "--id=$2" cat <>"$root/left" >/dev/null 2>&1) &
echo $! >"$root/firecracker-v1.pid"
[ -z "${ENDS-}" ] || { echo 'no KVM'; kill -KILL $!; wait $! 2>/dev/null; }
[ -n "${ENDS-}${STUCK-}" ] || echo '{"message":"ready"}'
SCRIPT
# It ends when its keys are pressed, unless it is $DEAF.
cat >bin/curl <<'SCRIPT'
#!/bin/sh
echo "$*" >>"$CALLS.keys"
[ -z "${NOBODY-}" ] || { echo 'no such socket' >&2; exit 7; }
[ -n "${DEAF-}" ] || kill "$(cat firecracker-v1.pid)"
SCRIPT
chmod +x bin/curl
printf '#!/bin/sh\n[ -z "${TAKEN-}" ] || echo "7: eth9 inet 198.18.0.1/30"\necho "$*" >>"$CALLS.ip"\n' >bin/ip && chmod +x bin/jailer bin/ip
starts() { runs pro-firecracker start.sh "JAIL=$PWD/jail" "LOGS=$PWD/logs" "USER_ID=$(id -u)" "$@"; }
stops() { (cd pro-firecracker && env "JAIL=$OLDPWD/jail" "CALLS=$OLDPWD/calls/start.sh" PATH="$OLDPWD/bin:$PATH" sh ./start.sh stop "$@"); }
ends() { kill $(cat jail/firecracker-v1/pro-api-*/root/firecracker-v1.pid); }
claim 'where the host has its addresses, a machine is not started' refuses 1 'eth9 of this host has addresses that are for pro-api-1' starts TAKEN=1
claim 'a jailer that fails is told' refuses 1 'pro-api-1 could not be started; the end of its log' starts REFUSES=1
claim 'with its words' says 'no cgroup' cat logs/pro-api-1.log
claim 'so is a machine that ends' refuses 1 'pro-api-1 has ended' starts ENDS=1
claim 'it starts the machines' says 'pro-api-2 is ready' starts
claim 'in jailers, by the name of the program itself' called start.sh "<jailer> <--id> <pro-api-2> <--exec-file> <$PWD/release/firecracker-v1>"
claim 'which keep their console' grep -q ready logs/pro-api-2.log
claim 'once more: they run already' says 'pro-api-2 runs already' starts
claim 'and are left alone' test ! -s calls/start.sh
cp pro-firecracker/start.sh as-it-was
sed -i "/^start pro-api-1 /s/ [0-9a-f]\{32\} / other /; /^start pro-api-2 /d" pro-firecracker/start.sh
claim 'one of another version is told' says 'pro-api-1 runs in another version.*REPLACE=1' starts
claim 'and one that is no part of the project any more' says 'pro-api-2 is no part of the project any more, and runs on' starts
claim 'both are left alone' test ! -s calls/start.sh
claim 'unless it shall be replaced' says 'pro-api-1 is ready' starts REPLACE=1
claim 'by its power button' grep -qF -- '--unix-socket run/firecracker.socket -X PUT -H Content-Type: application/json -d { "action_type": "SendCtrlAltDel" }' calls/start.sh.keys
sed -i 's/ other [0-9]* / another 0 /' pro-firecracker/start.sh
claim 'one that is deaf is ended, too' eval 'stops pro-api-1 && starts && DEAF=1 stops pro-api-1 && starts'
claim 'and one that cannot be asked' says 'pro-api-1 could not be asked to drain' eval 'NOBODY=1 stops pro-api-1 && starts'
unheard() { ! (cd pro-firecracker && env "JAIL=$OLDPWD/jail" PATH="$OLDPWD/bin:$PATH" CALLS="$OLDPWD/calls/start.sh" sh ./start.sh "$@" >/dev/full 2>&1); }
is_ended() { [ ! -e jail/firecracker-v1/pro-api-1 ]; }
claim 'one whose end nobody can be told of stays ended' eval 'unheard stop pro-api-1 && is_ended'
claim 'to end it once more is no mistake' says 'pro-api-1 does not run' stops pro-api-1
claim 'a word that is none starts nothing' eval 'unheard halt && is_ended'
claim 'a name that none has is told' refuses 1 'pro has no machine pro-api-7' stops pro-api-7
cp pro-firecracker/pro-api-1.metadata.json loud
sed -i 's/#ucompose/&\\nUC_LOG_LEVEL=\\"warn\\"/' pro-firecracker/pro-api-1.metadata.json
claim 'one that logs too little to say that it is ready is told to run' says 'pro-api-1 runs; whether it is ready' starts STUCK=1
mv loud pro-firecracker/pro-api-1.metadata.json
claim 'it is the version of now' grep -qx another jail/firecracker-v1/pro-api-1/version
claim 'one that does not say that it is ready is told' refuses 1 'pro-api-1 runs, and does not say in .*/logs/pro-api-1.log' \
    eval 'stops pro-api-1 && starts STUCK=1 PATIENCE=0'
mv as-it-was pro-firecracker/start.sh
ends
claim 'once they have ended' starts
claim 'they start in new roots' called start.sh '<jailer> <--id> <pro-api-2>'
mkdir -p jail/firecracker-v1/others-1 && echo others >jail/firecracker-v1/others-1/project
claim 'all are ended' says 'pro-api-2 is ended' stops
claim 'with their taps' grep -qx "link delete $(sed -n 's/^start pro-api-2 \([^ ]*\) .*/\1/p' pro-firecracker/start.sh)" calls/start.sh.ip
claim 'and nothing else' is "$(ls jail/firecracker-v1)" others-1
# The second machine, with the host's end of its link and the metadata service that stands there by itself.
mkdir mmds && jq -r '.latest."user-data"' pro-firecracker/pro-api-2.metadata.json >mmds/user-data
claim 'a link with a metadata service' cc -std=gnu17 -Wall -Wextra -Werror -O1 -o cloud_network "$UC_E2E/peers/cloud_network.c" -lslirp
given=$(free_port)
gateway=$(jq -r '."boot-source".boot_args' pro-firecracker/pro-api-2.json | sed 's/.* gw=\([^ ]*\).*/\1/')
./cloud_network mmds link=$gateway,169.254.169.254 router=$gateway "forward=$given-8080" \
    "service=$UC_E2E/peers/metadata_service mmds2 $PWD/mmds" </dev/null >mmds/seen 2>&1 &
link=$!
until_true 5 grep -q '^ready' mmds/seen
claim 'what Firecracker is told boots on a microVM without ACPI, as it is written' boots \
    -M microvm,acpi=off,pic=on,pit=off,rtc=off,isa-serial=on,x-option-roms=off -bios qboot.rom -global virtio-mmio.force-legacy=false \
    -kernel pro-firecracker/images/api.elf -append "$(jq -r '."boot-source".boot_args' pro-firecracker/pro-api-2.json)" -device virtio-rng-device \
    -netdev dgram,id=net,local.type=unix,local.path=mmds/machine,remote.type=unix,remote.path=mmds/wire \
    -device "virtio-net-device,netdev=net,mac=$(jq -r '."network-interfaces"[0].guest_mac' pro-firecracker/pro-api-2.json)"
claim 'it has asked for a token first, as version 2 of the service wants it' is \
    "$(cat mmds/asked)" $'PUT /latest/api/token HTTP/1.0\nGET /latest/user-data HTTP/1.0'
kill $link

sed -i 's/    build:/    restart: always\n    build:/' compose.yaml
claim 'nomad is written' says '^wrote ' uc deploy nomad
claim 'its environment is its owner'"'"'s' is "$(stat -c %a pro-nomad/pro.nomad.hcl)" 600

# As Nomad's QEMU driver starts a task (drivers/qemu/driver.go): in the task's folder, where the environment was written.
job=$PWD/pro-nomad/pro.nomad.hcl
in_job() { sed -n "s/^ *$1 *= \"\{0,1\}\([^\" ]*\).*/\1/p" $job; }
starts_task() { # NUMBER; the machine's process, its port and its management's are in $machine, $port, $admin
    local folder=task-$1 args
    mkdir -p "$folder/secrets" && port=$(free_port) || return 1
    until admin=$(free_port) && [ "$admin" != "$port" ]; do :; done
    sed -n 's/^ *data = //p' $job | jq -j . >"$folder/secrets/environment"
    [ "$(in_job memory)" -ge 128 ] || { echo 'QEMU memory assignment out of bounds' && return 1; }
    mapfile -t args < <({ echo '[' && sed -n '/^ *args = \[$/,/^ *\]$/{s/ # .*//;/[][]$/!p}' $job && echo '""]'; } | jq -r '.[:-1][]' |
        sed "s/\${NOMAD_IP_[a-z]*}/127.0.0.1/g; s/\${NOMAD_PORT_service}/$port/; s/\${NOMAD_PORT_admin}/$admin/")
    (cd "$folder" && exec qemu-system-x86_64 -machine type=pc,accel="$(in_job accelerator)" -name "$(basename "$(in_job image_path)")" \
        -m "$(in_job memory)M" -drive "file=$(in_job image_path),if=$(in_job drive_interface)" -nographic \
        -monitor unix:qm.sock,server,nowait "${args[@]}" >log 2>&1 </dev/null) &
    machine=$!
}
monitor() { printf '%s\n' "$2" | timeout 10 socat - "UNIX-CONNECT:task-$1/qm.sock"; } # NUMBER COMMAND
ended() { ! kill -0 "$1" 2>/dev/null; }
listens() { grep -ci "^ *[0-9]*: $1:$(printf %04X "$2") 00000000:0000 0A" /proc/net/tcp; } # ADDRESS-IN-HEX PORT: how many do
claim "nomad's driver takes the task" starts_task 1
first=$machine first_url=http://127.0.0.1:$port
claim 'and a second one beside it' starts_task 2
claim 'it boots' until_true 20 answers "$first_url"
claim 'so does the second, of the same image' until_true 20 answers "http://127.0.0.1:$port"
claim 'the management port is at the address that Nomad says' is "$(listens 0100007F "$admin")" 1
claim 'and at no other' is "$(listens 00000000 "$admin")" 0
claim 'a machine has the memory of its service, not what the driver says' says 'base memory: 16777216' monitor 2 'info memory_size_summary'
exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 12\r\n\r\n' >&3
claim 'a request is under way' eval 'read -rt 10 line <&3 && [[ $line = "HTTP/1.1 100 "* ]]'
monitor 2 system_powerdown >/dev/null
kill -s "$(in_job kill_signal | sed s/SIG//)" $machine
claim 'by the power button, and the signal behind it, the service drains' until_true 10 grep -q '"draining"' task-2/log
printf '{"name":"x"}' >&3
claim 'and answers what is under way' eval 'timeout 10 grep -m 1 "HTTP/1.1 200 " <&3'
exec 3>&-
claim 'then it ends' until_true 10 ended $machine
kill $first && wait $first 2>/dev/null

claim 'kubernetes wants to know the registry' refuses 1 'add --registry registry.example/pro' uc deploy kubernetes
for place in 'x y' https://r.example/x 'a$(id)/b' r.example/X; do
    claim "$place is no registry" refuses 1 'write --registry registry.example/pro' uc deploy kubernetes --registry "$place"
done
claim 'nor is less than there is the most' refuses 1 'service api: it has 2 machines, and --max-replicas 1 allows fewer' \
    uc deploy kubernetes --registry r.example/x --max-replicas 1
claim 'kubernetes is written' says 'skopeo copy oci-archive:images/api.oci.tar docker://r.example/x/api:' \
    uc deploy kubernetes --registry r.example/x --max-replicas 5
claim 'with an autoscaler' grep -q 'maxReplicas: 5' pro-kubernetes/api.yaml
claim 'and a container image' skopeo inspect oci-archive:pro-kubernetes/images/api.oci.tar

# The disks of a machine as KubeVirt makes them: of a ConfigMap with its links, and of user data.
cat >kube.yaml <<'YAML'
name: kube
services:
  api: { build: ./probe, restart: always, environment: { UC_PORT: 8123, NAME: "${GIVEN}" } }
YAML
GIVEN="it's 5\$ \"%n\" & <b>"
export GIVEN
claim 'kubernetes, with variables of both kinds' says '^wrote ' uc -f kube.yaml deploy kubernetes --registry r.example/x
mkdir -p config-map/..2026 no-cloud
sed -n '/^  environment: |$/,/^---/s/^    //p' kube-kubernetes/api.yaml >config-map/..2026/environment
sed -n '/^  userdata: |$/,/^---/s/^    //p' kube-kubernetes/api.yaml >no-cloud/user-data
printf '{"instance-id":"api.default","local-hostname":"api"}' >no-cloud/meta-data
ln -s ..2026 config-map/..data && ln -s ..data/environment config-map/environment
label=$(sed -n 's/.*configMap: { name: api-environment, volumeLabel: \(.*\) } }$/\1/p' kube-kubernetes/api.yaml)
claim 'the disk of a ConfigMap' xorrisofs -output environment.iso -follow-links -volid "$label" -joliet -rock -graft-points \
    -partition_cyl_align on ..2026=config-map/..2026 ..data=config-map/..data environment=config-map/environment
claim 'and of a Secret' xorrisofs -output secrets.iso -volid cidata -joliet -rock -partition_cyl_align on no-cloud/user-data no-cloud/meta-data
mkdir container && tar -C container -xf kube-kubernetes/images/api.oci.tar
claim 'umoci unpacks the image' umoci unpack --rootless --image container:latest bundle
claim 'it boots with both, as KubeVirt starts it' boots -M q35 -kernel "bundle/rootfs$(sed -n 's/ *kernelPath: //p' kube-kubernetes/api.yaml)" \
    -append "$(sed -n 's/ *kernelArgs: "\(.*\)"/\1/p' kube-kubernetes/api.yaml)" \
    -drive file=environment.iso,format=raw,readonly=on,if=none,id=environment -device virtio-blk-pci,drive=environment \
    -drive file=secrets.iso,format=raw,readonly=on,if=none,id=secrets -device virtio-blk-pci,drive=secrets \
    -netdev 'user,id=net,hostfwd=tcp:127.0.0.1:PORT-:8123' -device virtio-net-pci,netdev=net,romfile=

# A replica set of three machines, of which the first ones are of an old version; each file is one: its version, and True.
cat >bin/kubectl <<'SCRIPT'
#!/bin/bash
cd "$CLUSTER" || exit 1
reconcile() {
    [ -e paused ] || while [ "$(ls -d vm-* | wc -l)" -lt "$(cat replicas)" ]; do
        echo "$WANTED ${NEW-True}" >vm-new-$((number = $(cat made) + 1)) && echo $number >made
    done
    [ -e paused ] || while [ "$(ls -d vm-* | wc -l)" -gt "$(cat replicas)" ]; do rm "$(ls -d vm-* | head -n 1)"; done
}
gone() {
    [ -z "${BREAKS-}" ] || exit 1
    [ -e "${1##*/}" ] || { [ "$2" = --ignore-not-found ]; exit; }
    echo "gone ${1##*/} with $(cat vm-* | grep -c ' True') ready" >>said && rm "${1##*/}" && reconcile
}
case "$*" in
'get vmi -l app.kubernetes.io/name=api,app.kubernetes.io/part-of=kube,ucompose.org/version!='*' -o name') grep -L "^${4##*!=} " vm-* | sed 's|^|virtualmachineinstance.kubevirt.io/|' ;;
'get vmi -l app.kubernetes.io/name=api,app.kubernetes.io/part-of=kube,ucompose.org/version='*) for vm in $(grep -l "^${4##*=} " vm-*); do echo "$vm $(cut -d' ' -f2 "$vm")"; done ;;
'get vmirs api -o jsonpath={.spec.replicas}') cat replicas ;;
'scale vmirs api --replicas '*) echo "$5" >replicas && reconcile ;;
'patch vmirs api --type merge --patch {"spec":{"replicas":'*) echo "$7" | tr -dc 0-9 >replicas && reconcile ;;
'patch vmirs api --type merge --patch {"spec":{"paused":true}}') touch paused ;;
'patch vmirs api --type merge --patch {"spec":{"paused":false}}') rm paused && reconcile ;;
'delete vmi '*) gone "$3" "$4" ;;
'delete virtualmachineinstance.kubevirt.io/'*) gone "$2" "$3" ;;
*) echo "kubectl $*: what is that?" >>said && exit 1 ;;
esac
SCRIPT
chmod +x bin/kubectl
WANTED=$(sed -n "s/^replace 'api' //p" kube-kubernetes/replace.sh)
export WANTED
cluster() { # of three old ones
    rm -rf cluster && mkdir cluster && echo 3 >cluster/replicas && echo 0 >cluster/made
    for n in 1 2 3; do echo 'old True' >cluster/vm-old-$n; done
}
replaces() { runs kube-kubernetes replace.sh "CLUSTER=$PWD/cluster" PATIENCE=0 "$@"; }
cluster
claim 'kubernetes: machines of another version are replaced' replaces
claim 'one by one, and as many as there shall be are always ready' is "$(cat cluster/said)" "$(
    for n in 1 2 3; do echo "gone vm-old-$n with 4 ready"; done)"
claim 'then there are as many as before, all new' is "$(cat cluster/replicas) $(cat cluster/vm-* | sort | uniq -c | xargs)" "3 3 $WANTED True"
claim 'once more: nothing to do' replaces
claim 'and nothing is done' is "$(wc -l <cluster/said)" 3
cluster
claim 'where the new version does not get ready' refuses 1 'api: the new version does not get ready' replaces NEW=False
claim 'it goes, and nothing else' is "$(cat cluster/said) $(cat cluster/replicas) $(cat cluster/vm-* | sort | uniq -c | xargs)" \
    'gone vm-new-1 with 3 ready 3 3 old True'

cluster
claim 'where the script is cut off' eval '! replaces BREAKS=1'
claim 'there is no place more, and it is not paused' is "$(cat cluster/replicas) $(ls cluster | grep -c -e vm- -e paused)" '3 3'
cluster
claim 'where the new version does not get ready, and the old one cannot be asked to go' refuses 1 'does not get ready' replaces NEW=False BREAKS=1
claim 'it is not paused, either' is "$(cat cluster/replicas) $(ls cluster | grep -c -e vm- -e paused)" '3 3'

claim 'with an autoscaler the file has no number' eval 'uc -f kube.yaml deploy kubernetes --registry r.example/x --max-replicas 5 && ! grep "^  replicas" kube-kubernetes/api.yaml'
cluster
echo "$WANTED True" | tee cluster/vm-old-1 cluster/vm-old-2 >cluster/vm-old-3
claim 'that the autoscaler has chosen' replaces
claim 'stays' is "$(cat cluster/replicas)" 3
rm cluster/vm-old-[23] && : >cluster/replicas
claim 'where there is none yet' replaces
claim 'it is what the autoscaler begins with' is "$(cat cluster/replicas)" 1

claim 'urunc: what a command line cannot hold is refused' refuses 1 "NAME cannot be on a kernel's command line" \
    uc deploy kubernetes-urunc --registry r.example/x
# A second version: what an engine looks at, to tell whether there is anything to do, is another.
cat >second.yaml <<'YAML'
name: second
services:
  api: { build: ./probe, restart: always, environment: { NAME: "${WORD}" } }
YAML
export WORD=one
targets=(nomad compose kubernetes kubernetes-urunc)
looks_at() { # TARGET
    case $1 in
    nomad) cat second-nomad/second.nomad.hcl ;;
    compose) cat second-compose/compose.yaml ;;
    *) sed -n '/^  template:/,/^---/p' "second-$1/api.yaml" ;;
    esac
}
deploys() { # VERSION
    local target registry
    mkdir -p "$1"
    for target in "${targets[@]}"; do
        [[ $target != kube* ]] || registry=(--registry r.example/x)
        uc -f second.yaml deploy "$target" "${registry[@]}" && looks_at "$target" >"$1/$target" || return
    done
}
differ() { ! cmp -s "$1" "$2"; }
claim 'a version is written for all that look for another' deploys version-1
image=$(echo second-nomad/images/api-*.raw)
before=$(sha256sum "$image")
elf=$(basename second-compose/images/api-*.elf .elf)
claim 'a disk has a name of its own, since it holds more than the ELF' test "$(basename "$image" .raw)" != "$elf"
claim 'and once more' deploys version-1-again
sed -i 's/default: "probe"/default: "another"/' probe/service.yaml
claim 'another image' deploys version-2
WORD=two
claim 'another environment' deploys version-3
for target in "${targets[@]}"; do
    claim "$target: where nothing is new, nothing is" cmp "version-1/$target" "version-1-again/$target"
    claim "$target: another image is seen" differ "version-1/$target" "version-2/$target"
    claim "$target: another environment is seen" differ "version-2/$target" "version-3/$target"
done
claim 'what KubeVirt is to replace is what is not of the version in the file' \
    grep -qF "ucompose.org/version: \"$(sed -n "s/^replace 'api' //p" second-kubernetes/replace.sh)\"" version-3/kubernetes
claim 'nomad finds the image before, should it go back' is "$(sha256sum "$image")" "$before"
claim 'which a plan names as left' says "^left      $PWD/$image" uc -f second.yaml deploy nomad --plan

claim 'options of other targets are refused' refuses 2 'max-replicas are for the targets kubernetes' uc deploy gcp --max-replicas 3
claim 'restarts that nobody would do are told' says 'service api: restart means nothing with "deploy openstack": nobody starts a machine again' uc deploy openstack
claim 'an unknown target names all' refuses 2 'there are host, systemd, .*terraform' uc deploy moon
finish
