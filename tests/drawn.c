/*
 * drawn.c - see drawn.h.
 */
#include "drawn.h"

#include "oracle_keys.h"

#include <assert.h>
#include <time.h>

enum { PARTS = 4, DEPTH_MAX = 4 };

/* ------------------------------------------------------------------------- drawing */

static uint64_t pick(struct drawn *d, uint64_t below)
{
    return tap_random(d->seed) % below;
}

static struct oracle_tree *new_trees(struct drawn *d, size_t count)
{
    struct oracle_tree *trees = &d->trees[d->tree_count];
    d->tree_count += count;
    assert(d->tree_count <= DRAWN_TREES);
    for (size_t i = 0; i < count; i++)
        trees[i] = (struct oracle_tree){.kind = TREE_WORDS, .field = -1, .slop = -1};
    return trees;
}

static const char *keep_text(struct drawn *d, const char *text)
{
    char *kept = d->texts + d->text_size;
    d->text_size += strlen(text) + 1;
    assert(d->text_size <= DRAWN_TEXTS);
    return memcpy(kept, text, strlen(text) + 1);
}

/* A word that no operator could be seen in. */
static void draw_plain(struct drawn *d, char out[SCRATCH_WORD_ROOM])
{
    do
        snprintf(out, SCRATCH_WORD_ROOM, "%s", scratch_draw(&d->archive->lexicon, d->seed));
    while (strpbrk(out, "-.,&:/"));
}

/* Now and then the beginning of a word, now and then the word without its marks. */
static void change_word(struct drawn *d, char word[SCRATCH_WORD_ROOM + 1], bool prefixes)
{
    uint64_t r = pick(d, 12);
    char bare[SCRATCH_WORD_ROOM];
    bool letters = true;
    for (const char *p = word; *p; p++)
        letters = letters && ((unsigned char)*p >= 0x80 || (*p | 32) >= 'a');
    if (r == 0 && prefixes && letters) {
        size_t at = 0;
        for (uint64_t n = 1 + pick(d, 3); n && word[at]; n--)
            for (at++; ((unsigned char)word[at] & 0xc0) == 0x80;)
                at++;
        memcpy(word + at, "*", 2);
    } else if (r < 3) {
        oracle_fold(word, bare, sizeof bare);
        snprintf(word, SCRATCH_WORD_ROOM, "%s", bare);
    } else if (r == 3 && pick(d, 3) == 0) {
        snprintf(word, SCRATCH_WORD_ROOM, "zzqx");
    } else if (r == 4 && prefixes && letters && strlen(word) + 2 < SCRATCH_WORD_ROOM) {
        memmove(word + 1, word, strlen(word) + 1);
        *word = '=';
    }
}

/* Words in a row of some article, or any. */
static const char *draw_words(struct drawn *d, size_t count, bool prefixes)
{
    const struct hl_article *article = &d->archive->articles[pick(d, d->archive->count)];
    const char *fields[] = {article->body, article->body, article->title, NULL};
    const char *from = fields[pick(d, 4)];
    char text[256] = "", word[SCRATCH_WORD_ROOM + 1];
    size_t size = 0;
    for (uint64_t skip = from ? pick(d, strlen(from) + 1) : 0; from && skip; skip--)
        from += *from != '\0';
    from = from ? strchr(from, ' ') : NULL;
    for (size_t i = 0; i < count; i++) {
        size_t length = from ? strcspn(from + 1, " ,.\n") : 0;
        snprintf(word, sizeof word, "%.*s", (int)(length < 23 ? length : 23),
                 from ? from + 1 : "");
        if (!*word || strpbrk(word, "-.,&:/"))
            draw_plain(d, word);
        change_word(d, word, prefixes);
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%s", i ? " " : "", word);
        from = from && *from ? strchr(from + 1, ' ') : NULL;
    }
    return keep_text(d, text);
}

static int64_t midnight(int year, int month, int day)
{
    struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
    return (int64_t)timegm(&tm) - 7 * 3600;
}

/* A day, month or year about the dates of scratch.h, spelled in one of the ways. */
static void draw_day(struct drawn *d, char *out, size_t room, int64_t *from, int64_t *to)
{
    int year = 2017, month = 7 + (int)pick(d, 3), day = 1 + (int)pick(d, 30);
    const char *mark = &"/-."[pick(d, 3)];
    switch (pick(d, 5)) {
    case 0:
        year = 2016 + (int)pick(d, 3);
        snprintf(out, room, "%d", year);
        *from = midnight(year, 1, 1);
        *to = midnight(year + 1, 1, 1);
        return;
    case 1:
        snprintf(out, room, pick(d, 2) ? "%d%c2017" : "%02d%c2017", month, *mark);
        *from = midnight(year, month, 1);
        *to = midnight(year, month + 1, 1);
        return;
    case 2:
        snprintf(out, room, "2017%c%02d%c%02d", *mark, month, *mark, day);
        break;
    default:
        snprintf(out, room, "%d%c%d%c2017", day, *mark, month, *mark);
    }
    *from = midnight(year, month, day);
    *to = midnight(year, month, day + 1);
}

static void draw_days(struct drawn *d, struct oracle_tree *t)
{
    static const char *const names[] = {"date", "after", "before", "date", "Date"};
    char day[64], other[64], text[160];
    int64_t from, to, from_other, to_other;
    size_t way = pick(d, 5);
    draw_day(d, day, sizeof day, &from, &to);
    draw_day(d, other, sizeof other, &from_other, &to_other);
    snprintf(text, sizeof text, "%s:%s", names[way], day);
    if (way == 3 && to_other > from) {
        snprintf(text, sizeof text, "date:%s..%s", day, other);
        to = to_other;
    }
    t->kind = TREE_DAYS;
    t->text = keep_text(d, text);
    t->from = way == 2 ? INT64_MIN : from;
    t->to = way == 1 ? INT64_MAX : way == 2 ? from : to;
}

static void draw_value(struct drawn *d, struct oracle_tree *t)
{
    static const enum oracle_place places[] = {ORACLE_SECTION, ORACLE_SOURCE, ORACLE_TAG};
    static const char *const values[3][5] = {{"KHOA học", "khoa hoc", "so", "Số", "khoa"},
                                             {"vnbao", "Nhân dân", "nhan dan", "zzqx", "VnBao"},
                                             {"vũ trụ", "Vu tru", "AI", "chíp", "zzqx"}};
    size_t column = pick(d, 3);
    t->kind = TREE_VALUE;
    t->place = places[column];
    t->text = values[column][pick(d, 5)];
}

static void draw_row(struct drawn *d, struct oracle_tree *t)
{
    t->kind = TREE_ROW;
    t->text = draw_words(d, 1 + pick(d, 4), true);
    t->slop = pick(d, 2) ? -1 : (int)pick(d, 6);
    t->field = pick(d, 3) ? -1 : (int)pick(d, 3);
}

static void draw_leaf(struct drawn *d, struct oracle_tree *t)
{
    switch (pick(d, 16)) {
    case 0:
        draw_value(d, t);
        break;
    case 1:
        draw_days(d, t);
        break;
    case 2:
        t->kind = TREE_APART;
        t->field = (int)pick(d, 3);
        t->text = draw_words(d, 1 + pick(d, 3), true);
        break;
    case 3:
        t->kind = TREE_ROW;
        t->field = (int)pick(d, 3);
        t->text = draw_words(d, 1, true);
        break;
    case 4:
    case 5:
    case 6:
        draw_row(d, t);
        break;
    default:
        t->text = draw_words(d, 1 + pick(d, pick(d, 3) ? 2 : 4), true);
    }
}

static void draw_any(struct drawn *d, struct oracle_tree *t, unsigned depth);
static void draw_list(struct drawn *d, struct oracle_tree *t, unsigned depth, size_t count);

/* What is left out: a word, a phrase, anything in parentheses. */
static void draw_excluded(struct drawn *d, struct oracle_tree *t, unsigned depth)
{
    switch (pick(d, depth ? 6 : 4)) {
    case 0:
        draw_row(d, t);
        break;
    case 1:
        draw_value(d, t);
        break;
    case 2:
        draw_days(d, t);
        break;
    case 3:
        t->kind = TREE_ROW;
        t->text = draw_words(d, 1, true);
        break;
    case 4:
        draw_any(d, t, depth - 1);
        break;
    default:
        draw_list(d, t, depth - 1, 1 + pick(d, 2));
    }
    t->excluded = true;
}

/* Parts that all have to hold; two runs of words side by side would be one. */
static void draw_list(struct drawn *d, struct oracle_tree *t, unsigned depth, size_t count)
{
    t->kind = TREE_ALL;
    t->parts = new_trees(d, count);
    t->count = count;
    size_t wanted = pick(d, count);
    for (size_t i = 0; i < count; i++) {
        struct oracle_tree *part = &t->parts[i];
        uint64_t r = pick(d, 8);
        if (i != wanted && r < 2)
            draw_excluded(d, part, depth);
        else if (depth && r < 5)
            draw_any(d, part, depth - 1);
        else
            draw_leaf(d, part);
        if (i && i != wanted && part[-1].kind == TREE_ANY && pick(d, 6) == 0)
            *part = part[-1]; /* a group a second time, maybe spelled another way */
        bool touches = i && part->kind == TREE_WORDS && part[-1].kind == TREE_WORDS;
        if (touches)
            draw_row(d, part);
    }
}

static void draw_any(struct drawn *d, struct oracle_tree *t, unsigned depth)
{
    t->kind = TREE_ANY;
    t->count = 2 + pick(d, PARTS - 2);
    t->parts = new_trees(d, t->count);
    bool plain = pick(d, 4) == 0, field = !plain && pick(d, 8) == 0;
    t->field = field ? (int)pick(d, 3) : -1; /* a name before the parentheses */
    for (size_t i = 0; i < t->count; i++) {
        struct oracle_tree *part = &t->parts[i];
        uint64_t r = pick(d, 8);
        if (plain || field) {
            part->kind = field ? TREE_ROW : TREE_WORDS;
            part->field = t->field;
            part->text = draw_words(d, 1, true);
        } else if (depth && r < 2) {
            draw_list(d, part, depth - 1, 2 + pick(d, 2));
        } else if (depth && r == 2) {
            draw_any(d, part, depth - 1);
        } else {
            draw_leaf(d, part);
        }
    }
}

/* ------------------------------------------------------------------------ spelling */

static void put(struct drawn *d, const char *text)
{
    d->size += (size_t)snprintf(d->text + d->size, DRAWN_ROOM - d->size, "%s", text);
    assert(d->size < DRAWN_ROOM);
}

static const char *name_of(struct drawn *d, int place)
{
    static const char *const names[2][7] = {
        {"title:", "lead:", "body:", "section:", "source:", "author:", "tag:"},
        {"TITLE:", "Lead:", "bodY:", "SECTION:", "Source:", "author:", "Tag:"}};
    return names[pick(d, 6) == 0][place];
}

static void spell_quoted(struct drawn *d, const char *text, int slop)
{
    char near[16] = "";
    bool curly = pick(d, 8) == 0;
    if (slop >= 0)
        snprintf(near, sizeof near, "~%d", slop);
    put(d, curly ? "“" : "\"");
    put(d, text);
    put(d, curly ? "”" : "\"");
    put(d, near);
}

static void spell_list(struct drawn *d, const struct oracle_tree *t);
static void spell_any(struct drawn *d, const struct oracle_tree *t);

/* A row: quoted, but where a single word of a field or one that is left out can go without. */
static void spell_row(struct drawn *d, const struct oracle_tree *t)
{
    bool single = !strchr(t->text, ' ') && t->slop < 0;
    if (t->field >= 0)
        put(d, name_of(d, t->field));
    if (single && (t->field >= 0 || t->excluded) && pick(d, 3))
        put(d, t->text);
    else
        spell_quoted(d, t->text, t->slop);
}

/* An ANY in the parentheses that it needs, or a name before them. */
static void spell_group(struct drawn *d, const struct oracle_tree *t)
{
    bool named = t->field >= 0;
    if (named)
        put(d, name_of(d, t->field));
    put(d, pick(d, 6) ? "(" : "( ");
    for (size_t i = 0; named && i < t->count; i++) {
        put(d, i ? " OR " : "");
        put(d, t->parts[i].text);
    }
    if (!named)
        spell_any(d, t);
    put(d, pick(d, 6) ? ")" : " )");
}

/* A run, with parentheses around some of its words where these change nothing. */
static void spell_words(struct drawn *d, const char *text, bool listed)
{
    bool open = false;
    for (const char *p = text; *p;) {
        size_t length = strcspn(p, " ");
        char word[SCRATCH_WORD_ROOM + 2];
        snprintf(word, sizeof word, "%.*s", (int)length, p);
        if (listed && !open && pick(d, 16) == 0) {
            put(d, "(");
            open = true;
        }
        put(d, word);
        if (open && pick(d, 2)) {
            put(d, ")");
            open = false;
        }
        p += length;
        if (*p)
            put(d, pick(d, 20) ? " " : "  \t");
        p += strspn(p, " ");
    }
    put(d, open ? ")" : "");
}

/* apart: what stands beside it would join it, were there no parentheses. */
static void spell(struct drawn *d, const struct oracle_tree *t, bool apart, bool listed)
{
    /* Parentheses around one thing change nothing; after a minus they are a group. */
    bool idle = !t->excluded && t->kind != TREE_ALL && pick(d, 12) == 0;
    put(d, t->excluded ? "-" : "");
    put(d, idle ? "(" : "");
    switch (t->kind) {
    case TREE_WORDS:
        spell_words(d, t->text, listed || idle);
        break;
    case TREE_ROW:
        spell_row(d, t);
        break;
    case TREE_APART:
        put(d, name_of(d, t->field));
        put(d, "(");
        put(d, t->text);
        put(d, ")");
        break;
    case TREE_VALUE:
        put(d, name_of(d, (int)t->place));
        if (strchr(t->text, ' ') || pick(d, 2))
            spell_quoted(d, t->text, -1);
        else
            put(d, t->text);
        break;
    case TREE_DAYS:
        put(d, t->text);
        break;
    case TREE_ALL:
        put(d, "(");
        spell_list(d, t);
        put(d, ")");
        break;
    case TREE_ANY:
        if (t->field >= 0 || apart || t->excluded || pick(d, 2))
            spell_group(d, t);
        else
            spell_any(d, t);
    }
    put(d, idle ? ")" : "");
}

static void spell_any(struct drawn *d, const struct oracle_tree *t)
{
    for (size_t i = 0; i < t->count; i++) {
        put(d, i ? pick(d, 8) ? " OR " : "  OR\t" : "");
        spell(d, &t->parts[i], true, false);
    }
}

/* Runs and alternatives beside alternatives need parentheses. */
static bool takes_part(const struct oracle_tree *t)
{
    return !t->excluded && (t->kind == TREE_WORDS || t->kind == TREE_ANY);
}

static void spell_list(struct drawn *d, const struct oracle_tree *t)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct oracle_tree *p = &t->parts[i];
        bool apart = (i && takes_part(&p[-1])) || (i + 1 < t->count && takes_part(&p[1]));
        put(d, i ? " " : "");
        if (i && pick(d, 24) == 0)
            put(d, pick(d, 2) ? "() " : "\"\" "); /* nothing */
        spell(d, p, apart, !p->excluded);
    }
}

void drawn_begin(struct drawn *d, const struct scratch_archive *archive, uint64_t *seed)
{
    d->archive = archive;
    d->seed = seed;
}

struct oracle_tree *drawn_query(struct drawn *d, size_t parts_max)
{
    d->tree_count = d->text_size = d->size = 0;
    d->text[0] = '\0';
    /* Most queries are small, so that what differs is soon seen. */
    unsigned depth = pick(d, 3) ? (unsigned)pick(d, 2) : (unsigned)pick(d, DEPTH_MAX + 1);
    struct oracle_tree *all = new_trees(d, 1);
    draw_list(d, all, depth, 1 + pick(d, parts_max));
    spell_list(d, all);
    return all;
}

/* ------------------------------------------------------------------------- options */

void drawn_options(struct drawn *d, const struct hl_synonyms *synonyms,
                   struct hl_search_options *o)
{
    static const double shapes[][3] = {{-1, -1, -1},  {-1, -1, -1}, {1.2, 0.75, 0},
                                       {0, 0.5, 0.3}, {2.5, 1, 1},  {0.4, 0, 0.1}};
    static const int covers[] = {-1, -1, -1, 0, 0, 100, 100, 30, 63};
    static const size_t counts[] = {1, 10, 10, 1000, 0, 37};
    static const int refines[] = {-1, 0, 0, 7, 1000};
    static const unsigned values[] = {1, 2, 100};
    const double *shape = shapes[pick(d, 6)];
    hl_search_options_init(o);
    o->synonyms = pick(d, 2) ? synonyms : NULL;
    o->refine = refines[pick(d, 5)];
    o->k1 = shape[0];
    o->b = shape[1];
    o->pairs = shape[2];
    o->cover = covers[pick(d, 9)];
    o->count = counts[pick(d, 6)];
    o->offset = pick(d, 5) ? 0 : pick(d, 20);
    o->rank = pick(d, 4) ? HL_RANK_DEFAULT : HL_RANK_BM25;
    if (pick(d, 2))
        o->sort = (enum hl_sort)pick(d, 3);
    if (pick(d, 4) == 0)
        o->date_from = 1500000000 + (int64_t)pick(d, 50) * 86399 - 1;
    if (pick(d, 4) == 0)
        o->date_to =
            (o->date_from ? o->date_from : 1500000000) + (int64_t)pick(d, 50) * 86399 + 2;
    if (pick(d, 10) == 0)
        o->section = pick(d, 2) ? "khoa hoc" : "Số";
    if (pick(d, 16) == 0)
        o->tag = pick(d, 2) ? "vu tru" : "AI";
    for (unsigned f = 0; f < HL_FACETS; f++)
        if (pick(d, 3) == 0)
            o->facet_values[f] = values[pick(d, 3)];
}
