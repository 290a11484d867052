/* SPDX-License-Identifier: MIT */
/* `x-service`: ports, limits, image; its `env` and `clients` have files of their own. */
#include <string.h>

#include "check/service_internal.h"
#include "read/file.h"

#define BUILT_IN "file://"
#define BUILT_IN_BYTES_MAX (256 * 1024) /* as the framework takes of a file */
#define RENEWAL_PORT 9443
#define HEAD_BYTES_MAX 65535 /* what the framework takes: UC_HTTP1_HEAD_BYTES_MAX */

static const char *const block_keys[] = {"name", "listen",  "admin", "limits",
                                         "env",  "clients", "image", "tls", "security", "callbacks", NULL};

static const struct gen_refusal block_refused[] = {
    {"contract", "it stands at the top of the file, beside \"x-service\""},
    {NULL, NULL},
};

void gen_check_duration(struct gen_check *check, const struct gen_yaml_node *node, const char *key,
                        int64_t *ms)
{
    const struct gen_yaml_node *value = gen_yaml_get(node, key);
    int64_t parsed;

    if (!value)
        return;
    if (!value->text || gen_parse_duration_ms(value->text, &parsed) || parsed < 1 ||
        parsed > 86400000)
        GEN_ERROR(check, value, "\"%s\" must be a time with its unit, such as 300ms, 2s or 1m",
                  key);
    else
        *ms = parsed;
}

void gen_check_size(struct gen_check *check, const struct gen_yaml_node *node, const char *key,
                    int64_t min, int64_t max, int64_t *bytes)
{
    const struct gen_yaml_node *value = gen_yaml_get(node, key);
    int64_t parsed;

    if (!value)
        return;
    if (!value->text || gen_parse_size(value->text, &parsed))
        GEN_ERROR(check, value, "\"%s\" must be a size, such as 8KiB, 16MiB or 4096", key);
    else if (parsed < min || parsed > max)
        GEN_ERROR(check, value, "\"%s\" must be from %lld to %lld bytes", key, (long long)min,
                  (long long)max);
    else
        *bytes = parsed;
}

static void read_port(struct gen_check *check, const struct gen_yaml_node *block, const char *key,
                      const char *const *known, uint16_t *port)
{
    static const struct gen_refusal refused[] = {
        {"tls", "it stands beside \"listen\""},
        {"address", "a service listens on every address of its machine"},
        {NULL, NULL}};
    const struct gen_yaml_node *node = gen_yaml_get(block, key);
    const char *what = gen_arena_printf(check->arena, "\"%s\"", key);

    if (node && gen_check_keys(check, node, what, known, refused, false))
        *port = (uint16_t)gen_check_integer(check, node, "port", 1, 65535, *port);
}

static void read_ports(struct gen_check *check, const struct gen_yaml_node *block,
                       struct gen_description *description)
{
    static const char *const of_listen[] = {"port", NULL}, *const of_admin[] = {"port", "docs", NULL};
    const struct gen_yaml_node *admin = gen_yaml_get(block, "admin");

    read_port(check, block, "listen", of_listen, &description->listen_port);
    read_port(check, block, "admin", of_admin, &description->admin_port);
    if (gen_yaml_get(admin, "docs"))
        description->docs = gen_check_flag(check, admin, "docs", false) ? GEN_DOCS_YES : GEN_DOCS_NO;
    if (description->listen_port == description->admin_port)
        GEN_ERROR(check, block, "\"listen\" and \"admin\" both use port %u",
                  description->listen_port);
}

static void read_limits(struct gen_check *check, const struct gen_yaml_node *block,
                        struct gen_limits *limits)
{
    static const char *const known[] = {"connections",  "head",         "body",
                                        "head-timeout", "body-timeout", "request-timeout",
                                        "idle-timeout", "drain",        NULL};
    const struct gen_yaml_node *node = gen_yaml_get(block, "limits");

    if (!node || !gen_check_keys(check, node, "\"limits\"", known, NULL, false))
        return;
    limits->connections =
        gen_check_integer(check, node, "connections", 1, 1000000, limits->connections);
    gen_check_size(check, node, "head", 512, HEAD_BYTES_MAX, &limits->head_bytes);
    gen_check_size(check, node, "body", 1, 1 << 30, &limits->body_bytes);
    gen_check_duration(check, node, "head-timeout", &limits->head_timeout_ms);
    gen_check_duration(check, node, "body-timeout", &limits->body_timeout_ms);
    gen_check_duration(check, node, "request-timeout", &limits->request_timeout_ms);
    gen_check_duration(check, node, "idle-timeout", &limits->idle_timeout_ms);
    gen_check_duration(check, node, "drain", &limits->drain_ms);
}

static void read_image(struct gen_check *check, const struct gen_yaml_node *block,
                       struct gen_description *description)
{
    static const char *const known[] = {"memory", NULL};
    const struct gen_yaml_node *node = gen_yaml_get(block, "image");

    if (node && gen_check_keys(check, node, "\"image\"", known, NULL, false))
        gen_check_size(check, node, "memory", 1 << 20, (int64_t)64 << 30,
                       &description->memory_bytes);
}

/*
 * A file that is built into program and image. A certificate is no secret; what holds a private key must be wanted:
 * it is easily beside a certificate, and an image is easily copied.
 */
static const char *read_built_in(struct gen_check *check, const struct gen_yaml_node *node, const struct gen_yaml_node *value,
                                 const char *key, const struct gen_description *description)
{
    const char *path = gen_file_beside(check->arena, description->path, value->text + strlen(BUILT_IN)), *bytes;
    bool is_key = !strcmp(key, "key");
    size_t len;
    int err;

    if (is_key && !gen_check_flag(check, node, "key-in-image", false)) {
        GEN_ERROR(check, value, "a private key would lie in every copy of the image; give it at the start (\"${TLS_KEY}\"), or say "
                  "\"key-in-image: true\" beside it");
        return NULL;
    }
    if (check->no_files) {
        GEN_ERROR(check, value, "cannot read \"%s\": no files here", path);
        return NULL;
    }
    gen_check_add_input(check, path);
    err = gen_file_read(check->arena, path, BUILT_IN_BYTES_MAX, &bytes, &len);
    if (err)
        GEN_ERROR(check, value, "cannot read \"%s\": %s", path, strerror(-err));
    else if (strlen(bytes) != len || strstr(bytes, "${") || !strstr(bytes, is_key ? "PRIVATE KEY-----" : "-----BEGIN CERTIFICATE-----"))
        GEN_ERROR(check, value, "\"%s\" is no PEM document with a %s in it", path, is_key ? "private key" : "certificate");
    else if (!is_key && strstr(bytes, "PRIVATE KEY-----"))
        GEN_ERROR(check, value, "\"%s\" holds a private key, too, which would lie in the image: give it a file of its own", path);
    else
        return bytes;
    return NULL;
}

/* A text whose variable is declared: what is secret, and what is not the same everywhere, comes at the start. Or a file's. */
const char *gen_check_tls_text(struct gen_check *check, const struct gen_yaml_node *node, const char *key, bool required,
                               const struct gen_description *description)
{
    const struct gen_yaml_node *value = gen_yaml_get(node, key);
    const char *name = !strcmp(key, "key") ? "KEY" : !strcmp(key, "certificate") ? "CERTIFICATE" : "CA";

    if (!value) {
        if (required)
            GEN_ERROR(check, node, "TLS needs \"%s\", such as \"${TLS_%s}\"", key, name);
        return NULL;
    }
    if (value->text && !strncmp(value->text, BUILT_IN, strlen(BUILT_IN)))
        return read_built_in(check, node, value, key, description);
    if (!value->text || strncmp(value->text, "${", 2) || strchr(value->text, '}') != value->text + strlen(value->text) - 1) {
        GEN_ERROR(check, value, "\"%s\" must be a variable of x-service.env, such as \"${TLS_%s}\", which is given at the start, or "
                  "a file that is built in, such as \"file://%s.pem\"", key, name, key);
        return NULL;
    }
    if (!strcmp(key, "key"))
        gen_check_secret(check, value, value->text, description);
    else
        gen_check_variable(check, value, value->text, description);
    return value->text;
}

static void read_renewal(struct gen_check *check, const struct gen_yaml_node *tls, struct gen_description *description)
{
    static const char *const known[] = {"port", "ca", NULL};
    const struct gen_yaml_node *node = gen_yaml_get(tls, "renewal");

    if (!node || !gen_check_keys(check, node, "\"renewal\"", known, NULL, false))
        return;
    description->renewal_port = (uint16_t)gen_check_integer(check, node, "port", 1, 65535, RENEWAL_PORT);
    description->tls_renewal_ca = gen_check_tls_text(check, node, "ca", true, description);
    if (description->renewal_port == description->listen_port || description->renewal_port == description->admin_port)
        GEN_ERROR(check, node, "\"renewal\" needs a port of its own: %u is taken by \"%s\"", description->renewal_port,
                  description->renewal_port == description->listen_port ? "listen" : "admin");
}

static void read_tls(struct gen_check *check, const struct gen_yaml_node *block, struct gen_description *description)
{
    static const char *const known[] = {"certificate", "key", "key-in-image", "client-ca", "renewal", NULL};
    const struct gen_yaml_node *node = gen_yaml_get(block, "tls");

    if (!node || !gen_check_keys(check, node, "\"tls\"", known, NULL, false))
        return;
    description->tls_certificate = gen_check_tls_text(check, node, "certificate", true, description);
    description->tls_key = gen_check_tls_text(check, node, "key", true, description);
    description->tls_client_ca = gen_check_tls_text(check, node, "client-ca", false, description);
    read_renewal(check, node, description);
}

void gen_check_service_block(struct gen_check *check, const struct gen_yaml_node *block,
                             struct gen_description *description)
{
    if (!block || !gen_check_keys(check, block, "\"x-service\"", block_keys, block_refused, false))
        return;
    read_ports(check, block, description);
    read_limits(check, block, &description->limits);
    read_image(check, block, description);
    gen_check_env(check, block, description);
    read_tls(check, block, description);
    gen_check_clients(check, block, description);
    gen_check_service_callbacks(check, block, description);
}
