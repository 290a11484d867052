# SPDX-License-Identifier: MIT
# TLS, judged by testssl.sh: a process and an image, protocols and attacks, all at once.
source "$UC_E2E/lib.sh"
source "$UC_E2E/lib-tls.sh"

mkdir "$UC_TEST_TMP/tls" && cd "$UC_TEST_TMP/tls" || exit 1
uc new hello >/dev/null
sed -i -e 's|^  listen:.*|  listen: { port: 8080 }\n  tls: { certificate: "${CERTIFICATE}", key: "${KEY}" }|' \
    -e 's|^    GREETING:|    CERTIFICATE: { type: string }\n    KEY: { type: string }\n    GREETING:|' hello/service.yaml
authority authority
new_key server && signs server authority 30 'DNS:localhost,IP:127.0.0.1'
hello=$(program hello)
uc build hello >/dev/null
declare -A port=([process]=$(free_port) [image]=$(free_port))
env UC_PORT="${port[process]}" UC_ADMIN_PORT=0 CERTIFICATE=server.pem KEY=server.key "$hello" >process.log 2>&1 &
server=$!
"$UCOMPOSE" run hello -p "127.0.0.1:${port[image]}:8080" -e "CERTIFICATE=$(base64 -w 0 server.pem)" -e "KEY=$(base64 -w 0 server.key)" -m 32M >image.log 2>&1 &
image=$!
claim 'a process starts' until_true 20 grep -q '"ready"' process.log
claim 'an image starts' until_true 30 grep -q 'ready after' image.log

# A run takes a minute of a processor's time, most of it for looking about. On a machine that is too busy for it what was
# found in its time counts, and the rest is not claimed.
scan() { # TARGET
    MAX_OSSL_FAIL=10 MAX_SOCKET_FAIL=10 HEARTBLEED_MAX_WAITSOCK=2 CCS_MAX_WAITSOCK=2 MAX_WAITSOCK=3 timeout 400 testssl --quiet --color 0 --warnings off --fast --nodns none \
        --connect-timeout 20 --openssl-timeout 20 --assume-http --csvfile "$1.csv" -p -s -P -H -I -BB -R -C "127.0.0.1:${port[$1]}" >"$1.out" 2>&1
    echo $? >"$1.status"
}
scans=()
for target in process image; do scan $target & scans+=($!); done
wait "${scans[@]}"

found() { grep -E "^\"$1\"," "$2" | grep '"OK"' || { grep "^\"$1\"," "$2"; return 1; }; }
no_weakness() { [ -s "$1" ] && ! grep -E '"(LOW|MEDIUM|HIGH|CRITICAL|FATAL)"' "$1"; }
judge() { # TARGET FINDING...
    local finding results=$1.csv late=no
    [ "$(cat "$1.status")" != 124 ] || late=yes
    claim "$1: testssl.sh finds no weakness" no_weakness "$results"
    for finding in "${@:2}"; do
        if [ $late = yes ] && ! grep -q "^\"$finding\"," "$results"; then
            skip "$1: $finding" 'testssl.sh was not through in 400 s'
        else
            claim "$1: $finding" found "$finding" "$results"
        fi
    done
}
for target in process image; do
    judge $target SSLv2 SSLv3 TLS1_2 cipherlist_NULL cipherlist_EXPORT cipher_order heartbleed CCS ROBOT secure_renego CRIME_TLS
done
ends
kill -INT $image && wait $image 2>/dev/null
finish
