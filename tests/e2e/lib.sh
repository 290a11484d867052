# SPDX-License-Identifier: MIT
# lib.sh - what the end-to-end scripts share: claims, projects of their own, cleaning up.
#
# tests/run gives: UCOMPOSE (the command), UC_EXAMPLES (the installed examples), UC_E2E (these scripts),
# UC_TEST_TMP (an empty folder). A script ends with `finish`.
set -u
: "${UCOMPOSE:?}" "${UC_E2E:?}" "${UC_TEST_TMP:?}"
for tool in curl pgrep socat wrk; do
    command -v "$tool" >/dev/null || { echo "not ok 1 - $tool is not installed; tests/run installs it"; exit 1; }
done
tests=0 failures=0
projects=()

# claim NAME COMMAND...: the command succeeds.
claim() {
    local name=$1
    shift
    tests=$((tests + 1))
    if "$@" >"$UC_TEST_TMP/claim.log" 2>&1; then
        echo "ok $tests - $name"
    else
        echo "not ok $tests - $name"
        failures=$((failures + 1))
        sed 's/^/#   /' "$UC_TEST_TMP/claim.log" | tail -n 30
    fi
}

skip() { # NAME REASON
    tests=$((tests + 1))
    echo "ok $tests - $1 # SKIP $2"
}

finish() {
    local folder
    for folder in ${projects[@]+"${projects[@]}"}; do
        (cd "$folder" && "$UCOMPOSE" down -t 0) >/dev/null 2>&1
    done
    echo "1..$tests"
    [ "$failures" = 0 ]
    exit $?
}
trap 'exit 1' INT TERM

# refuses STATUS WORDS COMMAND...: ends with this status, and says these words (a regular expression).
refuses() {
    local status=$1 words=$2 got
    shift 2
    "$@" >"$UC_TEST_TMP/refused.log" 2>&1
    got=$?
    cat "$UC_TEST_TMP/refused.log"
    if [ "$got" != "$status" ]; then
        echo "status $got, not $status"
        return 1
    fi
    grep -qE -- "$words" "$UC_TEST_TMP/refused.log" || { echo "does not say: $words"; return 1; }
}

# says WORDS COMMAND...: succeeds and says these words.
says() {
    local words=$1
    shift
    refuses 0 "$words" "$@"
}

# project NAME: a folder with the probe service and a compose file from standard input; goes there.
project() {
    local folder=$UC_TEST_TMP/$1
    mkdir -p "$folder"
    cp -R "$UC_E2E/probe" "$folder/probe"
    cat >"$folder/compose.yaml"
    cd "$folder" || exit 1
    projects+=("$folder")
}

uc() { "$UCOMPOSE" "$@"; }

# url SERVICE [PORT]: where it is published.
url() { echo "http://$(uc port "$@" | head -n 1 | sed 's/^0\.0\.0\.0/127.0.0.1/')"; }

get() { curl -sS --max-time 60 "$@"; }
status_of() { get -o /dev/null -w '%{http_code}' "$@"; }

# field INSTANCE KEY: one value of `ps --format json`, as text.
field() {
    uc ps --all --format json | tr -d '\n\t' | grep -oE '\{[^{}]*"name": *"'"$1"'"[^{}]*(\[[^]]*\])?[^{}]*\}?' |
        grep -oE "\"$2\": *(\"[^\"]*\"|[-0-9.]+|true|false|null)" | head -n 1 | sed -E 's/^"[^"]*": *//; s/^"//; s/"$//'
}

# until_true SECONDS COMMAND...: asks again until it succeeds; an upper bound, not a nap. So many seconds on a machine that
# has time; one that has other work, or stands still for a while, gets six times as many.
until_true() {
    local end=$((SECONDS + 6 * $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        read -rt 0.1 <> <(:)
    done
    return 0
}

# A port of 127.0.0.1 on which nobody listens, and that was not given before.
free_port() {
    local port first=20000 last=31999
    if [ -n "${UC_TEST_LANE-}" ]; then # each lane of tests/run has its own
        first=$((20000 + (UC_TEST_LANE - 1) % 24 * 500)) last=$((first + 499))
    fi
    for port in $(shuf -i $first-$last -n 50); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && continue
        mkdir "$UC_TEST_TMP/.port.$port" 2>/dev/null && { echo "$port"; return; }
    done
}

is() { [ "$1" = "$2" ] || { echo "\"$1\" is not \"$2\""; return 1; }; }

# Machines of images that were built below this HOME: ours, whoever else is testing here.
machines() { pgrep -u "$(id -u)" -f "qemu-system.* -kernel $HOME/"; }

no_machine_left() { ! machines; }
