# SPDX-License-Identifier: MIT
# A cluster's life: up, again, scaled, stopped, started, down.
source "$UC_E2E/lib.sh"

project life <<'YAML'
services:
  front:
    build: ./probe
    ports: ["127.0.0.1:0:8080"]
    environment: { NAME: "${WHO:-front}" }
    depends_on: { back: { condition: service_healthy } }
  back:
    build: ./probe
    environment: [NAME=back]
  extra:
    build: ./probe
    profiles: [more]
YAML

answers() { get "$(url front)/name" | grep -qF "\"$1\""; }
pid_stays() { is "$(field "$1" pid)" "$2"; }

claim 'a build tells image and size' says 'probe +/.* KiB' uc build ./probe
claim 'a dry run tells the steps' says '^create +back-1' uc up --dry-run
claim 'a dry run starts nothing' says 'does not run' uc ps
uc up -d --wait >twin.log 2>&1 &
twin=$!
claim 'up --wait returns when all is ready' says 'front-1 +ready' uc up -d --wait
claim 'another up at the same time ends as well' wait "$twin"
claim 'and no machine is there twice' is "$(machines | wc -l)" 2
claim 'a published port answers' answers front
claim 'a service outside of the profiles does not run' refuses 1 'does not run' uc port extra
claim 'ps knows the image' test "$(field front-1 image_bytes)" -gt 10000
claim 'ps knows the boot time' test "$(field front-1 boot_ns)" -gt 0

pid=$(field front-1 pid)
claim 'up again keeps everything' says 'front-1 +ready' uc up -d --wait
claim 'and leaves the machine alone' pid_stays front-1 "$pid"
back=$(field back-1 pid)
claim 'a changed variable replaces its service' env WHO=other "$UCOMPOSE" up -d --wait
claim 'which answers with it' answers other
claim 'and only that one' pid_stays back-1 "$back"

claim 'scaling adds instances' env WHO=other "$UCOMPOSE" up -d --wait --scale front=3
claim 'which all run' says 'front-3 +ready' uc ps
claim 'a changed scale removes the last ones' env WHO=other "$UCOMPOSE" up -d --wait
claim 'and only those, once they have drained' until_true 10 refuses 2 'front-3' uc ps front-3
claim 'logs are behind the name of their instance' says '^front-1 +\| ' uc logs front
claim 'a tail is short' is "$(uc logs --tail 1 --no-log-prefix back | wc -l)" 1
claim 'timestamps are shown' says '^20[0-9-]+T[0-9:.]+Z ' uc logs -t --no-log-prefix back

claim 'stop stops one service' says '^stopped front-1' uc stop front
claim 'which ps --all shows' says 'front-1 +stopped' uc ps --all
claim 'start starts it' uc start front
claim 'and it answers again' until_true 20 answers other
pid=$(field back-1 pid)
claim 'restart restarts' uc restart back
claim 'with a new machine' refuses 1 . pid_stays back-1 "$pid"
claim 'an unknown service is suggested' refuses 2 'did you mean "front"' uc stop frnt
claim 'an unknown verb is suggested' refuses 2 'did you mean "logs"' uc lgos

rm -rf orphan && mkdir orphan
sed -i '/^  extra:/,$d; s/^  back:/  base:/; s/depends_on: { back/depends_on: { base/' compose.yaml
claim 'an orphan is told and kept' says 'back-1 runs, but' env WHO=other "$UCOMPOSE" up -d --wait
claim 'and removed when asked' env WHO=other "$UCOMPOSE" up -d --wait --remove-orphans
claim 'so that it is gone' until_true 10 refuses 2 'back' uc ps back
uc logs -f --tail 1 >follow.log 2>&1 &
follower=$!
claim 'logs -f begins with the tail' until_true 10 grep -q '|' follow.log
claim 'down stops everything' says 'is stopped' uc down
claim 'no machine is left' until_true 5 no_machine_left
claim 'whoever follows the logs is let go' wait "$follower"
claim 'down again finds nothing' says 'nothing to stop' uc down
finish
