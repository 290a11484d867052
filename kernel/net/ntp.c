/* SPDX-License-Identifier: MIT */
/*
 * ntp.c - when to ask, and what an answer does to the clock.
 */
#include "net/ntp.h"

#include "abi/errno.h"
#include "core/clock.h"
#include "core/cmdline.h"
#include "core/idle.h"
#include "core/log.h"
#include "core/random.h"
#include "core/timer.h"
#include "lwip/udp.h"
#include "net/lease.h"
#include "net/net.h"

#define PORT 123
#define FIRST_WAIT_S 2
#define MOST_WAIT_S 64
#define PERIOD_S 1024
#define PERIOD_MOST_S (1u << 17) /* RFC 5905: MAXPOLL */
#define BOOT_WAIT_NS (2 * K_NS_PER_S)
#define NO_DATE_NS (1600000000 * K_NS_PER_S) /* 2020: earlier than that nothing of ours ran */

static void ask(void *arg);

static struct k_timer timer = {.fn = ask};
static struct udp_pcb *pcb;
static struct k_ntp_question question;
static unsigned wait_s = FIRST_WAIT_S; /* between the last question and the next one */
static unsigned period_s = PERIOD_S;   /* what it becomes with the date */
static bool is_answered; /* the question; and once: the clock was set */
static bool is_set;
static uint32_t refused_by; /* who is not asked any more; 0: nobody */

static uint32_t server(void)
{
    const char *told = k_cmdline_get("ntp");
    ip4_addr_t address;

    if (!told)
        return k_lease_time_server();
    return k_address_parse(told, &address.addr) ? address.addr : 0;
}

static void ask(void *arg)
{
    ip4_addr_t to = {server()};
    struct pbuf *pbuf;

    (void)arg;
    k_timer_set(&timer, k_clock_now_ns() + wait_s * K_NS_PER_S);
    if (wait_s < MOST_WAIT_S)
        wait_s *= 2;
    pbuf = to.addr && to.addr != refused_by ? pbuf_alloc(PBUF_TRANSPORT, K_NTP_BYTES, PBUF_RAM) : NULL;
    if (!pbuf)
        return;
    k_random_bytes(&question.cookie, sizeof question.cookie);
    is_answered = false;
    question.sent_ns = k_clock_now_ns();
    k_ntp_write(&question, pbuf->payload);
    udp_sendto(pcb, pbuf, &to, PORT);
    pbuf_free(pbuf);
}

static void tell(uint64_t before_ns, uint64_t now_ns, const ip_addr_t *from)
{
    const uint8_t *a = (const uint8_t *)&from->addr;
    uint64_t off_ms = (now_ns > before_ns ? now_ns - before_ns : before_ns - now_ns) / K_NS_PER_MS;

    if (!is_set || off_ms > 1000)
        k_log(K_LOG_INFO, "net: the date from %d.%d.%d.%d; the clock was %s by %lu ms", a[0], a[1], a[2],
              a[3], now_ns > before_ns ? "behind" : "ahead", off_ms);
}

static void wait_longer(unsigned seconds)
{
    wait_s = seconds;
    k_timer_set(&timer, k_clock_now_ns() + wait_s * K_NS_PER_S);
}

/* A server that answered, and did not tell the date. */
static void obey(int error, const ip_addr_t *from)
{
    if (error == -EACCES) {
        k_log(K_LOG_WARN, "net: the time server refuses to be asked, and is not asked again");
        refused_by = from->addr;
    } else if (error == -EBUSY && period_s < PERIOD_MOST_S) {
        period_s *= 2;
    }
    /* Before the first date, one that has none itself is worth the next question of the series. */
    if (error != -EAGAIN || is_set)
        wait_longer(period_s);
}

static void heard(void *arg, struct udp_pcb *from_pcb, struct pbuf *pbuf, const ip_addr_t *from, u16_t port)
{
    uint64_t received_ns = k_clock_now_ns(), wall_ns;
    uint8_t answer[K_NTP_BYTES];
    int error;

    (void)arg, (void)from_pcb;
    error = port != PORT || is_answered || pbuf_copy_partial(pbuf, answer, sizeof answer, 0) != sizeof answer
                ? -EPROTO
                : k_ntp_read(&question, answer, sizeof answer, received_ns, &wall_ns);
    pbuf_free(pbuf);
    if (error == -EPROTO)
        return;
    is_answered = true;
    if (error) {
        obey(error, from);
        return;
    }
    wait_longer(period_s);
    tell(k_clock_wall_ns(), wall_ns, from);
    is_set = true;
    k_clock_set_wall_ns(wall_ns);
}

void k_ntp_start(void)
{
    if (pcb || !server())
        return;
    pcb = udp_new();
    if (!pcb)
        return;
    udp_recv(pcb, heard, NULL);
    ask(NULL);
}

void k_ntp_init(void)
{
    uint64_t deadline = k_clock_now_ns() + BOOT_WAIT_NS;
    const char *told = k_cmdline_get("ntp");

    if (told && !server())
        k_log(K_LOG_WARN, "net: ntp=%s is not an address; no time server is asked", told);
    k_ntp_start();
    while (pcb && !is_answered && k_clock_wall_ns() < NO_DATE_NS && k_clock_now_ns() < deadline)
        k_idle_round(); /* its own timer ends each halt */
}
