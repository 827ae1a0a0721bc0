/* A flag that an inner layer has too stands there, at a later place, so it is left out where it
 * stood before. What remains is in order, and if it is too much, the first ones go. A list is short
 * (100 at most), so names are simply compared. */
#include "model/event_flags.h"

#include "base/house.h"
#include "model/event_text.h"

typedef struct flag {
    tsn_slice name; /* JSON string */
    tsn_slice text; /* the whole flag, with its comma */
    size_t layer;
} flag;

typedef struct flag_list {
    flag items[TSN_LAYERS_MAX * TSN_FLAGS_MAX];
    size_t count;
} flag_list;

static void add_layer(flag_list *list, const tsn_plist *flags, size_t layer)
{
    size_t count = tsn_plist_count(flags);
    size_t first = count > TSN_FLAGS_MAX ? count - TSN_FLAGS_MAX : 0;
    for (size_t i = first; i < count; i++) {
        tsn_slice text = tsn_fragment_slice(tsn_plist_at(flags, i));
        tsn_slice object = tsn_slice_sub(text, 0, text.len - 1);
        list->items[list->count++] = (flag){tsn_json_get(object, TSN_LIT("flag")), text, layer};
    }
}

static bool is_set_again(const flag_list *list, const flag *item)
{
    for (size_t i = list->count; i-- > 0 && list->items[i].layer > item->layer;) {
        if (tsn_slice_equal(list->items[i].name, item->name)) return true;
    }
    return false;
}

/* Marks those that an inner layer has too, by an empty text; returns how many remain. */
static size_t drop_repeated(flag_list *list)
{
    size_t left = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (is_set_again(list, &list->items[i])) list->items[i].text = TSN_SLICE_ABSENT;
        left += list->items[i].text.len > 0;
    }
    return left;
}

static void write_list(const flag_list *list, size_t skip, tsn_buf *out)
{
    tsn_opening values = tsn_text_open(out, TSN_LIT("{\"values\":["));
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].text.len == 0) continue;
        if (skip > 0) {
            skip--;
        } else {
            tsn_text_put(out, list->items[i].text);
        }
    }
    tsn_text_close(out, values, TSN_LIT("]},"));
}

bool tsn_event_has_flags(const tsn_event_source *source)
{
    for (size_t i = 0; i < source->parts->layer_count; i++) {
        if (source->parts->layers[i]->flags != NULL) return true;
    }
    return false;
}

bool tsn_event_write_flags(const tsn_event_source *source, tsn_buf *out)
{
    if (!tsn_event_has_flags(source)) return false;
    flag_list list;
    list.count = 0;
    for (size_t i = 0; i < source->parts->layer_count; i++)
        add_layer(&list, source->parts->layers[i]->flags, i);
    size_t left = drop_repeated(&list);
    write_list(&list, left > TSN_FLAGS_MAX ? left - TSN_FLAGS_MAX : 0, out);
    return left > 0;
}
