#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# high.sh IMAGE - 5 GiB, of which the machine puts 3 GiB or nearly all above the hole for PCI.
run=$(dirname "$0")/../run-image
failed=0
echo "# q35, half of it below 4 GiB"
timeout 60 "$run" "$1" -M q35 -m 5G -a "LEAST_MIB=5100" || failed=1
for machine in pc q35; do
    echo "# $machine, 64 MiB of it below 4 GiB"
    timeout 60 "$run" "$1" -M $machine,max-ram-below-4g=64M -m 5G -a "LEAST_MIB=5100 HIGH=1" || failed=1
done
echo "# microvm"
timeout 60 "$run" "$1" -m 5G -a "LEAST_MIB=5100" || failed=1
for hole in 0x3f000000 0xc0000000; do
    echo "# nothing is mapped at $hole, between memory and memory"
    timeout 60 "$run" "$1" -M q35,max-ram-below-4g=64M -m 5G -a "HOLE=$hole" -x 127 || failed=1
done
exit $failed
