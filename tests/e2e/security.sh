# SPDX-License-Identifier: MIT
# Credentials: keys, basic and tokens, judged by the framework and by handlers; as a process, and as an image.
source "$UC_E2E/lib.sh"
source "$UC_E2E/lib-jwt.sh"

mkdir "$UC_TEST_TMP/security" && cd "$UC_TEST_TMP/security" || exit 1
cp -R "$UC_E2E/secured" secured

# ---- who signs ----

openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key 2>/dev/null
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.key 2>/dev/null
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out other.key 2>/dev/null
for name in rsa ec; do openssl pkey -in $name.key -pubout -out $name.pem; done
secret=0123456789abcdef0123456789abcdef
set="{\"keys\":[$(rsa_jwk rsa.key r),$(ec_jwk ec.key e)]}"

# ---- starting it ----

api_keys='shop:0123456789abcdef till:fedcba9876543210'
program=$(uc build --linux secured | sed -nE 's|^[^ ]+ +(/.*[^ ]) +[0-9.]+ [KM]iB.*|\1|p' | tail -n 1)
starts() { # KEYS; $url
    local port
    port=$(free_port) url=http://127.0.0.1:$port
    env UC_PORT="$port" UC_ADMIN_PORT=0 API_KEYS="$api_keys" SECRET="$secret" KEYS="$1" "$program" >process.log 2>&1 &
    server=$!
    until_true 20 grep -q '"ready"' process.log
}
boots() {
    local port
    uc build secured >/dev/null
    port=$(free_port) url=http://127.0.0.1:$port
    "$UCOMPOSE" run secured -p "127.0.0.1:$port:8080" -e "API_KEYS=$api_keys" -e "SECRET=$secret" -e "KEYS=$1" >image.log 2>&1 &
    server=$!
    until_true 30 grep -q 'ready after' image.log && until_true 5 eval '(: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null'
}
ends() { kill -INT $server 2>/dev/null || kill $server; wait $server 2>/dev/null; }

answers() { is "$(status_of "${@:2}")" "$1"; }
{ printf '{"n":1'; head -c 65529 /dev/zero | tr '\0' ' '; printf '}'; } >large
write() { get -i -X POST -H 'Content-Type: application/json' --data-binary "${2-{\"n\":1\}}" -H "$1" "${@:3}" "$url/write"; }
# send HEAD-LINES: a head without its body, and the head of what comes then
send() {
    local fd line
    exec {fd}<>"/dev/tcp/127.0.0.1/${url##*:}"
    printf "POST /write HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n$1\r\n" >&"$fd"
    while IFS= read -rt 60 line <&"$fd"; do
        printf '%s\n' "$line"
        [ "$line" != $'\r' ] || break
    done
    exec {fd}>&-
}

judge() { # WHAT
    claim "$1: what is open asks nobody" says '^anybody$' get "$url/open"
    claim "$1: without a token one is asked for it" says '^WWW-Authenticate: Bearer realm="secured"' get -i "$url/whoami"
    claim "$1: with 401 and problem+json" says '^application/problem\+json 401$' get -o /dev/null -w '%{content_type} %{http_code}\n' "$url/whoami"
    claim "$1: RS256" says '^ann \(\)$' get -H "$(bearer RS256 rsa.key '"sub":"ann"' ',"kid":"r"')" "$url/whoami"
    claim "$1: ES256" says '^eve \(a b\)$' get -H "$(bearer ES256 ec.key '"sub":"eve","scope":"a b"' ',"kid":"e"')" "$url/whoami"
    claim "$1: without the key's name" says '^eve \(\)$' get -H "$(bearer ES256 ec.key '"sub":"eve"')" "$url/whoami"
    claim "$1: a key that nobody knows" says 'signature is not good' get -H "$(bearer RS256 other.key '"sub":"ann"')" "$url/whoami"
    claim "$1: \"none\" is no algorithm" answers 401 -H "$(bearer none - '"sub":"ann"')" "$url/whoami"
    claim "$1: a public key is no secret" answers 401 -H "$(bearer HS256 "$(cat rsa.pem)" '"sub":"ann"')" "$url/whoami"
    claim "$1: a token that has expired" says 'error_description="the token has expired"' get -i -H "$(bearer RS256 rsa.key "\"exp\":$(($(date +%s) - 60))")" "$url/whoami"
    claim "$1: one that is not good yet" says 'not good yet' get -H "$(bearer RS256 rsa.key "\"nbf\":$(($(date +%s) + 100))")" "$url/whoami"
    claim "$1: one for somebody else" says 'another audience' get -H "$(bearer RS256 rsa.key '"aud":["other"]')" "$url/whoami"
    claim "$1: HS256, with its scope" says '^bob \(write\)' write "$(bearer HS256 $secret '"sub":"bob","scp":["write"]')"
    claim "$1: the scope of the other alternative" says '^ann \(write\)' write "$(bearer RS256 rsa.key '"sub":"ann","scope":"write"')"
    claim "$1: without it 403 and what is missing" says 'error="insufficient_scope", scope="write"' write "$(bearer RS256 rsa.key '"sub":"ann"')"
    claim "$1: credentials come before the body" says '^HTTP/1.1 401' write 'X: y' '{'
    claim "$1: before it is sent" says '^HTTP/1.1 401' send 'Content-Length: 60000\r\n'
    claim "$1: whoever may, is asked for it" says '^HTTP/1.1 100 Continue' send "Content-Length: 60000\\r\\nExpect: 100-continue\\r\\n$(bearer HS256 $secret '"sub":"bob","scp":["write"]')\\r\\n"
    claim "$1: it may come in chunks" says '^bob \(write\)' write "$(bearer HS256 $secret '"sub":"bob","scp":["write"]')" @large -H 'Transfer-Encoding: chunked'
    claim "$1: and be as long as the limit" is "$(head -c 65536 large | write "$(bearer HS256 $secret '"sub":"bob","scp":["write"]')" @- | head -n 1)" $'HTTP/1.1 200 OK\r'
    claim "$1: not longer" is "$({ cat large; echo; } | write "$(bearer HS256 $secret '"sub":"bob","scp":["write"]')" @- -H 'Transfer-Encoding: chunked' | head -n 1)" $'HTTP/1.1 413 Content Too Large\r'
    claim "$1: and then the body" says '^HTTP/1.1 400' write "$(bearer HS256 $secret '"sub":"bob","scp":["write"]')" '{'
    claim "$1: a key of the list" says '^till \(\)$' get -H 'X-API-Key: fedcba9876543210' "$url/key"
    claim "$1: one that is not in it" answers 401 -H 'X-API-Key: fedcba9876543211' "$url/key"
    claim "$1: a key that a handler knows" says '^me \(\)$' get "$url/key?key=mine"
    claim "$1: one that it does not know" says 'this key is not mine' get "$url/key?key=yours"
    claim "$1: basic, judged later" says '^ann \(all\)$' get -u ann:s3cret "$url/staff"
    claim "$1: a wrong password" says '^WWW-Authenticate: Basic realm="secured", charset="UTF-8"' get -i -u ann:secret "$url/staff"
    claim "$1: it is optional" says '^nobody$' get "$url/staff"
    claim "$1: a token as long as a head may be" eval 'answers 401 -H "Authorization: Bearer $(head -c 7000 /dev/zero | tr "\0" a).b.c" "$url/whoami"'
    claim "$1: forty at once" eval 'seq 40 | xargs -P 20 -I{} curl -sS --max-time 60 -o /dev/null -w "%{http_code}\n" -u ann:s3cret "$url/staff" | sort | uniq -c | grep -qE "^ +40 200$"'
}

claim 'a process starts, with a set of keys in a file' eval 'printf %s "$set" >set.json; starts "$PWD/set.json"'
judge process
ends
claim 'with a public key' starts "$(cat rsa.pem)"
claim 'RS256 is good' says '^ann' get -H "$(bearer RS256 rsa.key '"sub":"ann"')" "$url/whoami"
claim 'ES256 is not' answers 401 -H "$(bearer ES256 ec.key '"sub":"ann"')" "$url/whoami"
ends
claim 'without a key it does not start' eval 'env UC_PORT=0 UC_ADMIN_PORT=0 API_KEYS="$api_keys" SECRET="$secret" KEYS="{\"keys\":[]}" "$program" >bad.log 2>&1; [ $? != 0 ] && grep -q "no key for any of the algorithms" bad.log'
uc new plain >/dev/null
plain=$(uc build --linux plain | sed -nE 's|^[^ ]+ +(/.*[^ ]) +[0-9.]+ [KM]iB.*|\1|p' | tail -n 1)
claim 'a service without security links none of it' eval 'nm "$program" | grep -q " T uc_jwt_verify$" && nm "$plain" | grep -q " T main$" && ! nm "$plain" | grep -E " [Tt] (uc_auth_|uc_jwt_|uc_gather_|br_)"'
claim 'an image starts' boots "$set"
judge image
ends
finish
