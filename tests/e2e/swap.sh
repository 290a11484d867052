# SPDX-License-Identifier: MIT
# A new version starts beside the old one, and takes its place when it is ready, or not at all.
source "$UC_E2E/lib.sh"

project swap <<'YAML'
services:
  api:
    build: ./probe
    ports: ["127.0.0.1:0:8080"]
    environment: { NAME: "${WHO:-one}", READY: "${READY:-true}", FAIL: "${FAIL:-false}" }
    healthcheck: { interval: 100ms, start_period: "${PERIOD:-30s}", retries: 2 }
    restart: on-failure
    deploy:
      replicas: 2
      update_config: { order: start-first, parallelism: 1, failure_action: pause }
YAML

answers() { get "$url/name" | grep -qF "\"$1\""; }
instances() { uc ps --all --format json | grep -oE '"name":\s*"api-[0-9]+"' | tr -dc '0-9\n' | sort | tr '\n' ' '; }
are() { is "$(instances)" "$1"; }
all_answer() { # NAME: both instances give it
    answers "$1" && answers "$1" && answers "$1" && answers "$1"
}
new_version() { env "$@" "$UCOMPOSE" up -d --wait; }

# Load on the published port from before a command until after it; its report goes to load.log.
under_load() {
    local load status
    wrk -t 1 -c 8 -d 600s --timeout 30s "$url/name" >load.log 2>&1 &
    load=$!
    until_true 10 answers "$served" || return 1
    "$@"
    status=$?
    until_true 20 settled
    kill -0 "$load" || { echo 'the load ended before the command'; return 1; }
    kill -INT "$load"
    wait "$load"
    return "$status"
}
settled() { [ "$(instances | wc -w)" = "$replicas" ]; }
nothing_lost() {
    cat load.log
    [ "$(awk '/requests in/ {print $1}' load.log)" -gt 20 ] && ! grep -qE 'Socket errors|Non-2xx' load.log
}
replicas=2

claim 'two instances start' uc up -d --wait
url=$(url api)
served=one
claim 'and answer' answers one
claim 'a dry run says what would be replaced' says '^replace +api-1' env WHO=two "$UCOMPOSE" up --dry-run
claim 'a new version gets ready under load' under_load new_version WHO=two
claim 'no request was lost' nothing_lost
claim 'only the new version answers' all_answer two
claim 'as many instances as before are left' settled
claim 'the same again changes nothing' says '^keep' env WHO=two "$UCOMPOSE" up --dry-run

served=two before=$(instances) replicas=3
claim 'a version that ends at once is told by name' under_load refuses 1 'api-[0-9]+ did not get ready: exited' new_version WHO=bad FAIL=true
claim 'no request was lost meanwhile' nothing_lost
claim 'the old version answers' all_answer two
claim 'the successor is not restarted, and stays to be looked at' says 'api-[0-9]+ +exited' uc ps --all
claim 'its log is there' says 'is to replace it' uc logs api
claim 'a version that does not get ready is told by name' under_load refuses 1 'api-[0-9]+ did not get ready: unhealthy' new_version WHO=bad READY=false PERIOD=1s
claim 'no request was lost then, either' nothing_lost
claim 'the old version answers still' all_answer two
claim 'start does not start the successor' uc start api
claim 'the version before clears it away' env WHO=two "$UCOMPOSE" up -d --wait
replicas=2
claim 'and leaves those that ran' until_true 10 are "$before"
claim 'fewer replicas remove one' env WHO=two "$UCOMPOSE" up -d --wait --scale api=1
replicas=1
claim 'once it has drained' until_true 10 settled

bad() { sed -i "s/order: start-first.*/$1 }/" compose.yaml; }
bad 'order: sideways'
claim 'an order that there is not is refused' refuses 1 'compose.yaml:[0-9]+:[0-9]+: "order" is start-first or stop-first' uc up -d
bad2() { sed -i "s/order: sideways.*/$1 }/" compose.yaml; }
bad2 'failure_action: rollback'
claim 'a rollback by itself is refused' refuses 1 'can only be pause' uc up -d
claim 'down' uc down
claim 'no machine is left' no_machine_left
finish
