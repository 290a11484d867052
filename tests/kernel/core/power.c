/* SPDX-License-Identifier: MIT */
/* power.c - wait for the power button; with HANDLE=1 end in order (see power.sh). */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t asked;

static void on_term(int signal) { asked = signal; }

int main(void)
{
    struct sigaction action = {.sa_handler = on_term};
    sigset_t term, before;

    if (getenv("HANDLE"))
        sigaction(SIGTERM, &action, NULL);
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigprocmask(SIG_BLOCK, &term, &before); /* it may come before we wait */
    puts("waiting");
    fflush(stdout);
    while (!asked)
        sigsuspend(&before);
    puts("drained");
    return 9;
}
