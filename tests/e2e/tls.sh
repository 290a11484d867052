# SPDX-License-Identifier: MIT
# TLS and mutual TLS: a process and an image, judged by openssl, curl and sslscan.
source "$UC_E2E/lib.sh"
source "$UC_E2E/lib-tls.sh"

mkdir "$UC_TEST_TMP/tls" && cd "$UC_TEST_TMP/tls" || exit 1
uc new hello >/dev/null
uc new guarded >/dev/null

# As lib.sh's, and several statuses will do: "35|56".
refuses() {
    local got
    "${@:3}" >refused.log 2>&1
    got=$?
    [[ "|$1|" == *"|$got|"* ]] && grep -qE -- "$2" refused.log || { cat refused.log; echo "status $got, not $1, or not: $2"; return 1; }
}

# ---- who is who ----

authority authority && authority other
for name in server client expired soon self; do new_key $name; done
new_key stranger && new_key rsa RSA rsa_keygen_bits:2048 && new_key weak RSA rsa_keygen_bits:1024 && new_key p384 EC ec_paramgen_curve:P-384
signs server authority 30 'DNS:localhost,IP:127.0.0.1'
signs rsa authority 30 'DNS:localhost,IP:127.0.0.1'
new_key middle RSA rsa_keygen_bits:3072 && signs middle authority 30 '' sha512 TRUE
new_key large RSA rsa_keygen_bits:4096 && signs large middle 30 DNS:localhost sha512 && cat middle.pem >>large.pem
signs client authority 30
signs stranger other 30
signs weak authority 30 DNS:localhost
signs p384 authority 30 DNS:localhost
has_expired expired authority && begins_later soon authority && signs_itself self

for name in hello guarded; do
    extra= head=5s
    [ $name = hello ] || { extra=', client-ca: "${CLIENTS}"' head=20s; } # an emulated processor signs with RSA-4096 for a second
    sed -i -e "s|^  listen:.*|  listen: { port: 8080 }\n  tls: { certificate: \"\${CERTIFICATE}\", key: \"\${KEY}\"$extra }\n  limits: { head-timeout: $head }|" \
        -e 's|^    GREETING:|    CERTIFICATE: { type: string }\n    KEY: { type: string }\n    CLIENTS: { type: string, default: "" }\n    GREETING:|' $name/service.yaml
done
# Its callers are known by a security scheme. The contract lets others call too: that they cannot, is TLS's doing.
sed -i -e 's|^paths:|security: [{ certificate: [] }, {}]\npaths:|' -e 's|^components:|components:\n  securitySchemes: { certificate: { type: mutualTLS } }|' guarded/service.yaml
sed -i 's/struct uc_str greeting = .*/struct uc_str greeting = call->auth.certificate ? call->auth.certificate->subject : uc_str("nobody");/' guarded/handlers.c

# ---- starting them, as a process and as an image ----

hello=$(program hello) guarded=$(program guarded)
port=
starts() { # PROGRAM CERTIFICATE KEY [CLIENTS]; $port
    port=$(free_port)
    env UC_PORT="$port" UC_ADMIN_PORT=0 CERTIFICATE="$2" KEY="$3" CLIENTS="${4-}" "$1" >process.log 2>&1 &
    server=$!
    until_true 20 grep -q '"ready"' process.log
}
boots() { # DIR CERTIFICATE KEY [CLIENTS]: the same texts, in base64
    local encoded=()
    uc build "$1" >/dev/null
    port=$(free_port)
    for file in "${@:2}"; do encoded+=("$(base64 -w 0 "$file")"); done
    "$UCOMPOSE" run "$1" -p "127.0.0.1:$port:8080" -e "CERTIFICATE=${encoded[0]}" -e "KEY=${encoded[1]}" \
        -e "CLIENTS=${encoded[2]-}" -m 32M >image.log 2>&1 &
    server=$!
    until_true 30 grep -q 'ready after' image.log && until_true 5 eval '(: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null'
}
https() { get --cacert authority.pem "$@" "https://localhost:$port/hello/you"; }
client() { timeout 60 openssl s_client -connect "127.0.0.1:$port" -CAfile authority.pem "$@" 2>&1 </dev/null; }
is_alive() { https >/dev/null; }

# A line "R" asks for it, once the connection stands; the refusal ends the client, and nothing else does.
renegotiation_is_refused() {
    local hold status
    [ -p ask ] || mkfifo ask
    exec {hold}<>ask
    echo R >&"$hold"
    timeout 60 openssl s_client -connect "127.0.0.1:$port" -CAfile authority.pem <&"$hold" 2>&1 |
        tee renegotiation.log | grep -E 'no renegotiation|no_renegotiation|alert number 100'
    status=$?
    exec {hold}>&-
    [ $status = 0 ] && grep -q RENEGOTIATING renegotiation.log
}

judge() { # WHAT
    claim "$1: curl trusts it" says '"Hello, you!"' https
    claim "$1: TLS 1.2, AEAD, HTTP/1.1 by ALPN" says 'ECDHE-ECDSA-AES128-GCM-SHA256' client -alpn h2,http/1.1 -brief
    claim "$1: which it says" says 'ALPN protocol: http/1.1' client -alpn h2,http/1.1
    claim "$1: ChaCha20 for those who want it" says 'ECDHE-ECDSA-CHACHA20-POLY1305' client -cipher ECDHE-ECDSA-CHACHA20-POLY1305 -brief
    claim "$1: TLS 1.1 is refused" refuses 1 'alert|version|eof' client -tls1_1 -cipher 'DEFAULT@SECLEVEL=0'
    claim "$1: CBC is refused" refuses 1 'alert|failure|eof|reset' client -cipher ECDHE-ECDSA-AES128-SHA
    claim "$1: so is a client that speaks HTTP/2 alone" refuses 1 'alert|failure|eof|reset' client -alpn h2
    client -sess_out session -brief >/dev/null
    claim "$1: a session is resumed" says 'Reused, TLSv1.2' client -sess_in session
    claim "$1: renegotiation is refused" renegotiation_is_refused
    claim "$1: one connection, many requests" is \
        "$(get --cacert authority.pem -w ' %{num_connects} ' "https://localhost:$port/hello/"{a..j} | sed 's/{[^}]*}//g' | tr -d ' ')" 1000000000
    claim "$1: clear text is not answered" refuses '52|56' 'curl' curl -sS --max-time 60 "http://127.0.0.1:$port/hello/you"
    claim "$1: nor is noise" eval 'head -c 20000 /dev/urandom | timeout 60 socat - "TCP:127.0.0.1:$port" >noise.out; is_alive'
    claim "$1: who says nothing is let go" eval 'timeout 60 socat -u "TCP:127.0.0.1:$port" - </dev/null; [ $? != 124 ] && is_alive'
    claim "$1: a refusal is one of HTTP" says '431' get --cacert authority.pem -o /dev/null -w '%{http_code}' -H "X: $(head -c 9000 /dev/zero | tr '\0' x)" "https://localhost:$port/hello/you"
    claim "$1: an end is said, not cut" says '"Hello, you!"' eval 'printf "GET /hello/you HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" |
        timeout 60 openssl s_client -connect "127.0.0.1:$port" -CAfile authority.pem -quiet -ign_eof 2>s.err; ! grep -qi "unexpected eof" s.err'
    claim "$1: sslscan finds TLS 1.2 alone" eval 'sslscan --no-colour --timeout=30 "127.0.0.1:$port" >scan.txt && grep -E "TLSv1.2 +enabled" scan.txt && [ "$(grep -cE "^(SSL|TLS)v[0-9.]+ +enabled" scan.txt)" = 1 ]'
    claim "$1: no weakness that it knows" eval 'grep -q "Session renegotiation not supported" scan.txt && ! grep -qiE "vulnerable to heartbleed|(Accepted|Preferred).*(CBC|RC4|3DES|NULL|anon)" <(sed "s/not vulnerable to heartbleed//" scan.txt)'
}

claim 'a process starts, with files' starts "$hello" server.pem server.key
judge process
claim 'process: one core stays with many at once' eval 'seq 40 | xargs -P 20 -I{} curl -sS --max-time 60 --cacert authority.pem -o /dev/null -w "%{http_code}\n" "https://localhost:$port/hello/{}" | sort | uniq -c | grep -qE "^ +40 200$"'
ends
claim 'with the texts themselves, and RSA' starts "$hello" "$(cat rsa.pem)" "$(cat rsa.key)"
claim 'ECDHE with RSA' says 'ECDHE-RSA-AES128-GCM-SHA256' client -brief
claim 'curl trusts it as well' says '"Hello, you!"' https
ends
claim 'an image starts' boots hello server.pem server.key
judge image
ends

mutual() { # WHAT
    claim "$1: a client with a certificate is let in, and known" says '"client, you!"' https --cert client.pem --key client.key
    claim "$1: also at the second time" says '"client, you!"' https --cert client.pem --key client.key
    claim "$1: without one it is not" refuses '35|52|56' 'curl' https
    claim "$1: nor by another authority" refuses '35|52|55|56' 'curl' https --cert stranger.pem --key stranger.key
    claim "$1: nor with one that has expired" refuses '35|52|55|56' 'curl' https --cert expired.pem --key expired.key
    claim "$1: nor with one that is not good yet" refuses '35|52|55|56' 'curl' https --cert soon.pem --key soon.key
    claim "$1: nor with one of its own making" refuses '35|52|55|56' 'curl' https --cert self.pem --key self.key
    claim "$1: it names whom it trusts" eval 'client | grep "CN = authority"'
}
claim 'mutual TLS: a process' starts "$guarded" server.pem server.key authority.pem
mutual process
ends
claim 'mutual TLS: an image' boots guarded server.pem server.key authority.pem
mutual image
ends
claim 'a chain of large RSA keys and SHA-512: a process' starts "$guarded" large.pem large.key authority.pem
claim 'both ends trust it' says '"large, you!"' https --cert large.pem --key large.key
ends
claim 'a chain of large RSA keys and SHA-512: an image' boots guarded large.pem large.key authority.pem
claim 'there as well' says '"large, you!"' https --cert large.pem --key large.key
ends

# ---- one service that calls another (calls.sh has the peers that are not to be trusted) ----

uc new plain >/dev/null

mkdir caller
cat >caller/service.yaml <<'YAML'
openapi: 3.1.0
info: { title: caller, version: 0.1.0 }
x-service:
  env:
    URL: { type: string }
    CA: { type: string }
    CERTIFICATE: { type: string, default: "" }
    KEY: { type: string, default: "" }
  clients:
    guarded: { contract: ../guarded/service.yaml, url: "${URL}", timeout: 30s, ca: "${CA}", certificate: "${CERTIFICATE}", key: "${KEY}", server-name: localhost }
paths:
  /call/{how}:
    get:
      operationId: relay
      parameters:
        - { name: how, in: path, required: true, schema: { type: string } }
      responses:
        "200": { description: what it said, content: { application/json: { schema: { type: object, properties: { text: { type: string } } } } } }
        "503": { description: why not }
YAML
cat >caller/handlers.c <<'C'
#include "caller.h"

int caller_start(struct caller_service *self) { (void)self; return 0; }
void caller_stop(struct caller_service *self) { (void)self; }

static void answered(struct guarded_say_hello_result *result, void *arg)
{
    struct caller_relay *call = arg;
    struct caller_relay_200_body answer = {0};

    if (result->status != 200) {
        caller_relay_503(call, uc_client_error_text(result->error));
        return;
    }
    answer.text.state = UC_VALUE;
    answer.text.value = uc_arena_printf(call->arena, "%.*s", (int)result->ok->text.len, result->ok->text.data);
    caller_relay_200(call, &answer);
}

void caller_relay(struct caller_relay *call)
{
    guarded_say_hello(call->clients.guarded, call->how, answered, call);
}
C
claim 'https without a ca, http with one: told at the start' eval '
    env UC_PORT=0 UC_ADMIN_PORT=0 URL="http://127.0.0.1:1" CA=authority.pem CERTIFICATE=client.pem KEY=client.key timeout 60 "$(program caller)" >c.log 2>&1; [ $? = 78 ] && grep -q "its url must be https://" c.log'

b64() { base64 -w 0 "$1"; }
cat >compose.yaml <<YAML
services:
  front:
    build: ./caller
    ports: ["127.0.0.1::8080"]
    environment: { URL: "https://back:8080", CA: "$(b64 authority.pem)", CERTIFICATE: "$(b64 client.pem)", KEY: "$(b64 client.key)" }
  back:
    build: ./guarded
    environment: { CERTIFICATE: "$(b64 server.pem)", KEY: "$(b64 server.key)", CLIENTS: "$(b64 authority.pem)" }
YAML
projects+=("$PWD")
claim 'two images, one calls the other' uc up -d --wait
claim 'by mutual TLS' says '"client, image!"' get "$(url front 8080)/call/image"

uc down -t 1 >/dev/null 2>&1

# ---- a development authority ----

cat >compose.yaml <<'YAML'
name: dev
x-ucompose: { tls: dev }
services:
  front:
    build: ./caller
    ports: ["127.0.0.1::8080"]
    environment: { URL: "https://back:8080" }
  back: { build: ./guarded, ports: ["127.0.0.1::8080"] }
YAML
# The certificate is for the service's name: not for the fixed one of the contract's client.
sed -i 's/, server-name: localhost//' caller/service.yaml
claim 'one line, and the cluster has certificates' says 'development authority (/.*/_authority.pem)' uc up -d --wait
made=$HOME/.cache/ucompose/tls/dev
claim 'it speaks mutual TLS' says '"front, image!"' get "$(url front 8080)/call/image"
claim 'from outside, too' says '"front, you!"' get --cacert "$made/_authority.pem" --cert "$made/front.pem" --key "$made/front.key" \
    --connect-to "localhost:443:$(uc port back 8080 | head -n 1)" https://localhost/hello/you
claim 'and with nobody else' refuses '35|52|56' 'curl' get --cacert "$made/_authority.pem" --connect-to "localhost:443:$(uc port back 8080 | head -n 1)" https://localhost/hello/you
claim 'keys are for their owner alone' is "$(stat -c %a "$made/front.key" "$made/_authority.key" | sort -u)" 600
before=$(sha256sum "$made"/*.pem)
claim 'once more: nothing is made anew' uc up -d --wait
claim 'indeed' is "$before" "$(sha256sum "$made"/*.pem)"
cp expired.pem "$made/back.pem"
claim 'one that ends soon is made anew' uc up -d --wait
claim 'and taken' says '"front, image!"' get "$(url front 8080)/call/image"
# goods: each certificate is of the authority, of its own key, and for this many instances of back
goods() {
    local name
    for name in front back; do
        openssl verify -no-CApath -CAfile "$made/_authority.pem" "$made/$name.pem" || return 1
        [ "$(openssl pkey -in "$made/$name.key" -pubout)" = "$(openssl x509 -in "$made/$name.pem" -noout -pubkey)" ] || return 1
    done
    [ "$(openssl x509 -in "$made/back.pem" -noout -ext subjectAltName | grep -o 'back-[0-9]*' | wc -l)" = "$1" ]
}
# renewed WHAT INSTANCES: up once more makes them good
renewed() {
    claim "$1: up makes certificates anew" uc up -d --wait
    claim "$1: they are good" goods "$2"
    claim "$1: and taken" says '"front, image!"' get "$(url front 8080)/call/image"
}
sed -i 's|back: { build: ./guarded, |back: { build: ./guarded, deploy: { replicas: 2 }, |' compose.yaml
renewed 'another instance' 2
front=$(sha256sum "$made/front.pem")
cp other.key "$made/back.key"
renewed "somebody else's key" 2
claim 'what was good stays' is "$front" "$(sha256sum "$made/front.pem")"
rm "$made/back.key"
renewed 'a lost key' 2
rm "$made/_authority.key"
renewed "an authority's lost key" 2
cp other.pem "$made/_authority.pem" && cp other.key "$made/_authority.key"
renewed 'another authority' 2
sed -i '/^  back:/a\  authority: { build: ./guarded }' compose.yaml
renewed 'a service that is called authority' 2
before=$(sha256sum "$made"/*.pem)
claim 'once more, nothing is made anew' uc up -d --wait
claim 'so it is' is "$before" "$(sha256sum "$made"/*.pem)"
sed -i '/^  authority:/d; s|deploy: { replicas: 2 }, ||' compose.yaml
claim 'they are for this computer alone' refuses 1 'for this computer alone' uc deploy host --plan
sed -i 's/tls: dev/tls: prod/' compose.yaml
claim 'another word is refused' refuses 1 'compose.yaml:2:[0-9]+: "tls" can be "dev"' uc config
sed -i 's/tls: prod/tsl: dev/' compose.yaml
claim 'so is another key' refuses 1 'did you mean "tls"' uc config
sed -i 's/tsl: dev/tls: dev/; /  front:/,/URL/d; s/guarded/plain/' compose.yaml
claim 'and certificates that nobody wants' refuses 1 'no service has "tls"' uc up -d

# ---- what cannot be ----

wont_start() { # WORDS PROGRAM CERTIFICATE KEY [CLIENTS]
    refuses 78 "$1" env UC_PORT=0 UC_ADMIN_PORT=0 CERTIFICATE="$3" KEY="$4" CLIENTS="${5-}" timeout 60 "$2"
}
claim 'no certificate' wont_start 'certificate: it holds no PEM document' "$hello" '' server.key
claim 'a file that is not there' wont_start 'certificate: no such file' "$hello" none.pem server.key
claim 'something else in it' wont_start 'certificate: it holds no PEM document' "$hello" hello/service.yaml server.key
claim 'a key in its place' wont_start 'certificate: there is none in it' "$hello" server.key server.key
claim 'a certificate in place of the key' wont_start 'key: there is no private key in it' "$hello" server.pem server.pem
claim 'a key of another kind' wont_start "key: it is of another kind than the certificate's" "$hello" server.pem rsa.key
claim 'a short key' wont_start 'key: an RSA key must have 2048 to 4096 bits' "$hello" weak.pem weak.key
claim 'another curve' wont_start 'key: its curve is not P-256' "$hello" p384.pem p384.key
claim 'an encrypted key' eval 'openssl pkey -in server.key -aes256 -passout pass:x -out locked.key && wont_start "key: it cannot be read; it must be .* not encrypted" "$hello" server.pem locked.key'
claim 'no authorities' wont_start 'client-ca: ' "$guarded" server.pem server.key client.key
sed -i 's|certificate: "${CERTIFICATE}"|certificate: server.pem|' hello/service.yaml
claim 'a certificate that is neither a variable nor a file' refuses 1 'hello/service.yaml:[0-9]+:[0-9]+: "certificate" must be a variable' uc build hello
built_in() { sed -i "s|^  tls: .*|  tls: { $1 }|" hello/service.yaml; }
built_in 'certificate: "file://none.pem", key: "${KEY}"'
claim 'a file that is not there to be built in' refuses 1 'service.yaml:[0-9]+:[0-9]+: cannot read ".*none.pem": No such file' uc build hello
cat server.pem server.key >hello/both.pem && cp rsa.pem server.key hello
built_in 'certificate: "file://both.pem", key: "${KEY}"'
claim 'a certificate with its key behind it' refuses 1 'both.pem" holds a private key, too' uc build hello
built_in 'certificate: "file://server.key", key: "${KEY}"'
claim 'no certificate to be built in' refuses 1 'server.key" is no PEM document with a certificate in it' uc build hello
built_in 'certificate: "file://rsa.pem", key: "file://server.key"'
claim 'a key that nobody wants to be in the image' refuses 1 'a private key would lie in every copy of the image.*"key-in-image: true"' uc build hello
claim 'another kind of key' wont_start 'key: it is of another kind' "$(built_in 'certificate: "file://rsa.pem", key: "${KEY}"'; program hello)" x server.key

# ---- files that are built in ----

cp server.pem hello
built_in 'certificate: "file://server.pem", key: "${KEY}"'
claim 'a certificate that is built in, in an image' boots hello server.pem server.key
claim 'is shown, and trusted' says '"Hello, you!"' https
ends
built_in 'certificate: "file://server.pem", key: "file://server.key", key-in-image: true'
claim 'with the key that was asked for, in a process' starts "$(program hello)" x y
claim 'they are used' says '"Hello, you!"' https
ends
cp rsa.pem hello/server.pem && cp rsa.key hello/server.key
claim 'a file that has changed is built in anew' starts "$(program hello)" x y
claim 'and used' says 'ECDHE-RSA-AES128-GCM-SHA256' client -brief
ends
built_in 'certificate: server.pem, key: "${KEY}"'
sed -i 's|certificate: server.pem, key|certificate: "${CERTIFICAT}", key|' hello/service.yaml
claim 'a variable that there is not' refuses 1 'did you mean "CERTIFICATE"' uc build hello
finish
