/* An option's text read as its type. */
#ifndef TSN_CLIENT_OPTION_PARSE_H
#define TSN_CLIENT_OPTION_PARSE_H

#include "client/option_table.h"

/* Reads `text` into the row's field of `settings` (what the field held goes). TOCSIN_E_TYPE,
 * TOCSIN_E_RANGE: the field is as it was, and `problem` says what is allowed, after the key and,
 * unless it is a secret, the value; TOCSIN_E_NOMEM. */
tocsin_status tsn_option_parse(const tsn_option_row *row, tsn_slice text, tsn_settings *settings,
                               tsn_buf *problem);
/* Lets go of what the row's field holds. */
void tsn_option_clear(const tsn_option_row *row, tsn_settings *settings);
/* Appends the field's value as JSON; null if unset. */
void tsn_option_write(const tsn_option_row *row, const tsn_settings *settings, tsn_buf *out);
/* Whether `text` is a URL of http or https with something behind the scheme. */
bool tsn_option_is_web_url(tsn_slice text);

#endif
