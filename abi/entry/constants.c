/* One row a constant; a test holds the table against the headers. */
#include "constants.h"

#include <tocsin/version.h>

#include "base/house.h"

#define CONSTANT(name)                                                                             \
    {                                                                                              \
        TSN_LIT_INIT(#name), name                                                                  \
    }

static const struct {
    tsn_slice name;
    int32_t number;
} constants[] = {
    CONSTANT(TOCSIN_ABI_VERSION),
    CONSTANT(TOCSIN_KEEP),
    CONSTANT(TOCSIN_DROP),
    CONSTANT(TOCSIN_OK),
    CONSTANT(TOCSIN_DURABLE),
    CONSTANT(TOCSIN_DROPPED),
    CONSTANT(TOCSIN_DISABLED),
    CONSTANT(TOCSIN_TIMEOUT),
    CONSTANT(TOCSIN_CANCELLED),
    CONSTANT(TOCSIN_E_STALE),
    CONSTANT(TOCSIN_E_KIND),
    CONSTANT(TOCSIN_E_FOREIGN),
    CONSTANT(TOCSIN_E_CLOSED),
    CONSTANT(TOCSIN_E_DENIED),
    CONSTANT(TOCSIN_E_ARG),
    CONSTANT(TOCSIN_E_RANGE),
    CONSTANT(TOCSIN_E_UNKNOWN),
    CONSTANT(TOCSIN_E_JSON),
    CONSTANT(TOCSIN_E_TYPE),
    CONSTANT(TOCSIN_E_DEPTH),
    CONSTANT(TOCSIN_E_SIZE),
    CONSTANT(TOCSIN_E_DSN),
    CONSTANT(TOCSIN_E_NOMEM),
    CONSTANT(TOCSIN_E_LIMIT),
    CONSTANT(TOCSIN_E_FULL),
    CONSTANT(TOCSIN_E_SYSTEM),
    CONSTANT(TOCSIN_E_REENTRANT),
    CONSTANT(TOCSIN_E_UNSUPPORTED),
    CONSTANT(TOCSIN_E_INTERNAL),
    CONSTANT(TOCSIN_KIND_OPTIONS),
    CONSTANT(TOCSIN_KIND_CLIENT),
    CONSTANT(TOCSIN_KIND_SCOPE),
    CONSTANT(TOCSIN_KIND_EVENT),
    CONSTANT(TOCSIN_KIND_SPAN),
    CONSTANT(TOCSIN_KIND_ENVELOPE),
    CONSTANT(TOCSIN_LEVEL_UNSET),
    CONSTANT(TOCSIN_LEVEL_TRACE),
    CONSTANT(TOCSIN_LEVEL_DEBUG),
    CONSTANT(TOCSIN_LEVEL_INFO),
    CONSTANT(TOCSIN_LEVEL_WARNING),
    CONSTANT(TOCSIN_LEVEL_ERROR),
    CONSTANT(TOCSIN_LEVEL_FATAL),
    CONSTANT(TOCSIN_CAPTURE_MESSAGE),
    CONSTANT(TOCSIN_CAPTURE_EXCEPTION),
    CONSTANT(TOCSIN_CAPTURE_EVENT),
    CONSTANT(TOCSIN_CAPTURE_HOOKED),
    CONSTANT(TOCSIN_PROCESSOR_EVENT),
    CONSTANT(TOCSIN_PROCESSOR_ERROR),
    CONSTANT(TOCSIN_EVENT_ID_SIZE),
};

int64_t tsn_constant_find(tsn_slice name)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(constants); i++) {
        if (tsn_slice_equal(constants[i].name, name)) return constants[i].number;
    }
    return TOCSIN_E_UNKNOWN;
}
