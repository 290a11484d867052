/* SPDX-License-Identifier: MIT */
/*
 * tls_server.c - the listening end.
 */
#include <errno.h>
#include <stdlib.h>

#include "io/tls_engine.h"

#define SESSIONS_BYTES (128 * 100) /* about a hundred bytes a session (bearssl_ssl.h) */

struct uc_tls_server {
    unsigned refs; /* its owner's, and one of each connection */
    struct uc_tls_identity identity;
    struct uc_tls_anchors anchors; /* of clients */
    br_ssl_session_cache_lru sessions;
    unsigned char session_bytes[SESSIONS_BYTES];
};

static void unload(struct uc_tls_server *server)
{
    if (!server || --server->refs)
        return;
    uc_tls_unload_identity(&server->identity);
    uc_tls_unload_anchors(&server->anchors);
    free(server);
}

static int load(struct uc_tls_server **out, const struct uc_tls_texts *texts, char why[UC_TLS_WHY_BYTES])
{
    struct uc_tls_server *server = calloc(1, sizeof(*server));
    int err = server ? 0 : -ENOMEM;

    if (server) {
        server->refs = 1;
        err = uc_tls_load_identity(&server->identity, texts->certificate, texts->key, why);
    }
    if (!err && texts->authorities)
        err = uc_tls_load_anchors(&server->anchors, texts->authorities, "client-ca", why);
    if (err) {
        unload(server);
        return err;
    }
    br_ssl_session_cache_lru_init(&server->sessions, server->session_bytes, sizeof(server->session_bytes));
    *out = server;
    return 0;
}

static void set_identity(struct uc_tls *tls, const struct uc_tls_identity *identity)
{
    if (br_skey_decoder_key_type(&identity->decoded) == BR_KEYTYPE_EC)
        br_ssl_server_set_single_ec(&tls->server, identity->chain, identity->chain_count,
                                    br_skey_decoder_get_ec(&identity->decoded), BR_KEYTYPE_SIGN, 0,
                                    br_ec_get_default(), br_ecdsa_sign_asn1_get_default());
    else
        br_ssl_server_set_single_rsa(&tls->server, identity->chain, identity->chain_count,
                                     br_skey_decoder_get_rsa(&identity->decoded), BR_KEYTYPE_SIGN,
                                     br_rsa_private_get_default(), br_rsa_pkcs1_sign_get_default());
}

static bool set_up(struct uc_tls *tls, struct uc_tls_server *server)
{
    if (!uc_tls_begin(tls))
        return false;
    set_identity(tls, &server->identity);
    if (server->anchors.count) { /* each time: a resumed session would not show the certificate again */
        if (!uc_tls_ask(tls, &server->anchors, NULL))
            return false;
        br_ssl_server_set_trust_anchor_names_alt(&tls->server, server->anchors.items, server->anchors.count);
    } else {
        br_ssl_server_set_cache(&tls->server, &server->sessions.vtable);
    }
    return br_ssl_server_reset(&tls->server);
}

static void close_one(struct uc_tls *tls)
{
    struct uc_tls_server *owner = tls->owner;

    uc_tls_close(tls);
    unload(owner);
}

static struct uc_tls *open_one(struct uc_tls_server *server, const char *name)
{
    struct uc_tls *tls = malloc(sizeof(*tls));

    (void)name;
    if (!tls)
        return NULL;
    tls->peer = NULL;
    tls->established = false;
    tls->owner = server;
    server->refs++;
    br_ssl_server_zero(&tls->server);
    if (!set_up(tls, server)) {
        close_one(tls);
        return NULL;
    }
    return tls;
}

const struct uc_tls_ops uc_tls_bearssl = {.load = load, .unload = unload, .open = open_one, .close = close_one,
                                        UC_TLS_DOORS};
