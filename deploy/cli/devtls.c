/* SPDX-License-Identifier: MIT */
#include "devtls.h"

#include "build/files.h"
#include "command.h"
#include "image/base64.h"
#include "image/run.h"
#include "plan/memory.h"

#include <string.h>
#include <unistd.h>

#define AUTHORITY "authority"
#define AUTHORITY_DAYS "3650"
#define DAYS "397"
#define RENEW_SECONDS "2592000" /* a month */

int cmd_devtls_path(const struct deploy_spec *spec, const char *name, char path[PATH_MAX])
{
    char home[PATH_MAX];

    if (deploy_home(home, sizeof(home)) ||
        snprintf(path, PATH_MAX, "%s/tls/%s/%s", home, spec->project, name) >= PATH_MAX)
        return cmd_fail("there is no home folder for certificates; set UCOMPOSE_HOME");
    return CMD_OK;
}

/* Words up to a NULL, of which the first is openssl's command. */
static int openssl(const char *const words[])
{
    const char *argv[32] = {"openssl"};
    struct deploy_error error = {""};
    char said[2048];
    int status;

    for (size_t i = 0; words[i] && i < 30; i++)
        argv[i + 1] = words[i];
    status = image_run(argv, "openssl", said, sizeof(said), &error);
    if (status < 0)
        return cmd_fail("%s", error.text);
    return status ? cmd_fail("openssl %s failed:\n%s", words[0], said) : CMD_OK;
}

/* Is it there, and good for a month more? */
static bool is_good(const char *certificate)
{
    const char *argv[] = {"openssl", "x509", "-in", certificate, "-noout", "-checkend", RENEW_SECONDS, NULL};
    char said[256];

    return !access(certificate, R_OK) && image_run(argv, "openssl", said, sizeof(said), NULL) == 0;
}

static int paths_of(const struct deploy_spec *spec, const char *name, char key[PATH_MAX], char certificate[PATH_MAX])
{
    char file[96];
    int status;

    snprintf(file, sizeof(file), "%.63s.key", name);
    status = cmd_devtls_path(spec, file, key);
    snprintf(file, sizeof(file), "%.63s.pem", name);
    return status ? status : cmd_devtls_path(spec, file, certificate);
}

static int make_key(const char *path)
{
    return openssl((const char *const[]){"genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path, NULL});
}

int cmd_devtls_begin(const struct deploy_spec *spec)
{
    char folder[PATH_MAX], key[PATH_MAX], certificate[PATH_MAX], subject[128];
    int status = cmd_devtls_path(spec, "", folder);

    if (!status && build_mkdirs(folder))
        status = cmd_fail("cannot make %s", folder);
    if (!status)
        status = paths_of(spec, AUTHORITY, key, certificate);
    if (status || is_good(certificate))
        return status;
    snprintf(subject, sizeof(subject), "/CN=ucompose development authority of %s", spec->project);
    status = make_key(key);
    return status ? status
                  : openssl((const char *const[]){"req", "-x509", "-new", "-key", key, "-subj", subject, "-days",
                                                  AUTHORITY_DAYS, "-out", certificate, NULL});
}

/* The service's name, those of its instances, and what it is called from this computer. */
static void names_of(const struct deploy_service *service, char *out, size_t size)
{
    size_t len = (size_t)snprintf(out, size, "subjectAltName=DNS:%s,DNS:localhost,IP:127.0.0.1", service->name);

    for (unsigned i = 1; i <= service->replicas && len < size; i++)
        len += (size_t)snprintf(out + len, size - len, ",DNS:%s-%u", service->name, i);
}

static int make_certificate(const struct deploy_spec *spec, const struct deploy_service *service)
{
    char key[PATH_MAX], certificate[PATH_MAX], request[PATH_MAX + 8];
    char authority_key[PATH_MAX], authority[PATH_MAX], subject[80], names[4096];
    int status = paths_of(spec, service->name, key, certificate);

    if (!status)
        status = paths_of(spec, AUTHORITY, authority_key, authority);
    if (status || is_good(certificate))
        return status;
    snprintf(request, sizeof(request), "%s.csr", certificate);
    snprintf(subject, sizeof(subject), "/CN=%s", service->name);
    names_of(service, names, sizeof(names));
    status = make_key(key);
    if (!status)
        status = openssl((const char *const[]){"req", "-new", "-key", key, "-subj", subject, "-addext", names, "-out", request, NULL});
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
