/* One row a status: its name, what it means, what to do. */
#include "status_text.h"

#include "base/house.h"

#define ROW(name, text)                                                                            \
    {                                                                                              \
        TOCSIN_##name, TSN_LIT_INIT(#name ": " text)                                               \
    }

static const struct {
    tocsin_status status;
    tsn_slice text;
} rows[] = {
    ROW(OK, "done; a captured event is queued"),
    ROW(DURABLE, "the event is on disk and survives a crash"),
    ROW(DROPPED, "a hook, an option or a limit kept this from being sent; tocsin_client_stats "
                 "counts why"),
    ROW(DISABLED, "nothing was done: the client is closed, or has no DSN; set the option dsn to "
                  "send events"),
    ROW(TIMEOUT, "time was up before everything had been sent; allow more time, or look at "
                 "tocsin_client_last_answer"),
    ROW(CANCELLED, "the flush was ended by tocsin_client_flush_cancel"),
    ROW(E_STALE, "this handle was closed, is 0 or never was one; make a new one, or dup it "
                 "before it is closed"),
    ROW(E_KIND, "the handle is of another kind than the function works on; look at the order of "
                "arguments"),
    ROW(E_FOREIGN, "the handle comes from another copy of libtocsin in this process; load the "
                   "library only once"),
    ROW(E_CLOSED, "too late: the event or envelope has ended already, or nothing more will come"),
    ROW(E_DENIED, "this handle does not give the right to do that; ask whoever handed it out"),
    ROW(E_ARG, "an argument cannot be used here; the function's comment in the header says which"
               " can"),
    ROW(E_RANGE, "a number or text is outside its limits; the function's comment or "
                 "tocsin_options_problem names them"),
    ROW(E_UNKNOWN, "there is nothing of that name in this release; look at the spelling and at "
                   "tocsin_version"),
    ROW(E_JSON, "the text is not JSON; NaN, Infinity and numbers beyond a double are not either"),
    ROW(E_TYPE, "the JSON is of another type than is wanted here, for example a list for an "
                "object"),
    ROW(E_DEPTH, "the JSON is nested deeper than 128 levels; send less of the structure"),
    ROW(E_SIZE, "the JSON is longer than 16 MiB; send large data as an attachment"),
    ROW(E_DSN, "the DSN is malformed; tocsin_options_problem says where, copy it again from the "
               "server's page"),
    ROW(E_NOMEM, "there was no memory; nothing was changed"),
    ROW(E_LIMIT, "too many handles or unsubmitted events are open; close those that are done with"),
    ROW(E_FULL, "the queue is full and the event was counted as lost; report less, or raise "
                "queue_max_items"),
    ROW(E_SYSTEM, "the system gave no thread, file or socket; look at its limits"),
    ROW(E_REENTRANT, "a hook captured on the scope whose event it looks at; capture outside of "
                     "hooks"),
    ROW(E_UNSUPPORTED, "this build or this client's options cannot do that; look at "
                       "tocsin_supports"),
    ROW(E_INTERNAL, "a mistake in tocsin itself; please report it with the version"),
};

tsn_slice tsn_status_text(tocsin_status status)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        if (rows[i].status == status) return rows[i].text;
    }
    if (status < 0) return TSN_LIT("an error that this release of tocsin has no name for");
    return TSN_LIT("a success that this release of tocsin has no name for");
}
