# SPDX-License-Identifier: MIT
# lib-bodies-tls.sh - what lib-bodies.sh asks, asked by TLS, whose records are another layer of buffers, and can be
# cut. After lib.sh.
mkdir "$UC_TEST_TMP/keys"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -keyout "$UC_TEST_TMP/keys/key.pem" -out "$UC_TEST_TMP/keys/cert.pem" 2>/dev/null
export CERTIFICATE KEY
CERTIFICATE=$(base64 -w 0 "$UC_TEST_TMP/keys/cert.pem") KEY=$(base64 -w 0 "$UC_TEST_TMP/keys/key.pem")
project sealed <<'YAML'
services:
  a:
    build: ./sealed
    ports: ["127.0.0.1:0:8080", "127.0.0.1:0:9090"]
    environment: { CERTIFICATE: "${CERTIFICATE}", KEY: "${KEY}" }
YAML
source "$UC_E2E/lib-bodies.sh"
cp -R "$UC_E2E/bodies" sealed && few sealed
sed -i 's|^  listen:.*|&\n  tls: { certificate: "${CERTIFICATE}", key: "${KEY}" }\n  env: { CERTIFICATE: { type: string }, KEY: { type: string } }|' sealed/service.yaml
export CURL_HOME=$PWD
echo insecure >.curlrc
wire=OPENSSL scheme=https
