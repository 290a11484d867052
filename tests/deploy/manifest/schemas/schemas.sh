#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# schemas.sh - the reviewed files of cases/, which are what the targets write, against the schemas of those who read
# them: schemas.js. $UC_ROOT is the clone. The schemas are of npm (lock.npm), or of documents that name their source.
set -uo pipefail
export LC_ALL=C.UTF-8
here=$UC_ROOT/tests/deploy/manifest
said=$(mktemp "${UC_TEST_TMP:-/tmp}/schemas.XXXXXX")
trap 'rm -f "$said"' EXIT

command -v node >/dev/null || { echo 'ok 1 - schemas of others # SKIP node is not installed' && exit; }
"$UC_ROOT/third_party/fetch-npm" "$UC_ROOT/build/schemas" "$here/schemas/lock.npm" >"$said" 2>&1
case $? in
0) ;;
3) echo 'ok 1 - schemas of others # SKIP npm cannot get them' && sed 's/^/# /' "$said" && exit ;;
*) echo 'not ok 1 - the schemas are as they were pinned' && sed 's/^/# /' "$said" && exit 1 ;;
esac
node "$here/schemas/schemas.js" "$here/cases" "$UC_ROOT/build/schemas"
