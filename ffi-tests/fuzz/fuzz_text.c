/* Raw text: whatever the bytes are, the JSON string made of them is canonical, and cutting it
 * leaves a string that is no longer than asked for. */
#include "data/json_normal.h"
#include "data/json_text.h"
#include "data/json_walk.h"
#include "fuzz.h"

enum { CUT = 12 };

static void check_canonical(const tsn_buf *made)
{
    tsn_buf again = TSN_BUF_EMPTY;
    tsn_json_type type;
    FUZZ_CHECK(tsn_json_normalise(tsn_buf_view(made), TSN_JSON_ONLY(TSN_JSON_STRING), 0, &again,
                                  &type) == TOCSIN_OK);
    FUZZ_CHECK(tsn_slice_equal(tsn_buf_view(&again), tsn_buf_view(made)));
    tsn_buf_fini(&again);
}

static size_t count_code_points(tsn_slice utf8)
{
    size_t count = 0;
    for (size_t i = 0; i < utf8.len; i++) count += ((uint8_t)utf8.data[i] & 0xc0) != 0x80;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tsn_slice raw = {(const char *)data, size};
    tsn_buf made = TSN_BUF_EMPTY;
    tsn_buf decoded = TSN_BUF_EMPTY;
    tsn_json_append_string(&made, raw);
    check_canonical(&made);
    tsn_buf_clear(&made);
    tsn_json_append_cut(&made, raw, CUT);
    check_canonical(&made);
    tsn_json_decode(tsn_buf_view(&made), &decoded);
    FUZZ_CHECK(count_code_points(tsn_buf_view(&decoded)) <= CUT);
    tsn_buf_fini(&decoded);
    tsn_buf_fini(&made);
    return 0;
}
