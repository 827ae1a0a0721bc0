/* Reproducible chance. */
#ifndef LAWS_CHANCE_H
#define LAWS_CHANCE_H

#include <stdint.h>

typedef struct chance {
    uint64_t state;
} chance;

static inline uint64_t chance_next(chance *source)
{
    uint64_t mixed = source->state += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

/* A number below `bound`. */
static inline int chance_below(chance *source, int bound)
{
    return (int)(chance_next(source) % (uint64_t)bound);
}

#endif
