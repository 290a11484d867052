/* SPDX-License-Identifier: MIT */
#include "project.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static const char *const file_names[] = {"compose.yaml", "compose.yml", "docker-compose.yaml",
                                         "docker-compose.yml", NULL};

/* The first of the names in `dir`; true when it is there. */
static bool find_in(const char *dir, char *path)
{
    for (size_t i = 0; file_names[i]; i++) {
        int len = snprintf(path, PATH_MAX, "%s/%s", strcmp(dir, "/") ? dir : "", file_names[i]);

        if (len < PATH_MAX && access(path, F_OK) == 0)
            return true;
    }
    return false;
}

static bool find_above(char *path)
{
    char dir[PATH_MAX];

    if (!getcwd(dir, sizeof(dir)))
        return false;
    while (!find_in(dir, path)) {
        if (!strcmp(dir, "/"))
            return false;
        memmove(dir, dirname(dir), strlen(dirname(dir)) + 1);
    }
    return true;
}

/* The example cluster of a clone, when `./ucompose` is called somewhere without a file. */
static bool find_in_clone(char *path)
{
    const char *clone = getenv("UCOMPOSE_CLONE");

    if (!clone || !*clone || !find_in(clone, path))
        return false;
    fprintf(stderr, "There is no compose.yaml here; using the example, %s.\n", path);
    return true;
}

static int find_file(const struct cmd_globals *globals, char *path)
{
    const char *given = globals->file ? globals->file : getenv("COMPOSE_FILE");

    if (given && *given) {
        if (realpath(given, path))
            return CMD_OK;
        return cmd_fail("there is no compose file \"%s\": %s", given, strerror(errno));
    }
    if (globals->project_directory && find_in(globals->project_directory, path)) {
        char copy[PATH_MAX];

        strcpy(copy, path);
        return realpath(copy, path) ? CMD_OK : cmd_fail("%s: %s", copy, strerror(errno));
    }
    if (find_above(path) || find_in_clone(path))
        return CMD_OK;
    return cmd_fail("there is no compose.yaml in this folder or one above it.\n"
                    "Name one with \"ucompose -f FILE ...\", or begin with \"ucompose new NAME\".");
}

/* Places as the user would write them: relative to where the command was called. */
static void print_messages(struct gen_messages *messages, FILE *out)
{
    char here[PATH_MAX];
    size_t len = getcwd(here, sizeof(here)) ? strlen(here) : 0;

    for (size_t i = 0; len > 1 && i < messages->count; i++) {
        const char **file = &messages->items[i].mark.file;

        if (!strncmp(*file, here, len) && (*file)[len] == '/')
            *file += len + 1;
    }
    fflush(stdout);
    gen_messages_print(messages, out);
}

/* COMPOSE_PROFILES: names with commas between. */
static void add_profiles(struct cmd_list *profiles, char *text)
{
    char *rest = NULL;

    for (char *name = strtok_r(text, ",", &rest); name; name = strtok_r(NULL, ",", &rest))
        cmd_list_add(profiles, name);
}

/* Verbs that look and stop mean all that may run, whatever profiles it was started with. */
static int load(struct cmd_project *project, const struct cmd_globals *globals,
                const struct cmd_list *services, bool all_profiles)
{
    const char *from_environment = getenv("COMPOSE_PROFILES");
    const char *name =
        globals->project_name ? globals->project_name : getenv("COMPOSE_PROJECT_NAME");
    char *profile_text = strdup(from_environment ? from_environment : "");
    struct cmd_list profiles = {0};
    char dir[PATH_MAX];
    int err;

    if (profile_text && !globals->profiles.count)
        add_profiles(&profiles, profile_text);
    for (size_t i = 0; i < globals->profiles.count; i++)
        cmd_list_add(&profiles, globals->profiles.items[i]);
    if (all_profiles)
        cmd_list_add(&profiles, "*");
    err = deploy_compose_load(
        &project->compose,
        &(struct deploy_compose_options){
            .path = project->file,
            .dir = globals->project_directory ? realpath(globals->project_directory, dir) : NULL,
            .project = name && *name ? name : NULL,
            .env_files = globals->env_files.items,
            .environment = (const char *const *)environ,
            .profiles = {profiles.items, profiles.count},
            .services = {services ? services->items : NULL, services ? services->count : 0},
        });
    cmd_list_deinit(&profiles);
    free(profile_text);
    return err;
}

int cmd_project_open(struct cmd_project *project, const struct cmd_globals *globals,
                     const struct cmd_list *services, bool even_if_broken)
{
    struct deploy_error error = {""};
    int err, status;

    memset(project, 0, sizeof(*project));
    status = find_file(globals, project->file);
    if (status)
        return status;
    err = load(project, globals, services, even_if_broken);
    print_messages(&project->compose.messages, stderr);
    print_messages(&project->compose.warnings, stderr);
    if (err && (!even_if_broken || !project->compose.spec->project))
        return err == -ESRCH ? CMD_USAGE : CMD_FAILED;
    if (err)
        cmd_warn("the compose file is not right; this goes by the project's name, \"%s\"",
                 project->compose.spec->project);
    if (cluster_paths_init(&project->paths, project->compose.spec->project, project->file, &error))
        return cmd_fail("%s", error.text);
    return CMD_OK;
}

void cmd_project_close(struct cmd_project *project)
{
    deploy_compose_deinit(&project->compose);
}

int cmd_project_state(const struct cmd_project *project, struct cluster_state *state)
{
    struct deploy_error error = {""};
    int err;

    memset(state, 0, sizeof(*state));
    err = cluster_ps(&project->paths, state, &error);
    if (err == -ESRCH)
        memset(state, 0, sizeof(*state));
    else if (err)
        return cmd_fail("%s", error.text);
    return CMD_OK;
}

static bool name_exists(const struct cmd_project *project, const struct cluster_state *state,
                        const char *name)
{
    for (size_t i = 0; i < state->instance_count; i++)
        if (!strcmp(state->instances[i].service, name) || !strcmp(state->instances[i].name, name))
            return true;
    for (size_t i = 0; i < project->compose.disabled.count; i++)
        if (!strcmp(project->compose.disabled.items[i], name))
            return true;
    return deploy_spec_find(project->compose.spec, name);
}

static const char *suggest(const struct cmd_project *project, const struct cluster_state *state,
                           const char *name)
{
    struct cmd_list known = {0};
    const char *meant;

    for (size_t i = 0; i < project->compose.spec->service_count; i++)
        cmd_list_add(&known, project->compose.spec->services[i].name);
    for (size_t i = 0; i < state->instance_count; i++)
        cmd_list_add(&known, state->instances[i].name);
    meant = known.count ? gen_suggest(name, known.items) : NULL;
    cmd_list_deinit(&known);
    return meant;
}

int cmd_project_check_names(const struct cmd_project *project, const struct cluster_state *state,
                            const char *verb, const struct cmd_list *names)
{
    for (size_t i = 0; i < names->count; i++) {
        const char *meant;

        if (name_exists(project, state, names->items[i]))
            continue;
        meant = suggest(project, state, names->items[i]);
        if (meant)
            return cmd_misuse(verb, "no service is called \"%s\"; did you mean \"%s\"?",
                              names->items[i], meant);
        return cmd_misuse(verb,
                          "no service is called \"%s\"; \"ucompose config --services\" lists them",
                          names->items[i]);
    }
    return CMD_OK;
}

bool cmd_names_mean(const struct cmd_list *names, const char *service, const char *instance)
{
    for (size_t i = 0; i < names->count; i++)
        if (!strcmp(names->items[i], service) || !strcmp(names->items[i], instance))
            return true;
    return names->count == 0;
}

struct cluster_names cmd_cluster_names(const struct cmd_list *names)
{
    return (struct cluster_names){names->items, names->count};
}
