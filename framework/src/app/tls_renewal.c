/* SPDX-License-Identifier: MIT */
/*
 * tls_renewal.c - certificates and keys that change while the service runs.
 *
 * Files are looked at every CHECK_MS: what differs, and has been the same for one look, is loaded; at SIGHUP all is
 * loaded at once. An image has no files: there a listener of its own, which service.yaml must ask for, takes a
 * certificate and its key from whoever shows a certificate of authorities named for that purpose alone.
 *
 * New connections have what was loaded last. What does not load changes nothing.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "app/auth_internal.h"
#include "app/service_internal.h"
#include "base/log_internal.h"

#define CHECK_MS 2000

struct uc_tls_watch {
    const struct uc_tls_info *info;
    const char *whose;
    struct uc_tls_server **slot;
    uint64_t loaded, seen; /* stamps of the files: as loaded, at the last look */
};

/* ---- files */

static uint64_t mix(uint64_t stamp, uint64_t value)
{
    return (stamp ^ value) * 0x100000001b3; /* FNV-1a, a word at a time */
}

static uint64_t stamp_file(uint64_t stamp, const char *text)
{
    struct stat file;

    if (!text || !uc_tls_text_is_path(text))
        return stamp;
    if (stat(text, &file))
        return mix(stamp, (uint64_t)errno);
    stamp = mix(mix(stamp, file.st_dev), file.st_ino);
    stamp = mix(mix(stamp, (uint64_t)file.st_size), (uint64_t)file.st_mtim.tv_sec);
    stamp = mix(mix(stamp, (uint64_t)file.st_mtim.tv_nsec), (uint64_t)file.st_ctim.tv_sec);
    return mix(stamp, (uint64_t)file.st_ctim.tv_nsec);
}

#define NO_FILES 0xcbf29ce484222325

/* NO_FILES: there are none, or no memory for a look. */
static uint64_t stamp_of(const struct uc_service *service, const struct uc_tls_info *info)
{
    struct uc_tls_expanded texts;
    uint64_t stamp = NO_FILES;

    if (uc_tls_texts_expand(service, info, &texts) == 0)
        stamp = stamp_file(stamp_file(stamp_file(stamp, texts.certificate.data), texts.key.data), texts.authorities.data);
    uc_tls_texts_free(&texts);
    return stamp;
}

/* ---- new for old */

static void put_in_place(struct uc_tls_renewal *renewal, struct uc_tls_watch *watch, struct uc_tls_server *fresh)
{
    struct uc_service *service = renewal->service;
    struct uc_tls_server *old = *watch->slot;

    *watch->slot = fresh;
    service->server.config.tls = service->tls;
    service->renewal_server.config.tls = service->renewal_tls;
    for (size_t i = 0; i < service->info->client_count; i++)
        if (service->info->clients[i].tls)
            uc_client_set_tls(service->clients[i], service->client_tls[i]);
    if (service->callbacks_tls)
        service->info->callbacks->ops->set_tls(service);
    for (size_t i = 0; service->auth_loaded && i < service->info->auth->scheme_count; i++)
        if (service->auth_loaded[i] && service->info->auth->schemes[i].judge->use_tls)
            service->info->auth->schemes[i].judge->use_tls(service->auth_loaded[i]);
    watch->info->ops->unload(old);
    uc_log(UC_INFO, NULL, "TLS is renewed", UC_FIELDS(uc_log_text("of", watch->whose)));
}

static void load_again(struct uc_tls_renewal *renewal, struct uc_tls_watch *watch)
{
    struct uc_tls_server *fresh = NULL;

    if (uc_tls_texts_load(renewal->service, watch->info, watch->whose, "TLS is not renewed: what was there stays", &fresh) == 0)
        put_in_place(renewal, watch, fresh);
}

/* A certificate is one file and its key another: both have been written when nothing changes any more. */
static void look(struct uc_tls_renewal *renewal, struct uc_tls_watch *watch)
{
    uint64_t now = stamp_of(renewal->service, watch->info);

    if (now == watch->seen && now != watch->loaded) {
        watch->loaded = now;
        load_again(renewal, watch);
    }
    watch->seen = now;
}

static void on_timer(uv_timer_t *timer)
{
    struct uc_tls_renewal *renewal = timer->data;

    for (size_t i = 0; i < renewal->count; i++)
        look(renewal, &renewal->watches[i]);
}

static void on_hangup(uv_signal_t *signal, int number)
{
    struct uc_tls_renewal *renewal = signal->data;

    (void)number;
    for (size_t i = 0; i < renewal->count; i++) {
        struct uc_tls_watch *watch = &renewal->watches[i];

        watch->seen = watch->loaded = stamp_of(renewal->service, watch->info);
        load_again(renewal, watch);
    }
}

/* ---- the listener for renewals */

/* Does it show what the public listener shows? */
static bool is_same_identity(const struct uc_tls_info *a, const struct uc_tls_info *b)
{
    return a->certificate && !strcmp(a->certificate, b->certificate) && !strcmp(a->key, b->key);
}

/* `text` holds certificates and their key. All that show them have them, or nothing changes. */
static int renew_from(struct uc_tls_renewal *renewal, const char *text, char why[UC_TLS_WHY_BYTES])
{
    struct uc_tls_server **fresh = calloc(renewal->count, sizeof(struct uc_tls_server *));
    int err = fresh ? 0 : -ENOMEM;

    for (size_t i = 0; !err && i < renewal->count; i++) {
        const struct uc_tls_watch *watch = &renewal->watches[i];
        struct uc_tls_expanded texts;

        if (!is_same_identity(watch->info, renewal->service->info->tls))
            continue;
        err = uc_tls_texts_expand(renewal->service, watch->info, &texts);
        if (!err)
            err = watch->info->ops->load(&fresh[i], &(struct uc_tls_texts){text, text, texts.authorities.data}, why);
        uc_tls_texts_free(&texts);
    }
    for (size_t i = 0; fresh && i < renewal->count; i++) {
        if (!err && fresh[i])
            put_in_place(renewal, &renewal->watches[i], fresh[i]);
        else
            renewal->watches[i].info->ops->unload(fresh[i]);
    }
    free(fresh);
    return err;
}

static void put_identity(struct uc_request *req, struct uc_service *service)
{
    char why[UC_TLS_WHY_BYTES] = "out of memory";
    char *text = malloc(req->body.len + 1);
    int err = -ENOMEM;

    if (text) {
        memcpy(text, req->body.data, req->body.len);
        text[req->body.len] = '\0';
        if (strlen(text) == req->body.len && !uc_tls_text_is_path(text) && *text)
            err = renew_from(&service->tls_renewal, text, why);
        else {
            err = -EINVAL;
            snprintf(why, sizeof(why), "the body is no PEM document: the certificates, and behind them the key");
        }
        uc_tls_wipe(text, req->body.len);
    }
    free(text);
    uc_log(err ? UC_ERROR : UC_INFO, req, err ? "TLS is not renewed: what was there stays" : "TLS was renewed by a request",
           UC_FIELDS(uc_log_str("by", uc_request_peer_subject(req)), uc_log_text("why", err ? why : NULL)));
    if (err)
        uc_answer_problem(req, err == -ENOMEM ? 503 : 422, why);
    else
        uc_answer(req, 204, NULL, uc_str(""));
}

void uc_tls_renewal_request(struct uc_request *req, void *ctx)
{
    if (!uc_str_is(uc_request_path(req), "/tls")) {
        uc_answer_problem(req, 404, "no such path: PUT /tls");
    } else if (req->message.method != UC_PUT) {
        uc_answer_header(req, "Allow", uc_str("PUT"));
        uc_answer_problem(req, 405, "this path does not know the method");
    } else {
        put_identity(req, ctx);
    }
}

/* ---- life */

static void watch(struct uc_tls_renewal *renewal, const struct uc_tls_info *info, const char *whose,
                  struct uc_tls_server **slot)
{
    uint64_t stamp;

    if (!info)
        return;
    stamp = stamp_of(renewal->service, info);
    renewal->has_files |= stamp != NO_FILES;
    renewal->watches[renewal->count++] =
        (struct uc_tls_watch){.info = info, .whose = whose, .slot = slot, .loaded = stamp, .seen = stamp};
}

/* Of those who fetch keys of tokens. */
static void watch_judges(struct uc_tls_renewal *renewal)
{
    struct uc_service *service = renewal->service;
    const struct uc_auth_info *info = service->info->auth;

    for (size_t i = 0; service->auth_loaded && i < info->scheme_count; i++) {
        const struct uc_auth_scheme *scheme = &info->schemes[i];

        if (service->auth_loaded[i] && scheme->judge->tls_of)
            watch(renewal, scheme->jwks->tls, scheme->name, scheme->judge->tls_of(service->auth_loaded[i]));
    }
}

int uc_tls_renewal_open(struct uc_service *service)
{
    struct uc_tls_renewal *renewal = &service->tls_renewal;
    const struct uc_service_info *info = service->info;

    renewal->service = service;
    renewal->watches = calloc(info->client_count + (info->auth ? info->auth->scheme_count : 0) + 3, sizeof(*renewal->watches));
    if (!renewal->watches)
        return -ENOMEM;
    watch(renewal, info->tls, "listener", &service->tls);
    watch(renewal, info->tls_renewal, "renewal", &service->renewal_tls);
    for (size_t i = 0; i < info->client_count; i++)
        watch(renewal, info->clients[i].tls, info->clients[i].name, &service->client_tls[i]);
    if (info->callbacks)
        watch(renewal, info->callbacks->tls, "callbacks", &service->callbacks_tls);
    watch_judges(renewal);
    if (!renewal->count)
        return 0;
    uv_timer_init(service->loop, &renewal->timer);
    uv_signal_init(service->loop, &renewal->hangup);
    renewal->timer.data = renewal->hangup.data = renewal;
    renewal->open = true;
    if (renewal->has_files)
        uv_timer_start(&renewal->timer, on_timer, CHECK_MS, CHECK_MS);
    uv_signal_start(&renewal->hangup, on_hangup, SIGHUP);
    uv_unref((uv_handle_t *)&renewal->timer);
    uv_unref((uv_handle_t *)&renewal->hangup);
    return 0;
}

void uc_tls_renewal_close(struct uc_service *service)
{
    struct uc_tls_renewal *renewal = &service->tls_renewal;

    if (renewal->open) {
        uv_close((uv_handle_t *)&renewal->timer, NULL);
        uv_close((uv_handle_t *)&renewal->hangup, NULL);
    }
    renewal->open = false;
    renewal->count = 0;
    free(renewal->watches);
    renewal->watches = NULL;
}
