#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# schema.sh - the bill of materials of a service that links every library of the SDK, against CycloneDX's schema of npm
# (lock.npm). $UC_ROOT is the clone, built.
set -uo pipefail
export LC_ALL=C.UTF-8
here=$UC_ROOT/tests/deploy/sbom
tmp=$(mktemp -d "${UC_TEST_TMP:-/tmp}/bill.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

command -v node >/dev/null || { echo 'ok 1 - the schema of CycloneDX # SKIP node is not installed' && exit; }
"$UC_ROOT/third_party/fetch-npm" "$UC_ROOT/build/schemas-sbom" "$here/lock.npm" >"$tmp/said" 2>&1
case $? in
0) ;;
3) echo 'ok 1 - the schema of CycloneDX # SKIP npm cannot get it' && sed 's/^/# /' "$tmp/said" && exit ;;
*) echo 'not ok 1 - the schema is as it was pinned' && sed 's/^/# /' "$tmp/said" && exit 1 ;;
esac
"$UC_ROOT/build/asan/tests/deploy/deploy_sbom_test" "$UC_ROOT/build/release/sdk/components" >"$tmp/bill.json" ||
    { echo 'not ok 1 - a bill is printed' && exit 1; }
node "$here/schema.js" "$tmp/bill.json" "$UC_ROOT/build/schemas-sbom"
