/* Breadcrumbs of texts and of files. */
#ifndef SH_CRUMBS_H
#define SH_CRUMBS_H

#include <stddef.h>
#include <tocsin.h>

tocsin_status sh_crumbs_add(tocsin_scope scope, const char *category, const char *line, size_t len);
/* One for each of the last lines that are not empty. TOCSIN_E_SYSTEM: it cannot be read, which was
 * said. */
tocsin_status sh_crumbs_add_file(tocsin_scope scope, const char *path);

#endif
