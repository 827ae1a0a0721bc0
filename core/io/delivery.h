/* Everything between a captured record and its fate: queue, limits, reports, worker and transport,
 * behind one door for the client.
 *
 * One a client. The worker is started by the first submit (Q-15: nothing is opened before), sends
 * in queue order and counts each fate. With the `pull` transport there is no worker: the program
 * takes envelopes and says what became of them. All functions: any thread. */
#ifndef TSN_IO_DELIVERY_H
#define TSN_IO_DELIVERY_H

#include "base/buf.h"
#include "base/diag.h"
#include "data/dsn.h"
#include "io/compressor.h"
#include "model/event.h"
#include "model/record.h"
#include "wire/category.h"
#include "wire/reason.h"

typedef enum tsn_transport_kind {
    TSN_TRANSPORT_NONE, /* no DSN: Spotlight alone */
    TSN_TRANSPORT_HTTP,
    TSN_TRANSPORT_STDOUT,
    TSN_TRANSPORT_FILE,
    TSN_TRANSPORT_PULL,
} tsn_transport_kind;

typedef enum tsn_durability {
    TSN_DURABILITY_MEMORY,
    TSN_DURABILITY_SPOOL, /* survives a kill */
    TSN_DURABILITY_SYNC,  /* survives a loss of power */
} tsn_durability;

/* Everything is borrowed for the delivery's life; `keep_alive_ref` owns it (the client's frozen
 * options). Texts are NUL-terminated; NULL: unset. */
typedef struct tsn_delivery_config {
    tsn_transport_kind transport;
    const char *transport_path; /* of TSN_TRANSPORT_FILE */
    const tsn_dsn *dsn;         /* NULL: none */
    const char *spotlight_url;  /* NULL: off */
    tsn_slice sdk_name;         /* raw */
    tsn_slice sdk_version;
    const tsn_event_config *event;
    tsn_dsc_source dsc;
    size_t queue_max_items;
    size_t queue_max_bytes;
    unsigned max_connections;
    tsn_compression compression;
    bool tcp_keep_alive;
    bool send_client_reports;
    bool retry_5xx;
    const char *cache_dir; /* NULL: no spool */
    size_t cache_max_items;
    uint64_t cache_max_bytes;
    int64_t cache_max_age_ms; /* 0: any */
    tsn_durability durability;
    int64_t shutdown_timeout_ms;
    int64_t connect_timeout_ms;
    int64_t transfer_timeout_ms;
    const char *http_proxy; /* "": no proxy */
    const char *https_proxy;
    const char *ca_certs;
    const char *cert_file;
    const char *key_file;
    tsn_diag *diag;
    void *owner;                        /* one reference to what owns all this ... */
    void (*owner_release)(void *owner); /* ... let go when the delivery is freed */
} tsn_delivery_config;

typedef struct tsn_delivery tsn_delivery;

/* Copies the struct, takes over the owner reference also on failure. TOCSIN_E_NOMEM;
 * TOCSIN_E_SYSTEM: libcurl cannot be set up. */
tocsin_status tsn_delivery_new(const tsn_delivery_config *config, tsn_delivery **out);
/* The client's last reference is gone: if never closed, the worker closes it within
 * shutdown_timeout and frees it; nobody waits. */
void tsn_delivery_abandon(tsn_delivery *delivery);

/* Takes over the record, and counts it as captured. TOCSIN_OK: queued; TOCSIN_DURABLE: on disk
 * (durability); TOCSIN_DROPPED: rate limited, counted; TOCSIN_DISABLED: closed; TOCSIN_E_FULL,
 * TOCSIN_E_SYSTEM (no thread to be had), TOCSIN_E_NOMEM: lost and counted. Never waits for the
 * network; with a durability above memory it writes a file first. */
tocsin_status tsn_delivery_submit(tsn_delivery *delivery, tsn_record *record);

/* Accounting (reliability: the identity). Every accepted capture ends by submit, or is counted by
 * _captured and ends by _discarded. `id`: the event's, or NULL: it ended before it had one. */
void tsn_delivery_captured(tsn_delivery *delivery, tsn_category category, uint64_t quantity);
void tsn_delivery_discarded(tsn_delivery *delivery, const tsn_id *id, tsn_reason reason,
                            tsn_category category, uint64_t quantity);
/* Appends the object that tocsin_client_stats documents; `active` is the client's. */
void tsn_delivery_stats(tsn_delivery *delivery, bool active, tsn_buf *out);

/* TOCSIN_OK: the queue is empty and nothing in flight; TOCSIN_TIMEOUT; TOCSIN_CANCELLED. 0
 * polls. The pending report is sent along. */
tocsin_status tsn_delivery_flush(tsn_delivery *delivery, int64_t timeout_ms);
/* Every flush that waits now returns TOCSIN_CANCELLED. Async-signal-safe it is not. */
void tsn_delivery_flush_cancel(tsn_delivery *delivery);
/* Idempotent; a second caller waits for the first. TOCSIN_OK: everything had its answer;
 * TOCSIN_TIMEOUT: what was left is on disk, or was counted lost. */
tocsin_status tsn_delivery_close(tsn_delivery *delivery, int64_t timeout_ms);
bool tsn_delivery_is_closed(tsn_delivery *delivery);
/* What the last answered request said, for the set-up check: "200", "403 ...", "no answer: Couldn't
 * connect ..."; false: no request yet. */
bool tsn_delivery_last_answer(tsn_delivery *delivery, tsn_buf *out);

/* Pull transport. An envelope belongs to the program until _done; counted. */
typedef struct tsn_envelope_out tsn_envelope_out;

/* Waits up to `timeout_ms` (negative: until one comes or the client closes). TOCSIN_OK and `*out`;
 * TOCSIN_TIMEOUT; TOCSIN_DISABLED: closed and nothing left; TOCSIN_E_UNSUPPORTED: another
 * transport; TOCSIN_E_NOMEM. While a limit or backoff holds everything back it waits too. */
tocsin_status tsn_delivery_next_envelope(tsn_delivery *delivery, int64_t timeout_ms,
                                         tsn_envelope_out **out);
/* Copies the whole envelope as it is to be sent, the same bytes at every call, cut to `cap`;
 * `*need` is its length. TOCSIN_OK; TOCSIN_E_CLOSED: what became of it was said already. */
tocsin_status tsn_envelope_out_copy(tsn_envelope_out *envelope, char *buf, size_t cap,
                                    size_t *need);
/* What the server answered: an HTTP status, or 0 for no answer; headers as lines "Name: value\n" or
 * absent. TOCSIN_OK; TOCSIN_E_CLOSED: already said; TOCSIN_E_RANGE: no status. Does not release the
 * reference. */
tocsin_status tsn_envelope_out_done(tsn_envelope_out *envelope, int32_t http_status,
                                    tsn_slice headers);
tsn_envelope_out *tsn_envelope_out_retain(tsn_envelope_out *envelope);
/* The last release without _done counts as no answer. */
void tsn_envelope_out_release(tsn_envelope_out *envelope);

#endif
