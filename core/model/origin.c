/* The object is kept as it came; its four members are found once, here, so that writing an event
 * does not look for them again. */
#include "model/origin.h"

#include "base/alloc.h"
#include "base/house.h"
#include "data/json_walk.h"

static bool find_member(const tsn_origin *origin, tsn_slice name, tsn_json_type type,
                        tsn_slice *member)
{
    *member = tsn_json_get_set(tsn_fragment_slice(origin->text), name);
    return tsn_slice_absent(*member) || tsn_json_is(*member, type);
}

static bool find_members(tsn_origin *origin)
{
    return find_member(origin, TSN_LIT("platform"), TSN_JSON_STRING, &origin->platform) &&
           find_member(origin, TSN_LIT("sdk"), TSN_JSON_OBJECT, &origin->sdk) &&
           find_member(origin, TSN_LIT("modules"), TSN_JSON_OBJECT, &origin->modules) &&
           find_member(origin, TSN_LIT("runtime"), TSN_JSON_OBJECT, &origin->runtime);
}

tocsin_status tsn_origin_new(tsn_slice object, tsn_origin **out)
{
    *out = NULL;
    tsn_origin *origin = tsn_alloc_zero(sizeof *origin);
    if (origin == NULL) return TOCSIN_E_NOMEM;
    tsn_rc_init(&origin->rc);
    tocsin_status st = TOCSIN_E_NOMEM;
    origin->text = tsn_fragment_new(object);
    if (origin->text == NULL) goto done;
    st = TOCSIN_E_TYPE;
    if (!find_members(origin)) goto done;
    *out = origin;
    return TOCSIN_OK;
done:
    tsn_origin_release(origin);
    return st;
}

tsn_origin *tsn_origin_retain(tsn_origin *origin)
{
    if (origin != NULL) tsn_rc_retain(&origin->rc);
    return origin;
}

void tsn_origin_release(tsn_origin *origin)
{
    if (origin == NULL || !tsn_rc_release(&origin->rc)) return;
    tsn_fragment_release(origin->text);
    tsn_free(origin);
}
