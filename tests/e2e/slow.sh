# SPDX-License-Identifier: MIT
# slowhttptest, all of its modes, against a process and an image at once: others are served meanwhile, and what
# the attackers held is given back.
source "$UC_E2E/lib.sh"
command -v slowhttptest >/dev/null || { echo 'not ok 1 - slowhttptest is not installed; tests/run installs it'; exit 1; }

project slow <<'YAML'
services:
  a: { build: ./bodies, ports: ["127.0.0.1:0:8080", "127.0.0.1:0:9090"] }
YAML
cp -R "$UC_E2E/bodies" bodies

program=$(uc build --linux bodies | sed -nE 's|^[^ ]+ +(/.*[^ ]) +[0-9.]+ [KM]iB.*|\1|p' | tail -n 1)
UC_PORT=0 UC_ADMIN_PORT=0 "$program" >process.log 2>&1 & process=$!
claim 'the process starts' until_true 10 grep -q '"message":"ready"' process.log
claim 'the image starts' uc up -d --wait
port_of() { sed -nE "s/.*\"listener\":\"$1\",\"port\":([0-9]+).*/\1/p" process.log; }
declare -A url admin
url[process]=http://127.0.0.1:$(port_of service) admin[process]=http://127.0.0.1:$(port_of admin)
url[image]=$(url a 8080) admin[image]=$(url a 9090)

# attack MODE OPTIONS... -- PATH: 200 connections to each, for a few seconds. The attacker looks for three seconds, which a
# machine that stands still takes by itself: a service that the attack takes down goes down three times.
attack() {
    local name=$1 options=() as pids failed=()
    shift
    while [ "$1" != -- ]; do options+=("$1"); shift; done
    for _ in 1 2 3; do
        pids=()
        for as in process image; do
            timeout 60 slowhttptest "${options[@]}" -c 200 -r 200 -l 6 -p 3 -u "${url[$as]}$2" >"$name.$as.log" 2>&1 & pids+=($!)
        done
        for as in process image; do served "$as" || failed+=("$as"); done
        wait "${pids[@]}"
        available "$name.process.log" >/dev/null && available "$name.image.log" >/dev/null && break
    done
    for as in process image; do
        claim "$name, $as: others are served meanwhile" eval '[[ " ${failed[*]-} " != *" $as "* ]]'
        claim "$name, $as: the attacker saw a service that answers" available "$name.$as.log"
        claim "$name, $as: and afterwards nothing of it is left" until_true 10 at_rest "$as"
    done
}
served() { # until the attack is under way, and some more
    local i
    for i in 1 2 3 4 5 6 7 8; do
        [ "$(curl -s --max-time 60 "${url[$1]}/note")" = '{"text":"a note"}' ] || return 1
        read -rt 0.3 <> <(:)
    done
    return 0
}
available() { # the tool looks every second, by a connection of its own
    tr -d '\r' <"$1" | sed 's/\x1b\[[0-9;]*m//g' >seen.log
    tail -n 20 seen.log
    grep -qE 'service available: +YES' seen.log && ! grep -qE 'service available: +NO' seen.log
}
at_rest() {
    local metrics
    metrics=$(get "${admin[$1]}/metrics")
    grep -qx 'http_server_active_requests 0' <<<"$metrics" && grep -qE '^uc_http_connections [01]$' <<<"$metrics"
}

attack 'slow heads' -H -i 1 -- /note
attack 'slow bodies' -B -i 1 -s 8192 -t POST -f application/octet-stream -- /sum
attack 'many ranges' -R -s 512 -- /note
attack 'slow readers' -X -w 512 -y 1024 -n 1 -z 32 -k 1 -- /zeros/2000000

claim 'the process is well' served process
kill $process
claim 'and ends in good order' wait $process
claim 'the image was never restarted' is "$(field a-1 restarts)" 0
finish
