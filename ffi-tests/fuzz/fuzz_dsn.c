/* A DSN: what is accepted can be written without its secret and is then read as the same place;
 * what is refused has a reason. */
#include "data/dsn.h"
#include "fuzz.h"

static void check_again(const tsn_dsn *dsn)
{
    tsn_dsn other;
    tsn_buf public_form = TSN_BUF_EMPTY;
    tsn_buf url = TSN_BUF_EMPTY;
    tsn_buf other_url = TSN_BUF_EMPTY;
    tsn_dsn_append_public(dsn, &public_form);
    tsn_dsn_append_url(dsn, &url);
    FUZZ_CHECK(tsn_dsn_parse(&other, tsn_buf_view(&public_form), NULL) == TOCSIN_OK);
    tsn_dsn_append_url(&other, &other_url);
    FUZZ_CHECK(tsn_slice_equal(tsn_buf_view(&url), tsn_buf_view(&other_url)));
    FUZZ_CHECK(tsn_slice_equal(dsn->key, other.key) && tsn_slice_absent(other.secret));
    FUZZ_CHECK(tsn_dsn_is_at(dsn, tsn_buf_view(&url)));
    tsn_dsn_fini(&other);
    tsn_buf_fini(&other_url);
    tsn_buf_fini(&url);
    tsn_buf_fini(&public_form);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *problem = NULL;
    tsn_dsn dsn;
    tocsin_status st = tsn_dsn_parse(&dsn, (tsn_slice){(const char *)data, size}, &problem);
    if (st == TOCSIN_OK) check_again(&dsn);
    if (st == TOCSIN_E_DSN) FUZZ_CHECK(problem != NULL);
    FUZZ_CHECK(st == TOCSIN_OK || st == TOCSIN_E_DSN || st == TOCSIN_DISABLED);
    tsn_dsn_fini(&dsn);
    return 0;
}
