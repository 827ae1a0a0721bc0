/* The server drops a bad name in silence; here it is dropped with a word. What is a good one, the
 * model knows, which holds events to the same rules. */
#include "client/settings_names.h"

#include "base/alloc.h"
#include "model/event_release.h"

/* Trims in place; a refused or empty name is freed. */
static void check(char **name, const char *option, bool (*is_valid)(tsn_slice text),
                  const char *allowed, tsn_buf *warnings)
{
    if (*name == NULL) return;
    tsn_slice text = tsn_slice_trim(tsn_slice_of(*name));
    if (is_valid(text)) {
        memmove(*name, text.data, text.len);
        (*name)[text.len] = '\0';
        return;
    }
    if (text.len > 0) {
        tsn_buf_printf(warnings, "option %s is ignored, the server would drop it: it may be %s\n",
                       option, allowed);
    }
    tsn_free(*name);
    *name = NULL;
}

tocsin_status tsn_settings_check_names(tsn_settings *settings, tsn_buf *warnings)
{
    static const char production[] = "production";
    check(&settings->release, "release", tsn_release_is_valid,
          "200 bytes without slash, backslash and control bytes, not \".\", \"..\" or \"latest\"",
          warnings);
    check(&settings->dist, "dist", tsn_dist_is_valid, "64 letters, digits, '_', '.' and '-'",
          warnings);
    check(&settings->environment, "environment", tsn_environment_is_valid,
          "64 bytes without slash, backslash and control bytes, not \".\", \"..\" or \"none\"",
          warnings);
    if (settings->environment != NULL) return TOCSIN_OK;
    settings->environment = tsn_alloc(sizeof production);
    if (settings->environment == NULL) return TOCSIN_E_NOMEM;
    memcpy(settings->environment, production, sizeof production);
    return TOCSIN_OK;
}
