/* SPDX-License-Identifier: MIT */
/*
 * tls_client.c - the calling end.
 *
 * The last session is kept, so that the next connection need not begin anew.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/tls_engine.h"

struct uc_tls_server { /* here: the peers of one client */
    struct uc_tls_anchors anchors;
    struct uc_tls_identity identity;
    br_ssl_session_parameters session; /* no length: there is none */
};

static void unload(struct uc_tls_server *peers)
{
    if (!peers)
        return;
    uc_tls_unload_identity(&peers->identity);
    uc_tls_unload_anchors(&peers->anchors);
    memset(&peers->session, 0, sizeof(peers->session));
    free(peers);
}

static int load(struct uc_tls_server **out, const struct uc_tls_texts *texts, char why[UC_TLS_WHY_BYTES])
{
    struct uc_tls_server *peers = calloc(1, sizeof(*peers));
    int err = peers ? uc_tls_load_anchors(&peers->anchors, texts->authorities, "ca", why) : -ENOMEM;

    if (!err && texts->certificate)
        err = uc_tls_load_identity(&peers->identity, texts->certificate, texts->key, why);
    if (err) {
        unload(peers);
        return err;
    }
    *out = peers;
    return 0;
}

static void set_identity(struct uc_tls *tls, const struct uc_tls_identity *identity)
{
    if (br_skey_decoder_key_type(&identity->decoded) == BR_KEYTYPE_EC)
        br_ssl_client_set_single_ec(&tls->client, identity->chain, identity->chain_count,
                                    br_skey_decoder_get_ec(&identity->decoded), BR_KEYTYPE_SIGN, 0,
                                    br_ec_get_default(), br_ecdsa_sign_asn1_get_default());
    else
        br_ssl_client_set_single_rsa(&tls->client, identity->chain, identity->chain_count,
                                     br_skey_decoder_get_rsa(&identity->decoded), br_rsa_pkcs1_sign_get_default());
}

static bool set_up(struct uc_tls *tls, struct uc_tls_server *peers, const char *name)
{
    if (!uc_tls_begin(tls) || !uc_tls_ask(tls, &peers->anchors))
        return false;
    br_ssl_client_set_default_rsapub(&tls->client);
    if (peers->identity.chain_count)
        set_identity(tls, &peers->identity);
    if (peers->session.session_id_len)
        br_ssl_engine_set_session_parameters(&tls->engine, &peers->session);
    return br_ssl_client_reset(&tls->client, name, peers->session.session_id_len != 0);
}

static struct uc_tls *open_one(struct uc_tls_server *peers, const char *name)
{
    struct uc_tls *tls = malloc(sizeof(*tls));

    if (!tls)
        return NULL;
    tls->peer = NULL;
    tls->owner = peers;
    br_ssl_client_zero(&tls->client);
    if (!set_up(tls, peers, name)) {
        uc_tls_close(tls);
        return NULL;
    }
    return tls;
}

/* What it has agreed on serves the next. */
static void close_one(struct uc_tls *tls)
{
    if (br_ssl_engine_last_error(&tls->engine) == BR_ERR_OK)
        br_ssl_engine_get_session_parameters(&tls->engine, &tls->owner->session);
    else
        tls->owner->session.session_id_len = 0;
    uc_tls_close(tls);
}

const struct uc_tls_ops uc_tls_bearssl_client = {
    .load = load, .unload = unload, .open = open_one, .close = close_one, UC_TLS_DOORS};
