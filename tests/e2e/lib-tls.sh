# SPDX-License-Identifier: MIT
# lib-tls.sh - keys, certificates and programs for the scripts about TLS. After lib.sh.

new_key() { openssl genpkey -algorithm "${2:-EC}" -pkeyopt "${3:-ec_paramgen_curve:P-256}" -out "$1.key" 2>/dev/null; }
# signs NAME CA DAYS SUBJECT-ALTERNATIVE-NAMES: NAME.pem by the authority CA
signs() {
    openssl req -new -key "$1.key" -subj "/O=tests/CN=$1" -out "$1.csr" 2>/dev/null
    printf 'basicConstraints=CA:FALSE\n%s\n' "${4:+subjectAltName=$4}" >"$1.ext"
    openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days "$3" -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}
# authority NAME: NAME.pem and NAME.key
authority() {
    new_key "$1"
    openssl req -x509 -key "$1.key" -subj "/CN=$1" -days 30 -out "$1.pem" 2>/dev/null
}

# The Linux program of a service.
program() { uc build --linux "$1" | sed -nE 's|^[^ ]+ +(/.*[^ ]) +[0-9.]+ [KM]iB.*|\1|p' | tail -n 1; }
ends() { kill -INT $server 2>/dev/null || kill $server; wait $server 2>/dev/null; }
