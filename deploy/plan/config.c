/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdbool.h>
#include <string.h>

/* Double-quoted, which every YAML reader takes for text. In values "$" is doubled against
 * interpolation, which keys are not subject to. */
static void print_quoted(FILE *out, const char *text, bool is_value)
{
    fputc('"', out);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c == '$' && is_value)
            fputs("$$", out);
        else if (c == '\t')
            fputs("\\t", out);
        else if (c < 0x20 || c == 0x7f)
            fprintf(out, "\\x%02x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

static void print_text(FILE *out, const char *indent, const char *key, const char *text)
{
    fprintf(out, "%s%s: ", indent, key);
    print_quoted(out, text, true);
    fputc('\n', out);
}

static void print_duration(FILE *out, const char *indent, const char *key, uint64_t ms)
{
    if (ms % 1000)
        fprintf(out, "%s%s: %llums\n", indent, key, (unsigned long long)ms);
    else
        fprintf(out, "%s%s: %llus\n", indent, key, (unsigned long long)ms / 1000);
}

static void print_environment(FILE *out, const struct deploy_service *service)
{
    if (service->environment_count)
        fputs("    environment:\n", out);
    for (size_t i = 0; i < service->environment_count; i++) {
        fputs("      ", out);
        print_quoted(out, service->environment[i].name, false);
        fputs(": ", out);
        print_quoted(out, service->environment[i].value, true);
        fputc('\n', out);
    }
}

static void print_ports(FILE *out, const struct deploy_service *service)
{
    if (service->port_count)
        fputs("    ports:\n", out);
    for (size_t i = 0; i < service->port_count; i++) {
        const struct deploy_port *port = &service->ports[i];

        fprintf(out,
                "      - target: %u\n        published: \"%u\"\n        host_ip: \"%s\"\n        "
                "protocol: tcp\n",
                port->guest_port, port->host_port, port->host_ip);
    }
}

static void print_depends_on(FILE *out, const struct deploy_service *service)
{
    static const char *const conditions[] = {
        [DEPLOY_STARTED] = "service_started",
        [DEPLOY_HEALTHY] = "service_healthy",
        [DEPLOY_COMPLETED] = "service_completed_successfully",
    };

    if (service->depends_on_count)
        fputs("    depends_on:\n", out);
    for (size_t i = 0; i < service->depends_on_count; i++)
        fprintf(out, "      %s:\n        condition: %s\n        required: %s\n",
                service->depends_on[i].service, conditions[service->depends_on[i].condition],
                service->depends_on[i].required ? "true" : "false");
}

static void print_deploy(FILE *out, const struct deploy_service *service)
{
    fprintf(out, "    deploy:\n      replicas: %u\n", service->replicas);
    if (service->memory_bytes)
        fprintf(out, "      resources:\n        limits:\n          memory: \"%llu\"\n",
                (unsigned long long)service->memory_bytes);
    if (service->order != DEPLOY_ORDER_UNSAID)
        fprintf(out, "      update_config:\n        order: %s\n",
                service->order == DEPLOY_START_FIRST ? "start-first" : "stop-first");
}

static void print_restart(FILE *out, const struct deploy_restart *restart)
{
    static const char *const policies[] = {
        [DEPLOY_RESTART_NO] = "\"no\"",
        [DEPLOY_RESTART_ALWAYS] = "always",
        [DEPLOY_RESTART_ON_FAILURE] = "on-failure",
        [DEPLOY_RESTART_UNLESS_STOPPED] = "unless-stopped",
    };

    fprintf(out, "    restart: %s", policies[restart->policy]);
    if (restart->policy == DEPLOY_RESTART_ON_FAILURE && restart->max_retries)
        fprintf(out, ":%u", restart->max_retries);
    fputc('\n', out);
}

static void print_health(FILE *out, const struct deploy_health *health)
{
    fputs("    healthcheck:\n", out);
    if (health->disabled) {
        fputs("      disable: true\n", out);
        return;
    }
    print_duration(out, "      ", "interval", health->interval_ms);
    print_duration(out, "      ", "timeout", health->timeout_ms);
    fprintf(out, "      retries: %u\n", health->retries);
    print_duration(out, "      ", "start_period", health->start_period_ms);
}

static void print_service(FILE *out, const struct deploy_service *service)
{
    fprintf(out, "  %s:\n", service->name);
    if (service->build_dir)
        print_text(out, "    ", "build", service->build_dir);
    else
        print_text(out, "    ", "image", service->image);
    print_ports(out, service);
    print_environment(out, service);
    print_depends_on(out, service);
    print_deploy(out, service);
    print_restart(out, &service->restart);
    print_health(out, &service->health);
    print_duration(out, "    ", "stop_grace_period", service->stop_grace_ms);
}

void deploy_config_print(const struct deploy_spec *spec, FILE *out)
{
    fprintf(out, "name: %s\n%sservices:\n", spec->project, spec->libvirt ? "x-ucompose:\n  machines: libvirt\n" : "");
    for (size_t i = 0; i < spec->service_count; i++)
        print_service(out, &spec->services[i]);
}
