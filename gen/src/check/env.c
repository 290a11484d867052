/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "check/service_internal.h"

static const char *const type_names[] = {"string", "integer", "number", "boolean", NULL};

static bool name_ok(const char *name)
{
    return *name >= 'A' && *name <= 'Z' &&
           name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] == '\0';
}

static bool read_type(struct gen_check *check, const struct gen_yaml_node *node,
                      struct gen_env *env)
{
    const struct gen_yaml_node *type = gen_yaml_get(node, "type");
    const char *meant;

    if (!type || !type->text) {
        GEN_ERROR(check, type ? type : node,
                  "\"%s\" needs a \"type\": string, integer, number or "
                  "boolean",
                  env->name);
        return false;
    }
    for (unsigned i = 0; type_names[i]; i++) {
        if (strcmp(type_names[i], type->text))
            continue;
        env->type = (enum gen_env_type)i;
        return true;
    }
    meant = gen_suggest(type->text, type_names);
    GEN_ERROR(check, type, "unknown type \"%s\"; %s%s%s", type->text,
              meant ? "did you mean \"" : "it may be string, integer, number or boolean",
              meant ? meant : "", meant ? "\"?" : "");
    return false;
}

static bool fits(const struct gen_yaml_node *value, enum gen_env_type type)
{
    int64_t integer;
    double number;
    bool flag;

    switch (type) {
    case GEN_ENV_INTEGER:
        return gen_yaml_to_int64(value, &integer);
    case GEN_ENV_NUMBER:
        return gen_yaml_to_double(value, &number);
    case GEN_ENV_BOOLEAN:
        return gen_yaml_to_bool(value, &flag);
    default:
        return gen_yaml_is_text(value) && !strpbrk(value->text, "\r\n");
    }
}

/* The default as the framework parses it: integers in decimal, booleans in lower case. */
static const char *plain_text(struct gen_check *check, const struct gen_yaml_node *value,
                              enum gen_env_type type)
{
    int64_t integer;
    bool flag;

    if (type == GEN_ENV_INTEGER && gen_yaml_to_int64(value, &integer))
        return gen_arena_printf(check->arena, "%lld", (long long)integer);
    if (type == GEN_ENV_BOOLEAN && gen_yaml_to_bool(value, &flag))
        return flag ? "true" : "false";
    return value->text;
}

static void read_default(struct gen_check *check, const struct gen_yaml_node *node,
                         struct gen_env *env)
{
    const struct gen_yaml_node *value = gen_yaml_get(node, "default");

    env->required = gen_check_flag(check, node, "required", !value);
    if (!value) {
        if (!env->required)
            GEN_ERROR(check, node, "\"%s\" is not required, so it needs a \"default\"", env->name);
        return;
    }
    if (env->required)
        GEN_ERROR(check, value, "a required variable has no use for a default");
    if (!fits(value, env->type))
        GEN_ERROR(check, value, "this default is no %s%s", type_names[env->type],
                  env->type == GEN_ENV_STRING && value->kind == GEN_YAML_SCALAR && !value->quoted
                      ? "; put it in quotes"
                      : "");
    else
        env->default_text = plain_text(check, value, env->type);
}

static bool read_variable(struct gen_check *check, const struct gen_yaml_node *key,
                          const struct gen_yaml_node *node, struct gen_env *env)
{
    static const char *const known[] = {"type", "default", "required", "secret", "description", NULL};

    env->name = key->text;
    env->mark = key->mark;
    if (!name_ok(key->text) || !strncmp(key->text, "UC_", 3)) {
        GEN_ERROR(check, key,
                  "\"%s\" cannot name a variable; capital letters, digits and '_', "
                  "not beginning with UC_",
                  key->text);
        return false;
    }
    if (!gen_check_keys(check, node, "a variable", known, NULL, false))
        return false;
    env->description = gen_check_text(check, node, "description");
    if (!read_type(check, node, env))
        return false;
    read_default(check, node, env);
    env->secret = gen_check_flag(check, node, "secret", false);
    if (env->secret && env->default_text && *env->default_text)
        GEN_ERROR(check, gen_yaml_get(node, "default"),
                  "a secret has no default, which would lie in every image; \"\" makes it optional");
    return true;
}

static bool same_c_name(struct gen_check *check, const struct gen_description *description,
                        const struct gen_env *env)
{
    const char *c_name = gen_member_name(check->arena, env->name);

    for (size_t i = 0; i < description->env_count; i++) {
        if (strcmp(gen_member_name(check->arena, description->env[i].name), c_name))
            continue;
        gen_messages_add(check->messages, env->mark, "%s and %s would both be called %s in C",
                         env->name, description->env[i].name, c_name);
        return true;
    }
    return false;
}

void gen_check_env(struct gen_check *check, const struct gen_yaml_node *block,
                   struct gen_description *description)
{
    const struct gen_yaml_node *map = gen_yaml_get(block, "env");

    if (!map)
        return;
    if (map->kind != GEN_YAML_MAPPING) {
        GEN_ERROR(check, map, "\"env\" must be a mapping from names to variables, not %s",
                  gen_yaml_what(map));
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        struct gen_env env = {0};

        if (!read_variable(check, map->pairs[i].key, map->pairs[i].value, &env) ||
            same_c_name(check, description, &env))
            continue;
        description->env =
            gen_arena_grow(check->arena, description->env, description->env_count, sizeof(env));
        description->env[description->env_count++] = env;
    }
}
