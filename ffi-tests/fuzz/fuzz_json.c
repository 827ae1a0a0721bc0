/* JSON from outside: what is accepted comes out canonical, so that normalising it again changes
 * nothing, and can be walked to its last leaf. What is refused leaves the buffer as it was. */
#include "data/json_normal.h"
#include "data/json_walk.h"
#include "fuzz.h"

static void visit(tsn_slice value, tsn_buf *scratch)
{
    tsn_slice key;
    tsn_slice member;
    double number;
    tsn_json_walk walk = tsn_json_walk_of(value);
    size_t count = 0;
    while (tsn_json_next(&walk, &key, &member)) {
        visit(member, scratch);
        count++;
    }
    FUZZ_CHECK(count == tsn_json_count(value));
    FUZZ_CHECK(tsn_json_is(value, TSN_JSON_NUMBER) == tsn_json_to_double(value, &number));
    tsn_buf_clear(scratch);
    tsn_json_decode(value, scratch);
    tsn_json_copy_cut(value, 10, scratch);
}

static void check_accepted(tsn_slice canonical, tsn_json_type type)
{
    tsn_buf again = TSN_BUF_EMPTY;
    tsn_json_type same;
    FUZZ_CHECK(tsn_json_normalise(canonical, TSN_JSON_ANY, 0, &again, &same) == TOCSIN_OK);
    FUZZ_CHECK(same == type && tsn_json_type_of(canonical) == type);
    FUZZ_CHECK(tsn_slice_equal(tsn_buf_view(&again), canonical));
    visit(canonical, &again);
    tsn_buf_fini(&again);
}

/* What is told about the members is what a walk finds. */
static void check_places(tsn_slice object, const tsn_json_places *places)
{
    tsn_slice key;
    tsn_slice value;
    tsn_json_walk walk = tsn_json_walk_of(object);
    for (size_t i = 0; i < places->count; i++) {
        FUZZ_CHECK(tsn_json_next(&walk, &key, &value));
        FUZZ_CHECK(object.data + places->at[i].key + 1 == key.data);
        FUZZ_CHECK(object.data + places->at[i].value == value.data);
    }
    FUZZ_CHECK(!places->are_known || !tsn_json_next(&walk, &key, &value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tsn_slice text = {(const char *)data, size};
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_json_type type;
    tsn_buf_byte(&out, '#');
    if (tsn_json_normalise(text, TSN_JSON_ANY, 0, &out, &type) == TOCSIN_OK) {
        check_accepted(tsn_slice_sub(tsn_buf_view(&out), 1, out.len), type);
    } else {
        FUZZ_CHECK(out.len == 1);
    }
    tsn_buf_truncate(&out, 0);
    tsn_json_places places;
    tsn_buf same = TSN_BUF_EMPTY;
    tocsin_status st = tsn_json_normalise(text, TSN_JSON_ONLY(TSN_JSON_OBJECT), 3, &same, NULL);
    FUZZ_CHECK(tsn_json_normalise_object(text, 3, &out, &places) == st);
    FUZZ_CHECK(tsn_slice_equal(tsn_buf_view(&out), tsn_buf_view(&same)));
    tsn_buf_fini(&same);
    if (st == TOCSIN_OK) {
        check_accepted(tsn_buf_view(&out), TSN_JSON_OBJECT);
        check_places(tsn_buf_view(&out), &places);
    }
    tsn_buf_fini(&out);
    return 0;
}
