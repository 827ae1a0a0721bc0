/* CRC-32C (Castagnoli), the checksum of stored envelopes. Pure, any thread. */
#ifndef TSN_DATA_CRC32C_H
#define TSN_DATA_CRC32C_H

#include "base/slice.h"

/* Of `bytes` behind others whose sum is `before`; 0 to begin with. */
uint32_t tsn_crc32c(uint32_t before, tsn_slice bytes);

#endif
