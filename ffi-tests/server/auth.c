/* Some servers compare this header byte by byte, so this one does too: the words, their order, one
 * blank after "Sentry", a comma and one blank between parts, and nothing else. */
#include "auth.h"

#include <string.h>

static const char KEY_BYTES[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~-";

enum { KEY_MAX = 128 };

static bool take_word(const char **at, const char *word)
{
    size_t len = strlen(word);
    if (strncmp(*at, word, len) != 0) return false;
    *at += len;
    return true;
}

static struct srv_span take_bytes(const char **at, const char *allowed)
{
    struct srv_span span = {*at, strspn(*at, allowed)};
    *at += span.len;
    return span;
}

/* NAME/VERSION: two non-empty parts without blank, comma or a further slash. */
static struct srv_span take_client(const char **at)
{
    struct srv_span span = {*at, 0};
    size_t name = strcspn(*at, " ,/");
    if (name == 0 || (*at)[name] != '/') return span;
    size_t version = strcspn(*at + name + 1, " ,/");
    if (version == 0) return span;
    span.len = name + 1 + version;
    *at += span.len;
    return span;
}

const char *srv_auth_read(struct srv_auth *out, const char *value)
{
    *out = (struct srv_auth){0};
    if (value == NULL) return "no X-Sentry-Auth header";
    const char *at = value;
    if (!take_word(&at, "Sentry sentry_key=")) return "auth does not begin with Sentry sentry_key=";
    out->key = take_bytes(&at, KEY_BYTES);
    if (out->key.len == 0 || out->key.len > KEY_MAX) return "auth key is not 1 to 128 key bytes";
    if (!take_word(&at, ", sentry_version=7, sentry_client="))
        return "auth has no sentry_version=7 and sentry_client after the key";
    out->client = take_client(&at);
    if (out->client.len == 0) return "auth client is not NAME/VERSION";
    if (*at == '\0') return NULL;
    if (!take_word(&at, ", sentry_secret=")) return "auth goes on after the client";
    out->secret = take_bytes(&at, KEY_BYTES);
    return out->secret.len > 0 && *at == '\0' ? NULL : "auth secret is not key bytes to the end";
}

bool srv_dsn_parts(const char *dsn, struct srv_span *key, struct srv_span *project)
{
    const char *scheme_end = strstr(dsn, "://");
    const char *slash = strrchr(dsn, '/');
    if (scheme_end == NULL || slash == NULL) return false;
    const char *at = scheme_end + 3;
    *key = take_bytes(&at, KEY_BYTES);
    *project = srv_span_of(slash + 1);
    return *at == '@' && slash > at && key->len > 0 && project->len > 0;
}
