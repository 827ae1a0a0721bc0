/* Options as they are being set: keys, checks, and the text of the last refusal. Counted; a leaf
 * lock inside; any thread. */
#ifndef TSN_CLIENT_OPTIONS_H
#define TSN_CLIENT_OPTIONS_H

#include "base/buf.h"
#include "base/slice.h"
#include "client/hooks.h"

typedef struct tsn_options tsn_options;

/* NULL: no memory. */
tsn_options *tsn_options_new(void);
void tsn_options_retain(tsn_options *options);
void tsn_options_release(tsn_options *options);

/* An absent value unsets. TOCSIN_E_UNKNOWN: no such key; TOCSIN_E_TYPE: cannot be read as the
 * option's type; TOCSIN_E_RANGE: outside what is allowed; TOCSIN_E_NOMEM. The value is as it was,
 * and tsn_options_problem says what was wrong. */
tocsin_status tsn_options_set(tsn_options *options, tsn_slice key, tsn_slice value);
/* An object; all of its members or none. Also TOCSIN_E_JSON, TOCSIN_E_DEPTH, TOCSIN_E_SIZE. */
tocsin_status tsn_options_set_json(tsn_options *options, tsn_slice json);
/* Takes over the reference to `hook` (NULL unsets), also on failure. TOCSIN_E_UNKNOWN,
 * TOCSIN_E_NOMEM. */
tocsin_status tsn_options_set_hook(tsn_options *options, tsn_slice name, tsn_hook *hook);
/* Appends the text of the last refusal or failed open; nothing if there was none. */
tocsin_status tsn_options_problem(tsn_options *options, tsn_buf *out);
/* For client open. */
void tsn_options_set_problem(tsn_options *options, const char *format, ...) TSN_PRINTF(2, 3);

#endif
