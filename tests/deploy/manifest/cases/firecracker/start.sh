#!/bin/sh
# Made by "ucompose deploy firecracker" from compose.yaml; edit it freely or make it anew.
# As root, in its folder:
#   ./start.sh              starts what does not run, each machine in a jailer, as a user without rights
#   REPLACE=1 ./start.sh    and replaces what runs in another version
#   ./start.sh stop         ends all of the project; with names, these: ./start.sh stop shop-orders-1
# Who is ended drains, for its stop_grace_period at most.
set -eu
JAIL=${JAIL:-/srv/jailer}      # below it each machine gets its root
LOGS=${LOGS:-/var/log/ucompose} # where its console goes, NAME.log
USER_ID=${USER_ID:-20000}      # whose rights the machines have
PROJECT='shop'
FIRECRACKER=$(command -v firecracker) || { echo "$0: there is no firecracker in PATH" >&2; exit 1; }
FIRECRACKER=$(readlink -f "$FIRECRACKER")
PROGRAM=$(basename "$FIRECRACKER") # which the jailer puts into the root's path

runs() { # NAME
    pid=$(cat "$JAIL/$PROGRAM/$1/root/$PROGRAM.pid" 2>/dev/null) && grep -qaF -- "$1" "/proc/$pid/cmdline" 2>/dev/null
}

kept() { # NAME WHAT: as it was written when the machine was started
    cat "$JAIL/$PROGRAM/$1/$2" 2>/dev/null || true
}

press() { # NAME: Ctrl+Alt+Del, which is its power button
    (cd "$JAIL/$PROGRAM/$1/root" && curl -sSf --unix-socket run/firecracker.socket -X PUT -H 'Content-Type: application/json' \
        -d '{ "action_type": "SendCtrlAltDel" }' http://localhost/actions) ||
        { echo "$0: $1 could not be asked to drain, and is ended at once" >&2; return 1; }
}

end() { # NAME
    waited=0
    if runs "$1" && press "$1"; then
        while runs "$1" && [ $waited -lt "$(kept "$1" grace)" ]; do
            sleep 1
            waited=$((waited + 1))
        done
    fi
    ! runs "$1" || kill -KILL "$pid" || true # no other signal reaches the first process of a namespace
    while runs "$1"; do sleep 0.1; done
    [ -z "$(kept "$1" tap)" ] || ip link delete "$(kept "$1" tap)" 2>/dev/null || true
    rm -rf "${JAIL:?}/$PROGRAM/$1"
}

stop() { # NAME...: all of the project where there is none
    ended=
    for project in "$JAIL/$PROGRAM"/*/project; do
        name=$(basename "$(dirname "$project")")
        [ "$(kept "$name" project)" = "$PROJECT" ] || continue
        [ $# = 0 ] || echo " $* " | grep -qF " $name " || continue
        end "$name"
        ended="$ended $name"
        echo "$name is ended"
    done
    for name in "$@"; do
        if echo "$ended " | grep -qF " $name "; then continue; fi
        grep -qF "start $name " "$0" || { echo "$0: $PROJECT has no machine $name" >&2; exit 1; }
        echo "$name does not run"
    done
}

link() { # NAME TAP HOST-ADDRESS
    other=$(ip -o -4 address show to "$3/30" | awk -v tap="$2" '$2 != tap { print $2; exit }')
    [ -z "$other" ] || {
        echo "$0: $other of this host has addresses that are for $1 ($3/30); write others into $1.json, and here" >&2
        exit 1
    }
    ip link show "$2" >/dev/null 2>&1 || ip tuntap add "$2" mode tap user "$USER_ID"
    ip address replace "$3/30" dev "$2"
    ip link set "$2" up
}

is_quiet() { # NAME: at this level nothing says that it is ready
    grep -qE '\\nUC_LOG_LEVEL=\\"(warn|error)\\"' "$1.metadata.json"
}

# Until it says in its log that it is ready.
prove() { # NAME LINES: so many had its log before
    waited=0
    until tail -n "+$(($2 + 1))" "$LOGS/$1.log" | grep -q '"ready"'; do
        runs "$1" || {
            tail -n 5 "$LOGS/$1.log" >&2
            echo "$0: $1 has ended; the end of its log, $LOGS/$1.log, is above" >&2
            exit 1
        }
        if [ $waited = 1 ] && is_quiet "$1"; then
            echo "$1 runs; whether it is ready, UC_LOG_LEVEL keeps from its log"
            return
        fi
        [ $waited -lt "${PATIENCE:-10}" ] || {
            echo "$0: $1 runs, and does not say in $LOGS/$1.log that it is ready" >&2
            exit 1
        }
        sleep 1
        waited=$((waited + 1))
    done
    echo "$1 is ready"
}

begin() { # NAME TAP HOST-ADDRESS IMAGE VERSION GRACE-SECONDS
    jail=$JAIL/$PROGRAM/$1
    rm -rf "$jail" # of a machine that has ended: a jailer wants none
    mkdir -p "$jail/root" "$LOGS"
    install -m 0444 "$4" "$jail/root/image.elf"
    install -m 0444 "$1.json" "$jail/root/machine.json"
    install -m 0400 -o "$USER_ID" "$1.metadata.json" "$jail/root/metadata.json"
    link "$1" "$2" "$3"
    echo "$PROJECT" >"$jail/project"
    echo "$2" >"$jail/tap"
    echo "$5" >"$jail/version"
    echo "$6" >"$jail/grace"
    [ -e "$LOGS/$1.log" ] || (umask 077 && : >"$LOGS/$1.log")
    lines=$(wc -l <"$LOGS/$1.log")
    # Not by --daemonize, which would give the console to /dev/null.
    setsid -w jailer --id "$1" --exec-file "$FIRECRACKER" --uid "$USER_ID" --gid "$USER_ID" --chroot-base-dir "$JAIL" \
        --new-pid-ns -- --config-file machine.json --metadata metadata.json </dev/null >>"$LOGS/$1.log" 2>&1 || {
        tail -n 5 "$LOGS/$1.log" >&2
        echo "$0: $1 could not be started; the end of its log, $LOGS/$1.log, is above" >&2
        exit 1
    }
    prove "$1" "$lines"
}

start() { # NAME TAP HOST-ADDRESS IMAGE VERSION GRACE-SECONDS
    names="$names $1"
    if ! runs "$1"; then
        begin "$@"
    elif [ "$(kept "$1" version)" = "$5" ]; then
        echo "$1 runs already"
    elif [ -n "${REPLACE-}" ]; then
        end "$1"
        begin "$@"
    else
        echo "$0: $1 runs in another version, and was left as it is; REPLACE=1 $0 replaces it" >&2
    fi
}

tell_others() {
    for project in "$JAIL/$PROGRAM"/*/project; do
        name=$(basename "$(dirname "$project")")
        [ "$(kept "$name" project)" = "$PROJECT" ] || continue
        runs "$name" || continue
        echo "$names " | grep -qF " $name " || echo "$0: $name is no part of the project any more, and runs on; $0 stop $name ends it" >&2
    done
}

names=
case ${1-} in
'') ;;
stop) shift; stop "$@"; exit ;;
*) echo "$0: \"$1\" is neither \"stop\" nor nothing" >&2; exit 2 ;;
esac

# What follows a "publish:" is for the host's firewall, for example with nft:
#   nft add rule ip nat prerouting tcp dport 8080 dnat to 198.18.0.2:8080
start shop-orders-1 uc391cfbbbeedb 198.19.187.109 'images/orders.elf' f19a793e06ce34c1f04a9bd78d3d0e7c 8 # 198.19.187.110
start shop-orders-2 uc3a1cfbbbf08e 198.19.194.57 'images/orders.elf' 2f9a852be171046b3b1265f53fc9c92f 8 # 198.19.194.58
start shop-orders-3 uc3b1cfbbbf241 198.19.201.5 'images/orders.elf' 00bcd84fb44638b1948f68bfad2b2231 8 # 198.19.201.6
tell_others
