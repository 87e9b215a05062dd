/*
 * crc.h - CRC-32C (Castagnoli), the checksum of every block of the index.
 *
 * The SSE4.2 instruction where the processor has it, a table otherwise; both
 * give the same number (RFC 3720, appendix B.4 has the test vectors).
 */
#ifndef HL_BASE_CRC_H
#define HL_BASE_CRC_H

#include <stddef.h>
#include <stdint.h>

/* Goes on from crc; start with 0. */
uint32_t hlcrc_update(uint32_t crc, const void *bytes, size_t size);
/* Of three pieces of `size` bytes each, a multiple of 64, that lie one behind the other. */
void hlcrc_three(const void *bytes, size_t size, uint32_t out_crcs[3]);
/* The portable twin, for the test. */
uint32_t hlcrc_update_portable(uint32_t crc, const void *bytes, size_t size);

#endif
