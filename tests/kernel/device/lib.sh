# SPDX-License-Identifier: MIT
#
# lib.sh - for the scripts of this folder: source it with the image's path in $1.
#
# `boots` starts the image, `claim` tells of the last command, `finish` ends the script. Wanted lines
# are sought in $tmp/out. The image is hello.c's: it ends with status 7.
run=$(dirname "$0")/../run-image
image=$1
count=0 failures=0
tmp=$(mktemp -d "${UC_TEST_TMP:-/tmp}/device.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

claim() { # RESULT TEXT
    count=$((count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        sed 's/^/# /' "$tmp/out"
        failures=$((failures + 1))
    fi
}

# Boot it with these arguments of run-image; true when it ends well and says each LINE.
boots() { # ARGUMENT... -- QEMU-ARGUMENT... -- LINE...
    local arguments=()
    while [ "$1" != -- ]; do arguments+=("$1") && shift; done
    arguments+=("$1") && shift
    while [ "$1" != -- ]; do arguments+=("$1") && shift; done
    shift
    "$run" "$image" -a log=debug "${arguments[@]}" >"$tmp/out" 2>&1
    [ $? = 7 ] || return 1
    local line
    for line; do grep -qF "$line" "$tmp/out" || return 1; done
}

finish() {
    echo "1..$count"
    exit $((failures > 0))
}
