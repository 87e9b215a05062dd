/*
 * Definitions of abbreviations in a text: tests/cases/abbreviations.tsv, and texts that
 * are made to be hard on whoever looks for them.
 */
#include "tap.h"
#include "token/abbreviation.h"

#include <assert.h>

struct finder {
    struct hltoken_list list;
    struct hlbuf found;
    char said[4000];
};

static void put(struct finder *f, size_t *size, const char *bytes, size_t more)
{
    assert(*size + more < sizeof f->said);
    memcpy(f->said + *size, bytes, more);
    *size += more;
    f->said[*size] = '\0';
}

/* Definitions hold what the header promises, whatever the text. */
static bool holds(const struct hltoken_list *list, const struct hltoken_abbreviation *a)
{
    if (a->shorter >= list->count || a->count < 2 || a->count > 10 ||
        a->first + a->count > list->count ||
        (a->shorter >= a->first && a->shorter < a->first + a->count))
        return false;
    for (uint32_t i = 0; i < a->count; i++) {
        const struct hltoken *t = &list->tokens[a->first + i];
        if (t->alternative || t->syllable == HLTOKEN_NO_SYLLABLE ||
            t->position != list->tokens[a->first].position + i)
            return false;
    }
    return true;
}

/* What is found in text, as the cases write it; NULL where something does not hold. */
static const char *find(struct finder *f, const char *text, size_t text_size)
{
    size_t size = 0;
    f->said[0] = '\0';
    hlbuf_reset(&f->found);
    if (hltoken_run(text, text_size, 0, &f->list, NULL) != HL_OK ||
        !hltoken_find_abbreviations(text, text_size, &f->list, &f->found))
        return NULL;
    const struct hltoken_abbreviation *a = (const void *)f->found.data;
    for (size_t i = 0; i < f->found.size / sizeof *a; i++) {
        if (!holds(&f->list, &a[i]))
            return NULL;
        const struct hltoken *t = &f->list.tokens[a[i].shorter];
        put(f, &size, "; ", i ? 2 : 0);
        put(f, &size, t->key, t->key_size);
        t = &f->list.tokens[a[i].first];
        for (uint32_t k = 0; k < a[i].count; k++) {
            put(f, &size, k ? " " : "=", 1);
            put(f, &size, t[k].key, t[k].key_size);
        }
    }
    return f->said;
}

/* \n and \xHH, in place. */
static void unescape(char *s)
{
    char *to = s;
    for (; *s; s++, to++) {
        *to = *s;
        if (s[0] == '\\' && s[1] == 'n') {
            *to = '\n';
            s++;
        } else if (s[0] == '\\' && s[1] == 'x') {
            char hex[3] = {s[2], s[3], '\0'};
            *to = (char)strtoul(hex, NULL, 16);
            s += 3;
        }
    }
    *to = '\0';
}

static unsigned test_cases(struct finder *f)
{
    char line[1000];
    unsigned cases = 0;
    FILE *file = fopen("tests/cases/abbreviations.tsv", "r");
    while (file && fgets(line, sizeof line, file)) {
        char *want = strchr(line, '\t'), *why = want ? strchr(want + 1, '\t') : NULL;
        if (*line == '#' || !why)
            continue;
        *want++ = *why++ = '\0';
        why[strcspn(why, "\n")] = '\0';
        unescape(line);
        IS(find(f, line, strlen(line)), want, why);
        cases++;
    }
    if (file)
        fclose(file);
    return cases;
}

/* A piece of text so many times, with something before and behind it. */
static char *repeat(const char *before, const char *piece, size_t times, const char *behind,
                    size_t *out_size)
{
    size_t size = strlen(piece), at = strlen(before);
    char *text = malloc(at + size * times + strlen(behind) + 1);
    assert(text);
    memcpy(text, before, at);
    for (size_t i = 0; i < times; i++, at += size)
        memcpy(text + at, piece, size);
    memcpy(text + at, behind, strlen(behind) + 1);
    *out_size = at + strlen(behind);
    return text;
}

static void test_long(struct finder *f)
{
    static const struct {
        const char *before, *piece, *behind, *want, *what;
    } cases[] = {
        {"hội đồng (", "A", ")", "", "a short form of letters without end"},
        {"", "a", " (HĐ)", "", "a word of letters without end"},
        {"hội đồng (HĐ) ", "(", "", "hđ=hội đồng", "brackets that only open"},
        {"hội đồng (HĐ) ", ")", "", "hđ=hội đồng", "brackets that only close"},
        {"hội đồng (HĐ) ", "AB (", "", "hđ=hội đồng", "mirrored ones that only open"},
        {"", "hội ", "đồng (HĐ)", "hđ=hội đồng", "syllables without end"},
        {"", "và ", "(VV)", "vv=và và", "small words without end"},
        {"hội đồng (HĐ) (", "và ", ")", "hđ=hội đồng", "small words in the brackets"},
        {"hội đồng (", " ", "HĐ)", "", "blanks without end"},
        {"hội đồng", "\xcc\x81", " (HĐ)", "", "marks without end"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size;
        char *text = repeat(cases[i].before, cases[i].piece, 10000, cases[i].behind, &size);
        IS(find(f, text, size), cases[i].want, cases[i].what);
        free(text);
    }
}

/* Pieces of definitions in any order: what is found holds. */
static void test_chance(struct finder *f)
{
    static const char *const pieces[] = {"hội",       "đồng",     "nhân",
                                         "dân",       "và",       "HĐND",
                                         "HĐ&ND",     "HĐ",       "(",
                                         ")",         " (",       ") ",
                                         "H",         "e",        "mail",
                                         "1",         ",",        "-",
                                         "\"",        ".",        "\n",
                                         "của",       "HĐ.N",     "ND",
                                         "(HĐND)",    " ",        "9/1",
                                         "\xcc\x81",  "đ",        "Đ",
                                         "U\xcc\x9b", "hội đồng", "hội đồng nhân dân",
                                         "(HĐ)",      "HĐ (",     "(hội đồng)"};
    unsigned found = 0, wrong = 0;
    uint64_t seed = 220;
    for (int i = 0; i < 60000; i++) {
        char text[600];
        size_t size = 0;
        for (size_t n = 1 + tap_random(&seed) % 20; n > 0; n--) {
            const char *p = pieces[tap_random(&seed) % (sizeof pieces / sizeof *pieces)];
            size += (size_t)snprintf(text + size, sizeof text - size, "%s%s", p,
                                     tap_random(&seed) % 4 ? " " : "");
        }
        const char *said = find(f, text, size);
        wrong += !said;
        found += said && *said;
    }
    OK(!wrong && found > 500, "what is found by chance holds (%u found, %u do not)", found,
       wrong);
}

int main(void)
{
    struct finder f;
    memset(&f, 0, sizeof f);
    hltoken_list_init(&f.list);
    OK(test_cases(&f) >= 60, "all cases");
    test_long(&f);
    test_chance(&f);
    hltoken_list_release(&f.list);
    hlbuf_release(&f.found);
    return tap_done();
}
