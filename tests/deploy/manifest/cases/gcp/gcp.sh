#!/bin/sh
# Made by "ucompose deploy gcp" from compose.yaml; edit it freely or make it anew.
# Run it in its folder. It may be run again: it makes what is missing.
set -eu
BUCKET=${BUCKET:?the name of a bucket of yours, for the images}
ZONE=${ZONE:-europe-west4-a}
NETWORK=${NETWORK:-default}
MACHINE=${MACHINE:-e2-micro} # of E2 or N1, whose network card is virtio; others have gVNIC, which is not driven

version() {
    gcloud compute instances describe "$1" --zone "$ZONE" --format 'value(labels.ucompose_version)' 2>/dev/null
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

last_ready() {
    gcloud compute instances get-serial-port-output "$1" --zone "$ZONE" 2>/dev/null | grep '"ready"' | tail -n 1
}

# A machine of another version is told; with REPLACE=1 it is replaced, and the next one only when it is ready.
machine() { # NAME IMAGE GROUP USER-DATA
    wanted=$({ echo "$2" && cat "$4"; } | cksum | tr ' ' -)
    if ! runs=$(version "$1"); then
        make "$@" "$wanted"
    elif [ "$runs" != "$wanted" ] && [ -z "${REPLACE-}" ]; then
        echo "$0: $1 is of another version, and was left as it is; REPLACE=1 $0 replaces it" >&2
    elif [ "$runs" != "$wanted" ]; then
        before=$(last_ready "$1")
        replace "$@" unproved # and so once more by the next run, should it not get ready
        wait_ready "$1" "$before"
        keep "$1" "$wanted"
    fi
}

wait_ready() { # NAME LINE: until the log says so in another line
    waited=0
    until now=$(last_ready "$1") && [ -n "$now" ] && [ "$now" != "$2" ]; do
        if [ $waited -ge "${PATIENCE:-180}" ]; then
            echo "$0: $1 does not say in its log that it is ready; no other machine was replaced." >&2
            echo "To go back, run the script of the version before, with REPLACE=1." >&2
            exit 1
        fi
        sleep 3
        waited=$((waited + 3))
    done
}

# ---- orders ----

gcloud compute images describe 'shop-orders-fedcba9876543210' >/dev/null 2>&1 || {
    gcloud storage cp 'images/orders.tar.gz' "gs://$BUCKET/shop-orders-fedcba9876543210.tar.gz"
    gcloud compute images create 'shop-orders-fedcba9876543210' --source-uri "gs://$BUCKET/shop-orders-fedcba9876543210.tar.gz" --guest-os-features UEFI_COMPATIBLE
}
ports='tcp:8080'
if gcloud compute firewall-rules describe 'shop-orders' >/dev/null 2>&1; then
    gcloud compute firewall-rules update 'shop-orders' --allow "$ports"
else
    gcloud compute firewall-rules create 'shop-orders' --network "$NETWORK" --target-tags 'shop-orders' --allow "$ports"
fi
machine 'shop-orders-1' 'shop-orders-fedcba9876543210' 'shop-orders' 'orders.user-data'
machine 'shop-orders-2' 'shop-orders-fedcba9876543210' 'shop-orders' 'orders.user-data'
machine 'shop-orders-3' 'shop-orders-fedcba9876543210' 'shop-orders' 'orders.user-data'
