#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# clocks.sh IMAGE - run it with the host's time, and tell it one that is a little ahead.
told=$(($(date +%s%3N) + 2000))
exec "$(dirname "$0")/../run-image" "$1" -a "clock=$told NOW=$(date +%s) TOLD_MS=$told"
