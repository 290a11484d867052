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
machines() { pgrep -u "$(id -u)" -f "qemu-system.* -kernel $PWD/a 100% (host|unit) .x/"; }
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

# The target systemd: a unit for each machine, a socket and a proxy for each port, and no ucompose beside them.
PORT=$(free_port)
url=http://127.0.0.1:$PORT
cat >units.yaml <<'YAML'
name: un
services:
  api:
    build: ./probe
    ports: ["127.0.0.1:${PORT}:8080"]
    restart: on-failure
    healthcheck: { interval: 1s, start_period: 60s, retries: 1 }
    environment: { NAME: "${WHO:-one} costs 5$$ \"%n\"", READY: "${READY:-true}" }
YAML
at="$PWD/a 100% unit \$x" machine=un-api-1.service socket=un-api-1-$PORT.socket proxy=un-api-1-$PORT.service
# What a user's manager cannot do: other users, and mounts and devices for one unit.
mkdir -p "$units/un-.service.d" "$units/un-api-1.service.d"
printf '%s\n' '[Service]' DynamicUser=no SupplementaryGroups= DevicePolicy=auto DeviceAllow= 'CapabilityBoundingSet=~' \
    PrivateTmp=no PrivateDevices=no ProtectKernelModules=no ProtectKernelLogs=no ProtectClock=no >"$units/un-.service.d/user.conf"
printf '[Service]\nExecStartPre=/bin/sh -c "until [ -e %s/go ]; do sleep 0.1; done"\n' "$PWD" >"$units/un-api-1.service.d/held.conf"
touch go
state() { systemctl --user show --property="$2" --value "$1"; }
states() { for unit in $machine $socket $proxy; do state "$unit" ActiveState; done | xargs; }
written() { env "$@" "$UCOMPOSE" -f units.yaml deploy systemd --out "$at"; }
as_printed() { # the commands that deploy prints
    written "$@" >printed.log && (cd "$at" && eval "$(sed -n '/^systemctl / s/systemctl /&--user /gp' "$OLDPWD/printed.log")")
}
units_pid() { state $machine MainPID; }
begin_call() { # FILE: a call that waits; returns when it is connected
    curl -sSv --max-time 60 "$url/name" >"$1" 2>"$1.log" &
    call=$!
    until_true 10 grep -q 'Connected to' "$1.log"
}
call_is_answered() { wait "$call"; cat "$1" "$1.log"; grep -qF "\"$2 costs 5\$ \\\"%n\\\"\"" "$1"; }
refused() { ! get "$url/name" && grep -q 'Connection refused\|connect to' "$UC_TEST_TMP/claim.log"; }

claim 'units are enabled by the command that is printed' as_printed WHO=one
claim 'the machine runs, and its port is open' is "$(states)" 'active active active'
claim 'a call waits until it is ready, and is answered' answers one
claim 'QEMU holds no port but those of an address of its own' grep -qE 'hostfwd=tcp:127\.[0-9.]+:12700-:9090,hostfwd=tcp:127\.[0-9.]+:12700-:8080"' "$at/$machine"
health=$(sed -n 's/.*hostfwd=tcp:\(127[0-9.:]*\)-:9090.*/\1/p' "$at/$machine")

written WHO=two >/dev/null && rm go
under_way() { get "http://$health/metrics" | grep -qx 'uc_http_connections 1'; }
slow_call() { { printf '{"name":"un'; until_true 30 test -e finish; printf 'der way"}'; } |
    get --max-time 60 -X POST -T - -H 'content-type: application/json' "$url/echo" >slow 2>&1; }
slow_call & slow=$!
claim 'a call is under way' until_true 20 under_way
begin=$(units_pid)
drains() { [ "$(state $machine ActiveState)" = deactivating ]; }
claim 'the machine is started again' systemctl --user restart --no-block $machine
claim 'it drains' until_true 10 drains
touch finish
claim 'what is under way goes on to its end' wait $slow
claim 'and is answered' grep -q '"under way"' slow
held() { [ "$(state $machine SubState)" = start-pre ]; }
claim 'its successor is about to start' until_true 20 held
claim 'a call is connected meanwhile' begin_call late
claim 'though no machine runs' eval '! kill -0 '"$begin"
touch go
claim 'and is answered by the new version' call_is_answered late two
claim 'the port was open all the time' is "$(states)" 'active active active'

kill_main() { begin=$(state "$1" MainPID) && [ "$begin" -gt 1 ] && kill -KILL "$begin"; }
came_back() { [ "$(units_pid)" != "$begin" ] && answers two; }
claim 'a machine that is killed' kill_main $machine
claim 'comes back by its restart policy, and its port with it' until_true 20 came_back
again_and_again() { for _ in 1 2 3 4 5 6; do kill_main $machine && until_true 10 has_another || return 1; done; }
has_another() { local pid; pid=$(units_pid) && [ "$pid" -gt 1 ] && [ "$pid" != "$begin" ]; }
claim 'so does one that is killed again and again' again_and_again
claim 'and its port' until_true 20 answers two
claim 'a proxy that is killed' kill_main $proxy
claim 'is started by the next call' until_true 20 answers two

closed() { [ "$(states)" = 'inactive inactive inactive' ]; }
press_button() { echo system_powerdown >"$XDG_RUNTIME_DIR/un-api-1/monitor.in"; }
claim 'a machine whose button is pressed by hand' press_button
claim 'ends well, and closes its port' until_true 8 closed
claim 'it is started again' systemctl --user start $machine
claim 'and answers' until_true 20 answers two

systemctl --user stop $machine
claim 'stopped, it closes its port' is "$(states)" 'inactive inactive inactive'
claim 'and refuses who calls' refused
claim 'started again' systemctl --user start $machine
claim 'it answers' answers two

# The port at another address, with what is under way through the one before, and another port beside it.
was=$PORT more=$(free_port)
sed -i "s/    ports: .*/    ports: [\"127.0.0.2:$was:8080\", \"127.0.0.1:$more:8080\"]/" units.yaml
rm finish
slow_call & slow=$!
claim 'a call is under way' until_true 20 under_way
as_printed WHO=three >moved.log 2>&1 & moved=$!
claim 'while ports change, the machine drains' until_true 20 drains
touch finish
claim 'what is under way is answered' eval "wait $slow && grep -q '\"under way\"' slow"
claim 'by the commands that are printed' wait $moved
claim 'the port before is closed' refused
url=http://127.0.0.2:$was
claim 'the one at the new address answers' answers three
url=http://127.0.0.1:$more
claim 'so does the new one' answers three
sed -i "s/    ports: .*/    ports: [\"127.0.0.1:$more:8080\"]/" units.yaml
claim 'one that is no part of the project any more is ended' says "^systemctl stop $socket && systemctl disable $socket && rm $socket" \
    eval 'as_printed WHO=four && cat printed.log'
claim 'and its files are gone' test ! -e "$at/$socket" -a ! -e "$at/$proxy"
claim 'and nobody answers there' eval "url=http://127.0.0.2:$was refused"
claim 'what is left answers' answers four
socket=un-api-1-$more.socket proxy=un-api-1-$more.service

as_printed READY=false >/dev/null
sed -i 's/ [0-9]*$/ 2/' "$at/$proxy" # seconds of patience
systemctl --user daemon-reload
claim 'a machine that does not get ready' systemctl --user restart $machine
claim 'gets its calls after a while' answers one
claim 'all of it is stopped' systemctl --user disable --now $machine $socket $proxy
claim 'and no machine is left' no_machine_left
end_manager
claim 'where its manager does not answer, it says so' refuses 1 'does not answer.*' deploy WHO=six
finish
