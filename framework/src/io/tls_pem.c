/* SPDX-License-Identifier: MIT */
#include "io/tls_pem.h"

#include <bearssl_pem.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/tls.h"
#include "uc/buf.h"

#define OBJECT_BYTES_MAX (64 * 1024)
#define FILE_BYTES_MAX (256 * 1024)

struct reading {
    struct uc_pem_object **last;
    struct uc_buf bytes;
    bool within; /* an object, whose end has not come */
};

void uc_pem_free(struct uc_pem_object *object)
{
    while (object) {
        struct uc_pem_object *next = object->next;

        uc_tls_wipe(object->bytes, object->len);
        free(object);
        object = next;
    }
}

static void on_bytes(void *arg, const void *bytes, size_t len)
{
    uc_buf_append(arg, bytes, len);
}

static int keep(struct reading *reading, const char *name)
{
    size_t name_bytes = strlen(name) + 1;
    struct uc_pem_object *object = malloc(sizeof(*object) + name_bytes + reading->bytes.len);

    if (!reading->bytes.len) {
        free(object);
        return -EINVAL;
    }
    if (!object || reading->bytes.error) {
        free(object);
        return reading->bytes.error ? reading->bytes.error : -ENOMEM;
    }
    object->name = memcpy(object + 1, name, name_bytes);
    object->bytes = (unsigned char *)(object + 1) + name_bytes;
    object->len = reading->bytes.len;
    object->next = NULL;
    memcpy(object->bytes, reading->bytes.data, object->len);
    *reading->last = object;
    reading->last = &object->next;
    return 0;
}

static int decode(const char *text, size_t len, struct reading *reading)
{
    br_pem_decoder_context decoder;
    char name[128] = "";
    int err = 0;

    br_pem_decoder_init(&decoder);
    while (len && !err) {
        size_t took = br_pem_decoder_push(&decoder, text, len);

        text += took;
        len -= took;
        switch (br_pem_decoder_event(&decoder)) {
        case BR_PEM_BEGIN_OBJ:
            snprintf(name, sizeof(name), "%s", br_pem_decoder_name(&decoder));
            reading->bytes.len = 0;
            reading->within = true;
            br_pem_decoder_setdest(&decoder, on_bytes, &reading->bytes);
            break;
        case BR_PEM_END_OBJ:
            err = keep(reading, name);
            reading->within = false;
            break;
        case BR_PEM_ERROR:
            err = -EINVAL;
            break;
        default:
            break;
        }
    }
    uc_tls_wipe(&decoder, sizeof(decoder));
    return err;
}

/* Its last line has an end: without, it would not be seen. */
static int decode_document(const char *text, size_t len, struct uc_pem_object **objects)
{
    struct reading reading = {.last = objects};
    int err;

    *objects = NULL;
    uc_buf_init(&reading.bytes, OBJECT_BYTES_MAX);
    err = decode(text, len, &reading);
    if (reading.bytes.data)
        uc_tls_wipe(reading.bytes.data, reading.bytes.cap);
    uc_buf_deinit(&reading.bytes);
    if (!err && (!*objects || reading.within)) /* half of a chain may be a file that is being written */
        err = -EINVAL;
    if (err) {
        uc_pem_free(*objects);
        *objects = NULL;
    }
    return err;
}

static int digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* The same of any text: `buf` has room for one byte more. */
static int decode_and_wipe(char *buf, size_t len, struct uc_pem_object **objects)
{
    size_t kept = 0;
    int err;

    for (size_t i = 0; i < len; i++) /* BearSSL takes the CR of a first line into the name */
        if (buf[i] != '\r')
            buf[kept++] = buf[i];
    uc_tls_wipe(buf + kept, len - kept);
    len = kept;
    buf[len++] = '\n';
    err = decode_document(buf, len, objects);
    uc_tls_wipe(buf, len);
    free(buf);
    return err;
}

static int decode_base64(const char *text, struct uc_pem_object **objects)
{
    char *out = malloc(strlen(text) / 4 * 3 + 5);
    unsigned bits = 0, count = 0;
    size_t len = 0;
    int err = 0;

    if (!out)
        return -ENOMEM;
    for (; *text && *text != '='; text++) {
        int value = digit(*text);

        if (*text == '\n' || *text == '\r' || *text == ' ')
            continue;
        if (value < 0)
            err = -EINVAL;
        bits = bits << 6 | (unsigned)(value & 63);
        count += 6;
        if (count >= 8) {
            count -= 8;
            out[len++] = (char)(bits >> count);
        }
    }
    if (err) {
        uc_tls_wipe(out, len);
        free(out);
        return err;
    }
    return decode_and_wipe(out, len, objects);
}

static int decode_file(const char *path, struct uc_pem_object **objects)
{
    char *text = malloc(FILE_BYTES_MAX);
    FILE *file = text ? fopen(path, "re") : NULL;
    size_t len;
    int err;

    if (!file) {
        err = text ? -errno : -ENOMEM;
        free(text);
        return err;
    }
    len = fread(text, 1, FILE_BYTES_MAX - 1, file);
    err = ferror(file) ? -EIO : len == FILE_BYTES_MAX - 1 ? -EFBIG : 0;
    fclose(file);
    if (err) {
        uc_tls_wipe(text, len);
        free(text);
        return err;
    }
    return decode_and_wipe(text, len, objects);
}

int uc_pem_read(const char *text, struct uc_pem_object **objects)
{
    size_t len = strlen(text);
    char *whole;

    *objects = NULL;
    if (!strncmp(text, UC_TLS_BASE64_BEGIN, strlen(UC_TLS_BASE64_BEGIN)))
        return decode_base64(text, objects);
    if (!*text)
        return -EINVAL;
    if (uc_tls_text_is_path(text))
        return decode_file(text, objects);
    whole = malloc(len + 1);
    if (!whole)
        return -ENOMEM;
    return decode_and_wipe(memcpy(whole, text, len), len, objects);
}
