/* SPDX-License-Identifier: MIT */
/*
 * tls_credentials.c - certificates, keys and authorities, from text to what BearSSL takes.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "io/tls_engine.h"

#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 4096 /* BearSSL's own limit */

static int refuse(char *why, const char *which, const char *what)
{
    snprintf(why, UC_TLS_WHY_BYTES, "%s: %s", which, what);
    return -EINVAL;
}

static int read_objects(const char *text, const char *which, struct uc_pem_object **objects, char *why)
{
    int err = uc_pem_read(text, objects);

    if (err == -ENOMEM)
        return err;
    if (err == -EINVAL)
        return refuse(why, which, "it holds no PEM document, or a damaged one");
    return err ? refuse(why, which, uv_strerror(err)) : 0;
}

static int load_chain(struct uc_tls_identity *identity, const char *text, char *why)
{
    int err = read_objects(text, "certificate", &identity->certificate, why);

    for (struct uc_pem_object *object = identity->certificate; !err && object; object = object->next) {
        if (strcmp(object->name, "CERTIFICATE") && strcmp(object->name, "X509 CERTIFICATE"))
            continue;
        if (identity->chain_count == UC_TLS_CHAIN_MAX)
            return refuse(why, "certificate", "more than 8 of them");
        identity->chain[identity->chain_count++] = (br_x509_certificate){object->bytes, object->len};
    }
    return err || identity->chain_count ? err : refuse(why, "certificate", "there is none in it");
}

static bool is_pair_ec(const br_ec_public_key *public, const br_ec_private_key *private)
{
    unsigned char computed[BR_EC_KBUF_PUB_MAX_SIZE];
    size_t len = br_ec_compute_pub(br_ec_get_default(), NULL, computed, private);

    return len && public->curve == private->curve && public->qlen == len && !memcmp(public->q, computed, len);
}

/* By what a handshake does with it: BearSSL's look at the modulus has no room for two primes of 2048 bits. */
static bool is_pair_rsa(const br_rsa_public_key *public, const br_rsa_private_key *private)
{
    unsigned char hash[br_sha256_SIZE] = {0}, signed_hash[br_sha256_SIZE], signature[RSA_BITS_MAX / 8];

    return br_rsa_pkcs1_sign_get_default()(BR_HASH_OID_SHA256, hash, sizeof(hash), private, signature) &&
           br_rsa_pkcs1_vrfy_get_default()(signature, (private->n_bitlen + 7) / 8, BR_HASH_OID_SHA256, sizeof(hash),
                                           public, signed_hash) &&
           !memcmp(signed_hash, hash, sizeof(hash));
}

/* The certificate's key, against ours. */
static int check_pair(const br_x509_certificate *certificate, const br_skey_decoder_context *ours, char *why)
{
    br_x509_decoder_context decoder;
    br_x509_pkey *key;
    int type = br_skey_decoder_key_type(ours);

    br_x509_decoder_init(&decoder, NULL, NULL);
    br_x509_decoder_push(&decoder, certificate->data, certificate->data_len);
    key = br_x509_decoder_get_pkey(&decoder);
    if (!key)
        return refuse(why, "certificate", "the first one cannot be read");
    if (key->key_type != type)
        return refuse(why, "key", "it is of another kind than the certificate's");
    if (type == BR_KEYTYPE_EC ? !is_pair_ec(&key->key.ec, br_skey_decoder_get_ec(ours))
                              : !is_pair_rsa(&key->key.rsa, br_skey_decoder_get_rsa(ours)))
        return refuse(why, "key", "it is not the certificate's");
    return 0;
}

static bool is_size_rsa(const br_rsa_private_key *private)
{
    return private->n_bitlen >= RSA_BITS_MIN && private->n_bitlen <= RSA_BITS_MAX;
}

static int load_key(struct uc_tls_identity *identity, const char *text, char *why)
{
    int err = read_objects(text, "key", &identity->key, why), type;
    struct uc_pem_object *object = identity->key;

    if (err)
        return err;
    while (object && !strstr(object->name, "PRIVATE KEY"))
        object = object->next;
    if (!object)
        return refuse(why, "key", "there is no private key in it");
    br_skey_decoder_init(&identity->decoded);
    br_skey_decoder_push(&identity->decoded, object->bytes, object->len);
    type = br_skey_decoder_key_type(&identity->decoded);
    if (br_skey_decoder_last_error(&identity->decoded) || !type)
        return refuse(why, "key", "it cannot be read; it must be ECDSA or RSA, and not encrypted");
    if (type == BR_KEYTYPE_EC && br_skey_decoder_get_ec(&identity->decoded)->curve != BR_EC_secp256r1)
        return refuse(why, "key", "its curve is not P-256");
    if (type == BR_KEYTYPE_RSA && !is_size_rsa(br_skey_decoder_get_rsa(&identity->decoded)))
        return refuse(why, "key", "an RSA key must have 2048 to 4096 bits");
    return check_pair(&identity->chain[0], &identity->decoded, why);
}

int uc_tls_load_identity(struct uc_tls_identity *identity, const char *certificate, const char *key,
                         char why[UC_TLS_WHY_BYTES])
{
    int err = load_chain(identity, certificate, why);

    return err ? err : load_key(identity, key, why);
}

void uc_tls_unload_identity(struct uc_tls_identity *identity)
{
    uc_pem_free(identity->certificate);
    uc_pem_free(identity->key);
    uc_tls_wipe(identity, sizeof(*identity));
}

/* ---- authorities */

static void append(void *arg, const void *bytes, size_t len)
{
    uc_buf_append(arg, bytes, len);
}

static unsigned char *keep(struct uc_buf *memory, const unsigned char *bytes, size_t len)
{
    unsigned char *at = (unsigned char *)memory->data + memory->len;

    uc_buf_append(memory, (const char *)bytes, len);
    return at;
}

/* An authority's name and key, copied out of the decoder. */
static int add_anchor(struct uc_tls_anchors *anchors, const struct uc_pem_object *object, const char *which,
                      char *why)
{
    br_x509_trust_anchor *anchor = &anchors->items[anchors->count];
    struct uc_buf *memory = &anchors->memory[anchors->count];
    br_x509_decoder_context decoder;
    br_x509_pkey *key;

    if (anchors->count == UC_TLS_ANCHORS_MAX)
        return refuse(why, which, "more than 16 of them");
    uc_buf_init(memory, 64 * 1024);
    uc_buf_reserve(memory, object->len); /* all of them are parts of it: nothing moves from here on */
    br_x509_decoder_init(&decoder, append, memory);
    br_x509_decoder_push(&decoder, object->bytes, object->len);
    key = br_x509_decoder_get_pkey(&decoder);
    anchors->count++;
    if (!key || memory->error)
        return refuse(why, which, "a certificate in it cannot be read");
    anchor->dn = (br_x500_name){(unsigned char *)memory->data, memory->len};
    anchor->flags = br_x509_decoder_isCA(&decoder) ? BR_X509_TA_CA : 0;
    anchor->pkey = *key;
    if (key->key_type == BR_KEYTYPE_RSA) {
        anchor->pkey.key.rsa.n = keep(memory, key->key.rsa.n, key->key.rsa.nlen);
        anchor->pkey.key.rsa.e = keep(memory, key->key.rsa.e, key->key.rsa.elen);
    } else {
        anchor->pkey.key.ec.q = keep(memory, key->key.ec.q, key->key.ec.qlen);
    }
    return 0;
}

int uc_tls_load_anchors(struct uc_tls_anchors *anchors, const char *text, const char *which,
                        char why[UC_TLS_WHY_BYTES])
{
    struct uc_pem_object *objects;
    int err = read_objects(text, which, &objects, why);

    for (struct uc_pem_object *object = objects; !err && object; object = object->next)
        if (!strcmp(object->name, "CERTIFICATE"))
            err = add_anchor(anchors, object, which, why);
    if (!err && !anchors->count)
        err = refuse(why, which, "there is no certificate in it");
    uc_pem_free(objects);
    return err;
}

void uc_tls_unload_anchors(struct uc_tls_anchors *anchors)
{
    for (size_t i = 0; i < anchors->count; i++)
        uc_buf_deinit(&anchors->memory[i]);
}
