#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# clocks.sh IMAGE - run it with the host's time.
exec "$(dirname "$0")/../run-image" "$1" -a "NOW=$(date +%s)"
