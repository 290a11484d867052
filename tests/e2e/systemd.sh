# SPDX-License-Identifier: MIT
# `deploy host --apply` where systemd runs: a user manager starts the unit, reloads it with a new version, under load.
source "$UC_E2E/lib.sh"

project systemd <<'YAML'
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
projects+=("$PWD/a 100% host \$x")
folder="$PWD/a 100% host \$x"

# What tests/user-manager made; else a manager that lives in this folder, where the host has a systemd.
cgroup=/sys/fs/cgroup/manager
XDG_RUNTIME_DIR=/run/user/$(id -u)
[ -w $cgroup ] || XDG_RUNTIME_DIR=$PWD/run cgroup=
export XDG_RUNTIME_DIR
mkdir -p -m 700 "$XDG_RUNTIME_DIR"
start_manager() {
    (
        [ -z "$cgroup" ] || echo 0 >"$cgroup/cgroup.procs"
        exec /lib/systemd/systemd --user --log-target=console --log-level=info
    ) >>manager.log 2>&1 </dev/null &
    manager=$!
    until_true 60 manager_is_settled
    kill -0 "$manager"
}
manager_is_settled() { ! kill -0 "$manager" || systemctl --user --quiet is-active default.target; }
end_manager() { kill -KILL "$manager"; wait "$manager"; rm -rf "${XDG_RUNTIME_DIR:?}/systemd"; } 2>/dev/null
if [ ! -d /run/systemd/system ] || ! start_manager 2>/dev/null; then
    skip 'a unit keeps the project' 'no systemd user manager can be started here'
    finish
fi

answers() { get "$url/name" | grep -qF "\"$1 costs 5\$ \\\"%n\\\"\""; }
property() { systemctl --user show --property="$1" --value pro.service; }
deploy() { env "$@" "$UCOMPOSE" deploy host --out "$folder" --apply; }
load=
served() { [ "$(awk '/requests in/ {print $1}' load.log)" -gt 20 ] && ! grep -qE 'Socket errors|Non-2xx' load.log; }
begin_load() { wrk -t 1 -c 8 -d 600s --timeout 30s "$url/name" >load.log 2>&1 & load=$!; until_true 10 answers "$1"; }
end_load() { kill -0 "$load" && kill -INT "$load"; wait "$load"; cat load.log; served; }
instances() { uc -f "$folder/compose.yaml" ps --all --format json | grep -c '"config_hash"'; }
gone() { [ "$(instances)" = 1 ]; }
in_the_unit() { # all its machines
    local pids
    pids=$(machines) && for pid in $pids; do grep -q 'pro\.service' "/proc/$pid/cgroup" || return 1; done
}
machines() { pgrep -u "$(id -u)" -f "qemu-system.* -kernel $PWD/a 100% host .x/"; }
no_machine_left() { ! machines; }

plan() { uc deploy host --out "$folder" --apply --plan | grep -E '^run +'; }
claim 'a plan says that the unit would be enabled' is "$(plan | sed -n 1p)" "run       systemctl --user enable --force $folder/pro.service"
claim 'and started, and no more' is "$(plan | sed 1d)" 'run       systemctl --user restart pro.service'
claim 'without systemd it would be run by hand' says '^run .* up -d --wait' uc deploy host --out "$folder" --apply --plan --no-systemd
claim 'a plan writes nothing' test ! -e "$folder"

claim 'a first version that does not get ready is not deployed' refuses 1 'there was no version before' deploy FAIL=true
claim 'its unit is not left behind' is "$(property LoadState) $(property ActiveState)" 'not-found inactive'
claim 'nor a machine' no_machine_left
rm -rf "$folder"

units=$HOME/.config/systemd/user
mkdir -p "$units" && ln -s /gone/pro.service "$units/pro.service" # as a folder leaves it that is removed
claim 'applied, systemd keeps it' says 'systemd keeps it: systemctl --user status pro.service' deploy WHO=one
claim 'and it is told how to keep it without a login' grep -q 'loginctl enable-linger' "$UC_TEST_TMP/refused.log"
claim 'with its environment as written' answers one
claim 'the unit is active, and enabled' is "$(property ActiveState) $(property UnitFileState)" 'active enabled'
claim 'it says how it is' is "$(property StatusText)" '1 of 1 instances ready'
claim 'its machine is one of the unit' in_the_unit
main=$(property MainPID)
claim 'a plan says that it would be reloaded' is "$(plan)" 'run       systemctl --user daemon-reload
run       systemctl --user reload pro.service'

claim 'load begins' begin_load one
claim 'a new version is applied' deploy WHO=two
claim 'the old one drains and goes' until_true 20 gone
claim 'no request was lost' end_load
claim 'the new one answers' answers two
claim 'as a machine of the unit' in_the_unit
claim 'which never stopped' is "$(property MainPID)" "$main"
claim 'load begins again' begin_load two
claim 'a version that ends at once is not deployed' refuses 1 'the version before runs on' deploy WHO=bad FAIL=true
claim 'which one it was is told' grep -qE 'api-[0-9]+ +exited' "$UC_TEST_TMP/refused.log"
claim 'no request was lost then' end_load
claim 'load begins once more' begin_load two
claim 'a version that does not get ready is not deployed' refuses 1 'the version before runs on' deploy WHO=bad READY=false PERIOD=1s
claim 'no request was lost then, either' end_load
claim 'the version before answers' answers two
claim 'and is what the folder says' grep -qF 'two costs' "$folder/compose.yaml"
claim 'the unit never stopped' is "$(property MainPID) $(property ActiveState)" "$main active"

# Another service in place of the first, whose name the unit's process has never heard.
sed -i 's/^  api:/  web:/' compose.yaml
PORT=$(free_port)
url=http://127.0.0.1:$PORT
claim 'a service of another name takes over' deploy WHO=three
claim 'and answers' until_true 20 answers three
claim 'while the unit goes on' is "$(property MainPID) $(property ActiveState)" "$main active"

supervisor() { uc -f "$folder/compose.yaml" ps --format json | grep -oE '"supervisor_pid":[[:space:]]*[0-9]+' | tr -dc 0-9; }
restarted() { [ "$(property NRestarts)" = 1 ] && [ "$(property ActiveState)" = active ]; }
claim 'a supervisor that is killed' kill -KILL "$(supervisor)"
claim 'is started again' until_true 20 restarted
claim 'and the project answers' answers three

rest="$(property MainPID) $(supervisor)" # which a manager that is killed leaves, and a host that loses its power does not
end_manager
kill -KILL $rest
until_true 10 no_machine_left
claim 'when the host starts again' start_manager
claim 'so does the project' until_true 20 answers three
claim 'stopped, it drains' systemctl --user stop pro.service
claim 'and leaves no machine' no_machine_left

claim 'without systemd, it runs by hand' env WHO=four "$UCOMPOSE" deploy host --out "$folder" --apply --no-systemd
mkdir "$units/pro.service.d" && printf '[Service]\nExecStartPre=/bin/false\n' >"$units/pro.service.d/fails.conf"
claim 'where systemd cannot take over what runs' refuses 1 'the new version runs on without it' deploy WHO=alone
claim 'it runs on' answers alone
claim 'and systemd starts it no more' eval '! systemctl --user is-enabled pro.service && ! systemctl --user is-active pro.service'
rm -r "$units/pro.service.d"
claim 'load begins' begin_load alone
claim 'systemd takes over what runs' deploy WHO=five
claim 'no request was lost' end_load
claim 'the new version answers' until_true 20 answers five
claim 'in a unit' is "$(property ActiveState)" active
mkdir other && sed 's/web:/api:/' compose.yaml >other/compose.yaml && cp -R probe other/
claim 'another project of that name is refused' refuses 1 'systemd has another unit pro.service' uc -f other/compose.yaml deploy host --apply --out other/host
claim 'taken down by hand' uc -f "$folder/compose.yaml" down
inactive() { [ "$(property ActiveState)" = inactive ]; }
claim 'the unit ends well' until_true 10 inactive
claim 'and is not started again' is "$(property Result)" success
systemctl --user disable pro.service
claim 'no machine is left' no_machine_left
end_manager
claim 'where its manager does not answer, it says so' refuses 1 'does not answer.*' deploy WHO=six
finish
