/* A vector from its fresh client to its result: open with the vector's options, play, let every
 * envelope out, close. */
#include "play.h"

#include "actions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void play_give_up(const char *what, const char *which)
{
    fprintf(stderr, "play_c: %s: %s\n", what, which);
    exit(2);
}

bool play_is_done(player *play, int64_t answer, const char *what)
{
    if (answer >= 0) return true;
    if (!play->may_lack_memory || answer != TOCSIN_E_NOMEM) play_give_up("refused", what);
    play->did_lack = true;
    return false;
}

tocsin_scope play_scope(const player *play, const cJSON *op, const char *member)
{
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(op, member));
    for (int i = play->scope_count; name != NULL && i-- > 0;) {
        if (strcmp(play->scopes[i].name, name) == 0) return play->scopes[i].scope;
    }
    play_give_up("no scope of that name", name != NULL ? name : member);
}

static void keep_scope(player *play, const char *name, tocsin_scope scope)
{
    if (play->scope_count == PLAY_SCOPES_MAX) play_give_up("too many scopes", name);
    play->scopes[play->scope_count].name = name;
    play->scopes[play->scope_count++].scope = scope;
}

tocsin_status play_keep_scope(player *play, const cJSON *op, const char *member, tocsin_scope scope)
{
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(op, member));
    if (name != NULL)
        keep_scope(play, name, scope);
    else
        tocsin_handle_close(scope);
    return scope < 0 ? (tocsin_status)scope : TOCSIN_OK;
}

static void set_hook(player *play, tocsin_options options, const char *name,
                     tocsin_hook_fn function, const cJSON *actions)
{
    if (actions == NULL) return;
    void *user = play_new_actions(play, actions);
    play_is_done(
        play, tocsin_options_set_hook(options, name, -1, function, user, play_free_actions), name);
}

static tocsin_options options_of(player *play, const cJSON *wanted)
{
    tocsin_options options = tocsin_options_new();
    cJSON *plain = wanted == NULL ? cJSON_CreateObject() : cJSON_Duplicate(wanted, true);
    cJSON_DeleteItemFromObjectCaseSensitive(plain, "before_send");
    cJSON_DeleteItemFromObjectCaseSensitive(plain, "before_breadcrumb");
    cJSON_AddStringToObject(plain, "transport", "pull");
    cJSON_AddBoolToObject(plain, "host_contexts", false);
    char *json = cJSON_PrintUnformatted(plain);
    play_is_done(play, tocsin_options_set_json(options, json, -1), json);
    cJSON_free(json);
    cJSON_Delete(plain);
    set_hook(play, options, "before_send", play_event_hook,
             cJSON_GetObjectItemCaseSensitive(wanted, "before_send"));
    set_hook(play, options, "before_breadcrumb", play_crumb_hook,
             cJSON_GetObjectItemCaseSensitive(wanted, "before_breadcrumb"));
    return options;
}

static void open_client(player *play, const cJSON *vector)
{
    tocsin_options options = options_of(play, cJSON_GetObjectItemCaseSensitive(vector, "options"));
    play->client = tocsin_client_open(options);
    play_is_done(play, play->client, "tocsin_client_open");
    tocsin_handle_close(options);
    keep_scope(play, "global", tocsin_client_global_scope(play->client));
    keep_scope(play, "iso", tocsin_scope_new_isolation(play->client));
    keep_scope(play, "cur", tocsin_scope_new_current(play->scopes[1].scope));
}

/* The envelope's bytes in hexadecimal: they need not be text. */
static cJSON *envelope_bytes(player *play, tocsin_envelope envelope)
{
    static const char digits[] = "0123456789abcdef";
    tocsin_length len = tocsin_envelope_text(envelope, NULL, 0);
    if (!play_is_done(play, len, "tocsin_envelope_text")) return cJSON_CreateNull();
    char *bytes = malloc((size_t)len + 1);
    char *text = malloc(2 * (size_t)len + 1);
    if (bytes == NULL || text == NULL) play_give_up("no memory", "envelope");
    tocsin_envelope_text(envelope, bytes, len + 1);
    for (tocsin_length i = 0; i < len; i++) {
        text[2 * i] = digits[(unsigned char)bytes[i] >> 4];
        text[2 * i + 1] = digits[(unsigned char)bytes[i] & 15];
    }
    text[2 * len] = '\0';
    cJSON *item = cJSON_CreateString(text);
    free(text);
    free(bytes);
    return item;
}

static void take_envelopes(player *play)
{
    tocsin_envelope envelope;
    while ((envelope = tocsin_client_next_envelope(play->client, 0)) > 0) {
        cJSON_AddItemToArray(play->envelopes, envelope_bytes(play, envelope));
        tocsin_envelope_done(envelope, 200, NULL, -1);
    }
    if (envelope == TOCSIN_E_NOMEM) play_is_done(play, envelope, "tocsin_client_next_envelope");
}

cJSON *play_start(player *play, const cJSON *vector)
{
    cJSON *result = cJSON_CreateObject();
    play->statuses = cJSON_AddArrayToObject(result, "statuses");
    play->captures = cJSON_AddArrayToObject(result, "captures");
    play->stats = cJSON_AddArrayToObject(result, "stats");
    play->reads = cJSON_AddArrayToObject(result, "reads");
    play->calls = cJSON_AddArrayToObject(result, "calls");
    play->envelopes = cJSON_AddArrayToObject(result, "envelopes");
    open_client(play, vector);
    return result;
}

void play_ops(player *play, const cJSON *vector)
{
    const cJSON *op;
    cJSON_ArrayForEach(op, cJSON_GetObjectItemCaseSensitive(vector, "ops"))
    {
        tocsin_status st = play_op(play, op);
        cJSON_AddItemToArray(play->statuses, cJSON_CreateNumber(st));
    }
}

/* What was reported lost goes along with a flush. */
void play_take(player *play)
{
    take_envelopes(play);
    tocsin_status st = tocsin_client_flush(play->client, 0);
    if (st == TOCSIN_E_NOMEM) play_is_done(play, st, "tocsin_client_flush");
    take_envelopes(play);
}

void play_end(player *play)
{
    tocsin_client_close(play->client, 0);
    for (int i = 0; i < play->scope_count; i++) tocsin_handle_close(play->scopes[i].scope);
    tocsin_handle_close(play->client);
}

cJSON *play_vector(const cJSON *vector)
{
    player play = {0};
    cJSON *result = play_start(&play, vector);
    play_ops(&play, vector);
    play_take(&play);
    play_end(&play);
    return result;
}
