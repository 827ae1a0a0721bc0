/* The part of a transfer that is the same for every transport. */
#include "io/transport.h"

#include <stdarg.h>
#include <stdio.h>

void tsn_transfer_fini(tsn_transfer *transfer)
{
    tsn_buf_fini(&transfer->body);
    tsn_buf_fini(&transfer->excerpt);
    tsn_response_fini(&transfer->response);
}

void tsn_transfer_fail(tsn_transfer *transfer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(transfer->problem, sizeof transfer->problem, format, args);
    va_end(args);
}
