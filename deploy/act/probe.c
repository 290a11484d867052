/* SPDX-License-Identifier: MIT */
#include "probe.h"

#include <lwip/tcp.h>
#include <stdio.h>
#include <string.h>

#define STATUS_AT   9 /* in "HTTP/1.1 200" */
#define HEAD_NEEDED 12

void act_probe_init(struct act_probe *probe, uv_loop_t *loop, act_probe_fn *fn, void *arg)
{
    memset(probe, 0, sizeof(*probe));
    uv_timer_init(loop, &probe->timer);
    probe->timer.data = probe;
    probe->fn = fn;
    probe->arg = arg;
}

static struct tcp_pcb *detach(struct act_probe *probe)
{
    struct tcp_pcb *pcb = probe->pcb;

    uv_timer_stop(&probe->timer);
    probe->pcb = NULL;
    if (pcb) {
        tcp_arg(pcb, NULL);
        tcp_recv(pcb, NULL);
        tcp_err(pcb, NULL);
    }
    return pcb;
}

void act_probe_cancel(struct act_probe *probe)
{
    struct tcp_pcb *pcb = detach(probe);

    if (pcb)
        tcp_abort(pcb);
}

static void failed(void *arg, err_t error)
{
    struct act_probe *probe = arg;

    probe->pcb = NULL; /* lwIP has freed it */
    uv_timer_stop(&probe->timer);
    probe->fn(false, error == ERR_RST ? "connection refused" : "connection lost", probe->arg);
}

static void on_timeout(uv_timer_t *timer)
{
    struct act_probe *probe = timer->data;

    act_probe_cancel(probe);
    probe->fn(false, "no answer in time", probe->arg);
}

static bool head_is_good(const char *head)
{
    return memcmp(head, "HTTP/1.", 7) == 0 && head[STATUS_AT] == '2';
}

/* Close politely (the service logs no error), then tell. */
static void finish(struct act_probe *probe, struct tcp_pcb *pcb)
{
    bool complete = probe->head_len == HEAD_NEEDED;
    char why[64] = "connection closed without an answer";

    if (complete)
        snprintf(why, sizeof(why), "status %.3s", probe->head + STATUS_AT);
    detach(probe);
    if (tcp_close(pcb) != ERR_OK)
        tcp_recv(pcb, NULL); /* out of memory: lwIP's own timers end it */
    probe->fn(complete && head_is_good(probe->head), why, probe->arg);
}

static err_t received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
    struct act_probe *probe = arg;

    (void)error;
    if (p) {
        unsigned wanted = HEAD_NEEDED - probe->head_len;

        probe->head_len += pbuf_copy_partial(p, probe->head + probe->head_len, (u16_t)wanted, 0);
        tcp_recved(pcb, p->tot_len);
        pbuf_free(p);
    }
    if (!p || probe->head_len == HEAD_NEEDED)
        finish(probe, pcb);
    return ERR_OK;
}

static err_t connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    struct act_probe *probe = arg;

    (void)error;
    tcp_write(pcb, probe->request, (u16_t)strlen(probe->request), TCP_WRITE_FLAG_COPY);
    tcp_output(pcb);
    return ERR_OK;
}

void act_probe_start(struct act_probe *probe, uint32_t ip, uint16_t port, const char *host,
                     const char *path, uint64_t timeout_ms)
{
    ip_addr_t to;

    act_probe_cancel(probe);
    snprintf(probe->request, sizeof(probe->request),
             "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: ucompose\r\nConnection: close\r\n\r\n",
             path, host);
    probe->head_len = 0;
    uv_timer_start(&probe->timer, on_timeout, timeout_ms, 0);
    probe->pcb = tcp_new();
    if (!probe->pcb)
        return;
    ip_addr_set_ip4_u32(&to, lwip_htonl(ip));
    tcp_arg(probe->pcb, probe);
    tcp_nagle_disable(probe->pcb);
    tcp_recv(probe->pcb, received);
    tcp_err(probe->pcb, failed);
    tcp_connect(probe->pcb, &to, port, connected); /* on failure the time-out tells */
}
