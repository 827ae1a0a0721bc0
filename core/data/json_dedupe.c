/* Most objects have no repeated key, and few members. Their hashes go through a small table on
 * the stack: all different means done. What is left (equal hashes, or too many members for the
 * table) is sorted by hash, key and place, in place and without recursion, so that keys chosen
 * to collide cost no more than others. Only if equal keys really turn up is the text of the
 * object written anew. */
#include "data/json_dedupe.h"

#include "base/house.h"

#define TABLE_MEMBERS_MAX 1024
#define DROPPED UINT32_MAX

uint32_t tsn_json_key_hash(tsn_slice key)
{
    const char *at = key.data;
    size_t left = key.len;
    uint64_t mixed = 0;
    for (; left >= 8; left -= 8, at += 8) mixed = tsn_json_mix(mixed, tsn_json_word(at));
    uint64_t rest = 0;
    for (size_t i = 0; i < left; i++) rest |= (uint64_t)(unsigned char)at[i] << (8 * i);
    return tsn_json_mix_last(mixed, rest);
}

bool tsn_json_may_repeat(const tsn_json_member *members, size_t count)
{
    uint32_t slots[2 * TABLE_MEMBERS_MAX];
    if (count > TABLE_MEMBERS_MAX) return true;
    uint32_t size = 4;
    while (size < 2 * count) size *= 2;
    memset(slots, 0, size * sizeof *slots);
    for (size_t i = 0; i < count; i++) {
        uint32_t hash = members[i].hash | 1; /* 0 is an empty slot */
        uint32_t slot = hash >> 8;
        while (slots[slot & (size - 1)] != 0) {
            if (slots[slot & (size - 1)] == hash) return true;
            slot++;
        }
        slots[slot & (size - 1)] = hash;
    }
    return false;
}

static tsn_slice key_at(tsn_slice text, uint32_t at)
{
    const char *key = text.data + at + 1;
    return (tsn_slice){key, (size_t)(tsn_json_skip_body(key, text.data + text.len) - key)};
}

/* Below, equal to or above 0, as memcmp. */
static int compare_keys(tsn_slice text, uint32_t left_at, uint32_t right_at)
{
    tsn_slice left = key_at(text, left_at);
    tsn_slice right = key_at(text, right_at);
    if (left.len != right.len) return left.len < right.len ? -1 : 1;
    return memcmp(left.data, right.data, left.len);
}

/* By hash, key and place; with an absent text by place alone. */
static bool is_before(tsn_slice text, tsn_json_member left, tsn_json_member right)
{
    if (!tsn_slice_absent(text)) {
        if (left.hash != right.hash) return left.hash < right.hash;
        int order = compare_keys(text, left.at, right.at);
        if (order != 0) return order < 0;
    }
    return left.at < right.at;
}

static void sift_down(tsn_slice text, tsn_json_member *members, size_t root, size_t count)
{
    tsn_json_member moving = members[root];
    size_t child;
    while ((child = 2 * root + 1) < count) {
        if (child + 1 < count && is_before(text, members[child], members[child + 1])) child++;
        if (!is_before(text, moving, members[child])) break;
        members[root] = members[child];
        root = child;
    }
    members[root] = moving;
}

/* A heap sort: no memory, no bad case. */
static void sort(tsn_slice text, tsn_json_member *members, size_t count)
{
    for (size_t root = count / 2; root-- > 0;) sift_down(text, members, root, count);
    for (size_t last = count; last-- > 1;) {
        tsn_json_member largest = members[0];
        members[0] = members[last];
        members[last] = largest;
        sift_down(text, members, 0, last);
    }
}

/* Turns each run of equal keys of the sorted members into its first one, standing for the last,
 * and dropped ones. False: no such run. */
static bool choose_sources(tsn_slice text, tsn_json_member *members, size_t count)
{
    bool has_repeats = false;
    for (size_t first = 0, next; first < count; first = next) {
        for (next = first + 1; next < count; next++) {
            if (members[next].hash != members[first].hash) break;
            if (compare_keys(text, members[next].at, members[first].at) != 0) break;
        }
        has_repeats = has_repeats || next > first + 1;
        members[first].source = members[next - 1].at;
        for (size_t i = first + 1; i < next; i++) members[i].source = DROPPED;
    }
    return has_repeats;
}

/* The text of the member at `at`; `members` are in order of place. */
static tsn_slice member_at(tsn_slice text, const tsn_json_member *members, size_t count,
                           uint32_t at)
{
    size_t low = 0;
    size_t high = count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (members[middle].at <= at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    size_t end = low + 1 < count ? members[low + 1].at - 1u : text.len;
    return (tsn_slice){text.data + at, end - at};
}

static tocsin_status rewrite(tsn_buf *out, size_t base, const tsn_json_member *members,
                             size_t count)
{
    tsn_slice text = {out->data + base, out->len - base};
    tsn_buf fresh = TSN_BUF_EMPTY;
    for (size_t i = 0; i < count; i++) {
        if (members[i].source == DROPPED) continue;
        if (fresh.len > 0) tsn_buf_byte(&fresh, ',');
        tsn_buf_slice(&fresh, member_at(text, members, count, members[i].source));
    }
    tocsin_status st = tsn_buf_status(&fresh);
    if (st == TOCSIN_OK) {
        tsn_buf_truncate(out, base + members[0].at);
        tsn_buf_slice(out, tsn_buf_view(&fresh));
    }
    tsn_buf_fini(&fresh);
    return st;
}

tocsin_status tsn_json_drop_repeats(tsn_buf *out, size_t base, tsn_json_member *members,
                                    size_t count)
{
    TSN_CHECK(!out->failed && out->len >= base);
    tsn_slice text = {out->data + base, out->len - base};
    sort(text, members, count);
    if (!choose_sources(text, members, count)) return TOCSIN_OK;
    sort(TSN_SLICE_ABSENT, members, count);
    return rewrite(out, base, members, count);
}
