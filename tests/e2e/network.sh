# SPDX-License-Identifier: MIT
# Peers that misbehave: the service answers the others meanwhile, and keeps nothing of them.
source "$UC_E2E/lib.sh"

project network <<'YAML'
services:
  a: { build: ./probe, ports: ["127.0.0.1:0:8080", "127.0.0.1:0:9090"] }
YAML
claim 'the service starts' uc up -d --wait
address=$(uc port a 8080)
port=${address##*:}
a=http://$address
admin=$(url a 9090)

answers() { is "$(status_of "${@:2}")" "$1"; }
well() { answers 200 "$a/name"; }
connections_are() { get "$admin/metrics" | grep -qx "uc_http_connections $1"; }
filled() { head -c "$1" /dev/zero | tr '\0' a; }

claim 'a head that is too large is refused' answers 431 -H "X: $(filled 9000)" "$a/name"
filled 20000 >body
claim 'a body that is too large is refused' answers 413 -H 'Content-Type: application/json' --data-binary @body "$a/echo"
claim 'a chunked body that is too large is refused' \
    answers 413 -H 'Content-Type: application/json' -H 'Transfer-Encoding: chunked' --data-binary @body "$a/echo"
printf '{"name": "%s"}' "$(filled 7000)" >body
claim 'a body that is not is echoed whole' is "$(get -H 'Content-Type: application/json' --data-binary @body "$a/echo" | wc -c)" 7011

# A head that never ends: three bytes, and then nothing.
exec {slow}<>"/dev/tcp/127.0.0.1/$port"
printf 'GET' >&"$slow"
claim 'beside a slow head others are answered' well
claim 'the slow one is refused in time' says '408' timeout 60 cat <&"$slow"
exec {slow}>&-

printf 'GET /name HTTP/1.1\r\nHost: a\r\n\r\n' >request
claim 'a half-closed connection gets its answer' says '"probe"' socat -t 60 - "TCP:$address" <request
for _ in $(seq 50); do
    socat -u FILE:request "TCP:$address,linger=0" 2>/dev/null
done
claim 'after fifty reset connections it answers' well
printf '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03garbage' >garbage
claim 'garbage is refused' says '400' socat -t 60 - "TCP:$address" <garbage

ulimit -Sn "$(ulimit -Hn)" 2>/dev/null
idle() { # open 1,000 connections that say nothing
    local i fd
    fds=()
    for ((i = 0; i < 1000; i++)); do
        exec {fd}<>"/dev/tcp/127.0.0.1/$port" || return 1
        fds+=("$fd")
    done
}
leave() {
    local fd
    for fd in "${fds[@]}"; do exec {fd}>&-; done
}
if [ "$(ulimit -n)" = unlimited ] || [ "$(ulimit -n)" -gt 1100 ]; then
    for round in first second third; do
        claim "a $round thousand of idle connections opens" idle
        claim "and it answers beside the $round thousand" well
        leave
        claim "nothing is kept of the $round thousand" until_true 20 connections_are 0
    done
else
    skip 'a thousand idle connections' 'too few descriptors allowed'
fi
claim 'it answers at last' well
claim 'it never restarted' is "$(field a-1 restarts)" 0
claim 'down' uc down
claim 'no machine is left' until_true 5 no_machine_left
finish
