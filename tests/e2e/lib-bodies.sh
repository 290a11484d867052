# SPDX-License-Identifier: MIT
# lib-bodies.sh - what process and image must do with bodies, in clear text and by TLS. After lib.sh.
#
# The checks need: as (a name for messages), url, admin, address (HOST:PORT), wire (TCP or OPENSSL), connections (the contract's).

zeros=20000000
json='Content-Type: application/json'
form='Content-Type: application/x-www-form-urlencoded'
head -c 3000000 /dev/urandom >large
adler=$(od -An -v -tu1 -w1 large | awk 'BEGIN {a = 1; b = 0} {a = (a + $1) % 65521; b = (b + a) % 65521} END {printf "%04x%04x", b, a}')

printf 'GET /note HTTP/1.1\r\nHost: a\r\n\r\n%.0s' $(seq 100000) >many

# few FOLDER: its service may have so many connections, drains for a short time, and gives clients more time than slow.sh does
connections=12
few() {
    sed -i "s/limits: {/limits: { connections: $connections,/; s/drain: 5s/drain: 2s/
        s/head-timeout: 2s, body-timeout: 2s, request-timeout: 3s, idle-timeout: 4s/head-timeout: 4s, body-timeout: 4s, request-timeout: 6s, idle-timeout: 8s/" "$1/service.yaml"
}

post() { get -X POST "$@"; }
answers() { is "$(status_of "${@:2}")" "$1"; }
active() { get "$admin/metrics" | grep -qx "http_server_active_requests $1"; }
at_rest() { until_true 10 active 0; }
connections_are() { get "$admin/metrics" | grep -qx "uc_http_connections $1"; }
# By TLS an end of ours is the end of both directions: so it is not said before the answer came.
# A socket that is closed with linger=0 is reset.
connect() { [ "$wire" = TCP ] && echo "TCP:$address,linger=0" || echo "OPENSSL:$address,verify=0,linger=0"; }
# raw SECONDS: send standard input on one connection, and print what comes until the peer closes
raw() { timeout "$1" socat -t "$1" "-$([ "$wire" = TCP ] || echo ,ignoreeof)" "$(connect)"; }
# opens NAME: a connection that stays; what is written to its descriptor $NAME goes out, and NAME.in has what comes
opens() {
    local to
    rm -f "$1.pipe" "$1.in" && mkfifo "$1.pipe" && exec {to}<>"$1.pipe"
    socat -t 0.1 "$(connect)" "STDIO" <&"$to" >"$1.in" 2>/dev/null &
    pid[$1]=$!
    eval "$1=$to"
}
declare -A pid
# closes NAME...: lets them go
closes() {
    local name
    for name; do
        kill "${pid[$name]}" 2>/dev/null
        wait "${pid[$name]}" 2>/dev/null
        eval "exec {$name}>&-"
    done
}
# ended SECONDS NAME: the peer ends it in time; prints what came
ended() { until_true "$1" eval "! kill -0 ${pid[$2]} 2>/dev/null" && cat "$2.in"; }
same() { cmp large copy; }

check_types() {
    claim "$as: a client without a wish gets JSON" says '^\{"text":"a note"\}$' get "$url/note"
    claim "$as: one that likes text gets text" says '^a note$' get -H 'Accept: text/*, application/json;q=0.1' "$url/note"
    claim "$as: one that takes neither is told" answers 406 -H 'Accept: image/png' "$url/note"
    claim "$as: a header of the answer" says '^X-Kind: quiet' get -i "$url/note"
    claim "$as: a form" says '^\{"text":"a & b","count":3\}$' post -H "$form" -d 'text=a+%26+b&count=3' "$url/note"
    claim "$as: the same as JSON" says '^\{"text":"x"\}$' post -H "$json" -d '{"text":"x"}' "$url/note"
    claim "$as: and as text" says '^\{"text":"y"\}$' post -H 'Content-Type: text/plain' -d 'y' "$url/note"
    claim "$as: a form's violations have their pointer" says '"pointer":"/count"' post -H "$form" -d 'text=a&count=0' "$url/note"
    claim "$as: any other type is refused with what there is" says '^Accept: application/json, application/x-www-form-urlencoded, text/plain' \
        post -i -H 'Content-Type: text/html' -d x "$url/note"
}

check_parts() {
    claim "$as: three megabytes arrive in parts" is "$(post -H 'Content-Type: application/octet-stream' --data-binary @large "$url/sum")" "3000000 $adler"
    claim "$as: in chunks, too" is "$(post -H 'Content-Type: application/octet-stream' -H 'Transfer-Encoding: chunked' --data-binary @large "$url/sum")" \
        "3000000 $adler"
    claim "$as: with the limit of the contract" answers 413 -X POST -H 'Content-Type: application/octet-stream' -H 'Content-Length: 67108865' \
        -H 'Expect:' --data-binary x "$url/sum"
    get -o copy -X POST -H 'Content-Type: application/octet-stream' --data-binary @large "$url/copy" >/dev/null
    claim "$as: what comes goes back the same" same
    claim "$as: $zeros zeros go out" is "$(get "$url/zeros/$zeros" | wc -c)" $zeros
    claim "$as: at a reader's pace" is "$(get --limit-rate 2M "$url/zeros/4000000" | wc -c)" 4000000
    claim "$as: a form with a file of three megabytes" is "$(get -F title=large -F file=@large "$url/upload")" "large 3000000 $adler"
    claim "$as: a form without its file" says '"pointer":"/file","detail":"is required"' get -F title=large "$url/upload"
    for _ in 1 2 3 4 5; do get --max-time 0.2 -o /dev/null "$url/zeros/500000000" 2>/dev/null; done
    claim "$as: readers that go leave nothing behind" at_rest
}

# Each time-out of the contract, all at once.
check_times() {
    local head body forgotten idle slow
    opens head && printf 'GET /note HT' >&"$head"
    opens body && printf 'POST /note HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nab' >&"$body"
    opens forgotten && printf 'GET /forget HTTP/1.1\r\nHost: a\r\n\r\n' >&"$forgotten"
    opens idle && printf 'GET /note HTTP/1.1\r\nHost: a\r\n\r\n' >&"$idle"
    opens slow && printf 'POST /sum HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\nContent-Length: 100\r\n\r\nabc' >&"$slow"
    claim "$as: a head that is not completed in time is a 408" says '^HTTP/1.1 408 ' ended 8 head
    claim "$as: a body that is not completed in time is a 408" says '^HTTP/1.1 408 ' ended 8 body
    claim "$as: an answer that is not given in time is a 503" says '^HTTP/1.1 503 ' ended 8 forgotten
    claim "$as: a connection that idles is closed in time" says 'a note' ended 8 idle
    claim "$as: a body in parts that never ends is timed out" says '408 Request Timeout' ended 8 slow
    closes head body forgotten idle slow
}

check_cuts() {
    local reader
    [ "$wire" != TCP ] || claim "$as: a body that ends early is told" says '400 Bad Request' raw 60 < <(printf 'POST /sum HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\nContent-Length: 10\r\n\r\nabc')
    [ "$wire" != TCP ] || claim "$as: a chunk that ends early is told" says '400 Bad Request' raw 60 < <(printf 'POST /sum HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab')
    # Takes no more than its buffers do: cut off when the idle time-out is over.
    opens reader
    printf 'GET /zeros/1000000000 HTTP/1.1\r\nHost: a\r\n\r\n' >&"$reader"
    until_true 5 active 1 && kill -STOP "${pid[reader]}"
    claim "$as: beside a reader that takes nothing others are served" says 'a note' get "$url/note"
    claim "$as: and it is cut off in time" until_true 15 active 0
    kill -CONT "${pid[reader]}"
    closes reader
}

check_faults() {
    local text
    local sum='POST /sum HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\n'
    for text in 'Content-Length: x\r\n' 'Content-Length: -1\r\n' 'Content-Length: +3\r\n' 'Content-Length: 3, 4\r\n' 'Content-Length: 3\r\nContent-Length: 3\r\n' \
        'Content-Length: 18446744073709551616\r\n' 'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n' 'Transfer-Encoding: gzip\r\n'; do
        claim "$as: refused: ${text//\\r\\n/ }" says '^HTTP/1.1 (400|413|501) ' raw 60 < <(printf "$sum$text"'\r\nabc')
    done
    for text in 'fffffffffffffffff\r\n' '-1\r\n' '5\nab' '3\r\nabcd\r\n' '3;\x01\r\nabc\r\n' '0\r\nX y: z\r\n\r\n'; do
        claim "$as: refused: the chunk $text" says '^HTTP/1.1 400 ' raw 60 < <(printf "$sum"'Transfer-Encoding: chunked\r\n\r\n'"$text")
    done
    [ "$wire" != TCP ] || claim "$as: a hundred thousand requests in a row are answered" is "$(socat -t 200 - "TCP:$address" <many | grep -aoF 'HTTP/1.1 200 OK' | wc -l)" 100000
    # Reset amid: nothing, a head, a body, a body in parts, a chunk, a part of a form, a handler, an answer, events.
    for text in '' 'GET /no' 'POST /note HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nab' "$sum"'Content-Length: 99\r\n\r\nabc' \
        "$sum"'Transfer-Encoding: chunked\r\n\r\n5\r\nab' \
        'POST /upload HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 999\r\n\r\n--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nx\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nabc' \
        'GET /forget HTTP/1.1\r\nHost: a\r\n\r\n' 'GET /zeros/90000000 HTTP/1.1\r\nHost: a\r\n\r\n' 'GET /watch HTTP/1.1\r\nHost: a\r\n\r\n'; do
        for _ in 1 2 3; do printf "$text" | socat -u - "$(connect)" 2>/dev/null; done
    done
    opens idle
    printf 'GET /note HTTP/1.1\r\nHost: a\r\n\r\n' >&"$idle"
    claim "$as: one is answered, and reset when it is idle" until_true 5 grep -q 'a note' idle.in
    closes idle
    claim "$as: of 28 connections that were reset nothing is left" at_rest
    claim "$as: and it answers" says 'a note' get "$url/note"
}

# Cut by a relay after so many bytes: in the head of a record, the handshake, its end, a record of the body. Neither says
# close_notify, first the one direction ends, then both.
# by_relay BYTES: sends the large body; is it taken?
by_relay() {
    local relay status
    relay=$(free_port)
    socat -t 0.1 "TCP-LISTEN:$relay,bind=127.0.0.1,reuseaddr" \
        "SYSTEM:stdbuf -o0 head -c $1 | socat -t 0.1 - TCP\:${address/:/\\:}\,linger=0" 2>/dev/null &
    get --fail --retry 9 --retry-connrefused --retry-delay 1 -X POST -H 'Content-Type: application/octet-stream' --data-binary @large "https://127.0.0.1:$relay/sum"
    status=$?
    wait $!
    return $status
}
check_records() {
    local bytes
    claim "$as: by a relay that cuts nothing, a body is taken" says "^3000000 $adler" by_relay 9000000
    for bytes in 3 150 560 5000 60000; do
        claim "$as: cut after $bytes bytes, it is not" eval "! by_relay $bytes"
    done
    claim "$as: and nothing of it is left" at_rest
    claim "$as: nor of what is no TLS" eval '! get "http://$address/note"'
    claim "$as: it answers" says 'a note' get "$url/note"
}

refuses_more() { # one more connection than there may be
    if [ "$wire" = TCP ]; then
        says '503 Service Unavailable.*|too many connections' get -i "$url/note"
    else
        ! get "$url/note" # without a handshake
    fi
}
check_limits() {
    local i names=() fds=() fd
    claim "$as: a head over the limit is a 431" answers 431 -H "X: $(head -c 9000 /dev/zero | tr '\0' x)" "$url/note"
    claim "$as: a body over the limit is a 413" answers 413 -X POST -H 'Content-Type: text/plain' -H 'Expect:' --data-binary @large "$url/note"
    claim "$as: a body over the management's limit is a 413" answers 413 -X POST -H 'Expect:' --data-binary @large "$admin/metrics"
    claim "$as: and nothing of them is left" until_true 10 connections_are 0 # for the last of those that follow there would be no room
    for ((i = 0; i < connections; i++)); do
        names+=("watcher$i")
        local "watcher$i"
        opens "watcher$i"
        eval "printf 'GET /watch HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n' >&\$watcher$i"
    done
    claim "$as: there are as many connections as may be" until_true 10 active $connections
    claim "$as: one more is refused" refuses_more
    closes "${names[@]}"
    claim "$as: when they have gone it is served" eval 'at_rest && says "a note" get "$url/note"'
    # Amid a head: who is idle would make room.
    for ((i = 0; i < 64; i++)); do
        exec {fd}<>"/dev/tcp/${admin_address%:*}/${admin_address##*:}" && printf 'GET /met' >&"$fd" && fds+=("$fd")
    done
    claim "$as: the management has no room for a 65th" until_true 5 says '503' get -o /dev/null -w '%{http_code}' "$admin/metrics"
    for fd in "${fds[@]}"; do exec {fd}>&-; done
    claim "$as: and has it again" until_true 5 active 0
}

# An answer that lasts longer than the drain: who reads it, and slowly.
begin_long_answer() {
    curl -s --limit-rate 1M --max-time 600 -o /dev/null "$url/zeros/100000000" & reader=$!
    claim "$as: an answer is on its way, beside the watcher" until_true 10 active 2
}

heard() { grep -qx "$1" events; }
check_events() {
    curl -sN --max-time 600 "$url/watch" >events & watcher=$!
    claim "$as: a watcher watches" until_true 10 active 1
    post -H "$json" -d '{"text":"first"}' "$url/note" >/dev/null
    claim "$as: an event arrives at once" until_true 5 heard 'data: {"text":"first"}'
    claim "$as: with its name" heard 'event: note'
    claim "$as: a comment, when nothing happens" until_true 8 heard ':'
    kill $watcher && wait $watcher 2>/dev/null
    claim "$as: a watcher that goes is noticed" at_rest
    curl -sN --max-time 600 "$url/watch" >events & watcher=$!
    claim "$as: another one watches" until_true 10 active 1
}

check() {
    check_types
    check_parts
    check_times
    check_cuts
    check_faults
    [ "$wire" = TCP ] || check_records
    check_limits
    check_events
}

start_process() { # FOLDER
    local program
    program=$(uc build --linux "$1" | sed -nE 's|^[^ ]+ +(/.*[^ ]) +[0-9.]+ [KM]iB.*|\1|p' | tail -n 1)
    UC_PORT=0 UC_ADMIN_PORT=0 "$program" >process.log 2>&1 & process=$!
    until_true 10 grep -q '"message":"ready"' process.log
}
port_of() { sed -nE "s/.*\"listener\":\"$1\",\"port\":([0-9]+).*/\1/p" process.log; }

# judge_process FOLDER: from start to end; $scheme
judge_process() {
    claim "$as: it starts" start_process "$1"
    address=127.0.0.1:$(port_of service) admin_address=127.0.0.1:$(port_of admin)
    url=$scheme://$address admin=http://$admin_address
    check
    begin_long_answer
    kill $process
    claim "$as: draining ends the watcher in good order" wait $watcher
    claim "$as: and the process" wait $process
    claim "$as: when the time was over, for a reader was slow" grep -q '"drain time is over"' process.log
    claim "$as: who sees that it is not all" eval '! wait $reader'
}
judge_image() {
    claim "$as: it starts" uc up -d --wait
    address=$(url a 8080) admin=$(url a 9090)
    address=${address#http://} admin_address=${admin#http://}
    url=$scheme://$address
    check
    begin_long_answer
    claim "$as: it stops" uc stop a
    claim "$as: draining ends the watcher in good order" wait $watcher
    claim "$as: when the time was over, for a reader was slow" says 'drain time is over' uc logs a
    claim "$as: who sees that it is not all" eval '! wait $reader'
    claim "$as: it was never restarted" is "$(field a-1 restarts)" 0
}
