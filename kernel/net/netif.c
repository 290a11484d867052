/* SPDX-License-Identifier: MIT */
/*
 * netif.c - lwIP's interface on a network card, without copies.
 *
 * Received frames go to lwIP in the buffers that the device filled. lwIP may keep them for long
 * (data that the service has not read): when few buffers are left with the device, frames are
 * copied into memory of their own size and the buffer goes back at once. Frames to send are lent
 * piece by piece and stay referenced until the device is done with them; when its queue is full
 * they wait in a queue of ours.
 */
#include <string.h>

#include "abi/errno.h"
#include "core/heap.h"
#include "core/hostname.h"
#include "core/page.h"
#include "lwip/etharp.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "netif/ethernet.h"
#include "net/net.h"
#include "virtio/netdev.h"

#define BUFFER_BYTES 2048
#define FRAME_BYTES (14 + K_NET_MTU)
#define FRAME_LEAST 34     /* Ethernet's and IPv4's headers: lwIP reads them before it measures */
#define ROUND_FRAMES 64    /* frames of one round: then others have their turn */
#define WAITING_MAX 512    /* frames to send while the queue is full; a power of two */

struct buffer {
    struct pbuf_custom pbuf; /* first: lwIP hands back a pointer to it */
    struct buffer *next;     /* of the spare ones */
    struct card *card;       /* its device's */
    uint8_t room[BUFFER_BYTES - sizeof(struct pbuf_custom) - 2 * sizeof(void *)];
};
_Static_assert(sizeof(struct buffer) == BUFFER_BYTES, "two buffers fill a page");

struct card {
    struct card *next;
    struct k_netdev *dev;
    struct netif *netif;
    struct buffer *spare;
    uint32_t buffers, lent; /* all of them, and those that the device has */
    struct pbuf *waiting[WAITING_MAX];
    unsigned waiting_first, waiting_count;
};

static struct card *cards;

/* ---- receiving ---- */

static void lend(struct buffer *buffer)
{
    struct card *card = buffer->card;

    if (card->dev->ops->lend(card->dev, buffer->room, K_NETDEV_HEAD + FRAME_BYTES, buffer)) {
        buffer->next = card->spare;
        card->spare = buffer;
    } else {
        card->lent++;
    }
}

static void buffer_freed(struct pbuf *pbuf)
{
    lend((struct buffer *)pbuf);
}

int k_netif_lend_buffers(struct netif *netif, uint32_t count)
{
    struct card *card = netif->state;

    for (uint32_t i = 0; i < count; i += K_PAGE_SIZE / BUFFER_BYTES) {
        struct buffer *buffer = k_pages_alloc(1);

        if (!buffer)
            return i ? 0 : -ENOMEM;
        for (unsigned j = 0; j < K_PAGE_SIZE / BUFFER_BYTES; j++) {
            buffer[j].pbuf.custom_free_function = buffer_freed;
            buffer[j].card = card;
            card->buffers++;
            lend(&buffer[j]);
        }
    }
    return 0;
}

static struct pbuf *wrap(struct buffer *buffer, uint16_t bytes)
{
    struct card *card = buffer->card;
    struct pbuf *pbuf;

    if (card->lent >= card->buffers / 4 || card->spare)
        return pbuf_alloced_custom(PBUF_RAW, bytes, PBUF_REF, &buffer->pbuf,
                                   buffer->room + K_NETDEV_HEAD, FRAME_BYTES);
    pbuf = pbuf_alloc(PBUF_RAW, bytes, PBUF_RAM);
    if (pbuf)
        memcpy(pbuf->payload, buffer->room + K_NETDEV_HEAD, bytes);
    lend(buffer);
    return pbuf;
}

static bool receive(struct card *card)
{
    struct buffer *buffer;
    uint32_t bytes;
    int frames = 0;

    while (frames < ROUND_FRAMES && (buffer = card->dev->ops->receive(card->dev, &bytes))) {
        struct pbuf *pbuf;

        card->lent--;
        frames++;
        if (bytes < K_NETDEV_HEAD + FRAME_LEAST) {
            lend(buffer);
            continue;
        }
        pbuf = wrap(buffer, (uint16_t)(bytes - K_NETDEV_HEAD));
        if (pbuf && ethernet_input(pbuf, card->netif) != ERR_OK)
            pbuf_free(pbuf);
    }
    while (card->spare) {
        buffer = card->spare;
        card->spare = buffer->next;
        lend(buffer);
        if (card->spare == buffer)
            break; /* the device has enough */
    }
    return frames > 0;
}

/* ---- sending ---- */

/* The reference of the caller becomes the device's. -EAGAIN: its queue is full. */
static int hand_over(struct card *card, struct pbuf *pbuf)
{
    struct k_virtq_seg segs[K_NETDEV_PIECES_MAX];
    unsigned count = 0;

    for (struct pbuf *piece = pbuf; piece; piece = piece->next)
        segs[count++] = (struct k_virtq_seg){piece->payload, piece->len};
    segs[0].at = (uint8_t *)segs[0].at - K_NETDEV_HEAD;
    segs[0].bytes += K_NETDEV_HEAD;
    return card->dev->ops->send(card->dev, segs, count, pbuf);
}

static void finish_sent(struct card *card)
{
    struct pbuf *pbuf;

    while ((pbuf = card->dev->ops->sent(card->dev)))
        pbuf_free(pbuf);
    while (card->waiting_count && !hand_over(card, card->waiting[card->waiting_first])) {
        card->waiting_first = (card->waiting_first + 1) % WAITING_MAX;
        card->waiting_count--;
    }
}

/* Is there room for the device's header in front, in this pbuf's own memory? */
static bool has_head(struct pbuf *pbuf)
{
    if (pbuf_add_header(pbuf, K_NETDEV_HEAD))
        return false;
    pbuf_remove_header(pbuf, K_NETDEV_HEAD);
    return true;
}

static err_t link_output(struct netif *netif, struct pbuf *pbuf)
{
    struct card *card = netif->state;

    if (!has_head(pbuf) || pbuf_clen(pbuf) > K_NETDEV_PIECES_MAX) {
        pbuf = pbuf_clone(PBUF_RAW_TX, PBUF_RAM, pbuf);
        if (!pbuf)
            return ERR_MEM;
    } else {
        pbuf_ref(pbuf);
    }
    if (!card->waiting_count && !hand_over(card, pbuf))
        return ERR_OK;

    /* Full: let the device begin, and collect what it may have finished meanwhile. */
    card->dev->ops->flush(card->dev);
    finish_sent(card);
    if (!card->waiting_count && !hand_over(card, pbuf))
        return ERR_OK;
    if (card->waiting_count == WAITING_MAX) {
        pbuf_free(pbuf);
        return ERR_MEM;
    }
    card->waiting[(card->waiting_first + card->waiting_count++) % WAITING_MAX] = pbuf;
    return ERR_OK;
}

/* ---- the round ---- */

bool k_netif_poll(void)
{
    bool did = false;

    for (struct card *card = cards; card; card = card->next) {
        finish_sent(card);
        did |= receive(card);
        card->dev->ops->flush(card->dev);
    }
    return did;
}

bool k_netif_before_idle(void)
{
    bool any = false;

    for (struct card *card = cards; card; card = card->next) {
        card->dev->ops->flush(card->dev);
        any |= card->dev->ops->arm(card->dev) || card->waiting_count;
    }
    return any;
}

int8_t k_netif_init(struct netif *netif)
{
    struct card *card = k_calloc(1, sizeof(*card));

    if (!card)
        return ERR_MEM;
    card->dev = netif->state;
    card->netif = netif;
    netif->state = card;
    card->next = cards;
    cards = card;
    netif->name[0] = 'e';
    netif->name[1] = 'n';
    netif->hostname = k_hostname_is_chosen() ? k_hostname() : NULL; /* else the server names us */
    netif->output = etharp_output;
    netif->linkoutput = link_output;
    netif->mtu = K_NET_MTU;
    netif->hwaddr_len = 6;
    memcpy(netif->hwaddr, card->dev->mac, 6);
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET |
                   NETIF_FLAG_LINK_UP;
    return ERR_OK;
}
