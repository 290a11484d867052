# SPDX-License-Identifier: MIT
# The example cluster: three unikernels that call each other, as installed.
source "$UC_E2E/lib.sh"

# A port that nobody answers on now.

cp -R "$UC_EXAMPLES" "$UC_TEST_TMP/shop"
chmod -R u+w "$UC_TEST_TMP/shop"
# The examples' clients are impatient, which is not what is tested.
sed -i -E 's/((request-)?timeout): *[0-9]+(ms|s)/\1: 30s/g' "$UC_TEST_TMP"/shop/services/*/service.yaml
cd "$UC_TEST_TMP/shop" || exit 1
projects+=("$PWD")
SHOP_PORT=$(free_port)
export SHOP_PORT
shop=http://127.0.0.1:$SHOP_PORT

json=(-H 'Content-Type: application/json')
order='{"customer": "Ada", "lines": [{"sku": "cup-01", "quantity": 2}, {"sku": "bag-01", "quantity": 1}]}'
answers() { is "$(status_of "${@:2}")" "$1"; }
milliseconds() { echo $(($(date +%s%N) / 1000000)); }
state_is() { is "$(field "$1" state)" "$2"; }
listed() { [ "$(get "$shop/items" | grep -o '"sku"' | wc -l)" -ge 3 ]; }
load() { # CONNECTIONS: wrk ends, and everything it got was an answer
    wrk -t1 -c"$1" -d2s "$shop/items" >wrk.log 2>&1 && cat wrk.log && ! grep -q 'Non-2xx' wrk.log
}

claim 'all three build' uc build
began=$(milliseconds)
claim 'up --wait returns when all are ready' uc up -d --wait
echo "# up -d --wait took $(($(milliseconds) - began)) ms"
claim 'the gateway lists what the catalog has' listed
claim 'an order is taken' answers 201 "${json[@]}" -d "$order" "$shop/orders"
claim 'and can be read, with names from the catalog' says 'Enamel cup' get "$shop/orders/1"
claim 'an order that does not exist is not found' answers 404 "$shop/orders/999"
claim 'an unknown item cannot be ordered' answers 409 "${json[@]}" \
    -d '{"customer": "Ada", "lines": [{"sku": "nothing", "quantity": 1}]}' "$shop/orders"
claim 'an empty basket is refused' says 'problem\+json' get -i "${json[@]}" -d '{"customer": "Ada", "lines": []}' "$shop/orders"
claim 'a path that does not exist is not found' answers 404 "$shop/nowhere"
claim 'a method that is not allowed is told' answers 405 -X DELETE "$shop/items"

claim 'without the catalog' uc stop catalog
claim 'the gateway says that it is unavailable' says 503 status_of "$shop/items"
claim 'with it again' uc start catalog
claim 'the gateway answers again' until_true 20 listed
kill -9 "$(field catalog-1 pid)"
claim 'a killed catalog comes back by itself' until_true 20 state_is catalog-1 ready
claim 'and the gateway finds it' until_true 20 listed

claim 'the catalog scales' uc up -d --wait --scale catalog=2
claim 'and both instances serve' until_true 20 listed
for connections in 1 32 256; do
    claim "the shop serves $connections connections at once" load "$connections"
    claim "and answers after $connections connections" until_true 20 listed
done
claim 'down stops all' says 'is stopped' uc down
claim 'no machine is left' until_true 5 no_machine_left
finish
