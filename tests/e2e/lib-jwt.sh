# SPDX-License-Identifier: MIT
# lib-jwt.sh - keys as a JWK set has them, and tokens that they sign. After lib.sh.

base64url() { base64 -w 0 | tr '+/' '-_' | tr -d '='; }
hex() { xxd -r -p; }

# rsa_jwk KEY NAME, ec_jwk KEY NAME: the public key
rsa_jwk() {
    local modulus
    modulus=$(openssl pkey -in "$1" -noout -text | awk '/^modulus:/ {on = 1; next} /^publicExponent/ {on = 0} on' | tr -d ' :\n' | sed 's/^00//' | hex | base64url)
    printf '{"kty":"RSA","kid":"%s","use":"sig","n":"%s","e":"AQAB"}' "$2" "$modulus"
}
ec_jwk() {
    local point
    point=$(openssl pkey -in "$1" -noout -text | awk '/^pub:/ {on = 1; next} /^ASN1/ {on = 0} on' | tr -d ' :\n' | sed 's/^04//')
    printf '{"kty":"EC","kid":"%s","crv":"P-256","x":"%s","y":"%s"}' "$2" "$(printf %s "${point:0:64}" | hex | base64url)" "$(printf %s "${point:64}" | hex | base64url)"
}

# sign ALGORITHM KEY: the signature of standard input, as a token has it
sign() {
    case $1 in
    HS256) openssl dgst -sha256 -mac HMAC -macopt "key:$2" -binary | base64url ;;
    RS256) openssl dgst -sha256 -sign "$2" | base64url ;;
    ES256) openssl dgst -sha256 -sign "$2" | openssl asn1parse -inform DER | sed -nE 's/.*INTEGER *:([0-9A-F]*)$/\1/p' |
        while read -r number; do printf '%064s' "$number" | tr ' ' 0; done | hex | base64url ;;
    none) ;;
    esac
}
# token ALGORITHM KEY CLAIMS [HEADER]: good for a minute, unless the claims say otherwise
token() {
    local text claims=$3
    [[ $claims == *'"exp"'* ]] || claims="\"exp\":$(($(date +%s) + 60)),$claims"
    [[ $claims == *'"aud"'* ]] || claims="\"aud\":\"secured\",$claims"
    text=$(printf '{"alg":"%s"%s}' "$1" "${4-}" | base64url).$(printf '{"iss":"tests",%s}' "$claims" | base64url)
    printf '%s.%s' "$text" "$(printf %s "$text" | sign "$1" "$2")"
}
bearer() { printf 'Authorization: Bearer %s' "$(token "$@")"; }
