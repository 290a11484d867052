/* SPDX-License-Identifier: MIT */
#include "names.h"
#include "dns.h"
#include "node.h"
#include "relay.h"

#include <errno.h>
#include <lwip/udp.h>
#include <stdbool.h>
#include <string.h>

enum { DNS_PORT = 53 };

static struct {
    uv_loop_t *loop;
    struct udp_pcb *pcb;
    act_names_lookup_fn *lookup;
    void *arg;
} names;

static void send_message(const uint8_t *message, size_t len, uint32_t ip, uint16_t port)
{
    struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, (u16_t)len, PBUF_RAM);
    ip_addr_t to;

    if (!p)
        return;
    pbuf_take(p, message, (u16_t)len);
    ip_addr_set_ip4_u32(&to, lwip_htonl(ip));
    udp_sendto(names.pcb, p, &to, port);
    pbuf_free(p);
}

static void answer(const uint8_t *message, const struct act_dns_question *question,
                   enum act_dns_rcode rcode, const uint32_t *ips, size_t count, uint32_t ip,
                   uint16_t port)
{
    uint8_t out[ACT_DNS_MESSAGE_MAX];

    send_message(out, act_dns_answer(out, message, question, rcode, ips, count, 0), ip, port);
}

static void relay_answered(const uint8_t *message, size_t len, uint32_t ip, uint16_t port,
                           const uint8_t *asked, size_t asked_len)
{
    struct act_dns_question question;

    if (message)
        send_message(message, len, ip, port);
    else if (act_dns_read(asked, asked_len, &question) == 0)
        answer(asked, &question, ACT_DNS_SERVFAIL, NULL, 0, ip, port);
}

static void answer_project_name(const uint8_t *message, const struct act_dns_question *question,
                                const uint32_t *ips, int count, uint32_t ip, uint16_t port)
{
    if (count == 0)
        answer(message, question, ACT_DNS_NXDOMAIN, NULL, 0, ip, port);
    else if (question->type == ACT_DNS_TYPE_A)
        answer(message, question, ACT_DNS_NOERROR, ips, (size_t)count, ip, port);
    else /* no IPv6 address: an empty answer, so that the asker takes the A records */
        answer(message, question, ACT_DNS_NOERROR, NULL, 0, ip, port);
}

static void answer_query(const uint8_t *message, size_t len, uint32_t ip, uint16_t port)
{
    struct act_dns_question question;
    uint32_t ips[ACT_DNS_ADDRESSES_MAX];
    int err = act_dns_read(message, len, &question);
    int count;

    if (err == -EINVAL)
        return;
    if (err) {
        answer(message, &question, err == -ENOTSUP ? ACT_DNS_NOTIMP : ACT_DNS_FORMERR, NULL, 0, ip,
               port);
        return;
    }
    if (question.class != ACT_DNS_CLASS_IN) {
        answer(message, &question, ACT_DNS_REFUSED, NULL, 0, ip, port);
        return;
    }
    count = names.lookup(question.name, ips, ACT_DNS_ADDRESSES_MAX, names.arg);
    if (count >= 0)
        answer_project_name(message, &question, ips, count, ip, port);
    else if (!strchr(question.name, '.'))
        answer(message, &question, ACT_DNS_NXDOMAIN, NULL, 0, ip, port);
    else if (act_relay_ask(names.loop, message, len, ip, port, relay_answered) < 0)
        answer(message, &question, ACT_DNS_SERVFAIL, NULL, 0, ip, port);
}

static void received(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from,
                     u16_t port)
{
    uint8_t message[ACT_RELAY_MESSAGE_MAX];
    u16_t len = p->tot_len;

    (void)arg, (void)pcb;
    if (len <= sizeof(message)) {
        pbuf_copy_partial(p, message, len, 0);
        answer_query(message, len, lwip_ntohl(ip4_addr_get_u32(ip_2_ip4(from))), port);
    }
    pbuf_free(p);
}

int act_names_start(uv_loop_t *loop, act_names_lookup_fn *lookup, void *arg)
{
    names.loop = loop;
    names.lookup = lookup;
    names.arg = arg;
    names.pcb = udp_new();
    if (!names.pcb)
        return -ENOMEM;
    udp_recv(names.pcb, received, NULL);
    if (udp_bind(names.pcb, IP4_ADDR_ANY, DNS_PORT) != ERR_OK) {
        udp_remove(names.pcb);
        names.pcb = NULL;
        return -EADDRINUSE;
    }
    return 0;
}

void act_names_stop(void)
{
    act_relay_stop();
    if (names.pcb)
        udp_remove(names.pcb);
    names.pcb = NULL;
}
