/* Options: a refusal has a text and changes nothing, neither through one key and value (the first
 * line, split at '=') nor through an object. No client is opened: a path would be. */
#include "client/options.h"
#include "fuzz.h"

static void check_problem(tsn_options *options, tocsin_status st)
{
    tsn_buf text = TSN_BUF_EMPTY;
    FUZZ_CHECK(tsn_options_problem(options, &text) == TOCSIN_OK);
    if (st < 0) FUZZ_CHECK(text.len > 0);
    tsn_buf_fini(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tsn_options *options = tsn_options_new();
    FUZZ_CHECK(options != NULL);
    tsn_slice text = {(const char *)data, size};
    check_problem(options, tsn_options_set_json(options, text));
    if (size > 0) {
        tsn_slice value = tsn_slice_split(&text, '\n');
        tsn_slice key = tsn_slice_split(&value, '=');
        check_problem(options, tsn_options_set(options, key, value));
    }
    tsn_options_release(options);
    return 0;
}
