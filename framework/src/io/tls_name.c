/* SPDX-License-Identifier: MIT */
#include "io/tls_name.h"

#include <string.h>
#include <uv.h>

#define BOOLEAN 0x01
#define OCTET_STRING 0x04
#define OID 0x06
#define SEQUENCE 0x30
#define EXTENSIONS 0xa3 /* [3] of a certificate */
#define DNS_NAME 0x82   /* [2], [7] of a GeneralName */
#define IP_ADDRESS 0x87

/* ---- DER */

struct der {
    const unsigned char *at, *end;
};

/* The next element's tag and content. False: there is none, or none that DER allows. */
static bool next(struct der *in, unsigned *tag, struct der *content)
{
    size_t len, left = (size_t)(in->end - in->at);
    unsigned count;

    if (left < 2 || (in->at[0] & 0x1f) == 0x1f)
        return false;
    *tag = in->at[0];
    len = in->at[1];
    in->at += 2;
    left -= 2;
    if (len & 0x80) {
        count = len & 0x7f;
        if (!count || count > 3 || count > left)
            return false;
        for (len = 0; count; count--, left--)
            len = len << 8 | *in->at++;
    }
    if (len > left)
        return false;
    *content = (struct der){in->at, in->at + len};
    in->at += len;
    return true;
}

/* The same, of this tag. */
static bool next_is(struct der *in, unsigned wanted, struct der *content)
{
    unsigned tag;

    return next(in, &tag, content) && tag == wanted;
}

/* The certificate's subjectAltName extension. */
static bool find_names(struct der certificate, struct der *names)
{
    static const unsigned char alternative_names[] = {0x55, 0x1d, 0x11}; /* 2.5.29.17 */
    struct der all, signed_part, part, extensions, extension, oid;
    unsigned tag = 0;

    if (!next_is(&certificate, SEQUENCE, &all) || !next_is(&all, SEQUENCE, &signed_part))
        return false;
    while (tag != EXTENSIONS)
        if (!next(&signed_part, &tag, &part))
            return false;
    if (!next_is(&part, SEQUENCE, &extensions))
        return false;
    while (next_is(&extensions, SEQUENCE, &extension)) {
        struct der value;

        if (!next_is(&extension, OID, &oid))
            return false;
        if (oid.end - oid.at != sizeof(alternative_names) || memcmp(oid.at, alternative_names, sizeof(alternative_names)))
            continue;
        if (!next(&extension, &tag, &value) || (tag == BOOLEAN && !next(&extension, &tag, &value)))
            return false;
        return tag == OCTET_STRING && next_is(&value, SEQUENCE, names);
    }
    return false;
}

/* ---- names */

static bool same(const char *a, const char *b, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char x = (unsigned char)a[i], y = (unsigned char)b[i];

        x |= x >= 'A' && x <= 'Z' ? 0x20 : 0;
        y |= y >= 'A' && y <= 'Z' ? 0x20 : 0;
        if (x != y)
            return false;
    }
    return true;
}

static bool dns_name_is(const struct der *given, const char *name, size_t len)
{
    const char *text = (const char *)given->at;
    size_t given_len = (size_t)(given->end - given->at);
    const char *dot = memchr(name, '.', len);

    if (given_len == len && same(text, name, len))
        return true;
    if (given_len < 3 || text[0] != '*' || text[1] != '.' || !dot || dot == name)
        return false;
    len -= (size_t)(dot - name);
    return given_len - 1 == len && same(text + 1, dot, len);
}

static bool to_address(const char *name, unsigned char address[4]) { return uv_inet_pton(AF_INET, name, address) == 0; }

bool uc_tls_name_is_address(const char *name)
{
    unsigned char address[4];

    return to_address(name, address);
}

bool uc_tls_name_is_of(const unsigned char *certificate, size_t len, const char *name)
{
    unsigned char address[4];
    bool is_address = to_address(name, address);
    size_t name_len = strlen(name);
    struct der names, given;
    unsigned tag;

    if (name_len && name[name_len - 1] == '.')
        name_len--; /* the root's */
    if (!name_len || !find_names((struct der){certificate, certificate + len}, &names))
        return false;
    while (next(&names, &tag, &given)) {
        if (is_address ? tag == IP_ADDRESS && given.end - given.at == sizeof(address) && !memcmp(given.at, address, sizeof(address))
                       : tag == DNS_NAME && dns_name_is(&given, name, name_len))
            return true;
    }
    return false;
}
