/* tocsin/trace.h */
#include <tocsin/trace.h>

#include "client/trace.h"
#include "entry.h"
#include "guard.h"

tocsin_status tocsin_scope_continue_trace(tocsin_scope scope, const char *headers,
                                          int64_t headers_len)
{
    tsn_handle_hold hold;
    tsn_slice text;
    TSN_TRY(tsn_guard_scope_text(scope, TOCSIN_RIGHT_WRITE, headers, headers_len, &hold));
    tocsin_status st = tsn_entry_text(headers, headers_len, &text);
    if (st >= 0) st = tsn_cell_continue_trace(hold.object, text);
    tsn_entry_release(&hold);
    return st;
}

tocsin_length tocsin_scope_trace_headers(tocsin_scope scope, char *buf, int64_t buf_cap)
{
    tsn_handle_hold hold;
    tsn_buf text = TSN_BUF_EMPTY;
    tocsin_status st = tsn_guard_scope(scope, TOCSIN_RIGHT_READ, &hold);
    if (st >= 0) {
        st = tsn_cell_trace_headers(hold.object, &text);
        tsn_entry_release(&hold);
    }
    return tsn_entry_give(st, &text, buf, buf_cap);
}

tocsin_length tocsin_scope_request_headers(tocsin_scope scope, const char *url, int64_t url_len,
                                           const char *baggage, int64_t baggage_len, char *buf,
                                           int64_t buf_cap)
{
    tsn_handle_hold hold;
    tsn_slice address, own;
    tsn_buf text = TSN_BUF_EMPTY;
    tocsin_status st = tsn_guard_scope(scope, TOCSIN_RIGHT_READ, &hold);
    if (st >= 0) {
        st = tsn_entry_text(url, url_len, &address);
        if (st >= 0) st = tsn_entry_text(baggage, baggage_len, &own);
        if (st >= 0) st = tsn_cell_request_headers(hold.object, address, own, &text);
        tsn_entry_release(&hold);
    }
    return tsn_entry_give(st, &text, buf, buf_cap);
}
