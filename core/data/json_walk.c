/* Canonical text needs no parser: there are no blanks, so a member begins where the last one's
 * comma was, and a value's end is found by skipping strings and counting brackets. `end` bounds
 * every step, so that even text that breaks the promise is not read past. */
#include "data/json_walk.h"

#include "base/house.h"
#include "data/json_scan.h"

/* Behind the closing quote of the string whose opening quote is at `at`. */
static const char *skip_string(const char *at, const char *end)
{
    at = tsn_json_skip_body(at + 1, end);
    return at < end ? at + 1 : end;
}

static const char *skip_container(const char *at, const char *end)
{
    size_t depth = 0;
    while (at < end) {
        switch (*at) {
        case '"':
            at = skip_string(at, end);
            continue;
        case '{':
        case '[':
            depth++;
            break;
        case '}':
        case ']':
            depth--;
            break;
        default:
            break;
        }
        at++;
        if (depth == 0) break;
    }
    return at;
}

static const char *skip_value(const char *at, const char *end)
{
    if (at == end) return end;
    if (*at == '"') return skip_string(at, end);
    if (*at == '{' || *at == '[') return skip_container(at, end);
    while (at < end && *at != ',') at++;
    return at;
}

tsn_json_type tsn_json_type_of(tsn_slice value)
{
    switch (value.len == 0 ? 'n' : value.data[0]) {
    case '{':
        return TSN_JSON_OBJECT;
    case '[':
        return TSN_JSON_ARRAY;
    case '"':
        return TSN_JSON_STRING;
    case 't':
    case 'f':
        return TSN_JSON_BOOL;
    case 'n':
        return TSN_JSON_NULL;
    default:
        return TSN_JSON_NUMBER;
    }
}

bool tsn_json_is_null(tsn_slice value)
{
    return tsn_json_type_of(value) == TSN_JSON_NULL;
}

tsn_json_walk tsn_json_walk_into(tsn_slice container)
{
    bool is_object = tsn_json_is(container, TSN_JSON_OBJECT);
    if (!is_object && !tsn_json_is(container, TSN_JSON_ARRAY)) return (tsn_json_walk){0};
    TSN_ASSERT(container.len >= 2);
    const char *end = container.data + container.len - 1;
    return (tsn_json_walk){.at = container.data + 1, .end = end, .is_object = is_object};
}

bool tsn_json_take(tsn_json_walk *walk, tsn_slice *key, tsn_slice *value)
{
    const char *at = walk->at;
    *key = TSN_SLICE_ABSENT;
    if (walk->is_object) {
        const char *next = skip_string(at, walk->end);
        TSN_ASSERT(*at == '"' && walk->end - next >= 2 && *next == ':');
        if (walk->end - next < 2) return false;
        *key = (tsn_slice){at + 1, (size_t)(next - at) - 2};
        at = next + 1;
    }
    const char *end = skip_value(at, walk->end);
    *value = (tsn_slice){at, (size_t)(end - at)};
    TSN_ASSERT(end == walk->end || *end == ',');
    walk->at = end < walk->end ? end + 1 : end;
    return true;
}

tsn_slice tsn_json_search(tsn_slice object, tsn_slice key)
{
    if (!tsn_json_is(object, TSN_JSON_OBJECT)) return TSN_SLICE_ABSENT;
    tsn_json_walk walk = tsn_json_walk_of(object);
    tsn_slice found;
    tsn_slice value;
    while (tsn_json_next(&walk, &found, &value)) {
        if (tsn_slice_equal(found, key)) return value;
    }
    return TSN_SLICE_ABSENT;
}

tsn_slice tsn_json_get_set(tsn_slice object, tsn_slice key)
{
    tsn_slice value = tsn_json_get(object, key);
    return tsn_json_is_null(value) ? TSN_SLICE_ABSENT : value;
}

size_t tsn_json_count(tsn_slice container)
{
    tsn_json_walk walk = tsn_json_walk_of(container);
    tsn_slice key;
    tsn_slice value;
    size_t count = 0;
    while (tsn_json_next(&walk, &key, &value)) count++;
    return count;
}
