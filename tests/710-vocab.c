/*
 * Terms of a run: whichever way a term is asked for, by bytes, as a short one or by the
 * code of a syllable, it has one number and the hash of its bytes.  Lines of tokens are
 * cut where a slower reader cuts them.
 */
#include "base/hash.h"
#include "engine/accept.h"
#include "scratch.h"
#include "text/syllable.h"

enum { ASKED = 200000, KINDS = 30000 };

/* The key of a number: 1 to 20 bytes, some the beginning of others. */
static size_t make_key(unsigned number, char *key)
{
    uint64_t state = number / 3;
    uint64_t mixed = tap_random(&state);
    size_t size = 1 + (number % 3) * 7 + mixed % 6;
    for (size_t i = 0; i < size; i++)
        key[i] = (char)(1 + (mixed >> i * 3) % 255);
    memcpy(key, &(unsigned){(number / 3 + 1) * 0x01010101u | 0x01010101u}, size < 3 ? size : 3);
    return size;
}

static bool ask(struct hlvocab *v, const char *key, size_t size, bool is_short,
                uint32_t *out_number, uint64_t *out_hash)
{
    uint64_t words[2] = {0, 0};
    if (!is_short)
        return hlvocab_find(v, key, size, out_number, out_hash);
    memcpy(words, key, size);
    return hlvocab_find_short(v, words, size, out_number, out_hash);
}

static void test_ways(void)
{
    struct hlvocab v;
    uint64_t seed = 7;
    unsigned wrong = 0, shorts = 0;
    bool good = hlvocab_init(&v);
    for (int i = 0; good && i < ASKED; i++) {
        char key[32];
        /* The common ones again and again, as in text. */
        unsigned kind = (unsigned)(tap_random(&seed) % KINDS);
        if (tap_random(&seed) % 4)
            kind %= 500;
        size_t size = make_key(kind, key);
        bool is_short = size <= HLVOCAB_SHORT && tap_random(&seed) % 4;
        uint32_t number, before = v.count, bytes;
        uint64_t hash;
        good = ask(&v, key, size, is_short, &number, &hash);
        shorts += is_short;
        const uint8_t *kept = good ? hlvocab_bytes(&v, number, &bytes) : NULL;
        wrong += !kept || bytes != size || memcmp(kept, key, size) != 0 ||
                 hash != hlhash64(key, size) || v.count > before + 1 ||
                 (v.count > before && number != before);
    }
    OK(good && !wrong && shorts > ASKED / 4, "bytes and hash of each term (%u wrong)", wrong);
    unsigned twice = 0;
    for (uint32_t t = 0; t < v.count; t++) {
        uint32_t size, number;
        uint64_t hash;
        const uint8_t *bytes = hlvocab_bytes(&v, t, &size);
        twice += !hlvocab_find(&v, bytes, size, &number, &hash) || number != t;
    }
    OK(v.count > 1000 && !twice, "none has two numbers (%u of %u have)", twice, v.count);
    hlvocab_release(&v);
}

static void test_syllables(void)
{
    struct hlvocab v;
    unsigned wrong = 0, asked = 0;
    bool good = hlvocab_init(&v);
    for (int round = 0; good && round < 2; round++)
        for (unsigned code = 0; good && code < HLSYL_NONE; code += 7) {
            size_t size;
            uint32_t number[2];
            uint64_t hash[2];
            if (!hlsyl_is_legal((uint16_t)code))
                continue;
            const char *key = hlsyl_spell((uint16_t)code, &size);
            good = hlvocab_find_syllable(&v, (uint16_t)code, key, size, &number[0], &hash[0]) &&
                   hlvocab_find(&v, key, size, &number[1], &hash[1]);
            wrong += good && (number[0] != number[1] || hash[0] != hash[1]);
            asked++;
        }
    OK(good && asked > 1000 && !wrong, "a syllable by its code is the term of its bytes");
    OK(hlvocab_memory(&v) >= asked / 2 * 8 + ((size_t)1 << 16) * 8, "memory is counted");
    hlvocab_release(&v);
}

/* ---- tokens between blanks ---- */

/* Tokens of 1 to 40 bytes, at times 300, of any bytes that are no blank; ends at any place. */
static void make_line(uint64_t *seed, struct hlbuf *line)
{
    static const char *const blanks[] = {" ", " ", " ", "\t", "\r\n", "  ", " \t "};
    static const char *const pieces[] = {"a", "b", "ư", "ờ", "\x01", "\x1f", "\x7f", "漢", "0"};
    hlbuf_reset(line);
    for (size_t i = tap_random(seed) % 30; i > 0; i--) {
        size_t size = 1 + tap_random(seed) % (tap_random(seed) % 50 ? 20 : 300);
        for (size_t k = 0; k < size; k++)
            hlbuf_put_string(line, pieces[tap_random(seed) % (size < 3 ? 3 : 9)]);
        hlbuf_put_string(line, blanks[tap_random(seed) % 7]);
    }
    line->size -= line->size && tap_random(seed) % 2;
    hlbuf_put_u8(line, 0);
}

/* The words of a line by the definition. */
static bool is_cut_right(struct hlvocab *v, const char *text, const uint32_t *words,
                         size_t count)
{
    size_t n = 0;
    for (const char *p = text + strspn(text, " \t\r\n"); *p; n++) {
        size_t size = strcspn(p, " \t\r\n"), cut = size;
        uint32_t number;
        uint64_t hash;
        if (cut > HLTOKEN_KEY_MAX)
            cut = HLTOKEN_KEY_MAX;
        if (n == count || !hlvocab_find(v, p, cut, &number, &hash) || words[n] != number * 2)
            return false;
        p += size;
        p += strspn(p, " \t\r\n");
    }
    return n == count;
}

static void test_plain(void)
{
    struct hlvocab v;
    struct hlspool spool;
    struct hlaccept accept;
    struct hlbuf line = {0};
    uint64_t seed = 8, tokens = 0;
    unsigned wrong = 0;
    hlaccept_init(&accept);
    bool good = hlvocab_init(&v) && hlspool_open(scratch_path, 1, &spool, NULL) == HL_OK;
    accept.vocab = &v;
    accept.spool = &spool;
    accept.tokens = true;
    for (int i = 0; good && i < 20000; i++) {
        make_line(&seed, &line);
        struct hl_article article = {.id = "a", .body = (const char *)line.data};
        good = hlaccept_article(&accept, &article, NULL) == HL_OK;
        /* Title and lead are missing, and a mark stands behind each. */
        const uint32_t *words = (const uint32_t *)(const void *)accept.words.data + 2;
        size_t count = accept.words.size / 4 - 2;
        wrong += !good || !is_cut_right(&v, article.body, words, count);
        tokens += count;
    }
    OK(good && !wrong && tokens > 100000, "a line is cut at its blanks (%u lines are not)",
       wrong);
    hlspool_release(&spool);
    hlaccept_release(&accept);
    hlvocab_release(&v);
    hlbuf_release(&line);
}

int main(void)
{
    scratch_begin();
    test_plain();
    test_ways();
    test_syllables();
    return tap_done();
}
