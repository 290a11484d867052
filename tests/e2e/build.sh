# SPDX-License-Identifier: MIT
# `ucompose build` on the installed tree, by somebody without rights, in a folder with a space.
#
# Given by tests/run: $UCOMPOSE, the command; $UC_TEST_TMP, an empty folder; HOME, another.
set -uo pipefail

count=0 failed=0
check() { # "sentence" COMMAND...
    local name=$1
    shift
    count=$((count + 1))
    if "$@"; then
        echo "ok $count - $name"
    else
        echo "not ok $count - $name"
        sed 's/^/# /' said
        failed=1
    fi
}
fails() { ! "$@"; }
said() { grep -qE -- "$1" said; }
build() { "$UCOMPOSE" build "$@" >said 2>&1 </dev/null; }
fingerprint() { find "$1" -type f -print0 | sort -z | xargs -0 sha256sum; }
image() { sed -nE 's|^[^ ]+ +(/.*\.elf) +[0-9]+ KiB.*|\1|p' said; }
bytes_at_most() { [ "$(stat -c %s "$1")" -le "$2" ]; }

mkdir -p "$UC_TEST_TMP/my services" && cd "$UC_TEST_TMP/my services" || exit 1

begin() { "$UCOMPOSE" new "$@" >said 2>&1; }
check 'a new service is begun' begin hello
before=$(fingerprint hello)
check 'it builds as it stands' build hello
first=$(image)
check 'its image exists' test -s "$first"
check 'its image is at most 600 KB' bytes_at_most "$first" 600000
cp -R "$UC_EXAMPLES/services/catalog" catalog
sed -i 's|^  listen: .*|&\n  tls: { certificate: "${CERTIFICATE}", key: "${KEY}" }\n  env: { CERTIFICATE: { type: string }, KEY: { type: string } }|' catalog/service.yaml
check 'the catalog of the example, with TLS, builds' build catalog
check 'its image is at most 750 KB' bytes_at_most "$(image)" 750000
check 'nothing was written to its folder' test "$before" = "$(fingerprint hello)"
check 'a second build has nothing to do' build hello
check 'and says so' said 'up to date'
check 'it builds as a Linux program' build --linux hello
(cd hello && "$UCOMPOSE" build >../said 2>&1)
check 'the folder that one stands in is built too' said '^hello .*up to date'

cp hello/handlers.c handlers.saved
printf 'int broken(void)\n{\n    return nowhere;\n}\n' >hello/broken.c
check 'C that does not compile fails the build' fails build hello
check "with the user's own file and line" said '^hello/broken.c:3:12: .*error'
rm hello/broken.c
check 'and builds again without it' build hello

sed 's/hello_say_hello(struct/hello_other(struct/' handlers.saved >hello/handlers.c
check 'a missing handler fails the build' fails build hello
check 'and is named with its operation and line' \
    said 'hello/service.yaml:[0-9]+:[0-9]+: operation sayHello has no handler'
cp handlers.saved hello/handlers.c

printf '\nconst char *uc_e2e_marker(void);\nconst char *uc_e2e_marker(void) { return "m"; }\n' >>hello/handlers.c
check 'a changed handler is built' build hello
check 'and not called up to date' fails said 'up to date'

cp hello/service.yaml yaml.saved
sed 's/type: string/type: strng/' yaml.saved >hello/service.yaml
check 'a wrong contract fails the build' fails build hello
check 'with file, line and column' said 'hello/service.yaml:[0-9]+:[0-9]+: '
cp yaml.saved hello/service.yaml

for i in 1 2 3; do
    "$UCOMPOSE" build hello >"said.$i" 2>&1 &
done
wait
check 'three builds at once agree' test "$(cat said.1 said.2 said.3 | grep -cE '^hello .*KiB')" = 3

check 'an absent folder is refused' fails build ./nothing-here
check 'and named' said 'nothing-here'

mkdir moved && cp -R "$(dirname "$(dirname "$UCOMPOSE")")" moved/tree
"moved/tree/bin/ucompose" build hello >said 2>&1
check 'the tree works where it was moved to' said '^hello .*KiB'

echo "1..$count"
exit $failed
