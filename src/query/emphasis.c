#include "query/emphasis.h"

#include "query/query.h"
#include "text/syllable.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* In the order of their bytes. */
static const char *const function_syllables[] = {
    "ai",    "bao",   "bằng", "bị",    "bởi",   "cho", "chưa", "chỉ", "các", "còn",   "có",
    "cùng",  "cũng",  "cả",   "của",   "do",    "dù",  "giữa", "gì",  "hay", "hoặc",  "hơn",
    "khi",   "không", "luôn", "là",    "lên",   "lại", "mà",   "mấy", "mọi", "mỗi",   "một",
    "nhau",  "nhiêu", "như",  "nhưng", "những", "nào", "này",  "nên", "nếu", "phải",  "qua",
    "ra",    "rất",   "rằng", "sao",   "sau",   "sẽ",  "theo", "thì", "thế", "trong", "trên",
    "trước", "tuy",   "tại",  "từ",    "và",    "vào", "vì",   "vẫn", "về",  "với",   "đang",
    "đâu",   "đã",    "đó",   "được",  "đến",   "đều", "để",   "ở"};

enum { FUNCTIONS = sizeof function_syllables / sizeof function_syllables[0] };

static int by_bytes(const void *key, const void *member)
{
    const struct hlq_key *k = key;
    const char *other = *(const char *const *)member;
    size_t n = strlen(other);
    int r = memcmp(k->bytes, other, k->size < n ? k->size : n);
    return r ? r : k->size < n ? -1 : k->size > n;
}

bool hlq_is_function(const char *key, size_t size)
{
    struct hlq_key k = {key, (uint32_t)size, 0};
    return bsearch(&k, function_syllables, FUNCTIONS, sizeof function_syllables[0], by_bytes);
}

const char *hlq_function(size_t i)
{
    return i < FUNCTIONS ? function_syllables[i] : NULL;
}

unsigned hlq_emphasis(const char *key, size_t size)
{
    assert(size > 0);
    if (hlsyl_parse(key, size) == HLSYL_NONE)
        return HLQ_EMPHASIS_FOREIGN;
    return hlq_is_function(key, size) ? HLQ_EMPHASIS_FUNCTION : HLQ_EMPHASIS_FULL;
}
