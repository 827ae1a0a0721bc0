/* What a capture hands back, without the capture: 32 digits, other ones each time. */
#ifndef TSN_BENCH_BARE_H
#define TSN_BENCH_BARE_H

enum { BARE_ID_LEN = 32 };

static inline const char *bare_id(void)
{
    static char id[] = "00000000000000000000000000000000";
    char *digit = id + BARE_ID_LEN - 1;
    while (*digit == '9') *digit-- = '0';
    ++*digit;
    return id;
}

#endif
