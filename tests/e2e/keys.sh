# SPDX-License-Identifier: MIT
# Keys of tokens that are fetched: when nobody has them yet, when they change, when they cannot be renewed; by TLS; an image.
source "$UC_E2E/lib.sh"
source "$UC_E2E/lib-tls.sh"
source "$UC_E2E/lib-jwt.sh"

mkdir "$UC_TEST_TMP/keys" && cd "$UC_TEST_TMP/keys" || exit 1
for name in fetched sealed; do
    cp -R "$UC_E2E/secured" $name
    sed -i "s|^info: .*|info: { title: $name, version: '1' }|" $name/service.yaml
    sed -i "s|secured_|${name}_|g; s|secured\.h|$name.h|" $name/handlers.c
done
sed -i 's|jwt: { keys: "${KEYS}"|jwt: { jwks: { url: "${KEYS}/set.json?v=1", interval: 10s, timeout: 20s }|' fetched/service.yaml
sed -i -e 's|jwt: { keys: "${KEYS}"|jwt: { jwks: { url: "${KEYS}/set.json", ca: "${CA}" }|' -e 's|^    KEYS: .*|&\n    CA: { type: string }|' sealed/service.yaml

# ---- who has keys ----

new_key first && new_key second && authority authority && new_key id && signs id authority 30 DNS:localhost,DNS:host.ucompose.internal
mkdir server && : >server/asked
answers() { printf 'HTTP/1.1 %s\r\nContent-Length: %s\r\nConnection: close\r\n\r\n%s' "$1" "${#2}" "$2" >server/next && mv server/next server/answer; }
set_of() { answers '200 OK' "{\"keys\":[$1]}"; }
asked() { wc -l <server/asked; }
was_asked() { [ "$(asked)" -gt "$1" ]; }
keys_port=$(free_port) tls_port=$(free_port)
serve_keys() {
    socat "TCP-LISTEN:$keys_port,bind=127.0.0.1,reuseaddr,fork" "EXEC:'$UC_E2E/peers/key_server' server" 2>keys.log &
    keys=$!
}

# ---- a process ----

program=$(program fetched)
port=$(free_port) admin=$(free_port)
url=http://127.0.0.1:$port
env UC_PORT="$port" UC_ADMIN_PORT="$admin" API_KEYS='0123456789abcdef' SECRET=0123456789abcdef0123456789abcdef \
    KEYS="http://localhost:$keys_port" "$program" >process.log 2>&1 &
server=$!
answer_of() { get -H "Authorization: Bearer $(token ES256 "$1.key" '"sub":"ann"' ",\"kid\":\"$2\"")" "$url/whoami"; }
status_with() { status_of -H "Authorization: Bearer $(token ES256 "$1.key" '"sub":"ann"' ",\"kid\":\"$2\"")" "$url/whoami"; }
is_ready() { [ "$(status_of "http://127.0.0.1:$admin/readyz")" = 200 ]; }
gives() { [ "$(status_with "$2" "$3")" = "$1" ]; }

claim 'a process starts while nobody has keys' until_true 20 grep -q '"message":"ready"' process.log
claim 'it is not ready, and says why' says 'the keys of tokens have not been fetched yet.* 503$' get -w ' %{http_code}\n' "http://127.0.0.1:$admin/readyz"
claim 'the log says where it asks, and when again' until_true 5 grep -qE 'the service is not ready".*"scheme":"login","url":"http://localhost:[0-9]+/set.json\?v=1","why":"connection refused","again_ms":[0-9]+' process.log
claim 'a token is not judged' gives 503 first a
claim 'what needs no token is answered' says '^anybody$' get "$url/open"
set_of "$(ec_jwk first.key a)"
serve_keys
claim 'when somebody has keys it gets ready' until_true 10 is_ready
claim 'a token is good' says '^ann' answer_of first a
claim 'it asked for what the contract says' grep -q '^GET /set.json?v=1 HTTP/1.1$' server/asked
claim 'a token of another key is not' gives 401 second a

set_of "$(ec_jwk second.key b)"
claim 'a token that names a new key fetches it' until_true 8 gives 200 second b
claim 'the old one is gone' gives 401 first a

# Two hundred requests: a fetch for them at most once a second, and one every ten seconds by itself.
rush() {
    local before began=$SECONDS took made lost
    before=$(asked)
    lost=$(seq 200 | xargs -P 8 -I{} curl -sS --max-time 60 -o /dev/null -w '%{http_code}\n' -H "$(bearer ES256 first.key '"sub":"ann"' ',"kid":"x"')" "$url/whoami" | grep -vc '^401$')
    took=$((SECONDS - began)) made=$(($(asked) - before))
    echo "$made fetches in $took seconds, $lost answers that are wrong"
    [ "$lost" = 0 ] && [ $made -le $((took + took / 10 + 6)) ] && [ $made -lt 150 ]
}
claim 'keys that nobody knows do not make it ask all the time' rush

# fails WORDS: the next fetch fails with these, and the keys stay
fails() {
    local before
    before=$(asked)
    until_true 15 eval "gives 401 first unknown; was_asked $before" || return 1
    until_true 5 grep -qE "the last ones stay.*\"why\":\"$1\"" process.log && gives 200 second b
}
answers '500 Oops' ''
claim 'a renewal that fails changes nothing' fails 'status 500'
answers '302 Found' '' && sed -i 's|^Content-Length|Location: http://127.0.0.1:1/\r\nContent-Length|' server/answer
claim 'nor does one that leads elsewhere' fails 'status 302'
set_of ''
claim 'nor a set without keys' fails 'there is no key for any of the algorithms'
answers '200 OK' '<html>'
claim 'nor what is no set' fails '[^"]*'
answers '200 OK' "{\"keys\":[$(ec_jwk first.key a)],\"x\":\"$(head -c 70000 /dev/zero | tr '\0' x)\"}"
claim 'nor one that is too large' fails 'answer too large'
printf 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"keys":[' >server/answer
claim 'nor one that is cut' fails 'connection reset'
kill $keys
before=$(grep -c 'the last ones stay' process.log)
claim 'nor when nobody is there' eval 'until_true 20 eval "[ \"\$(grep -c \"the last ones stay\" process.log)\" -gt $before ]" && gives 200 second b'
set_of "$(ec_jwk first.key a)"
serve_keys
claim 'it is renewed as soon as it can be' until_true 25 gives 200 first a
claim 'it stayed ready' is_ready
ends
claim 'it ends as it should' is "$(tail -n 1 process.log | grep -o '"why":"[a-z ]*"')" '"why":"drained"'
claim 'a URL that is none is told at the start' eval 'env UC_PORT=0 UC_ADMIN_PORT=0 API_KEYS=0123456789abcdef SECRET=0123456789abcdef0123456789abcdef KEYS=nowhere "$program" >bad.log 2>&1; [ $? = 78 ] && grep -q "the url of its keys must be" bad.log'

# ---- by TLS: a process and an image ----

cat id.pem id.key >id.both
socat "OPENSSL-LISTEN:$tls_port,bind=127.0.0.1,reuseaddr,fork,cert=id.both,verify=0" "EXEC:'$UC_E2E/peers/key_server' server" 2>tls.log &
sealed=$!
program=$(program sealed)
port=$(free_port) url=http://127.0.0.1:$port
env UC_PORT="$port" UC_ADMIN_PORT=0 API_KEYS='0123456789abcdef' SECRET=0123456789abcdef0123456789abcdef \
    KEYS="https://localhost:$tls_port" CA="$PWD/authority.pem" "$program" >process.log 2>&1 &
server=$!
claim 'a process fetches keys by TLS' until_true 20 gives 200 first a
kill -HUP $server
claim 'and renews the certificates by which it does' until_true 10 grep -q '"TLS is renewed".*"of":"login"' process.log
claim 'and judges as before' gives 200 first a
ends
port=$(free_port) url=http://127.0.0.1:$port
uc build sealed >/dev/null
"$UCOMPOSE" run sealed -p "127.0.0.1:$port:8080" -e 'API_KEYS=0123456789abcdef' -e SECRET=0123456789abcdef0123456789abcdef \
    -e "KEYS=https://host.ucompose.internal:$tls_port" -e "CA=$(base64 -w 0 authority.pem)" >image.log 2>&1 &
server=$!
claim 'an image starts, ready when it has them' until_true 40 grep -q 'ready after' image.log
claim 'and judges by them' until_true 10 gives 200 first a
ends
kill $keys $sealed
finish
