/* SPDX-License-Identifier: MIT */
/* cloud.c - say who we are and what our environment is: a line for each, line ends shown as \n. */
#include <stdio.h>
#include <unistd.h>

extern char **environ;

int main(void)
{
    char host[80] = "";

    gethostname(host, sizeof(host));
    printf("host %s\n", host);
    for (char **pair = environ; *pair; pair++) {
        printf("pair ");
        for (const char *at = *pair; *at; at++)
            *at == '\n' ? fputs("\\n", stdout) : putchar(*at);
        putchar('\n');
    }
    return 7;
}
