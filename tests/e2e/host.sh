# SPDX-License-Identifier: MIT
# `deploy host`: a folder that a host runs, and a new version that takes over when it is ready.
source "$UC_E2E/lib.sh"

project host <<'YAML'
name: pro
services:
  api:
    build: ./probe
    ports: ["127.0.0.1:${PORT}:8080"]
    environment: { NAME: "${WHO:-one} costs 5$$ \"%n\"", READY: "${READY:-true}", FAIL: "${FAIL:-false}" }
    healthcheck: { interval: 100ms, start_period: "${PERIOD:-30s}", retries: 2 }
YAML
PORT=$(free_port)
export PORT
url=http://127.0.0.1:$PORT
projects+=("$PWD/pro-host")

answers() { get "$url/name" | grep -qF "\"$1 costs 5\$ \\\"%n\\\"\""; }
images() { find pro-host/images -name '*.elf' | wc -l; }
hashes() { (cd pro-host && sha256sum compose.yaml pro.service images/*); }

claim 'a target that there is not is refused' refuses 2 'no target "moon"' uc deploy moon
claim 'a plan says what would be written' says '^new .*/pro-host/compose.yaml' uc deploy host --plan --apply --no-systemd
claim 'and where it would listen' says "^listen +127.0.0.1:$PORT for api" uc deploy host --plan --apply --no-systemd
claim 'and what would run' says '^create +api-1$' uc deploy host --plan --apply --no-systemd
claim 'without --apply it says that nothing is run' says '^without --apply nothing is run' uc deploy host --plan
claim 'but what could be, by hand' says '^run .* up -d --wait' uc deploy host --plan
claim 'and where that would listen' says "^listen +127.0.0.1:$PORT for api" uc deploy host --plan
claim 'and writes nothing' test ! -e pro-host
claim 'two compose files are not merged' refuses 2 'option "--file" is given twice, "compose.yaml" and "other.yaml"' uc -f compose.yaml -f other.yaml config
claim 'it writes the folder' says '^wrote ' uc deploy host
claim 'only its owner may read the environment' is "$(stat -c %a pro-host/compose.yaml)" 600
before=$(hashes)
claim 'and runs nothing' refuses 7 . curl -sS "$url/name"
claim 'the same project makes the same files' uc deploy host
claim 'byte for byte' is "$(hashes)" "$before"
claim 'the unit is one that systemd takes' env XDG_RUNTIME_DIR="$PWD" systemd-analyze verify --user "$PWD/pro-host/pro.service"

load=
served() { [ "$(awk '/requests in/ {print $1}' load.log)" -gt 20 ] && ! grep -qE 'Socket errors|Non-2xx' load.log; }
begin_load() { wrk -t 1 -c 8 -d 600s --timeout 30s "$url/name" >load.log 2>&1 & load=$!; until_true 10 answers "$1"; }
end_load() { kill -0 "$load" && kill -INT "$load"; wait "$load"; cat load.log; served; }
gone() { [ "$(uc -f pro-host/compose.yaml ps --all --format json | grep -c '"config_hash"')" = 1 ]; }

claim 'applied, it runs' uc deploy host --apply --no-systemd
claim 'with its environment as written' answers one
claim 'a plan knows that nothing changes' eval '! uc deploy host --plan --apply --no-systemd | grep -E "^(new|changed|create|replace|start|remove) "'
claim 'instance by instance' says '^keep +api-1$' uc deploy host --plan --apply --no-systemd
ln -s . here
for name in ./pro-host pro-host/ here/pro-host "$PWD//pro-host" pro-host/../pro-host/.; do
    claim "by the name $name, too" says '^keep +api-1$' uc deploy host --plan --apply --no-systemd --out "$name"
done
replaces() { WHO=two uc deploy host --plan --apply --no-systemd; }
claim 'or which would be replaced' says '^replace +api-1 .configuration changed' replaces
claim 'by which files' says '^changed +.*/pro-host/compose.yaml' replaces
claim 'load begins' begin_load one
touch pro-host/images/mine.elf
claim 'a new version is applied' env WHO=two "$UCOMPOSE" deploy host --apply --no-systemd
claim 'the old one drains and goes' until_true 20 gone
claim 'no request was lost' end_load
claim 'the new one answers' answers two
claim 'load begins again' begin_load two
claim 'a version that does not start is not deployed' refuses 1 'the version before runs on' env WHO=bad FAIL=true "$UCOMPOSE" deploy host --apply --no-systemd
claim 'no request was lost then' end_load
claim 'the version before answers' answers two
claim 'and is what the folder says' grep -qF 'two costs' pro-host/compose.yaml
claim "somebody else's image is kept" rm pro-host/images/mine.elf
claim 'of its own only the one in use' is "$(images)" 1
claim 'a line break in its name is refused' refuses 1 'has a line break' uc deploy host --out $'pro\nhost'
qemu=$(command -v qemu-system-x86_64) && ln -s "$qemu" qemu
claim 'QEMU by a path from here' env UCOMPOSE_QEMU=./qemu "$UCOMPOSE" deploy host --out elsewhere
claim 'is its whole path in the unit' grep -qF "UCOMPOSE_QEMU=$(realpath "$qemu")\"" elsewhere/pro.service
claim 'one that there is not is refused' refuses 1 'UCOMPOSE_QEMU is "./gone"' env UCOMPOSE_QEMU=./gone "$UCOMPOSE" deploy host --out elsewhere
claim 'a folder that cannot be written is told' refuses 1 'cannot make|cannot write' uc deploy host --out /proc/nowhere
mkdir own && echo '# mine' >own/pro.service
claim 'the file that is deployed is not overwritten' refuses 1 "$PWD/compose.yaml is what is deployed.*--out" uc deploy host --out .
claim 'nor by --apply' refuses 1 'is what is deployed' uc deploy host --out . --apply --no-systemd
claim 'it is as it was, and nothing lies beside it' eval 'grep -q "^    build: ./probe" compose.yaml && ! ls -d images compose.before.yaml pro.service'
claim "nor somebody else's file" refuses 1 'own/pro.service was not made by .*--out' uc deploy host --out own
claim 'a plan says so, too' refuses 1 'own/pro.service was not made by' uc deploy host --out own --plan
claim 'it is as it was, too' is "$(ls own) $(cat own/pro.service)" 'pro.service # mine'
claim "nor another target's" uc deploy compose --out docker
all_of() { (cd "$1" && find . -type f -exec sha256sum {} + | sort); }
before=$(all_of docker)
for word in '' --plan '--apply --no-systemd'; do
    claim "nobody's images are removed there ${word%% *}" refuses 1 'docker/compose.yaml was not made by "ucompose deploy host"' \
        uc deploy host --out docker $word
done
claim 'it is as it was there' is "$before" "$(all_of docker)"
sed -i 's/admin: *{ port: 9090 }/admin: { port: 9191 }/' probe/service.yaml
claim 'a management port that a release cannot say is refused' refuses 1 'x-service.admin.port' uc deploy host
claim 'down' uc -f pro-host/compose.yaml down
claim 'no machine is left' no_machine_left
finish
