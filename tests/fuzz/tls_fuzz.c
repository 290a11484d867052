/* SPDX-License-Identifier: MIT */
/*
 * An engine at either end, whose peer is hostile. The first byte says which end: 0 the listening one, 1 the calling
 * one, 2 the listening one that asks for a certificate. Of the second, 0: the rest is what the peer sends. Otherwise the
 * peer is one of ours, and the rest is the damage to what it sends: of each four bytes, two are how many bytes go by
 * first, the third is what happens (a bit changes, a byte is lost, one is added, the connection ends) and how.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../framework/tls_fixtures.h"
#include "io/tls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct hostile {
    const uint8_t *damage;
    size_t left, until; /* bytes that go by before the next one */
    bool cut;
};

static struct uc_tls_server *load(const struct uc_tls_ops *ops, struct uc_tls_texts texts)
{
    char why[UC_TLS_WHY_BYTES];
    struct uc_tls_server *server = NULL;

    if (ops->load(&server, &texts, why))
        abort();
    return server;
}

/* Takes what the engine has for its owner, and sees that the doors agree. */
static void use(struct uc_tls *tls)
{
    const struct uc_tls_ops *ops = &uc_tls_bearssl;
    const unsigned char *data;
    size_t len;

    while ((data = ops->data(tls, &len)) && len) {
        volatile unsigned char last = data[len - 1];

        (void)last;
        ops->took(tls, len);
    }
    (void)ops->subject(tls);
    if (ops->error(tls) && !ops->is_over(tls))
        abort();
}

static void feed(struct uc_tls *tls, const uint8_t *bytes, size_t len)
{
    const struct uc_tls_ops *ops = &uc_tls_bearssl;

    while (len) {
        size_t room;
        unsigned char *to = ops->space(tls, &room);

        if (!to || !room)
            return;
        room = room < len ? room : len;
        memcpy(to, bytes, room);
        ops->received(tls, room);
        bytes += room;
        len -= room;
        use(tls);
    }
}

static void next_damage(struct hostile *hostile)
{
    hostile->until = hostile->left >= 4 ? (size_t)hostile->damage[0] * 16 + hostile->damage[1] : SIZE_MAX;
}

/* One byte on its way to the engine. */
static void pass(struct hostile *hostile, struct uc_tls *tls, uint8_t byte)
{
    uint8_t pair[2] = {byte, byte};
    size_t len = 1;

    if (hostile->cut)
        return;
    if (hostile->until-- == 0) {
        uint8_t how = hostile->damage[3];

        switch (hostile->damage[2] % 4) {
        case 0:
            pair[0] ^= (uint8_t)(1u << how % 8);
            break;
        case 1:
            len = 0;
            break;
        case 2:
            pair[1] = how;
            len = 2;
            break;
        default:
            hostile->cut = true;
            return;
        }
        hostile->damage += 4;
        hostile->left -= 4;
        next_damage(hostile);
    }
    feed(tls, pair, len);
}

static bool deliver(struct uc_tls *from, struct uc_tls *to, struct hostile *hostile)
{
    const struct uc_tls_ops *ops = &uc_tls_bearssl;
    size_t len;
    const unsigned char *bytes = ops->output(from, &len);

    if (!bytes || !len)
        return false;
    if (hostile) {
        for (size_t i = 0; i < len; i++)
            pass(hostile, to, bytes[i]);
    } else {
        feed(to, bytes, len);
    }
    ops->sent(from, len);
    return true;
}

static void converse(struct uc_tls *victim, struct uc_tls *peer, struct hostile *hostile)
{
    const struct uc_tls_ops *ops = &uc_tls_bearssl;

    next_damage(hostile);
    for (int round = 0; round < 12; round++) {
        deliver(victim, peer, NULL);
        deliver(peer, victim, hostile);
        if (ops->put(peer, "hello", 5))
            ops->flush(peer);
        if (ops->put(victim, "answer", 6))
            ops->flush(victim);
        if (round == 9)
            ops->end(peer);
    }
    ops->end(victim);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct uc_tls_server *asking, *known;
    struct uc_tls_server *listening, *calling; /* sessions that they keep are of this input alone */
    struct hostile hostile;
    struct uc_tls *victim, *peer;
    bool is_caller;

    if (size < 2)
        return 0;
    if (!asking) {
        asking = load(&uc_tls_bearssl, (struct uc_tls_texts){named_certificate, named_key, named_certificate});
        known = load(&uc_tls_bearssl_client, (struct uc_tls_texts){named_certificate, named_key, named_certificate});
    }
    listening = load(&uc_tls_bearssl, (struct uc_tls_texts){named_certificate, named_key, NULL});
    calling = load(&uc_tls_bearssl_client, (struct uc_tls_texts){NULL, NULL, named_certificate});
    is_caller = data[0] % 3 == 1;
    victim = is_caller ? uc_tls_bearssl_client.open(calling, "a.example") : uc_tls_bearssl.open(data[0] % 3 ? asking : listening, NULL);
    peer = is_caller ? uc_tls_bearssl.open(listening, NULL) : uc_tls_bearssl_client.open(known, "a.example");
    if (!victim || !peer)
        abort();
    hostile = (struct hostile){.damage = data + 2, .left = size - 2};
    if (data[1])
        converse(victim, peer, &hostile);
    else
        feed(victim, data + 2, size - 2);
    uc_tls_bearssl.close(victim);
    uc_tls_bearssl.close(peer);
    uc_tls_bearssl.unload(listening);
    uc_tls_bearssl_client.unload(calling);
    return 0;
}
