#include "text/language.h"

#include "text/syllable.h"
#include "text/table.h"
#include "text/utf8.h"

#include <assert.h>

/* Digits part words here: H5N1 says nothing about a language. */
bool hltext_next_word(const char *text, size_t size, size_t *at, size_t *out_start)
{
    size_t start = *at, end = *at;
    while (end < size) {
        size_t step;
        enum hltext_kind kind = hlinfo_kind(hltext_info(hltext_utf8_decode(text + end, &step)));
        if (kind != HLKIND_LETTER && kind != HLKIND_MARK) {
            if (end > start)
                break;
            start = end + step;
        }
        end += step;
    }
    assert(start <= end && end <= size);
    *at = end;
    *out_start = start;
    return start < end;
}

/* "A mark" is any letter beyond ASCII: good enough to tell typists who use none. */
static bool is_marked(const char *word, size_t size)
{
    unsigned char all = 0;
    for (size_t i = 0; i < size; i++)
        all |= (unsigned char)word[i];
    return all >= 0x80;
}

struct hltext_words hltext_count_words(const char *text, size_t size)
{
    struct hltext_words words = {0};
    size_t at = 0, start;
    while (hltext_next_word(text, size, &at, &start)) {
        bool legal = hltext_is_vietnamese(text + start, at - start);
        bool marked = is_marked(text + start, at - start);
        words.count++;
        words.legal += legal;
        words.marked += marked;
        words.marked_legal += legal && marked;
    }
    assert(words.marked_legal <= words.legal && words.legal <= words.count);
    return words;
}

enum hltext_language hltext_language_of(const struct hltext_words *words)
{
    assert(words->legal <= words->count && words->marked <= words->count);
    if (words->legal * 2 <= words->count)
        return HLTEXT_FOREIGN;
    return words->marked * 5 > words->count ? HLTEXT_VIETNAMESE : HLTEXT_UNMARKED;
}

bool hltext_is_vietnamese(const char *word, size_t size)
{
    return hlsyl_parse(word, size) != HLSYL_NONE;
}
