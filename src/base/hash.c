#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t hlhash64(const void *bytes, size_t size)
{
    return XXH3_64bits(bytes, size);
}

void hlhash128(const void *bytes, size_t size, uint64_t out_hash[2])
{
    XXH128_hash_t h = XXH3_128bits(bytes, size);
    out_hash[0] = h.low64;
    out_hash[1] = h.high64;
}
