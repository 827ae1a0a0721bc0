/* A plugin that makes thumbnails, slowly, and has something to say about it. */
#include <tocsin/c.h>

#include "plugin.h"

int32_t plugin_run(int64_t scope)
{
    tocsin_tag(scope, "image", "cat.jpg");
    tocsin_tag(scope, "format", "webp");
    tocsin_crumb(scope, "codec", "no colour profile, sRGB assumed");
    return tocsin_message(scope, TOCSIN_LEVEL_WARNING, "a thumbnail took 2.4 s, not 0.2 s");
}
