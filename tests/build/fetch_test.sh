#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# third_party/fetch on a source package of our own, from a folder: no network.
set -uo pipefail

work=$(mktemp -d "${UC_TEST_TMP:-/tmp}/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
count=0 failed=0

check() { # "sentence" COMMAND...
    local name=$1
    shift
    count=$((count + 1))
    if "$@"; then
        echo "ok $count - $name"
    else
        echo "not ok $count - $name"
        sed 's/^/# /' "$work/said"
        failed=1
    fi
}

# A package "tiny" of one file, its lock, and a patch of ours.
make_package() {
    mkdir -p "$work/tiny-1/debian/source" "$work/third party/patches/tiny" "$work/files"
    echo 'int tiny;' >"$work/tiny-1/tiny.c"
    echo '3.0 (native)' >"$work/tiny-1/debian/source/format"
    printf 'Source: tiny\nMaintainer: A <a@example.org>\n\nPackage: tiny\nArchitecture: any\nDescription: x\n' \
        >"$work/tiny-1/debian/control"
    printf 'tiny (1) unstable; urgency=low\n\n  * x\n\n -- A <a@example.org>  Mon, 01 Jan 2024 00:00:00 +0000\n' \
        >"$work/tiny-1/debian/changelog"
    (cd "$work" && dpkg-source -b tiny-1) >"$work/said" 2>&1 || return 1
    mv "$work"/tiny_1.* "$work/files"
    cp "$UC_ROOT/third_party/fetch" "$work/third party/fetch"
    for file in "$work"/files/*; do
        echo "tiny tiny 1 $(basename "$file") $(sha256sum <"$file" | cut -d' ' -f1)"
    done >"$work/third party/lock"
    printf -- '--- a/tiny.c\n+++ b/tiny.c\n@@ -1 +1 @@\n-int tiny;\n+int patched;\n' \
        >"$work/third party/patches/tiny/1.patch"
}

fetch() { # FOLDER: into out/
    HOME=$work XDG_CACHE_HOME= UCOMPOSE_SOURCES=$1 "$work/third party/fetch" "$work/out" >"$work/said" 2>&1
}
fails() { ! "$@"; }
said() { grep -q -- "$1" "$work/said"; }

check 'a source package can be made for the test' make_package
check 'sources come from a folder' fetch "$work/files"
check 'our patches are applied' grep -q patched "$work/out/tiny/tiny.c"
touch -d '2020-01-01' "$work/out/tiny/tiny.c"
check 'a second run does nothing' fetch "$work/files"
check 'and says nothing' test ! -s "$work/said"
check 'and leaves the tree alone' test "$(stat -c %Y "$work/out/tiny/tiny.c")" -lt 1600000000

printf -- '--- a/tiny.c\n+++ b/tiny.c\n@@ -1 +1 @@\n-int tiny;\n+int again;\n' >"$work/third party/patches/tiny/1.patch"
check 'a changed patch unpacks anew' fetch "$work/files"
check 'and applies' grep -q again "$work/out/tiny/tiny.c"

rm -rf "$work/out"
printf x >>"$work/files/tiny_1.tar.xz"
check 'a wrong checksum is fatal' fails fetch "$work/files"
check 'and names the file' said "wrong checksum: .*tiny_1.tar.xz"
check 'and nothing is unpacked' test ! -e "$work/out/tiny"
rm "$work/files/tiny_1.tar.xz"
check 'an absent file is fatal' fails fetch "$work/files"
check 'and names what is needed' said 'tiny_1.tar.xz'
echo "1..$count"
exit $failed
