/*
 * gen-messages - the table of translated messages, and which sentences it lacks.
 *
 *   gen-messages table FILE.tsv               prints the table as C, for src/cli/vietnamese.c
 *   gen-messages check FILE.tsv SOURCE...     exit 1 and a list where the two do not agree
 *   gen-messages list SOURCE...               every sentence that the sources say
 *
 * A line of the table is an English sentence, a tab, and what is said instead; = says that
 * it stays as it is.  Both are written as they stand between the quotes of a C source, with a
 * blank at either end as \040 and PRIu64 as <PRIu64>.  Conversions must agree: the same ones
 * in the same order, or all of them numbered (%2$s).  What is below a line that begins with
 * "#!" comes from elsewhere (libraries, names with another use) and need not be found.
 *
 * Sentences are found where the sources say them: string literals among the arguments of the
 * functions in SAYING below, the helps in tables of flags, .summary and .examples.  The
 * paragraphs of a .manual may be translated; those that are not stay English.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 8192, ROWS_MAX = 8192, DEPTH_MAX = 64, MACROS_MAX = 64, ARGS_MAX = 16 };

struct row {
    char *key, *said;
    const char *place; /* where it is said; NULL: nowhere yet */
    bool optional;
};

static struct row rows[ROWS_MAX], found[ROWS_MAX];
static size_t row_count, found_count;
static bool failed;

/* Names whose arguments are sentences; of those in `any` also a single word is. */
static const char *const SAYING[] = {
    "hlcli_fail",      "hlcli_wrong",   "hlcli_note",      "hlerr_set", "hlerr_set_at",
    "HLCLI_TEXT_FLAG", "hlimport_warn", "hlimport_reject", "fail",      "note",
    "wrong",           "map_bad",       "damage",          NULL};
static const char *const ANY[] = {
    "hlcli_say",  "hlerr_say",   "hlcli_point",          "hlio_error", "HLCLI_SAID",
    "HLERR_SAID", "reject_file", "hlcli_progress_stage", NULL};
static const char *const KINDS[] = {
    "HLCLI_SWITCH", "HLCLI_SET",  "HLCLI_TEXT", "HLCLI_COUNT", "HLCLI_SIZE", "HLCLI_REAL",
    "HLCLI_CHOICE", "HLCLI_LIST", "HLCLI_FORM", "HLCLI_LATER", NULL};

static bool among(const char *const *names, const char *name)
{
    for (; *names; names++)
        if (!strcmp(*names, name))
            return true;
    return false;
}

static void *or_die(void *p)
{
    if (!p) {
        fputs("gen-messages: out of memory\n", stderr);
        exit(2);
    }
    return p;
}

static char *read_whole(const char *path)
{
    FILE *file = fopen(path, "re");
    size_t size = 0, room = 1 << 16;
    char *text = or_die(malloc(room));
    if (!file) {
        fprintf(stderr, "gen-messages: cannot read %s\n", path);
        exit(2);
    }
    for (size_t n; (n = fread(text + size, 1, room - size - 1, file)) > 0;) {
        size += n;
        if (size + 1 == room)
            text = or_die(realloc(text, room *= 2));
    }
    text[size] = 0;
    fclose(file);
    return text;
}

/* ------------------------------------------------------------------- the table */

/* Blanks at the ends are escaped, so that no editor takes them away. */
static char *canonical(const char *text)
{
    size_t size = strlen(text);
    char *out = or_die(malloc(size + 9));
    bool before = size && text[0] == ' ', after = size > 1 && text[size - 1] == ' ';
    snprintf(out, size + 9, "%s%.*s%s", before ? "\\040" : "", (int)(size - before - after),
             text + before, after ? "\\040" : "");
    return out;
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct row *)a)->key, ((const struct row *)b)->key);
}

static struct row *find(const char *key)
{
    struct row want = {.key = (char *)key};
    return bsearch(&want, rows, row_count, sizeof *rows, by_key);
}

/* The conversion at p (behind its %): what it takes, and its number if it has one. */
static const char *conversion(const char *p, char *out, size_t room, unsigned *out_number)
{
    size_t n = 0;
    unsigned number = 0;
    const char *digits = p;
    while (isdigit((unsigned char)*digits))
        number = number * 10 + (unsigned)(*digits++ - '0');
    *out_number = *digits == '$' ? number : 0;
    if (*digits == '$')
        p = digits + 1;
    for (; *p && strchr("-+ #0123456789.*", *p); p++)
        if (*p == '*' && n + 1 < room)
            out[n++] = '*';
    if (*p == '<') {
        while (*p && *p != '>' && n + 1 < room)
            out[n++] = *p++;
        p += *p == '>';
    } else {
        while (*p && strchr("hlzjt", *p) && n + 1 < room)
            out[n++] = *p++;
        if (*p && n + 1 < room)
            out[n++] = *p++;
    }
    out[n] = 0;
    return p;
}

/* The conversions of a format by their place among the arguments; -1 where it is mixed up. */
static int conversions(const char *format, char out[ARGS_MAX][24])
{
    unsigned number, next = 0, most = 0;
    char one[24];
    bool numbered = false;
    memset(out, 0, ARGS_MAX * sizeof *out);
    for (const char *p = format; (p = strchr(p, '%'));) {
        memset(one, 0, sizeof one); /* compared whole */
        p = conversion(p + 1, one, sizeof one, &number);
        if (!strcmp(one, "%"))
            continue;
        if (next && (number != 0) != numbered)
            return -1;
        numbered = number != 0;
        unsigned at = numbered ? number - 1 : next;
        next++;
        if (at >= ARGS_MAX || (out[at][0] && strcmp(out[at], one) != 0))
            return -1;
        memcpy(out[at], one, sizeof one);
        most = at + 1 > most ? at + 1 : most;
    }
    for (unsigned i = 0; i < most; i++)
        if (!out[i][0])
            return -1;
    return (int)most;
}

static bool agree(const char *english, const char *said)
{
    char a[ARGS_MAX][24], b[ARGS_MAX][24];
    int n = conversions(english, a);
    return n >= 0 && n == conversions(said, b) && !memcmp(a, b, sizeof a);
}

static void complain(const char *path, size_t line, const char *what, const char *text)
{
    fprintf(stderr, "%s:%zu: %s: %s\n", path, line, what, text);
    failed = true;
}

static void read_table(const char *path)
{
    char *text = read_whole(path), *next = text;
    bool elsewhere = false;
    for (size_t line = 1; *next; line++) {
        char *start = next, *tab;
        next += strcspn(next, "\n");
        if (*next)
            *next++ = 0;
        if (start[0] == '#' && start[1] == '!')
            elsewhere = true;
        if (!*start || *start == '#')
            continue;
        tab = strchr(start, '\t');
        if (!tab || !tab[1]) {
            complain(path, line, "not translated", start);
            continue;
        }
        *tab = 0;
        const char *said = !strcmp(tab + 1, "=") ? start : tab + 1;
        if (!agree(start, said))
            complain(path, line, "conversions differ", start);
        if (row_count == ROWS_MAX)
            exit(2);
        rows[row_count++] = (struct row){canonical(start), canonical(said),
                                         elsewhere ? "elsewhere" : NULL, false};
    }
    qsort(rows, row_count, sizeof *rows, by_key);
    for (size_t i = 1; i < row_count; i++)
        if (!strcmp(rows[i - 1].key, rows[i].key))
            complain(path, 0, "twice", rows[i].key);
    free(text);
}

/* <PRIu64> leaves the quotes. */
static void print_literal(const char *text)
{
    putchar('"');
    for (; *text; text++)
        if (!strncmp(text, "<PRI", 4)) {
            size_t size = strcspn(text, ">");
            printf("\" %.*s \"", (int)size - 1, text + 1);
            text += size;
        } else
            putchar(*text);
    putchar('"');
}

static void print_table(void)
{
    puts("/* Made by tools/gen-messages; do not edit. */");
    for (size_t i = 0; i < row_count; i++) {
        if (!strcmp(rows[i].key, rows[i].said))
            continue;
        fputs("{", stdout);
        print_literal(rows[i].key);
        fputs(", ", stdout);
        print_literal(rows[i].said);
        puts("},");
    }
}

/* ----------------------------------------------------------------- the sources */

static struct {
    char name[64];
    char *text;
} macros[MACROS_MAX];
static size_t macro_count;

static const char *macro(const char *name)
{
    for (size_t i = 0; i < macro_count; i++)
        if (!strcmp(macros[i].name, name))
            return macros[i].text;
    return NULL;
}

struct scan {
    const char *path, *p;
    unsigned line;
    char word[128];       /* the last name, empty once something else came after it */
    char text[TEXT_MAX];  /* the last literals, joined */
    int level[DEPTH_MAX]; /* 0 silent, 1 a sentence, 2 a single word too, 3 examples */
    int kind[DEPTH_MAX];  /* commas since the kind of a flag; -1: none */
    int commas[DEPTH_MAX];
    int depth;
    bool summary, examples, manual;
};

static bool has_words(const char *text, bool any)
{
    bool letter = false, blank = false;
    char one[24];
    unsigned number;
    while (*text) {
        if (*text == '%') {
            text = conversion(text + 1, one, sizeof one, &number);
            continue;
        }
        if (*text == '\\' && text[1]) {
            text += 2;
            continue;
        }
        letter |= islower((unsigned char)*text) != 0;
        blank |= *text == ' ';
        text++;
    }
    return letter && (blank || any);
}

static void keep(struct scan *s, bool any)
{
    char place[256];
    if (!has_words(s->text, any) || found_count == ROWS_MAX)
        return;
    snprintf(place, sizeof place, "%s:%u", s->path, s->line);
    found[found_count++] =
        (struct row){canonical(s->text), NULL, or_die(strdup(place)), s->manual};
}

/* Each paragraph for itself. */
static void keep_manual(struct scan *s)
{
    static char whole[TEXT_MAX];
    memcpy(whole, s->text, sizeof whole);
    for (char *start = whole, *end; start; start = end) {
        end = strstr(start, "\\n\\n");
        if (end) {
            *end = 0;
            end += 4;
        }
        snprintf(s->text, sizeof s->text, "%s", start);
        keep(s, true);
    }
}

/* Blanks, comments, ends of lines, backslashes before them. */
static void skip(struct scan *s)
{
    for (;;) {
        if (*s->p == '\n')
            s->line++;
        if (isspace((unsigned char)*s->p) || (*s->p == '\\' && s->p[1] == '\n'))
            s->p++;
        else if (s->p[0] == '/' && s->p[1] == '*') {
            const char *end = strstr(s->p + 2, "*/");
            for (; end && s->p < end; s->p++)
                s->line += *s->p == '\n';
            s->p = end ? end + 2 : s->p + strlen(s->p);
        } else
            return;
    }
}

static size_t name_size(const char *p)
{
    size_t n = 0;
    if (isalpha((unsigned char)*p) || *p == '_')
        while (isalnum((unsigned char)p[n]) || p[n] == '_')
            n++;
    return n;
}

static void add(struct scan *s, const char *text, size_t size)
{
    size_t have = strlen(s->text);
    if (have + size + 1 < TEXT_MAX) {
        memcpy(s->text + have, text, size);
        s->text[have + size] = 0;
    }
}

/* Literals that stand side by side, with macros among them. */
static void literals(struct scan *s)
{
    s->text[0] = 0;
    for (;; skip(s)) {
        if (*s->p == '"') {
            const char *from = ++s->p;
            while (*s->p && *s->p != '"')
                s->p += *s->p == '\\' && s->p[1] ? 2 : 1;
            add(s, from, (size_t)(s->p - from));
            s->p += *s->p == '"';
            continue;
        }
        size_t size = name_size(s->p);
        char name[64];
        if (!size || size >= sizeof name)
            return;
        memcpy(name, s->p, size);
        name[size] = 0;
        const char *known = macro(name);
        if (known)
            add(s, known, strlen(known));
        else if (!strncmp(name, "PRI", 3)) {
            add(s, "<", 1);
            add(s, name, size);
            add(s, ">", 1);
        } else
            return;
        s->p += size;
    }
}

/* #define NAME "text" is remembered; of other lines the rest is scanned as code. */
static void directive(struct scan *s)
{
    char name[64];
    if (strncmp(s->p, "#define", 7)) {
        s->p += strcspn(s->p, "\n");
        return;
    }
    s->p += 7;
    skip(s);
    size_t size = name_size(s->p);
    bool good = size < sizeof name && s->p[size] != '(';
    memcpy(name, s->p, good ? size : 0);
    name[good ? size : 0] = 0;
    s->p += size;
    skip(s);
    if (*s->p != '"' || !good || macro(name) || macro_count == MACROS_MAX)
        return;
    literals(s);
    snprintf(macros[macro_count].name, sizeof macros->name, "%s", name);
    macros[macro_count++].text = or_die(strdup(s->text));
}

static void open_group(struct scan *s, char what)
{
    if (++s->depth == DEPTH_MAX) {
        fprintf(stderr, "gen-messages: %s:%u: too deep\n", s->path, s->line);
        exit(2);
    }
    int level = what == '{' && s->depth == 1 ? 0 : s->level[s->depth - 1];
    if (what == '(' && among(SAYING, s->word) && level < 1)
        level = 1;
    if (what == '(' && among(ANY, s->word))
        level = 2;
    if (what == '{' && s->examples)
        level = 3;
    s->level[s->depth] = level;
    s->kind[s->depth] = -1;
    s->commas[s->depth] = 0;
    s->examples = false;
}

static void take_literal(struct scan *s)
{
    int d = s->depth;
    literals(s);
    bool example = s->level[d] == 3;
    if (s->manual)
        keep_manual(s);
    else if (s->summary)
        keep(s, true);
    else if (example ? s->commas[d] == 1 : s->level[d] > 0)
        keep(s, s->level[d] == 2);
    else if (s->kind[d] == 3)
        keep(s, false);
    s->summary = s->manual = false;
    s->word[0] = 0;
}

static void take_name(struct scan *s, size_t size)
{
    snprintf(s->word, sizeof s->word, "%.*s", (int)size, s->p);
    s->p += size;
    if (among(KINDS, s->word))
        s->kind[s->depth] = 0;
}

static void take_mark(struct scan *s)
{
    char c = *s->p++;
    if (c == '(' || c == '{')
        open_group(s, c);
    else if ((c == ')' || c == '}') && s->depth)
        s->depth--;
    else if (c == ',') {
        s->commas[s->depth]++;
        if (s->kind[s->depth] >= 0)
            s->kind[s->depth]++;
    } else if (c == '.') {
        s->summary = !strncmp(s->p, "summary = ", 10);
        s->examples = !strncmp(s->p, "examples = ", 11);
        s->manual = !strncmp(s->p, "manual =", 8);
    } else if (c == '\'') {
        while (*s->p && *s->p != '\'')
            s->p += *s->p == '\\' && s->p[1] ? 2 : 1;
        s->p += *s->p == '\'';
    }
    s->word[0] = 0;
}

static bool is_macro(const char *p, size_t size)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)size, p);
    return macro(name) != NULL;
}

static void scan(const char *path)
{
    char *text = read_whole(path);
    struct scan *s = or_die(calloc(1, sizeof *s));
    s->path = path;
    s->p = text;
    s->line = 1;
    s->kind[0] = -1;
    for (skip(s); *s->p; skip(s)) {
        size_t size = name_size(s->p);
        if (*s->p == '#')
            directive(s);
        else if (*s->p == '"' || (size && s->level[s->depth] > 0 && is_macro(s->p, size)))
            take_literal(s);
        else if (size)
            take_name(s, size);
        else
            take_mark(s);
    }
    free(s);
    free(text);
}

/* --------------------------------------------------------------------- the rest */

static int check(void)
{
    size_t missing = 0;
    qsort(found, found_count, sizeof *found, by_key);
    for (size_t i = 0; i < found_count; i++) {
        bool again = i && !strcmp(found[i - 1].key, found[i].key);
        struct row *row = find(found[i].key);
        if (row)
            row->place = found[i].place;
        else if (!again && !found[i].optional) {
            fprintf(stderr, "%s: no translation: %s\n", found[i].place, found[i].key);
            missing++;
        }
    }
    for (size_t i = 0; i < row_count; i++)
        if (!rows[i].place) {
            fprintf(stderr, "nothing says this any more: %s\n", rows[i].key);
            missing++;
        }
    return missing || failed;
}

int main(int argc, char **argv)
{
    bool list = argc > 1 && !strcmp(argv[1], "list");
    if (argc < 3 || (!list && strcmp(argv[1], "table") && strcmp(argv[1], "check"))) {
        fputs(
            "usage: gen-messages table FILE.tsv | check FILE.tsv SOURCE... | list SOURCE...\n",
            stderr);
        return 2;
    }
    if (!list)
        read_table(argv[2]);
    /* Headers first: they define what other sources say by name. */
    for (int headers = 1; headers >= 0; headers--)
        for (int i = list ? 2 : 3; i < argc; i++)
            if (headers == (argv[i][strlen(argv[i]) - 1] == 'h'))
                scan(argv[i]);
    if (list) {
        for (size_t i = 0; i < found_count; i++)
            printf("%s\t%s\n", found[i].key, found[i].place);
        return 0;
    }
    if (!strcmp(argv[1], "check"))
        return check();
    print_table();
    return failed;
}
