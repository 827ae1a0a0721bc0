/* What is taken along without being named on the command line loses what looks like a secret: the
 * values of names that have a word of the option `scrub_denylist` in them, and user and password in
 * URLs. */
#ifndef SH_SECRETS_H
#define SH_SECRETS_H

#include <stdbool.h>
#include <stddef.h>
#include <tocsin.h>

#include "text.h"

/* Of a client's options; false: no memory, and then all is a secret. */
bool sh_secrets_read(sh_text *denylist, tocsin_client client);
/* Whether a name, of an option or a variable, has a word of the list in it. */
bool sh_secrets_names(const sh_text *denylist, const char *name, size_t len);
/* Appends a value as a JSON string, or what stands for it. */
void sh_secrets_quote_value(sh_text *out, const char *value);
/* Appends the words of a command as a JSON array. */
void sh_secrets_quote_words(sh_text *out, const sh_text *denylist, char *const *words);

#endif
