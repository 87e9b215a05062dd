/*
 * Lists of synonyms: what words find in them (tests/cases/synonyms.tsv), which are refused
 * and why (tests/cases/synonyms-wrong.tsv), the list compiled in, lists without measure.
 */
#include "query/synonyms.h"
#include "base/mem.h"
#include "scratch.h"
#include "tap.h"
#include "token/tokenise.h"

#include <assert.h>

enum { LINE_ROOM = 4096, COLUMNS_MAX = 6, WORDS_MAX = 64 };

/* ------------------------------------------------------------------------- tables */

/* \n, \r, \xNN and \ufeff to bytes, in place; the size. */
static size_t unescape(char *text)
{
    char *to = text;
    for (const char *p = text; *p;) {
        if (!strncmp(p, "\\ufeff", 6)) {
            memcpy(to, "\xef\xbb\xbf", 3);
            to += 3;
            p += 6;
        } else if (p[0] == '\\' && p[1] == 'x') {
            const char hex[3] = {p[2], p[3], 0};
            *to++ = (char)strtol(hex, NULL, 16);
            p += 4;
        } else if (p[0] == '\\' && (p[1] == 'n' || p[1] == 'r')) {
            *to++ = p[1] == 'n' ? '\n' : '\r';
            p += 2;
        } else {
            *to++ = *p++;
        }
    }
    *to = 0;
    return (size_t)(to - text);
}

static size_t table_read(const char *path, void (*each)(char **columns))
{
    char line[LINE_ROOM], *columns[COLUMNS_MAX];
    size_t count = 0;
    FILE *f = fopen(path, "r");
    OK(f != NULL, "%s is there", path);
    while (f && fgets(line, sizeof line, f)) {
        if ((*line == '#' && line[1] == ' ') || !strcmp(line, "#\n"))
            if (!strchr(line, '\t') || !strncmp(line, "# list\t", 7))
                continue;
        line[strcspn(line, "\n")] = 0;
        char *p = line;
        for (size_t i = 0; i < COLUMNS_MAX; i++) {
            char *tab = strchr(p, '\t');
            columns[i] = p;
            if (tab)
                *tab = 0;
            p = tab ? tab + 1 : p + strlen(p);
        }
        each(columns);
        count++;
    }
    if (f)
        fclose(f);
    return count;
}

/* ------------------------------------------------------------------------ matching */

/* The words of a query as keys, taken as a search takes them; how many. */
static uint32_t keys_of(const char *text, bool joined, struct hltoken_list *list,
                        struct hlarena *arena, struct hlq_synonym_key keys[WORDS_MAX])
{
    uint32_t count = 0, covered = 0;
    if (hltoken_run(text, strlen(text), 0, list, NULL) != HL_OK)
        return 0;
    for (size_t i = 0; i < list->count && count < WORDS_MAX; i++) {
        const struct hltoken *t = &list->tokens[i];
        if (t->alternative || t->start < covered)
            continue;
        if (joined && i + 1 < list->count && t[1].alternative)
            covered = (++t)->end;
        if (hlq_synonym_key(t->key, t->key_size, arena, &keys[count++], NULL) != HL_OK)
            return 0;
    }
    return count;
}

static void add_others(const struct hl_synonyms *s, const struct hlq_synonym *member, char *out,
                       size_t room)
{
    const struct hlq_synonym *other;
    char words[256];
    *out = 0;
    for (uint32_t i = 0; (other = hlq_synonyms_other(s, member, i)) != NULL; i++) {
        hlq_synonym_text(other, words, sizeof words);
        if (i)
            strncat(out, " ; ", room - strlen(out) - 1);
        strncat(out, words, room - strlen(out) - 1);
    }
}

/* What a query finds, "-" for nothing. */
static void find(const struct hl_synonyms *s, const char *query, const char *how,
                 char *out_member, char *out_others, size_t room)
{
    struct hlq_synonym_key keys[WORDS_MAX];
    struct hltoken_list list;
    struct hlarena arena = {0};
    hltoken_list_init(&list);
    uint32_t count = keys_of(query, strstr(how, "joined") != NULL, &list, &arena, keys);
    const struct hlq_synonym *member =
        hlq_synonyms_match(s, keys, count, strstr(how, "folded") != NULL);
    snprintf(out_member, room, "-");
    snprintf(out_others, room, "-");
    if (member) {
        hlq_synonym_text(member, out_member, room);
        add_others(s, member, out_others, room);
    }
    hltoken_list_release(&list);
    hlarena_release(&arena);
}

static void check_case(char **columns)
{
    char list[LINE_ROOM], member[512], others[1024];
    struct hl_synonyms *s = NULL;
    struct hl_error err;
    const char *query = columns[1], *why = columns[5];
    assert(*why && "a case says why");
    snprintf(list, sizeof list, "%s", columns[0]);
    size_t size = unescape(list);
    bool is_default = !strcmp(list, "default");
    if (!is_default && hl_synonyms_read(NULL, list, size, &s, &err) != HL_OK) {
        OK(false, "%s [%s]: %s", why, columns[0], err.text);
        return;
    }
    find(is_default ? hl_synonyms_default() : s, query, columns[2], member, others,
         sizeof member);
    if (!OK(!strcmp(member, columns[3]) && !strcmp(others, columns[4]), "%s [%s]", why, query))
        printf("#   got:  %s: %s\n#   want: %s: %s\n", member, others, columns[3], columns[4]);
    hl_synonyms_free(s);
}

static void check_wrong_case(char **columns)
{
    struct hl_synonyms *untouched = (struct hl_synonyms *)columns, *s = untouched;
    struct hl_error err = {.at = -2};
    char shown[LINE_ROOM], place[64];
    long line = strtol(columns[1], NULL, 10);
    snprintf(shown, sizeof shown, "%s", columns[0]);
    snprintf(place, sizeof place, "my.txt:%ld: ", line);
    hl_status status = hl_synonyms_read("my.txt", columns[0], unescape(columns[0]), &s, &err);
    if (!OK((status == HL_MISUSE || status == HL_LIMIT) && err.code == status &&
                s == untouched && err.at == line && !strncmp(err.text, place, strlen(place)) &&
                strstr(err.text, columns[2]),
            "refused: %s [%s]", columns[3], shown))
        printf("#   got:  %s\n#   want: %s%s\n", status == HL_OK ? "a list" : err.text, place,
               columns[2]);
    if (status == HL_OK)
        hl_synonyms_free(s);
}

/* ------------------------------------------------------------------------- limits */

/* A list of `count` lines made by a format with one number, read; the status. */
static hl_status read_many(const char *format, size_t count, struct hl_synonyms **out_s,
                           struct hl_error *err)
{
    size_t room = count * 64 + 64, size = 0;
    char *text = malloc(room);
    assert(text);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    for (size_t i = 0; i < count; i++)
        size += (size_t)snprintf(text + size, room - size, format, i, i + 1);
#pragma GCC diagnostic pop
    hl_status status = hl_synonyms_read(NULL, text, size, out_s, err);
    free(text);
    return status;
}

static void check_limits(void)
{
    struct hl_synonyms *s = NULL;
    struct hl_error err;
    char member[256], others[4096];
    OK(read_many("aq%zu = bq%zu\n", 20000, &s, &err) == HL_OK, "20,000 groups are a list");
    find(s, "aq19999", "-", member, others, sizeof member);
    OK(!strcmp(others, "bq20000"), "the last of them is found");
    hl_synonyms_free(s);
    OK(read_many("aq%zu = bq%zu\n", 20001, &s, &err) == HL_LIMIT && err.at == 20001 &&
           strstr(err.text, "synonyms:20001: more than 20000 groups"),
       "one more is too much, and its line is named");
    OK(read_many("aq%zu = bq%zu\n", 100000, &s, &err) == HL_LIMIT && *err.text,
       "100,000 are refused");
    OK(read_many("a%zu = a%zu\n", 31, &s, &err) == HL_OK, "a chain of 32 members is a group");
    find(s, "a31", "-", member, others, sizeof member);
    OK(strstr(others, "a0 ; a1 ") && strstr(others, " ; a30"), "its ends find each other");
    hl_synonyms_free(s);
    OK(read_many("a%zu = a%zu\n", 32, &s, &err) == HL_LIMIT && err.at == 32 &&
           strstr(err.text, "synonyms:32: with the lines that share a member"),
       "a longer chain is not, by the line that made it so");
    OK(read_many("m => n%zu = o%zu\n", 15, &s, &err) == HL_OK, "one way to 30 others");
    hl_synonyms_free(s);
    OK(read_many("m => n%zu = p%zu\n", 16, &s, &err) == HL_LIMIT && err.at == 16,
       "one way to too many");
    OK(read_many("x%zu = ", 33, &s, &err) == HL_LIMIT && err.at == 1 &&
           strstr(err.text, "more than 32 members"),
       "too many members in a line");
    OK(read_many("c%zu = c%zu\nx = z\n", 19999 / 2, &s, &err) == HL_LIMIT,
       "a chain through the whole list");
}

/* One text of 1 MiB made of a piece again and again; it is read or refused, in time. */
static void check_huge(const char *piece, const char *what)
{
    size_t size = HLQ_SYNONYM_BYTES_MAX, n = strlen(piece);
    char *text = malloc(size + 1);
    struct hl_synonyms *s = NULL;
    struct hl_error err;
    assert(text);
    for (size_t i = 0; i <= size; i++)
        text[i] = piece[i % n];
    while (((unsigned char)text[size] & 0xc0) == 0x80) /* not inside a character */
        size--;
    hl_status status = hl_synonyms_read(NULL, text, size, &s, &err);
    OK(status == HL_OK || ((status == HL_MISUSE || status == HL_LIMIT) &&
                           strnlen(err.text, sizeof err.text) < sizeof err.text),
       "1 MiB of %s: %s", what, status == HL_OK ? "read" : hl_status_name(status));
    if (status == HL_OK)
        hl_synonyms_free(s);
    free(text);
}

static void check_sizes(void)
{
    char *text = calloc(HLQ_SYNONYM_BYTES_MAX + 1, 1);
    struct hl_synonyms *s = NULL;
    struct hl_error err;
    assert(text);
    memset(text, '#', HLQ_SYNONYM_BYTES_MAX + 1);
    OK(hl_synonyms_read(NULL, text, HLQ_SYNONYM_BYTES_MAX, &s, &err) == HL_OK,
       "1 MiB is a list");
    hl_synonyms_free(s);
    OK(hl_synonyms_read(NULL, text, HLQ_SYNONYM_BYTES_MAX + 1, &s, &err) == HL_LIMIT &&
           strstr(err.text, "1 MiB"),
       "a byte more is too much");
    OK(hl_synonyms_read(NULL, NULL, 0, &s, &err) == HL_OK, "no text is an empty list");
    OK(!hlq_synonyms_match(s, NULL, 0, true), "an empty list has nothing");
    hl_synonyms_free(s);
    OK(hl_synonyms_read(NULL, NULL, 1, &s, &err) == HL_MISUSE, "no pointer to text is misuse");
    OK(!hlq_synonyms_match(NULL, NULL, 0, true), "no list has nothing");
    hl_synonyms_free(NULL);
    free(text);
    check_huge("a", "one letter");
    check_huge("a ", "one-letter words");
    check_huge("a=", "one member");
    check_huge("=", "signs");
    check_huge("=>", "arrows");
    check_huge("\n", "line ends");
    check_huge("a=b\n", "one group");
    check_huge("ắ\n", "lines of one letter");
    check_huge("\xcc\x81", "marks without letters");
    check_huge("A.B-C&D=b\n", "joined words");
}

/* --------------------------------------------------------------------------- notes */

static void check_notes(void)
{
    static const char text[] = "a = b\nc = d\nkỹ = vắc xin\nb = c\nkĩ = e\n"
                               "a => e\nA.B => d\n";
    struct hl_synonyms *s = NULL;
    struct hl_error err;
    if (!OK(hl_synonyms_read(NULL, text, sizeof text - 1, &s, &err) == HL_OK,
            "lines that share"))
        return;
    const struct hl_note *first = hl_synonyms_note(s, 0), *second = hl_synonyms_note(s, 1);
    IS(first ? first->text : NULL, "line 4: \"b\" stands in line 1 too; their groups are one",
       "a merge is told");
    OK(first && first->at == 4, "with its line");
    IS(second ? second->text : NULL, "line 4: \"c\" stands in line 2 too; their groups are one",
       "in the order of lines");
    OK(hl_synonyms_note(s, 2) && hl_synonyms_note(s, 2)->at == 5 && !hl_synonyms_note(s, 3),
       "and nothing else is");
    OK(!hl_synonyms_note(NULL, 0), "no list has no notes");
    hl_synonyms_free(s);
}

/* -------------------------------------------------------------------------- memory */

static size_t allocations, fail_at, live;

static void *failing_realloc(void *p, size_t size)
{
    if (++allocations == fail_at)
        return NULL;
    live += !p;
    return realloc(p, size);
}

static void counting_free(void *p)
{
    live -= p != NULL;
    free(p);
}

/* The n-th allocation fails, for every n: HL_NOMEM, and nothing is kept. */
static void check_memory(void)
{
    static const struct hlmem_hook hook = {failing_realloc, counting_free};
    static const char text[] = "ôxy = oxy\nTP.HCM = vắcxin\nvắcxin = x => oxy\n";
    hl_status status = HL_NOMEM;
    bool good = true;
    size_t n = 0;
    hlmem_set_hook(&hook);
    while (good && status == HL_NOMEM && n < 1000) {
        struct hl_synonyms *s = NULL;
        struct hl_error err;
        allocations = live = 0;
        fail_at = ++n;
        status = hl_synonyms_read(NULL, text, sizeof text - 1, &s, &err);
        good = status == HL_OK || (status == HL_NOMEM && err.code == HL_NOMEM && !s);
        if (status == HL_OK)
            hl_synonyms_free(s);
        good = good && !live;
    }
    hlmem_set_hook(NULL);
    OK(good && status == HL_OK && n > 5, "out of memory at any of %zu allocations", n - 1);
}

/* --------------------------------------------------------------------------- files */

static void check_files(void)
{
    struct hl_synonyms *s = NULL;
    struct hl_error err;
    char member[256], others[256];
    const char *path = scratch_name("mine.txt");
    FILE *f = fopen(path, "w");
    assert(f);
    fputs("# mine\nchó = cún\nmèo\n", f);
    fclose(f);
    OK(hl_synonyms_open(path, &s, &err) == HL_MISUSE && !s && strstr(err.text, path) &&
           strstr(err.text, ":3: a group needs two members"),
       "a mistake is told with file and line");
    f = fopen(path, "w");
    assert(f);
    fputs("chó = cún", f);
    fclose(f);
    if (OK(hl_synonyms_open(path, &s, &err) == HL_OK, "a file, also without a last line end")) {
        find(s, "cún con", "-", member, others, sizeof member);
        IS(others, "chó", "what it says is found");
        hl_synonyms_free(s);
    }
    OK(hl_synonyms_open(scratch_name("none"), &s, &err) == HL_NOT_FOUND && *err.text,
       "no file: not found");
    OK(hl_synonyms_open(scratch_path, &s, &err) == HL_IO && strstr(err.text, "no regular file"),
       "a folder is no list");
    OK(truncate(path, HLQ_SYNONYM_BYTES_MAX + 1) == 0 &&
           hl_synonyms_open(path, &s, &err) == HL_LIMIT,
       "a large file is not even read");
}

/* ------------------------------------------------------------------------- default */

/* Keys of the table are what this build makes of them, and each finds its own member. */
static void check_member(const struct hl_synonyms *s, const struct hlq_synonym *m)
{
    char words[512], got[512], others[4096];
    hlq_synonym_text(m, words, sizeof words);
    find(s, words, "-", got, others, sizeof got);
    bool one = strstr(words, "@") != NULL;
    if (strcmp(words, got) && !one)
        OK(false, "%s (line %u) finds itself, not %s", words, m->line, got);
    for (uint32_t i = 0; i < m->count; i++)
        if (m->keys[i].size != strlen(m->keys[i].bytes) ||
            m->keys[i].variant_size != strlen(m->keys[i].variant) ||
            m->keys[i].folded_size != strlen(m->keys[i].folded))
            OK(false, "line %u: sizes of the table", m->line);
}

/* Words of one syllable that mean something else in lower case; see the list's head. */
static void check_forbidden(const struct hl_synonyms *s)
{
    static const char *const words[] = {"ai",  "mỹ",   "nga", "úc", "đức", "anh", "pháp", "ý",
                                        "gen", "mạng", "do",  "có", "và",  "của", "it",   "us"};
    char member[256], others[1024];
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        find(s, words[i], "-", member, others, sizeof member);
        OK(!strcmp(member, "-"), "the default has no %s", words[i]);
    }
}

static void check_default(void)
{
    const struct hl_synonyms *s = hl_synonyms_default();
    struct hl_synonyms *read = NULL;
    struct hl_error err;
    size_t differ = 0;
    OK(s && s == hl_synonyms_default() && !hl_synonyms_note(s, 0), "a default, without notes");
    OK(s->group_count >= 100, "%u groups", s->group_count);
    if (!OK(hl_synonyms_open("src/query/synonyms.txt", &read, &err) == HL_OK, "its text"))
        printf("# %s\n", err.text);
    if (!read)
        return;
    OK(!hl_synonyms_note(read, 0), "no two lines of it share a member");
    bool same = s->count == read->count && s->group_count == read->group_count;
    OK(same, "%u members, as many as the text has", s->count);
    for (uint32_t i = 0; same && i < s->count; i++) {
        check_member(s, s->sorted[i]);
        differ +=
            s->sorted[i]->line != read->sorted[i]->line ||
            !hlq_synonym_same(s->sorted[i], read->sorted[i]) ||
            s->groups[s->sorted[i]->group].count != read->groups[read->sorted[i]->group].count;
    }
    OK(!differ, "the table is what the text says");
    hl_synonyms_free(read);
    check_forbidden(s);
}

int main(void)
{
    scratch_begin();
    OK(table_read("tests/cases/synonyms.tsv", check_case) >= 50, "cases were read");
    OK(table_read("tests/cases/synonyms-wrong.tsv", check_wrong_case) >= 15,
       "wrong cases were read");
    check_limits();
    check_sizes();
    check_notes();
    check_memory();
    check_files();
    check_default();
    return tap_done();
}
