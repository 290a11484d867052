#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# serial.sh IMAGE - without a virtio console all output is on the serial port.
set -uo pipefail
. "$(dirname "$0")/lib.sh"

for machine in microvm pc q35; do
    boots -M $machine -s -- -- 'ucompose: booted in' '# hello' 'ucompose: exit status 7'
    claim $? "$machine: what the service and the kernel say is on the serial port"
done
finish
