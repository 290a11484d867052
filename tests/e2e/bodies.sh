# SPDX-License-Identifier: MIT
# Bodies as contracts write them: several types, in parts, events, peers that are slow or go, and every limit; as a process.
source "$UC_E2E/lib.sh"
mkdir "$UC_TEST_TMP/bodies" && cd "$UC_TEST_TMP/bodies" || exit 1
source "$UC_E2E/lib-bodies.sh"
cp -R "$UC_E2E/bodies" bodies && few bodies

wire=TCP scheme=http
as=process
judge_process bodies
finish
