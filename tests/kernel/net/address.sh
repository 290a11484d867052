#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# address.sh IMAGE - by DHCP, then by the command line; on each kind of machine.
run=$(dirname "$0")/../run-image
failed=0
for machine in microvm pc q35; do
    echo "# $machine, DHCP"
    "$run" "$1" -M $machine -n -a "EXPECT=10.0.2.15 EXPECT_DNS=10.0.2.3" || failed=1
done
echo "# microvm, static"
"$run" "$1" -n -a "ip=10.0.2.77/24 gw=10.0.2.2 dns=10.9.8.7 EXPECT=10.0.2.77 EXPECT_DNS=10.9.8.7" || failed=1
exit $failed
