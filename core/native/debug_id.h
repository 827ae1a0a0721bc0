/* How a server names the very build of a program or library: its build id as it is, and the GUID
 * made from it. Pure functions, any thread. */
#ifndef TSN_NATIVE_DEBUG_ID_H
#define TSN_NATIVE_DEBUG_ID_H

#include <stddef.h>
#include <stdint.h>

/* Longest build id that is understood; linkers make 8, 16 or 20 bytes. */
#define TSN_BUILD_ID_MAX 64
/* Bytes that a debug id is made from. */
#define TSN_DEBUG_ID_BYTES 16
/* Bytes of its text, final NUL included. */
#define TSN_DEBUG_ID_SIZE 37
/* Bytes at the start of `.text` that stand in for a missing build id. */
#define TSN_TEXT_ID_SPAN 4096

typedef struct tsn_build_id {
    uint8_t bytes[TSN_BUILD_ID_MAX];
    size_t len; /* 0: none */
} tsn_build_id;

/* The first 16 bytes, zeros behind them if there are fewer, as a GUID whose first three groups are
 * byte-swapped. */
void tsn_debug_id_text(const uint8_t *bytes, size_t len, char out[TSN_DEBUG_ID_SIZE]);
/* Folds machine code into 16 bytes: byte i is XORed into byte i modulo 16. Only the first
 * TSN_TEXT_ID_SPAN bytes count. */
void tsn_debug_id_fold(const uint8_t *code, size_t len, uint8_t out[TSN_DEBUG_ID_BYTES]);
/* All bytes as lower-case hex with a final NUL. */
void tsn_code_id_text(const tsn_build_id *id, char out[2 * TSN_BUILD_ID_MAX + 1]);

#endif
