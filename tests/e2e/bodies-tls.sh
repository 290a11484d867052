# SPDX-License-Identifier: MIT
# The same as bodies.sh by TLS.
source "$UC_E2E/lib.sh"
source "$UC_E2E/lib-bodies-tls.sh"
as='process, TLS'
judge_process sealed
finish
