/* An outbox with a spool, whose parcels the test carries itself. */
#ifndef TSN_UNIT_IO_SPOOLED_H
#define TSN_UNIT_IO_SPOOLED_H

#include "carry.h"
#include "disk.h"

typedef struct spooled {
    tsn_spool spool;
    tsn_outbox outbox;
} spooled;

/* On the directory that there is. */
static inline spooled *spooled_again(size_t max_items)
{
    spooled *s = calloc(1, sizeof *s);
    tsn_outbox_config config = unit_outbox_config();
    tsn_spool_config spool = unit_spool_config(unit_disk);
    unit_stop_clock();
    tsn_rand_set_source(NULL);
    tsn_spool_init(&s->spool, &spool);
    config.spool = &s->spool;
    config.max_items = max_items;
    config.packing.identity = TSN_LIT(UNIT_IDENTITY);
    tsn_outbox_init(&s->outbox, &config);
    return s;
}

static inline spooled *spooled_new(size_t max_items)
{
    unit_disk_new();
    return spooled_again(max_items);
}

static inline void spooled_end(spooled *s)
{
    unit_expect_identity(&s->outbox);
    tsn_outbox_fini(&s->outbox);
    tsn_spool_fini(&s->spool);
    free(s);
}

static inline void spooled_finish(spooled *s)
{
    spooled_end(s);
    unit_disk_remove();
}

/* Which event one from the spool is. */
static inline unsigned stored_number(const tsn_parcel *parcel)
{
    ck_assert_ptr_nonnull(parcel);
    return unit_number_of(parcel->stored);
}

static inline size_t errors_at(spooled *s, tsn_stage stage)
{
    return (size_t)unit_count(&s->outbox, stage, TSN_CATEGORY_ERROR);
}

static inline size_t lost_for(spooled *s, tsn_reason reason)
{
    return (size_t)unit_lost(&s->outbox, reason, TSN_CATEGORY_ERROR);
}

#endif
