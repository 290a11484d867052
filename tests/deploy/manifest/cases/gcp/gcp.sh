#!/bin/sh
# Made by "ucompose deploy gcp" from compose.yaml; edit it freely or make it anew.
# Run it in its folder. It may be run again: it makes what is missing.
set -eu
PROJECT='shop'
BUCKET=${BUCKET:?the name of a bucket of yours, for the images}
ZONE=${ZONE:-europe-west4-a}
NETWORK=${NETWORK:-default}
MACHINE=${MACHINE:-e2-micro} # of E2 or N1, whose network card is virtio; others have gVNIC, which is not driven
MIB=16 # which compose.yaml asks for

ram=$(gcloud compute machine-types describe "$MACHINE" --zone "$ZONE" --format 'value(memoryMb)')
[ "$ram" -ge "$MIB" ] || {
    echo "$0: the machine type $MACHINE has $ram MiB, and compose.yaml asks for $MIB; MACHINE=NAME $0 takes another one" >&2
    exit 1
}

find_machines() {
    gcloud compute instances list --zones "$ZONE" --filter "name~'$1'" --format 'value(name)'
}

removal() {
    echo "gcloud compute instances delete $1 --zone $ZONE"
}

find_machine() {
    gcloud compute instances list --zones "$ZONE" --filter "name=$1" --format 'value(name)'
}

version() {
    gcloud compute instances describe "$1" --zone "$ZONE" --format 'value(labels.ucompose_version)'
}

make() { # NAME IMAGE GROUP USER-DATA VERSION
    gcloud compute instances create "$1" --zone "$ZONE" --machine-type "$MACHINE" --network "$NETWORK" \
        --image "$2" --boot-disk-size 10GB --tags "$3" --no-service-account --no-scopes \
        --metadata-from-file "user-data=$4" --labels "ucompose_version=$5"
}

replace() { # its name stays, its address does not
    gcloud compute instances delete "$1" --zone "$ZONE" --quiet
    make "$@"
}

keep() { # NAME VERSION
    gcloud compute instances add-labels "$1" --zone "$ZONE" --labels "ucompose_version=$2"
}

log() {
    gcloud compute instances get-serial-port-output "$1" --zone "$ZONE" 2>/dev/null || true # there is none yet
}

# A machine of another version is told; with REPLACE=1 it is replaced, and the next one only when it is ready.
# VERSION says nothing of the environment to who does not know this folder.
machine() { # NAME IMAGE GROUP USER-DATA VERSION
    there=$(find_machine "$1") # where the question fails, the script ends
    [ -z "$there" ] || runs=$(version "$1")
    if [ -z "$there" ] && [ -z "${REPLACE-}" ]; then
        make "$@"
    elif [ -z "$there" ]; then # such as one that was deleted, and not made before the script was cut off
        make "$1" "$2" "$3" "$4" unproved
        wait_ready "$1" ''
        keep "$1" "$5"
    elif [ "$runs" != "$5" ] && [ -z "${REPLACE-}" ]; then
        echo "$0: $1 is of another version, and was left as it is; REPLACE=1 $0 replaces it" >&2
    elif [ "$runs" != "$5" ]; then
        before=$(last_ready "$1")
        replace "$1" "$2" "$3" "$4" unproved # and so once more by the next run, should it not get ready
        wait_ready "$1" "$before"
        keep "$1" "$5"
    fi
}

last_ready() {
    log "$1" | awk '/"ready"/ { line = $0 } END { print line }'
}

ended() { # how, when it was after it was ready
    log "$1" | awk '/"ready"/ { line = "" } /ucompose: .*(exit status [0-9]|panic: )/ { line = $0 } END { print line }'
}

# Until the log says "ready" in another line: its listeners are open, its own code has begun. Whether /readyz agrees nobody
# asks from here; a machine that ends within SETTLE seconds is none.
wait_ready() { # NAME LINE
    waited=0
    until now=$(last_ready "$1") && [ -n "$now" ] && [ "$now" != "$2" ]; do
        [ $waited -lt "${PATIENCE:-180}" ] || give_up "$1 does not say in its log that it is ready"
        sleep 3
        waited=$((waited + 3))
    done
    sleep "${SETTLE:-10}"
    how=$(ended "$1")
    [ -z "$how" ] || give_up "$1 ended soon after it was ready ($how)"
}

give_up() { # WHY
    echo "$0: $1; no other machine was replaced." >&2
    echo "To go back, check out the version before, deploy it, and run its script with REPLACE=1." >&2
    exit 1
}

# Of an earlier compose.yaml: nobody removes them.
tell_others() { # NAME...: all that there shall be
    machines=$(find_machines "^$PROJECT-.*-[0-9]+\$")
    for machine in $machines; do
        case " $* " in *" $machine "*) continue ;; esac
        echo "$0: $machine is none of compose.yaml's machines, and runs on; if it was one: $(removal "$machine")" >&2
    done
}

# ---- orders ----

there=$(gcloud compute images list --no-standard-images --filter 'name=shop-orders-fedcba9876543210' --format 'value(name)') # where a question fails, the script ends
[ -n "$there" ] || {
    gcloud storage cp 'images/orders.tar.gz' "gs://$BUCKET/shop-orders-fedcba9876543210.tar.gz"
    gcloud compute images create 'shop-orders-fedcba9876543210' --source-uri "gs://$BUCKET/shop-orders-fedcba9876543210.tar.gz" --guest-os-features UEFI_COMPATIBLE
}
ports='tcp:8080'
there=$(gcloud compute firewall-rules list --filter 'name=shop-orders' --format 'value(name)')
if [ -n "$there" ]; then
    gcloud compute firewall-rules update 'shop-orders' --allow "$ports"
else
    gcloud compute firewall-rules create 'shop-orders' --network "$NETWORK" --target-tags 'shop-orders' --allow "$ports"
fi
machine 'shop-orders-1' 'shop-orders-fedcba9876543210' 'shop-orders' 'orders.user-data' a970ef62ce3d4c022a5d5141437a128e
machine 'shop-orders-2' 'shop-orders-fedcba9876543210' 'shop-orders' 'orders.user-data' a970ef62ce3d4c022a5d5141437a128e
machine 'shop-orders-3' 'shop-orders-fedcba9876543210' 'shop-orders' 'orders.user-data' a970ef62ce3d4c022a5d5141437a128e

tell_others 'shop-orders-1' 'shop-orders-2' 'shop-orders-3'
