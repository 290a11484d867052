#!/bin/bash
# Made by "ucompose deploy systemd" from compose.yaml; edit it freely or make it anew.
#
# proxy.sh MACHINE [HEALTH PATH TIMEOUT SECONDS]: hand the connections of a socket of systemd to MACHINE
# (ADDRESS:PORT), from when it answers PATH at HEALTH with 200, within TIMEOUT. Until then callers wait in the
# socket's queue. After SECONDS its own answers tell them more.
machine=$1 health=${2-} path=${3-} timeout=${4-} patience=${5-}

runs() (exec 9<>"/dev/tcp/${1/://}")

is_ready() (
    exec 9<>"/dev/tcp/${health/://}" &&
        printf 'GET %s HTTP/1.1\r\nHost: machine\r\nConnection: close\r\n\r\n' "$path" >&9 &&
        read -rt "$timeout" -u 9 _ status _ && [ "$status" = 200 ]
)

until runs "${health:-$machine}"; do sleep 0.1; done 2>/dev/null
SECONDS=0 # counted by the shell
until [ -z "$health" ] || is_ready || [ $SECONDS -ge "$patience" ]; do sleep 0.1; done 2>/dev/null
exec /usr/lib/systemd/systemd-socket-proxyd --connections-max=10000 "$machine"
