# SPDX-License-Identifier: MIT
# Callbacks: a process and an image call URLs that they are given, in clear text and by TLS, and refuse to call others.
source "$UC_E2E/lib.sh"
source "$UC_E2E/lib-tls.sh"

mkdir "$UC_TEST_TMP/callbacks" && cd "$UC_TEST_TMP/callbacks" || exit 1
cp -R "$UC_E2E/hooks" hooks
sed -i "s/timeout: 3s/timeout: 30s/" hooks/service.yaml
authority authority && authority other
new_key peer && signs peer authority 30 DNS:localhost,DNS:host.ucompose.internal
new_key stranger && signs stranger other 30 DNS:localhost

# The one that is called: a process, in front of it what speaks TLS for it.
hooks=$(program hooks)
port=$(free_port)
env UC_PORT="$port" UC_ADMIN_PORT=0 CA="$PWD/authority.pem" "$hooks" >process.log 2>&1 &
server=$!
fronts=()
front() { # NAME; $front
    front=$(free_port)
    cat "$1.pem" "$1.key" >"$1.both"
    socat "OPENSSL-LISTEN:$front,bind=127.0.0.1,reuseaddr,fork,cert=$1.both,verify=0" "TCP:127.0.0.1:$port" 2>"$1.log" &
    fronts+=($!)
    until_true 5 eval '(: <>"/dev/tcp/127.0.0.1/$front") 2>/dev/null'
}
claim 'a process starts' until_true 20 grep -q '"ready"' process.log
front peer; tls=$front
front stranger; strange=$front

# calls URL: what the callback came to
calls() { get -X POST -H 'Content-Type: application/json' --data "{\"url\":\"$1\",\"name\":\"ann\"}" "$url/subscriptions"; }

judge() { # WHAT HOST
    claim "$1: a URL is called" says '^heard of ann$' calls "http://$2:$port/here"
    claim "$1: by TLS" says '^heard of ann$' calls "https://$2:$tls/here"
    claim "$1: and once more" says '^heard of ann$' calls "https://$2:$tls/here"
    claim "$1: not when another authority vouches for it" says '^0: certificate not trusted' calls "https://$2:$strange/here"
    claim "$1: nor what speaks no TLS" says '^0: TLS failed' calls "https://$2:$port/here"
    claim "$1: a status that is not declared" says '^404: ' calls "http://$2:$port/there"
    claim "$1: nobody is there" says '^0: connection refused' calls "http://$2:$(free_port)"
    claim "$1: a host that is not listed is not called" says '^0: not a peer that may be called' calls http://169.254.169.254
    claim "$1: what is no URL is not called" says '^0: not a valid request' calls "http://ann@$2:$port/here"
}

url=http://127.0.0.1:$port
judge process localhost
guest=$(free_port)
uc build hooks >/dev/null
"$UCOMPOSE" run hooks -p "127.0.0.1:$guest:8080" -e "CA=$(base64 -w 0 authority.pem)" >image.log 2>&1 &
image=$!
claim 'an image starts' eval 'until_true 30 grep -q "ready after" image.log && until_true 5 eval "(: <>/dev/tcp/127.0.0.1/$guest) 2>/dev/null"'
url=http://127.0.0.1:$guest
judge image host.ucompose.internal
kill -INT $image; wait $image 2>/dev/null
kill "${fronts[@]}"; ends

# Without a list: private addresses, but not one's own.
sed -i -e 's/, hosts: \[.*\]//' hooks/service.yaml
hooks=$(program hooks)
env UC_PORT="$port" UC_ADMIN_PORT=0 CA="$PWD/authority.pem" "$hooks" >process.log 2>&1 &
server=$!
url=http://127.0.0.1:$port
claim 'without a list of hosts it starts' until_true 20 grep -q '"ready"' process.log
claim 'and does not call its own computer' says '^0: not a peer that may be called' calls "http://127.0.0.1:$port/here"
claim 'whatever its name' says '^0: not a peer that may be called' calls "http://localhost:$port/here"
claim 'nor the metadata of a cloud' says '^0: not a peer that may be called' calls http://169.254.169.254/latest
ends
uc new plain >/dev/null
plain=$(program plain)
claim 'a service without callbacks links none of it' eval 'nm "$hooks" | grep -q " T uc_caller_call$" && nm "$plain" | grep -q " T main$" && ! nm "$plain" | grep -E " [Tt] uc_caller_"'
finish
