/*
 * hash.h - XXH3 by the xxhash library, compiled in: no library at run time.
 *
 * The header-only form keeps libhlsearch free of a dependency.  The values are
 * part of the index format (content hash, index id), so the function is fixed.
 */
#ifndef HL_BASE_HASH_H
#define HL_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hlhash64(const void *bytes, size_t size);
void hlhash128(const void *bytes, size_t size, uint64_t out_hash[2]);

#endif
