# SPDX-License-Identifier: MIT
# up in the foreground: table, logs, Ctrl-C.
source "$UC_E2E/lib.sh"

project foreground <<'YAML'
services:
  a: { build: ./probe, ports: ["127.0.0.1:0:8080"] }
YAML
claim 'the service builds' uc build

# A background job of a script ignores SIGINT, and so would what it starts: ask for the default.
run_up() {
    : >up.log
    setsid env --default-signal=INT "$UCOMPOSE" up "$@" >>up.log 2>&1 &
}
no_escapes() { ! grep -q $'\033' up.log; }
in_log() { grep -qE -- "$1" up.log; }

run_up
up=$!
claim 'it ends in a table' until_true 30 in_log '^a-1 +ready +[0-9]'
claim 'and follows the logs' until_true 10 in_log '^a-1 +\| '
claim 'the service answers' is "$(status_of "$(url a)/name")" 200
kill -INT "$up"
wait "$up"
claim 'Ctrl-C drains, stops and ends well' is $? 0
claim 'nothing runs then' says 'does not run' uc ps
claim 'no machine is left' until_true 5 no_machine_left
claim 'without colours where no terminal is' no_escapes

run_up
up=$!
claim 'it starts once more' until_true 30 in_log '^a-1 +ready +[0-9]'
port=$(uc port a) && port=${port##*:}
exec {half}<>"/dev/tcp/127.0.0.1/$port"
printf 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{' >&"$half"
kill -INT "$up"
claim 'a request in hand holds the end back' until_true 10 in_log 'draining'
began=$SECONDS
kill -INT "$up"
wait "$up"
claim 'a second Ctrl-C ends it at once' test $((SECONDS - began)) -le 2
exec {half}>&-
claim 'no machine is left after two' until_true 5 no_machine_left

run_up
up=$!
claim 'it starts again' until_true 30 in_log '^a-1 +ready +[0-9]'
kill -9 "$up"
wait "$up" 2>/dev/null
claim 'killed, it leaves the services to down' says 'is stopped' uc down
claim 'no machine is left after that' until_true 5 no_machine_left

# Under a manager that asks to be told: what does not get ready takes nothing down with itself.
cat >part.yaml <<'YAML'
name: part
services:
  a: { build: ./probe }
  b: { build: ./probe, environment: { FAIL: "true" } }
  c: { build: ./probe, environment: { READY: "false" } }
YAML
projects+=("$PWD/part.yaml")
in_told() { grep -qaE -- "$1" told; }
for part in 'a b' 'a c'; do
    told=part-$$-${part// /-}
    rm -f told
    socat -u "ABSTRACT-RECV:$told" OPEN:told,creat,append &
    listener=$!
    NOTIFY_SOCKET=@$told "$UCOMPOSE" -f part.yaml up --wait-timeout 5 $part >>up.log 2>&1 &
    up=$!
    claim "$part: the manager hears that it is started, in part" until_true 30 in_told 'STATUS=1 of 2 instances ready'
    claim "$part: and ready, before that" in_told '^READY=1'
    claim "$part: it goes on" kill -0 "$up"
    kill -TERM "$up"
    wait "$up"
    uc -f part.yaml down >/dev/null 2>&1
    [ "$part" = 'a c' ] || kill "$listener"
done
NOTIFY_SOCKET=@$told
export NOTIFY_SOCKET
claim 'where nothing gets ready, it ends' refuses 1 'b-1 did not get ready' uc -f part.yaml up b
unset NOTIFY_SOCKET
kill "$listener"
claim 'no machine is left after those' until_true 5 no_machine_left
finish
