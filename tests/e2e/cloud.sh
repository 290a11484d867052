# SPDX-License-Identifier: MIT
# A disk, started by the firmware, that a cloud configures: address, date and user data come over one wire, as
# that cloud gives them (peers/cloud_network.c).
source "$UC_E2E/lib.sh"
source "$UC_E2E/lib-tls.sh"
PATH=$PATH:/usr/sbin:/sbin

project cloud <<'YAML'
services:
  shop: { build: ./catalog }
YAML
cp -R "$UC_EXAMPLES/services/catalog" catalog
claim 'a disk' uc image shop --append log=info
claim 'one with a time server of its own' uc image shop --append 'log=info ntp=169.254.169.123' -o timed.raw
mkdir service cidata
printf '#ucompose\nUC_PORT=8123\n' | tee service/user-data >cidata/user-data
claim 'a NoCloud disk' genisoimage -quiet -J -r -V cidata -o cidata.iso cidata
claim "a cloud's network" cc -std=gnu17 -Wall -Wextra -Werror -O1 -o cloud_network "$UC_E2E/peers/cloud_network.c" -lslirp

# ---- a machine in a cloud ----

# Each cloud in a folder of its own: what the network saw is in NAME/seen, the machine's log in NAME/serial.
declare -A networks machines ports tell
network() { # NAME VALUE...
    local name=$1
    mkdir "$name" && mkfifo "$name/control"
    exec {tell[$name]}<>"$name/control"
    ports[$name]=$(free_port)
    shift
    ./cloud_network "$name" "forward=${ports[$name]}-8123" "$@" <"$name/control" >"$name/seen" 2>&1 &
    networks[$name]=$!
    until_true 5 grep -q '^ready' "$name/seen"
}
told() { # NAME COMMAND
    echo "$2" >&"${tell[$1]}"
    until_true 5 grep -qxF "told: $2" "$1/seen"
}
machine() { # NAME DISK QEMU-ARGUMENT...
    local name=$1 disk=$2
    shift 2
    qemu-system-x86_64 -cpu max -accel tcg -m 96M -nodefaults -no-user-config -nographic -no-reboot \
        -serial "file:$name/serial" -drive "file=$disk,format=raw,if=none,id=disk,snapshot=on" \
        -device virtio-blk-pci,drive=disk -device virtio-rng-pci \
        -netdev "dgram,id=net,local.type=unix,local.path=$name/machine,remote.type=unix,remote.path=$name/wire" \
        -device virtio-net-pci,netdev=net,romfile= "$@" >"$name/qemu" 2>&1 </dev/null &
    machines[$name]=$!
}
status_is() { [ "$(curl -s --max-time 10 -o "$UC_TEST_TMP/body" -w '%{http_code}' "$2")" = "$1" ]; }
answers() { # NAME [SECONDS]: to a GET of its configured port, by 200
    until_true "${2:-60}" status_is 200 "http://127.0.0.1:${ports[$1]}/items" || { tail -n 20 "$1"/*; false; }
}
seen() { grep -qE -- "$2" "$1/seen" || { cat "$1/seen" "$1/serial"; false; }; }
unseen() { ! grep -E -- "$2" "$1/seen"; }
says_on_console() { grep -qF -- "$2" "$1/serial" || { cat "$1/serial"; false; }; }
leave() { # NAME...
    local name
    for name; do
        kill "${machines[$name]}" "${networks[$name]}" 2>/dev/null
        wait "${machines[$name]}" "${networks[$name]}" 2>/dev/null
    done
}
served_by() { echo "service=$UC_E2E/peers/metadata_service $1 $PWD/${2:-service}"; }
made_by() { printf '%s\n' -smbios "type=1,manufacturer=$1,product=$2"; }
uefi=(-bios /usr/share/ovmf/OVMF.fd)
google=(-smbios 'type=1,manufacturer=Google,product=Google Compute Engine')
amazon=(-smbios 'type=1,manufacturer=Amazon EC2,product=c5.large')
stack=(-smbios 'type=1,manufacturer=OpenStack Foundation,product=OpenStack Nova')
hetzner=(-smbios 'type=1,manufacturer=Hetzner,product=vServer')

# Google: the whole subnet is behind the router, which is on the link, and the metadata server knows the time.
gce=(address=10.128.0.5 netmask=255.255.255.255 router=10.128.0.1 server=169.254.169.254 lease=86400 mtu=1460
    routes=10.128.0.1/32-0.0.0.0,0.0.0.0/0-10.128.0.1 link=10.128.0.1 time=169.254.169.254 date=1893456000)
# A cloud whose leases are short, as no cloud's are: renewed after 5 seconds, lost after 15.
nova=(address=10.0.0.5 netmask=255.255.255.0 router=10.0.0.1 server=10.0.0.2 lease=15 renew=5 rebind=10 mtu=1450
    routes=169.254.169.254/32-10.0.0.2,0.0.0.0/0-10.0.0.1 link=10.0.0.1,10.0.0.2)

claim 'OpenStack: its network' network nova "${nova[@]}" "$(served_by openstack)"
machine nova catalog.raw -M pc "${uefi[@]}" "${stack[@]}"

claim 'Google: its network' network gce "${gce[@]}" "$(served_by gce)"
machine gce catalog.raw -M q35 "${google[@]}"
claim 'Google: SeaBIOS, q35: it answers' answers gce
claim 'its mask is /32; the router is asked for on the link' seen gce '^arp 10.128.0.1: answered'
claim 'and nobody else' unseen gce '^arp .*: nobody'
claim 'the metadata service is asked by the router' seen gce '^tcp to 169.254.169.254:80 by 10.128.0.1, segments of 1420'
claim 'no packet is longer than the cloud allows' unseen gce '^a packet'
claim 'the time server of the lease is asked' seen gce '^ntp 169.254.169.254'
claim 'whose date is in the answers' says '^Date: Tue, 01 Jan 2030 00:' get -D - -o body "http://127.0.0.1:${ports[gce]}/items"
claim 'the log tells of it' says_on_console gce 'net: the date from 169.254.169.254; the clock was behind by'
leave gce

claim 'EC2: its network' network ec2 address=172.31.16.7 netmask=255.255.240.0 router=172.31.16.1 server=172.31.16.1 \
    lease=3600 mtu=9001 link=172.31.16.1 time=169.254.169.123 untold=1 date=1924992000 "$(served_by ec2)"
machine ec2 timed.raw -M q35 "${uefi[@]}" "${amazon[@]}"
claim 'EC2: UEFI, q35, told by UEFI: it answers' answers ec2
claim 'an MTU of 9001 is taken as far as it can be' seen ec2 '^tcp to 169.254.169.254:80 by 172.31.16.1, segments of 1460'
claim 'no packet is longer than that' unseen ec2 '^a packet'
claim 'its time server is that of the command line' seen ec2 '^ntp 169.254.169.123'
claim 'whose date is in the answers' says '^Date: Wed, 01 Jan 2031 00:' get -D - -o body "http://127.0.0.1:${ports[ec2]}/items"
leave ec2

claim 'Hetzner: its network' network hetzner address=203.0.113.9 netmask=255.255.255.255 router=172.31.1.1 server=172.31.1.1 \
    lease=86400 routes=172.31.1.1/32-0.0.0.0,0.0.0.0/0-172.31.1.1 link=172.31.1.1 "$(served_by hetzner)"
machine hetzner catalog.raw -M q35 "${hetzner[@]}"
claim 'Hetzner: SeaBIOS, q35: it answers' answers hetzner
claim 'by a router that no mask holds' seen hetzner '^tcp to 169.254.169.254:80 by 172.31.1.1,'
claim 'and nobody else is asked for' unseen hetzner '^arp .*: nobody|^a packet'
leave hetzner

# ---- leases that end ----

claim 'OpenStack: UEFI, pc: it answers' answers nova
claim 'the metadata service has a route of its own' seen nova '^tcp to 169.254.169.254:80 by 10.0.0.2, segments of 1410'
claim 'callers have the other' unseen nova '^a packet|^arp .*: nobody'
claim 'the lease is renewed in time, by the server that gave it' until_true 15 grep -q '^dhcp renewal 10.0.0.5: acknowledged' nova/seen
claim 'it still answers' answers nova 5
told nova 'address 10.0.0.9'
claim 'a renewal that is refused' until_true 15 grep -q '^dhcp re.* 10.0.0.5: refused' nova/seen
claim 'gets it another address, at which it answers' answers nova 15
claim 'the log tells why' says_on_console nova 'net: the DHCP server refuses to renew the lease: no address until it gives a new one'
claim 'and what it is now' says_on_console nova 'net: address 10.0.0.9'
told nova silent
# Meanwhile, other clouds: lines of NoCloud and of TLS below.

claim 'NoCloud: a network without metadata' network nocloud "${gce[@]}"
machine nocloud catalog.raw -M pc -device virtio-scsi-pci -drive file=cidata.iso,format=raw,if=none,id=cd,media=cdrom -device scsi-cd,drive=cd
claim 'SeaBIOS, pc, NoCloud: it answers' answers nocloud
claim 'and asks no service' unseen nocloud '^tcp to 169'
leave nocloud

# ---- certificates and secrets ----

uc new secret >/dev/null
sed -i -e 's|^  listen:.*|  listen: { port: 8123 }\n  tls: { certificate: "${CERTIFICATE}", key: "${KEY}" }|' \
    -e 's|^    GREETING:|    CERTIFICATE: { type: string }\n    KEY: { type: string }\n    GREETING:|' secret/service.yaml
claim 'a disk without certificate or key' uc image secret --append log=info
authority authority && new_key server && signs server authority 30 DNS:localhost
mkdir private
{ echo '#ucompose'; echo "CERTIFICATE=\"$(cat server.pem)\""; echo "KEY=\"$(cat server.key)\""; } >private/user-data
claim 'Google, once more' network tls "${gce[@]}" "$(served_by gce private)"
machine tls secret.raw -M q35 "${google[@]}"
https() { curl -s --max-time 30 --cacert authority.pem "https://localhost:${ports[tls]}/hello/you"; }
claim 'it serves TLS with the certificate of its user data' until_true 60 https
claim 'which curl trusts' says 'Hello, you' https
claim 'for nobody else' refuses 60 'SSL|certificate' curl -sS --max-time 30 "https://localhost:${ports[tls]}/hello/you"
leave tls

# ---- machines that need what their metadata does not say: some wait ten seconds for it ----

mkdir empty
wrong() { # NAME METADATA-FORM: a machine in Google's cloud that needs its metadata
    network "$1" "${gce[@]}" "$(served_by "$2" empty)" && machine "$1" secret.raw -M q35 "${google[@]}"
}
for form in gce noise large broken slow; do claim "a service of metadata: $form" wrong wrong-$form $form; done

# ---- a lease that nobody renews: the server has been silent meanwhile ----

claim 'a lease that nobody renews ends' until_true 20 says_on_console nova 'net: the DHCP lease has ended and no server renewed it: no address until one answers'
claim 'after the server was asked, and then everybody' seen nova '^dhcp rebinding 10.0.0.9: no answer'
claim 'it is out of reach then' eval '! status_is 200 "http://127.0.0.1:${ports[nova]}/items"'
told nova answer
claim 'and back when a server answers' answers nova 20
leave nova

# ---- user data that is not there, though the service needs it ----

ended() { # NAME LINE: with status 78, and said LINE
    until_true 40 eval '! kill -0 ${machines['"$1"']} 2>/dev/null' && says_on_console "$1" "$2" &&
        says_on_console "$1" 'ucompose: exit status 78' && says_on_console "$1" CERTIFICATE
}
claim 'no user data: status 78, by the name of what is not there' ended wrong-gce 'metadata: the service of gce has no user data for this machine'
claim 'answers that are noise' ended wrong-noise 'metadata: what 169.254.169.254 answers makes no sense for gce; not used'
claim 'answers that are too long' ended wrong-large 'metadata: user data of more than 65535 bytes; not used'
claim 'a service that is out of order for good' ended wrong-broken 'metadata: the service of gce is out of order: the service starts without user data'
claim 'one that is too slow' ended wrong-slow 'metadata: no answer from 169.254.169.254 (gce, error 110): the service starts without user data'
leave wrong-gce wrong-noise wrong-large wrong-broken wrong-slow
finish
