/* SPDX-License-Identifier: MIT */
/*
 * metadata.c - the forms of the service.
 *
 * Amazon EC2: "Use the Instance Metadata Service" (a session token first, version 2); Google Compute
 * Engine: "View and query VM metadata"; Firecracker, which has EC2's form: "microVM Metadata Service"; OpenStack: "Metadata service"; Hetzner Cloud and DigitalOcean:
 * their API references.
 */
#include "cloud/metadata.h"

#include <stdbool.h>
#include <string.h>

#include "abi/errno.h"
#include "cloud/http.h"
#include "core/clock.h"
#include "core/idle.h"
#include "core/log.h"
#include "core/timer.h"

#define ADDRESS 0xfea9fea9u /* 169.254.169.254 in network order */
#define WAIT_NS (10 * K_NS_PER_S)
#define ONE_WAIT_NS (3 * K_NS_PER_S)
#define PAUSE_NS (250 * K_NS_PER_MS)
#define TOKEN_MAX 256

struct k_metadata_form {
    const char *name;
    const char *manufacturer, *product; /* how they begin; NULL: any */
    const char *path;
    const char *header; /* NULL: none */
    bool wants_token;   /* EC2's */
};

static const struct k_metadata_form forms[] = {
    {"ec2", "Amazon EC2", NULL, "/latest/user-data", NULL, true},
    {"gce", "Google", "Google Compute Engine", "/computeMetadata/v1/instance/attributes/user-data",
     "Metadata-Flavor: Google", false},
    {"openstack", NULL, "OpenStack", "/openstack/latest/user_data", NULL, false},
    {"hetzner", "Hetzner", NULL, "/hetzner/v1/userdata", NULL, false},
    {"digitalocean", "DigitalOcean", NULL, "/metadata/v1/user-data", NULL, false},
};

#define FORMS (sizeof forms / sizeof forms[0])

const struct k_metadata_form *k_metadata_form(const char *name)
{
    for (size_t i = 0; i < FORMS; i++)
        if (!strcmp(forms[i].name, name))
            return &forms[i];
    return NULL;
}

static bool begins(const char *text, const char *with)
{
    return !with || !strncmp(text, with, strlen(with));
}

const struct k_metadata_form *k_metadata_form_of(const char *manufacturer, const char *product)
{
    for (size_t i = 0; i < FORMS; i++)
        if (begins(manufacturer, forms[i].manufacturer) && begins(product, forms[i].product))
            return &forms[i];
    return NULL;
}

const char *k_metadata_name(const struct k_metadata_form *form) { return form->name; }

static void nothing(void *arg) { (void)arg; }

static void pause_ns(uint64_t ns)
{
    struct k_timer timer = {.fn = nothing};
    uint64_t end = k_clock_now_ns() + ns;

    k_timer_set(&timer, end);
    while (k_clock_now_ns() < end)
        k_idle_round();
    k_timer_cancel(&timer);
}

/* Nobody answers, or the service has a fault: it may come up later than we do. */
static bool is_worth_asking_again(int status)
{
    return status >= 500 || status == 429 || (status < 0 && status != -EFBIG && status != -EPROTO);
}

/* The last answer, though it be a fault, says more than that there was no time left for another. */
static int ask(const struct k_http_request *request, uint64_t deadline_ns, char *out, size_t capacity,
               size_t *bytes)
{
    for (int last = 0;;) {
        uint64_t one = k_clock_now_ns() + ONE_WAIT_NS;
        int status = k_http_ask(request, one < deadline_ns ? one : deadline_ns, out, capacity, bytes);

        if (status == -ETIMEDOUT && last > 0)
            status = last;
        last = status;
        if (!is_worth_asking_again(status) || k_clock_now_ns() + PAUSE_NS >= deadline_ns)
            return status;
        k_log(K_LOG_INFO, "metadata: %s %s: %d; once more", request->method, request->path, status);
        pause_ns(PAUSE_NS);
    }
}

/* The headers that carry a session's token, to `header`, or "" where the service has no tokens: EC2's, and that of
 * releases of Firecracker which know no other. */
static int take_token(uint64_t deadline_ns, char *header, size_t capacity)
{
    static const struct k_http_request request = {
        ADDRESS, 80, "PUT", "/latest/api/token",
        "X-aws-ec2-metadata-token-ttl-seconds: 60\r\nX-metadata-token-ttl-seconds: 60"};
    char token[TOKEN_MAX];
    size_t bytes;
    int status = ask(&request, deadline_ns, token, sizeof token, &bytes);

    *header = 0;
    if (status < 0)
        return status;
    if (status >= 500 || status == 429)
        return -EIO;
    if (status != 200)
        return status == 403 ? -EACCES : 0; /* 404, 405: those who only have the first version */
    for (size_t i = 0; i < bytes; i++)
        if (token[i] <= ' ' || token[i] > '~')
            return -EPROTO;
    k_snprintf(header, capacity, "X-aws-ec2-metadata-token: %s\r\nX-metadata-token: %s", token, token);
    return 0;
}

static long result_of(int status, size_t bytes)
{
    if (status < 0)
        return status;
    if (status == 200)
        return (long)bytes;
    if (status == 404 || status == 204)
        return -ENOENT;
    if (status == 401 || status == 403)
        return -EACCES;
    return status >= 500 || status == 429 ? -EIO : -EPROTO;
}

long k_metadata_ask(const struct k_metadata_form *form, char *out, size_t capacity)
{
    uint64_t deadline_ns = k_clock_now_ns() + WAIT_NS;
    char header[2 * (TOKEN_MAX + 32)];
    struct k_http_request request = {ADDRESS, 80, "GET", form->path, form->header};
    size_t bytes = 0;
    int status;

    if (form->wants_token) {
        int error = take_token(deadline_ns, header, sizeof header);

        if (error)
            return error;
        request.header = *header ? header : NULL;
    }
    status = ask(&request, deadline_ns, out, capacity, &bytes);
    return result_of(status, bytes);
}
