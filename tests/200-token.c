/* Tokens: positions, alternatives, offsets into the bytes given, sizes of keys. */
#include "tap.h"
#include "token/date.h"
#include "token/tokenise.h"

#include "hlsearch_inspect.h"

static struct hltoken_list list;

static size_t run(const char *text, int year)
{
    return hltoken_run(text, strlen(text), year, &list, NULL) ? SIZE_MAX : list.count;
}

static bool token_is(size_t i, const char *key, uint32_t position, const char *text,
                     const char *bytes)
{
    const struct hltoken *t = &list.tokens[i];
    return i < list.count && t->key_size == strlen(key) && !memcmp(t->key, key, t->key_size) &&
           t->position == position && t->end - t->start == strlen(bytes) &&
           !memcmp(text + t->start, bytes, strlen(bytes));
}

static void test_offsets(void)
{
    const char *text = "“Ho\u0300a\u00ad La\u0323c”\u00a0TP.HCM";
    OK(run(text, 0) == 5, "five tokens");
    OK(token_is(0, "hòa", 0, text, "Ho\u0300a"), "a decomposed word");
    OK(token_is(1, "lạc", 1, text, "La\u0323c"), "the next");
    OK(token_is(2, "tp", 2, text, "TP"), "a part");
    OK(token_is(3, "tphcm", 2, text, "TP.HCM") && list.tokens[3].alternative, "joined");
    OK(token_is(4, "hcm", 3, text, "HCM"), "the other part");
    OK(list.positions == 4 && list.tokens[0].syllable != HLTOKEN_NO_SYLLABLE &&
           list.tokens[2].syllable == HLTOKEN_NO_SYLLABLE,
       "positions and codes");
    text = "giá 3,5kg ngày 9/1/2021";
    OK(run(text, 0) == 8, "numbers");
    OK(token_is(1, "3.5", 1, text, "3,5") && token_is(2, "kg", 2, text, "kg"),
       "number and unit");
    OK(token_is(4, "9", 4, text, "9") && token_is(5, "@2021-01-09", 4, text, "9/1/2021"),
       "date");
    text = "công\u200bnghệ";
    OK(run(text, 0) == 1 && token_is(0, "côngnghệ", 0, text, text), "nothing seen, no border");
}

static void test_years(void)
{
    const char *text = "ngày 9/1";
    OK(run(text, 2020) == 5 && token_is(2, "@--01-09", 1, text, "9/1") &&
           token_is(3, "@2020-01-09", 1, text, "9/1"),
       "the article's year completes a date");
    OK(run("29/2", 2021) == 3, "no 29 February in 2021");
    OK(run("29/2", 2020) == 4, "but in 2020");
    OK(run("9/1/2019", 2020) == 4, "a year that is said is the year");
    OK(run("ngày 9 tháng 1", 2020) == 6, "in words too");
    struct hltoken_date date = {2100, 2, 29};
    OK(!hltoken_date_check(&date), "2100 is no leap year");
}

/* Words of every length around the limit, of letters of one to four bytes and growing ones. */
static void test_long(void)
{
    static const char *const units[] = {
        "x", "é", "漢", "\U00020000", "\u023a", "x\u0332\u0333", "7", "ạ", "\u0130"};
    int wrong = 0;
    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++)
        for (size_t count = 1; count < 700; count += 1 + count / 40) {
            static char text[9000];
            size_t size = 0, n = strlen(units[u]), end = 0;
            for (size_t i = 0; i < count; i++, size += n)
                memcpy(text + size, units[u], n);
            if (hltoken_run(text, size, 0, &list, NULL)) {
                wrong++;
                continue;
            }
            for (size_t i = 0; i < list.count; i++) {
                wrong += list.tokens[i].key_size > HLTOKEN_KEY_MAX ||
                         list.tokens[i].start != end || list.tokens[i].start % n != 0;
                end = list.tokens[i].end;
            }
            wrong += end != size;
        }
    OK(wrong == 0, "long words are cut between letters, and nothing is lost");
}

static void test_long_compounds(void)
{
    struct hlbuf text = {0};
    size_t parts = 0;
    for (; parts < 1000; parts++)
        hlbuf_put_format(&text, "%sp%zux", parts ? "." : "", parts);
    OK(!hltoken_run((const char *)text.data, text.size, 0, &list, NULL) &&
           list.count == parts && list.positions == parts,
       "a thousand parts, nothing joined");
    for (size_t cut = 60; cut < 70; cut++) {
        hlbuf_reset(&text);
        for (parts = 0; parts < cut; parts++)
            hlbuf_put_format(&text, "%sq%zux", parts ? "-" : "", parts);
        OK(!hltoken_run((const char *)text.data, text.size, 0, &list, NULL) &&
               list.count == parts,
           "%zu parts", cut);
    }
    hlbuf_reset(&text);
    for (size_t i = 0; i < 300; i++)
        hlbuf_put_string(&text, i ? ".000" : "1");
    OK(!hltoken_run((const char *)text.data, text.size, 0, &list, NULL) && list.count > 0,
       "a number past all sense");
    hlbuf_release(&text);
}

static void test_refusals(void)
{
    struct hl_error err;
    OK(hltoken_run("abc\xff", 4, 0, &list, &err) == HL_MISUSE && err.at == 3, "no UTF-8");
    OK(list.count == 0 && list.positions == 0, "and no tokens");
    OK(run("", 0) == 0 && run(" .,-&'/@ \u0301 …", 0) == 0, "nothing to index");
    OK(!hltoken_run("a\0b", 3, 0, &list, NULL) && list.count == 2, "a NUL is a border");
}

static void test_public(void)
{
    struct hl_tokens tokens;
    static const char text[] = "Kĩ sư TP.HCM";
    OK(!hl_tokens_make(text, strlen(text), &tokens, NULL) && tokens.count == 5,
       "hl_tokens_make");
    IS(tokens.tokens[0].key, "kĩ", "exact");
    IS(tokens.tokens[0].variant, "kỹ", "variant");
    IS(tokens.tokens[0].folded, "ki", "folded");
    IS(tokens.tokens[3].key, "tphcm", "joined");
    OK(tokens.tokens[3].alternative && !tokens.tokens[3].syllable &&
           tokens.tokens[0].syllable && tokens.tokens[4].position == 3 &&
           tokens.tokens[4].end == strlen(text),
       "the rest");
    hl_tokens_free(&tokens);
    OK(!hl_tokens_make("", 0, &tokens, NULL) && tokens.count == 0, "of nothing");
    hl_tokens_free(&tokens);
}

int main(void)
{
    hltoken_list_init(&list);
    test_offsets();
    test_years();
    test_long();
    test_long_compounds();
    test_refusals();
    test_public();
    hltoken_list_release(&list);
    return tap_done();
}
