/* SPDX-License-Identifier: MIT */
/*
 * tls_client.c - the calling end.
 *
 * The last session is kept, so that the next connection need not begin anew.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "io/tls_engine.h"
#include "io/tls_name.h"

#define SESSION_MS (24 * 3600 * 1000) /* RFC 5246 appendix F.1.4: then the peer shows its certificate again */

struct uc_tls_server { /* here: the peers of one client */
    unsigned refs; /* its owner's, and one of each connection */
    struct uc_tls_anchors anchors;
    struct uc_tls_identity identity;
    br_ssl_session_parameters session; /* no length: there is none */
    uint64_t session_until_ms;
    char session_of[256]; /* the name that its certificate was for: who has one name's session is not another */
};

static void unload(struct uc_tls_server *peers)
{
    if (!peers || --peers->refs)
        return;
    uc_tls_unload_identity(&peers->identity);
    uc_tls_unload_anchors(&peers->anchors);
    memset(&peers->session, 0, sizeof(peers->session));
    free(peers);
}

static int load(struct uc_tls_server **out, const struct uc_tls_texts *texts, char why[UC_TLS_WHY_BYTES])
{
    struct uc_tls_server *peers = calloc(1, sizeof(*peers));
    int err = peers ? 0 : -ENOMEM;

    if (peers) {
        peers->refs = 1;
        err = uc_tls_load_anchors(&peers->anchors, texts->authorities, "ca", why);
    }
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
    bool resumes = peers->session.session_id_len && uc_date_now_ms() < peers->session_until_ms &&
                   !strcmp(peers->session_of, name);

    if (!uc_tls_begin(tls) || !uc_tls_ask(tls, &peers->anchors, name))
        return false;
    br_ssl_client_set_default_rsapub(&tls->client);
    if (peers->identity.chain_count)
        set_identity(tls, &peers->identity);
    if (resumes)
        br_ssl_engine_set_session_parameters(&tls->engine, &peers->session);
    return br_ssl_client_reset(&tls->client, uc_tls_name_is_address(name) ? NULL : name, resumes);
}

static struct uc_tls *open_one(struct uc_tls_server *peers, const char *name)
{
    struct uc_tls *tls = malloc(sizeof(*tls));

    if (!tls)
        return NULL;
    tls->peer = NULL;
    tls->established = false;
    tls->owner = peers;
    peers->refs++;
    br_ssl_client_zero(&tls->client);
    if (!set_up(tls, peers, name)) {
        uc_tls_close(tls);
        unload(peers);
        return NULL;
    }
    return tls;
}

static bool is_same_session(const br_ssl_session_parameters *a, const br_ssl_session_parameters *b)
{
    return a->session_id_len && a->session_id_len == b->session_id_len && !memcmp(a->session_id, b->session_id, a->session_id_len);
}

/*
 * What it has agreed on serves the next. Only when both have proved that they know it: the engine notes a session's
 * number when the peer names one, with a secret of zeros, and whoever then hangs up and "resumes" needs no certificate.
 */
static void keep_session(struct uc_tls *tls)
{
    struct uc_tls_server *peers = tls->owner;
    br_ssl_session_parameters session;

    if (br_ssl_engine_last_error(&tls->engine) != BR_ERR_OK) {
        peers->session.session_id_len = 0;
        return;
    }
    if (!tls->established || !tls->peer || strlen(tls->peer->wanted) >= sizeof(peers->session_of))
        return;
    br_ssl_engine_get_session_parameters(&tls->engine, &session);
    if (!is_same_session(&session, &peers->session)) /* resuming does not make it younger */
        peers->session_until_ms = uc_date_now_ms() + SESSION_MS;
    peers->session = session;
    strcpy(peers->session_of, tls->peer->wanted);
}

static void close_one(struct uc_tls *tls)
{
    struct uc_tls_server *peers = tls->owner;

    keep_session(tls);
    uc_tls_close(tls);
    unload(peers);
}

const struct uc_tls_ops uc_tls_bearssl_client = {
    .load = load, .unload = unload, .open = open_one, .close = close_one, UC_TLS_DOORS};
