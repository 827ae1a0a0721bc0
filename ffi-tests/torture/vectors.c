/* A player of vectors for which memory runs out: each vector is played with allocation n refused,
 * n = 1, 2, ..., once with that one alone and once with all from then on. No answer may be other
 * than it was or a lack of memory, what was answered as usual must have come out as usual, the
 * books must agree, nothing may be left, and the same vector must go as before afterwards. What it
 * shows the driver at last was played after all of that. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "base/alloc.h"
#include "play.h"
#include "torture.h"

typedef struct attempt {
    cJSON *shown;
    bool did_fail;     /* a request was refused */
    bool did_lack;     /* a call said so that is no operation's answer */
    bool does_work;    /* a message that no hook sees goes out */
    char books[8192];  /* the client's statistics in the end */
    char problem[200]; /* "": none */
} attempt;

static void complain(attempt *made, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void complain(attempt *made, const char *format, ...)
{
    va_list arguments;
    if (made->problem[0] != '\0') return;
    va_start(arguments, format);
    vsnprintf(made->problem, sizeof made->problem, format, arguments);
    va_end(arguments);
}

static void look_around(attempt *made, const player *play)
{
    if (play->client < 0) return;
    tocsin_scope scope = tocsin_client_scope(play->client);
    if (!books_agree(play->client)) complain(made, "the books differ");
    tocsin_client_stats(play->client, made->books, sizeof made->books);
    made->does_work = still_works(play->client, scope);
    tocsin_handle_close(scope);
}

/* `nth` 0: nothing is refused. */
static attempt play_once(const cJSON *vector, uint64_t nth, bool from_then_on)
{
    attempt made = {0};
    player play = {.may_lack_memory = nth != 0};
    tsn_alloc_track(true);
    tsn_alloc_fail_nth(nth, from_then_on);
    made.shown = play_start(&play, vector);
    play_ops(&play, vector);
    play_take(&play);
    made.did_fail = tsn_alloc_did_fail();
    made.did_lack = play.did_lack;
    tsn_alloc_fail_nth(0, false);
    look_around(&made, &play);
    play_end(&play);
    const char *left = what_is_left();
    if (left != NULL) complain(&made, "%s", left);
    if (play_actions_left() != 0) complain(&made, "what a hook was given is not destroyed");
    return made;
}

static const cJSON *list_of(const attempt *made, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(made->shown, name);
}

/* Whatever was refused. */
static void expect_answers(attempt *made, const attempt *usual)
{
    const cJSON *usual_one = list_of(usual, "statuses")->child;
    const cJSON *one;
    int number = 0;
    cJSON_ArrayForEach(one, list_of(made, "statuses"))
    {
        int st = one->valueint;
        if (st < 0 && st != TOCSIN_E_NOMEM && st != usual_one->valueint)
            complain(made, "operation %d answers %d instead of %d", number, st,
                     usual_one->valueint);
        usual_one = usual_one->next;
        number++;
    }
}

/* As long, with a null where there was one: ids differ each time. */
static bool is_alike(const cJSON *some, const cJSON *others)
{
    const cJSON *other = others->child;
    const cJSON *one;
    if (cJSON_GetArraySize(some) != cJSON_GetArraySize(others)) return false;
    cJSON_ArrayForEach(one, some)
    {
        if (cJSON_IsNull(one) != cJSON_IsNull(other)) return false;
        if (cJSON_IsString(one) && strlen(one->valuestring) != strlen(other->valuestring))
            return false;
        other = other->next;
    }
    return true;
}

static bool is_equal(const attempt *made, const attempt *usual, const char *name)
{
    return cJSON_Compare(list_of(made, name), list_of(usual, name), true);
}

static void expect_same(attempt *made, const attempt *usual)
{
    static const char *const equal[] = {"statuses", "stats", "calls"};
    static const char *const alike[] = {"captures", "reads", "envelopes"};
    for (size_t i = 0; i < sizeof equal / sizeof *equal; i++) {
        if (!is_equal(made, usual, equal[i])) complain(made, "%s differ", equal[i]);
    }
    for (size_t i = 0; i < sizeof alike / sizeof *alike; i++) {
        if (!is_alike(list_of(made, alike[i]), list_of(usual, alike[i])))
            complain(made, "%s differ", alike[i]);
    }
    if (strcmp(made->books, usual->books) != 0) complain(made, "the books differ from before");
    if (made->does_work != usual->does_work) complain(made, "later messages fare otherwise");
}

/* Without reports, which come later where there was no memory for one. */
static cJSON *events_of(const attempt *made)
{
    static const char start[] = "7b226576656e745f6964"; /* {"event_id */
    cJSON *events = cJSON_CreateArray();
    cJSON *one;
    cJSON_ArrayForEach(one, list_of(made, "envelopes"))
    {
        if (cJSON_IsString(one) && strncmp(one->valuestring, start, sizeof start - 1) == 0)
            cJSON_AddItemReferenceToArray(events, one);
    }
    return events;
}

/* Where all answers say that nothing went wrong. */
static void expect_events(attempt *made, const attempt *usual)
{
    cJSON *events = events_of(made), *usual_events = events_of(usual);
    if (!is_alike(events, usual_events)) complain(made, "events differ, and no answer says so");
    cJSON_Delete(usual_events);
    cJSON_Delete(events);
}

/* Whether it cannot be told from a play with memory by any answer. */
static bool seems_usual(const attempt *made, const attempt *usual)
{
    return !made->did_lack && is_equal(made, usual, "statuses") &&
           strcmp(made->books, usual->books) == 0;
}

/* False: there is a problem, which `usual` has from here on. */
static bool refuse(const cJSON *vector, uint64_t nth, bool from_then_on, attempt *usual,
                   bool *was_met)
{
    attempt made = play_once(vector, nth, from_then_on);
    *was_met = made.did_fail;
    if (!made.did_fail) expect_same(&made, usual);
    expect_answers(&made, usual);
    if (seems_usual(&made, usual)) expect_events(&made, usual);
    cJSON_Delete(made.shown);
    if (made.problem[0] == '\0') return true;
    complain(usual, "allocation %llu%s: %s", (unsigned long long)nth,
             from_then_on ? " and all after it" : "", made.problem);
    return false;
}

static void refuse_each(const cJSON *vector, bool from_then_on, attempt *usual)
{
    bool was_met = true;
    for (uint64_t nth = 1; was_met; nth++) {
        if (!refuse(vector, nth, from_then_on, usual, &was_met)) return;
        attempt again = play_once(vector, 0, false);
        expect_same(&again, usual);
        cJSON_Delete(again.shown);
        if (again.problem[0] == '\0') continue;
        complain(usual, "after allocation %llu%s: %s", (unsigned long long)nth,
                 from_then_on ? " and all after it" : "", again.problem);
        return;
    }
}

static cJSON *play_refused(const cJSON *vector)
{
    cJSON_Delete(play_vector(vector)); /* slots for handles are kept from then on */
    attempt usual = play_once(vector, 0, false);
    refuse_each(vector, false, &usual);
    refuse_each(vector, true, &usual);
    cJSON_Delete(usual.shown);
    if (usual.problem[0] != '\0') return cJSON_CreateString(usual.problem);
    return play_vector(vector);
}

int main(void)
{
    play_lines(play_refused);
    return 0;
}
