/* SPDX-License-Identifier: MIT */
#include "app/metrics.h"

#include <errno.h>
#include <stdlib.h>

#include "base/date.h"
#include "proto/method.h"

static const struct {
    uint64_t ns;
    const char *text;
} bounds[UC_METRICS_BUCKETS - 1] = {
    {5000000, "0.005"},   {10000000, "0.01"},  {25000000, "0.025"}, {50000000, "0.05"},  {75000000, "0.075"},
    {100000000, "0.1"},   {250000000, "0.25"}, {500000000, "0.5"},  {750000000, "0.75"}, {1000000000, "1"},
    {2500000000u, "2.5"}, {5000000000u, "5"},  {7500000000u, "7.5"}, {10000000000u, "10"},
};

int uc_metrics_init(struct uc_metrics *metrics, const struct uc_service_info *info)
{
    *metrics = (struct uc_metrics){.info = info, .started_ms = uc_date_now_ms()};
    metrics->by_operation = calloc(info->operation_count + 1, sizeof(struct uc_metrics_series *));
    return metrics->by_operation ? 0 : -ENOMEM;
}

void uc_metrics_deinit(struct uc_metrics *metrics)
{
    for (size_t i = 0; metrics->by_operation && i <= metrics->info->operation_count; i++) {
        while (metrics->by_operation[i]) {
            struct uc_metrics_series *series = metrics->by_operation[i];

            metrics->by_operation[i] = series->next;
            free(series);
        }
    }
    free(metrics->by_operation);
    metrics->by_operation = NULL;
}

static struct uc_metrics_series *find_series(struct uc_metrics_series **list, enum uc_method method, int status)
{
    struct uc_metrics_series *series;

    for (series = *list; series; series = series->next) {
        if (series->status == status && series->method == method)
            return series;
    }
    series = calloc(1, sizeof(*series));
    if (series) {
        series->method = method;
        series->status = status;
        series->next = *list;
        *list = series;
    }
    return series;
}

void uc_metrics_request(struct uc_metrics *metrics, const struct uc_operation *operation, enum uc_method method,
                        int status, uint64_t duration_ns)
{
    size_t index = operation ? (size_t)(operation - metrics->info->operations) : metrics->info->operation_count;
    struct uc_metrics_series *series = find_series(&metrics->by_operation[index], method, status);
    unsigned bucket = 0;

    if (!series) {
        metrics->lost_series++;
        return;
    }
    while (bucket < UC_METRICS_BUCKETS - 1 && duration_ns > bounds[bucket].ns)
        bucket++;
    series->buckets[bucket]++;
    series->sum_ns += duration_ns;
}

void uc_metrics_refused(struct uc_metrics *metrics, int status)
{
    size_t last = sizeof(metrics->refusals) / sizeof(metrics->refusals[0]) - 1;

    for (size_t i = 0; i <= last; i++) {
        struct uc_metrics_refusals *row = &metrics->refusals[i];

        if (row->status && row->status != status && i < last)
            continue;
        row->status = status;
        row->count++;
        return;
    }
}

/* name="text", the user's text escaped as the format wants it. */
static void write_label(struct uc_buf *out, const char *name, const char *text)
{
    uc_buf_printf(out, "%s=\"", name);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\' || *text == '\n')
            uc_buf_append(out, "\\", 1);
        uc_buf_append(out, *text == '\n' ? "n" : text, 1);
    }
    uc_buf_append(out, "\"", 1);
}

static void write_labels(struct uc_buf *out, const struct uc_operation *operation,
                         const struct uc_metrics_series *series)
{
    uc_buf_printf(out, "http_request_method=\"%s\",http_response_status_code=\"%d\"", uc_method_name(series->method),
                  series->status);
    if (operation) {
        uc_buf_append(out, ",", 1);
        write_label(out, "http_route", operation->path);
    }
}

static void write_series(struct uc_buf *out, const struct uc_operation *operation,
                         const struct uc_metrics_series *series)
{
    static const char name[] = "http_server_request_duration_seconds";
    uint64_t count = 0;

    for (unsigned i = 0; i < UC_METRICS_BUCKETS; i++) {
        count += series->buckets[i];
        uc_buf_printf(out, "%s_bucket{", name);
        write_labels(out, operation, series);
        uc_buf_printf(out, ",le=\"%s\"} %llu\n", i < UC_METRICS_BUCKETS - 1 ? bounds[i].text : "+Inf",
                      (unsigned long long)count);
    }
    uc_buf_printf(out, "%s_sum{", name);
    write_labels(out, operation, series);
    uc_buf_printf(out, "} %llu.%09llu\n", (unsigned long long)(series->sum_ns / 1000000000),
                  (unsigned long long)(series->sum_ns % 1000000000));
    uc_buf_printf(out, "%s_count{", name);
    write_labels(out, operation, series);
    uc_buf_printf(out, "} %llu\n", (unsigned long long)count);
}

static void write_requests(const struct uc_metrics *metrics, struct uc_buf *out)
{
    uc_buf_printf(out, "# HELP http_server_request_duration_seconds Time from the complete request to its answer.\n"
                       "# TYPE http_server_request_duration_seconds histogram\n");
    for (size_t i = 0; i <= metrics->info->operation_count; i++) {
        const struct uc_operation *operation = i < metrics->info->operation_count ? &metrics->info->operations[i] : NULL;

        for (const struct uc_metrics_series *series = metrics->by_operation[i]; series; series = series->next)
            write_series(out, operation, series);
    }
}

static void write_refusals(const struct uc_metrics *metrics, struct uc_buf *out)
{
    uc_buf_printf(out, "# HELP uc_http_refused_total Requests refused before routing, by the answer's status.\n"
                       "# TYPE uc_http_refused_total counter\n");
    for (size_t i = 0; i < sizeof(metrics->refusals) / sizeof(metrics->refusals[0]); i++) {
        if (metrics->refusals[i].status)
            uc_buf_printf(out, "uc_http_refused_total{http_response_status_code=\"%d\"} %llu\n",
                          metrics->refusals[i].status, (unsigned long long)metrics->refusals[i].count);
    }
}

static void write_gauge(struct uc_buf *out, const char *name, const char *help, unsigned long long value)
{
    uc_buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n%s %llu\n", name, help, name, name, value);
}

void uc_metrics_write(const struct uc_metrics *metrics, const struct uc_metrics_now *now, struct uc_buf *out)
{
    write_requests(metrics, out);
    write_refusals(metrics, out);
    write_gauge(out, "http_server_active_requests", "Requests whose answer is awaited.", now->active_requests);
    write_gauge(out, "uc_http_connections", "Open connections.", now->connections);
    write_gauge(out, "uc_ready", "1 while /readyz answers 200.", now->ready);
    write_gauge(out, "process_start_time_seconds", "Start, in seconds since 1970.", metrics->started_ms / 1000);
    uc_buf_printf(out, "# HELP uc_service_info The service and its contract's version.\n# TYPE uc_service_info gauge\n"
                       "uc_service_info{service_name=\"%s\",",
                  metrics->info->name);
    write_label(out, "service_version", metrics->info->version);
    uc_buf_printf(out, "} 1\n");
}
