# SPDX-License-Identifier: MIT
# The same as bodies-image.sh by TLS.
source "$UC_E2E/lib.sh"
source "$UC_E2E/lib-bodies-tls.sh"
as='image, TLS' zeros=2000000
judge_image
finish
