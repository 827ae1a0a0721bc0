/* Runs a target without libFuzzer: each file of its corpus as it is, then a fixed number of
 * mutations of them, the same at every run.
 *
 * usage: fuzz_TARGET CORPUS-FOLDER MUTATIONS
 * An input that ends the program is in the file that FUZZ_INPUT names, which is written before each
 * run if it is set. */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

enum { FILES_MAX = 200, INPUT_MAX = 4096 };

struct input {
    size_t size;
    uint8_t data[INPUT_MAX];
};

static struct input corpus[FILES_MAX];
static size_t corpus_count;
static uint64_t state = 0x9e3779b97f4a7c15; /* xorshift64: any seed but 0 */

static size_t below(size_t bound)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state % bound);
}

static void read_file(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL || corpus_count == FILES_MAX) {
        fprintf(stderr, "%s: cannot be taken\n", path);
        exit(2);
    }
    struct input *input = &corpus[corpus_count++];
    input->size = fread(input->data, 1, INPUT_MAX, file);
    fclose(file);
}

/* In the order of their names, so that every run is the same. */
static void read_corpus(const char *folder)
{
    struct dirent **names;
    int count = scandir(folder, &names, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (names[i]->d_name[0] != '.') read_file(folder, names[i]->d_name);
        free(names[i]);
    }
    if (count > 0) free(names);
}

static void insert(struct input *input, size_t at, const uint8_t *data, size_t size)
{
    if (size > INPUT_MAX - input->size) size = INPUT_MAX - input->size;
    memmove(input->data + at + size, input->data + at, input->size - at);
    memcpy(input->data + at, data, size);
    input->size += size;
}

static void cut(struct input *input, size_t at, size_t size)
{
    if (size > input->size - at) size = input->size - at;
    memmove(input->data + at, input->data + at + size, input->size - at - size);
    input->size -= size;
}

static void mutate(struct input *input)
{
    static const uint8_t odd[] = {0,    1,    0x7f, 0x80, 0xc0, 0xed, 0xff, '"', '\\', '{', '}',
                                  '[',  ']',  ',',  ':',  '-',  '0',  '9',  'e', '.',  '%', '\n',
                                  '\r', '\t', ' ',  '@',  '/',  '?',  '#',  'u', ';',  '='};
    const struct input *other = &corpus[below(corpus_count)];
    size_t at = below(input->size + 1);
    switch (below(5)) {
    case 0:
        if (at < input->size) input->data[at] ^= (uint8_t)(1u << below(8));
        break;
    case 1:
        if (at < input->size) input->data[at] = odd[below(sizeof odd)];
        break;
    case 2:
        insert(input, at, &odd[below(sizeof odd)], 1);
        break;
    case 3:
        cut(input, at, 1 + below(8));
        break;
    default: {
        size_t from = below(other->size + 1);
        size_t size = below(other->size - from + 1);
        insert(input, at, other->data + from, size > 64 ? 64 : size);
    }
    }
}

static void note(const struct input *input)
{
    static int file = -1;
    const char *path = getenv("FUZZ_INPUT");
    if (path == NULL) return;
    if (file < 0) file = open(path, O_WRONLY | O_CREAT, 0644);
    if (pwrite(file, input->data, input->size, 0) != (ssize_t)input->size ||
        ftruncate(file, (off_t)input->size) != 0) {
        perror(path);
        exit(2);
    }
}

/* From a block of its very size, so that reading past its end is seen. */
static void run(const struct input *input)
{
    note(input);
    uint8_t *exact = malloc(input->size == 0 ? 1 : input->size);
    if (exact == NULL) exit(2);
    memcpy(exact, input->data, input->size);
    LLVMFuzzerTestOneInput(exact, input->size);
    free(exact);
}

int main(int count, char **words)
{
    if (count != 3) return 2;
    read_corpus(words[1]);
    if (corpus_count == 0) {
        fprintf(stderr, "%s: no corpus\n", words[1]);
        return 2;
    }
    long mutations = strtol(words[2], NULL, 10);
    for (size_t i = 0; i < corpus_count; i++) run(&corpus[i]);
    for (long i = 0; i < mutations; i++) {
        struct input input = corpus[below(corpus_count)];
        for (size_t k = below(4) + 1; k > 0; k--) mutate(&input);
        run(&input);
    }
    printf("%zu inputs, %ld mutations\n", corpus_count, mutations);
    return 0;
}
