# SPDX-License-Identifier: MIT
# Two projects at once, a folder with a space, replicas that take turns, one service alone.
source "$UC_E2E/lib.sh"

compose() {
    cat <<YAML
name: $1
services:
  a:
    build: ./probe
    ports: ["127.0.0.1:0:8080"]
    environment: { NAME: $1 }
YAML
}

compose first | project 'first project'
compose second | project second
projects+=("$UC_TEST_TMP/first project" "$UC_TEST_TMP/second")
first() { (cd "$UC_TEST_TMP/first project" && "$@"); }
second() { (cd "$UC_TEST_TMP/second" && "$@"); }
name_of() { get "$(url a)/name"; }

claim 'a folder with a space builds and starts' first uc up -d --wait
claim 'a second project starts beside it' second uc up -d --wait
claim 'the first answers' says first first name_of
claim 'the second answers' says second second name_of
claim 'down stops one project' first uc down
claim 'and not the other' says second second name_of
claim 'down stops the other' second uc down

project alone </dev/null
claim 'new makes a service' says 'Created' uc new hello-world
claim 'new overwrites nothing' refuses 1 'exists already' uc new hello-world
claim 'a bad name is refused' refuses 2 'cannot be a service' uc new Hello
claim 'it builds as it stands' says 'built in|up to date' uc build hello-world
claim 'and again at once' says 'up to date' uc build hello-world
claim 'the folder holds only what a user writes' is "$(ls hello-world | tr '\n' ' ')" 'README.md handlers.c service.yaml '

env --default-signal=INT "$UCOMPOSE" run -p 127.0.0.1:0:8080 -e GREETING=Salut hello-world >run.log 2>&1 &
run=$!
greets() {
    local port
    port=$(grep -oE '127\.0\.0\.1:[0-9]+->8080' run.log | grep -oE ':[0-9]+' | head -n 1)
    [ -n "$port" ] && get "http://127.0.0.1$port/hello/you" | grep -q 'Salut, you'
}
claim 'run boots one service' until_true 30 greets
kill -INT "$run"
wait "$run"
claim 'and Ctrl-C ends it well' is $? 0

port=$(free_port)
env --default-signal=INT UC_ADMIN_PORT=0 "$UCOMPOSE" run --linux -p "$port" hello-world >linux.log 2>&1 &
run=$!
claim 'run --linux serves as a process' until_true 30 get "http://127.0.0.1:$port/hello/you"
kill -TERM "$run"
wait "$run"
claim 'which drains on SIGTERM' is $? 0
claim 'no machine is left' until_true 5 no_machine_left
finish
