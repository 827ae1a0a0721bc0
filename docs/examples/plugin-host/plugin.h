/* All that the host and its plugins have to agree on. A scope crosses as a number, so a plugin may
 * be built by anybody, in any language, and neither side looks into the other's memory. */
#ifndef PLUGIN_H
#define PLUGIN_H

#include <stdint.h>

#define PLUGIN_ENTRY "plugin_run"

/* What a plugin exports. `scope` is lent for the call and not the plugin's to close. 0: done. */
typedef int32_t (*plugin_run_fn)(int64_t scope);
int32_t plugin_run(int64_t scope);

#endif
