# SPDX-License-Identifier: MIT
# The same as bodies.sh, of a booted image.
source "$UC_E2E/lib.sh"

project bodies <<'YAML'
services:
  a: { build: ./bodies, ports: ["127.0.0.1:0:8080", "127.0.0.1:0:9090"] }
YAML
source "$UC_E2E/lib-bodies.sh"
cp -R "$UC_E2E/bodies" bodies && few bodies

wire=TCP scheme=http
as=image
judge_image
finish
