#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# schema_suite.sh - JSON-Schema-Test-Suite, draft 2020-12 without its optional part: each schema is refused with a place
# and a reason, or what is generated from it decides every instance as the suite does. The counts are printed, and the
# reasons. $UC_ROOT is the clone; the judge is built with the tests. The suite comes with Debian's
# libtest-json-schema-acceptance-perl.
set -uo pipefail
export LC_ALL=C
suite=/usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance/tests/draft2020-12
# What the generator and the suite of Debian 12 came to, once; more may come, less is a loss.
least_built=151 least_right=568
here=$UC_ROOT/tests/gen
judge=$UC_ROOT/build/asan/tests/gen/gen_judge
sdk=$UC_ROOT/build/stage/lib/ucompose/sdk/linux
tmp=$(mktemp -d "${UC_TEST_TMP:-/tmp}/suite.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

[ -d "$suite" ] || { echo 'ok 1 - JSON-Schema-Test-Suite # SKIP libtest-json-schema-acceptance-perl is not installed' && exit; }

ask() { # FILTER JQ-ARGUMENT...; what the filter begins with is an array of groups
    local filter=$1
    shift
    jq -r "include \"schema_suite\" {search: \"$here\"}; $filter" "$@"
}

# Each group by itself: built from, or refused. "NAME built" or "NAME refused", and what was said.
mkdir "$tmp/one" "$tmp/out"
ask 'groups | .[] | [.name, ([.] | contract | tojson)] | join("\t")' "$suite"/*.json | sort >"$tmp/contracts"
cut -f 1 "$tmp/contracts" >"$tmp/names"
one() { sed "s|^|$tmp/one/|" "$tmp/names" | xargs -d '\n' "$@"; }
one mkdir
while IFS=$'\t' read -r name contract; do printf '%s\n' "$contract" >"$tmp/one/$name/service.yaml"; done <"$tmp/contracts"
export ASAN_OPTIONS=exitcode=9:detect_leaks=0 UBSAN_OPTIONS=exitcode=9
one -P "$(nproc)" -n 40 "$judge" --each
while read -r name; do
    place=$tmp/one/$name status=none
    read -r status 2>/dev/null <"$place/status"
    case $status in
    0) echo "$name built" ;;
    1) echo "$name refused" && sed -E 's/^[^:]+:[0-9]+:[0-9]+: //; s/"[^"]{18,}"/"..."/g; s/[0-9]+/N/g; s/^/reason /' "$place/said" | sort -u ;;
    *) echo "$name wrong, status $status" && sed 's/^/# /' "$place/err" 2>/dev/null ;;
    esac
done <"$tmp/names" >"$tmp/lines"
sed -n 's/ built$//p' "$tmp/lines" >"$tmp/built"

# All that are built from, as one service.
ask '($built | split("\n")) as $built | groups | map(select(.name | IN($built[])))' --rawfile built "$tmp/built" "$suite"/*.json | jq -s add >"$tmp/groups"
ask contract "$tmp/groups" >"$tmp/service.yaml"
ask rows "$tmp/groups" >"$tmp/rows"
{
    echo '#include "suite.h"'
    sed 's/.*/void suite_&(struct suite_& *call) { suite_&_204(call); }/' "$tmp/built"
} >"$tmp/out/handlers.c"

flags() { sed "s|@SDK@|$sdk|; s|@OUTPUT@|$tmp/suite|" "$sdk/flags/$1" | sed "s|^@OBJECTS@\$|$(echo "$tmp"/out/*.o)|"; }
make() {
    "$judge" "$tmp" "$tmp/out" && rm "$tmp/out/suite_main.c" && cp "$here/schema_suite.c" "$tmp/out" || return
    for source in "$tmp"/out/*.c; do
        # shellcheck disable=SC2046
        gcc $(flags cflags) -O0 -Wall -Wextra -Werror -Wno-unused-parameter -c "$source" -o "${source%.c}.o" || return
    done
    # shellcheck disable=SC2046
    gcc $(flags ldflags)
}
if make >"$tmp/made" 2>&1 && "$tmp/suite" "$tmp/rows" >"$tmp/verdicts" 2>"$tmp/err"; then
    echo 'ok 1 - a service is made of all schemas that are built from'
else
    echo 'not ok 1 - a service is made of all schemas that are built from'
    head -n 40 "$tmp/made" "$tmp/err" | sed 's/^/# /'
fi
count() { grep -c "$1" "$2"; }
echo "# of $(wc -l <"$tmp/names") schemas: $(count ' built$' "$tmp/lines") built, $(count ' refused$' "$tmp/lines") refused"
echo "# of $(wc -l <"$tmp/rows") instances of those built: $(count '^right ' "$tmp/verdicts") decided as the suite does," \
    "$(count '^stricter ' "$tmp/verdicts") refused by the type that was taken, $(count '^wrong ' "$tmp/verdicts") wrong"
grep '^reason ' "$tmp/lines" | sort | uniq -c | sort -rn | sed 's/reason //; s/^/# /'
if grep ' wrong' "$tmp/lines" | sed 's/^/# /' | grep .; then echo not ok 2 - every schema is judged; else echo ok 2 - every schema is judged; fi
if grep '^wrong ' "$tmp/verdicts" | sed 's/^/# /' | grep .; then echo not ok 3 - every instance is decided as the suite does; else echo ok 3 - every instance is decided as the suite does; fi
if [ "$(count ' built$' "$tmp/lines")" -ge $least_built ] && [ "$(count '^right ' "$tmp/verdicts")" -ge $least_right ]; then echo ok 4 - no less is decided than before; else
    echo "not ok 4 - $least_built schemas and $least_right instances were decided before"
fi
echo 1..4
