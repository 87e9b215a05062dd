#include "token/sketch.h"

#include "base/hash.h"

#include <string.h>

void hlsketch_begin(struct hlsketch *sketch)
{
    memset(sketch, 0, sizeof *sketch);
    memset(sketch->least, 255, sizeof sketch->least);
}

uint64_t hlsketch_value(const struct hlsketch *sketch)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < HLSKETCH_SIZE; i++)
        value |= (sketch->least[i] >> 8 & 255) << 8 * i;
    return value;
}

uint64_t hlsketch_content(const struct hl_article *article)
{
    const char *parts[3] = {article->title, article->lead, article->body};
    uint64_t h = 0;
    for (int i = 0; i < 3; i++) {
        uint64_t part = parts[i] ? hlhash64(parts[i], strlen(parts[i])) : 0;
        h = (h ^ part) * 0x9e3779b97f4a7c15u + (uint64_t)i;
    }
    return h;
}

/* Longer tokens than a key may be are cut, as they are when they are indexed. */
static uint32_t add_plain(struct hlsketch *s, const char *text)
{
    static const char blanks[] = " \t\r\n";
    uint32_t count = 0;
    for (const char *p = text + strspn(text, blanks); *p; p += strspn(p, blanks)) {
        size_t size = strcspn(p, blanks);
        hlsketch_add(s, hlhash64(p, size < HLTOKEN_KEY_MAX ? size : HLTOKEN_KEY_MAX));
        p += size;
        count++;
    }
    return count;
}

hl_status hlsketch_article(const struct hl_article *article, bool plain,
                           struct hltoken_list *list, uint64_t *out_sketch,
                           uint32_t *out_length, struct hl_error *err)
{
    const char *fields[3] = {article->title, article->lead, article->body};
    struct hlsketch sketch;
    uint32_t length = 0;
    hlsketch_begin(&sketch);
    for (int f = 0; f < 3; f++) {
        if (fields[f] && plain)
            length += add_plain(&sketch, fields[f]);
        if (!fields[f] || plain)
            continue;
        /* The year of the article would only bring alternatives. */
        hl_status status = hltoken_run(fields[f], strlen(fields[f]), 0, list, err);
        if (status != HL_OK)
            return status;
        length += list->positions;
        for (size_t i = 0; i < list->count; i++)
            if (!list->tokens[i].alternative)
                hlsketch_add(&sketch, hlhash64(list->tokens[i].key, list->tokens[i].key_size));
    }
    *out_sketch = hlsketch_value(&sketch);
    *out_length = length;
    return HL_OK;
}
