/* SPDX-License-Identifier: MIT */
#include "devtls.h"

#include "build/files.h"
#include "command.h"
#include "image/base64.h"
#include "image/run.h"
#include "plan/memory.h"

#include <string.h>
#include <unistd.h>

#define AUTHORITY "_authority" /* no service has this name */
#define AUTHORITY_DAYS "3650"
#define DAYS "397"
#define RENEW_SECONDS "2592000" /* a month */
#define NAMES_MAX 4096          /* 64 instances, with names of 40 letters */

static int path_of(const struct deploy_spec *spec, const char *name, char path[PATH_MAX])
{
    char home[PATH_MAX];

    if (deploy_home(home, sizeof(home)) ||
        snprintf(path, PATH_MAX, "%s/tls/%s/%s", home, spec->project, name) >= PATH_MAX)
        return cmd_fail("there is no home folder for certificates; set UCOMPOSE_HOME");
    return CMD_OK;
}

/* openssl with these words, up to a NULL: its exit status and what it said, or negative with `error`. */
static int ask_openssl(const char *const words[], char *said, size_t size, struct deploy_error *error)
{
    const char *argv[32] = {"openssl"};

    for (size_t i = 0; words[i] && i < 30; i++)
        argv[i + 1] = words[i];
    return image_run(argv, "openssl", said, size, error);
}

static int openssl(const char *const words[])
{
    struct deploy_error error = {""};
    char said[2048];
    int status = ask_openssl(words, said, sizeof(said), &error);

    if (status < 0)
        return cmd_fail("%s", error.text);
    return status ? cmd_fail("openssl %s failed:\n%s", words[0], said) : CMD_OK;
}

/* The service's name, those of its instances, and what it is called from this computer. */
static void names_of(const struct deploy_service *service, const char *between, const char *address,
                     char names[NAMES_MAX])
{
    size_t len = (size_t)snprintf(names, NAMES_MAX, "DNS:%s%sDNS:localhost%s%s:127.0.0.1", service->name, between,
                                  between, address);

    for (unsigned i = 1; i <= service->replicas && len < NAMES_MAX; i++)
        len += (size_t)snprintf(names + len, NAMES_MAX - len, "%sDNS:%s-%u", between, service->name, i);
}

/* ---- is what lies there still good? ---- */

/* For a month more, and for the names that the service has now. */
static bool is_valid(const char *certificate, const struct deploy_service *service)
{
    char said[NAMES_MAX + 256], names[NAMES_MAX], line[NAMES_MAX + 8];

    if (ask_openssl((const char *const[]){"x509", "-in", certificate, "-noout", "-checkend", RENEW_SECONDS, "-ext",
                                          "subjectAltName", NULL},
                    said, sizeof(said), NULL))
        return false;
    if (!service)
        return true;
    names_of(service, ", ", "IP Address", names);
    snprintf(line, sizeof(line), " %s\n", names);
    return strstr(said, line) != NULL;
}

static bool belong_together(const char *key, const char *certificate)
{
    char of_key[1024], of_certificate[1024];

    return !ask_openssl((const char *const[]){"pkey", "-in", key, "-passin", "pass:", "-pubout", NULL}, of_key,
                        sizeof(of_key), NULL) &&
           !ask_openssl((const char *const[]){"x509", "-in", certificate, "-noout", "-pubkey", NULL}, of_certificate,
                        sizeof(of_certificate), NULL) &&
           !strcmp(of_key, of_certificate);
}

static bool vouches_for(const char *authority, const char *certificate)
{
    char said[1024];

    return !ask_openssl((const char *const[]){"verify", "-no-CApath", "-CAfile", authority, certificate, NULL}, said,
                        sizeof(said), NULL);
}

/* `service`: whose names it must have, NULL for the authority itself. */
static bool is_good(const char *key, const char *certificate, const char *authority,
                    const struct deploy_service *service)
{
    return !access(key, R_OK) && !access(certificate, R_OK) && is_valid(certificate, service) &&
           belong_together(key, certificate) && vouches_for(authority, certificate);
}

/* ---- making ---- */

static int paths_of(const struct deploy_spec *spec, const char *name, char key[PATH_MAX], char certificate[PATH_MAX])
{
    char file[96];
    int status;

    snprintf(file, sizeof(file), "%.63s.key", name);
    status = path_of(spec, file, key);
    snprintf(file, sizeof(file), "%.63s.pem", name);
    return status ? status : path_of(spec, file, certificate);
}

/* A file that is there would keep its mode. */
static int make_key(const char *path)
{
    unlink(path);
    return openssl((const char *const[]){"genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path, NULL});
}

int cmd_devtls_begin(const struct deploy_spec *spec)
{
    char folder[PATH_MAX], key[PATH_MAX], certificate[PATH_MAX], subject[128];
    int status = path_of(spec, "", folder);

    if (!status && build_mkdirs(folder))
        status = cmd_fail("cannot make %s", folder);
    if (!status)
        status = paths_of(spec, AUTHORITY, key, certificate);
    if (status || is_good(key, certificate, certificate, NULL))
        return status;
    snprintf(subject, sizeof(subject), "/O=%s/CN=ucompose development authority", spec->project);
    status = make_key(key);
    return status ? status
                  : openssl((const char *const[]){"req", "-x509", "-new", "-key", key, "-subj", subject, "-days",
                                                  AUTHORITY_DAYS, "-out", certificate, NULL});
}

static int make_certificate(const struct deploy_spec *spec, const struct deploy_service *service)
{
    char key[PATH_MAX], certificate[PATH_MAX], request[PATH_MAX + 8];
    char authority_key[PATH_MAX], authority[PATH_MAX], subject[80], names[NAMES_MAX];
    char extension[NAMES_MAX + 16];
    int status = paths_of(spec, service->name, key, certificate);

    if (!status)
        status = paths_of(spec, AUTHORITY, authority_key, authority);
    if (status || is_good(key, certificate, authority, service))
        return status;
    snprintf(request, sizeof(request), "%s.csr", certificate);
    snprintf(subject, sizeof(subject), "/CN=%s", service->name);
    names_of(service, ",", "IP", names);
    snprintf(extension, sizeof(extension), "subjectAltName=%s", names);
    status = make_key(key);
    if (!status)
        status = openssl((const char *const[]){"req", "-new", "-key", key, "-subj", subject, "-addext", extension, "-out",
                                               request, NULL});
    if (!status)
        status = openssl((const char *const[]){"x509", "-req", "-in", request, "-CA", authority, "-CAkey", authority_key,
                                               "-CAcreateserial", "-days", DAYS, "-copy_extensions", "copy", "-out",
                                               certificate, NULL});
    unlink(request);
    return status;
}

static bool is_given(const struct deploy_service *service, const char *name)
{
    for (size_t i = 0; i < service->environment_count; i++)
        if (!strcmp(service->environment[i].name, name))
            return true;
    return false;
}

/* Each of the names holds the file's bytes in base64, unless the compose file says otherwise. */
static int give(struct deploy_service *service, const char *list, const char *path)
{
    char names[512], *rest, *bytes;
    struct gen_arena arena;
    size_t len;
    int status = CMD_OK;

    snprintf(names, sizeof(names), "%s", list);
    gen_arena_init(&arena);
    if (*names && build_file_read(&arena, path, &bytes, &len))
        status = cmd_fail("cannot read %s", path);
    for (char *name = strtok_r(names, " ", &rest); !status && name; name = strtok_r(NULL, " ", &rest)) {
        struct deploy_variable *variable;

        if (is_given(service, name))
            continue;
        service->environment =
            deploy_memory_grow(service->environment, service->environment_count, sizeof(*service->environment));
        variable = &service->environment[service->environment_count++];
        variable->name = deploy_memory_text(name);
        variable->value = deploy_memory_text(image_base64(&arena, bytes, len));
    }
    gen_arena_deinit(&arena);
    return status;
}

int cmd_devtls_authority(const struct deploy_spec *spec, char path[PATH_MAX])
{
    return path_of(spec, AUTHORITY ".pem", path);
}

int cmd_devtls_give(const struct deploy_spec *spec, struct deploy_service *service,
                    const struct deploy_build_result *result, bool *any)
{
    char key[PATH_MAX], certificate[PATH_MAX], authority_key[PATH_MAX], authority[PATH_MAX];
    int status;

    if (!*result->tls_certificates && !*result->tls_authorities)
        return CMD_OK;
    *any = true;
    status = make_certificate(spec, service);
    if (!status)
        status = paths_of(spec, service->name, key, certificate);
    if (!status)
        status = paths_of(spec, AUTHORITY, authority_key, authority);
    if (!status)
        status = give(service, result->tls_certificates, certificate);
    if (!status)
        status = give(service, result->tls_keys, key);
    return status ? status : give(service, result->tls_authorities, authority);
}
