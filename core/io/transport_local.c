/* A write is over when it returns, so a transfer only waits for the next poll. One that fails is
 * taken for a network error: the envelope waits for better times, and the file is opened again. */
#include "io/transport_local.h"

#include <stdatomic.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"

enum { STATUS_WRITTEN = 200 };

typedef struct local {
    tsn_transport base;
    const char *path; /* NULL: standard output */
    _Atomic int fd;   /* below 0: not open */
    tsn_list written;
} local;

static local *local_of(tsn_transport *transport)
{
    return TSN_CONTAINER_OF(transport, local, base);
}

static void close_file(local *self)
{
    if (self->path == NULL) return;
    /* A child of fork closes what stands here: no number that may be somebody else's by then. */
    int fd = self->fd;
    self->fd = -1;
    tsn_file_close(fd);
}

static void write_body(local *self, tsn_transfer *transfer)
{
    if (self->fd < 0) self->fd = tsn_file_open_append(self->path);
    if (self->fd < 0) {
        tsn_transfer_fail(transfer, "the file cannot be opened");
        return;
    }
    transfer->went_out = true;
    if (tsn_file_write(self->fd, tsn_buf_view(&transfer->body)) == TOCSIN_OK) {
        tsn_response_set_status(&transfer->response, STATUS_WRITTEN);
        return;
    }
    tsn_transfer_fail(transfer, "the envelope cannot be written");
    close_file(self);
}

static void start(tsn_transport *transport, tsn_transfer *transfer)
{
    local *self = local_of(transport);
    transport->running++;
    tsn_list_push_back(&self->written, &transfer->node);
    write_body(self, transfer);
}

static void poll(tsn_transport *transport, int64_t timeout_ms)
{
    (void)timeout_ms;
    local *self = local_of(transport);
    tsn_list *node;
    while ((node = tsn_list_pop_front(&self->written)) != NULL) {
        tsn_transfer *transfer = TSN_CONTAINER_OF(node, tsn_transfer, node);
        transport->running--;
        transfer->finish(transfer, transfer->context);
    }
}

static void wake(tsn_transport *transport)
{
    (void)transport;
}

static void cancel_all(tsn_transport *transport)
{
    local *self = local_of(transport);
    while (tsn_list_pop_front(&self->written) != NULL) transport->running--;
}

static void fini(tsn_transport *transport)
{
    local *self = local_of(transport);
    TSN_ASSERT(transport->running == 0);
    close_file(self);
    tsn_free(self);
}

static void forsake(tsn_transport *transport)
{
    close_file(local_of(transport));
}

static const tsn_transport_ops ops = {start, poll, wake, cancel_all, fini, forsake};

tsn_transport *tsn_transport_local_new(const char *path)
{
    local *self = tsn_alloc_zero(sizeof *self);
    if (self == NULL) return NULL;
    self->base.ops = &ops;
    self->path = path;
    self->fd = path == NULL ? STDOUT_FILENO : -1;
    tsn_list_init(&self->written);
    return &self->base;
}
