# SPDX-License-Identifier: MIT
# TLS, judged by testssl.sh: a process, since what speaks it is the same in an image.
source "$UC_E2E/lib.sh"
source "$UC_E2E/lib-tls.sh"

mkdir "$UC_TEST_TMP/tls" && cd "$UC_TEST_TMP/tls" || exit 1
uc new hello >/dev/null
sed -i -e 's|^  listen:.*|  listen: { port: 8080 }\n  tls: { certificate: "${CERTIFICATE}", key: "${KEY}" }|' \
    -e 's|^    GREETING:|    CERTIFICATE: { type: string }\n    KEY: { type: string }\n    GREETING:|' hello/service.yaml
authority authority
new_key server && signs server authority 30 'DNS:localhost,IP:127.0.0.1'
hello=$(program hello)
port=$(free_port)
env UC_PORT="$port" UC_ADMIN_PORT=0 CERTIFICATE=server.pem KEY=server.key "$hello" >process.log 2>&1 &
server=$!
claim 'a process starts' until_true 20 grep -q '"ready"' process.log

# Under load it takes minutes: then what it has found in its time counts, and the rest is not claimed.
scan() {
    HEARTBLEED_MAX_WAITSOCK=2 CCS_MAX_WAITSOCK=2 MAX_WAITSOCK=3 timeout 40 testssl --quiet --color 0 --warnings off --fast --nodns none \
        --connect-timeout 3 --openssl-timeout 3 --assume-http --csvfile testssl.csv "$@" "127.0.0.1:$port" >testssl.out 2>&1
    scanned=$?
    [ -s testssl.csv ] && ! grep -E '"(LOW|MEDIUM|HIGH|CRITICAL|FATAL)"' testssl.csv
}
claim 'testssl.sh finds no weakness' scan -p -s -P -H -I -BB
if [ $scanned = 124 ]; then
    skip 'in protocols, ciphers, heartbleed, CCS and ROBOT' 'testssl.sh was not through in 40 s'
else
    claim 'in protocols, ciphers, heartbleed, CCS and ROBOT' is \
        "$(grep -cE '^"(SSLv2|SSLv3|TLS1_2|cipherlist_NULL|cipherlist_EXPORT|cipher_order|heartbleed|CCS|ROBOT)",.*"OK"' testssl.csv)" 9
fi
ends
finish
