/* A parent that always stands behind its children in the list cannot be part of a cycle, so one
 * look from each value backwards is enough to trust ids from outside. */
#include "model/exception_chain.h"

#include "base/house.h"

#define NONE (-1)

static int64_t id_at(tsn_slice mechanism, tsn_slice key)
{
    int64_t id;
    return tsn_json_to_i64(tsn_json_get(mechanism, key), &id) && id >= 0 ? id : NONE;
}

static tsn_exception_link read_link(tsn_slice value)
{
    tsn_slice mechanism = tsn_json_get(value, TSN_LIT("mechanism"));
    bool is_group = false;
    tsn_json_to_bool(tsn_json_get(mechanism, TSN_LIT("is_exception_group")), &is_group);
    return (tsn_exception_link){.id = id_at(mechanism, TSN_LIT("exception_id")),
                                .parent = id_at(mechanism, TSN_LIT("parent_id")),
                                .is_group = is_group};
}

/* How many of the links from `first` on have this id. */
static size_t count_ids(const tsn_exception_link *links, size_t first, size_t count, int64_t id)
{
    size_t found = 0;
    for (size_t i = first; i < count; i++) found += links[i].id == id;
    return found;
}

static bool is_consistent(const tsn_exception_link *links, size_t count)
{
    const tsn_exception_link *raised = &links[count - 1];
    if (raised->id != 0 || raised->parent != NONE) return false;
    for (size_t i = 0; i + 1 < count; i++) {
        if (links[i].id == NONE || count_ids(links, i + 1, count, links[i].id) > 0) return false;
        if (links[i].parent == NONE || count_ids(links, i + 1, count, links[i].parent) == 0)
            return false;
    }
    return true;
}

static size_t count_children(const tsn_exception_link *links, size_t count, int64_t id)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) found += links[i].parent == id;
    return found;
}

static void make_chain(tsn_exception_link *links, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t id = (int64_t)(count - 1 - i);
        links[i].id = count > 1 ? id : NONE;
        links[i].parent = id - 1;
    }
}

void tsn_exception_chain(const tsn_slice *values, size_t count, tsn_exception_link *links)
{
    if (count == 0) return;
    for (size_t i = 0; i < count; i++) links[i] = read_link(values[i]);
    if (!is_consistent(links, count)) make_chain(links, count);
    for (size_t i = 0; i < count; i++) {
        if (links[i].id >= 0 && count_children(links, count, links[i].id) > 1)
            links[i].is_group = true;
    }
}

void tsn_exception_link_write(const tsn_exception_link *link, tsn_buf *out)
{
    if (link->id >= 0) {
        TSN_BUF_LIT(out, "\"exception_id\":");
        tsn_buf_i64(out, link->id);
        tsn_buf_byte(out, ',');
    }
    if (link->parent >= 0) {
        TSN_BUF_LIT(out, "\"parent_id\":");
        tsn_buf_i64(out, link->parent);
        tsn_buf_byte(out, ',');
    }
    if (link->is_group) TSN_BUF_LIT(out, "\"is_exception_group\":true,");
}
