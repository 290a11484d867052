/* SPDX-License-Identifier: MIT */
/*
 * compose_resolve.c - from services as written to services as they run: names that must exist,
 * cycles, profiles, order of start.
 */
#include "compose_internal.h"
#include "memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *suggest_service(struct compose_reader *reader, const char *name)
{
    const char **known = gen_arena_array(reader->arena, reader->service_count + 1, sizeof(*known));

    for (size_t i = 0; i < reader->service_count; i++)
        known[i] = reader->services[i].spec.name;
    return gen_suggest(name, known);
}

static void check_dependencies(struct compose_reader *reader)
{
    for (size_t i = 0; i < reader->service_count; i++) {
        struct compose_service *service = &reader->services[i];

        for (size_t k = 0; k < service->spec.depends_on_count; k++) {
            const char *name = service->spec.depends_on[k].service;
            const char *meant = suggest_service(reader, name);

            if (compose_find(reader, name))
                continue;
            gen_messages_add(reader->messages, service->depends_marks[k],
                             "service \"%s\" depends on \"%s\", which is not in the file%s%s%s",
                             service->spec.name, name, meant ? "; did you mean \"" : "",
                             meant ? meant : "", meant ? "\"?" : "");
        }
    }
}

/* "a -> b -> a": the names on the path from `service` on, and `service` again. */
static void report_cycle(struct compose_reader *reader, struct compose_service *service,
                         struct compose_service *const *path, size_t length)
{
    const char *text = "";
    size_t first = 0;

    while (path[first] != service)
        first++;
    for (size_t i = first; i < length; i++)
        text = gen_arena_printf(reader->arena, "%s%s -> ", text, path[i]->spec.name);
    gen_messages_add(reader->messages, service->mark,
                     "services wait for each other in a circle: %s%s; take one \"depends_on\" away",
                     text, service->spec.name);
}

/* Put `service` after all it depends on; depth first, in the file's order. */
static void place(struct compose_reader *reader, struct compose_service *service,
                  struct compose_service **order, size_t *count, struct compose_service **path,
                  size_t depth)
{
    if (service->path)
        report_cycle(reader, service, path, depth);
    if (service->path || service->placed)
        return;
    service->path = true;
    path[depth] = service;
    for (size_t i = 0; i < service->spec.depends_on_count; i++)
        place(reader, compose_find(reader, service->spec.depends_on[i].service), order, count, path,
              depth + 1);
    service->path = false;
    service->placed = true;
    order[(*count)++] = service;
}

static struct compose_service **order_services(struct compose_reader *reader)
{
    size_t bytes = sizeof(struct compose_service *), count = 0;
    struct compose_service **order = gen_arena_array(reader->arena, reader->service_count, bytes);
    struct compose_service **path =
        gen_arena_array(reader->arena, reader->service_count + 1, bytes);

    for (size_t i = 0; i < reader->service_count; i++)
        place(reader, &reader->services[i], order, &count, path, 0);
    return order;
}

static bool contains(struct deploy_names names, const char *name)
{
    for (size_t i = 0; i < names.count; i++)
        if (!strcmp(names.items[i], name))
            return true;
    return false;
}

static bool profile_enabled(const struct compose_service *service, struct deploy_names profiles)
{
    bool enabled = service->profile_count == 0 || contains(profiles, "*");

    for (size_t i = 0; i < service->profile_count; i++)
        enabled = enabled || contains(profiles, service->profiles[i]);
    return enabled;
}

static int enable(struct compose_reader *reader, const struct deploy_compose_options *options)
{
    struct gen_mark nowhere = {options->path, 0, 0};
    int err = 0;

    for (size_t i = 0; i < reader->service_count; i++)
        reader->services[i].enabled = profile_enabled(&reader->services[i], options->profiles);
    for (size_t i = 0; i < options->services.count; i++) {
        const char *name = options->services.items[i];
        struct compose_service *service = compose_find(reader, name);
        const char *meant = suggest_service(reader, name);

        if (service) {
            service->enabled = true;
            continue;
        }
        gen_messages_add(reader->messages, nowhere, "no service is called \"%s\"%s%s%s", name,
                         meant ? "; did you mean \"" : "; see \"ucompose config --services\"",
                         meant ? meant : "", meant ? "\"?" : "");
        err = -ESRCH;
    }
    return err;
}

/* What an enabled service needs must be enabled too. */
static void check_enabled(struct compose_reader *reader)
{
    for (size_t i = 0; i < reader->service_count; i++) {
        struct compose_service *service = &reader->services[i];

        for (size_t k = 0; service->enabled && k < service->spec.depends_on_count; k++) {
            struct compose_service *needed =
                compose_find(reader, service->spec.depends_on[k].service);

            if (!needed->enabled && service->spec.depends_on[k].required)
                gen_messages_add(reader->messages, service->depends_marks[k],
                                 "service \"%s\" needs \"%s\", which only runs in profile \"%s\"; "
                                 "add \"--profile %s\"",
                                 service->spec.name, needed->spec.name, needed->profiles[0],
                                 needed->profiles[0]);
        }
    }
}

static bool same_place(const struct deploy_port *a, const struct deploy_port *b)
{
    return a->host_port && a->host_port == b->host_port &&
           (!strcmp(a->host_ip, b->host_ip) || !strcmp(a->host_ip, "0.0.0.0") ||
            !strcmp(b->host_ip, "0.0.0.0"));
}

/* Report ports of `later` that `earlier` (or `later` itself, further up) publishes too. */
static void check_ports(struct compose_reader *reader, const struct compose_service *earlier,
                        const struct compose_service *later)
{
    for (size_t i = 0; i < later->spec.port_count; i++)
        for (size_t k = 0; k < (earlier == later ? i : earlier->spec.port_count); k++)
            if (same_place(&later->spec.ports[i], &earlier->spec.ports[k]))
                gen_messages_add(reader->messages, later->mark,
                                 "service \"%s\" publishes port %u, as \"%s\" does already",
                                 later->spec.name, later->spec.ports[i].host_port,
                                 earlier->spec.name);
}

static void check_all_ports(struct compose_reader *reader)
{
    for (size_t i = 0; i < reader->service_count; i++)
        for (size_t k = 0; k <= i; k++)
            if (reader->services[i].enabled && reader->services[k].enabled)
                check_ports(reader, &reader->services[k], &reader->services[i]);
}

/* Mark what the chosen services depend on, backwards: a service stands after its dependencies. */
static void choose(struct compose_reader *reader, struct deploy_compose *compose,
                   struct compose_service **order, const struct deploy_compose_options *options)
{
    const char **names = gen_arena_array(reader->arena, reader->service_count, sizeof(*names));
    bool *chosen = gen_arena_array(reader->arena, reader->service_count, sizeof(*chosen));
    size_t count = 0;

    for (size_t i = reader->service_count; i-- > 0;) {
        struct compose_service *service = order[i];

        if (!options->services.count || contains(options->services, service->spec.name))
            chosen[i] = service->enabled;
        for (size_t k = 0; chosen[i] && k < service->spec.depends_on_count; k++)
            for (size_t j = 0; j < i; j++)
                if (!strcmp(order[j]->spec.name, service->spec.depends_on[k].service))
                    chosen[j] = order[j]->enabled;
    }
    for (size_t i = 0; i < reader->service_count; i++)
        if (chosen[i])
            names[count++] = gen_arena_text(reader->arena, order[i]->spec.name);
    compose->chosen = (struct deploy_names){names, count};
}

static void move_into_spec(struct compose_reader *reader, struct deploy_compose *compose,
                           struct compose_service **order)
{
    struct deploy_spec *spec = compose->spec;
    const char **disabled =
        gen_arena_array(reader->arena, reader->service_count, sizeof(*disabled));

    spec->services = deploy_memory_array(reader->service_count, sizeof(*spec->services));
    for (size_t i = 0; i < reader->service_count; i++) {
        if (!order[i]->enabled) {
            disabled[compose->disabled.count++] =
                gen_arena_text(reader->arena, order[i]->spec.name);
            continue;
        }
        spec->services[spec->service_count++] = order[i]->spec;
        order[i]->spec = (struct deploy_service){0};
    }
    compose->disabled.items = disabled;
}

int compose_resolve(struct compose_reader *reader, const struct deploy_compose_options *options,
                    struct deploy_compose *compose)
{
    struct compose_service **order;
    int err;

    check_dependencies(reader);
    if (reader->messages->count)
        return -EINVAL;
    order = order_services(reader);
    if (reader->messages->count)
        return -EINVAL;
    err = enable(reader, options);
    if (err)
        return err;
    check_enabled(reader);
    check_all_ports(reader);
    if (reader->messages->count)
        return -EINVAL;
    choose(reader, compose, order, options);
    move_into_spec(reader, compose, order);
    return 0;
}
