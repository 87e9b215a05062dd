#include "engine/matches.h"

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "text/syllable.h"
#include "text/table.h"
#include "text/utf8.h"

#include <assert.h>
#include <string.h>

/* A key that is looked for, by itself or within rows. */
struct node {
    uint32_t key, size; /* bytes in keys */
    uint32_t uses;      /* chain; HLMATCH_NONE: a part of rows only */
    uint32_t rows;      /* chain: those that start with it */
    bool prefix;
};

/* Keys that stand in a row. */
struct row {
    uint32_t first, count; /* parts: nodes */
    uint32_t uses, next;
};

static struct node *nodes_of(const struct hlmatches *m)
{
    return (struct node *)m->nodes.data;
}

static size_t node_count(const struct hlmatches *m)
{
    return m->nodes.size / sizeof(struct node);
}

void hlmatches_init(struct hlmatches *m)
{
    memset(m, 0, sizeof *m);
    hltoken_list_init(&m->tokens);
}

void hlmatches_release(struct hlmatches *m)
{
    struct hlbuf *bufs[] = {&m->words, &m->links, &m->uses,  &m->keys,
                            &m->nodes, &m->rows,  &m->parts, &m->found};
    for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++)
        hlbuf_release(bufs[i]);
    hlmem_free(m->table);
    hltoken_list_release(&m->tokens);
    hlmatches_init(m);
}

void hlmatches_reset(struct hlmatches *m)
{
    struct hlbuf *bufs[] = {&m->words, &m->links, &m->uses,  &m->keys,
                            &m->nodes, &m->rows,  &m->parts, &m->found};
    for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++)
        hlbuf_reset(bufs[i]);
    memset(m->wanted, 0, sizeof m->wanted);
    if (m->table)
        memset(m->table, 0, m->table_size * sizeof *m->table);
    m->prefixes = false;
    m->telling = false;
}

/* ------------------------------------------------------------------ the words */

uint32_t hlmatches_add_word(struct hlmatches *m, uint32_t weight, enum hlmatch_kind kind)
{
    struct hlmatch_word word = {weight, kind, HLMATCH_NONE};
    uint32_t number = (uint32_t)(m->words.size / sizeof word);
    hlbuf_put(&m->words, &word, sizeof word);
    m->telling |= kind == HLMATCH_FULL;
    return number;
}

/* The slot of a key in the table: its node's, or a free one. */
static uint32_t *slot_of(const struct hlmatches *m, const char *key, size_t size)
{
    size_t at = hlhash64(key, size) & (m->table_size - 1);
    for (;; at = (at + 1) & (m->table_size - 1)) {
        uint32_t found = m->table[at];
        if (!found)
            return &m->table[at];
        const struct node *node = &nodes_of(m)[found - 1];
        if (node->size == size && !memcmp(m->keys.data + node->key, key, size))
            return &m->table[at];
    }
}

/* Room for one node more: the table is never more than half full. */
static bool grow_table(struct hlmatches *m)
{
    size_t size = m->table_size ? m->table_size : 64;
    while ((node_count(m) + 1) * 2 > size)
        size *= 2;
    if (size == m->table_size)
        return true;
    uint32_t *table = hlmem_zalloc(size, sizeof *table);
    if (!table)
        return false;
    hlmem_free(m->table);
    m->table = table;
    m->table_size = size;
    for (size_t i = 0; i < node_count(m); i++) {
        const struct node *node = &nodes_of(m)[i];
        *slot_of(m, (const char *)m->keys.data + node->key, node->size) = (uint32_t)i + 1;
    }
    return true;
}

/* The node of a key, made if there is none; HLMATCH_NONE without memory. */
static uint32_t node_of(struct hlmatches *m, const char *key, size_t size)
{
    if (!grow_table(m)) {
        m->nodes.failed = true;
        return HLMATCH_NONE;
    }
    uint32_t *slot = slot_of(m, key, size);
    if (*slot)
        return *slot - 1;
    struct node node = {(uint32_t)m->keys.size, (uint32_t)size, HLMATCH_NONE, HLMATCH_NONE,
                        false};
    if (!hlbuf_put(&m->keys, key, size) || !hlbuf_put(&m->nodes, &node, sizeof node))
        return HLMATCH_NONE;
    uint16_t code = hlsyl_parse(key, size);
    if (code != HLSYL_NONE)
        m->wanted[code >> 6] |= (uint64_t)1 << (code & 63);
    *slot = (uint32_t)node_count(m);
    return *slot - 1;
}

/* One more word at the head of a chain, unless it is there. */
static void add_use(struct hlmatches *m, uint32_t word, bool weak, uint32_t *chain)
{
    for (uint32_t u = *chain; u != HLMATCH_NONE; u = hlmatches_uses(m)[u].next)
        if (hlmatches_uses(m)[u].word == word) {
            ((struct hlmatch_use *)m->uses.data)[u].weak &= weak;
            return;
        }
    struct hlmatch_use use = {word, *chain, weak};
    uint32_t number = (uint32_t)(m->uses.size / sizeof use);
    if (hlbuf_put(&m->uses, &use, sizeof use))
        *chain = number;
}

/* The row of these parts; every word that it stands for is in its one chain. */
static struct row *find_row(const struct hlmatches *m, const uint32_t *parts, uint32_t count)
{
    struct row *rows = (struct row *)m->rows.data;
    for (uint32_t r = nodes_of(m)[parts[0]].rows; r != HLMATCH_NONE; r = rows[r].next)
        if (rows[r].count == count &&
            !memcmp((uint32_t *)m->parts.data + rows[r].first, parts, count * sizeof *parts))
            return &rows[r];
    return NULL;
}

/* parts were put at the end of m->parts, from `first` on. */
static void add_row(struct hlmatches *m, uint32_t word, bool weak, uint32_t first,
                    uint32_t count)
{
    const uint32_t *parts = (const uint32_t *)m->parts.data + first;
    struct row *same = find_row(m, parts, count);
    if (same) {
        add_use(m, word, weak, &same->uses);
        m->parts.size = first * sizeof *parts;
        return;
    }
    struct node *node = &nodes_of(m)[parts[0]];
    struct row row = {first, count, HLMATCH_NONE, node->rows};
    uint32_t number = (uint32_t)(m->rows.size / sizeof row);
    add_use(m, word, weak, &row.uses);
    if (hlbuf_put(&m->rows, &row, sizeof row))
        node->rows = number;
}

void hlmatches_add_key(struct hlmatches *m, uint32_t word, const char *key, size_t size,
                       unsigned flags)
{
    uint32_t first = (uint32_t)(m->parts.size / sizeof first), count = 0;
    assert(word < m->words.size / sizeof(struct hlmatch_word) || m->words.failed);
    for (const char *end = key + size; key < end; count++) {
        const char *blank = memchr(key, ' ', (size_t)(end - key));
        const char *stop = blank ? blank : end;
        uint32_t node = node_of(m, key, (size_t)(stop - key));
        if (node == HLMATCH_NONE || !hlbuf_put(&m->parts, &node, sizeof node))
            return;
        key = blank ? blank + 1 : end;
    }
    if (count > 1) {
        add_row(m, word, flags & HLMATCH_WEAK, first, count);
    } else if (count) {
        struct node *node = &nodes_of(m)[((const uint32_t *)m->parts.data)[first]];
        add_use(m, word, flags & HLMATCH_WEAK, &node->uses);
        node->prefix |= (flags & HLMATCH_PREFIX) != 0;
        m->prefixes |= node->prefix;
        m->parts.size = first * sizeof first;
    }
}

static void put_link(struct hlmatches *m, const struct hlmatch_link *link)
{
    uint32_t number = (uint32_t)(m->links.size / sizeof *link);
    if (!m->words.failed && hlbuf_put(&m->links, link, sizeof *link))
        ((struct hlmatch_word *)m->words.data)[link->from].links = number;
}

void hlmatches_add_link(struct hlmatches *m, uint32_t from, uint32_t to, uint32_t weight)
{
    if (!m->words.failed)
        put_link(
            m, &(struct hlmatch_link){from, to, weight, hlmatches_words(m)[from].links, false});
}

void hlmatches_add_phrase(struct hlmatches *m, uint32_t first, uint32_t count, uint32_t weight)
{
    assert(count > 0);
    m->telling = true;
    if (!m->words.failed)
        put_link(m, &(struct hlmatch_link){first, first + count - 1, weight,
                                           hlmatches_words(m)[first].links, true});
}

/* ------------------------------------------------------------------ one text */

void hlmatches_clear(struct hlmatches *m)
{
    hlbuf_reset(&m->found);
}

static void put_match(struct hlmatches *m, const struct hltoken *from, const struct hltoken *to,
                      uint32_t uses)
{
    struct hlmatch match = {.start = from->start,
                            .end = to->end,
                            .position = from->position,
                            .last = to->position,
                            .uses = uses,
                            .link = HLMATCH_NONE,
                            .link_from = HLMATCH_NONE,
                            .phrase = HLMATCH_NONE};
    assert(match.start < match.end && uses != HLMATCH_NONE);
    hlbuf_put(&m->found, &match, sizeof match);
}

static bool is_key(const struct hlmatches *m, uint32_t node, const struct hltoken *t)
{
    const struct node *n = &nodes_of(m)[node];
    return n->size == t->key_size && !memcmp(m->keys.data + n->key, t->key, n->size);
}

/* The last token of a row that starts at token i; i if it does not. */
static size_t row_end(const struct hlmatches *m, const struct row *row, size_t i)
{
    const uint32_t *parts = (const uint32_t *)m->parts.data + row->first;
    const struct hltoken *tokens = m->tokens.tokens;
    size_t last = i, k = i;
    for (uint32_t n = 0; n < row->count; n++) {
        while (k < m->tokens.count && tokens[k].alternative)
            k++;
        if (k == m->tokens.count || tokens[k].position != tokens[i].position + n ||
            !is_key(m, parts[n], &tokens[k]))
            return i;
        last = k++;
    }
    return last;
}

/* The longest row that starts at token i becomes a match.  Returns its last token, or i. */
static size_t take_row(struct hlmatches *m, uint32_t chain, size_t i)
{
    const struct row *rows = (const struct row *)m->rows.data, *best = NULL;
    size_t last = i;
    for (uint32_t r = chain; r != HLMATCH_NONE; r = rows[r].next) {
        size_t end = row_end(m, &rows[r], i);
        if (end > last) {
            last = end;
            best = &rows[r];
        }
    }
    if (best)
        put_match(m, &m->tokens.tokens[i], &m->tokens.tokens[last], best->uses);
    return last;
}

static bool take_prefix(struct hlmatches *m, const struct hltoken *t)
{
    for (size_t i = 0; i < node_count(m); i++) {
        const struct node *n = &nodes_of(m)[i];
        if (!n->prefix || n->size > t->key_size ||
            memcmp(m->keys.data + n->key, t->key, n->size) != 0)
            continue;
        put_match(m, t, t, n->uses);
        return true;
    }
    return false;
}

static void take_tokens(struct hlmatches *m)
{
    for (size_t i = 0; i < m->tokens.count; i++) {
        const struct hltoken *t = &m->tokens.tokens[i];
        uint32_t slot = *slot_of(m, t->key, t->key_size);
        const struct node *node = slot ? &nodes_of(m)[slot - 1] : NULL;
        size_t last = i;
        if (node && node->rows != HLMATCH_NONE && !t->alternative)
            last = take_row(m, node->rows, i);
        if (last > i)
            i = last;
        else if (node && node->uses != HLMATCH_NONE)
            put_match(m, t, t, node->uses);
        else if (m->prefixes)
            take_prefix(m, t);
    }
}

/* -------------------------------------------------------- neighbours, phrases */

static bool stands_for(const struct hlmatches *m, const struct hlmatch *match, uint32_t word)
{
    for (uint32_t u = match->uses; u != HLMATCH_NONE; u = hlmatches_uses(m)[u].next)
        if (hlmatches_uses(m)[u].word == word)
            return true;
    return false;
}

/* The link of the query from a word of a to a word of b. */
static uint32_t link_between(const struct hlmatches *m, const struct hlmatch *a,
                             const struct hlmatch *b)
{
    const struct hlmatch_link *links = hlmatches_links(m);
    for (uint32_t u = a->uses; u != HLMATCH_NONE; u = hlmatches_uses(m)[u].next) {
        uint32_t l = hlmatches_words(m)[hlmatches_uses(m)[u].word].links;
        for (; l != HLMATCH_NONE; l = links[l].next)
            if (!links[l].phrase && stands_for(m, b, links[l].to))
                return l;
    }
    return HLMATCH_NONE;
}

/* A match that stands right behind list[i], from *at on; NULL if there is none. */
static struct hlmatch *behind(struct hlmatch *list, size_t count, size_t i, size_t *at)
{
    for (; *at < count && list[*at].position <= list[i].last + 1; (*at)++)
        if (list[*at].position == list[i].last + 1)
            return &list[(*at)++];
    return NULL;
}

static void link_match(struct hlmatches *m, struct hlmatch *list, size_t count, size_t i)
{
    size_t at = i + 1;
    struct hlmatch *next;
    while ((next = behind(list, count, i, &at))) {
        uint32_t link = link_between(m, &list[i], next);
        if (link == HLMATCH_NONE || next->link != HLMATCH_NONE)
            continue;
        next->link = link;
        next->link_from = (uint32_t)(&list[i] - hlmatches_list(m));
    }
}

/* The match of `word` right behind list[i]; count if there is none. */
static size_t next_of(struct hlmatches *m, struct hlmatch *list, size_t count, size_t i,
                      uint32_t word)
{
    size_t at = i + 1;
    struct hlmatch *next;
    while ((next = behind(list, count, i, &at)))
        if (stands_for(m, next, word))
            return (size_t)(next - list);
    return count;
}

/* A match that several words of the phrase stand for, as an abbreviation does, is all of
 * them at once. */
static void find_phrase(struct hlmatches *m, struct hlmatch *list, size_t count, size_t i,
                        uint32_t link)
{
    const struct hlmatch_link *phrase = &hlmatches_links(m)[link];
    for (int mark = 0; mark < 2; mark++) {
        size_t at = i;
        for (uint32_t word = phrase->from;; word++) {
            while (word < phrase->to && stands_for(m, &list[at], word + 1))
                word++;
            if (mark)
                list[at].in_phrase = true;
            if (word == phrase->to)
                break;
            at = next_of(m, list, count, at, word + 1);
            if (at == count)
                return;
        }
        if (mark)
            list[at].phrase = link;
    }
}

static void find_phrases(struct hlmatches *m, struct hlmatch *list, size_t count, size_t i)
{
    const struct hlmatch_link *links = hlmatches_links(m);
    for (uint32_t u = list[i].uses; u != HLMATCH_NONE; u = hlmatches_uses(m)[u].next) {
        uint32_t l = hlmatches_words(m)[hlmatches_uses(m)[u].word].links;
        for (; l != HLMATCH_NONE; l = links[l].next)
            if (links[l].phrase)
                find_phrase(m, list, count, i, l);
    }
}

/* ------------------------------------------------------------------ what is lit */

/* Are the two characters from `at` on capitals? */
static bool are_capitals(const char *text, size_t size, size_t at)
{
    for (int i = 0; i < 2; i++) {
        size_t step;
        if (at >= size || !hlinfo_upper(hltext_info(hltext_utf8_decode(text + at, &step))))
            return false;
        at += step;
    }
    return true;
}

/* The start of the character that ends before `at`, which is not 0. */
static size_t step_back(const char *text, size_t at)
{
    do
        at--;
    while (at && ((unsigned char)text[at] & 0xc0) == 0x80);
    return at;
}

/* AI, DO: written in capitals where the words around are not, ai and do are names. */
static bool is_acronym(const char *text, size_t size, const struct hlmatch *match)
{
    size_t before = match->start, after = match->end;
    for (size_t i = match->start; i < match->end; i++)
        if (text[i] < 'A' || text[i] > 'Z')
            return false;
    while (before && text[before - 1] == ' ')
        before--;
    while (after < size && text[after] == ' ')
        after++;
    for (int i = 0; i < 2 && before; i++)
        before = step_back(text, before);
    return match->end - match->start > 1 && !are_capitals(text, size, after) &&
           !(before + 1 < match->start && are_capitals(text, size, before));
}

/* Several words at once are a name of theirs, which tells by itself. */
static enum hlmatch_kind kind_of(const struct hlmatches *m, const struct hlmatch *match)
{
    enum hlmatch_kind kind = HLMATCH_PHRASE;
    size_t telling = 0;
    for (uint32_t u = match->uses; u != HLMATCH_NONE; u = hlmatches_uses(m)[u].next) {
        enum hlmatch_kind k = hlmatches_words(m)[hlmatches_uses(m)[u].word].kind;
        k = hlmatches_uses(m)[u].weak && k > HLMATCH_FUNCTION ? HLMATCH_FUNCTION : k;
        kind = k > kind ? k : kind;
        telling += k != HLMATCH_PHRASE;
    }
    bool name = telling > 1 || (telling && match->last > match->position);
    bool all = name || (!m->telling && kind != HLMATCH_PHRASE) ||
               (match->acronym && kind == HLMATCH_FUNCTION);
    return all ? HLMATCH_FULL : kind;
}

/* From the left: what tells by itself, what is bound to it, and which function words stand
 * behind either. */
static size_t light_forward(struct hlmatches *m, struct hlmatch *list, size_t count,
                            enum hlmatch_kind from)
{
    const struct hlmatch *all = hlmatches_list(m);
    size_t lit = 0;
    for (size_t i = 0; i < count; i++) {
        struct hlmatch *b = &list[i];
        const struct hlmatch *a = b->link_from == HLMATCH_NONE ? NULL : &all[b->link_from];
        enum hlmatch_kind kind = kind_of(m, b);
        b->lit = b->in_phrase || kind >= from || (kind == HLMATCH_BOUND && a && a->lit);
        b->reached = b->lit || (a && a->reached);
        lit += b->lit;
    }
    return lit;
}

/* From the right: what is bound to the next, and function words between two. */
static void light_backward(struct hlmatches *m, struct hlmatch *list, size_t count)
{
    for (size_t i = count; i-- > 0;) {
        if (!list[i].lit || list[i].link_from == HLMATCH_NONE)
            continue;
        struct hlmatch *a = &hlmatches_list(m)[list[i].link_from];
        a->lit |= a->reached || kind_of(m, a) == HLMATCH_BOUND;
    }
}

/* Words of a phrase that is not there were not asked for by themselves: they stand for none.
 * They stay in the list, where others are found by their place. */
static void empty_dark(struct hlmatches *m, struct hlmatch *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!list[i].lit && kind_of(m, &list[i]) == HLMATCH_PHRASE)
            list[i].uses = HLMATCH_NONE;
}

static bool has_failed(const struct hlmatches *m)
{
    return m->words.failed || m->links.failed || m->uses.failed || m->keys.failed ||
           m->nodes.failed || m->rows.failed || m->parts.failed || m->found.failed;
}

hl_status hlmatches_find(struct hlmatches *m, const char *text, size_t size,
                         struct hl_error *err)
{
    size_t from = hlmatches_count(m);
    if (has_failed(m) || !grow_table(m))
        return hlerr_nomem(err);
    hl_status status = m->prefixes
                           ? hltoken_run(text, size, 0, &m->tokens, err)
                           : hltoken_run_wanted(text, size, 0, m->wanted, &m->tokens, err);
    if (status != HL_OK)
        return status;
    take_tokens(m);
    if (m->found.failed)
        return hlerr_nomem(err);
    if (hlmatches_count(m) == from)
        return HL_OK; /* there may be no list at all */
    struct hlmatch *list = hlmatches_list(m) + from;
    size_t count = hlmatches_count(m) - from;
    for (size_t i = 0; i < count; i++)
        list[i].acronym = is_acronym(text, size, &list[i]);
    for (size_t i = 0; m->links.size && i < count; i++) {
        link_match(m, list, count, i);
        find_phrases(m, list, count, i);
    }
    if (!light_forward(m, list, count, HLMATCH_FULL))
        light_forward(m, list, count, HLMATCH_BOUND);
    light_backward(m, list, count);
    empty_dark(m, list, count);
    return HL_OK;
}
