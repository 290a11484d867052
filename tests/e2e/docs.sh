# SPDX-License-Identifier: MIT
# The documentation page of the management listener: there in a process, in an image that asks for it, and nowhere else.
source "$UC_E2E/lib.sh"

if [ ! -e "$(dirname "$UCOMPOSE")/../lib/ucompose/sdk/linux/lib/libuc_docs.a" ]; then
    skip 'the documentation page' 'its assets come from npm, which was not there when this was built'
    finish
fi
cp -R "$UC_EXAMPLES/services/catalog" catalog
cp -R catalog with
sed -i 's/^  admin: .*/  admin: { port: 9090, docs: true }/' with/service.yaml
cp -R catalog without
sed -i 's/^  admin: .*/  admin: { port: 9090, docs: false }/' without/service.yaml
answers() { is "$(status_of "${@:2}")" "$1"; }

no() { ! "$@"; }
is_ready() { answers 200 "$admin/readyz" >/dev/null 2>&1; }

run_process() { # DIR: at $port, $admin
    port=$(free_port) admin=http://127.0.0.1:$(free_port)
    uc build --linux "$1" >/dev/null
    UC_PORT=$port UC_ADMIN_PORT=${admin##*:} "$UCOMPOSE" run --linux "$1" >run.log 2>&1 &
    service=$!
    until_true 20 is_ready
}
stop_process() { kill "$service"; wait "$service" 2>/dev/null; }
# Everything that a page could load from elsewhere.
no_other_host() { ! get "$admin/docs/" | grep -E 'https?://|//[a-z]'; }
same_as_service() { is "$(get "$admin/docs/try$1")" "$(get "http://127.0.0.1:$port$1")"; }

check_page() {
    claim "$as: the page" says '<div id="page">' get "$admin/docs/"
    claim "$as: without the slash it is shown the way" says '^Location: /docs/' get -i "$admin/docs"
    claim "$as: nothing comes from elsewhere" no_other_host
    claim "$as: and nothing may" says "^Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self';" get -i "$admin/docs/"
    claim "$as: its script, compressed" says '^Content-Encoding: gzip' get -i -r 0-0 -o /dev/null -D - -H 'Accept-Encoding: gzip' "$admin/docs/swagger-ui-bundle.js"
    claim "$as: is what it was" says 'SwaggerUIBundle' get --compressed "$admin/docs/swagger-ui-bundle.js"
    claim "$as: its style" says '\.swagger-ui' get --compressed "$admin/docs/swagger-ui.css"
    claim "$as: the licences of both" says 'Apache License' get --compressed "$admin/docs/licences.txt"
    claim "$as: who does not take gzip is told" answers 406 -H 'Accept-Encoding: br' "$admin/docs/swagger-ui.css"
    claim "$as: what is not there" answers 404 "$admin/docs/nothing"
    claim "$as: it is read only" answers 405 -X POST "$admin/docs/"
}

as=process
run_process catalog
check_page
claim 'what is tried out is the service' same_as_service '/items?limit=2'
claim 'with its refusals' same_as_service '/items?limit=0'
claim 'and its bodies' says '"level": *1000001|must be at most' get -X PUT -H 'Content-Type: application/json' -d '{"level": 1000001}' "$admin/docs/try/items/cup-01/stock"
claim 'for the page itself' answers 200 -H 'Sec-Fetch-Site: same-origin' "$admin/docs/try/items"
claim 'and for no other site' answers 403 -H 'Sec-Fetch-Site: cross-site' "$admin/docs/try/items"
claim 'a path that is not declared is none there' answers 404 "$admin/docs/try/nowhere"
# A browser has the last word on a policy; whoever runs as root gives it no sandbox, which is not what is tested.
if command -v chromium >/dev/null; then
    timeout 300 chromium --headless=new --no-sandbox --disable-gpu --user-data-dir="$UC_TEST_TMP/chromium" --enable-logging=stderr \
        --virtual-time-budget=10000 --dump-dom "$admin/docs/" >dom 2>browser
    claim 'a browser shows the operations' says 'setStock' grep -o 'operations-[a-z]*-setStock' dom
    claim 'and has nothing against the page' no grep -iE 'violates|refused to|CONSOLE.*error' browser
else
    skip 'a browser shows the page' 'chromium is not installed'
fi
stop_process
as=without
run_process without
claim 'without: there is no page' answers 404 "$admin/docs/"
claim 'without: nor a way to the service' answers 404 "$admin/docs/try/items"
stop_process

mkdir images && cd images && projects+=("$PWD") || exit 1
cat >compose.yaml <<'YAML'
services:
  plain: { build: ../catalog, ports: ["127.0.0.1:0:9090"] }
  paged: { build: ../with, ports: ["127.0.0.1:0:8080", "127.0.0.1:0:9090"] }
YAML
claim 'images are built with the page and without it' uc up -d --wait
admin=$(url plain 9090)
claim 'image: it has none when nothing is said' answers 404 "$admin/docs/"
admin=$(url paged 9090) port=$(url paged 8080) port=${port##*:} as='image with docs: true'
check_page
claim "$as: what is tried out is the service" same_as_service '/items?limit=2'
claim "$as: what it is made of names the page" says '"purl": "pkg:npm/swagger-ui-dist@' bash -c "cd '$PWD' && '$UCOMPOSE' image --format elf -o paged.elf ../with >/dev/null && cat paged.elf.cdx.json"
claim 'and that of the plain one does not' no bash -c "'$UCOMPOSE' image --format elf -o plain.elf ../catalog >/dev/null || exit 0; grep swagger plain.elf.cdx.json"
finish
