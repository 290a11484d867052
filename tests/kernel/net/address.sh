#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# address.sh IMAGE - by DHCP on each kind of machine, by the command line, and by DHCP that comes late.
run=$(dirname "$0")/../run-image
failed=0
for machine in microvm pc q35; do
    echo "# $machine, DHCP"
    "$run" "$1" -M $machine -n -a "EXPECT=10.0.2.15 EXPECT_DNS=10.0.2.3" || failed=1
done
echo "# microvm, static"
"$run" "$1" -n -a "ip=10.0.2.77/24 gw=10.0.2.2 dns=10.9.8.7 EXPECT=10.0.2.77 EXPECT_DNS=10.9.8.7" || failed=1

echo "# microvm, static, as Linux has it"
"$run" "$1" -n -a "ip=10.0.2.78::10.0.2.2:255.255.255.0:urunc:eth0:off dns=10.9.8.7 EXPECT=10.0.2.78 EXPECT_DNS=10.9.8.7" || failed=1

# The cable is out while the machine boots and waits for DHCP, and for the first two questions.
echo "# microvm, DHCP after the start of the service"
tmp=$(mktemp -d "${UC_TEST_TMP:-/tmp}/address.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
mkfifo "$tmp/monitor.in" "$tmp/monitor.out"
cat "$tmp/monitor.out" >/dev/null &
(
    echo "set_link net off"
    echo cont
    sleep 5.5
    echo "set_link net on"
) >"$tmp/monitor.in" &
"$run" "$1" -n -a "LATE=1 EXPECT=10.0.2.15 EXPECT_DNS=10.0.2.3" -- \
    -S -chardev "pipe,id=monitor,path=$tmp/monitor" -mon chardev=monitor || failed=1
wait
exit $failed
