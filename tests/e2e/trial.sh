# SPDX-License-Identifier: MIT
# `ucompose test`: it finds the faults of a service that has some, and none where there are none.
source "$UC_E2E/lib.sh"
source "$UC_E2E/lib-tls.sh"

cp -R "$UC_E2E/faulty" faulty
cp -R "$UC_EXAMPLES/services" services
trial() { uc test "$@"; }
same() { cmp first second; }
no_process_left() { ! pgrep -u "$(id -u)" -f "^$HOME/.*/linux/faulty$"; } # in this home: other tests are the same user

claim 'a service without a fault passes' says '3 operations, [0-9]+ calls: 0 failed, 0 skipped' trial services/catalog
claim 'so does its image' says '3 operations, [0-9]+ calls: 0 failed, 0 skipped' trial --image services/catalog
claim 'and the faulty one, told to do it right' says ': 0 failed, 0 skipped' trial -e RIGHT=true faulty
claim 'every call can be seen' says 'ok +body /name: as long as it may be$' trial -v -e RIGHT=true faulty
claim 'with the example of the contract' says 'its example "short"' trial -v -e RIGHT=true faulty

claim 'its faults are found' refuses 1 'operations, [0-9]+ calls: [1-9]' trial faulty
# What is asked and found, without what is built for it.
report() { trial faulty 2>/dev/null | grep -v '^Building '; }
report >first
claim 'a value beyond its bound, by the number that brings it about' says '1' \
    grep -A2 -E 'FAIL +n its greatest value' first
claim 'with what was asked' says 'GET /half/100$' grep -A2 -E 'FAIL +n its greatest value' first
claim 'and what was wrong' says 'half: is above 50' cat first
claim 'a text that is too long' says 'text: has more than 11 characters' cat first
claim 'a header that is missing' says 'without the header X-Left' cat first
claim 'a choice that its discriminator names alone' says 'wings: is above 9' cat first
claim 'and nothing else' is "$(grep -c '^  FAIL' first)" "$(grep -cE -A1 '^        answered 200 (with a body that does not fit its schema: /(half|text|wings)|without the header X-Left)' first)"
report >second
claim 'the same is said the next time' same
claim 'the image has them too' refuses 1 'half: is above 50' trial --image faulty

claim 'a service that ends is told' refuses 1 'the service was killed by signal 6' trial -e DIES=true -e RIGHT=true faulty
claim 'and what was not tried for it' refuses 1 'calls were not made, for the service has ended' trial -e DIES=true -e RIGHT=true faulty
claim 'an image that ends is told' refuses 1 'the service ended' trial --image -e DIES=true -e RIGHT=true faulty

port=$(free_port)
UC_PORT=$port UC_ADMIN_PORT=0 RIGHT=true "$UCOMPOSE" run --linux faulty >run.log 2>&1 &
service=$!
until_true 10 get -o /dev/null "http://127.0.0.1:$port/half/2"
claim 'one that runs elsewhere is tried there' says ': 0 failed' trial --url "http://127.0.0.1:$port" faulty
kill "$service"
wait "$service" 2>/dev/null
claim 'and when nobody is there, that is said' refuses 1 'refused the connection' trial --url "http://127.0.0.1:$port" faulty

authority authority && authority other
for name in server client; do new_key $name; done
signs server authority 30 DNS:faulty
signs client authority 30
cp -R faulty guarded
sed -i -e 's|^  env:|  tls: { certificate: "${CERTIFICATE}", key: "${KEY}", client-ca: "${CLIENTS}" }\n  env:\n    CERTIFICATE: { type: string }\n    KEY: { type: string }\n    CLIENTS: { type: string }|' guarded/service.yaml
credentials=() shown=(--cacert authority.pem --cert client.pem --key client.key --server-name faulty)
for pair in CERTIFICATE=server.pem KEY=server.key CLIENTS=authority.pem; do credentials+=(-e "${pair%%=*}=$(base64 -w 0 "${pair#*=}")"); done
claim 'one that speaks TLS is tried by it' says ' [1-9][0-9]+ calls: 0 failed' trial "${shown[@]}" "${credentials[@]}" -e RIGHT=true guarded
claim 'so is its image, and its faults are found' refuses 1 'half: is above 50' trial --image "${shown[@]}" "${credentials[@]}" guarded
# Each asks for half a minute, for a service may still be starting: all at once.
tries() { # NAME OPTION...
    trial "${@:2}" "${credentials[@]}" -e RIGHT=true guarded >"$1.said" 2>&1 &
    attempt[$1]=$!
}
ends_as() { # NAME: says what it said, with its status
    local status
    wait "${attempt[$1]}"
    status=$?
    cat "$1.said"
    return $status
}
declare -A attempt
tries other --cacert other.pem --cert client.pem --key client.key --server-name faulty
tries name --cacert authority.pem --cert client.pem --key client.key
tries none --cacert authority.pem --server-name faulty
claim 'another authority is not trusted' refuses 1 'does not agree on TLS .BearSSL.s error 62' ends_as other
claim 'nor one of another name' refuses 1 'does not agree on TLS' ends_as name
claim 'nor are we, without a certificate' refuses 1 'without an answer by TLS; does it ask for a certificate' ends_as none
claim 'who vouches for it must be said' refuses 2 'say with --cacert FILE' trial --url https://127.0.0.1:1 faulty
claim 'in a file that holds it' refuses 2 'TLS cannot be spoken: ca' trial --cacert none.pem --url https://127.0.0.1:1 faulty
claim 'a key alone is refused' refuses 2 'belong together' trial --cacert authority.pem --key client.key --url https://127.0.0.1:1 faulty
claim 'and options of TLS for one without it' refuses 2 'speaks no TLS' trial --cacert authority.pem faulty
claim 'a contract that is wrong is refused with its place' refuses 1 'service.yaml' trial "$UC_TEST_TMP"
claim 'a header without a colon is refused' refuses 2 'needs "NAME: VALUE"' trial -H x faulty
claim 'no process is left' until_true 5 no_process_left
claim 'and no machine' until_true 5 no_machine_left
finish
