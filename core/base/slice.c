/* Views into text that somebody else owns. Nothing here allocates, and no byte beyond the length is
 * read. */
#include "base/slice.h"

#include "base/house.h"

static char to_lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

tsn_slice tsn_slice_of(const char *text)
{
    return text == NULL ? TSN_SLICE_ABSENT : (tsn_slice){text, strlen(text)};
}

bool tsn_slice_equal_nocase(tsn_slice left, tsn_slice right)
{
    if (left.len != right.len) return false;
    for (size_t i = 0; i < left.len; i++) {
        if (to_lower(left.data[i]) != to_lower(right.data[i])) return false;
    }
    return true;
}

bool tsn_slice_starts_with(tsn_slice slice, tsn_slice prefix)
{
    return slice.len >= prefix.len && tsn_slice_equal((tsn_slice){slice.data, prefix.len}, prefix);
}

static bool ends_with(tsn_slice slice, tsn_slice suffix)
{
    return slice.len >= suffix.len &&
           tsn_slice_equal(tsn_slice_sub(slice, slice.len - suffix.len, slice.len), suffix);
}

/* Where `part` first occurs, or `slice.len + 1`. */
static size_t find_part(tsn_slice slice, tsn_slice part)
{
    if (part.len == 0) return 0;
    if (part.len > slice.len) return slice.len + 1;
    const char *found = memmem(slice.data, slice.len, part.data, part.len);
    return found == NULL ? slice.len + 1 : (size_t)(found - slice.data);
}

bool tsn_slice_contains(tsn_slice slice, tsn_slice part)
{
    return find_part(slice, part) <= slice.len;
}

size_t tsn_slice_find(tsn_slice slice, char byte)
{
    if (slice.len == 0) return 0;
    const char *found = memchr(slice.data, byte, slice.len);
    return found == NULL ? slice.len : (size_t)(found - slice.data);
}

tsn_slice tsn_slice_sub(tsn_slice slice, size_t from, size_t to)
{
    if (slice.data == NULL) return TSN_SLICE_ABSENT;
    if (to > slice.len) to = slice.len;
    if (from > to) from = to;
    return (tsn_slice){slice.data + from, to - from};
}

tsn_slice tsn_slice_trim(tsn_slice slice)
{
    size_t from = 0;
    while (from < slice.len && is_blank(slice.data[from])) from++;
    size_t to = slice.len;
    while (to > from && is_blank(slice.data[to - 1])) to--;
    return tsn_slice_sub(slice, from, to);
}

tsn_slice tsn_slice_split(tsn_slice *rest, char separator)
{
    size_t at = tsn_slice_find(*rest, separator);
    tsn_slice head = tsn_slice_sub(*rest, 0, at);
    *rest = at == rest->len ? TSN_SLICE_ABSENT : tsn_slice_sub(*rest, at + 1, rest->len);
    return head;
}

/* Digits alone, at most `max`. */
static bool parse_digits(tsn_slice slice, uint64_t max, uint64_t *value)
{
    uint64_t number = 0;
    for (size_t i = 0; i < slice.len; i++) {
        char byte = slice.data[i];
        if (byte < '0' || byte > '9') return false;
        uint64_t digit = (uint64_t)(byte - '0');
        if (number > (max - digit) / 10) return false;
        number = number * 10 + digit;
    }
    if (slice.len > 0) *value = number;
    return slice.len > 0;
}

bool tsn_slice_to_u64(tsn_slice slice, uint64_t *value)
{
    return parse_digits(slice, UINT64_MAX, value);
}

bool tsn_slice_to_i64(tsn_slice slice, int64_t *value)
{
    uint64_t number;
    if (slice.len == 0 || slice.data[0] != '-') {
        if (!parse_digits(slice, INT64_MAX, &number)) return false;
        *value = (int64_t)number;
        return true;
    }
    if (!parse_digits(tsn_slice_sub(slice, 1, slice.len), (uint64_t)INT64_MAX + 1, &number)) {
        return false;
    }
    *value = number == 0 ? 0 : -(int64_t)(number - 1) - 1;
    return true;
}

/* What stands between two stars has to occur in order; taking each at its first place leaves the
 * most for the others. */
bool tsn_slice_glob(tsn_slice slice, tsn_slice pattern)
{
    if (tsn_slice_find(pattern, '*') == pattern.len) return tsn_slice_equal(slice, pattern);
    tsn_slice part = tsn_slice_split(&pattern, '*');
    if (!tsn_slice_starts_with(slice, part)) return false;
    slice = tsn_slice_sub(slice, part.len, slice.len);
    while (tsn_slice_find(pattern, '*') < pattern.len) {
        part = tsn_slice_split(&pattern, '*');
        size_t at = find_part(slice, part);
        if (at > slice.len) return false;
        slice = tsn_slice_sub(slice, at + part.len, slice.len);
    }
    return ends_with(slice, pattern);
}

/* FNV-1a with words in place of bytes, and a fold at the end to bring the high bits down. */
uint32_t tsn_slice_hash(tsn_slice slice)
{
    const uint64_t prime = 0x100000001b3U;
    uint64_t hash = 0xcbf29ce484222325U ^ slice.len;
    size_t at = 0;
    for (; slice.len - at >= 8; at += 8) {
        uint64_t word;
        memcpy(&word, slice.data + at, 8);
        hash = (hash ^ word) * prime;
        hash ^= hash >> 32;
    }
    for (; at < slice.len; at++) hash = (hash ^ (unsigned char)slice.data[at]) * prime;
    hash ^= hash >> 29;
    hash *= 0xbf58476d1ce4e5b9U;
    return (uint32_t)(hash >> 32);
}
