/* Binds the real parameters of the headers to the patterns of LANGUAGE.i, which are:
 *
 *   (const char *STR, int64_t LEN)  text in; the language's null is NULL, -1
 *   (char *BUF, int64_t CAP)        text out, with a tocsin_length as result
 *   char *EVENT_ID                  TOCSIN_EVENT_ID_SIZE bytes out
 *   const void *HINT                for C hooks only: always NULL
 *   int64_t HANDLE                  a handle in; as a result, a handle or below 0 an error
 *   int32_t COUNT, int64_t COUNT    as a result: a number or below 0 an error
 *   tocsin_status, tocsin_length    results
 *   int32_t, int64_t                plain numbers, both ways
 *
 * The names of parameters in the headers are thereby part of the contract. */

%apply (const char *STR, int64_t LEN) {
    (const char *baggage, int64_t baggage_len),
    (const char *bytes, int64_t bytes_len),
    (const char *flag, int64_t flag_len),
    (const char *headers, int64_t headers_len),
    (const char *json, int64_t json_len),
    (const char *key, int64_t key_len),
    (const char *name, int64_t name_len),
    (const char *quota, int64_t quota_len),
    (const char *reason, int64_t reason_len),
    (const char *source, int64_t source_len),
    (const char *text, int64_t text_len),
    (const char *url, int64_t url_len),
    (const char *value, int64_t value_len)
};
#if defined(SWIGGO)
/* The texts that Go has to be able to leave out: a string that has no memory at all. */
%typemap(in) (const char *bytes, int64_t bytes_len), (const char *quota, int64_t quota_len) %{
    $1 = ($1_ltype)$input.p;
    $2 = $1 == NULL ? -1 : ($2_ltype)$input.n;
%}
#endif
%apply (char *BUF, int64_t CAP) { (char *buf, int64_t buf_cap) };
%apply char *EVENT_ID { char *event_id };
%apply const void *HINT { const void *hint };
%apply int64_t HANDLE {
    tocsin_options, tocsin_client, tocsin_scope, tocsin_event, tocsin_envelope,
    int64_t handle, int64_t tocsin_handle_dup
};
%apply int64_t COUNT { int64_t tocsin_handle_count };
%apply int32_t COUNT { int32_t tocsin_handle_kind, int32_t tocsin_supports };

#if defined(SWIGLUA) || defined(SWIGRUBY)
/* Text out of any length. The typemap of (char *BUF, int64_t CAP) starts with a buffer of
 * TSN_TEXT_FIRST bytes on the stack; a text that is longer is asked for again into a buffer from the
 * heap, which the typemap frees. 1,280 bytes hold any notice, which could not be asked for again. */
%{
#include <stdlib.h>

#define TSN_TEXT_FIRST 1280

/* Whether `*buf` was too small for `*result` bytes and is now large enough to ask again. */
static int text_grow(char **buf, int64_t *cap, const char *first, int64_t *result)
{
    if (*result < *cap) return 0;
    if (*buf != first) free(*buf);
    *cap = *result + 1;
    *buf = malloc((size_t)*cap);
    if (*buf != NULL) return 1;
    *result = TOCSIN_E_NOMEM;
    return 0;
}
%}

%define %tsn_text_out(FUNCTION, BUF_ARG, CAP_ARG)
%exception FUNCTION {
    const char *first = BUF_ARG;
    do {
        $action
    } while (text_grow(&BUF_ARG, &CAP_ARG, first, &result));
}
%enddef

%tsn_text_out(tocsin_version, arg1, arg2)
%tsn_text_out(tocsin_status_text, arg2, arg3)
%tsn_text_out(tocsin_client_last_answer, arg2, arg3)
%tsn_text_out(tocsin_client_next_notice, arg2, arg3)
%tsn_text_out(tocsin_client_options, arg2, arg3)
%tsn_text_out(tocsin_client_stats, arg2, arg3)
%tsn_text_out(tocsin_envelope_text, arg2, arg3)
%tsn_text_out(tocsin_event_json, arg2, arg3)
%tsn_text_out(tocsin_options_problem, arg2, arg3)
%tsn_text_out(tocsin_scope_json, arg2, arg3)
%tsn_text_out(tocsin_scope_last_event_id, arg2, arg3)
%tsn_text_out(tocsin_scope_merged_json, arg2, arg3)
%tsn_text_out(tocsin_scope_request_headers, arg6, arg7)
%tsn_text_out(tocsin_scope_trace_headers, arg2, arg3)
#endif
