# SPDX-License-Identifier: MIT
# `deploy systemd|libvirt|compose`: files that their engines accept, and that run.
source "$UC_E2E/lib.sh"
for tool in systemd-analyze virt-xml-validate virsh libvirtd; do
    command -v "$tool" >/dev/null || PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null ||
        { echo "not ok 1 - $tool is not installed; tests/run installs it"; exit 1; }
done

project manifest <<'YAML'
name: pro
services:
  api:
    build: ./probe
    ports: ["127.0.0.1:${PORT}:8080"]
    environment: { NAME: "it's 5$$ \"%n\" & <b>" }
YAML
PORT=$(free_port)
export PORT
url=http://127.0.0.1:$PORT
answers() { get "$url/name" 2>/dev/null | grep -qF "it's 5\$ \\\"%n\\\" & <b>"; }
hashes() { (cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum); }
ended() { ! kill -0 "$1" 2>/dev/null; }

claim 'a target that there is not is refused' refuses 2 'no target "moon"' uc deploy moon
claim 'what only the host target does is refused' refuses 2 'apply is for the targets host and libvirt; the files of nomad' uc deploy nomad --apply
claim 'with the way that systemd has' refuses 2 'ucompose deploy host --apply' uc deploy systemd --apply

for target in systemd libvirt compose; do
    claim "$target: a plan names what would be called" says 'this needs .*:$' uc deploy $target --plan
    claim "$target: and writes nothing" test ! -e pro-$target
    claim "$target: it writes its folder" says '^wrote ' uc deploy $target
    before=$(hashes pro-$target)
    claim "$target: only its owner reads the environment" is "$(stat -c %a pro-$target/api.env)" 600
    uc deploy $target >/dev/null
    claim "$target: the same bytes once more" is "$before" "$(hashes pro-$target)"
    claim "$target: a plan knows that nothing changes" eval '! uc deploy '$target' --plan | grep -E "^(new|changed|edited|left) "'
    claim "$target: file by file" says "^unchanged $PWD/pro-$target/images/api[-.]" uc deploy $target --plan
    echo '# mine' >>pro-$target/api.env
    claim "$target: an edited file is kept" refuses 1 'api.env was edited.*--force' uc deploy $target
    claim "$target: a plan tells of it" refuses 1 "^edited    $PWD/pro-$target/api.env .*--force" uc deploy $target --plan
    claim "$target: which the force is for" says "^edited    $PWD/pro-$target/api.env " uc deploy $target --plan --force
    claim "$target: unless forced" says '^wrote ' uc deploy $target --force
    claim "$target: which makes it anew" is "$before" "$(hashes pro-$target)"
done

sed 's/environment:.*/environment: { NAME: other }\n    deploy: { resources: { limits: { memory: 48M } } }/' compose.yaml >other.yaml
mv pro-systemd/images/api.elf . && printf '%016d gone.service\n' 0 >>pro-systemd/.ucompose-deploy && touch pro-systemd/gone.service
for line in "changed   $PWD/pro-systemd/api.env" "changed   $PWD/pro-systemd/pro-api-1.service" "new       $PWD/pro-systemd/images/api.elf" \
    "left      $PWD/pro-systemd/gone.service .*no part of it" "listen    127.0.0.1:$PORT for api"; do
    claim "a plan tells what changes: ${line%% *}" says "^$line" uc -f other.yaml deploy systemd --plan
done
uc deploy systemd >/dev/null
claim 'what is left is told after one deploy more' says "^left      $PWD/pro-systemd/gone.service" uc deploy systemd --plan
rm pro-systemd/gone.service
uc deploy systemd >/dev/null
claim 'until it is removed, and then forgotten' eval '! grep gone.service pro-systemd/.ucompose-deploy'
echo x >pro-systemd/images/api.elf
claim 'and of an image' says "^changed   $PWD/pro-systemd/images/api.elf" uc deploy systemd --plan
claim 'it has written nothing aside that is left' eval '! ls -d "${TMPDIR:-/tmp}"/ucompose-plan.*'
mv api.elf pro-systemd/images/api.elf

unit=pro-systemd/pro-api-1.service proxy=pro-systemd/pro-api-1-$PORT.service
claim 'systemd takes the units' systemd-analyze verify --man=no "$unit" "$proxy" "${proxy%service}socket"
claim 'and says nothing about them' test ! -s "$UC_TEST_TMP/claim.log"
# The units' own command lines, as systemd would read them, and its own way to stop.
mkdir -p run/pro-api-1 && mkfifo run/pro-api-1/monitor.in run/pro-api-1/monitor.out
sed -e ':a;/\\$/{N;s/\\\n//;ba}' "$unit" >flat
command=$(sed -n 's/^ExecStart=//p' flat | sed -e "s|%t|$PWD/run|g; s|%N|pro-api-1|g; s|%d/environment|$PWD/pro-systemd/api.env|; s/-accel kvm//")
stop=$(sed -n 's/^ExecStop=//p' flat | sed -e "s|%t|$PWD/run|g; s|%N|pro-api-1|g")
eval "exec_unit() { exec $command; }"
eval "exec_proxy() { exec systemd-socket-activate -l 127.0.0.1:$PORT $(sed -n 's/^ExecStart=//p' "$proxy"); }"
(exec_proxy) </dev/null >proxy.log 2>&1 &
proxy=$!
connected() { get -v --retry 20 --retry-connrefused --max-time 60 "$url/name" >early 2>early.log & call=$!; until_true 20 grep -q 'Connected to' early.log; }
claim 'a call that is there before the machine' connected
(exec_unit) </dev/null >unit.log 2>&1 &
machine=$!
claim 'is answered by it' wait $call
claim 'its command line boots, with the environment' until_true 20 answers
eval "$stop"
claim 'its stop presses the power button' until_true 10 ended $machine
wait $machine
claim 'and the status is the one that counts as success' is $? 1
claim 'after the service drained' grep -q '"draining"' unit.log
kill $proxy

claim 'libvirt: what updates a machine that runs is told' says '^virsh .* start pro-api-1 # what runs already: shutdown pro-api-1 before' uc deploy libvirt --plan
domain=pro-libvirt/pro-api-1.xml
claim 'libvirt takes the domain by its schema' virt-xml-validate "$domain" domain
export XDG_RUNTIME_DIR=$PWD/xdg XDG_CACHE_HOME=$PWD/xdg XDG_CONFIG_HOME=$PWD/xdg
mkdir -p xdg
PATH=$PATH:/usr/sbin
session() { timeout 30 virsh -q -c qemu:///session "$@"; }
off() { [ "$(session domstate pro-api-1)" = 'shut off' ]; }
claim 'libvirtd defines it' session define "$domain"
claim 'and again, as the same one' session define "$domain"
claim 'and starts it' session start pro-api-1
claim 'it boots, with the environment' until_true 30 answers
claim 'it takes the power button' session shutdown pro-api-1
claim 'and ends' until_true 15 off
session undefine pro-api-1 >/dev/null
cat >net.yaml <<'YAML'
name: net
services:
  api: { build: ./probe, ports: ["8080:8080"], environment: { NAME: plain, UC_LOG_LEVEL: info }, deploy: { replicas: 2 } }
YAML
claim 'libvirt-network: it writes its folder' says 'net-start net' uc -f net.yaml deploy libvirt-network
claim 'libvirt takes the network by its schema' virt-xml-validate net-libvirt-network/net.network.xml network
claim 'and the domain' virt-xml-validate net-libvirt-network/net-api-2.xml domain
claim 'both machines have the name of their service' is "$(grep -c '<hostname>api</hostname>' net-libvirt-network/net.network.xml)" 2
# There are no networks in session mode: the card behind QEMU's own instead, its console in a file.
sed -e 's|<interface type="network">|<interface type="user">|; /<source network=/d' \
    -e "s|<serial type=\"pty\">|<serial type=\"file\"><source path=\"$PWD/console.log\"/>|" net-libvirt-network/net-api-1.xml >net-api-1.xml
claim 'libvirtd defines the domain' session define net-api-1.xml
claim 'and starts it' session start net-api-1
claim 'it boots, and has an address by DHCP' until_true 30 grep -q '"ready"' console.log
session destroy net-api-1 >/dev/null && session undefine net-api-1 >/dev/null
claim 'and libvirtd, which would wait for more, is ended by its number' kill "$(cat xdg/libvirt/libvirtd.pid)"

env UCOMPOSE_IMAGE="$PWD/$(echo pro-compose/images/api-*.elf)" UCOMPOSE_ENVIRONMENT="$PWD/pro-compose/api.env" UCOMPOSE_MEMORY=16384 \
    UCOMPOSE_FORWARD=",hostfwd=tcp:127.0.0.1:$PORT-:8080" sh pro-compose/machine.sh >container.log 2>&1 &
machine=$!
claim 'what the container runs boots, with the environment' until_true 20 answers
kill -TERM $machine
claim 'it ends by SIGTERM' until_true 10 ended $machine
wait $machine
claim 'with the status of the service' is $? 0
claim 'which drained' grep -q '"draining"' container.log

cat >cloud.yaml <<'YAML'
name: cloud
services:
  api: { build: ./probe, restart: always, ports: ["80:8080"], environment: { NAME: plain, TOKEN: written, READY: "${WHEN:-true}" }, deploy: { replicas: 2 } }
YAML
sed -i 's/^  env:/&\n    TOKEN: { type: string, secret: true, default: "" }/' probe/service.yaml
claim 'kubernetes needs a registry' refuses 1 'add --registry' uc -f cloud.yaml deploy kubernetes
claim 'which is for it alone' refuses 2 'for the targets kubernetes' uc -f cloud.yaml deploy compose --registry x
claim 'a plan names the images by their content' says '^skopeo copy .* docker://registry.example/cloud/api:[0-9a-f]{16}$' \
    uc -f cloud.yaml deploy kubernetes --registry registry.example/cloud --plan
claim 'it writes them' says '^wrote ' uc -f cloud.yaml deploy kubernetes --registry registry.example/cloud
document() { awk -v kind="$1" 'BEGIN { RS = "---\n" } $0 ~ "\nkind: " kind "\n"' "$2"; } # KIND FILE
lines() { printf '    %s\n' "$@"; }
claim 'what stands in compose.yaml for all to read is a ConfigMap' is \
    "$(document ConfigMap cloud-kubernetes/api.yaml | sed -n '/^  environment: |$/,$p')" "  environment: |
$(lines '#ucompose' 'NAME="plain"')"
claim 'what service.yaml calls a secret, and what comes from elsewhere, a Secret' is \
    "$(document Secret cloud-kubernetes/api.yaml | sed -n '/^  userdata: |$/,$p')" "  userdata: |
$(lines '#ucompose' 'TOKEN="written"' 'READY="true"')"
given() { env WHEN=$'\xff' "$UCOMPOSE" -f cloud.yaml deploy kubernetes --registry registry.example/cloud; }
claim 'bytes that are no text are refused' refuses 1 'service api: the value of READY is not UTF-8' given
sed "s|build: ./probe|image: $PWD/$(echo pro-compose/images/api-*.elf)|; s|\"80:8080\"||" cloud.yaml >built.yaml
claim 'of an image nobody tells what it takes for a secret' says '^wrote ' uc -f built.yaml deploy kubernetes --registry registry.example/cloud --out built
claim 'so all of its environment is one' eval '! grep -q ConfigMap built/api.yaml && grep -q "NAME=\"plain\"" built/api.yaml'
sed 's/restart: always/restart: on-failure/' cloud.yaml >fails.yaml
claim 'a restart policy of other engines is told' says 'service api: restart: on-failure means nothing with "deploy kubernetes": every machine that ends is started again' \
    uc -f fails.yaml deploy kubernetes --registry registry.example/pro --out fails

cat >two.yaml <<'YAML'
name: two
services:
  a: { build: ./probe }
  b: { build: ./probe, depends_on: [a] }
YAML
claim 'what a target cannot say is refused, with a remedy' refuses 1 'service b: it depends on a.*deploy host' uc -f two.yaml deploy libvirt
claim 'and nothing is written' test ! -e two-libvirt
claim 'systemd can say it' says '^wrote ' uc -f two.yaml deploy systemd
claim 'and takes it' systemd-analyze verify --man=no two-systemd/two-a-1.service two-systemd/two-b-1.service
claim 'without a word' test ! -s "$UC_TEST_TMP/claim.log"
claim 'one waits for the other' grep -qx 'After=two-a-1.service' two-systemd/two-b-1.service
sed -i 's/\[a\]/{ a: { condition: service_healthy } }/' two.yaml
claim 'but not for its answers' refuses 1 'service b: systemd knows whether the machine of a was started.*service_started' \
    uc -f two.yaml deploy systemd
finish
