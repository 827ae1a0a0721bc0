/* Every cap, with its source: `scopes` and `protocol` are the sections of the public Sentry
 * developer documentation on scopes, envelopes and event payloads, as the server enforces them;
 * `tocsin` is our own. Lengths of text are in code points, sizes in bytes. */
#ifndef TSN_DATA_LIMITS_H
#define TSN_DATA_LIMITS_H

#define TSN_JSON_DEPTH_MAX 128                    /* tocsin: deepest JSON that is read */
#define TSN_JSON_SIZE_MAX ((size_t)16 << 20)      /* tocsin: longest JSON that is read */
#define TSN_EVENT_LEVELS_MAX 10                   /* tocsin: containers kept in an event */
#define TSN_TAG_KEY_MAX 200                       /* protocol: tags */
#define TSN_TAG_VALUE_MAX 200                     /* protocol: tags */
#define TSN_FLAGS_MAX 100                         /* protocol: feature flags */
#define TSN_FLAG_NAME_MAX 200                     /* protocol: feature flags */
#define TSN_BREADCRUMBS_DEFAULT 100               /* scopes: breadcrumbs */
#define TSN_BREADCRUMBS_MAX 1000                  /* tocsin */
#define TSN_CRUMB_CATEGORY_MAX 128                /* protocol: breadcrumbs */
#define TSN_MESSAGE_MAX 8192                      /* protocol: log entry, exception, crumb */
#define TSN_LOGGER_MAX 64                         /* protocol: attributes */
#define TSN_TRANSACTION_MAX 200                   /* protocol: attributes */
#define TSN_SERVER_NAME_MAX 256                   /* protocol: attributes */
#define TSN_RELEASE_MAX 200                       /* protocol: attributes, bytes */
#define TSN_ENVIRONMENT_MAX 64                    /* protocol: attributes, bytes */
#define TSN_DIST_MAX 64                           /* protocol: attributes */
#define TSN_EXCEPTION_TYPE_MAX 256                /* protocol: exception */
#define TSN_EXCEPTION_MODULE_MAX 256              /* protocol: exception */
#define TSN_EXCEPTIONS_MAX 50                     /* tocsin: values of one event */
#define TSN_MECHANISM_TYPE_MAX 128                /* protocol: mechanism */
#define TSN_FRAMES_DEFAULT 100                    /* tocsin: option max_stack_frames */
#define TSN_FRAME_FUNCTION_MAX 512                /* protocol: frames */
#define TSN_FRAME_PATH_MAX 256                    /* protocol: frames */
#define TSN_EVENT_SIZE_MAX ((size_t)1 << 20)      /* protocol: event item */
#define TSN_ENVELOPE_SIZE_MAX ((size_t)100 << 20) /* protocol: whole envelope */
#define TSN_HEADER_SIZE_MAX 8192                  /* protocol: header line, as others read it */
#define TSN_BAGGAGE_SIZE_MAX 8192                 /* protocol: baggage, as the W3C has it */
#define TSN_BAGGAGE_MEMBERS_MAX 64                /* the same */
#define TSN_ATTACHMENT_SIZE_DEFAULT ((size_t)20 << 20) /* protocol: attachment */
#define TSN_CLIENT_REPORT_SIZE_MAX 4096                /* protocol: client report */
#define TSN_DSN_SIZE_MAX 2048                          /* tocsin */
#define TSN_EVENTS_UNSUBMITTED_MAX 1000                /* tocsin: prepared and parked events */
#define TSN_QUOTA_WINDOW_MS 60000                      /* tocsin: of a restricted handle */
#define TSN_QUOTA_DEPTH_MAX 8                          /* tocsin: quotas one inside the other */

#endif
