# SPDX-License-Identifier: MIT
# Bodies as contracts write them: several types, in parts, events, and peers that are slow or go; as a process, and as an image.
source "$UC_E2E/lib.sh"

project bodies <<'YAML'
services:
  a: { build: ./bodies, ports: ["127.0.0.1:0:8080", "127.0.0.1:0:9090"] }
YAML
cp -R "$UC_E2E/bodies" bodies
json='Content-Type: application/json'
form='Content-Type: application/x-www-form-urlencoded'
head -c 3000000 /dev/urandom >large
adler=$(od -An -v -tu1 -w1 large | awk 'BEGIN {a = 1; b = 0} {a = (a + $1) % 65521; b = (b + a) % 65521} END {printf "%04x%04x", b, a}')

printf 'GET /note HTTP/1.1\r\nHost: a\r\n\r\n%.0s' $(seq 100000) >many

post() { get -X POST "$@"; }
answers() { is "$(status_of "${@:2}")" "$1"; }
active() { get "$admin/metrics" | grep -qx "http_server_active_requests $1"; }
at_rest() { until_true 10 active 0; }
# raw SECONDS: send standard input on one connection, and print what comes until the peer closes
raw() { timeout "$1" socat -t "$1" - "TCP:$address"; }
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
    claim "$as: twenty megabytes go out" is "$(get "$url/zeros/20000000" | wc -c)" 20000000
    claim "$as: at a reader's pace" is "$(get --limit-rate 2M "$url/zeros/4000000" | wc -c)" 4000000
    claim "$as: a form with a file of three megabytes" is "$(get -F title=large -F file=@large "$url/upload")" "large 3000000 $adler"
    claim "$as: a form without its file" says '"pointer":"/file","detail":"is required"' get -F title=large "$url/upload"
    for _ in 1 2 3 4 5; do get --max-time 0.2 -o /dev/null "$url/zeros/500000000" 2>/dev/null; done
    claim "$as: readers that go leave nothing behind" at_rest
}

# Each time-out of the contract, all at once.
check_times() {
    local head body forgotten idle host=${address%:*} port=${address##*:}
    exec {head}<>"/dev/tcp/$host/$port" {body}<>"/dev/tcp/$host/$port" {forgotten}<>"/dev/tcp/$host/$port" {idle}<>"/dev/tcp/$host/$port"
    printf 'GET /note HT' >&"$head"
    printf 'POST /note HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nab' >&"$body"
    printf 'GET /forget HTTP/1.1\r\nHost: a\r\n\r\n' >&"$forgotten"
    printf 'GET /note HTTP/1.1\r\nHost: a\r\n\r\n' >&"$idle"
    claim "$as: a head that is not completed in time is a 408" says '^HTTP/1.1 408 ' timeout 8 cat <&"$head"
    claim "$as: a body that is not completed in time is a 408" says '^HTTP/1.1 408 ' timeout 8 cat <&"$body"
    claim "$as: an answer that is not given in time is a 503" says '^HTTP/1.1 503 ' timeout 8 cat <&"$forgotten"
    claim "$as: a connection that idles is closed in time" says 'a note' timeout 8 cat <&"$idle"
    exec {head}>&- {body}>&- {forgotten}>&- {idle}>&-
}

check_cuts() {
    claim "$as: a body that ends early is told" says '400 Bad Request' raw 5 < <(printf 'POST /sum HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\nContent-Length: 10\r\n\r\nabc')
    claim "$as: a chunk that ends early is told" says '400 Bad Request' raw 5 < <(printf 'POST /sum HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab')
    exec {slow}<>"/dev/tcp/${address%:*}/${address##*:}"
    printf 'POST /sum HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\nContent-Length: 100\r\n\r\nabc' >&"$slow"
    claim "$as: one that never ends is timed out" says '408 Request Timeout' timeout 8 cat <&"$slow"
    exec {slow}>&-
    # Takes the head, and nothing after it: cut off when the idle time-out is over.
    exec {slow}<>"/dev/tcp/${address%:*}/${address##*:}"
    printf 'GET /zeros/100000000 HTTP/1.1\r\nHost: a\r\n\r\n' >&"$slow"
    claim "$as: beside a reader that takes nothing others are served" says 'a note' get "$url/note"
    claim "$as: and it is cut off in time" until_true 15 active 0
    exec {slow}>&-
}

check_faults() {
    local text
    local sum='POST /sum HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\n'
    for text in 'Content-Length: x\r\n' 'Content-Length: -1\r\n' 'Content-Length: +3\r\n' 'Content-Length: 3, 4\r\n' 'Content-Length: 3\r\nContent-Length: 3\r\n' \
        'Content-Length: 18446744073709551616\r\n' 'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n' 'Transfer-Encoding: gzip\r\n'; do
        claim "$as: refused: ${text//\\r\\n/ }" says '^HTTP/1.1 (400|413|501) ' raw 5 < <(printf "$sum$text"'\r\nabc')
    done
    for text in 'fffffffffffffffff\r\n' '-1\r\n' '5\nab' '3\r\nabcd\r\n' '3;\x01\r\nabc\r\n' '0\r\nX y: z\r\n\r\n'; do
        claim "$as: refused: the chunk $text" says '^HTTP/1.1 400 ' raw 5 < <(printf "$sum"'Transfer-Encoding: chunked\r\n\r\n'"$text")
    done
    claim "$as: a hundred thousand requests in a row are answered" is "$(socat -t 30 - "TCP:$address" <many | grep -aoF 'HTTP/1.1 200 OK' | wc -l)" 100000
    # Reset amid: nothing, a head, a body, a body in parts, an answer, events.
    for text in '' 'GET /no' 'POST /note HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nab' "$sum"'Content-Length: 99\r\n\r\nabc' \
        'GET /zeros/90000000 HTTP/1.1\r\nHost: a\r\n\r\n' 'GET /watch HTTP/1.1\r\nHost: a\r\n\r\n'; do
        for _ in 1 2 3; do printf "$text" | socat -u - "TCP:$address,linger=0"; done
    done
    claim "$as: of eighteen connections that were reset nothing is left" at_rest
    claim "$as: and it answers" says 'a note' get "$url/note"
}

heard() { grep -qx "$1" events; }
check_events() {
    curl -sN --max-time 60 "$url/watch" >events & watcher=$!
    claim "$as: a watcher watches" until_true 10 active 1
    post -H "$json" -d '{"text":"first"}' "$url/note" >/dev/null
    claim "$as: an event arrives at once" until_true 5 heard 'data: {"text":"first"}'
    claim "$as: with its name" heard 'event: note'
    claim "$as: a comment, when nothing happens" until_true 8 heard ':'
    kill $watcher && wait $watcher 2>/dev/null
    claim "$as: a watcher that goes is noticed" at_rest
    curl -sN --max-time 60 "$url/watch" >events & watcher=$!
    claim "$as: another one watches" until_true 10 active 1
}

check() {
    check_types
    check_parts
    check_times
    check_cuts
    check_faults
    check_events
}

start_process() { # FOLDER
    local program
    program=$(uc build --linux "$1" | sed -nE 's|^[^ ]+ +(/.*[^ ]) +[0-9.]+ [KM]iB.*|\1|p' | tail -n 1)
    UC_PORT=0 UC_ADMIN_PORT=0 "$program" >process.log 2>&1 & process=$!
    until_true 10 grep -q '"message":"ready"' process.log
}

as=process
claim 'the process starts' start_process bodies
port_of() { sed -nE "s/.*\"listener\":\"$1\",\"port\":([0-9]+).*/\1/p" process.log; }
address=127.0.0.1:$(port_of service) admin=http://127.0.0.1:$(port_of admin)
url=http://$address
check
kill $process
claim 'process: draining ends the watcher in good order' wait $watcher
claim 'process: and the process' wait $process

# The same through TLS, whose records are another layer of buffers.
as=TLS
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -keyout key.pem -out cert.pem 2>/dev/null
cp -R bodies sealed
sed -i 's|^  listen:.*|&\n  tls: { certificate: "${CERTIFICATE}", key: "${KEY}" }\n  env: { CERTIFICATE: { type: string }, KEY: { type: string } }|' sealed/service.yaml
export CERTIFICATE=$PWD/cert.pem KEY=$PWD/key.pem CURL_HOME=$PWD
echo insecure >.curlrc
claim 'the process starts with TLS' start_process sealed
url=https://127.0.0.1:$(port_of service) admin=http://127.0.0.1:$(port_of admin)
check_types
check_parts
check_events
kill $process
claim 'TLS: draining ends the watcher in good order' wait $watcher
claim 'TLS: and the process' wait $process

as=image
claim 'the image starts' uc up -d --wait
url=$(url a 8080) admin=$(url a 9090)
address=${url#http://}
check
claim 'image: draining ends the watcher in good order' uc stop a
claim 'image: it did' wait $watcher
claim 'image: it was never restarted' is "$(field a-1 restarts)" 0
finish
