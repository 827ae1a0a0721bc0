/* The server drops a bad name in silence; here it is dropped with a word. */
#include "client/settings_names.h"

#include "base/alloc.h"
#include "data/limits.h"

static bool is_one_of(tsn_slice text, const char *words)
{
    tsn_slice rest = tsn_slice_of(words);
    while (!tsn_slice_absent(rest)) {
        if (tsn_slice_equal_nocase(tsn_slice_split(&rest, ' '), text)) return true;
    }
    return false;
}

/* Without '/', '\\' and control bytes. */
static bool has_plain_bytes(tsn_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte < 0x20 || byte == 0x7f || byte == '/' || byte == '\\') return false;
    }
    return true;
}

static const char *release_problem(tsn_slice text)
{
    if (text.len > TSN_RELEASE_MAX) return "longer than 200 bytes";
    if (!has_plain_bytes(text)) return "a slash, backslash or control byte in it";
    if (is_one_of(text, ". .. latest")) return "a name that means nothing";
    return NULL;
}

static const char *environment_problem(tsn_slice text)
{
    if (text.len > TSN_ENVIRONMENT_MAX) return "longer than 64 bytes";
    if (!has_plain_bytes(text)) return "a slash, backslash or control byte in it";
    if (is_one_of(text, ". .. none")) return "a name that means nothing";
    return NULL;
}

static const char *dist_problem(tsn_slice text)
{
    if (text.len > TSN_DIST_MAX) return "longer than 64 bytes";
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.data[i];
        bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        bool is_digit = byte >= '0' && byte <= '9';
        if (!is_letter && !is_digit && byte != '_' && byte != '.' && byte != '-') {
            return "a byte other than letters, digits, '_', '.', '-' in it";
        }
    }
    return NULL;
}

/* Trims in place; a refused or empty name is freed. */
static void check(char **name, const char *option, const char *(*problem_of)(tsn_slice),
                  tsn_buf *warnings)
{
    if (*name == NULL) return;
    tsn_slice text = tsn_slice_trim(tsn_slice_of(*name));
    const char *problem = text.len > 0 ? problem_of(text) : NULL;
    if (problem != NULL) {
        tsn_buf_printf(warnings, "option %s is ignored, the server would drop it: %s\n", option,
                       problem);
    }
    if (problem != NULL || text.len == 0) {
        tsn_free(*name);
        *name = NULL;
        return;
    }
    memmove(*name, text.data, text.len);
    (*name)[text.len] = '\0';
}

tocsin_status tsn_settings_check_names(tsn_settings *settings, tsn_buf *warnings)
{
    static const char production[] = "production";
    check(&settings->release, "release", release_problem, warnings);
    check(&settings->dist, "dist", dist_problem, warnings);
    check(&settings->environment, "environment", environment_problem, warnings);
    if (settings->environment != NULL) return TOCSIN_OK;
    settings->environment = tsn_alloc(sizeof production);
    if (settings->environment == NULL) return TOCSIN_E_NOMEM;
    memcpy(settings->environment, production, sizeof production);
    return TOCSIN_OK;
}
