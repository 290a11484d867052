/* SPDX-License-Identifier: MIT */
#include "release.h"

#include "folder.h"
#include "release_plan.h"
#include "systemd.h"
#include "watch.h"

#include "build/files.h"
#include "image/run.h"
#include "plan/hash.h"
#include "plan/memory.h"
#include "plan/release.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct release {
    const struct deploy_spec *spec;
    char ucompose[PATH_MAX]; /* this program */
    char folder[PATH_MAX];   /* absolute */
    char compose[PATH_MAX];
    char before[PATH_MAX]; /* compose.yaml of the version before, until the new one is ready */
    char unit[PATH_MAX], unit_before[PATH_MAX];
    char images[PATH_MAX];
    char home[PATH_MAX];
    const char *qemu, *accel; /* as $UCOMPOSE_QEMU and $UCOMPOSE_ACCEL say; NULL: not set */
    char qemu_path[PATH_MAX];
    bool systemd; /* it is to keep the project */
    bool by_itself; /* and does not do so yet, though it runs */
    struct cmd_systemd manager;
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
    char name[128];
    int status;

    if (len < 0)
        return cmd_fail("cannot tell where this program is: %s", strerror(errno));
    release->ucompose[len] = '\0';
    snprintf(name, sizeof(name), "%s-%s", release->spec->project, release->spec->libvirt ? "libvirt" : "host");
    status = cmd_folder(out ? out : name, release->folder);
    snprintf(name, sizeof(name), "%s.service", release->spec->project);
    if (!status)
        status = place(release->compose, release->folder, "compose.yaml");
    if (!status)
        status = place(release->before, release->folder, "compose.before.yaml");
    if (!status)
        status = place(release->unit, release->folder, name);
    if (!status)
        status = place(release->images, release->folder, "images");
    snprintf(name, sizeof(name), "%s.before.service", release->spec->project);
    if (!status)
        status = place(release->unit_before, release->folder, name);
    return status;
}

/* Of all that a release writes over, for libvirt's machines as well, and of nothing else: other targets have a compose.yaml, too. */
#define OURS "# Made by \"ucompose deploy host\""

/* May a release write over it? What it replaces is kept as the version before, and is gone when the new one is ready. */
static int check_place(const char *path)
{
    char line[sizeof(OURS)] = "";
    FILE *file = fopen(path, "re");
    bool ours;

    if (!file)
        return errno == ENOENT ? CMD_OK : cmd_fail("cannot read %s: %s", path, strerror(errno));
    ours = fgets(line, sizeof(line), file) && !strcmp(line, OURS);
    fclose(file);
    return ours ? CMD_OK
                : cmd_fail("%s was not made by \"ucompose deploy host\", and is not overwritten: choose another folder with --out",
                           path);
}

static int check_places(const struct release *release, const char *source)
{
    const char *const places[] = {release->compose, release->before, release->unit, release->unit_before};
    struct stat here, there;
    int status = CMD_OK;

    if (!stat(source, &here) && !stat(release->compose, &there) && here.st_dev == there.st_dev && here.st_ino == there.st_ino)
        return cmd_fail("%s is what is deployed, and would be overwritten: choose another folder with --out", source);
    for (size_t i = 0; !status && i < sizeof(places) / sizeof(places[0]); i++)
        status = check_place(places[i]);
    return status;
}

/* A path from here, which the manager would take from elsewhere; a name alone is found by PATH. */
static int find_qemu(struct release *release)
{
    const char *qemu = getenv("UCOMPOSE_QEMU");

    release->qemu = qemu;
    if (!qemu || *qemu == '/' || !strchr(qemu, '/'))
        return CMD_OK;
    if (!realpath(qemu, release->qemu_path))
        return cmd_fail("UCOMPOSE_QEMU is \"%s\": %s; correct it, or unset it", qemu, strerror(errno));
    release->qemu = release->qemu_path;
    return CMD_OK;
}

/* What the unit says beside the folder; a line of it has no second one. */
static int find_environment(struct release *release)
{
    struct deploy_error error = {""};
    int status = find_qemu(release);

    if (status)
        return status;
    if (cluster_home(release->home, sizeof(release->home), &error))
        return cmd_fail("%s", error.text);
    release->accel = getenv("UCOMPOSE_ACCEL");
    if (strpbrk(release->ucompose, "\n\r") || strpbrk(release->home, "\n\r") ||
        (release->qemu && strpbrk(release->qemu, "\n\r")) || (release->accel && strpbrk(release->accel, "\n\r")))
        return cmd_fail("the path of this program, UCOMPOSE_HOME, UCOMPOSE_QEMU or UCOMPOSE_ACCEL has a line break, which "
                        "a unit of systemd cannot say");
    return CMD_OK;
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

typedef void print_fn(const struct release *release, FILE *out);

static void print_compose(const struct release *release, FILE *out) { deploy_release_compose(release->spec, out); }

static void print_unit(const struct release *release, FILE *out)
{
    deploy_release_unit(release->spec,
                        &(struct deploy_release_unit){.ucompose = release->ucompose,
                                                      .folder = release->folder,
                                                      .home = release->home,
                                                      .qemu = release->qemu,
                                                      .accel = release->accel,
                                                      .system = cmd_systemd_is_system()},
                        out);
}

/* What the file will say; the caller frees it. NULL, having said so: no memory. */
static char *text_of(const struct release *release, print_fn *print)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    if (out)
        print(release, out);
    if (!out || fclose(out)) {
        cmd_fail("out of memory");
        free(text);
        return NULL;
    }
    return text;
}

static int write_text(const struct release *release, const char *path, print_fn *print, unsigned mode)
{
    char *text = text_of(release, print);
    int err;

    if (!text)
        return CMD_FAILED;
    err = build_file_write(path, text, strlen(text), mode);
    free(text);
    return err ? cmd_fail("cannot write %s: %s", path, strerror(-err)) : CMD_OK;
}

/* One that is kept already was left by a deploy that was cut off, and is the older one. */
static int keep(const char *now, const char *before)
{
    return access(before, F_OK) && !access(now, F_OK) && rename(now, before)
               ? cmd_fail("cannot keep %s: %s", now, strerror(errno))
               : CMD_OK;
}

static int write_all(const struct release *release)
{
    int err = build_mkdirs(release->images);
    int status = CMD_OK;

    if (err)
        return cmd_fail("cannot make %s: %s", release->images, strerror(-err));
    for (size_t i = 0; !status && i < release->spec->service_count; i++)
        status = write_image(release, &release->spec->services[i]);
    if (!status)
        status = keep(release->compose, release->before);
    if (!status)
        status = keep(release->unit, release->unit_before);
    if (!status)
        status = write_text(release, release->compose, print_compose, 0600); /* the environment in it may be secret */
    if (!status)
        status = write_text(release, release->unit, print_unit, 0644);
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

/* "orders-0123456789abcdef.elf", as deploy_release_image_name() has it? Others are none of ours. */
static bool is_image(const char *file)
{
    const char *dash = strrchr(file, '-');

    return dash && strspn(dash + 1, "0123456789abcdef") == DEPLOY_HASH_HALF && !strcmp(dash + 1 + DEPLOY_HASH_HALF, ".elf");
}

/* The new version runs: nothing of the old one is needed any more. */
static void forget_before(const struct release *release)
{
    DIR *folder = opendir(release->images);
    struct dirent *entry;

    unlink(release->before);
    unlink(release->unit_before);
    while (folder && (entry = readdir(folder)))
        if (is_image(entry->d_name) && !is_wanted(release, entry->d_name))
            unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder)
        closedir(folder);
}

/* ---- running ---- */

/* `ucompose -f COMPOSE VERB ...`; its exit status. */
static int run_verb(const struct release *release, const char *const words[])
{
    const char *argv[12] = {release->ucompose, "-f", release->compose};
    struct deploy_error error = {""};
    int status;

    for (size_t i = 0; words[i]; i++)
        argv[3 + i] = words[i];
    fflush(stdout);
    status = image_run(argv, "ucompose", NULL, 0, &error);
    return status < 0 ? cmd_fail("%s", error.text) : status;
}

static const char *const up[] = {"up", "-d", "--wait", "--no-build", "--remove-orphans", NULL};

/* What runs of the folder; the caller frees it where this is true. */
static bool find_running(const struct release *release, struct cluster_state *state)
{
    struct deploy_error error = {""};
    struct cluster_paths paths;

    return !cluster_paths_init(&paths, release->spec->project, release->compose, &error) &&
           !cluster_ps(&paths, state, &error);
}

/* Was it started by hand, or by a deploy without systemd? */
static bool runs_by_itself(const struct release *release)
{
    struct cluster_state state;
    bool runs = find_running(release, &state);

    if (runs)
        cluster_state_free(&state);
    return runs;
}

static bool is_ready(const struct release *release)
{
    const struct cluster_instance *culprit;
    struct cluster_state state;
    bool ready;

    if (!find_running(release, &state))
        return false;
    ready = cmd_judge(state.instances, state.instance_count, CMD_GOAL_READY, &culprit) == CMD_REACHED;
    cluster_state_free(&state);
    return ready;
}

/* A unit counts as started, too, when only a part of it got ready in time; a version does not. */
static int bring_by_systemd(const struct release *release)
{
    const struct cmd_systemd *unit = &release->manager;
    int status = cmd_systemd_bring(unit);
    bool partly = !status && !unit->active && !is_ready(release);

    if (partly || (status && unit->active)) /* what `up` said went to the journal */
        run_verb(release, (const char *const[]){"ps", "--all", NULL});
    return partly ? CMD_FAILED : status;
}

/* What runs is replaced as far as the new version gets ready. */
static int bring(const struct release *release)
{
    return release->systemd && !release->by_itself ? bring_by_systemd(release) : run_verb(release, up);
}

/* What was brought to this version by hand: systemd finds it ready. Where it cannot take it, it goes on by itself. */
static int take_over(const struct release *release)
{
    if (!cmd_systemd_bring(&release->manager))
        return CMD_OK;
    cmd_systemd_forget(&release->manager);
    if (run_verb(release, up)) /* again, where the unit has taken it down with itself */
        return cmd_fail("systemd could not take over what ran by hand, and it is not ready any more");
    return cmd_fail("systemd could not take over what ran by hand; the new version runs on without it");
}

static int put_back(const char *before, const char *now)
{
    return rename(before, now) ? cmd_fail("cannot put %s back: %s", now, strerror(errno)) : CMD_OK;
}

static int go_back(const struct release *release)
{
    int status = put_back(release->before, release->compose);

    if (!status && access(release->unit_before, F_OK) == 0)
        status = put_back(release->unit_before, release->unit);
    if (status)
        return status;
    cmd_fail("going back to the version before, which has not stopped");
    if (bring(release))
        return cmd_fail("the version before is not ready, either");
    return cmd_fail("the version before runs on; nothing was deployed");
}

static int apply(const struct release *release)
{
    int status = bring(release);

    if (!status && release->by_itself && (status = take_over(release))) {
        forget_before(release);
        return status;
    }
    if (status && access(release->before, F_OK) == 0)
        return go_back(release);
    if (status && release->systemd && !release->by_itself)
        cmd_systemd_forget(&release->manager);
    if (status)
        return cmd_fail("there was no version before this one; \"ucompose -f %s ps --all\" and "
                        "\"logs\" tell more, \"down\" stops what runs of it",
                        release->compose);
    forget_before(release);
    if (!release->systemd)
        return CMD_OK;
    run_verb(release, (const char *const[]){"ps", NULL});
    cmd_systemd_report(&release->manager);
    return CMD_OK;
}

static void say_running(const struct release *release)
{
    if (!release->systemd || release->by_itself) {
        printf("run       %s -f %s", release->ucompose, release->compose);
        for (size_t i = 0; up[i]; i++)
            printf(" %s", up[i]);
        puts("");
    }
    if (release->systemd)
        cmd_systemd_plan(&release->manager);
}

static int say_text(const struct release *release, const char *path, print_fn *print)
{
    char *text = text_of(release, print);
    int status = text ? cmd_release_plan_file(path, text) : CMD_FAILED;

    free(text);
    return status;
}

/* An image of that name has these bytes. */
static int say_image(const struct release *release, const struct deploy_service *service)
{
    char name[DEPLOY_RELEASE_NAME_MAX], path[PATH_MAX];
    int status;

    deploy_release_image_name(service, name);
    status = place(path, release->images, name);
    if (!status)
        printf("%-9s %s\n", access(path, F_OK) ? "new" : "unchanged", path);
    return status;
}

static int say_plan(const struct release *release, const struct cmd_release_options *options)
{
    int status = say_text(release, release->compose, print_compose);

    for (size_t i = 0; !status && i < release->spec->service_count; i++)
        status = say_image(release, &release->spec->services[i]);
    if (!status)
        status = say_text(release, release->unit, print_unit);
    if (!status && options->apply)
        status = cmd_release_plan(release->spec, release->compose, release->images);
    if (status)
        return status;
    if (!options->apply)
        puts("without --apply nothing is run and nobody listens; then, by hand:");
    say_running(release);
    if (release->spec->libvirt)
        printf("run     virsh -c qemu:///session create, for %s-SERVICE-N, which libvirt forgets when they end\n",
               release->spec->project);
    for (size_t i = 0; i < release->spec->service_count; i++) {
        const struct deploy_service *service = &release->spec->services[i];

        for (size_t k = 0; k < service->port_count; k++)
            printf("listen    %s:%u for %s\n", service->ports[k].host_ip, service->ports[k].host_port,
                   service->name);
    }
    puts(cmd_systemd_is_system() ? "as root, since you are root: a user of its own would do"
                                 : "as this user; no other permission is needed");
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
    if (!status)
        status = check_places(&release, project->file);
    if (!status)
        status = find_environment(&release);
    release.systemd = options->apply && options->systemd && cmd_systemd_runs();
    if (!status && release.systemd)
        status = cmd_systemd_find(&release.manager, release.unit);
    if (status)
        return status;
    release.by_itself = release.systemd && !release.manager.active && runs_by_itself(&release);
    if (options->plan)
        return say_plan(&release, options);
    status = write_all(&release);
    if (status)
        return status;
    printf("wrote %s, %s and %zu image%s\n", release.compose, release.unit,
           release.spec->service_count, release.spec->service_count == 1 ? "" : "s");
    if (options->apply)
        return apply(&release);
    printf("run it, and keep it over restarts where there is systemd: \"ucompose deploy host --apply\"\n"
           "or by hand: %s -f %s up -d --wait --no-build\n",
           release.ucompose, release.compose);
    return CMD_OK;
}
