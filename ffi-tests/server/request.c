/* The judge is a list of questions; each answers with a status and a reason, and the first that
 * objects decides. */
#include "request.h"
#include "auth.h"
#include "gunzip.h"
#include "unzstd.h"
#include "json_check.h"

#include <stdlib.h>
#include <string.h>

enum { PROJECT_MAX = 20 };

static const struct srv_verdict FINE = {200, NULL};

const char *srv_request_header(const struct srv_request *request, const char *name)
{
    return srv_json_text(request->headers, name);
}

static bool has_header(const struct srv_request *request, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(request->headers, name) != NULL;
}

bool srv_path_takes_envelopes(const char *path, struct srv_span *project)
{
    *project = srv_span_of("");
    if (strcmp(path, "/stream") == 0) return true;
    const char *api = NULL;
    for (const char *at = path; (at = strstr(at, "/api/")) != NULL; at++) api = at;
    if (api == NULL) return false;
    *project = (struct srv_span){api + 5, strspn(api + 5, "0123456789")};
    if (project->len == 0 || project->len > PROJECT_MAX) return false;
    return strcmp(project->data + project->len, "/envelope/") == 0;
}

static struct srv_verdict judge_auth(const struct srv_request *request,
                                     const struct srv_demands *demands, struct srv_span project,
                                     struct srv_auth *auth)
{
    if (request->has_query_key || has_header(request, "authorization"))
        return (struct srv_verdict){401, "a second source of authentication beside X-Sentry-Auth"};
    const char *why = srv_auth_read(auth, srv_request_header(request, "x-sentry-auth"));
    if (why != NULL) return (struct srv_verdict){401, why};
    if (demands->key != NULL && !srv_span_is(auth->key, demands->key))
        return (struct srv_verdict){403, "the key is not this server's"};
    if (demands->project != NULL && !srv_span_is(project, demands->project))
        return (struct srv_verdict){403, "the project is not this server's"};
    const char *agent = srv_request_header(request, "user-agent");
    if (agent == NULL || !srv_span_is(auth->client, agent))
        return (struct srv_verdict){400, "User-Agent differs from sentry_client"};
    return FINE;
}

static struct srv_verdict judge_form(const struct srv_request *request)
{
    const char *type = srv_request_header(request, "content-type");
    if (strcmp(request->method, "POST") != 0) return (struct srv_verdict){405, "not a POST"};
    if (has_header(request, "transfer-encoding") || !has_header(request, "content-length"))
        return (struct srv_verdict){411, "no Content-Length, or a chunked body"};
    if (has_header(request, "expect")) return (struct srv_verdict){417, "an Expect header"};
    if (type == NULL || strcmp(type, "application/x-sentry-envelope") != 0)
        return (struct srv_verdict){415, "Content-Type is not application/x-sentry-envelope"};
    return FINE;
}

static struct srv_verdict unpack(const struct srv_request *request, struct srv_text *plain)
{
    struct srv_span body = {request->body.data, request->body.len};
    const char *encoding = srv_request_header(request, "content-encoding");
    if (has_header(request, "content-encoding")) {
        bool is_zstd = encoding != NULL && strcmp(encoding, "zstd") == 0;
        if (encoding == NULL || (!is_zstd && strcmp(encoding, "gzip") != 0))
            return (struct srv_verdict){400, "Content-Encoding is neither gzip nor zstd"};
        const char *why = is_zstd ? srv_unzstd(plain, body) : srv_gunzip(plain, body);
        return why != NULL ? (struct srv_verdict){400, why} : FINE;
    }
    if (srv_is_gzip(body)) return (struct srv_verdict){400, "gzip bytes without Content-Encoding"};
    srv_text_add(plain, body.data, body.len);
    return FINE;
}

/* D-9: what the envelope says about its destination is the destination. */
static struct srv_verdict judge_dsn(const struct srv_envelope *envelope,
                                    const struct srv_auth *auth, struct srv_span project)
{
    const cJSON *dsn = cJSON_GetObjectItemCaseSensitive(envelope->header, "dsn");
    if (dsn == NULL) return FINE;
    struct srv_span dsn_key;
    struct srv_span dsn_project;
    if (!cJSON_IsString(dsn) || !srv_dsn_parts(dsn->valuestring, &dsn_key, &dsn_project))
        return (struct srv_verdict){400, "the dsn header is not a DSN without secret"};
    bool same = dsn_key.len == auth->key.len && dsn_project.len == project.len &&
                memcmp(dsn_key.data, auth->key.data, dsn_key.len) == 0 &&
                memcmp(dsn_project.data, project.data, project.len) == 0;
    return same ? FINE : (struct srv_verdict){400, "the dsn header names another key or project"};
}

static struct srv_verdict judge_events(const struct srv_envelope *envelope)
{
    for (size_t i = 0; i < envelope->count; i++) {
        const struct srv_item *item = &envelope->items[i];
        bool is_json = strcmp(item->type, "event") == 0 || strcmp(item->type, "client_report") == 0;
        if (is_json && !srv_json_is_object_line(item->payload))
            return (struct srv_verdict){400, "an item that has to be a JSON object is not"};
    }
    return FINE;
}

static struct srv_verdict judge_envelope(struct srv_envelope *envelope,
                                         const struct srv_text *plain)
{
    const char *why = srv_envelope_read(envelope, (struct srv_span){plain->data, plain->len});
    return why != NULL ? (struct srv_verdict){400, why} : judge_events(envelope);
}

struct srv_verdict srv_request_judge(const struct srv_request *request,
                                     const struct srv_demands *demands, struct srv_text *plain,
                                     struct srv_envelope *envelope)
{
    struct srv_auth auth = {0};
    struct srv_span project;
    *envelope = (struct srv_envelope){0};
    srv_text_add(plain, "", 0);
    if (!srv_path_takes_envelopes(request->path, &project))
        return (struct srv_verdict){404, "no such path"};
    struct srv_verdict verdict = judge_form(request);
    if (verdict.why == NULL && project.len > 0)
        verdict = judge_auth(request, demands, project, &auth);
    if (verdict.why == NULL) verdict = unpack(request, plain);
    if (verdict.why == NULL) verdict = judge_envelope(envelope, plain);
    if (verdict.why == NULL && project.len > 0) verdict = judge_dsn(envelope, &auth, project);
    return verdict;
}

void srv_request_free(struct srv_request *request)
{
    free(request->method);
    free(request->path);
    cJSON_Delete(request->headers);
    srv_text_free(&request->body);
    *request = (struct srv_request){0};
}
