# SPDX-License-Identifier: MIT
# Guests that panic, machines and supervisors that are killed.
source "$UC_E2E/lib.sh"

project crashes <<'YAML'
services:
  once: { build: ./probe, ports: ["127.0.0.1:0:8080"] }
  again: { build: ./probe, ports: ["127.0.0.1:0:8080"], restart: on-failure:5 }
YAML

state_is() { is "$(field "$1" state)" "$2"; }
restarted() { [ "$(field again-1 restarts)" -ge "$1" ] && state_is again-1 ready; }

claim 'both start' uc up -d --wait
curl -s --max-time 30 -X POST "$(url once)/crash" >/dev/null
claim 'a panic ends an instance without a policy' until_true 20 state_is once-1 exited
claim 'its reason is kept' says 'panic' uc ps --all once
claim 'and its backtrace names the function' says 'probe_crash' uc logs once
claim 'the other one goes on' is "$(status_of "$(url again)/name")" 200

curl -s --max-time 30 -X POST "$(url again)/crash" >/dev/null
claim 'a panic is followed by a restart, by policy' until_true 30 restarted 1
claim 'and it answers at the same place' is "$(status_of "$(url again)/name")" 200
kill -9 "$(field again-1 pid)"
claim 'a killed machine is restarted' until_true 30 restarted 2
claim 'and answers' is "$(status_of "$(url again)/name")" 200
claim 'up starts what has ended' uc up -d --wait
claim 'so that all is ready' state_is once-1 ready

supervisor=$(uc ps --format json | tr -d '\n\t' | grep -oE '"supervisor_pid": *[0-9]+' | grep -oE '[0-9]+')
kill -9 "$supervisor"
claim 'down cleans up after a killed supervisor' uc down
claim 'no machine is left' until_true 10 no_machine_left
claim 'up works again' uc up -d --wait
claim 'and answers' is "$(status_of "$(url once)/name")" 200
claim 'down' uc down
claim 'no machine is left at the end' until_true 5 no_machine_left
finish
