#include "oracle_keys.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------- small things */

void *oracle_grow(void *p, size_t count, size_t size)
{
    void *q = realloc(p, (count ? count : 1) * size);
    assert(q && "the oracle does without error paths");
    return q;
}

void *oracle_grow_by_one(void *p, size_t count, size_t size)
{
    bool full = (count & (count - 1)) == 0;
    return full ? oracle_grow(p, count ? count * 2 : 1, size) : p;
}

char *oracle_copy(const char *s)
{
    char *p = s ? strdup(s) : NULL;
    assert(p || !s);
    return p;
}

/* ------------------------------------------------------------ letters and keys */

/* A letter taken apart: base, quality (0: none) and tone (0: none). */
struct letter {
    char base[5]; /* UTF-8 */
    int quality, tone;
};

static const struct {
    const char *base;
    int quality;
    const char *spellings; /* by tone */
} letter_rows[] = {
    {"a", 0, "aàảãáạ"}, {"a", 1, "ăằẳẵắặ"}, {"a", 2, "âầẩẫấậ"}, {"e", 0, "eèẻẽéẹ"},
    {"e", 2, "êềểễếệ"}, {"i", 0, "iìỉĩíị"}, {"o", 0, "oòỏõóọ"}, {"o", 2, "ôồổỗốộ"},
    {"o", 3, "ơờởỡớợ"}, {"u", 0, "uùủũúụ"}, {"u", 3, "ưừửữứự"}, {"y", 0, "yỳỷỹýỵ"},
    {"d", 4, "đ"},
};

static size_t letter_size(const char *s)
{
    unsigned char c = (unsigned char)*s;
    return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/* The letter at s; what is no Vietnamese letter stays as it is. */
static size_t letter_read(const char *s, struct letter *out)
{
    size_t size = letter_size(s);
    for (size_t row = 0; size > 1 && row < sizeof letter_rows / sizeof *letter_rows; row++) {
        const char *p = letter_rows[row].spellings;
        for (int tone = 0; *p; p += letter_size(p), tone++)
            if (letter_size(p) == size && !memcmp(p, s, size)) {
                *out = (struct letter){"", letter_rows[row].quality, tone};
                memcpy(out->base, letter_rows[row].base, 2);
                return size;
            }
    }
    *out = (struct letter){"", 0, 0};
    memcpy(out->base, s, size);
    return size;
}

void oracle_fold(const char *key, char *out, size_t room)
{
    size_t size = 0;
    struct letter letter;
    for (const char *p = key; *p;) {
        p += letter_read(p, &letter);
        assert(size + strlen(letter.base) < room);
        size += (size_t)snprintf(out + size, room - size, "%s", letter.base);
    }
    assert(size < room);
    out[size] = '\0';
}

/* True if every mark of `typed` stands in `key` too and both fold alike. */
bool oracle_adds_marks(const char *typed, const char *key)
{
    int tone_typed = 0, tone_key = 0;
    struct letter a, b;
    while (*typed && *key) {
        typed += letter_read(typed, &a);
        key += letter_read(key, &b);
        if (strcmp(a.base, b.base) || (a.quality && a.quality != b.quality))
            return false;
        tone_typed = a.tone ? a.tone : tone_typed;
        tone_key = b.tone ? b.tone : tone_key;
    }
    return !*typed && !*key && (!tone_typed || tone_typed == tone_key);
}

/*
 * The closed list of vietnamese.md section 4: i and y are one only in these.
 * After qu they are one wherever both spellings are syllables.
 */
void oracle_variant(const char *key, char *out, size_t room)
{
    static const char *const same[][2] = {
        {"hi", "hy"}, {"kì", "kỳ"}, {"kỉ", "kỷ"}, {"kĩ", "kỹ"}, {"kí", "ký"},
        {"kị", "kỵ"}, {"lí", "lý"}, {"lị", "lỵ"}, {"mì", "mỳ"}, {"mĩ", "mỹ"},
        {"sĩ", "sỹ"}, {"tì", "tỳ"}, {"tỉ", "tỷ"},
    };
    static const char *const codas[] = {"", "t", "n", "nh", "ch"};
    static const char *const y_by_tone[] = {"y", "ỳ", "ỷ", "ỹ", "ý", "ỵ"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (!strcmp(key, same[i][0]))
            key = same[i][1];
    struct letter letter;
    if (!strncmp(key, "qu", 2) && key[2]) {
        const char *rest = key + 2 + letter_read(key + 2, &letter);
        for (size_t i = 0; i < sizeof codas / sizeof *codas; i++)
            if (!strcmp(letter.base, "i") && !strcmp(rest, codas[i])) {
                snprintf(out, room, "qu%s%s", y_by_tone[letter.tone], rest);
                return;
            }
    }
    snprintf(out, room, "%s", key);
}

/* ------------------------------------------------------------- strings as numbers */

static uint64_t names_hash(const char *s)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
    for (; *s; s++)
        hash = (hash ^ (unsigned char)*s) * 0x100000001b3u;
    return hash ^ hash >> 29;
}

static size_t names_slot(const struct oracle_names *names, const char *s)
{
    size_t i = names_hash(s) & (names->slot_count - 1);
    while (names->slots[i] && strcmp(names->text[names->slots[i] - 1], s))
        i = (i + 1) & (names->slot_count - 1);
    return i;
}

static bool names_find(const struct oracle_names *names, const char *s, uint32_t *out)
{
    size_t i = names->slot_count ? names_slot(names, s) : 0;
    if (!names->slot_count || !names->slots[i])
        return false;
    *out = names->slots[i] - 1;
    return true;
}

static void names_rehash(struct oracle_names *names)
{
    names->slot_count = names->slot_count ? names->slot_count * 2 : 64;
    names->slots = oracle_grow(names->slots, names->slot_count, sizeof *names->slots);
    memset(names->slots, 0, names->slot_count * sizeof *names->slots);
    for (size_t i = 0; i < names->count; i++)
        names->slots[names_slot(names, names->text[i])] = (uint32_t)i + 1;
}

/* The number of s, a new one if it has none: then *out_new. */
uint32_t oracle_names_put(struct oracle_names *names, const char *s, bool *out_new)
{
    uint32_t number;
    *out_new = !names_find(names, s, &number);
    if (!*out_new)
        return number;
    if (names->count * 2 >= names->slot_count)
        names_rehash(names);
    names->text = oracle_grow_by_one(names->text, names->count, sizeof *names->text);
    names->text[names->count] = oracle_copy(s);
    names->slots[names_slot(names, s)] = (uint32_t)names->count + 1;
    return (uint32_t)names->count++;
}

void oracle_names_release(struct oracle_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->text[i]);
    free(names->text);
    free(names->slots);
}
