/* SPDX-License-Identifier: MIT */
/* What qemu-img draws at random is replaced, whatever its length. */
#include "image/convert.h"

#include "tap.h"

#include <errno.h>
#include <string.h>

static const uint64_t seed[2] = {0x1122334455667788, 0x99aabbccddeeff00};

/* A descriptor in `room` bytes, of which the text takes the first and zeros the others. */
static int settle(const char *text, size_t room, char out[128])
{
    memset(out, 0, 128);
    memcpy(out, text, strlen(text));
    return image_convert_settle(IMAGE_TO_VMDK, (uint8_t *)out, room, seed);
}

int main(void)
{
    static const char same[] = "version=1\nCID=55667788\nparentCID=ffffffff\n";
    char out[128];

    tap_ok(!settle("version=1\nCID=deadbeef\nparentCID=ffffffff\n", 128, out) && !strcmp(out, same), "vmdk: eight digits");
    tap_ok(!settle("version=1\nCID=dbeef\nparentCID=ffffffff\n", 128, out) && !strcmp(out, same), "five: as many come of it");
    tap_ok(!settle("version=1\nCID=0\nparentCID=ffffffff\n", 128, out) && !strcmp(out, same), "one");
    tap_ok(settle("version=1\nCID=dbeef\nparentCID=ffffffff\n", 40, out) == -EINVAL, "no room for more is refused");
    tap_ok(settle("version=1\nCID=dbeefdbeef\n", 128, out) == -EINVAL, "nine digits are");
    tap_ok(settle("version=1\nCID=dbeef", 128, out) == -EINVAL, "so is a line without an end");
    tap_ok(settle("version=1\n", 128, out) == -EINVAL, "and no number");
    return tap_end();
}
