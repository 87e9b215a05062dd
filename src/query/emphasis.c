#include "query/emphasis.h"

#include "text/syllable.h"

#include <assert.h>
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

bool hlq_is_function(const char *key, size_t size)
{
    size_t low = 0, high = FUNCTIONS;
    while (low < high) {
        size_t middle = (low + high) / 2, n = strlen(function_syllables[middle]);
        int r = memcmp(function_syllables[middle], key, n < size ? n : size);
        r = r ? r : n < size ? -1 : n > size;
        if (!r)
            return true;
        if (r < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

unsigned hlq_emphasis(const char *key, size_t size)
{
    assert(size > 0);
    if (hlsyl_parse(key, size) == HLSYL_NONE)
        return HLQ_EMPHASIS_FOREIGN;
    return hlq_is_function(key, size) ? HLQ_EMPHASIS_FUNCTION : HLQ_EMPHASIS_FULL;
}
