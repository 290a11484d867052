/* SPDX-License-Identifier: MIT */
/*
 * metrics.h - what is counted, and how /metrics tells it (Prometheus text 0.0.4).
 *
 * Names are OpenTelemetry's HTTP semantic conventions as Prometheus writes them. A series (operation,
 * method, status) comes into being with its first request. Recording is a few stores.
 */
#ifndef UC_METRICS_H
#define UC_METRICS_H

#include "uc/service.h"

#define UC_METRICS_BUCKETS 15 /* the last is +Inf */

struct uc_metrics_series {
    struct uc_metrics_series *next;
    enum uc_method method;
    int status;
    uint64_t sum_ns;
    uint64_t buckets[UC_METRICS_BUCKETS]; /* each its own, not cumulated */
};

struct uc_metrics_refusals {
    int status;
    uint64_t count;
};

struct uc_metrics {
    const struct uc_service_info *info;       /* borrowed */
    struct uc_metrics_series **by_operation;  /* operation_count, and one for unknown paths */
    struct uc_metrics_refusals refusals[12];  /* what the parser refused, by status */
    uint64_t started_ms;                      /* wall clock */
    uint64_t lost_series;                     /* requests not counted for want of memory */
};

int uc_metrics_init(struct uc_metrics *metrics, const struct uc_service_info *info);
void uc_metrics_deinit(struct uc_metrics *metrics);

/* `operation` NULL: the path was unknown. */
void uc_metrics_request(struct uc_metrics *metrics, const struct uc_operation *operation, enum uc_method method,
                        int status, uint64_t duration_ns);
void uc_metrics_refused(struct uc_metrics *metrics, int status);

struct uc_metrics_now {
    unsigned connections, active_requests;
    bool ready;
};

void uc_metrics_write(const struct uc_metrics *metrics, const struct uc_metrics_now *now, struct uc_buf *out);

#endif
