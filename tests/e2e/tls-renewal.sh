# SPDX-License-Identifier: MIT
# Certificates and keys that are renewed without a restart: files of a process, and requests to process and image.
source "$UC_E2E/lib.sh"
source "$UC_E2E/lib-tls.sh"

mkdir "$UC_TEST_TMP/tls" && cd "$UC_TEST_TMP/tls" || exit 1
uc new hello >/dev/null
sed -i -e 's|^  listen:.*|  listen: { port: 8080 }\n  tls: { certificate: "${CERTIFICATE}", key: "${KEY}", renewal: { ca: "${RENEWERS}" } }\n  limits: { idle-timeout: 600s }|' \
    -e 's|^    GREETING:|    CERTIFICATE: { type: string }\n    KEY: { type: string }\n    RENEWERS: { type: string }\n    GREETING:|' hello/service.yaml
authority authority && authority renewers
new_key one RSA rsa_keygen_bits:4096 && new_key two && new_key three
for name in one two three; do signs $name authority 30 'DNS:localhost,IP:127.0.0.1'; done
new_key renewer && signs renewer renewers 30
new_key client && signs client authority 30
hello=$(program hello)

port= renewal=
serial() { openssl x509 -in "$1" -noout -serial; }
shows() { # NAME: its certificate is what a new connection gets, and it is trusted
    openssl s_client -connect "127.0.0.1:$port" -CAfile authority.pem -verify_return_error </dev/null >shown.log 2>&1 &&
        is "$(openssl x509 -in shown.log -noout -serial)" "$(serial "$1.pem")"
}

# A connection that stays: requests go into its pipe, what comes is in held.out.
holds() {
    rm -f pipe held.out && mkfifo pipe && exec {hold}<>pipe
    openssl s_client -connect "127.0.0.1:$port" -CAfile authority.pem -quiet <&"$hold" >held.out 2>/dev/null &
    held=$!
    answers 1
}
answers() { # N: the connection that stays answers, for the Nth time
    printf 'GET /hello/you HTTP/1.1\r\nHost: x\r\n\r\n' >&"$hold"
    until_true 5 eval '[ "$(grep -c "Hello, you!" held.out)" = '"$1"' ]'
}
lets_go() { exec {hold}>&-; kill $held 2>/dev/null; wait $held 2>/dev/null; }

# ---- files ----

puts() { cp "$1.pem" cert.pem && cp "$1.key" key.pem; }
times() { grep -c "$1" process.log; }
puts one
port=$(free_port) renewal=$(free_port)
env UC_PORT="$port" UC_ADMIN_PORT=0 UC_RENEWAL_PORT="$renewal" CERTIFICATE=cert.pem KEY=key.pem RENEWERS=renewers.pem "$hello" >process.log 2>&1 &
server=$!
claim 'a process starts, with files' until_true 20 grep -q '"ready"' process.log
claim 'it shows what is in them' shows one
claim 'a connection stays' holds
puts two
claim 'files that change are loaded' until_true 15 shows two
claim 'the connection goes on' answers 2
cp three.key key.pem
claim 'a key that is not the certificate'"'"'s is told, by its file' until_true 15 \
    grep -q '"TLS is not renewed.*"of":"listener","why":"key: it is not the certificate.s".*"key":"key.pem"' process.log
claim 'what was there stays' shows two
head -c 300 three.pem >cert.pem
claim 'half of a file is told, too' until_true 15 grep -q '"why":"certificate: it holds no PEM document.*"certificate":"cert.pem"' process.log
claim 'what was there still stays' shows two
rm cert.pem
claim 'so is a file that is gone' until_true 15 grep -q '"why":"certificate: no such file.*"certificate":"cert.pem"' process.log
puts three
claim 'good files are loaded again' until_true 15 shows three
before=$(times '"TLS is renewed".*"of":"listener"')
claim 'SIGHUP loads them' eval 'kill -HUP $server && until_true 5 eval "[ \$(times \"TLS is renewed.*listener\") -gt $before ]"'
claim 'the connection has seen all of it' answers 3
lets_go

# ---- requests ----

renews() { # NAME [OPTION...]: sends it by a request
    cat "$1.pem" "$1.key" | get -o renews.log -w '%{http_code}' --cacert authority.pem -T - "${@:2}" "https://localhost:$renewal/tls"
}
by() { echo --cert "$1.pem" --key "$1.key"; }
head -c 65537 /dev/zero >large
is_there() { says '^404$' get -o /dev/null -w '%{http_code}' --cacert authority.pem $(by renewer) "https://localhost:$renewal/"; }
takes_one() { # a head whose body does not come; of those in excess none is held
    printf 'PUT /tls HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n' |
        socat -t 0.1 STDIO,ignoreeof "OPENSSL:localhost:$renewal,cafile=authority.pem,cert=renewer.pem,key=renewer.key" >/dev/null 2>&1 &
    holders+=($!)
}
# We were in the way of one of them, perhaps, when we asked.
is_full() { ! is_there || { takes_one; return 1; }; }
judge() { # WHAT: shows certificate three, and has renewers
    claim "$1: a connection stays" holds
    claim "$1: who may renew sends a certificate and its key" says '^204$' renews one $(by renewer)
    claim "$1: it is shown" shows one
    claim "$1: at the renewal's own port as well" says '^204$' renews two $(by renewer)
    claim "$1: and once more" shows two
    claim "$1: who shows no certificate may not" eval '! renews three'
    claim "$1: nor does a client's certificate do" eval '! renews three $(by client)'
    cp two.key mixed.key && cp three.pem mixed.pem
    claim "$1: a key that is not the certificate's is refused" says '^422$' renews mixed $(by renewer)
    claim "$1: and it is said why" grep -q 'key: it is not the certificate' renews.log
    : >empty.key && echo /etc/passwd >empty.pem
    claim "$1: so is a file's name" says '^422$' renews empty $(by renewer)
    claim "$1: there is one path" is_there
    claim "$1: and one method" says '^405$' get -o /dev/null -w '%{http_code}' --cacert authority.pem $(by renewer) "https://localhost:$renewal/tls"
    claim "$1: more than 64 KiB are refused" says '^413$' get -o /dev/null -w '%{http_code}' --cacert authority.pem $(by renewer) -H 'Expect:' -T large "https://localhost:$renewal/tls"
    local holders=()
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do takes_one; done
    claim "$1: it has eight connections, and no more" until_true 20 is_full
    kill "${holders[@]}" 2>/dev/null; wait "${holders[@]}" 2>/dev/null
    claim "$1: when they have gone it answers" until_true 10 is_there
    claim "$1: nothing of this has changed what is shown" shows two
    claim "$1: the connection goes on" answers 2
    lets_go
}
judge process
ends

port=$(free_port) renewal=$(free_port)
text() { base64 -w 0 "$1"; }
uc build hello >/dev/null
"$UCOMPOSE" run hello -p "127.0.0.1:$port:8080" -p "127.0.0.1:$renewal:9443" -e "CERTIFICATE=$(text three.pem)" -e "KEY=$(text three.key)" \
    -e "RENEWERS=$(text renewers.pem)" -m 32M >image.log 2>&1 &
server=$!
claim 'an image starts' until_true 30 grep -q 'ready after' image.log
claim 'it shows what it was given' until_true 5 shows three
judge image
ends

# ---- what cannot be ----

sed -i 's|renewal: { ca: "${RENEWERS}" }|renewal: { port: 8080, ca: "${RENEWERS}" }|' hello/service.yaml
claim 'two listeners at one port' refuses 1 'service.yaml:[0-9]+:[0-9]+: "renewal" needs a port of its own: 8080 is taken by "listen"' uc build hello
sed -i 's|port: 8080, ca: "${RENEWERS}"|port: 9443|' hello/service.yaml
claim 'renewal by anybody' refuses 1 'TLS needs "ca"' uc build hello
finish
