/* libmicrohttpd calls on_request once when the header is there, again for each piece of the body,
 * and a last time with no piece. A scripted answer is drawn at the first call, so that the script
 * is consumed in the order in which requests begin, and a hang-up "before" can leave the body
 * unread. */
#include "http.h"
#include "answer.h"
#include "control.h"
#include "pretty.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <microhttpd.h>

enum { BODY_MAX = 300 * 1024 * 1024 };

struct srv_http {
    struct srv_server *server;
    struct MHD_Daemon *daemon;
};

/* What a connection remembers between its requests. */
struct peer {
    size_t number; /* 0 until it carries an ingest request */
};

struct exchange {
    struct srv_request request;
    cJSON *query;
    bool is_control;
    bool is_stored;
    struct srv_answer answer;
};

static void blot(char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80 || (unsigned char)*text < 0x20) *text = '?';
}

/* A name that comes again turns its value into a list. */
static void add_header(cJSON *headers, const char *name, const char *value)
{
    cJSON *known = cJSON_GetObjectItemCaseSensitive(headers, name);
    cJSON *fresh = cJSON_CreateString(value);
    if (known == NULL) {
        cJSON_AddItemToObject(headers, name, fresh);
        return;
    }
    if (!cJSON_IsArray(known)) {
        cJSON *list = cJSON_CreateArray();
        cJSON_AddItemToArray(list, cJSON_Duplicate(known, 1));
        cJSON_ReplaceItemInObjectCaseSensitive(headers, name, list);
        known = list;
    }
    cJSON_AddItemToArray(known, fresh);
}

static enum MHD_Result on_header(void *headers, enum MHD_ValueKind kind, const char *name,
                                 const char *value)
{
    (void)kind;
    char *low = srv_copy(name, strlen(name));
    char *clean = srv_copy(value != NULL ? value : "", value != NULL ? strlen(value) : 0);
    blot(low);
    blot(clean);
    for (char *at = low; *at != '\0'; at++) *at = (char)tolower((unsigned char)*at);
    add_header(headers, low, clean);
    free(low);
    free(clean);
    return MHD_YES;
}

static struct peer *peer_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info->socket_context;
}

static struct exchange *begin(struct MHD_Connection *connection, const char *method,
                              const char *path)
{
    struct exchange *exchange = srv_alloc(sizeof *exchange);
    struct srv_request *request = &exchange->request;
    request->method = srv_copy(method, strlen(method));
    request->path = srv_copy(path, strlen(path));
    blot(request->path);
    request->headers = cJSON_CreateObject();
    exchange->query = cJSON_CreateObject();
    exchange->is_control = srv_control_owns(path);
    MHD_get_connection_values(connection, MHD_HEADER_KIND, on_header, request->headers);
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, on_header, exchange->query);
    request->has_query_key = cJSON_HasObjectItem(exchange->query, "sentry_key");
    return exchange;
}

/* Numbers the request and its connection, and draws the answer. */
static void enter(struct srv_server *server, struct exchange *exchange, struct peer *peer)
{
    srv_server_lock(server);
    server->busy++;
    server->last_use = srv_now();
    if (peer->number == 0) peer->number = ++server->store.counts.connections;
    exchange->request.connection = peer->number;
    srv_script_next(&server->script, &exchange->answer);
    srv_server_unlock(server);
}

static void store(struct srv_server *server, struct exchange *exchange, struct srv_verdict verdict,
                  const struct srv_envelope *envelope, size_t plain_len)
{
    const struct srv_answer *answer = &exchange->answer;
    int status = answer->status != 0 ? answer->status : verdict.status;
    if (answer->hang_up != SRV_HANG_UP_NEVER) status = 0;
    exchange->request.number = server->store.counts.requests + 1;
    struct srv_record record =
        srv_record_make(&exchange->request, envelope, verdict, status, plain_len, srv_now_wall());
    srv_store_take(&server->store, record, exchange->request.body.len);
    exchange->is_stored = true;
}

static enum MHD_Result refuse_unread(struct srv_server *server, struct exchange *exchange,
                                     struct MHD_Connection *connection)
{
    struct srv_envelope nothing = {0};
    srv_server_lock(server);
    store(server, exchange, (struct srv_verdict){0, NULL}, &nothing, 0);
    srv_server_unlock(server);
    return srv_answer_hang_up(connection, &exchange->answer);
}

static void hold_back_locked(struct srv_server *server, const struct srv_answer *answer)
{
    size_t releases = server->releases;
    long long deadline = srv_now() + answer->delay_ms + 1; /* srv_now rounds down */
    while (answer->delay_ms > 0 && srv_server_wait_locked(server, deadline)) {
    }
    while (answer->hold && server->releases == releases && !server->stopping)
        srv_server_wait_locked(server, srv_now() + 1000);
}

static enum MHD_Result ingest(struct srv_server *server, struct exchange *exchange,
                              struct MHD_Connection *connection)
{
    struct srv_text plain = {0};
    struct srv_envelope envelope;
    srv_server_lock(server);
    struct srv_verdict verdict =
        srv_request_judge(&exchange->request, &server->demands, &plain, &envelope);
    store(server, exchange, verdict, &envelope, plain.len);
    if (server->pretty && verdict.why == NULL) srv_pretty_print(stdout, &envelope, server->colour);
    const char *id = srv_json_text(envelope.header, "event_id");
    struct srv_text body = {0};
    if (verdict.why != NULL)
        srv_text_addf(&body, "{\"detail\":\"%s\"}", verdict.why);
    else if (id != NULL && strspn(id, "0123456789abcdef") == strlen(id))
        srv_text_addf(&body, "{\"id\":\"%s\"}", id);
    else
        srv_text_addz(&body, "{}");
    srv_envelope_free(&envelope);
    srv_text_free(&plain);
    pthread_cond_broadcast(&server->changed);
    hold_back_locked(server, &exchange->answer);
    srv_server_unlock(server);
    enum MHD_Result result = srv_answer_send(connection, &exchange->answer, verdict, &body);
    srv_text_free(&body);
    return result;
}

static enum MHD_Result finish(struct srv_server *server, struct exchange *exchange,
                              struct MHD_Connection *connection)
{
    if (!exchange->is_control) return ingest(server, exchange, connection);
    struct srv_reply reply = srv_control_answer(server, &exchange->request, exchange->query);
    struct srv_answer plain = {.truncate = -1};
    enum MHD_Result result =
        srv_answer_send(connection, &plain, (struct srv_verdict){reply.status, NULL}, &reply.body);
    srv_text_free(&reply.body);
    return result;
}

static enum MHD_Result on_request(void *user, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *piece,
                                  size_t *piece_len, void **context)
{
    struct srv_server *server = user;
    struct exchange *exchange = *context;
    (void)version;
    if (exchange == NULL) {
        *context = exchange = begin(connection, method, path);
        if (!exchange->is_control) enter(server, exchange, peer_of(connection));
        if (exchange->answer.hang_up != SRV_HANG_UP_BEFORE) return MHD_YES;
        return refuse_unread(server, exchange, connection);
    }
    if (*piece_len == 0) return finish(server, exchange, connection);
    if (exchange->request.body.len + *piece_len > BODY_MAX) return MHD_NO;
    srv_text_add(&exchange->request.body, piece, *piece_len);
    *piece_len = 0;
    return MHD_YES;
}

static void on_completed(void *user, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code)
{
    struct srv_server *server = user;
    struct exchange *exchange = *context;
    (void)connection;
    (void)code;
    if (exchange == NULL) return;
    srv_server_lock(server);
    if (!exchange->is_control) {
        server->busy--;
        if (!exchange->is_stored) server->store.counts.aborted++;
    }
    server->last_use = srv_now();
    if (server->quit_asked) kill(getpid(), SIGTERM);
    srv_server_unlock(server);
    srv_answer_free(&exchange->answer);
    cJSON_Delete(exchange->query);
    srv_request_free(&exchange->request);
    free(exchange);
    *context = NULL;
}

static void on_connection(void *user, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    (void)user;
    (void)connection;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *socket_context = srv_alloc(sizeof(struct peer));
        return;
    }
    free(*socket_context);
    *socket_context = NULL;
}

struct srv_http *srv_http_start(struct srv_server *server, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct srv_http *http = srv_alloc(sizeof *http);
    http->server = server;
    http->daemon = MHD_start_daemon(
        MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, port, NULL,
        NULL, on_request, server, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, server, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, server, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_END);
    if (http->daemon != NULL) return http;
    free(http);
    return NULL;
}

uint16_t srv_http_port(const struct srv_http *http)
{
    return MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

void srv_http_stop(struct srv_http *http)
{
    srv_server_lock(http->server);
    http->server->stopping = true;
    srv_server_unlock(http->server);
    MHD_stop_daemon(http->daemon);
    free(http);
}
