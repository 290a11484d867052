#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# process.sh IMAGE - arguments, environment, canary, exit status, messages, on every machine type.
set -uo pipefail
here=$(dirname "$0")
run="$here/../run-image"
image=$1
count=0 failures=0 output=
tmp=$(mktemp -d "${UC_TEST_TMP:-/tmp}/process.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

claim() { # RESULT TEXT
    count=$((count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        printf '%s\n' "$output" | sed 's/^/# /'
        failures=$((failures + 1))
    fi
}

printf 'FROM_FILE=one two\nBOTH=file\n\nNOT A PAIR\nLAST=end' >"$tmp/env"
output=$("$run" "$image" -a "BOTH=line lower=no A1=x" -- -fw_cfg "name=opt/org.ucompose/env,file=$tmp/env" 2>&1)
claim $? "a program that returns 0 ends with status 0"
grep -q '^argc 1 argv0 test$' <<<"$output"
claim $? "argv[0] is the service's name"
grep -q '^env FROM_FILE=one two$' <<<"$output" && grep -q '^env LAST=end$' <<<"$output"
claim $? "the launcher's file is in the environment"
grep -q '^env BOTH=line$' <<<"$output" && ! grep -q '^env BOTH=file$' <<<"$output"
claim $? "the command line wins"
! grep -Eq '^env (lower|host|net|NOT)' <<<"$output"
claim $? "other tokens are not in the environment"
grep -q '^constructor ran$' <<<"$output" && grep -q '^atexit ran$' <<<"$output"
claim $? "constructors and atexit functions run"
grep -q 'ucompose: exit status 0' <<<"$output"
claim $? "the last line says how it ended"
[ "$(grep -c 'system call ptrace (101) is not implemented' <<<"$output")" = 1 ]
claim $? "a missing system call is named, once"
grep -q 'system call unknown (499)' <<<"$output"
claim $? "also when it has no name"

first=$(grep '^canary' <<<"$output")
output=$("$run" "$image" 2>&1)
second=$(grep '^canary' <<<"$output")
[ -n "$first" ] && [ "$first" != "$second" ] && [ "$first" != "canary 0" ]
claim $? "the stack protector's canary differs from boot to boot"

for status in 1 42 110; do
    output=$("$run" "$image" -a "STATUS=$status" 2>&1)
    [ $? = "$status" ]
    claim $? "exit status $status reaches the launcher"
done
output=$("$run" "$image" -a "STATUS=200" 2>&1)
[ $? = 111 ] && grep -q 'exit status 200' <<<"$output"
claim $? "a status that does not fit is in the log"

for machine in pc q35; do
    output=$("$run" "$image" -M "$machine" -a "STATUS=5" 2>&1)
    [ $? = 5 ] && grep -q '^argc 1' <<<"$output"
    claim $? "it runs on $machine"
done
for machine in microvm pc q35; do
    for processors in 2 4; do
        output=$("$run" "$image" -M $machine -a "STATUS=5" -- -smp $processors 2>&1)
        [ $? = 5 ]
        claim $? "it runs on one of the $processors processors of $machine"
    done
done
for model in qemu64 kvm64 Nehalem Haswell EPYC; do
    output=$("$run" "$image" -a "STATUS=5" -- -cpu $model 2>&1)
    [ $? = 5 ]
    claim $? "it runs on a processor of the kind $model"
done
for memory in 4M 3G; do
    output=$("$run" "$image" -m "$memory" 2>&1)
    claim $? "it runs with $memory of memory"
done
output=$("$run" "$image" -m 2M 2>&1)
[ $? = 126 ] && grep -Eq 'needs at least [0-9]+ KiB of memory, has [0-9]+ KiB' <<<"$output"
claim $? "with too little memory it says how much it needs"
echo "1..$count"
exit $((failures > 0))
