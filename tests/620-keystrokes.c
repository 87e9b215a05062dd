/*
 * Raw Telex and VNI in queries: the words of tests/cases/keystrokes.tsv, and every
 * syllable typed in several ways, decoded by an index that knows it.
 */
#include "base/arena.h"
#include "query/keystrokes.h"
#include "tap.h"
#include "text/fold.h"
#include "text/syllable.h"
#include "text/telex.h"
#include "text/utf8.h"

#include <assert.h>

enum { LINE_ROOM = 512, KNOWN_MAX = 8, KEYS_ROOM = 64 };

/* ---- a vocabulary made of a few keys, or of all syllables ---- */

struct known {
    char key[KEYS_ROOM];
    uint64_t df;
};

struct fake {
    struct known known[KNOWN_MAX];
    size_t count;
    uint64_t all; /* df of every legal syllable; 0: only those known */
    size_t asked;
};

static hl_status fake_find(void *user, const char *key, size_t size,
                           struct hlq_counts *out_counts, struct hl_error *err)
{
    struct fake *fake = user;
    *out_counts = (struct hlq_counts){0, 0};
    for (size_t i = 0; i < fake->count; i++)
        if (strlen(fake->known[i].key) == size && !memcmp(fake->known[i].key, key, size))
            out_counts->df = out_counts->cf = fake->known[i].df;
    fake->asked++;
    return HL_OK;
}

static bool folds_to(const char *key, size_t key_size, const char *folded, size_t size)
{
    struct hlbuf buf = {0};
    bool same = hltext_fold_key(key, key_size, &buf, NULL) == HL_OK && buf.size == size &&
                !memcmp(buf.data, folded, size);
    hlbuf_release(&buf);
    return same;
}

static hl_status fake_folded(void *user, const char *folded, size_t size, hlq_each *each,
                             void *to, struct hl_error *err)
{
    struct fake *fake = user;
    hl_status status = HL_OK;
    fake->asked++;
    for (size_t i = 0; status == HL_OK && i < fake->count; i++) {
        const struct known *k = &fake->known[i];
        if (folds_to(k->key, strlen(k->key), folded, size))
            status = each(to, k->key, strlen(k->key), &(struct hlq_counts){k->df, k->df});
    }
    for (unsigned i = 0; status == HL_OK && fake->all && i < 0xffff; i++) {
        size_t n, m;
        if (!hlsyl_is_legal((uint16_t)i))
            continue;
        const char *form = hlsyl_fold((uint16_t)i, &n);
        if (n != size || memcmp(form, folded, size))
            continue;
        const char *key = hlsyl_spell((uint16_t)i, &m);
        status = each(to, key, m, &(struct hlq_counts){fake->all, fake->all});
    }
    return status;
}

static hl_status fake_pair(void *user, const char *a, size_t a_size, const char *b,
                           size_t b_size, struct hlq_counts *out_counts, struct hl_error *err)
{
    *out_counts = (struct hlq_counts){0, 0};
    return HL_OK;
}

/* The key that is searched for a typed word; "-" if it stays. */
static const char *decode(struct fake *fake, const char *typed, size_t size)
{
    static char text[KEYS_ROOM];
    struct hlq_vocabulary vocabulary = {
        .find = fake_find, .folded = fake_folded, .pair = fake_pair, .user = fake};
    struct hlarena arena;
    const char *key = "untouched";
    uint32_t key_size = 9;
    bool decoded = false;
    hlarena_init(&arena, 1 << 20);
    hl_status status = hlq_decode_keystrokes(typed, size, &vocabulary, &arena, &key, &key_size,
                                             &decoded, NULL);
    assert(key_size < sizeof text);
    if (status != HL_OK)
        snprintf(text, sizeof text, "failed");
    else if (decoded)
        snprintf(text, sizeof text, "%.*s", (int)key_size, key);
    else
        snprintf(text, sizeof text, "%s", strcmp(key, "untouched") ? "touched" : "-");
    hlarena_release(&arena);
    return text;
}

/* ---- cases ---- */

static void read_known(char *text, struct fake *fake)
{
    for (char *save = NULL, *word = strtok_r(text, " ", &save); word;
         word = strtok_r(NULL, " ", &save)) {
        char *colon = strrchr(word, ':');
        assert(colon && fake->count < KNOWN_MAX);
        *colon = '\0';
        uint64_t df = strtoull(colon + 1, NULL, 10);
        if (!strcmp(word, "all")) {
            fake->all = df;
            continue;
        }
        struct hlbuf key = {0};
        assert(hltext_key(word, strlen(word), &key, NULL) == HL_OK);
        struct known *k = &fake->known[fake->count++];
        snprintf(k->key, sizeof k->key, "%.*s", (int)key.size, (const char *)key.data);
        k->df = df;
        hlbuf_release(&key);
    }
}

static void test_cases(void)
{
    char line[LINE_ROOM];
    int count = 0;
    FILE *f = fopen("tests/cases/keystrokes.tsv", "r");
    while (f && fgets(line, sizeof line, f)) {
        if (*line == '#' || *line == '\n')
            continue;
        line[strcspn(line, "\n")] = '\0';
        char *save = NULL, *typed = strtok_r(line, "\t", &save);
        char *known = strtok_r(NULL, "\t", &save), *want = strtok_r(NULL, "\t", &save);
        struct fake fake = {0};
        assert(want);
        char what[LINE_ROOM];
        snprintf(what, sizeof what, "%s in an index of %s", typed, known);
        read_known(known, &fake);
        IS(decode(&fake, typed, strlen(typed)), want, what);
        count++;
    }
    if (f)
        fclose(f);
    OK(count > 80, "%d cases", count);
}

/* A word that is no keystrokes costs no question to the index. */
static void test_cost(void)
{
    struct fake fake = {.all = 1000};
    IS(decode(&fake, "phương", strlen("phương")), "-", "a syllable stays");
    IS(decode(&fake, "microsoft", 9), "-", "a foreign word stays");
    OK(fake.asked == 0, "and the index is not asked");
}

/* ---- every syllable ---- */

enum way { TONE_LAST, TONE_IN_PLACE, MARKS_LAST, TONE_FIRST_MARKS_LAST, WAYS };

struct typing {
    bool telex;
    enum way way;
    char out[KEYS_ROOM], late[KEYS_ROOM];
    size_t size, late_size;
};

static void add(struct typing *t, const char *keys, bool late)
{
    size_t n = strlen(keys);
    assert(t->size + n < KEYS_ROOM && t->late_size + n < KEYS_ROOM);
    memcpy(late ? t->late + t->late_size : t->out + t->size, keys, n);
    *(late ? &t->late_size : &t->size) += n;
}

/* The base letter of a toneless letter, and the keys of its quality. */
static void type_letter(struct typing *t, const char *letter, size_t size)
{
    static const struct {
        const char *letter, *base, *telex, *vni;
    } quality[] = {
        {"ă", "a", "w", "8"}, {"â", "a", "a", "6"}, {"ê", "e", "e", "6"}, {"ô", "o", "o", "6"},
        {"ơ", "o", "w", "7"}, {"ư", "u", "w", "7"}, {"đ", "d", "d", "9"},
    };
    bool late = t->way == MARKS_LAST || t->way == TONE_FIRST_MARKS_LAST;
    for (size_t i = 0; i < sizeof quality / sizeof *quality; i++) {
        if (strlen(quality[i].letter) != size || memcmp(quality[i].letter, letter, size))
            continue;
        const char *keys = t->telex ? quality[i].telex : quality[i].vni;
        add(t, quality[i].base, false);
        /* Doubled letters are adjacent; one w or 7 at the end makes both horns of ươ. */
        bool delay = late && (!t->telex || *keys == 'w');
        if (!delay || !t->late_size || t->late[t->late_size - 1] != *keys)
            add(t, keys, delay);
        return;
    }
    char plain[8];
    snprintf(plain, sizeof plain, "%.*s", (int)size, letter);
    add(t, plain, false);
}

static void type(struct typing *t, uint16_t code)
{
    size_t size, bare_size;
    const char *word = hlsyl_spell(code, &size);
    const char *bare = hlsyl_spell(hlsyl_toneless(code), &bare_size);
    char tone[2] = {(t->telex ? "zfrxsj" : "023415")[hlsyl_tone(code)], '\0'};
    bool toned = hlsyl_tone(code) > 0, put = !toned;
    for (size_t at = 0, from = 0, step, bare_step; at < bare_size; at += bare_step) {
        hltext_utf8_decode(bare + at, &bare_step);
        hltext_utf8_decode(word + from, &step);
        type_letter(t, bare + at, bare_step);
        bool here = step != bare_step || memcmp(word + from, bare + at, step);
        if (here && !put && t->way == TONE_IN_PLACE) {
            add(t, tone, false);
            put = true;
        }
        from += step;
    }
    if (!put && t->way == TONE_FIRST_MARKS_LAST) {
        add(t, tone, false);
        put = true;
    }
    memcpy(t->out + t->size, t->late, t->late_size);
    t->size += t->late_size;
    if (!put)
        add(t, tone, false);
    t->out[t->size] = '\0';
}

/* Ambiguous for the keyboards themselves: src/text/telex.h. */
static bool is_ambiguous(const char *word, size_t size, const struct typing *t)
{
    return (t->telex && memmem(word, size, "oo", 2)) || memmem(word, size, "uơn", 4) ||
           memmem(word, size, "uơt", 4);
}

static void test_every_syllable(bool telex, enum way way)
{
    int typed = 0, wrong = 0, left = 0;
    for (unsigned i = 0; i < 0xffff; i++) {
        uint16_t code = (uint16_t)i, judged;
        size_t size, bare_size;
        if (!hlsyl_is_legal(code))
            continue;
        const char *word = hlsyl_spell(code, &size);
        const char *bare = hlsyl_spell(hlsyl_toneless(code), &bare_size);
        struct typing t = {.telex = telex, .way = way};
        type(&t, code);
        if ((t.size == size && !memcmp(t.out, word, size)) || is_ambiguous(bare, bare_size, &t))
            continue;
        typed++;
        struct fake fake = {.count = 1, .known[0].df = 1000};
        snprintf(fake.known[0].key, KEYS_ROOM, "%.*s", (int)size, word);
        if (hlq_judge_keystrokes(t.out, t.size, &judged) == HLQ_KEYS_NONE)
            left++; /* max, test, a1 */
        else if (strcmp(decode(&fake, t.out, t.size), fake.known[0].key) && wrong++ < 5)
            printf("# %s: %s\n", fake.known[0].key, t.out);
    }
    OK(typed > 15000 && wrong == 0, "%d syllables as %s, way %d", typed,
       telex ? "Telex" : "VNI", (int)way);
    OK(left < typed / 100, "%d are left as the words and codes that they also are", left);
}

/* What is decoded is a word: it is not decoded again. */
static void test_idempotent(void)
{
    int again = 0;
    for (unsigned i = 0; i < 0xffff; i++) {
        uint16_t code;
        size_t size;
        if (!hlsyl_is_legal((uint16_t)i))
            continue;
        const char *word = hlsyl_spell((uint16_t)i, &size);
        if (memmem(word, size, "oo", 2)) /* coong is công before it is anything else */
            continue;
        again += hlq_judge_keystrokes(word, size, &code) != HLQ_KEYS_NONE;
    }
    OK(again == 0, "no syllable is keystrokes");
}

int main(void)
{
    test_cases();
    test_cost();
    for (int way = 0; way < WAYS; way++) {
        test_every_syllable(true, (enum way)way);
        test_every_syllable(false, (enum way)way);
    }
    test_idempotent();
    return tap_done();
}
