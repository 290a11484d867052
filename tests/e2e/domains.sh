# SPDX-License-Identifier: MIT
# `deploy libvirt --apply`: machines are domains of libvirt's session, and are replaced under load as others are.
source "$UC_E2E/lib.sh"
PATH=$PATH:/usr/sbin
for tool in virsh libvirtd virt-xml-validate; do
    command -v "$tool" >/dev/null || { echo "not ok 1 - $tool is not installed; tests/run installs it"; exit 1; }
done
export XDG_RUNTIME_DIR=$PWD/x XDG_CACHE_HOME=$PWD/x XDG_CONFIG_HOME=$PWD/x
mkdir -m 700 x

project libvirt <<'YAML'
name: pro
services:
  api:
    build: ./probe
    ports: ["127.0.0.1:${PORT}:8080"]
    environment: { NAME: "${WHO:-one} costs 5$$ \"%n\" & <b>", READY: "${READY:-true}", FAIL: "${FAIL:-false}" }
    healthcheck: { interval: 100ms, start_period: "${PERIOD:-30s}", retries: 3 }
YAML
PORT=$(free_port)
export PORT
url=http://127.0.0.1:$PORT
projects+=("$PWD/pro-libvirt")

answers() { get "$url/name" | grep -qF "\"$1 costs 5\$ \\\"%n\\\" & <b>\""; }
deploy() { env "$@" "$UCOMPOSE" deploy libvirt --apply --no-systemd; }
run() { uc -f pro-libvirt/compose.yaml "$@"; }
domains() { timeout 30 virsh -q -c qemu:///session list --all --name | sort | tr '\n' ' ' | sed 's/ *$//'; }
are() { is "$(domains)" "$1"; }
load=
served() { [ "$(awk '/requests in/ {print $1}' load.log)" -gt 20 ] && ! grep -qE 'Socket errors|Non-2xx' load.log; }
begin_load() { answers "$1" || return 1; wrk -t 1 -c 8 -d 600s --timeout 30s "$url/name" >load.log 2>&1 & load=$!; until_true 10 answers "$1"; }
end_load() { kill -0 "$load" && kill -INT "$load"; wait "$load"; cat load.log; served; }

claim 'a plan says that libvirt would run the machines' says '^run +virsh -c qemu:///session create' uc deploy libvirt --apply --no-systemd --plan
claim 'and writes nothing' test ! -e pro-libvirt
claim 'applied, it runs' deploy WHO=one
claim 'with its environment as written' answers one
claim 'a unit of it leaves the daemon of libvirt alone' grep -qx 'KillMode=process' pro-libvirt/pro.service
claim 'as a domain' are pro-api-1
claim 'libvirt takes it by its schema' eval 'virsh -q -c qemu:///session dumpxml pro-api-1 >domain.xml && virt-xml-validate domain.xml domain'
claim 'load begins' begin_load one
claim 'a new version is applied' deploy WHO=two
claim 'the old domain drains and goes' until_true 30 are pro-api-2
claim 'no request was lost' end_load
claim 'the new version answers' answers two
claim 'load begins again' begin_load two
claim 'a version that ends at once is not deployed' refuses 1 'the version before runs on' deploy WHO=bad FAIL=true
claim 'no request was lost then' end_load
claim 'load begins once more' begin_load two
claim 'a version that does not get ready is not deployed' refuses 1 'the version before runs on' deploy WHO=bad READY=false PERIOD=2s
claim 'no request was lost then, either' end_load
claim 'the version before answers' answers two
claim 'and is the one domain' until_true 30 are pro-api-2

claim 'stopped, it drains' run stop
claim 'and ended well' says '"last_exit":.*"exited 0"' run ps --all --format json
claim 'no domain is left of it' until_true 10 are ''
claim 'started, it is one again' run start
claim 'and answers' until_true 30 answers two
claim 'a domain that is destroyed by hand' timeout 30 virsh -q -c qemu:///session destroy pro-api-2
killed() { run ps --all | grep -q 'killed by signal 15'; }
claim 'was killed' until_true 10 killed
supervisor() { run ps --format json | grep -oE '"supervisor_pid":[[:space:]]*[0-9]+' | tr -dc 0-9; }
run start
claim 'it starts again' until_true 30 answers two
claim 'its supervisor is killed' kill -KILL "$(supervisor)"
claim 'down ends what is left' run down
claim 'also the domain' until_true 10 are ''

claim 'the same by a key of the compose file' says '^x-ucompose:' eval 'echo "x-ucompose: { machines: libvirt }" >>compose.yaml && uc config'
claim 'where there is no virsh' refuses 1 'did not get ready' \
    env UCOMPOSE_QEMU="$(command -v qemu-system-x86_64)" PATH="$PWD" "$UCOMPOSE" up -d --wait --no-build
claim 'it says what is missing' says 'libvirt: cannot run virsh.*install libvirt-clients' uc logs
claim 'down' uc down
sed -i 's/machines: libvirt/machines: moon/' compose.yaml
claim 'a machine that there is not is refused' refuses 1 '"machines" can be "qemu".*or "libvirt"' uc config
claim 'and libvirtd, which would wait for more, is ended by its number' kill "$(cat ../x/libvirt/libvirtd.pid)"
finish
