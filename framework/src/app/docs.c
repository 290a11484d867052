/* SPDX-License-Identifier: MIT */
#include "app/docs.h"

#include "app/service_internal.h"

#define ROOT "/docs/"
#define TRY  "/docs/try"

/* Nothing comes from elsewhere, and nothing is written into the page but what is served here. */
static const struct uc_str policy =
    UC_STR("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
           "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

static const struct uc_str page =
    UC_STR("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width\">\n<title>API</title>\n"
           "<link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"swagger-ui.css\">\n</head>\n<body>\n"
           "<div id=\"page\"></div>\n<script src=\"swagger-ui-bundle.js\"></script>\n<script src=\"start.js\"></script>\n"
           "</body>\n</html>\n");

/*
 * The contract, with its servers replaced by what answers here under TRY. A path in a server's address stays, for it is
 * part of every path.
 */
static const char start_script[] =
    "const methods = %s;\n"
    "const here = (servers) => {\n"
    "    const path = new URL(servers && servers.length ? servers[0].url.replace(/{.*?}/g, 'x') : '/', 'http://a/').pathname;\n"
    "    return [{url: '" TRY "' + path.replace(/\\/$/, '')}];\n"
    "};\n"
    "fetch('../openapi.json').then((answer) => answer.json()).then((spec) => {\n"
    "    spec.servers = here(spec.servers);\n"
    "    for (const item of Object.values(spec.paths || {})) {\n"
    "        if (item.servers) item.servers = here(item.servers);\n"
    "        for (const operation of Object.values(item))\n"
    "            if (operation && operation.servers) operation.servers = here(operation.servers);\n"
    "    }\n"
    "    document.title = spec.info.title;\n"
    "    SwaggerUIBundle({spec, dom_id: '#page', deepLinking: true, validatorUrl: null, supportedSubmitMethods: methods});\n"
    "});\n";

bool uc_docs_there(void)
{
    return &uc_docs_page != NULL;
}

static void answer(struct uc_request *req, const char *type, struct uc_str body)
{
    uc_answer_header(req, "Content-Security-Policy", policy);
    uc_answer_header(req, "X-Content-Type-Options", uc_str("nosniff"));
    uc_answer_header(req, "Referrer-Policy", uc_str("no-referrer"));
    uc_answer_header(req, "Cache-Control", uc_str("no-cache"));
    uc_answer(req, 200, type, body);
}

static void answer_start(struct uc_request *req, const struct uc_service *service)
{
    bool guarded = service->info->tls && service->info->tls->authorities;

    answer(req, "text/javascript; charset=utf-8",
           uc_arena_printf(uc_request_arena(req), start_script,
                           guarded ? "[]" : "['get', 'put', 'post', 'patch', 'delete', 'options', 'head']"));
}

/* Who names the codings that he understands, and gzip is not among them. */
static bool refuses_gzip(struct uc_request *req)
{
    struct uc_str accepted;

    if (!uc_request_header(req, "accept-encoding", &accepted))
        return false;
    return !memmem(accepted.data, accepted.len, "gzip", 4) && !memchr(accepted.data, '*', accepted.len);
}

static void answer_file(struct uc_request *req, const struct uc_docs_file *file)
{
    if (refuses_gzip(req)) {
        uc_answer_problem(req, 406, "this is there compressed by gzip only");
        return;
    }
    uc_answer_header(req, "Content-Encoding", uc_str("gzip"));
    answer(req, file->type, uc_str_of(file->begin, (size_t)(file->end - file->begin)));
}

/* The page's own calls; another site's must not reach the service through its developer's browser. */
static bool is_foreign(struct uc_request *req)
{
    struct uc_str site;

    return uc_request_header(req, "sec-fetch-site", &site) && !uc_str_is(site, "same-origin") && !uc_str_is(site, "none");
}

static void try(struct uc_request *req, struct uc_service *service)
{
    size_t prefix = sizeof(TRY) - 1;
    uint64_t any;

    if (service->info->tls && service->info->tls->authorities) {
        uc_answer_problem(req, 403, "this service asks clients for certificates: call it on its own port");
        return;
    }
    if (is_foreign(req)) {
        uc_answer_problem(req, 403, "only the page that is served here may call this");
        return;
    }
    req->message.path.at = (uint16_t)(req->message.path.at + prefix);
    req->message.path.len = (uint16_t)(req->message.path.len - prefix);
    if (uc_dispatch_streams(req, &any, service))
        uc_answer_problem(req, 403, "an operation that takes its body in parts is called on the service's own port");
    else
        uc_dispatch_request(req, service);
}

static bool begins(struct uc_str text, const char *with)
{
    return text.len >= strlen(with) && !memcmp(text.data, with, strlen(with));
}

static void read_page(struct uc_request *req, struct uc_service *service, struct uc_str name)
{
    if (uc_str_is(name, "")) {
        answer(req, "text/html; charset=utf-8", page);
        return;
    }
    if (uc_str_is(name, "start.js")) {
        answer_start(req, service);
        return;
    }
    for (size_t i = 0; i < uc_docs_page.count; i++) {
        if (uc_str_is(name, uc_docs_page.files[i].path)) {
            answer_file(req, &uc_docs_page.files[i]);
            return;
        }
    }
    uc_answer_problem(req, 404, "no such path");
}

void uc_docs_request(struct uc_request *req, struct uc_service *service)
{
    struct uc_str path = uc_request_path(req);

    if (!uc_docs_there()) {
        uc_answer_problem(req, 404, "the documentation page is not part of this program (x-service.admin.docs)");
    } else if (begins(path, TRY "/")) {
        try(req, service);
    } else if (req->message.method != UC_GET && req->message.method != UC_HEAD) {
        uc_answer_header(req, "Allow", uc_str("GET, HEAD"));
        uc_answer_problem(req, 405, "this path does not know the method");
    } else if (uc_str_is(path, "/docs")) {
        uc_answer_header(req, "Location", uc_str(ROOT));
        uc_answer_empty(req, 308);
    } else {
        read_page(req, service, uc_str_of(path.data + sizeof(ROOT) - 1, path.len - (sizeof(ROOT) - 1)));
    }
}
