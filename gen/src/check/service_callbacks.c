/* SPDX-License-Identifier: MIT */
/* x-service.callbacks: which of the URLs that others registered are called, and how. */
#include <string.h>

#include "check/service_internal.h"

static const char *const known[] = {"timeout", "peers", "hosts", "private", "ca", "certificate", "key", "key-in-image", NULL};

static const struct gen_refusal refused[] = {
    {"url", "each call has its own"}, {"server-name", "it is the host in each URL"}, {"tls", "give it a \"ca\""}, {NULL, NULL}};

#define PEERS_MAX 1024

#define NAME_MAX_BYTES 253
#define LABEL_MAX_BYTES 63

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* RFC 3986, section 3.2.2, IPv4address */
static bool is_address(const char *text, size_t len)
{
    const char *end = text + len;

    for (unsigned part = 0; part < 4; part++) {
        unsigned value = 0, digits = 0;

        if (part && (text == end || *text++ != '.'))
            return false;
        for (; text < end && is_digit(*text) && digits < 4; digits++)
            value = value * 10 + (unsigned)(*text++ - '0');
        if (!digits || digits > 3 || value > 255 || (digits > 1 && text[-(int)digits] == '0'))
            return false;
    }
    return text == end;
}

/* What some would read as a part of an address, be it written ever so strangely. */
static bool is_number(const char *label, size_t len)
{
    if (len > 1 && label[0] == '0' && (label[1] | 0x20) == 'x')
        return true;
    for (size_t i = 0; i < len; i++)
        if (!is_digit(label[i]))
            return false;
    return true;
}

bool gen_is_host(const char *text, size_t len)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    size_t label = 0;

    for (size_t i = 0; i < len; i++) {
        if (text[i] == '.' ? !label : !strchr(allowed, text[i]))
            return false;
        label = text[i] == '.' ? 0 : label + 1;
        if (label > LABEL_MAX_BYTES)
            return false;
    }
    return label && len <= NAME_MAX_BYTES && (!is_number(text + len - label, label) || is_address(text, len));
}

/* A name or an IPv4 address, perhaps behind "*.". */
static bool is_entry(const char *text)
{
    if (!strncmp(text, "*.", 2))
        text += 2;
    return gen_is_host(text, strlen(text));
}

static bool check_host(struct gen_check *check, const struct gen_yaml_node *node, const struct gen_description *description)
{
    if (gen_yaml_is_text(node) && !strncmp(node->text, "${", 2) && strchr(node->text, '}') == node->text + strlen(node->text) - 1) {
        gen_check_variable(check, node, node->text, description);
        return true;
    }
    if (gen_yaml_is_text(node) && is_entry(node->text))
        return true;
    GEN_ERROR(check, node, "one of \"hosts\" must be a name or an IPv4 address, \"*.\" with a name, or a variable: "
              "\"hooks.example.com\", \"*.example.org\", \"${CALLBACK_HOSTS}\"");
    return false;
}

static const char *read_hosts(struct gen_check *check, const struct gen_yaml_node *list, const struct gen_description *description)
{
    const char *hosts = NULL;

    if (list->kind != GEN_YAML_SEQUENCE || !list->count) {
        GEN_ERROR(check, list, "\"hosts\" must be a list of hosts that may be called, such as [hooks.example.com]");
        return NULL;
    }
    for (size_t i = 0; i < list->count; i++)
        if (check_host(check, list->items[i], description))
            hosts = hosts ? gen_arena_printf(check->arena, "%s %s", hosts, list->items[i]->text) : list->items[i]->text;
    return hosts;
}

void gen_check_service_callbacks(struct gen_check *check, const struct gen_yaml_node *block,
                                 struct gen_description *description)
{
    struct gen_callbacks *callbacks = &description->callbacks;
    const struct gen_yaml_node *node = gen_yaml_get(block, "callbacks"), *hosts = gen_yaml_get(node, "hosts");

    if (!node || !gen_check_keys(check, node, "\"callbacks\"", known, refused, false))
        return;
    gen_check_duration(check, node, "timeout", &callbacks->client.timeout_ms);
    callbacks->peers = gen_check_integer(check, node, "peers", 1, PEERS_MAX, callbacks->peers);
    gen_check_client_tls(check, node, false, description, &callbacks->client);
    callbacks->public_only = !gen_check_flag(check, node, "private", true);
    if (hosts)
        callbacks->hosts = read_hosts(check, hosts, description);
    if (hosts && gen_yaml_get(node, "private"))
        GEN_ERROR(check, gen_yaml_pair(node, "private")->key, "\"private\" is for a service without \"hosts\", which say all");
}
