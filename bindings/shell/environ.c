#include "environ.h"

#include <string.h>
#include <unistd.h>

#include "secrets.h"
#include "text.h"

/* A DSN has a key in it, and an exported function is no value. */
static bool is_left_out(const char *name)
{
    return strncmp(name, "SENTRY_DSN", 10) == 0 || strncmp(name, "BASH_FUNC_", 10) == 0;
}

tocsin_status sh_environ_add(tocsin_client client, tocsin_scope scope)
{
    sh_text denylist = {0};
    sh_text json = {0};
    bool is_known = sh_secrets_read(&denylist, client);
    sh_text_puts(&json, "{");
    for (char *const *one = environ; *one != NULL && is_known; one++) {
        size_t len = strcspn(*one, "=");
        if (is_left_out(*one) || (*one)[len] == '\0') continue;
        sh_text_key(&json, *one, len);
        if (sh_secrets_names(&denylist, *one, len)) {
            sh_text_puts(&json, "\"[Filtered]\"");
        } else {
            sh_secrets_quote_value(&json, *one + len + 1);
        }
    }
    sh_text_puts(&json, "}");
    tocsin_status status = is_known && !json.failed ? TOCSIN_OK : TOCSIN_E_NOMEM;
    if (status == TOCSIN_OK) {
        status = tocsin_scope_set_extra(scope, "environ", -1, json.data, (int64_t)json.len);
    }
    sh_text_fini(&json);
    sh_text_fini(&denylist);
    return status;
}
