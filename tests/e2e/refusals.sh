# SPDX-License-Identifier: MIT
# What cannot work says why, with a status, and leaves nothing behind.
source "$UC_E2E/lib.sh"

project refusals <<'YAML'
services:
  a:
    build: ./probe
    ports: ["127.0.0.1:0:8080"]
YAML
with() { # the compose file from standard input, for one command
    cat >other.yaml
    uc -f other.yaml "$@"
}

claim 'the service builds' uc build

with up -d >wrong.log 2>&1 <<<$'services:\n  a: [\n'
claim 'wrong YAML has its place' grep -q '^other.yaml:[34]:1: ' wrong.log
with up -d >unknown.log 2>&1 <<<$'services:\n  a:\n    build: ./probe\n    prots: []\n'
claim 'an unknown key has its place and a suggestion' grep -q '^other.yaml:4:5: .*did you mean "ports"' unknown.log
with up -d >unsupported.log 2>&1 <<<$'services:\n  a:\n    build: ./probe\n    volumes: []\n'
claim 'an unsupported key has its reason' grep -q '^other.yaml:4:5: "volumes" is not supported: ' unsupported.log
with up -d >profile.log 2>&1 <<<$'services:\n  a:\n    build: ./probe\n    profiles: [dev]\n'
claim 'a start of nothing is told' grep -q 'nothing to start: .*--profile' profile.log
with up -d --dry-run >slip.log 2>&1 <<<$'services:\n  a:\n    build: ./probe\n    environment: { REDY: "true", NAME: x, OTHER: y }\n'
claim 'a variable with a slip is told' grep -q 'given REDY, .* did you mean READY' slip.log
claim 'and only that one' is "$(grep -c 'is given' slip.log)" 1
claim 'an unknown service is refused' refuses 2 'no service is called "b"' uc up -d b
claim 'a folder without a service is refused' refuses 1 'service' uc build ./nowhere
claim 'no compose file is told' refuses 1 'ucompose new' env -C / "$UCOMPOSE" ps

claim 'QEMU missing is told with the remedy' refuses 1 'qemu-system-x86' env UCOMPOSE_QEMU=/nonexistent/qemu "$UCOMPOSE" up -d --wait
printf '#!/bin/sh\necho "QEMU emulator version 5.2.0"\n' >old-qemu && chmod +x old-qemu
claim 'and a UCOMPOSE_QEMU that is none is named' refuses 1 'UCOMPOSE_QEMU is "/nonexistent/qemu"' env UCOMPOSE_QEMU=/nonexistent/qemu "$UCOMPOSE" up -d
claim 'QEMU too old is told with its version' refuses 1 '5\.2' env UCOMPOSE_QEMU="$PWD/old-qemu" "$UCOMPOSE" up -d --wait
claim 'an accelerator that is none is refused' refuses 1 'UCOMPOSE_ACCEL is "warp"; it may be' env UCOMPOSE_ACCEL=warp "$UCOMPOSE" up -d
claim 'doctor tells whether KVM is used, and why' says 'KVM' uc doctor

claim 'the service starts' uc up -d --wait
port=$(uc port a | sed 's/.*://')
cat >taken.yaml <<YAML
name: taken
services:
  a: { build: ./probe, ports: ["127.0.0.1:$port:8080"] }
YAML
claim 'a taken port is told by number' refuses 1 "$port" uc -f taken.yaml up -d --wait
claim 'and nothing of that project stays' says 'nothing to stop|is stopped' uc -f taken.yaml down
claim 'while the other one answers' is "$(status_of "$(url a)/name")" 200
claim 'down' uc down

cat >small.yaml <<'YAML'
name: small
services:
  a: { build: ./probe, mem_limit: 1m }
YAML
claim 'too little memory is told with what is needed' refuses 1 'needs|at least' uc -f small.yaml up -d --wait
uc -f small.yaml down >/dev/null 2>&1

cat >never.yaml <<'YAML'
name: never
services:
  a:
    build: ./probe
    environment: { READY: "false" }
    healthcheck: { interval: 200ms, timeout: 500ms, retries: 2, start_period: 1s }
YAML
claim 'a service that never gets ready fails the start' refuses 1 'a-1' uc -f never.yaml up -d --wait
claim 'and ps tells its state, with the reason' until_true 10 says 'a-1 +unhealthy \(its health check: .*503' uc -f never.yaml ps
uc -f never.yaml down >/dev/null 2>&1

cat >ends.yaml <<'YAML'
name: ends
services:
  a: { build: ./probe, environment: { FAIL: "true" } }
YAML
claim 'a service that ends at once fails the start, with its log' refuses 1 'last lines of its log' uc -f ends.yaml up -d --wait
claim 'and ps tells how it ended' says 'a-1 +exited' uc -f ends.yaml ps --all
uc -f ends.yaml down >/dev/null 2>&1

sed -i 's/probe_echo_200(call, call->body);/probe_echo_200(call, nonsense);/' probe/handlers.c
claim 'a compiler error is in the user'\''s file' refuses 1 'handlers\.c:[0-9]+:[0-9]+: .*nonsense' uc build ./probe
claim 'up refuses what does not build' refuses 1 'handlers\.c' uc up -d
claim 'no machine is left' until_true 5 no_machine_left
finish
