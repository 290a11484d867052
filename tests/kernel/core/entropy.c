/* SPDX-License-Identifier: MIT */
/* entropy.c - no random numbers before there is entropy, and soon after there is. */
#include <errno.h>
#include <sys/random.h>
#include <unistd.h>

#include "tap.h"

#define TENTHS 50

/* The processor has no RDRAND here, and the device gives eight bytes each half second. */
int main(void)
{
    char key[32];
    int tenths = 0;

    ok(getrandom(key, sizeof key, 0) == -1 && errno == EIO, "there is nothing without entropy");
    ok(getentropy(key, sizeof key) == -1, "nor for the C library");
    while (getrandom(key, sizeof key, 0) != sizeof key && tenths++ < TENTHS)
        usleep(100000);
    ok(tenths < TENTHS, "a slow source of entropy is asked until it has given enough");
    return tap_end();
}
