/* Reads the events that the test server stored and shows which tag came from whom; fails if one is
 * missing, changed, or seen where it does not belong, or if they are not all of one trace.
 *
 * usage: who_set_what STORE host:KEY=VALUE,... [+]GUEST:KEY=VALUE,...
 * Each owner is named with the tags that its source code sets. An event belongs to the guest that
 * its tag "plugin", "guest" or "worker" names; a guest with a + lives in another process, and has
 * nothing of the host's but the trace. Every value in the table stands in an event; the arguments
 * only say who is meant to have set it. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

enum { OWNERS_MAX = 8, TAGS_MAX = 16, COLUMN = 20 };

struct tag {
    const char *key;
    const char *value;
};

struct owner {
    const char *name;
    struct tag tags[TAGS_MAX];
    size_t count;
    bool is_apart;
    cJSON *event_tags; /* of the event it captured; NULL: none, as for the host */
    cJSON *event_trace;
};

struct story {
    struct owner owners[OWNERS_MAX]; /* the host first */
    size_t count;
    int wrong;
};

static void die(const char *what, const char *which)
{
    fprintf(stderr, "who_set_what: %s: %s\n", which, what);
    exit(2);
}

/* NAME:KEY=VALUE,KEY=VALUE, taken apart in place. */
static void add_owner(struct story *story, char *text)
{
    if (story->count == OWNERS_MAX) die("too many owners", text);
    struct owner *owner = &story->owners[story->count++];
    owner->is_apart = *text == '+';
    if (owner->is_apart) text++;
    owner->name = strsep(&text, ":");
    while (text != NULL && owner->count < TAGS_MAX) {
        char *pair = strsep(&text, ",");
        struct tag *tag = &owner->tags[owner->count++];
        tag->key = strsep(&pair, "=");
        tag->value = pair;
        if (pair == NULL) die("no value", tag->key);
    }
}

static const char *text_of(const cJSON *object, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static const char *const naming_tags[] = {"plugin", "guest", "worker"};

static const char *name_in(const cJSON *tags)
{
    for (size_t i = 0; i < sizeof naming_tags / sizeof *naming_tags; i++) {
        const char *name = text_of(tags, naming_tags[i]);
        if (name != NULL) return name;
    }
    return "an event without a tag that names its maker";
}

static void keep_event(struct story *story, const cJSON *event)
{
    const cJSON *tags = cJSON_GetObjectItemCaseSensitive(event, "tags");
    const cJSON *contexts = cJSON_GetObjectItemCaseSensitive(event, "contexts");
    const cJSON *trace = cJSON_GetObjectItemCaseSensitive(contexts, "trace");
    const char *name = name_in(tags);
    for (size_t i = 1; i < story->count; i++) {
        struct owner *owner = &story->owners[i];
        if (strcmp(name, owner->name) != 0) continue;
        if (owner->event_tags != NULL) die("two events", name);
        owner->event_tags = cJSON_Duplicate(tags, 1);
        owner->event_trace = cJSON_Duplicate(trace, 1);
        return;
    }
    die("nobody's event", name);
}

/* A line is one request; its "event" says which of its items is the event. */
static void read_request(struct story *story, const char *line)
{
    cJSON *request = cJSON_Parse(line);
    const char *verdict = text_of(request, "verdict");
    if (verdict == NULL || strcmp(verdict, "ok") != 0) {
        die(verdict != NULL ? verdict : "not a record", "a request");
    }
    const cJSON *place = cJSON_GetObjectItemCaseSensitive(request, "event");
    const cJSON *items = cJSON_GetObjectItemCaseSensitive(request, "items");
    if (cJSON_IsNumber(place)) {
        const cJSON *item = cJSON_GetArrayItem(items, place->valueint);
        keep_event(story, cJSON_GetObjectItemCaseSensitive(item, "payload"));
    }
    cJSON_Delete(request);
}

static void read_store(struct story *story, const char *path)
{
    char *line = NULL;
    size_t size = 0;
    FILE *store = fopen(path, "r");
    if (store == NULL) die("cannot be read", path);
    while (getline(&line, &size, store) > 0) read_request(story, line);
    free(line);
    fclose(store);
    for (size_t i = 1; i < story->count; i++) {
        if (story->owners[i].event_tags == NULL) die("no event came", story->owners[i].name);
    }
}

static void print_row(const struct story *story, const char *key, const char *setter)
{
    printf("  %-12s", key);
    for (size_t i = 1; i < story->count; i++) {
        const char *value = text_of(story->owners[i].event_tags, key);
        printf("%-*s", COLUMN, value != NULL ? value : "-");
    }
    printf("%s\n", setter);
}

static void print_table(const struct story *story)
{
    printf("  %-12s", "tag");
    for (size_t i = 1; i < story->count; i++) {
        const char *name = story->owners[i].name;
        int room = COLUMN - (int)strlen("event of ");
        printf("event of %-*s", room, name);
    }
    printf("set by\n");
    for (size_t i = 0; i < story->count; i++) {
        const struct owner *owner = &story->owners[i];
        for (size_t k = 0; k < owner->count; k++) {
            print_row(story, owner->tags[k].key, owner->name);
        }
    }
    printf("\n");
}

/* "ok    the event of orders has no tag of thumbs" */
static void claim(struct story *story, bool is_true, const char *event_of, const char *has,
                  const char *whose)
{
    bool is_tty = isatty(STDOUT_FILENO) == 1;
    const char *colour = is_true ? "\033[32m" : "\033[1;31m";
    printf("  %s%-7s%s", is_tty ? colour : "", is_true ? "ok" : "WRONG", is_tty ? "\033[0m" : "");
    printf("the event of %s has %s of %s\n", event_of, has, whose);
    if (!is_true) story->wrong++;
}

/* How many of an owner's tags stand in an event: with the value that it set, or with any. */
static size_t count_tags(const struct owner *owner, const cJSON *tags, bool with_value)
{
    size_t count = 0;
    for (size_t i = 0; i < owner->count; i++) {
        const char *value = text_of(tags, owner->tags[i].key);
        if (value != NULL && (!with_value || strcmp(value, owner->tags[i].value) == 0)) count++;
    }
    return count;
}

static void check_event(struct story *story, size_t at)
{
    const struct owner *mine = &story->owners[at];
    size_t known = 1; /* "plugin" */
    for (size_t i = 0; i < story->count; i++) {
        const struct owner *owner = &story->owners[i];
        if (i == at || (i == 0 && !mine->is_apart)) {
            bool has_all = count_tags(owner, mine->event_tags, true) == owner->count;
            claim(story, has_all, mine->name, "every tag", i == at ? "its own" : "the host");
            known += owner->count;
        } else {
            bool has_none = count_tags(owner, mine->event_tags, false) == 0;
            claim(story, has_none, mine->name, "no tag", i == 0 ? "the host" : owner->name);
        }
    }
    bool is_all = (size_t)cJSON_GetArraySize(mine->event_tags) == known;
    claim(story, is_all, mine->name, "no tag", "anybody else");
}

static void check_trace(struct story *story)
{
    const char *trace = text_of(story->owners[1].event_trace, "trace_id");
    for (size_t i = 2; i < story->count; i++) {
        const char *other = text_of(story->owners[i].event_trace, "trace_id");
        bool is_same = trace != NULL && other != NULL && strcmp(trace, other) == 0;
        claim(story, is_same, story->owners[i].name, "the trace", story->owners[1].name);
    }
}

int main(int count, char **words)
{
    struct story story = {.count = 0};
    if (count < 4)
        die("usage: who_set_what STORE host:KEY=VALUE,... GUEST:KEY=VALUE,...", words[0]);
    for (int i = 2; i < count; i++) add_owner(&story, words[i]);
    read_store(&story, words[1]);
    print_table(&story);
    for (size_t i = 1; i < story.count; i++) check_event(&story, i);
    check_trace(&story);
    for (size_t i = 1; i < story.count; i++) {
        cJSON_Delete(story.owners[i].event_tags);
        cJSON_Delete(story.owners[i].event_trace);
    }
    return story.wrong > 0;
}
