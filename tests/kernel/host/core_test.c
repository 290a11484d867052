/* SPDX-License-Identifier: MIT */
/* core_test.c - timers and the command line. */
#include <string.h>

#include "core/cmdline.h"
#include "core/timer.h"
#include "tap.h"

static char order[16];
static struct k_timer again;

static void note(void *arg) { strcat(order, arg); }

static void set_again(void *arg)
{
    strcat(order, arg);
    k_timer_set(&again, 500);
}

static void timers(void)
{
    struct k_timer a = {.fn = note, .arg = "a"}, b = {.fn = note, .arg = "b"};
    struct k_timer c = {.fn = note, .arg = "c"};

    ok(k_timer_next_ns() == K_NEVER && !k_timer_run(1), "without timers nothing is due");
    k_timer_set(&c, 300);
    k_timer_set(&a, 100);
    k_timer_set(&b, 200);
    ok(k_timer_next_ns() == 100, "the earliest deadline is known");
    ok(!k_timer_run(99) && !*order, "nothing runs before its time");
    ok(k_timer_run(200) && !strcmp(order, "ab"), "what is due runs in order");
    k_timer_set(&c, 50);
    ok(k_timer_next_ns() == 50, "setting again moves a timer");
    k_timer_cancel(&c);
    k_timer_cancel(&c);
    ok(!k_timer_run(1000) && k_timer_next_ns() == K_NEVER, "a cancelled timer never runs");
    again = (struct k_timer){.fn = set_again, .arg = "x"};
    k_timer_set(&again, 400);
    ok(k_timer_run(450) && k_timer_next_ns() == 500, "a timer may set itself again");
    k_timer_cancel(&again);
    k_timer_set(&a, 7);
    k_timer_set(&b, 7);
    order[0] = '\0';
    k_timer_run(7);
    ok(!strcmp(order, "ab"), "equal deadlines run in the order they were set");
}

static void command_line(void)
{
    static char flood[9000];
    size_t cursor = 0;
    const char *value;

    k_cmdline_add("  ip=10.0.0.1/24 quiet\tdevice=a  device=b\n");
    ok(!strcmp(k_cmdline_get("ip"), "10.0.0.1/24"), "a value is found by its name");
    ok(!strcmp(k_cmdline_get("quiet"), ""), "a bare name has an empty value");
    ok(!k_cmdline_get("i") && !k_cmdline_get("ipx"), "names match whole");
    value = k_cmdline_each("device", &cursor);
    ok(value && !strcmp(value, "a"), "of several values the first comes first");
    value = k_cmdline_each("device", &cursor);
    ok(value && !strcmp(value, "b") && !k_cmdline_each("device", &cursor), "then the others, then none");
    k_cmdline_add("later=1");
    ok(k_cmdline_get("later") && k_cmdline_get("ip"), "tokens can be added");
    memset(flood, 'z', sizeof flood - 1);
    k_cmdline_add(flood);
    k_cmdline_add("more=1");
    ok(!k_cmdline_get("more") && k_cmdline_get("later"), "beyond its limit nothing is added");
}

int main(void)
{
    timers();
    command_line();
    return tap_done();
}
