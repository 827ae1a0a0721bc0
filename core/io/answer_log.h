/* What answers look like to people: few lines, since an outage has as many answers as events. */
#ifndef TSN_IO_ANSWER_LOG_H
#define TSN_IO_ANSWER_LOG_H

#include <stdatomic.h>

#include "base/diag.h"
#include "io/transport.h"

/* All zero: nothing said yet. Any thread. */
typedef struct tsn_answer_log {
    _Atomic bool has_told_auth;      /* 401 and 403: one warning a client */
    _Atomic bool is_unreachable;     /* one warning an outage */
    _Atomic int64_t untrusted_at_ms; /* when a refused certificate was last told; 0: never */
} tsn_answer_log;

void tsn_answer_log_note(tsn_answer_log *log, tsn_diag *diag, tsn_verdict verdict,
                         const tsn_transfer *transfer);

#endif
