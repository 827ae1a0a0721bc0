/* A multi handle drives all transfers; easy handles are set up once with everything that never
 * changes and used again. The body is handed over where it lies.
 * What comes back is fed to the response line by line and bounded: past the bound the transfer is
 * cut, and whether there was an answer depends on what had arrived by then. */
#include "io/transport_curl.h"

#include <curl/curl.h>
#include <stdatomic.h>
#include <string.h>

#include "base/alloc.h"
#include "io/exit_gate.h"
#include "io/transport_curl_setup.h"

enum {
    HEADERS_MAX = 64 * 1024, /* bytes of all header blocks of one answer */
    BODY_MAX = 64 * 1024,
    POLL_MAX_MS = 60 * 1000,
    SPARE_CONNECTIONS = 2, /* to Spotlight, and one that is just being replaced */
    STATUS_MIN = 100,
    STATUS_MAX = 599,
    STATUS_PROXY = 407, /* never the server's: the proxy has passed nothing on */
};

/* One easy handle with what a running transfer needs besides. */
typedef struct exchange {
    struct exchange *next; /* in the list of idle ones */
    CURL *easy;
    struct curl_slist *headers;
    tsn_transfer *transfer;
    size_t header_bytes;
    size_t body_bytes;
    char error[CURL_ERROR_SIZE];
} exchange;

typedef struct web {
    tsn_transport base;
    tsn_curl_config config;
    CURLM *multi;
    exchange *idle;
    tsn_list running;
    tsn_sockets sockets;
    bool has_tls;   /* so that nothing goes at the end of the process */
    bool is_inside; /* of the exit gate */
} web;

static web *web_of(tsn_transport *transport)
{
    return TSN_CONTAINER_OF(transport, web, base);
}

/* False: libcurl must not be called any more. */
static bool enter(web *self)
{
    self->is_inside = tsn_exit_gate_enter();
    return self->is_inside || !self->has_tls;
}

static void leave(web *self)
{
    if (self->is_inside) tsn_exit_gate_leave();
    self->is_inside = false;
}

static size_t take_header(char *data, size_t size, size_t count, void *context)
{
    exchange *ex = context;
    size_t len = size * count;
    ex->header_bytes += len;
    if (ex->header_bytes > HEADERS_MAX) return 0;
    tsn_response_header_line(&ex->transfer->response, (tsn_slice){data, len});
    return len;
}

static size_t take_body(char *data, size_t size, size_t count, void *context)
{
    exchange *ex = context;
    size_t len = size * count;
    ex->body_bytes += len;
    tsn_buf *excerpt = &ex->transfer->excerpt;
    size_t room = TSN_TRANSFER_EXCERPT_MAX - excerpt->len;
    tsn_buf_append(excerpt, data, len < room ? len : room);
    return ex->body_bytes > BODY_MAX ? 0 : len;
}

/* Any option that failed to be set must not be overlooked. */
static bool is_set(CURLcode code)
{
    return code == CURLE_OK;
}

static bool set_callbacks(CURL *easy, exchange *ex)
{
    bool ok = is_set(curl_easy_setopt(easy, CURLOPT_PRIVATE, ex));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, ex->error));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_HEADERDATA, ex));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_WRITEDATA, ex));
    return ok;
}

static void exchange_free(exchange *ex)
{
    curl_slist_free_all(ex->headers);
    curl_easy_cleanup(ex->easy);
    tsn_free(ex);
}

static exchange *exchange_new(web *self)
{
    exchange *ex = tsn_alloc_zero(sizeof *ex);
    if (ex == NULL) return NULL;
    ex->easy = curl_easy_init();
    bool ok = ex->easy != NULL && tsn_curl_set_up(ex->easy, &self->config, &self->sockets) &&
              set_callbacks(ex->easy, ex);
    if (ok) return ex;
    exchange_free(ex);
    return NULL;
}

static exchange *take_exchange(web *self)
{
    exchange *ex = self->idle;
    if (ex == NULL) return exchange_new(self);
    self->idle = ex->next;
    return ex;
}

/* Ready for the next transfer. */
static void put_exchange(web *self, exchange *ex)
{
    curl_slist_free_all(ex->headers);
    ex->headers = NULL;
    ex->transfer = NULL;
    ex->next = self->idle;
    self->idle = ex;
}

static bool add_header(exchange *ex, const char *line)
{
    struct curl_slist *longer = curl_slist_append(ex->headers, line);
    if (longer != NULL) ex->headers = longer;
    return longer != NULL;
}

static bool set_headers(exchange *ex)
{
    const tsn_transfer *transfer = ex->transfer;
    const tsn_request *request = transfer->request;
    bool ok = true;
    for (size_t i = 0; i < request->header_count; i++) ok &= add_header(ex, request->headers[i]);
    if (transfer->encoding != NULL) ok &= add_header(ex, transfer->encoding);
    ok &= add_header(ex, "Expect:");
    return ok && is_set(curl_easy_setopt(ex->easy, CURLOPT_HTTPHEADER, ex->headers));
}

static bool is_tls(const char *url)
{
    return tsn_slice_equal_nocase(tsn_slice_sub(tsn_slice_of(url), 0, 6), TSN_LIT("https:"));
}

static bool set_request(web *self, exchange *ex)
{
    const tsn_buf *body = &ex->transfer->body;
    const char *url = ex->transfer->request->url;
    const char *proxy = is_tls(url) ? self->config.https_proxy : self->config.http_proxy;
    self->has_tls |= is_tls(url) || (proxy != NULL && is_tls(proxy));
    ex->error[0] = '\0';
    ex->header_bytes = 0;
    ex->body_bytes = 0;
    bool ok = is_set(curl_easy_setopt(ex->easy, CURLOPT_URL, url));
    ok &= is_set(curl_easy_setopt(ex->easy, CURLOPT_PROXY, proxy));
    ok &= is_set(curl_easy_setopt(ex->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body->len));
    ok &= is_set(curl_easy_setopt(ex->easy, CURLOPT_POSTFIELDS, body->data));
    return ok && set_headers(ex);
}

static bool begin(web *self, exchange *ex, tsn_transfer *transfer)
{
    ex->transfer = transfer;
    if (!set_request(self, ex) || curl_multi_add_handle(self->multi, ex->easy) != CURLM_OK) {
        put_exchange(self, ex);
        return false;
    }
    transfer->native = ex;
    return true;
}

static void start(tsn_transport *transport, tsn_transfer *transfer)
{
    web *self = web_of(transport);
    bool is_inside = enter(self);
    exchange *ex = is_inside ? take_exchange(self) : NULL;
    transport->running++;
    tsn_list_push_back(&self->running, &transfer->node);
    transfer->native = NULL;
    if (ex == NULL || !begin(self, ex, transfer)) tsn_transfer_fail(transfer, "no memory");
    if (is_inside) leave(self);
}

static void finish(web *self, tsn_transfer *transfer)
{
    tsn_list_remove(&transfer->node);
    self->base.running--;
    transfer->finish(transfer, transfer->context);
}

static bool is_about_certificate(CURLcode code)
{
    return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CERTPROBLEM ||
           code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_ISSUER_ERROR;
}

static bool is_answered(const exchange *ex)
{
    int status = ex->transfer->response.status;
    return status >= STATUS_MIN && status <= STATUS_MAX && status != STATUS_PROXY;
}

/* Why there is no answer. libcurl quotes a proxy that it cannot use with its password in it. */
static const char *reason_of(const exchange *ex, CURLcode code)
{
    int status = ex->transfer->response.status;
    if (status == STATUS_PROXY) return "the proxy wants another user or password";
    if (status != 0) return "a status that HTTP does not know";
    if (ex->error[0] != '\0' && strchr(ex->error, '@') == NULL) return ex->error;
    return code == CURLE_OK ? "the answer broke off" : curl_easy_strerror(code);
}

/* Some proxies answer with all that they were sent. */
static void hide_quoted(tsn_transfer *transfer, tsn_buf *said)
{
    if (!tsn_request_is_quoted(transfer->request, tsn_buf_view(said))) return;
    tsn_buf_clear(said);
    TSN_BUF_LIT(said, "(not shown: the key is in it)");
}

static void take_outcome(exchange *ex, CURLcode code)
{
    tsn_transfer *transfer = ex->transfer;
    curl_off_t begun_us = 0;
    curl_easy_getinfo(ex->easy, CURLINFO_PRETRANSFER_TIME_T, &begun_us);
    transfer->went_out = begun_us > 0;
    transfer->is_untrusted = is_about_certificate(code);
    /* libcurl is content with headers that break off; whether they came whole decides here. */
    tsn_response_end(&transfer->response, false);
    hide_quoted(transfer, &transfer->excerpt);
    hide_quoted(transfer, &transfer->response.error);
    if (is_answered(ex)) return;
    tsn_transfer_fail(transfer, "%s", reason_of(ex, code));
    if (transfer->response.status == STATUS_PROXY) tsn_response_clear(&transfer->response);
}

static bool finish_over(web *self)
{
    int left;
    bool any = false;
    CURLMsg *message;
    while ((message = curl_multi_info_read(self->multi, &left)) != NULL) {
        exchange *ex = NULL;
        CURLcode code = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&ex);
        tsn_transfer *transfer = ex->transfer;
        take_outcome(ex, code);
        curl_multi_remove_handle(self->multi, ex->easy);
        tsn_curl_is_spent(ex->easy) ? exchange_free(ex) : put_exchange(self, ex);
        transfer->native = NULL;
        finish(self, transfer);
        any = true;
    }
    return any;
}

static bool finish_unbegun(web *self)
{
    bool any = false;
    for (tsn_list *node = self->running.next; node != &self->running;) {
        tsn_transfer *transfer = TSN_CONTAINER_OF(node, tsn_transfer, node);
        node = node->next;
        if (transfer->native != NULL) continue;
        finish(self, transfer);
        any = true;
    }
    return any;
}

/* libcurl must not be called any more: it keeps what it has. */
static void give_up(web *self)
{
    while (!tsn_list_empty(&self->running)) {
        tsn_transfer *transfer = TSN_CONTAINER_OF(self->running.next, tsn_transfer, node);
        tsn_transfer_fail(transfer, "the process is at its end");
        finish(self, transfer);
    }
}

/* False: nothing has ended. */
static bool perform(web *self)
{
    int running;
    if (!enter(self)) {
        give_up(self);
        return true;
    }
    curl_multi_perform(self->multi, &running);
    bool any = finish_unbegun(self);
    any |= finish_over(self);
    leave(self);
    return any;
}

static void poll(tsn_transport *transport, int64_t timeout_ms)
{
    web *self = web_of(transport);
    if (perform(self) || timeout_ms == 0) return;
    int wait_ms = timeout_ms < POLL_MAX_MS ? (int)timeout_ms : POLL_MAX_MS;
    curl_multi_poll(self->multi, NULL, 0, wait_ms, NULL);
    (void)perform(self);
}

static void wake(tsn_transport *transport)
{
    curl_multi_wakeup(web_of(transport)->multi);
}

static void cancel_all(tsn_transport *transport)
{
    web *self = web_of(transport);
    tsn_list *node;
    bool is_inside = enter(self);
    while ((node = tsn_list_pop_front(&self->running)) != NULL) {
        tsn_transfer *transfer = TSN_CONTAINER_OF(node, tsn_transfer, node);
        exchange *ex = transfer->native;
        transport->running--;
        if (ex == NULL || !is_inside) continue;
        curl_multi_remove_handle(self->multi, ex->easy);
        put_exchange(self, ex);
    }
    if (is_inside) leave(self);
}

static void fini(tsn_transport *transport)
{
    web *self = web_of(transport);
    TSN_ASSERT(transport->running == 0);
    if (!enter(self)) return;
    while (self->idle != NULL) {
        exchange *ex = self->idle;
        self->idle = ex->next;
        exchange_free(ex);
    }
    curl_multi_cleanup(self->multi);
    leave(self);
    tsn_free(self);
}

static void forsake(tsn_transport *transport)
{
    tsn_sockets_close_all(&web_of(transport)->sockets);
}

static const tsn_transport_ops ops = {start, poll, wake, cancel_all, fini, forsake};

/* A client may be opened while the process ends; libcurl then finds out for itself. */
static bool set_up_library(void)
{
    bool is_inside = tsn_exit_gate_enter();
    bool ok = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    if (is_inside) tsn_exit_gate_leave();
    return ok;
}

tocsin_status tsn_transport_curl_prepare(void)
{
    if (!set_up_library()) return TOCSIN_E_SYSTEM;
    tsn_exit_gate_watch();
    return TOCSIN_OK;
}

tsn_transport *tsn_transport_curl_new(const tsn_curl_config *config)
{
    web *self = tsn_alloc_zero(sizeof *self);
    if (self == NULL) return NULL;
    self->base.ops = &ops;
    self->config = *config;
    tsn_list_init(&self->running);
    if (enter(self)) self->multi = tsn_curl_multi_new(&self->sockets);
    leave(self);
    if (self->multi == NULL) {
        tsn_free(self);
        return NULL;
    }
    long kept = (long)config->max_connections + SPARE_CONNECTIONS;
    curl_multi_setopt(self->multi, CURLMOPT_MAXCONNECTS, kept);
    return &self->base;
}
