/* The types and constants that every other tocsin header uses.
 *
 * One convention holds everywhere: what can fail returns a signed integer, and a negative one is a
 * `tocsin_status` error. A function that is given a negative number as a handle returns that
 * number, so an error may travel through a chain of calls and be checked once at its end. There is
 * no errno and no thread-local "last error".
 *
 * The comments of functions name some errors together:
 *   the handle errors  TOCSIN_E_STALE, TOCSIN_E_KIND, TOCSIN_E_FOREIGN; TOCSIN_E_DENIED of a scope
 *                      that was handed out with less (tocsin_scope_restrict); or the negative
 *                      number that was passed
 *   the text errors    TOCSIN_E_ARG: NULL with a length; TOCSIN_E_NOMEM
 *   the JSON errors    the text errors; TOCSIN_E_JSON, TOCSIN_E_TYPE, TOCSIN_E_DEPTH,
 *                      TOCSIN_E_SIZE */
#ifndef TOCSIN_TYPES_H
#define TOCSIN_TYPES_H

#include <stdint.h>

#include <tocsin/export.h>

TOCSIN_BEGIN_DECLS

/* Outcome of a call. 0 and above: success of some kind; below 0: an error. A number is never given
 * a second meaning; a caller takes an unknown number below 0 for an error and an unknown one above
 * 0 for success. Since 1.0. */
typedef int32_t tocsin_status;

/* Bytes that a text needs without its final NUL, or a negative `tocsin_status`. Since 1.0. */
typedef int64_t tocsin_length;

/* Handles. Above 0, below 2^53 (exact in a double), never reused while it could be confused;
 * validated on every call. Each one that a function returns is new and the caller's to close with
 * `tocsin_handle_close`. Since 1.0. */
typedef int64_t tocsin_options;
typedef int64_t tocsin_client;
typedef int64_t tocsin_scope;
typedef int64_t tocsin_event;
typedef int64_t tocsin_span;
typedef int64_t tocsin_envelope;

/* What a hook answers besides a negative number, which means that it failed: keep, or drop.
 * Since 1.0. */
#define TOCSIN_KEEP 0
#define TOCSIN_DROP 1

/* A callback of a C host. `event` is a handle that is valid for this call only: an event, a
 * breadcrumb or a log line, read with `tocsin_event_json`, changed with `tocsin_event_set_json`.
 * `hint` is the pointer that the capturing call was given, `user` the one registered with the hook.
 * Runs on the capturing thread; no tocsin lock is held. It should return: one that is left by
 * longjmp or an exception costs its event. A sampler returns its rate in millionths (0 to 1000000).
 * Since 1.0. */
typedef int32_t (*tocsin_hook_fn)(tocsin_event event, const void *hint, void *user);

/* Frees a hook's `user` once nothing can call the hook any more. Any thread; no tocsin lock is
 * held. Since 1.0. */
typedef void (*tocsin_destroy_fn)(void *user);

/* Outcomes that are not errors. Since 1.0. */
#define TOCSIN_OK 0        /* done; a capture: queued */
#define TOCSIN_DURABLE 1   /* a capture: on disk */
#define TOCSIN_DROPPED 2   /* filtered, sampled out or rate limited, and counted */
#define TOCSIN_DISABLED 3  /* the client is not active; nothing was done */
#define TOCSIN_TIMEOUT 4   /* flush, close: time is up and something is left */
#define TOCSIN_CANCELLED 5 /* flush: ended by tocsin_client_flush_cancel */

/* Errors about a handle. Since 1.0. */
#define TOCSIN_E_STALE -1   /* closed, 0, out of range or forged */
#define TOCSIN_E_KIND -2    /* live, but of another kind */
#define TOCSIN_E_FOREIGN -3 /* made by another copy of the library in this process */
#define TOCSIN_E_CLOSED -4  /* over: event submitted or discarded; nothing more will come */
#define TOCSIN_E_DENIED -5  /* beyond a restricted handle's rights or quota */

/* Errors about an argument. Since 1.0. */
#define TOCSIN_E_ARG -20   /* unusable: NULL with a length, bad key, reserved context, wrong tier */
#define TOCSIN_E_RANGE -21 /* outside its limits */
#define TOCSIN_E_UNKNOWN -22 /* no option, hook or other thing of that name */
#define TOCSIN_E_JSON -23    /* not JSON */
#define TOCSIN_E_TYPE -24    /* JSON of the wrong type */
#define TOCSIN_E_DEPTH -25   /* JSON nested deeper than 128 levels */
#define TOCSIN_E_SIZE -26    /* JSON over 16 MiB */
#define TOCSIN_E_DSN -27     /* malformed DSN */

/* Errors about the world. Since 1.0. */
#define TOCSIN_E_NOMEM -40       /* no memory */
#define TOCSIN_E_LIMIT -41       /* 2^20 live handles, or 1,000 unsubmitted events */
#define TOCSIN_E_FULL -42        /* queue full; the event is counted as lost */
#define TOCSIN_E_SYSTEM -43      /* no thread, file or socket to be had */
#define TOCSIN_E_REENTRANT -44   /* a capture inside a callback of the same capture */
#define TOCSIN_E_UNSUPPORTED -45 /* not in this build, or not with this client's options */
#define TOCSIN_E_INTERNAL -99    /* a mistake in tocsin */

/* Kinds of handle, as `tocsin_handle_kind` tells them. Since 1.0. */
#define TOCSIN_KIND_OPTIONS 1
#define TOCSIN_KIND_CLIENT 2
#define TOCSIN_KIND_SCOPE 3
#define TOCSIN_KIND_EVENT 4
#define TOCSIN_KIND_SPAN 5
#define TOCSIN_KIND_ENVELOPE 6

/* Levels. In JSON they are spelled as texts ("warning"). Since 1.0. */
#define TOCSIN_LEVEL_UNSET 0 /* for a message: info */
#define TOCSIN_LEVEL_TRACE 1 /* logs only */
#define TOCSIN_LEVEL_DEBUG 2
#define TOCSIN_LEVEL_INFO 3
#define TOCSIN_LEVEL_WARNING 4
#define TOCSIN_LEVEL_ERROR 5
#define TOCSIN_LEVEL_FATAL 6

/* What a prepared event is made from. TOCSIN_CAPTURE_HOOKED is added by a binding that owns the
 * client's hooks and runs them itself between `tocsin_event_prepare` and `tocsin_event_submit`.
 * Since 1.0. */
#define TOCSIN_CAPTURE_MESSAGE 1
#define TOCSIN_CAPTURE_EXCEPTION 2
#define TOCSIN_CAPTURE_EVENT 3
#define TOCSIN_CAPTURE_HOOKED 256

/* Kinds of processor of a scope: for every event, or for events that come from an exception.
 * Since 1.0. */
#define TOCSIN_PROCESSOR_EVENT 1
#define TOCSIN_PROCESSOR_ERROR 2

/* What a restricted handle may do, see tocsin_scope_restrict. Since 1.0. */
#define TOCSIN_RIGHT_READ 1     /* see what the scope holds; hand it on as overlay or in a merge */
#define TOCSIN_RIGHT_WRITE 2    /* change its data, but for the user */
#define TOCSIN_RIGHT_USER 4     /* change the user */
#define TOCSIN_RIGHT_CAPTURE 8  /* capture on it */
#define TOCSIN_RIGHT_FORK 16    /* make scopes out of it */
#define TOCSIN_RIGHT_MERGE 32   /* merge into it */
#define TOCSIN_RIGHT_CLOSE 64   /* close the handle */
#define TOCSIN_RIGHT_CLIENT 128 /* go to its client, and so to everything */
#define TOCSIN_RIGHT_ISOLATION 256 /* go to its isolation scope */
#define TOCSIN_RIGHT_ALL 511

/* Bytes for an event id in text form, final NUL included. Since 1.0. */
#define TOCSIN_EVENT_ID_SIZE 33

TOCSIN_END_DECLS

#endif
