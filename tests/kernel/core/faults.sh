#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# faults.sh IMAGE - each forbidden thing ends the image, says what it was, and where.
set -uo pipefail
here=$(dirname "$0")
run="$here/../run-image"
image=$1
count=0 failures=0

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

faults() { # FAULT STATUS PATTERN CLAIM
    output=$("$run" "$image" -a "FAULT=$1" 2>&1)
    local status=$?
    [ "$status" = "$2" ] && grep -Eq "$3" <<<"$output" && grep -q "before the fault" <<<"$output"
    claim $? "$4"
}

faults null-read 127 'panic: page fault: read at 0x0, null pointer' "page zero cannot be read"
faults null-write 127 'panic: page fault: write at 0x8, null pointer' "nor written"
faults null-call 127 'panic: page fault: execution at 0x0, null pointer' "nor executed"
faults write-text 127 'panic: page fault: write at .*, not allowed' "code cannot be written"
faults write-rodata 127 'panic: page fault: write at .*, not allowed' "constants cannot be written"
faults execute-data 127 'panic: page fault: execution at .*, not allowed' "data cannot be executed"
faults execute-stack 127 'panic: page fault: execution at .*, not allowed' "the stack cannot be executed"
faults execute-heap 127 'panic: page fault: execution at .*, not allowed' "the heap cannot be executed"
faults overflow 127 'panic: page fault: write at .*, stack overflow' "the stack ends in a guard page"
faults thread-overflow 127 'panic: page fault: write at .*, (not mapped|stack overflow) \(thread 2\)' \
    "and so does a thread's"
faults no-rights 127 'panic: page fault: write at .*, (not mapped|stack overflow)' \
    "memory without rights cannot be touched"
faults beyond-ram 127 'panic: page fault: write at 0x4000000000, not mapped' "nothing lies beyond RAM"
faults smash 127 'panic: invalid instruction' "a smashed stack is noticed"
faults divide 127 'panic: division by zero' "a division by zero ends the image"
faults trap 127 'panic: invalid instruction' "a trap ends the image"
faults abort 134 'killed by signal 6, exit status 134' "abort ends the image with its signal"

output=$("$run" "$image" -a "FAULT=overflow" 2>&1)
grep -Eq '#[0-9]+ 0x[0-9a-f]+ recurse[^ ]*\+0x' <<<"$output" &&
    grep -Eq '#[0-9]+ 0x[0-9a-f]+ main\+0x' <<<"$output"
claim $? "a panic names the functions on the stack"
grep -Eq 'rip [0-9a-f]{16}  rsp [0-9a-f]{16}' <<<"$output"
claim $? "and shows the registers"
echo "1..$count"
exit $((failures > 0))
