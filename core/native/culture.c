/* Both are narrowings: cut off what is not part of the name, then look at every byte of what is
 * left. */
#include "native/culture.h"

#include <stdbool.h>
#include <string.h>

#include "base/house.h"

static bool is_alnum(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9');
}

/* Takes `name` over if it is short enough and made of letters, digits and `others`. */
static void accept(tsn_slice name, tsn_slice others, tsn_culture_name *out)
{
    out->len = 0;
    if (name.len == 0 || name.len > sizeof out->text) return;
    for (size_t i = 0; i < name.len; i++) {
        if (!is_alnum(name.data[i]) && tsn_slice_find(others, name.data[i]) == others.len) return;
    }
    memcpy(out->text, name.data, name.len);
    out->len = name.len;
}

void tsn_culture_locale(tsn_slice setting, tsn_culture_name *out)
{
    tsn_slice name = tsn_slice_sub(setting, 0, tsn_slice_find(setting, '@'));
    name = tsn_slice_sub(name, 0, tsn_slice_find(name, '.'));
    out->len = 0;
    if (tsn_slice_equal(name, TSN_LIT("C")) || tsn_slice_equal(name, TSN_LIT("POSIX"))) return;
    accept(name, TSN_LIT("_-"), out);
    for (size_t i = 0; i < out->len; i++) {
        if (out->text[i] == '_') out->text[i] = '-';
    }
}

/* What follows the directory of the zone database in a path; absent: another path, or none. */
static tsn_slice below_zoneinfo(tsn_slice path)
{
    static const tsn_slice directory = {"/zoneinfo/", 10};
    for (size_t at = 0; at < path.len; at++) {
        tsn_slice rest = tsn_slice_sub(path, at, path.len);
        if (tsn_slice_starts_with(rest, directory))
            return tsn_slice_sub(rest, directory.len, rest.len);
    }
    return TSN_SLICE_ABSENT;
}

void tsn_culture_timezone(tsn_slice setting, tsn_culture_name *out)
{
    out->len = 0;
    if (tsn_slice_absent(setting)) return;
    if (setting.len > 0 && setting.data[0] == ':') setting = tsn_slice_sub(setting, 1, setting.len);
    if (setting.len == 0) setting = TSN_LIT("UTC");
    tsn_slice zone = below_zoneinfo(setting);
    if (tsn_slice_absent(zone)) zone = setting;
    if (zone.len > 0 && zone.data[0] != '/') accept(zone, TSN_LIT("_-+/"), out);
}
