/* Values are data here, never expanded: a dollar sign is a dollar sign. As a shell would have it, a
 * backslash hides the meaning of what follows except between single quotes, quotes end where they
 * began or with the line, and the last line wins. */
#include "native/os_release.h"

#include "base/house.h"

static tsn_slice find_raw(tsn_slice text, tsn_slice key)
{
    tsn_slice found = TSN_SLICE_ABSENT;
    while (!tsn_slice_absent(text)) {
        tsn_slice line = tsn_slice_trim(tsn_slice_split(&text, '\n'));
        size_t equals = tsn_slice_find(line, '=');
        if (equals == line.len || !tsn_slice_equal(tsn_slice_sub(line, 0, equals), key)) continue;
        found = tsn_slice_sub(line, equals + 1, line.len);
    }
    return found;
}

static void append_unquoted(tsn_buf *out, tsn_slice raw)
{
    char quote = '\0';
    for (size_t i = 0; i < raw.len; i++) {
        char byte = raw.data[i];
        bool is_quote = byte == '"' || byte == '\'';
        if (byte == '\\' && quote != '\'' && i + 1 < raw.len) {
            tsn_buf_byte(out, raw.data[++i]);
        } else if (is_quote && quote == '\0') {
            quote = byte;
        } else if (is_quote && quote == byte) {
            quote = '\0';
        } else {
            tsn_buf_byte(out, byte);
        }
    }
}

bool tsn_os_release_value(tsn_slice text, tsn_slice key, tsn_buf *out)
{
    tsn_slice raw = find_raw(text, key);
    if (tsn_slice_absent(raw)) return false;
    append_unquoted(out, raw);
    return true;
}
