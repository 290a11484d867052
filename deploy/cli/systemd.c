/* SPDX-License-Identifier: MIT */
#include "systemd.h"

#include "command.h"
#include "image/run.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As sd_booted(3) tells it. */
#define BOOTED "/run/systemd/system"
/* A file with the name of each user whose manager runs without a login; loginctl makes it. */
#define LINGER "/var/lib/systemd/linger"

bool cmd_systemd_runs(void)
{
    return access(BOOTED, F_OK) == 0;
}

bool cmd_systemd_is_system(void)
{
    return getuid() == 0;
}

static const char *manager(const struct cmd_systemd *unit)
{
    return unit->system ? "--system" : "--user";
}

/* ---- what it says ---- */

/* The value of the line "KEY=value"; "" when there is none. */
static void copy_value(const char *lines, const char *key, char *out, size_t size)
{
    size_t len = strlen(key);
    const char *line = lines;

    while (*line && (strncmp(line, key, len) != 0 || line[len] != '=')) {
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    line += *line ? len + 1 : 0;
    snprintf(out, size, "%.*s", (int)strcspn(line, "\n"), line);
}

/* Is it our file, seen from where the manager found it? */
static bool is_same_file(const char *fragment, const char *path)
{
    char found[PATH_MAX], ours[PATH_MAX];

    return realpath(fragment, found) && realpath(path, ours) && !strcmp(found, ours);
}

static int read_answer(struct cmd_systemd *unit, const char *said)
{
    char fragment[PATH_MAX], active[32], file[32];

    copy_value(said, "FragmentPath", fragment, sizeof(fragment));
    copy_value(said, "ActiveState", active, sizeof(active));
    copy_value(said, "UnitFileState", file, sizeof(file));
    /* One that leads nowhere is what a folder left that was removed. */
    if (*fragment && access(fragment, F_OK) == 0 && !is_same_file(fragment, unit->path))
        return cmd_fail("systemd has another unit %s, %s; give the project another name (name: in compose.yaml), or "
                        "disable that one",
                        unit->name, fragment);
    unit->active = !strcmp(active, "active") || !strcmp(active, "reloading");
    unit->enabled = !strcmp(file, "enabled");
    return CMD_OK;
}

int cmd_systemd_find(struct cmd_systemd *unit, const char *path)
{
    struct deploy_error error = {""};
    char said[2 * PATH_MAX];
    int status;

    *unit = (struct cmd_systemd){
        .path = path, .name = strrchr(path, '/') + 1, .system = cmd_systemd_is_system()};
    status = image_run((const char *const[]){"systemctl", manager(unit), "show", "--no-pager",
                                             "--property=FragmentPath,ActiveState,UnitFileState", unit->name, NULL},
                       "systemd", said, sizeof(said), &error);
    if (status < 0)
        return cmd_fail("%s", error.text);
    if (status)
        return cmd_fail("systemd runs here, but its manager for %s does not answer: %.*s\n%s"
                        "--no-systemd runs the project without it, until the host starts again",
                        unit->system ? "the system" : "this user", (int)strcspn(said, "\n"), said,
                        unit->system ? "" : "log in as this user (not by su), or set XDG_RUNTIME_DIR=/run/user/UID; ");
    return read_answer(unit, said);
}

/* ---- what it is told ---- */

/* A verb, and what follows it, as far as there is any: "disable", "--now", "shop.service". */
typedef int step_fn(const struct cmd_systemd *unit, const char *const words[3]);

static int print_step(const struct cmd_systemd *unit, const char *const words[3])
{
    printf("run       systemctl %s", manager(unit));
    for (size_t i = 0; i < 3 && words[i]; i++)
        printf(" %s", words[i]);
    puts("");
    return CMD_OK;
}

static int run_step(const struct cmd_systemd *unit, const char *const words[3])
{
    struct deploy_error error = {""};
    int status;

    fflush(stdout);
    status = image_run((const char *const[]){"systemctl", manager(unit), words[0], words[1], words[2], NULL}, "systemd",
                       NULL, 0, &error);
    if (status < 0)
        return cmd_fail("%s", error.text);
    return status ? cmd_fail("systemctl %s %s failed", manager(unit), words[0]) : CMD_OK;
}

/* To enable it is to have the manager read it anew, too; by force, also where a folder that is gone left its link. */
static int each_step(const struct cmd_systemd *unit, step_fn *step)
{
    int status = unit->active && unit->enabled
                     ? step(unit, (const char *const[3]){"daemon-reload"})
                     : step(unit, (const char *const[3]){"enable", "--force", unit->path});

    return status ? status : step(unit, (const char *const[3]){unit->active ? "reload" : "restart", unit->name});
}

void cmd_systemd_plan(const struct cmd_systemd *unit)
{
    each_step(unit, print_step);
}

int cmd_systemd_bring(const struct cmd_systemd *unit)
{
    int status = each_step(unit, run_step);

    if (status && !unit->active)
        run_step(unit, (const char *const[3]){"stop", unit->name});
    return status;
}

void cmd_systemd_forget(const struct cmd_systemd *unit)
{
    run_step(unit, (const char *const[3]){"disable", "--now", unit->name});
}

static bool lingers(void)
{
    const struct passwd *user = getpwuid(getuid());
    char path[PATH_MAX];

    return user && snprintf(path, sizeof(path), LINGER "/%s", user->pw_name) < (int)sizeof(path) &&
           access(path, F_OK) == 0;
}

void cmd_systemd_report(const struct cmd_systemd *unit)
{
    printf("systemd keeps it: systemctl %s status %s\n", manager(unit), unit->name);
    if (!unit->system && !lingers())
        cmd_warn("it ends when you log out, and starts when you log in; \"loginctl enable-linger\" lets it run from "
                 "the start of the host on");
}
