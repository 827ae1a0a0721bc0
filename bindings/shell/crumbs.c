#include "crumbs.h"

#include "tail.h"

enum { LINE_MAX_LEN = 8192 };

tocsin_status sh_crumbs_add(tocsin_scope scope, const char *category, const char *line, size_t len)
{
    sh_text json = {0};
    sh_text_puts(&json, "{");
    sh_text_member(&json, "category", category);
    sh_text_key(&json, "message", 7);
    sh_text_quote(&json, line, len < LINE_MAX_LEN ? len : LINE_MAX_LEN);
    sh_text_puts(&json, "}");
    tocsin_status status = TOCSIN_E_NOMEM;
    if (!json.failed) {
        status = tocsin_scope_add_breadcrumb(scope, json.data, (int64_t)json.len, NULL);
    }
    sh_text_fini(&json);
    return status;
}

tocsin_status sh_crumbs_add_file(tocsin_scope scope, const char *path)
{
    sh_text tail = {0};
    const char *line;
    size_t len;
    tocsin_status status = sh_tail_read(&tail, path) ? TOCSIN_OK : TOCSIN_E_SYSTEM;
    size_t at = sh_tail_start(&tail, SH_TAIL_LINES);
    while (status >= 0 && sh_tail_next(&tail, &at, &line, &len)) {
        if (len > 0) status = sh_crumbs_add(scope, "log", line, len);
    }
    if (tail.failed) status = TOCSIN_E_NOMEM;
    sh_text_fini(&tail);
    return status;
}
