/* SPDX-License-Identifier: MIT */
#include "app/env.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "uc/log.h"

static int complain(const char *name, const char *problem, const char *value)
{
    uc_log(UC_ERROR, NULL, problem, UC_FIELDS(uc_log_text("variable", name), uc_log_text("value", value)));
    return -EINVAL;
}

static bool to_integer(const char *text, int64_t *value)
{
    char *end;

    errno = 0;
    *value = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0';
}

static bool to_number(const char *text, double *value)
{
    char *end;

    *value = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*value);
}

static bool to_boolean(const char *text, bool *value)
{
    *value = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
    return *value || strcmp(text, "false") == 0 || strcmp(text, "0") == 0;
}

static int read_one(const struct uc_env_info *info, struct uc_env_value *value)
{
    const char *text = getenv(info->name);

    if (!text)
        text = info->fallback;
    if (!text)
        return complain(info->name, "a required environment variable is not set", NULL);
    value->text = uc_str(text);
    switch (info->type) {
    case UC_ENV_STRING: return 0;
    case UC_ENV_INTEGER:
        return to_integer(text, &value->integer) ? 0 : complain(info->name, "not an integer", text);
    case UC_ENV_NUMBER: return to_number(text, &value->number) ? 0 : complain(info->name, "not a number", text);
    case UC_ENV_BOOLEAN:
        return to_boolean(text, &value->boolean) ? 0 : complain(info->name, "not true or false", text);
    }
    return -EINVAL;
}

int uc_env_read(const struct uc_service_info *info, struct uc_env_value *values)
{
    int err = 0;

    for (size_t i = 0; i < info->env_count; i++) {
        int one = read_one(&info->env[i], &values[i]);

        err = one ? one : err;
    }
    return err;
}

int uc_env_port(const char *name, uint16_t fallback, uint16_t *port)
{
    const char *text = getenv(name);
    int64_t value;

    *port = fallback;
    if (!text || !*text)
        return 0;
    if (!to_integer(text, &value) || value < 0 || value > 65535)
        return complain(name, "not a port", text);
    *port = (uint16_t)value;
    return 0;
}

static const struct uc_env_value *find(const struct uc_service_info *info, const struct uc_env_value *values,
                                       struct uc_str name)
{
    for (size_t i = 0; i < info->env_count; i++) {
        if (uc_str_is(name, info->env[i].name))
            return &values[i];
    }
    return NULL;
}

int uc_env_expand(const struct uc_service_info *info, const struct uc_env_value *values, const char *text,
                  struct uc_buf *out)
{
    const char *open;

    while ((open = strstr(text, "${")) != NULL) {
        const char *close = strchr(open, '}');
        const struct uc_env_value *value =
            close ? find(info, values, uc_str_of(open + 2, (size_t)(close - open - 2))) : NULL;

        if (!value)
            return complain(text, "a client's url names a variable that is not declared", text);
        uc_buf_append(out, text, (size_t)(open - text));
        uc_buf_append_str(out, value->text);
        text = close + 1;
    }
    uc_buf_append_str(out, uc_str(text));
    return out->error;
}
