/* The page that pretty.c fills, and the labelled rows at its foot. */
#ifndef SRV_PRETTY_ROWS_H
#define SRV_PRETTY_ROWS_H

#include "envelope.h"

#define SRV_PLAIN "\033[0m"
#define SRV_BOLD "\033[1m"
#define SRV_DIM "\033[2m"
#define SRV_RED "\033[1;31m"
#define SRV_YELLOW "\033[1;33m"
#define SRV_BLUE "\033[1;34m"

struct srv_page {
    struct srv_text text;
    bool colour;
};

/* Switches the style if the page has colours. */
void srv_page_style(struct srv_page *page, const char *escape);

/* Text from outside: control bytes become blanks. */
void srv_page_add(struct srv_page *page, const char *text);

/* Tags, user, breadcrumbs, contexts and the rest, each row only if the event has it. */
void srv_rows_add(struct srv_page *page, const cJSON *event);

#endif
