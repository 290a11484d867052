#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# load.sh IMAGE - a server in a guest of 16 MiB: wrk at 1, 32 and 256 connections again and again, large
# bodies both ways, connections that idle and that break off. It keeps answering and its memory comes back.
set -u
run=$(dirname "$0")/../run-image
tmp=${UC_TEST_TMP:-$(mktemp -d)}
count=0 failed=0
claim() { # NAME COMMAND...
    local name=$1
    shift
    count=$((count + 1))
    if "$@"; then echo "ok $count - $name"; else
        echo "not ok $count - $name"
        failed=1
    fi
}

port=$("$(dirname "$0")/../free-port")
"$run" "$1" -m 16M -x 7 -p $port >"$tmp/console" 2>&1 &
guest=$!
url=http://127.0.0.1:$port
get() { curl -s -m 30 "$url$1"; }
answers() { [ "$(get /)" = hello ]; }
free_kib() { get /free; }
ready() { for _ in $(seq 30); do
    answers && return
    sleep 0.1
done; false; }
bursts() { for _ in 1 2 3; do
    for connections in 1 32 256; do
        wrk -t1 -c$connections -d1 "$url/" >"$tmp/wrk" 2>&1
        answers || return
    done
done; }
big_down() { [ "$(curl -s -m 60 "$url/big" | wc -c)" = 16777216 ]; }
big_up() { [ "$(head -c 16777216 /dev/zero | curl -s -m 60 --data-binary @- "$url/")" = 16777216 ]; }
idle_and_broken() {
    local fds=() fd i
    for i in $(seq 200); do
        exec {fd}<>"/dev/tcp/127.0.0.1/$port" || return
        printf 'GET / HT' >&"$fd"
        read -rt 0.01 <> <(:) # QEMU has room for one that it has not yet taken; the next would try again after a second
        fds+=("$fd")
    done
    answers || return
    for fd in "${fds[@]}"; do exec {fd}>&-; done
}
memory_is_back() {
    local now
    for _ in $(seq 30); do
        now=$(free_kib)
        [ "${now:-0}" -ge $((before - 256)) ] && return
        sleep 1
    done
    echo "# $before KiB free before, $now after"
    false
}

claim "the server answers" ready
before=$(free_kib)
claim "it answers after wrk at 1, 32 and 256 connections, three times" bursts
claim "16 MiB come down whole" big_down
claim "16 MiB go up whole" big_up
claim "it answers beside 200 connections that send half a head" idle_and_broken
claim "its memory is back where it was" memory_is_back
get /exit >"$tmp/exit"
wait $guest
claim "it ends when it is told" [ $? = 0 ]
[ $failed = 0 ] || sed 's/^/# /' "$tmp/console"
echo "1..$count"
exit $failed
