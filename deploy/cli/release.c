/* SPDX-License-Identifier: MIT */
#include "release.h"

#include "build/files.h"
#include "plan/hash.h"
#include "plan/memory.h"
#include "plan/release.h"

#include <dirent.h>
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct release {
    const struct deploy_spec *spec;
    char ucompose[PATH_MAX]; /* this program */
    char folder[PATH_MAX];   /* absolute */
    char compose[PATH_MAX];
    char before[PATH_MAX]; /* compose.yaml of the version before, until the new one is ready */
    char unit[PATH_MAX];
    char images[PATH_MAX];
};

static int place(char out[PATH_MAX], const char *folder, const char *name)
{
    return snprintf(out, PATH_MAX, "%s/%s", folder, name) < PATH_MAX
               ? CMD_OK
               : cmd_fail("%s: the path is too long", folder);
}

static int find_places(struct release *release, const char *out)
{
    ssize_t len = readlink("/proc/self/exe", release->ucompose, sizeof(release->ucompose) - 1);
    char name[128], here[PATH_MAX];
    int status;

    if (len < 0 || !getcwd(here, sizeof(here)))
        return cmd_fail("cannot tell where this program and folder are: %s", strerror(errno));
    release->ucompose[len] = '\0';
    snprintf(name, sizeof(name), "%s-host", release->spec->project);
    out = out ? out : name;
    if (*out == '/' ? snprintf(release->folder, PATH_MAX, "%s", out) >= PATH_MAX
                    : place(release->folder, here, out) != CMD_OK)
        return CMD_FAILED;
    snprintf(name, sizeof(name), "%s.service", release->spec->project);
    status = place(release->compose, release->folder, "compose.yaml");
    if (!status)
        status = place(release->before, release->folder, "compose.before.yaml");
    if (!status)
        status = place(release->unit, release->folder, name);
    if (!status)
        status = place(release->images, release->folder, "images");
    return status;
}

/* ---- writing ---- */

static int write_image(const struct release *release, const struct deploy_service *service)
{
    char name[DEPLOY_RELEASE_NAME_MAX], path[PATH_MAX];
    struct gen_arena arena;
    char *bytes;
    size_t len;
    int err, status;

    deploy_release_image_name(service, name);
    status = place(path, release->images, name);
    if (status)
        return status;
    gen_arena_init(&arena);
    err = build_file_read(&arena, service->image, &bytes, &len);
    if (err)
        status = cmd_fail("cannot read %s: %s", service->image, strerror(-err));
    else if ((err = build_file_update(path, bytes, len)))
        status = cmd_fail("cannot write %s: %s", path, strerror(-err));
    gen_arena_deinit(&arena);
    return status;
}

static int write_text(const char *path, const char *text, unsigned mode)
{
    int err = build_file_write(path, text, strlen(text), mode);

    return err ? cmd_fail("cannot write %s: %s", path, strerror(-err)) : CMD_OK;
}

/* The environment in it may be secret: nobody else reads it. */
static int write_compose(const struct release *release)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    int status;

    deploy_release_compose(release->spec, out);
    fclose(out);
    status = write_text(release->compose, text, 0600);
    free(text);
    return status;
}

static int write_unit(const struct release *release)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    int status;

    deploy_release_unit(release->spec, release->ucompose, release->folder, out);
    fclose(out);
    status = write_text(release->unit, text, 0644);
    free(text);
    return status;
}

static int write_all(const struct release *release)
{
    int err = build_mkdirs(release->images);
    int status = CMD_OK;

    if (err)
        return cmd_fail("cannot make %s: %s", release->images, strerror(-err));
    for (size_t i = 0; !status && i < release->spec->service_count; i++)
        status = write_image(release, &release->spec->services[i]);
    /* One that is there already was left by a deploy that was cut off, and is the older one. */
    if (!status && access(release->before, F_OK) && !access(release->compose, F_OK) &&
        rename(release->compose, release->before))
        status = cmd_fail("cannot keep %s: %s", release->compose, strerror(errno));
    if (!status)
        status = write_compose(release);
    if (!status)
        status = write_unit(release);
    return status;
}

static bool is_wanted(const struct release *release, const char *file)
{
    char name[DEPLOY_RELEASE_NAME_MAX];

    for (size_t i = 0; i < release->spec->service_count; i++) {
        deploy_release_image_name(&release->spec->services[i], name);
        if (!strcmp(name, file))
            return true;
    }
    return false;
}

/* The new version runs: nothing of the old one is needed any more. */
static void forget_before(const struct release *release)
{
    DIR *folder = opendir(release->images);
    struct dirent *entry;

    unlink(release->before);
    while (folder && (entry = readdir(folder))) {
        const char *dot = strrchr(entry->d_name, '.');

        if (dot && !strcmp(dot, ".elf") && !is_wanted(release, entry->d_name))
            unlinkat(dirfd(folder), entry->d_name, 0);
    }
    if (folder)
        closedir(folder);
}

/* ---- running ---- */

/* `ucompose -f COMPOSE up ...`; its exit status. */
static int run_up(const struct release *release)
{
    char *argv[] = {(char *)(size_t)release->ucompose,
                    (char *)(size_t) "-f",
                    (char *)(size_t)release->compose,
                    (char *)(size_t) "up",
                    (char *)(size_t) "-d",
                    (char *)(size_t) "--wait",
                    (char *)(size_t) "--no-build",
                    (char *)(size_t) "--remove-orphans",
                    NULL};
    int wait_status;
    pid_t pid;
    int err;

    fflush(stdout);
    err = posix_spawn(&pid, release->ucompose, NULL, NULL, argv, environ);
    if (err)
        return cmd_fail("cannot start %s: %s", release->ucompose, strerror(err));
    while (waitpid(pid, &wait_status, 0) < 0)
        if (errno != EINTR)
            return cmd_fail("cannot wait for %s: %s", release->ucompose, strerror(errno));
    return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : CMD_FAILED;
}

static int apply(const struct release *release)
{
    int status = run_up(release);

    if (!status) {
        forget_before(release);
        return CMD_OK;
    }
    if (access(release->before, F_OK))
        return cmd_fail("there was no version before this one; \"ucompose -f %s ps --all\" and "
                        "\"logs\" tell more, \"down\" stops what runs of it",
                        release->compose);
    if (rename(release->before, release->compose))
        return cmd_fail("cannot put %s back: %s", release->compose, strerror(errno));
    cmd_fail("going back to the version before, which has not stopped");
    status = run_up(release);
    if (status)
        return cmd_fail("the version before is not ready, either");
    return cmd_fail("the version before runs on; nothing was deployed");
}

static int say_plan(const struct release *release, const struct cmd_release_options *options)
{
    printf("write   %s (mode 0600: it holds the environment)\n", release->compose);
    for (size_t i = 0; i < release->spec->service_count; i++) {
        char name[DEPLOY_RELEASE_NAME_MAX];

        deploy_release_image_name(&release->spec->services[i], name);
        printf("write   %s/%s\n", release->images, name);
    }
    printf("write   %s\n", release->unit);
    if (options->apply)
        printf("run     %s -f %s up -d --wait --no-build --remove-orphans\n", release->ucompose,
               release->compose);
    for (size_t i = 0; options->apply && i < release->spec->service_count; i++) {
        const struct deploy_service *service = &release->spec->services[i];

        for (size_t k = 0; k < service->port_count; k++)
            printf("listen  %s:%u for %s\n", service->ports[k].host_ip, service->ports[k].host_port,
                   service->name);
    }
    puts("as this user; no other permission is needed");
    return CMD_OK;
}

int cmd_release(struct cmd_project *project, const struct cmd_release_options *options)
{
    struct release release = {.spec = project->compose.spec};
    struct deploy_error error = {""};
    int status;

    if (deploy_release_check(release.spec, &error) ||
        deploy_hash_spec(project->compose.spec, &error))
        return cmd_fail("%s", error.text);
    status = find_places(&release, options->out);
    if (status)
        return status;
    if (options->plan)
        return say_plan(&release, options);
    status = write_all(&release);
    if (status)
        return status;
    printf("wrote %s, %s and %zu image%s\n", release.compose, release.unit,
           release.spec->service_count, release.spec->service_count == 1 ? "" : "s");
    if (options->apply)
        return apply(&release);
    printf("run it: %s -f %s up -d --wait --no-build, or \"ucompose deploy host --apply\"\n"
           "keep it over restarts: systemctl --user enable --now %s\n",
           release.ucompose, release.compose, release.unit);
    return CMD_OK;
}
