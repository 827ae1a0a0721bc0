/* What the machine allows: limits FOLDER. Prints one line of JSON, nanoseconds of each at its best
 * of a few passes:
 *
 *   malloc_ns    malloc(64) and its free
 *   atomic_ns    an increment that any thread may see, and the decrement
 *   mutex_ns     a lock and its unlock, of which nobody else wants any
 *   memcpy_ns    as many bytes as workload W has as an event, in one piece
 *   pieces_ns    the same in 108 pieces, as many as W has values
 *   gzip_ns      an event of W, compressed at level 1, the stream used again
 *   write_ns     15 KiB at the end of an open file
 *   file_ns      15 KiB in a file of their own: create, write, close, rename to a fresh name
 *
 * A second thread has been there before, which makes locks and allocations what they are in a real
 * program. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "workload.h"

enum {
    PASSES = 7,
    PIECES = 108,
    TEXT_MAX = 1 << 16,
    FILE_BYTES = 15 * 1024,
    AS_GZIP = 16,
    WINDOW = 15,
    MEMORY = 8,
};

static char text[TEXT_MAX];
static char copy[TEXT_MAX];
static size_t text_len;
static size_t piece_len;
static z_stream stream;
static _Atomic unsigned counter;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int folder;
static int file;
static unsigned files;

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void keep(void *pointer)
{
    __asm__ volatile("" : : "g"(pointer) : "memory");
}

static void do_malloc(void)
{
    void *block = malloc(64);
    keep(block);
    free(block);
}

static void do_atomic(void)
{
    atomic_fetch_add(&counter, 1);
    atomic_fetch_sub(&counter, 1);
}

static void do_mutex(void)
{
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
}

static void do_memcpy(void)
{
    memcpy(copy, text, text_len);
    keep(copy);
}

static void do_pieces(void)
{
    for (size_t i = 0; i < PIECES; i++) {
        memcpy(copy + i * piece_len, text + i * piece_len, piece_len);
        keep(copy);
    }
}

static void do_gzip(void)
{
    deflateReset(&stream);
    stream.next_in = (unsigned char *)text;
    stream.avail_in = (uInt)text_len;
    stream.next_out = (unsigned char *)copy;
    stream.avail_out = sizeof copy;
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) exit(3);
}

static void do_write(void)
{
    if (write(file, text, FILE_BYTES) != FILE_BYTES) exit(3);
}

static void do_file(void)
{
    char name[32];
    snprintf(name, sizeof name, "limits-%u", files++);
    int own = openat(folder, "limits.tmp", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (own < 0 || write(own, text, FILE_BYTES) != FILE_BYTES) exit(3);
    close(own);
    if (renameat(folder, "limits.tmp", folder, name) != 0) exit(3);
}

static double best_of(void (*work)(void), unsigned count)
{
    double best = 0;
    for (int pass = 0; pass < PASSES; pass++) {
        double start = now_ns();
        for (unsigned i = 0; i < count; i++) work();
        double each = (now_ns() - start) / count;
        if (pass == 0 || each < best) best = each;
    }
    return best;
}

static void make_text(void)
{
    struct bench_world world = {0};
    bench_open(&world, "{\"transport\":\"pull\"}");
    bench_fill(&world);
    bench_capture(&world, NULL);
    tocsin_envelope envelope = bench_need(tocsin_client_next_envelope(world.client, 0), "take");
    text_len = (size_t)bench_need(tocsin_envelope_text(envelope, text, sizeof text), "text");
    piece_len = text_len / PIECES;
    bench_need(tocsin_envelope_done(envelope, 200, NULL, -1), "done");
    tocsin_client_close(world.client, 0);
}

static void *pass_by(void *context)
{
    return context;
}

static const struct limit {
    const char *name;
    void (*work)(void);
    unsigned count; /* in a pass */
} limits[] = {
    {"malloc", do_malloc, 100000}, {"atomic", do_atomic, 100000}, {"mutex", do_mutex, 100000},
    {"memcpy", do_memcpy, 5000},   {"pieces", do_pieces, 5000},   {"gzip", do_gzip, 200},
    {"write", do_write, 500},      {"file", do_file, 200},
};

int main(int argc, char **argv)
{
    pthread_t thread;
    folder = argc == 2 ? open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    file = folder < 0 ? -1 : openat(folder, "limits", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    if (pthread_create(&thread, NULL, pass_by, NULL) != 0) return 3;
    pthread_join(thread, NULL);
    make_text();
    if (deflateInit2(&stream, 1, Z_DEFLATED, WINDOW + AS_GZIP, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return 3;
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        printf("%s\"%s_ns\":%.1f", i == 0 ? "{" : ",", limits[i].name,
               best_of(limits[i].work, limits[i].count));
    }
    printf("}\n");
    return 0;
}
