/* The environment's variables as the extra value `environ`. */
#ifndef SH_ENVIRON_H
#define SH_ENVIRON_H

#include <tocsin.h>

tocsin_status sh_environ_add(tocsin_client client, tocsin_scope scope);

#endif
