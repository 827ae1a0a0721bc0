/* Header lines come from strangers: three names are looked for, everything else is passed over, and
 * what is kept has a bound. The decision is a function of the status alone; the headers only move
 * limits. */
#include "wire/response.h"

#include "base/house.h"

enum {
    KEPT_MAX = 16384, /* bytes of one header, lines joined */
    STATUS_OK = 200,
    STATUS_REDIRECT = 300,
    STATUS_LIMITED = 429,
    STATUS_BROKEN = 500,
    STATUS_MIN = 100,
    STATUS_MAX = 599,
};

void tsn_response_fini(tsn_response *response)
{
    tsn_buf_fini(&response->rate_limits);
    tsn_buf_fini(&response->retry_after);
    tsn_buf_fini(&response->error);
    *response = TSN_RESPONSE_EMPTY;
}

void tsn_response_clear(tsn_response *response)
{
    tsn_buf_clear(&response->rate_limits);
    tsn_buf_clear(&response->retry_after);
    tsn_buf_clear(&response->error);
    response->status = 0;
    response->has_all_headers = false;
}

void tsn_response_set_status(tsn_response *response, int status)
{
    tsn_response_clear(response);
    response->status = status;
}

static void keep_first(tsn_buf *kept, tsn_slice value)
{
    if (kept->len == 0 && value.len <= KEPT_MAX) tsn_buf_slice(kept, value);
}

/* An empty line would add an empty entry, which is harmless. */
static void join(tsn_buf *kept, tsn_slice value)
{
    if (kept->len + value.len + 1 > KEPT_MAX) return;
    if (kept->len > 0) tsn_buf_byte(kept, ',');
    tsn_buf_slice(kept, value);
}

void tsn_response_set_header(tsn_response *response, tsn_slice name, tsn_slice value)
{
    value = tsn_slice_trim(value);
    if (tsn_slice_equal_nocase(name, TSN_LIT("x-sentry-rate-limits"))) {
        join(&response->rate_limits, value);
    } else if (tsn_slice_equal_nocase(name, TSN_LIT("retry-after"))) {
        keep_first(&response->retry_after, value);
    } else if (tsn_slice_equal_nocase(name, TSN_LIT("x-sentry-error"))) {
        keep_first(&response->error, value);
    }
}

/* HTTP/1.1 200 OK: three digits after the first blank; 0 if they are not there. */
static int parse_status(tsn_slice line)
{
    uint64_t status;
    tsn_slice rest = line;
    tsn_slice_split(&rest, ' ');
    tsn_slice number = tsn_slice_split(&rest, ' ');
    return number.len == 3 && tsn_slice_to_u64(number, &status) ? (int)status : 0;
}

static tsn_slice without_line_end(tsn_slice line)
{
    if (line.len > 0 && line.data[line.len - 1] == '\n') line.len--;
    if (line.len > 0 && line.data[line.len - 1] == '\r') line.len--;
    return line;
}

void tsn_response_header_line(tsn_response *response, tsn_slice line)
{
    line = without_line_end(line);
    if (tsn_slice_starts_with(line, TSN_LIT("HTTP/"))) {
        tsn_response_set_status(response, parse_status(line));
        return;
    }
    if (response->has_all_headers) return; /* a trailer */
    if (line.len == 0) {
        response->has_all_headers = response->status != 0;
        return;
    }
    tsn_slice value = line;
    tsn_slice name = tsn_slice_split(&value, ':');
    if (response->status != 0 && !tsn_slice_absent(value)) {
        tsn_response_set_header(response, name, value);
    }
}

void tsn_response_end(tsn_response *response, bool is_transfer_ok)
{
    bool is_final = response->has_all_headers && response->status >= STATUS_OK;
    if (!is_transfer_ok && !is_final) tsn_response_clear(response);
}

static void update_limits(const tsn_response *response, tsn_ratelimit *limits, int64_t now_ms,
                          int64_t unix_us)
{
    tsn_slice header = tsn_buf_view(&response->rate_limits);
    if (header.len > 0 && tsn_ratelimit_apply(limits, header, now_ms)) return;
    if (response->status != STATUS_LIMITED) return;
    tsn_ratelimit_apply_retry_after(limits, tsn_buf_view(&response->retry_after), now_ms, unix_us);
}

bool tsn_response_is_broken(const tsn_response *response)
{
    return response->status >= STATUS_BROKEN && response->status <= STATUS_MAX;
}

bool tsn_response_has_limits(const tsn_response *response)
{
    return response->status == STATUS_LIMITED || response->rate_limits.len > 0;
}

static bool is_success(int status)
{
    return status >= STATUS_OK && status < STATUS_REDIRECT;
}

bool tsn_response_is_plain_yes(const tsn_response *response)
{
    return is_success(response->status) && !tsn_response_has_limits(response);
}

tsn_verdict tsn_response_judge(const tsn_response *response, bool retry_5xx, tsn_ratelimit *limits,
                               int64_t now_ms, int64_t unix_us)
{
    int status = response->status;
    if (status < STATUS_MIN || status > STATUS_MAX) return TSN_VERDICT_RETRY;
    update_limits(response, limits, now_ms, unix_us);
    if (is_success(status)) return TSN_VERDICT_DELIVERED;
    if (status == STATUS_LIMITED) return TSN_VERDICT_REFUSED_429;
    return retry_5xx && tsn_response_is_broken(response) ? TSN_VERDICT_RETRY : TSN_VERDICT_DISCARD;
}
