# SPDX-License-Identifier: MIT
# The example cluster as installed: three services with typed calls between them.
source "$UC_E2E/lib.sh"

cp -R "$UC_EXAMPLES" "$UC_TEST_TMP/shop"
cd "$UC_TEST_TMP/shop" || exit 1
projects+=("$PWD")
sed -i 's/127.0.0.1:${SHOP_PORT:-8080}:8080/127.0.0.1:0:8080/' compose.yaml

post() { # URL JSON
    get -X POST -H 'Content-Type: application/json' -d "$2" "$1"
}
post_status() {
    get -o /dev/null -w '%{http_code}' -X POST -H 'Content-Type: application/json' -d "$2" "$1"
}
is_problem() { # STATUS URL
    get -D "$UC_TEST_TMP/head" -o "$UC_TEST_TMP/body" "$2"
    grep -q "^HTTP/1.1 $1 " "$UC_TEST_TMP/head" && grep -qi '^content-type: application/problem+json' "$UC_TEST_TMP/head" &&
        grep -q "\"status\": *$1" "$UC_TEST_TMP/body" || { cat "$UC_TEST_TMP/head" "$UC_TEST_TMP/body"; return 1; }
}

claim 'the shop starts and is healthy' uc up -d --wait
shop=$(url gateway)
claim 'the gateway lists what the catalog has' says '"sku": *"cup-01"' get "$shop/items"
claim 'an order is taken and priced' says '"total_cents": *2680' \
    post "$shop/orders" '{"customer": "Ada", "lines": [{"sku": "cup-01", "quantity": 2}, {"sku": "pen-02", "quantity": 1}]}'
claim 'its receipt joins names from the catalog' says '"name": *"Enamel cup"' get "$shop/orders/1"
claim 'an unknown item is a conflict' is "$(post_status "$shop/orders" '{"customer": "Ada", "lines": [{"sku": "no-such", "quantity": 1}]}')" 409
claim 'a broken rule is told with its place' says '#/lines/0/quantity' \
    post "$shop/orders" '{"customer": "Ada", "lines": [{"sku": "cup-01", "quantity": 0}]}'
claim 'an unknown order is a problem document' is_problem 404 "$shop/orders/999"
claim 'an unknown path is one' is_problem 404 "$shop/nothing"
claim 'a query out of range is one' is_problem 422 "$shop/items?limit=0"

uc stop orders >/dev/null 2>&1
claim 'an absent peer is a 503 or 504 of the caller' [ "$(status_of "$shop/orders/1")" -ge 503 ]
claim 'what does not need it goes on' is "$(status_of "$shop/items")" 200
claim 'it comes back' uc up -d --wait
forgotten() { is "$(status_of "$shop/orders/1")" 404; }
claim 'and is found again by its name' until_true 10 forgotten

claim 'two replicas of a service' uc up -d --wait --scale catalog=2
for _ in 1 2 3 4 5 6 7 8; do get "$shop/items" >/dev/null; done
claim 'the gateway still answers' is "$(status_of "$shop/items")" 200
claim 'and down leaves nothing' uc down
claim 'no machine is left' until_true 5 no_machine_left
finish
