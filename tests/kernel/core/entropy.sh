#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# entropy.sh IMAGE - entropy from the processor, from a device, from one that is slow, from none.
set -uo pipefail
run=$(dirname "$0")/../run-image
failed=0 said=

boots() { # ARGUMENT of run-image...
    said=$("$run" "$@" 2>&1) || failed=1
    printf '%s\n' "$said"
}
warns() { # COUNT
    [ "$(grep -c 'ucompose: no entropy: .* until one does, getrandom fails (error 5)' <<<"$said")" = "$1" ] && return
    echo "not ok - that there is no entropy is not said $1 times"
    failed=1
}

boots "$1" -r -a SOURCE=rdrand
warns 0
boots "$1" -a SOURCE=device -- -cpu qemu64
warns 0
# Eight bytes each half second.
boots "$1" -a SOURCE=slow -- -cpu qemu64 -global virtio-rng-device.max-bytes=8 -global virtio-rng-device.period=500
warns 1
boots "$1" -r -a SOURCE=none -- -cpu qemu64
warns 1
exit $failed
