/* SPDX-License-Identifier: MIT */
#include "process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Reads the log until the service says that it is ready. The pipe stays open: no SIGPIPE. */
static void wait_ready(struct process *process)
{
    char text[8192];
    size_t len = 0;
    const char *listening;

    for (;;) {
        ssize_t got = len < sizeof(text) - 1 ? read(process->log, text + len, sizeof(text) - 1 - len) : 0;

        if (got <= 0)
            fail_msg("the service does not get ready: %.*s", (int)len, text);
        len += (size_t)got;
        text[len] = '\0';
        if (strstr(text, "\"message\":\"ready\""))
            break;
    }
    listening = strstr(text, "\"listener\":\"service\",\"port\":");
    assert_non_null(listening);
    process->port = (uint16_t)strtoul(strstr(listening, "\"port\":") + 7, NULL, 10);
    assert_int_not_equal(process->port, 0);
}

void process_start(struct process *process, const char *program)
{
    int pipes[2];

    assert_int_equal(pipe(pipes), 0);
    process->pid = fork();
    assert_true(process->pid >= 0);
    if (process->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        setenv("UC_PORT", "0", 1);
        setenv("UC_ADMIN_PORT", "0", 1);
        dup2(pipes[1], 2);
        close(pipes[0]);
        close(pipes[1]);
        execl(program, program, (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    process->log = pipes[0];
    wait_ready(process);
}

void process_pause(struct process *process)
{
    kill(process->pid, SIGSTOP);
}

void process_resume(struct process *process)
{
    kill(process->pid, SIGCONT);
}

int process_stop(struct process *process)
{
    int status;

    kill(process->pid, SIGTERM);
    waitpid(process->pid, &status, 0);
    close(process->log);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
