/* What an outbox tells about itself: copied under the lock, written without it. */
#include "io/outbox.h"

#include <string.h>

void tsn_outbox_write_stats(tsn_outbox *outbox, bool active, tsn_buf *out)
{
    tsn_ledger_counts counts;
    tsn_outbox_lock(outbox);
    tsn_ledger_read(&outbox->ledger, &counts);
    size_t items = outbox->queue.items;
    int64_t bytes = outbox->queue.bytes > 0 ? outbox->queue.bytes : 0;
    tsn_mutex_unlock(&outbox->lock);
    TSN_BUF_LIT(out, "{\"active\":");
    tsn_buf_slice(out, active ? TSN_LIT("true") : TSN_LIT("false"));
    TSN_BUF_LIT(out, ",\"queue\":{\"items\":");
    tsn_buf_u64(out, items);
    TSN_BUF_LIT(out, ",\"bytes\":");
    tsn_buf_i64(out, bytes);
    TSN_BUF_LIT(out, "},\"categories\":");
    tsn_ledger_counts_write(&counts, out);
    tsn_buf_byte(out, '}');
}

bool tsn_outbox_last_answer(tsn_outbox *outbox, tsn_buf *out)
{
    char problem[TSN_TRANSFER_PROBLEM_SIZE];
    tsn_outbox_lock(outbox);
    bool has_answer = outbox->has_answer;
    int status = outbox->last_status;
    memcpy(problem, outbox->last_problem, sizeof problem);
    tsn_mutex_unlock(&outbox->lock);
    if (!has_answer) return false;
    if (status == 0) {
        TSN_BUF_LIT(out, "no answer");
    } else {
        tsn_buf_i64(out, status);
    }
    if (problem[0] != '\0') {
        tsn_buf_slice(out, status == 0 ? TSN_LIT(": ") : TSN_LIT(" "));
        tsn_buf_slice(out, tsn_slice_of(problem));
    }
    return true;
}
