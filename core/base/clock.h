/* Wall and monotonic time; tests replace the source. Any thread. */
#ifndef TSN_BASE_CLOCK_H
#define TSN_BASE_CLOCK_H

#include <stdint.h>

/* Microseconds since 1970, UTC. Data only: never a deadline. */
int64_t tsn_clock_wall_us(void);
/* Milliseconds on a clock that never goes back and counts suspend (CLOCK_BOOTTIME). For deadlines
 * and limits. */
int64_t tsn_clock_mono_ms(void);

typedef struct tsn_clock_source {
    int64_t (*wall_us)(void);
    int64_t (*mono_ms)(void);
} tsn_clock_source;

/* The source must outlive its use. NULL restores the system's. */
void tsn_clock_set_source(const tsn_clock_source *new_source);

/* Deadline from now; a negative or huge `timeout_ms` never ends. */
int64_t tsn_clock_deadline(int64_t timeout_ms);
/* Milliseconds until `deadline`, 0 if it has passed; TSN_CLOCK_NEVER stays what it is. */
int64_t tsn_clock_left(int64_t deadline);
#define TSN_CLOCK_NEVER INT64_MAX

#endif
