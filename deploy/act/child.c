/* SPDX-License-Identifier: MIT */
#include "child.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

void act_child_begin(pid_t parent)
{
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
}
