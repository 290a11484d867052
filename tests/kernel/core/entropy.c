/* SPDX-License-Identifier: MIT */
/* entropy.c - no random numbers before there is entropy, and soon after there is (see entropy.sh). */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "tap.h"

#define TENTHS 50

static char key[32];

static void there_is_none(void)
{
    int file = open("/dev/urandom", O_RDONLY);

    ok(getrandom(key, sizeof key, 0) == -1 && errno == EIO, "there is nothing without entropy");
    ok(getrandom(key, sizeof key, GRND_NONBLOCK) == -1 && errno == EAGAIN, "also for those who do not wait");
    ok(getentropy(key, sizeof key) == -1, "nor for the C library");
    ok(read(file, key, sizeof key) == -1 && errno == EIO, "nor in a file");
    close(file);
}

static void it_comes(void)
{
    int tenths = 0;

    while (getrandom(key, sizeof key, 0) != sizeof key && tenths++ < TENTHS)
        usleep(100000);
    ok(tenths < TENTHS, "a slow source of entropy is asked until it has given enough");
}

static void it_is_there(void)
{
    char other[32];

    ok(getrandom(key, sizeof key, 0) == sizeof key, "there is entropy at once");
    ok(getrandom(other, sizeof other, 0) == sizeof other && memcmp(key, other, sizeof key) != 0,
       "and the next bytes are others");
}

int main(void)
{
    const char *source = getenv("SOURCE");

    if (!source || !strcmp(source, "slow"))
        there_is_none(), it_comes();
    else if (!strcmp(source, "none"))
        there_is_none();
    else
        it_is_there();
    return tap_end();
}
