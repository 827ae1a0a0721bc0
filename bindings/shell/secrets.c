#include "secrets.h"

#include <string.h>
#include <strings.h>

static const char filtered[] = "[Filtered]";

bool sh_secrets_read(sh_text *denylist, tocsin_client client)
{
    static const char member[] = "\"scrub_denylist\":[";
    sh_text json = {0};
    int64_t len = tocsin_client_options(client, NULL, 0);
    char *room = len < 0 ? NULL : sh_text_room(&json, (size_t)len + 1);
    bool is_read = room != NULL && tocsin_client_options(client, room, len + 1) == len;
    const char *list = is_read ? strstr(room, member) : NULL;
    if (list != NULL) {
        list += strlen(member);
        sh_text_add(denylist, list, strcspn(list, "]"));
    }
    sh_text_add(denylist, "", 1);
    sh_text_fini(&json);
    return list != NULL && !denylist->failed;
}

static bool has_word(const char *name, size_t len, const char *word, size_t word_len)
{
    for (size_t i = 0; word_len > 0 && i + word_len <= len; i++) {
        if (strncasecmp(name + i, word, word_len) == 0) return true;
    }
    return false;
}

bool sh_secrets_names(const sh_text *denylist, const char *name, size_t len)
{
    const char *at = denylist->data;
    while (at != NULL && (at = strchr(at, '"')) != NULL) {
        size_t word_len = strcspn(at + 1, "\"");
        if (has_word(name, len, at + 1, word_len)) return true;
        at += 1 + word_len;
        if (*at == '"') at++;
    }
    return false;
}

/* Where user and password of a URL stand; false: there are none. */
static bool find_credentials(const char *value, size_t *start, size_t *end)
{
    const char *at = strstr(value, "://");
    if (at == NULL) return false;
    *start = (size_t)(at + 3 - value);
    *end = *start + strcspn(value + *start, "/@ \t\n");
    return value[*end] == '@';
}

void sh_secrets_quote_value(sh_text *out, const char *value)
{
    sh_text clean = {0};
    size_t start, end;
    while (find_credentials(value, &start, &end)) {
        sh_text_add(&clean, value, start);
        sh_text_puts(&clean, filtered);
        value += end;
    }
    sh_text_puts(&clean, value);
    if (clean.failed) {
        sh_text_quote(out, filtered, strlen(filtered));
    } else {
        sh_text_quote(out, clean.data == NULL ? "" : clean.data, clean.len);
    }
    sh_text_fini(&clean);
}

static void quote_word(sh_text *out, const sh_text *denylist, const char *word)
{
    sh_text clean = {0};
    size_t len = strcspn(word, "=:");
    if (word[len] == '\0' || !sh_secrets_names(denylist, word, len)) {
        sh_secrets_quote_value(out, word);
        return;
    }
    sh_text_add(&clean, word, len + 1);
    sh_text_puts(&clean, filtered);
    sh_text_quote(out, clean.failed ? filtered : clean.data, clean.failed ? 10 : clean.len);
    sh_text_fini(&clean);
}

void sh_secrets_quote_words(sh_text *out, const sh_text *denylist, char *const *words)
{
    bool follows_secret = false;
    sh_text_puts(out, "[");
    for (size_t i = 0; words[i] != NULL; i++) {
        const char *word = words[i];
        bool is_option = word[0] == '-';
        if (i > 0) sh_text_puts(out, ",");
        if (follows_secret && !is_option) {
            sh_text_quote(out, filtered, strlen(filtered));
        } else {
            quote_word(out, denylist, word);
        }
        follows_secret = is_option && strchr(word, '=') == NULL &&
                         sh_secrets_names(denylist, word, strlen(word));
    }
    sh_text_puts(out, "]");
}
