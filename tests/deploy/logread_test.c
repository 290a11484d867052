/* SPDX-License-Identifier: MIT */
/* Reading a log as it grows: unfinished lines, the tail, a file that is turned over. */
#include "cli/logread.h"
#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/uc-log-XXXXXX";
static char path[64], older[64];

static void append(const char *text)
{
    FILE *file = fopen(path, "a");

    fputs(text, file);
    fclose(file);
}

/* What one reading gives, '|' after each line. */
static void expect(const char *name, struct cmd_log *log, int64_t tail, const char *want)
{
    struct cmd_lines lines = {0};
    char got[256] = "";

    cmd_log_read(log, &lines, 7, tail);
    for (size_t i = 0; i < lines.count; i++) {
        strcat(got, lines.items[i].text);
        strcat(got, lines.items[i].tag == 7 ? "|" : "?");
    }
    tap_text(name, got, want);
    cmd_lines_clear(&lines);
}

static void a_log_is_read_as_it_grows(void)
{
    struct cmd_log log;

    cmd_log_init(&log, path);
    expect("a log that is not there yet has no lines", &log, -1, "");
    append("one\ntw");
    expect("a line is read when it is whole", &log, -1, "one|");
    append("o\n\nfour\n");
    expect("the rest of a line joins its beginning", &log, -1, "two||four|");
    expect("nothing is read twice", &log, -1, "");
    append("five\n");
    rename(path, older);
    append("six\n");
    expect("a log that is turned over loses nothing", &log, -1, "five|six|");
    cmd_log_deinit(&log);
}

static void the_tail_is_of_the_first_reading(void)
{
    struct cmd_log log;

    cmd_log_init(&log, path);
    expect("a tail takes the last lines, across the turn", &log, 3, "four|five|six|");
    append("seven\neight\nnine\nten\n");
    expect("what comes later is shown whole", &log, 3, "seven|eight|nine|ten|");
    cmd_log_deinit(&log);
    cmd_log_init(&log, path);
    expect("a tail of nothing is nothing", &log, 0, "");
    append("eleven\n");
    expect("and later lines come", &log, 0, "eleven|");
    cmd_log_deinit(&log);
}

int main(void)
{
    if (!mkdtemp(dir))
        return 1;
    snprintf(path, sizeof(path), "%s/a.log", dir);
    snprintf(older, sizeof(older), "%s/a.log.1", dir);
    a_log_is_read_as_it_grows();
    the_tail_is_of_the_first_reading();
    unlink(path);
    unlink(older);
    rmdir(dir);
    return tap_end();
}
