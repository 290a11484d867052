/* SPDX-License-Identifier: MIT */
#include "proto/multipart.h"

#include <errno.h>
#include <stdbool.h>

enum { START, HEAD, DATA, AFTER, AFTER_DASH, PADDING, PADDING_LF, CLOSED, FAILED };

static int refuse(struct uc_multipart *m, const char *detail)
{
    m->detail = detail;
    m->state = FAILED;
    return -EBADMSG;
}

/* ---- parameters: `; name="quoted \"text\""` */

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* Cut "; name=value" off the front; quotes stay. False: nothing is left, or it is malformed. */
static bool cut_parameter(struct uc_str *rest, struct uc_str *name, struct uc_str *value)
{
    size_t at = 0, from;

    while (at < rest->len && (is_space(rest->data[at]) || rest->data[at] == ';'))
        at++;
    from = at;
    while (at < rest->len && rest->data[at] != '=' && rest->data[at] != ';')
        at++;
    if (at == from || at == rest->len || rest->data[at] != '=')
        return false;
    *name = uc_str_of(rest->data + from, at - from);
    from = ++at;
    if (at < rest->len && rest->data[at] == '"') {
        for (at++; at < rest->len && rest->data[at] != '"'; at++)
            at += rest->data[at] == '\\' && at + 1 < rest->len;
        if (at == rest->len)
            return false;
        at++;
    } else {
        while (at < rest->len && rest->data[at] != ';' && !is_space(rest->data[at]))
            at++;
    }
    *value = uc_str_of(rest->data + from, at - from);
    *rest = uc_str_of(rest->data + at, rest->len - at);
    return true;
}

/* Without quotes; backslashes go, and %22, %0D, %0A, as browsers write them, become what they mean. In place. */
static struct uc_str unquote(struct uc_str value)
{
    char *text = (char *)value.data; /* in our own buffer */
    size_t len = 0;

    if (value.len < 2 || *value.data != '"')
        return value;
    for (size_t i = 1; i < value.len - 1; i++) {
        const char *at = value.data + i;

        if (at[0] == '%' && i + 3 < value.len &&
            (!memcmp(at, "%22", 3) || !memcmp(at, "%0D", 3) || !memcmp(at, "%0A", 3))) {
            text[len++] = at[1] == '2' ? '"' : at[2] == 'D' ? '\r' : '\n';
            i += 2;
            continue;
        }
        i += at[0] == '\\' && i + 2 < value.len && (at[1] == '"' || at[1] == '\\');
        text[len++] = value.data[i];
    }
    return uc_str_of(text, len);
}

static bool is_boundary(struct uc_str text)
{
    static const char others[] = "'()+_,-./:=? ";

    if (text.len == 0 || text.len > UC_MULTIPART_BOUNDARY_MAX || text.data[text.len - 1] == ' ')
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];

        if (!((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c && strchr(others, c))))
            return false;
    }
    return true;
}

int uc_multipart_init(struct uc_multipart *m, struct uc_str content_type, const struct uc_multipart_events *events,
                      void *arg)
{
    const char *parameters = content_type.len ? memchr(content_type.data, ';', content_type.len) : NULL;
    struct uc_str rest, name, value;

    m->events = events;
    m->arg = arg;
    m->detail = NULL;
    m->parts = 0;
    m->head_len = 0;
    m->state = START;
    m->matched = m->assumed = 2; /* the first delimiter may stand without its line break */
    rest = uc_str_of(parameters, parameters ? content_type.len - (size_t)(parameters - content_type.data) : 0);
    while (cut_parameter(&rest, &name, &value)) {
        if (!uc_str_eq_nocase(name, uc_str("boundary")))
            continue;
        if (value.len >= 2 && *value.data == '"')
            value = uc_str_of(value.data + 1, value.len - 2);
        if (!is_boundary(value))
            break;
        memcpy(m->delimiter, "\r\n--", 4);
        memcpy(m->delimiter + 4, value.data, value.len);
        m->delimiter_len = (uint8_t)(4 + value.len);
        return 0;
    }
    return refuse(m, "the Content-Type has no boundary");
}

/* ---- a part's head */

/* Cut a line off the front of the head. */
static struct uc_str cut_line(struct uc_str *rest)
{
    const char *end = memmem(rest->data, rest->len, "\r\n", 2);
    struct uc_str line = {rest->data, end ? (size_t)(end - rest->data) : rest->len};
    size_t used = line.len + (end ? 2 : 0);

    *rest = uc_str_of(rest->data + used, rest->len - used);
    return line;
}

static struct uc_str trim(struct uc_str text)
{
    while (text.len && is_space(*text.data))
        text = uc_str_of(text.data + 1, text.len - 1);
    while (text.len && is_space(text.data[text.len - 1]))
        text.len--;
    return text;
}

/* "form-data; name=...": the name, and a file's own. */
static int read_disposition(struct uc_multipart *m, struct uc_str value, struct uc_multipart_part *part)
{
    static const struct uc_str kind = UC_STR("form-data");
    struct uc_str rest, name, given;

    if (part->name.data || value.len < kind.len || !uc_str_eq_nocase(uc_str_of(value.data, kind.len), kind))
        return refuse(m, "a part needs one Content-Disposition: form-data");
    rest = uc_str_of(value.data + kind.len, value.len - kind.len);
    while (cut_parameter(&rest, &name, &given)) {
        bool is_name = uc_str_eq_nocase(name, uc_str("name"));

        if (is_name && part->name.data)
            return refuse(m, "a part has two names");
        if (is_name)
            part->name = unquote(given);
        else if (uc_str_eq_nocase(name, uc_str("filename")))
            part->filename = unquote(given);
    }
    if (trim(rest).len)
        return refuse(m, "malformed Content-Disposition");
    return 0;
}

static bool is_plain_encoding(struct uc_str value)
{
    return uc_str_eq_nocase(value, uc_str("binary")) || uc_str_eq_nocase(value, uc_str("8bit")) ||
           uc_str_eq_nocase(value, uc_str("7bit"));
}

static int read_field(struct uc_multipart *m, struct uc_str line, struct uc_multipart_part *part)
{
    const char *colon = memchr(line.data, ':', line.len);
    struct uc_str name, value;

    if (!colon || colon == line.data || is_space(colon[-1]) || is_space(*line.data))
        return refuse(m, "malformed head of a part");
    name = uc_str_of(line.data, (size_t)(colon - line.data));
    value = trim(uc_str_of(colon + 1, line.len - name.len - 1));
    if (uc_str_eq_nocase(name, uc_str("content-disposition")))
        return read_disposition(m, value, part);
    if (uc_str_eq_nocase(name, uc_str("content-type")))
        part->content_type = value;
    if (uc_str_eq_nocase(name, uc_str("content-transfer-encoding")) && !is_plain_encoding(value))
        return refuse(m, "a part with a transfer encoding is not supported");
    return 0;
}

static int begin_part(struct uc_multipart *m)
{
    struct uc_str rest = {m->head, m->head_len};
    struct uc_multipart_part part = {{NULL, 0}, {NULL, 0}, {NULL, 0}};

    while (rest.len) {
        int err = read_field(m, cut_line(&rest), &part);

        if (err)
            return err;
    }
    if (!part.name.data)
        return refuse(m, "a part needs a name");
    if (++m->parts > UC_MULTIPART_PARTS_MAX)
        return refuse(m, "too many parts");
    m->state = DATA;
    m->matched = m->assumed = 2; /* of an empty part the delimiter follows the head at once */
    return m->events->part(m->arg, &part);
}

/* Lines are gathered until an empty one. */
static int read_head(struct uc_multipart *m, char c)
{
    if (m->head_len == sizeof(m->head))
        return refuse(m, "the head of a part is too long");
    if (c == '\0' || (c == '\n' && (m->head_len == 0 || m->head[m->head_len - 1] != '\r')) ||
        (c != '\n' && m->head_len && m->head[m->head_len - 1] == '\r'))
        return refuse(m, "malformed head of a part");
    m->head[m->head_len++] = c;
    if (c != '\n')
        return 0;
    if (m->head_len == 2) {
        m->head_len = 0;
        return begin_part(m);
    }
    if (m->head_len >= 4 && m->head[m->head_len - 3] == '\n') {
        m->head_len = (uint16_t)(m->head_len - 2);
        return begin_part(m);
    }
    return 0;
}

/* ---- data */

static int give(struct uc_multipart *m, const char *bytes, size_t len)
{
    return len ? m->events->data(m->arg, uc_str_of(bytes, len)) : 0;
}

/*
 * CR stands nowhere in the delimiter but at its beginning. So when a match breaks, what was matched is
 * data, and a new one can begin at this byte only.
 */
static int read_data(struct uc_multipart *m, struct uc_str bytes, size_t *used)
{
    size_t at = 0, from = 0;
    int err = 0;

    while (at < bytes.len && m->matched < m->delimiter_len) {
        if (m->matched == 0) {
            const char *cr = memchr(bytes.data + at, '\r', bytes.len - at);

            at = cr ? (size_t)(cr - bytes.data) : bytes.len;
            err = give(m, bytes.data + from, at - from);
            from = at;
            if (err || !cr)
                break;
        }
        if (bytes.data[at] == m->delimiter[m->matched]) {
            m->matched++;
            from = ++at;
            continue;
        }
        err = give(m, m->delimiter + m->assumed, m->matched - m->assumed);
        m->matched = m->assumed = 0;
        from = at;
        if (err)
            break;
    }
    *used = at;
    return err;
}

static int end_data(struct uc_multipart *m)
{
    bool was_part = m->state == DATA;

    m->state = AFTER;
    m->matched = m->assumed = 0;
    m->head_len = 0;
    return was_part ? m->events->part_end(m->arg) : 0;
}

/* Behind a delimiter: "--" ends it all; white space, and a line break, go on to the next head. */
static int read_after(struct uc_multipart *m, char c)
{
    switch (m->state) {
    case AFTER:
        if (c == '-') {
            m->state = AFTER_DASH;
            return 0;
        }
        m->state = PADDING;
        return read_after(m, c);
    case AFTER_DASH:
        m->state = CLOSED;
        return c == '-' ? 0 : refuse(m, "malformed delimiter");
    case PADDING:
        if (is_space(c))
            return 0;
        m->state = PADDING_LF;
        return c == '\r' ? 0 : refuse(m, "malformed delimiter");
    default:
        m->state = HEAD;
        return c == '\n' ? 0 : refuse(m, "malformed delimiter");
    }
}

/* Nothing but a line break may stand before the first delimiter. */
static int read_start(struct uc_multipart *m, char c)
{
    if (m->matched == 2 && c == '\r' && m->assumed) {
        m->matched = 1;
        m->assumed = 0;
        return 0;
    }
    if (c != m->delimiter[m->matched])
        return refuse(m, "the body does not begin with its boundary");
    m->matched++;
    return m->matched == m->delimiter_len ? end_data(m) : 0;
}

int uc_multipart_feed(struct uc_multipart *m, struct uc_str bytes)
{
    size_t at = 0, used;
    int err = 0;

    while (at < bytes.len && err == 0) {
        switch (m->state) {
        case START: err = read_start(m, bytes.data[at++]); break;
        case HEAD: err = read_head(m, bytes.data[at++]); break;
        case DATA:
            err = read_data(m, uc_str_of(bytes.data + at, bytes.len - at), &used);
            at += used;
            if (!err && m->matched == m->delimiter_len)
                err = end_data(m);
            break;
        case CLOSED: return 0; /* an epilogue says nothing */
        case FAILED: return -EBADMSG;
        default: err = read_after(m, bytes.data[at++]); break;
        }
    }
    if (err)
        m->state = FAILED;
    return err;
}

int uc_multipart_end(struct uc_multipart *m)
{
    return m->state == CLOSED ? 0 : refuse(m, "the closing delimiter is missing");
}
