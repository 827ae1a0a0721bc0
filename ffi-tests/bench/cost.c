/* One operation, so many times: cost OPERATION COUNT [ENTRIES]. Callgrind counts what happens
 * inside `measured`, and of that the difference between two runs of different length; so the first
 * times do not count either. */
#include "operations.h"

#include <stdio.h>
#include <stdlib.h>

static __attribute__((noipa)) void measured(const struct bench_operation *one,
                                            const struct bench_world *world, unsigned number)
{
    one->work(world, number);
    bench_keep(NULL);
}

int main(int argc, char **argv)
{
    unsigned count = argc >= 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    unsigned entries = argc == 4 ? (unsigned)strtoul(argv[3], NULL, 10) : 0;
    const struct bench_operation *one = count > 0 ? bench_operation_find(argv[1]) : NULL;
    if (one == NULL) {
        fprintf(stderr, "usage: %s OPERATION COUNT [ENTRIES], where OPERATION is one of\n",
                argv[0]);
        bench_operations_list();
        return 2;
    }
    struct bench_world world = {0};
    bench_operation_open(one, &world, entries);
    for (unsigned number = 0; number < count; number++) {
        one->before(&world, number);
        measured(one, &world, number);
        one->after(&world, number);
    }
    return 0;
}
