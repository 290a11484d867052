# SPDX-License-Identifier: MIT
# Load, and clients that misbehave: the cluster goes on answering, and its memory comes back.
source "$UC_E2E/lib.sh"

cp -R "$UC_EXAMPLES" "$UC_TEST_TMP/shop"
cd "$UC_TEST_TMP/shop" || exit 1
projects+=("$PWD")
chmod -R u+w .
sed -i -E 's/((request-)?timeout): *[0-9]+(ms|s)/\1: 30s/g' services/*/service.yaml # the clients are impatient, which is not what is tested
sed -i 's/127.0.0.1:${SHOP_PORT:-8080}:8080/127.0.0.1:0:8080/' compose.yaml
sed -i 's|build: services/catalog|&\n    ports: ["127.0.0.1:0:8080", "127.0.0.1:0:9090"]|' compose.yaml

claim 'the shop starts and is healthy' uc up -d --wait
catalog=$(url catalog 8080) admin=$(url catalog 9090) shop=$(url gateway)
host=${catalog#http://} port=${catalog##*:}
host=${host%:*}

answers() { is "$(status_of "$catalog/items/cup-01")" 200; }
loaded() { # CONNECTIONS SECONDS: some requests were served, and it answers afterwards
    local served
    served=$(wrk -t 1 -c "$1" -d "$2s" "$catalog/items/cup-01" | awk '/requests in/ {print $1}')
    [ "${served:-0}" -gt 0 ] || served=$(wrk -t 1 -c "$1" -d 10s "$catalog/items/cup-01" | awk '/requests in/ {print $1}')
    [ "${served:-0}" -gt 0 ] && answers
}
for connections in 1 32 256; do
    for run in 1 2 3 4 5 6 7 8 9 10; do
        claim "it answers after run $run of wrk with $connections connections" loaded "$connections" 1
    done
done
wrk -t 1 -c 32 -d 1s "$shop/items" >/dev/null
claim 'the gateway answers after 32 connections of its own' is "$(status_of "$shop/items")" 200

raw() { # SECONDS: send standard input, print what comes
    timeout "$1" bash -c 'exec 3<>"/dev/tcp/$0/$1"; cat >&3; timeout '"$1"' cat <&3' "$host" "$port" 2>/dev/null
}
refused_with() { # STATUS: of what standard input holds
    raw 60 | head -n 1 | grep -q "^HTTP/1.1 $1 "
}
long=$(printf 'x%.0s' $(seq 20000))
claim 'an oversized head is refused with 431' refused_with 431 < <(printf 'GET /items HTTP/1.1\r\nHost: a\r\nX: %s\r\n\r\n' "$long")
claim 'an announced oversized body is refused with 413' refused_with 413 < <(printf 'PUT /items/cup-01/stock HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 999999\r\n\r\n')
claim 'no request at all is refused with 400' refused_with 400 < <(printf '\x16\x03\x01\x02\x00garbage\r\n\r\n')
claim 'two lengths are refused with 400' refused_with 400 < <(printf 'PUT /items/cup-01/stock HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab')
claim 'it answers others' answers

# Connections that say nothing, nearly as many as the service allows (network.sh fills it).
exec_idle() {
    local i
    for i in $(seq 1000 1899); do
        eval "exec $i<>/dev/tcp/$host/$port" 2>/dev/null || return 1
    done
    answers || return 1
    for i in $(seq 1000 1899); do eval "exec $i>&-"; done
    until_true 10 answers
}
ulimit -n "$(ulimit -Hn)" 2>/dev/null
if [ "$(ulimit -n)" -ge 4096 ]; then
    claim 'it answers beside 900 idle connections, and after' exec_idle
else
    skip 'it answers beside 900 idle connections, and after' "only $(ulimit -n) descriptors"
fi
slow() {
    local i
    for i in $(seq 30 60); do
        eval "exec $i<>/dev/tcp/$host/$port"
        printf 'GET /items HTTP/1.1\r\nHo' >&"$i"
    done
    answers || return 1
    for i in $(seq 30 60); do eval "exec $i>&-"; done
    until_true 10 answers
}
claim 'it answers beside thirty slow heads, and after their ends' slow
claim 'all of it is still healthy' uc up -d --wait --wait-timeout 300
claim 'nobody was restarted' is "$(field catalog-1 restarts)$(field gateway-1 restarts)$(field orders-1 restarts)" 000
claim 'down' uc down
finish
