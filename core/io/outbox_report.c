/* What must still be told of losses, on disk: a process that is killed takes with it only what was
 * counted since the last time. Written by whoever looks, when it has changed and not too often. */
#include "base/clock.h"
#include "io/outbox.h"

int64_t tsn_outbox_report_due_locked(const tsn_outbox *outbox)
{
    tsn_mutex_assert_held(&outbox->lock);
    bool is_saved = outbox->config.spool == NULL || outbox->saved_turn == outbox->ledger.turn;
    return is_saved ? TSN_CLOCK_NEVER : outbox->save_due_ms;
}

/* True: `*untold` is what is to be saved now, as it was at `*turn`. */
static bool take_unsaved(tsn_outbox *outbox, int64_t now_ms, tsn_client_report *untold,
                         uint32_t *turn)
{
    tsn_outbox_lock(outbox);
    bool is_due = now_ms >= tsn_outbox_report_due_locked(outbox);
    if (is_due) {
        tsn_ledger_read_untold(&outbox->ledger, untold);
        outbox->saved_turn = outbox->ledger.turn;
        outbox->save_due_ms = tsn_clock_mono_ms() + TSN_OUTBOX_SAVE_GAP_MS;
    }
    *turn = outbox->saved_turn;
    tsn_mutex_unlock(&outbox->lock);
    return is_due;
}

/* What did not succeed is due again; so is what somebody else wrote meanwhile, for nobody knows
 * whose file is the one that stayed. */
static void end_saving(tsn_outbox *outbox, bool is_saved, uint32_t turn)
{
    tsn_outbox_lock(outbox);
    bool is_alone = outbox->saved_turn == turn;
    if (!is_alone) outbox->save_due_ms = 0;
    if (!is_alone || !is_saved) outbox->saved_turn = outbox->ledger.turn - 1;
    tsn_mutex_unlock(&outbox->lock);
}

/* One item cannot hold everything that there could be. */
static bool write_items(tsn_client_report *untold, tsn_envelope *envelope)
{
    while (!tsn_client_report_empty(untold)) {
        tsn_client_report written;
        tsn_buf json = TSN_BUF_EMPTY;
        tsn_client_report_write(untold, tsn_clock_wall_us(), &json, &written);
        bool has_failed = json.failed || tsn_client_report_empty(&written);
        if (has_failed ||
            tsn_envelope_take_report(envelope, tsn_payload_take_buf(&json)) != TOCSIN_OK) {
            tsn_buf_fini(&json);
            return false;
        }
    }
    return true;
}

static bool save(tsn_outbox *outbox, tsn_client_report *untold)
{
    tsn_envelope envelope = TSN_ENVELOPE_EMPTY;
    tsn_spool_entry entry = {.envelope = &envelope, .identity = outbox->config.packing.identity};
    bool is_saved =
        write_items(untold, &envelope) && tsn_spool_put_report(outbox->config.spool, &entry);
    tsn_envelope_fini(&envelope);
    return is_saved;
}

static void save_if_due(tsn_outbox *outbox, int64_t now_ms)
{
    tsn_client_report untold;
    uint32_t turn;
    bool is_saved = true;
    if (!take_unsaved(outbox, now_ms, &untold, &turn)) return;
    if (tsn_client_report_empty(&untold)) {
        tsn_spool_drop_report(outbox->config.spool);
    } else {
        is_saved = save(outbox, &untold);
    }
    end_saving(outbox, is_saved, turn);
}

void tsn_outbox_save_report(tsn_outbox *outbox)
{
    save_if_due(outbox, tsn_clock_mono_ms());
}

void tsn_outbox_leave_report(tsn_outbox *outbox)
{
    save_if_due(outbox, TSN_CLOCK_NEVER - 1);
}
