#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# lint.sh - the openapi.json of the example services, under the linters that others use, every rule of their recommended
# sets and every warning; and that of the golden cases, whose contracts are odd on purpose, under the rules of form.
# $UC_ROOT is the clone; the judge is built with the tests. The linters are kept beside the other sources.
set -uo pipefail
export LC_ALL=C.UTF-8 REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
redocly=2.77.0 spectral=6.16.3
judge=$UC_ROOT/build/asan/tests/gen/gen_judge
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ucompose/lint-$redocly-$spectral
tmp=$(mktemp -d "${UC_TEST_TMP:-/tmp}/lint.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
count=0

check() { # "sentence" COMMAND...
    local name=$1
    shift
    count=$((count + 1))
    if "$@" >"$tmp/said" 2>&1; then
        echo "ok $count - $name"
    else
        echo "not ok $count - $name"
        sed 's/^/# /' "$tmp/said" | head -n 40
    fi
}

if [ ! -e "$cache/complete" ]; then
    command -v npm >/dev/null || { echo "ok 1 - linters of contracts # SKIP npm is not installed, and $cache is not there" && exit; }
    mkdir -p "$cache"
    if ! (cd "$cache" && timeout 200 npm install --silent --no-fund --no-audit --ignore-scripts --prefix . --save-exact \
        "@redocly/cli@$redocly" "@stoplight/spectral-cli@$spectral") >"$tmp/npm.log" 2>&1; then
        echo "ok 1 - linters of contracts # SKIP npm cannot get them, and $cache is not complete" && sed 's/^/# /' "$tmp/npm.log" | tail -n 5 && exit
    fi
    touch "$cache/complete"
fi
bin=$cache/node_modules/.bin

published() { # FOLDER NAME
    mkdir -p "$tmp/$2"
    ASAN_OPTIONS=detect_leaks=0 "$judge" "$1" "$tmp/$2" >"$tmp/$2.said" && mv "$tmp/$2/openapi.json" "$tmp/$2.json"
}
printf 'extends: [recommended-strict]\n' >"$tmp/strict.yaml"
printf 'rules: { struct: error, no-unresolved-refs: error, spec-components-invalid-map-name: error }\n' >"$tmp/form.yaml"
printf 'extends: [[spectral:oas, all]]\n' >"$tmp/spectral.yaml"

cd "$tmp" || exit 1
for service in catalog orders gateway; do
    check "$service: its contract is published" published "$UC_ROOT/services/$service" "$service"
    check "$service: redocly finds nothing" timeout 60 "$bin/redocly" lint --config strict.yaml "$service.json"
    check "$service: spectral finds nothing" timeout 60 "$bin/spectral" lint --ruleset spectral.yaml --fail-severity hint "$service.json"
done
for case in "$UC_ROOT"/tests/gen/cases/*/; do
    case=$(basename "$case")
    [ "$case" != schemas ] || continue # holds slips where no keyword reads them
    check "$case: its contract is published" published "$UC_ROOT/tests/gen/cases/$case" "$case"
    check "$case: it is an OpenAPI document" timeout 60 "$bin/redocly" lint --config form.yaml "$case.json"
done
check 'a document with a fault does not pass' bash -c "! '$bin/redocly' lint --config form.yaml <(sed 's/\"description\"/\"descripton\"/' catalog.json)"
echo "1..$count"
