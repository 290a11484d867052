# SPDX-License-Identifier: MIT
# Bodies as contracts write them: several types, in parts, events, peers that are slow or go, and every limit; as a process, and as an image.
source "$UC_E2E/lib.sh"

project bodies <<'YAML'
services:
  a: { build: ./bodies, ports: ["127.0.0.1:0:8080", "127.0.0.1:0:9090"] }
YAML
source "$UC_E2E/lib-bodies.sh"
cp -R "$UC_E2E/bodies" bodies && few bodies

wire=TCP scheme=http
as=process
judge_process bodies
as=image
judge_image
finish
