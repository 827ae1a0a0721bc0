/* What the system has no more of. A case runs in a process of its own and says whether all went
 * well. */
#ifndef SCARCE_SCARCE_H
#define SCARCE_SCARCE_H

#include <stdbool.h>
#include <tocsin.h>

typedef struct scarce_case {
    const char *name;
    bool (*goes_well)(void);
} scarce_case;

/* Each ends with a row without a name. */
extern const scarce_case cases_of_limits[];
extern const scarce_case cases_of_curl[];
extern const scarce_case cases_of_tls[];
extern const scarce_case cases_of_soaking[];

/* A client with these options, with its scope; what ends is noted. */
tocsin_client scarce_open_with(const char *json, tocsin_scope *scope);
/* A client whose server nobody is, with its scope; `more` are members of JSON with a comma behind.
 */
tocsin_client scarce_open(const char *more, tocsin_scope *scope);
/* Until the first try to deliver is over, well or not; false: none is within a time that is ample.
 */
bool scarce_await_try(tocsin_client client);
/* Closes within the timeout and half a second (by day ten, which a busy machine may take), and all
 * that was captured has one fate. */
bool scarce_closes_well(tocsin_client client, tocsin_scope scope, int64_t timeout_ms);
bool scarce_books_agree(tocsin_client client);
/* From here on all that ends is noted, for one client; what was noted is what its account says. */
void scarce_watch_fates(void);
bool scarce_fates_agree(long long stats_delivered, long long stats_discarded);
long scarce_now_ms(void);
/* Ends a child at once. */
_Noreturn void scarce_end(int code);
bool scarce_is_nightly(void);

bool scarce_expect(const char *what, bool is_so);
#define EXPECT(is_well, condition) ((is_well) &= scarce_expect(#condition, (condition)))

#endif
