#!/bin/sh
# Made by "ucompose deploy gcp" from compose.yaml; edit it freely or make it anew.
# Run it in its folder. It may be run again: it makes what is missing.
set -eu
BUCKET=${BUCKET:?the name of a bucket of yours, for the images}
ZONE=${ZONE:-europe-west4-a}
NETWORK=${NETWORK:-default}
MACHINE=${MACHINE:-e2-micro} # of E2 or N1, whose network card is virtio; others have gVNIC, which is not driven

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
gcloud compute instances describe 'shop-orders-1' --zone "$ZONE" >/dev/null 2>&1 ||
    gcloud compute instances create 'shop-orders-1' --zone "$ZONE" --machine-type "$MACHINE" --network "$NETWORK" \
        --image 'shop-orders-fedcba9876543210' --boot-disk-size 10GB --tags 'shop-orders' --no-service-account --no-scopes \
        --metadata-from-file user-data='orders.user-data'
gcloud compute instances describe 'shop-orders-2' --zone "$ZONE" >/dev/null 2>&1 ||
    gcloud compute instances create 'shop-orders-2' --zone "$ZONE" --machine-type "$MACHINE" --network "$NETWORK" \
        --image 'shop-orders-fedcba9876543210' --boot-disk-size 10GB --tags 'shop-orders' --no-service-account --no-scopes \
        --metadata-from-file user-data='orders.user-data'
gcloud compute instances describe 'shop-orders-3' --zone "$ZONE" >/dev/null 2>&1 ||
    gcloud compute instances create 'shop-orders-3' --zone "$ZONE" --machine-type "$MACHINE" --network "$NETWORK" \
        --image 'shop-orders-fedcba9876543210' --boot-disk-size 10GB --tags 'shop-orders' --no-service-account --no-scopes \
        --metadata-from-file user-data='orders.user-data'
