# SPDX-License-Identifier: MIT
# lib-tls.sh - keys, certificates and programs for the scripts about TLS. After lib.sh.

new_key() { openssl genpkey -algorithm "${2:-EC}" -pkeyopt "${3:-ec_paramgen_curve:P-256}" -out "$1.key" 2>/dev/null; }
# signs NAME CA DAYS SUBJECT-ALTERNATIVE-NAMES [DIGEST [IS-CA]]: NAME.pem by the authority CA
signs() {
    openssl req -new -key "$1.key" -subj "/O=tests/CN=$1" -out "$1.csr" 2>/dev/null
    printf 'basicConstraints=CA:%s\n%s\n' "${6:-FALSE}" "${4:+subjectAltName=$4}" >"$1.ext"
    openssl x509 -req "-${5:-sha256}" -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days "$3" -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}
# signs_between NAME CA START END SUBJECT-ALTERNATIVE-NAMES: as signs, good from one time (YYYYMMDDHHMMSSZ) to the other
signs_between() {
    openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr" 2>/dev/null
    printf 'basicConstraints=CA:FALSE\n%s\n' "${5:+subjectAltName=$5}" >"$1.ext"
    mkdir -p db && : >db/index && echo 01 >db/serial
    openssl ca -batch -notext -md sha256 -startdate "$3" -enddate "$4" -in "$1.csr" -cert "$2.pem" -keyfile "$2.key" -extfile "$1.ext" -out "$1.pem" \
        -config <(printf '[ca]\ndefault_ca=d\n[d]\ndatabase=db/index\nserial=db/serial\nnew_certs_dir=db\npolicy=p\n[p]\ncommonName=supplied\n') >ca.log 2>&1
}
has_expired() { signs_between "$1" "$2" 20200101000000Z 20200102000000Z "${3-}"; }
begins_later() { signs_between "$1" "$2" "$(date -u -d tomorrow +%Y%m%d%H%M%SZ)" "$(date -u -d '2 days' +%Y%m%d%H%M%SZ)" "${3-}"; }
# signs_itself NAME SUBJECT-ALTERNATIVE-NAMES
signs_itself() {
    openssl req -x509 -key "$1.key" -subj "/CN=$1" -days 30 ${2:+-addext "subjectAltName=$2"} -addext basicConstraints=critical,CA:FALSE -out "$1.pem" 2>/dev/null
}
# authority NAME: NAME.pem and NAME.key
authority() {
    new_key "$1"
    openssl req -x509 -key "$1.key" -subj "/CN=$1" -days 30 -out "$1.pem" 2>/dev/null
}

# The Linux program of a service, and its image.
built() { sed -nE 's|^[^ ]+ +(/.*[^ ]) +[0-9.]+ [KM]iB.*|\1|p' | tail -n 1; }
program() { uc build --linux "$1" | built; }
image() { uc build "$1" | built; }
ends() { kill -INT $server 2>/dev/null || kill $server; wait $server 2>/dev/null; }
