/* SPDX-License-Identifier: MIT */
#include "paths.h"

#include "plan/fnv.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int cluster_home(char *out, size_t size, struct deploy_error *error)
{
    const char *home = getenv("UCOMPOSE_HOME");
    const char *cache = getenv("XDG_CACHE_HOME");
    int n;

    if (home && home[0] == '/')
        n = snprintf(out, size, "%s", home);
    else if (cache && cache[0] == '/')
        n = snprintf(out, size, "%s/ucompose", cache);
    else if ((home = getenv("HOME")) && home[0] == '/')
        n = snprintf(out, size, "%s/.cache/ucompose", home);
    else
        return deploy_fail(error, -EINVAL,
                           "no folder for running projects: set HOME or UCOMPOSE_HOME to an "
                           "absolute path");
    return n > 0 && (size_t)n < size ? 0 : -ENAMETOOLONG;
}

/* Root's is the same for a login, which has a folder of its own, and for a service of systemd, which has none. */
static const char *runtime_dir(void)
{
    return getuid() ? getenv("XDG_RUNTIME_DIR") : "/run";
}

int cluster_paths_init(struct cluster_paths *paths, const char *project, const char *compose_path,
                       struct deploy_error *error)
{
    const char *runtime = runtime_dir();
    char home[PATH_MAX - 128];
    int err = cluster_home(home, sizeof(home), error);
    int n;

    memset(paths, 0, sizeof(*paths));
    if (err == -ENAMETOOLONG || strlen(project) >= sizeof(paths->project) ||
        strlen(compose_path) >= sizeof(paths->compose_path))
        return deploy_fail(error, -ENAMETOOLONG, "the path or name of project %s is too long",
                           project);
    if (err)
        return err;
    snprintf(paths->project, sizeof(paths->project), "%s", project);
    snprintf(paths->compose_path, sizeof(paths->compose_path), "%s", compose_path);
    snprintf(paths->run_dir, sizeof(paths->run_dir), "%s/run/%s-%08x", home, project,
             deploy_fnv_short(compose_path));
    /* The same project under another UCOMPOSE_HOME is another one: hash the run folder. */
    if (runtime && runtime[0] == '/') {
        n = snprintf(paths->socket_dir, sizeof(paths->socket_dir), "%s/ucompose-%08x", runtime,
                     deploy_fnv_short(paths->run_dir));
        if (n > 0 && (size_t)n < sizeof(paths->socket_dir) && access(runtime, W_OK) == 0)
            return 0;
    }
    snprintf(paths->socket_dir, sizeof(paths->socket_dir), "/tmp/ucompose-%u/%08x",
             (unsigned)getuid(), deploy_fnv_short(paths->run_dir));
    return 0;
}

int act_path(const struct cluster_paths *paths, char *out, size_t size, const char *folder,
             const char *name)
{
    int n =
        snprintf(out, size, "%s/%s%s%s", paths->run_dir, folder, name ? "/" : "", name ? name : "");

    return n > 0 && (size_t)n < size ? 0 : -ENAMETOOLONG;
}

int cluster_log_path(const struct cluster_paths *paths, const char *instance, char *path,
                     size_t size)
{
    char name[128];

    snprintf(name, sizeof(name), "%s.log", instance);
    return act_path(paths, path, size, "log", name);
}

void act_path_control(const struct cluster_paths *paths, char out[108])
{
    snprintf(out, 108, "%s/control", paths->socket_dir);
}

/* mkdir -p, all new folders 0700. */
static int make_dirs(const char *path)
{
    char part[PATH_MAX];
    size_t len = strlen(path);

    if (len >= sizeof(part))
        return -ENAMETOOLONG;
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0700) < 0 && errno != EEXIST)
            return -errno;
    }
    return 0;
}

/* /tmp belongs to everybody: a folder there that is not ours, or open to others, is a trap. */
static int check_private(const char *path)
{
    struct stat st;

    if (lstat(path, &st) < 0)
        return -errno;
    return S_ISDIR(st.st_mode) && st.st_uid == getuid() && !(st.st_mode & 077) ? 0 : -EPERM;
}

int act_paths_make(const struct cluster_paths *paths)
{
    static const char *const folders[] = {"log", "pid", "env"};
    char path[PATH_MAX];
    int err = make_dirs(paths->socket_dir);

    if (!err)
        err = check_private(paths->socket_dir);
    snprintf(path, sizeof(path), "/tmp/ucompose-%u", (unsigned)getuid());
    if (!err && strncmp(paths->socket_dir, path, strlen(path)) == 0)
        err = check_private(path);
    for (size_t i = 0; !err && i < sizeof(folders) / sizeof(folders[0]); i++) {
        err = act_path(paths, path, sizeof(path), folders[i], NULL);
        if (!err)
            err = make_dirs(path);
    }
    return err;
}

/* Remove the files of a folder (there are no folders in it), then the folder. */
static void remove_folder(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;

    if (!dir)
        return;
    while ((entry = readdir(dir)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
    rmdir(path);
}

void act_paths_remove(const struct cluster_paths *paths)
{
    static const char *const folders[] = {"log", "pid", "env"};
    char path[PATH_MAX];

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (act_path(paths, path, sizeof(path), folders[i], NULL) == 0)
            remove_folder(path);
    remove_folder(paths->run_dir);
    remove_folder(paths->socket_dir);
    if (strncmp(paths->socket_dir, "/tmp/", 5) == 0) {
        snprintf(path, sizeof(path), "/tmp/ucompose-%u", (unsigned)getuid());
        rmdir(path); /* stays while another project runs */
    }
}

bool act_paths_exist(const struct cluster_paths *paths)
{
    return access(paths->run_dir, F_OK) == 0 || access(paths->socket_dir, F_OK) == 0;
}
