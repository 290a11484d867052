# SPDX-License-Identifier: MIT
# One service that calls others: those to be trusted, those not, and those that do not keep to HTTP; as a process, and as
# an image. The image's processor has neither AES nor carry-less multiplication: its TLS is all constant-time code.
source "$UC_E2E/lib.sh"
source "$UC_E2E/lib-tls.sh"

cp -R "$UC_E2E/calls" "$UC_TEST_TMP/calls" && cd "$UC_TEST_TMP/calls" || exit 1

# ---- who is who ----

names='DNS:localhost,IP:127.0.0.1'
authority authority && authority other
for name in server expired early alone client stranger late soon self; do new_key $name; done
signs server authority 30 $names && has_expired expired authority $names && begins_later early authority $names && signs_itself alone $names
signs client authority 30 && signs stranger other 30 && has_expired late authority && begins_later soon authority && signs_itself self

# ---- those that are called ----

children=()
peer=$(program peer)
declare -A port
port_of() { sed -nE "s/.*\"listener\":\"$2\",\"port\":([0-9]+).*/\1/p" "$1.log"; }
for name in server expired early alone; do
    env UC_PORT=0 UC_ADMIN_PORT=0 CERTIFICATE=$name.pem KEY=$name.key CLIENTS=authority.pem "$peer" >$name.log 2>&1 &
    children+=($!)
done
for name in server expired early alone; do
    claim "a peer is ready: $name" until_true 20 grep -q '"ready"' $name.log
    port[$name]=$(port_of $name service)
done
# plays NAME COMMAND: a peer that does this on each connection
plays() {
    port[$1]=$(free_port)
    socat "TCP-LISTEN:${port[$1]},bind=127.0.0.1,reuseaddr,fork" "SYSTEM:$2" 2>/dev/null &
    children+=($!)
    until_true 5 eval '(: <>"/dev/tcp/127.0.0.1/${port['"$1"']}") 2>/dev/null'
}
cat >endless <<'SH'
printf 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'
yes "$(printf '8\r\n        \r')"
SH
claim 'a peer that says nothing' plays slow 'cat >/dev/null'
claim 'one that says too much' plays huge 'sh endless'
claim 'one that goes amid its answer' plays cut 'head -n 1 >/dev/null; printf "HTTP/1.1 200 OK\r\nContent-Length\: 100\r\n\r\nabc"'
claim 'and one that speaks something else' plays garbage 'printf "what?\r\n\r\n"; cat >/dev/null'

# ---- the caller ----

text() { base64 -w 0 "$1"; }
environment() { # HOST
    cat <<LINES
HOST=$1
GUARDED=${port[server]}
EXPIRED=${port[expired]}
EARLY=${port[early]}
ALONE=${port[alone]}
CLEAR=$(port_of server admin)
SLOW=${port[slow]}
HUGE=${port[huge]}
CUT=${port[cut]}
GARBAGE=${port[garbage]}
NOBODY=1
CA=$(text authority.pem)
OTHER_CA=$(text other.pem)
CLIENT=$(text client.pem)
CLIENT_KEY=$(text client.key)
STRANGER=$(text stranger.pem)
STRANGER_KEY=$(text stranger.key)
LATE=$(text late.pem)
LATE_KEY=$(text late.key)
SOON=$(text soon.pem)
SOON_KEY=$(text soon.key)
SELF=$(text self.pem)
SELF_KEY=$(text self.key)
LINES
}
said() { get "http://127.0.0.1:$to/call/$1"; }
fails_with() { # WORDS PEER
    said "$2" >said.log 2>&1
    grep -q '"status":503' said.log && grep -qE "$1" said.log || { cat said.log; tail -n 3 "$log"; return 1; }
}
logged() { until_true 5 grep -q "\"client\":\"$1\".*\"why\":\"$2" "$log"; }
# untrusted PEER WHY WORDS
untrusted() {
    claim "$as: $3 is not called" fails_with 'certificate not trusted' "$1"
    claim "$as: and the log says why" logged "$1" "$2"
}
judge() {
    claim "$as: it is let in, and known" says '^client$' said good
    claim "$as: again, over the connection it kept" says '^client$' said good
    claim "$as: twenty at once" eval 'seq 20 | xargs -P 20 -I{} curl -sS --max-time 60 -o /dev/null -w "%{http_code}\n" "http://127.0.0.1:$to/call/good" | sort | uniq -c | grep -qE "^ +20 200$"'
    untrusted renamed 'it has another name' 'whose name is not in the certificate'
    untrusted unknown 'no authority that we know' 'whose authority is unknown'
    untrusted expired 'it has expired' 'whose certificate has expired'
    untrusted early 'it has expired, or is not valid yet' 'whose certificate is not good yet'
    untrusted alone 'no authority that we know' 'who has a certificate of its own making'
    claim "$as: a server of clear text is no server by TLS" fails_with 'TLS failed|connection reset' clear
    claim "$as: not let in: of another authority" fails_with 'TLS failed|connection reset' stranger
    claim "$as: not let in: expired" fails_with 'TLS failed|connection reset' late
    claim "$as: not let in: not good yet" fails_with 'TLS failed|connection reset' soon
    claim "$as: not let in: of its own making" fails_with 'TLS failed|connection reset' self
    claim "$as: not let in: without a certificate" fails_with 'TLS failed|connection reset' nameless
    claim "$as: a peer that says nothing is waited for as long as allowed" fails_with 'timed out' slow
    claim "$as: one that says too much is not heard out" fails_with 'answer too large' huge
    claim "$as: one that goes amid its answer" fails_with 'connection reset' cut
    claim "$as: one that does not speak HTTP" fails_with 'not a valid answer' garbage
    claim "$as: where nobody listens" fails_with 'connection refused' nobody
    claim "$as: whom it trusts answers still" says '^client$' said good
}
answers() { said none 2>/dev/null | grep -q '"status":404'; }

program=$(program caller) elf=$(image caller)
as=process log=caller.log to=$(free_port)
environment 127.0.0.1 >environment
env $(cat environment) UC_PORT="$to" UC_ADMIN_PORT=0 "$program" >caller.log 2>&1 &
children+=($!)
claim 'process: it starts' until_true 20 answers
judge

as=image log=serial.log to=$(free_port)
environment 10.0.2.2 >environment
qemu-system-x86_64 -M microvm,x-option-roms=off,pic=off,pit=off,rtc=on,ioapic2=off,isa-serial=on,acpi=on -bios qboot.rom \
    -global virtio-mmio.force-legacy=false -cpu max,-aes,-pclmulqdq -accel tcg -m 32M -nodefaults -no-user-config -nographic -no-reboot \
    -kernel "$elf" -fw_cfg name=opt/org.ucompose/env,file=environment -serial file:serial.log -device virtio-rng-device \
    -netdev "user,id=net,hostfwd=tcp:127.0.0.1:$to-:8080" -device virtio-net-device,netdev=net >qemu.log 2>&1 </dev/null &
children+=($!)
claim 'image: it starts' until_true 30 answers
judge

kill "${children[@]}" 2>/dev/null
finish
