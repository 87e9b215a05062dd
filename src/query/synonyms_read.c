/*
 * synonyms_read.c - the text of a list to members with their keys.
 *
 *     # science and technology
 *     vắc xin = vắcxin = vaccine     # a group
 *     gien => gen                    # one way
 *
 * A list is written by people, so nothing is guessed: whatever cannot be meant so is
 * an error with its line.  Only what changes nothing passes without a word, as a
 * member that the tokeniser reads like another of its line (vắc-xin beside vắc xin).
 */
#include "query/synonyms.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "text/utf8.h"
#include "token/tokenise.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

enum { QUOTE_ROOM = 64 };

/* Messages say these numbers. */
_Static_assert(HLQ_SYNONYM_KEYS_MAX == 8, "words of a member");
_Static_assert(HLQ_SYNONYM_FOUND_MAX == 32, "members of a group");
_Static_assert(HLQ_SYNONYM_GROUPS_MAX == 20000, "groups of a list");
_Static_assert(HLQ_SYNONYM_BYTES_MAX == 1 << 20, "bytes of a list");

/* The lists of a draft while they grow. */
struct reader {
    struct hlq_synonym_draft draft;
    struct hlbuf members, sides, links;
    struct hltoken_list list;
    uint32_t line, groups;
    uint32_t side_start; /* member that the side being read begins with */
    struct hl_error *err;
};

/* "synonyms:12: what"; the line also as the place of the error. */
static hl_status wrong(const struct reader *r, hl_status status, const char *what,
                       const char *quote, const char *way)
{
    return hlerr_set_at(r->err, status, r->line, "%s:%u: %s%s%s%s%s", r->draft.name, r->line,
                        quote ? "\"" : "", quote ? quote : "", quote ? "\" " : "",
                        hlerr_say(what), hlerr_say(way));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void trim(const char **text, size_t *size)
{
    while (*size && is_blank(**text)) {
        (*text)++;
        (*size)--;
    }
    while (*size && is_blank((*text)[*size - 1]))
        (*size)--;
}

/* The beginning of a member for a message, without what could drive a terminal. */
static const char *quote(const char *text, size_t size, char out[QUOTE_ROOM])
{
    bool cut = size > QUOTE_ROOM - 4;
    size_t n = cut ? QUOTE_ROOM - 4 : size;
    while (cut && n && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    for (size_t i = 0; i < n; i++)
        out[i] = (unsigned char)text[i] < ' ' || text[i] == 127 ? ' ' : text[i];
    memcpy(out + n, cut ? "..." : "", cut ? 4 : 1);
    return out;
}

/* ------------------------------------------------------------------- members */

static struct hlq_synonym **members_of(const struct reader *r)
{
    return (struct hlq_synonym **)(void *)r->members.data;
}

static uint32_t member_count(const struct reader *r)
{
    return (uint32_t)(r->members.size / sizeof(struct hlq_synonym *));
}

static bool is_known(const struct reader *r, const struct hlq_synonym *member, uint32_t from,
                     uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if (hlq_synonym_same(members_of(r)[i], member))
            return true;
    return false;
}

/* Keys of syllables are constants; those of other words go with the list of tokens. */
static hl_status take_key(struct reader *r, const struct hltoken *t,
                          struct hlq_synonym_key *out_key)
{
    const char *bytes = t->key;
    if (t->syllable == HLTOKEN_NO_SYLLABLE) {
        char *copy = hlq_slab_take(&r->draft.slab, t->key_size);
        if (!copy)
            return hlerr_nomem(r->err);
        memcpy(copy, t->key, t->key_size);
        bytes = copy;
    }
    return hlq_synonym_key(bytes, t->key_size, &r->draft.synonyms->arena, out_key, r->err);
}

/* Adds the tokens chosen as a member of the side, unless it has it. */
static hl_status add_member(struct reader *r, const struct hltoken *const *tokens,
                            uint32_t count)
{
    struct hlq_synonym_key *keys = hlq_slab_take(&r->draft.slab, count * sizeof *keys);
    struct hlq_synonym *member = hlq_slab_take(&r->draft.slab, sizeof *member);
    assert(count && count <= HLQ_SYNONYM_KEYS_MAX);
    if (!keys || !member)
        return hlerr_nomem(r->err);
    for (uint32_t i = 0; i < count; i++) {
        hl_status status = take_key(r, tokens[i], &keys[i]);
        if (status != HL_OK)
            return status;
    }
    *member = (struct hlq_synonym){keys, count, r->draft.side_count - 1, r->line};
    if (is_known(r, member, r->side_start, member_count(r)))
        return HL_OK;
    if (member_count(r) - r->side_start == HLQ_SYNONYM_FOUND_MAX)
        return wrong(r, HL_LIMIT, "more than 32 members", NULL,
                     " (a joined word like TP.HCM counts twice); make two groups of them");
    return hlbuf_put(&r->members, &member, sizeof member) ? HL_OK : hlerr_nomem(r->err);
}

/*
 * The tokens of the list that make up a member; as a query takes them, either each word
 * by itself or, with `joined`, the joined word that stands for several.  How many there
 * are, also beyond those that have room; *out_differs: joined words were among them.
 */
static uint32_t choose(const struct hltoken_list *list, bool joined,
                       const struct hltoken *out_tokens[HLQ_SYNONYM_KEYS_MAX],
                       bool *out_differs)
{
    uint32_t count = 0, covered = 0;
    *out_differs = false;
    for (size_t i = 0; i < list->count; i++) {
        const struct hltoken *t = &list->tokens[i];
        if (t->alternative || t->start < covered)
            continue;
        if (i + 1 < list->count && t[1].alternative) {
            *out_differs = true;
            if (joined) {
                t++;
                covered = t->end;
            }
        }
        if (count < HLQ_SYNONYM_KEYS_MAX)
            out_tokens[count] = t;
        count++;
    }
    return count;
}

static hl_status read_member(struct reader *r, const char *text, size_t size)
{
    const struct hltoken *tokens[HLQ_SYNONYM_KEYS_MAX];
    char shown[QUOTE_ROOM];
    bool has_joined;
    trim(&text, &size);
    if (!size)
        return wrong(r, HL_MISUSE, "a member is missing beside the sign", NULL,
                     "; write a = b = c, or a => b");
    hl_status status = hltoken_run(text, size, 0, &r->list, r->err);
    if (status != HL_OK)
        return status;
    uint32_t count = choose(&r->list, false, tokens, &has_joined);
    if (!count)
        return wrong(r, HL_MISUSE, "has no word in it", quote(text, size, shown),
                     "; a member needs a letter or a digit");
    if (count > HLQ_SYNONYM_KEYS_MAX)
        return wrong(r, HL_LIMIT, "has more than 8 words", quote(text, size, shown),
                     "; shorten it");
    /* The joined word first: it is what was written. */
    if (has_joined) {
        const struct hltoken *joined[HLQ_SYNONYM_KEYS_MAX];
        uint32_t joined_count = choose(&r->list, true, joined, &has_joined);
        assert(joined_count && joined_count <= count);
        status = add_member(r, joined, joined_count);
    }
    return status == HL_OK ? add_member(r, tokens, count) : status;
}

/* --------------------------------------------------------------------- lines */

/* Members with "=" between, as a side. */
static hl_status read_side(struct reader *r, const char *text, size_t size)
{
    hl_status status = HL_OK;
    r->side_start = member_count(r);
    r->draft.side_count++;
    struct hlq_synonym_side side = {r->line, !size || !memchr(text, '=', size)};
    if (!hlbuf_put(&r->sides, &side, sizeof side))
        return hlerr_nomem(r->err);
    for (size_t at = 0; status == HL_OK && at <= size;) {
        const char *sign = at < size ? memchr(text + at, '=', size - at) : NULL;
        size_t to = sign ? (size_t)(sign - text) : size;
        status = read_member(r, text + at, to - at);
        at = to + 1;
    }
    return status;
}

static hl_status read_group(struct reader *r, const char *text, size_t size)
{
    hl_status status = read_side(r, text, size);
    if (status != HL_OK || member_count(r) - r->side_start > 1)
        return status;
    if (!memchr(text, '=', size))
        return wrong(r, HL_MISUSE, "a group needs two members", NULL, "; write a = b");
    return wrong(r, HL_MISUSE, "all members are the same words to the index", NULL,
                 "; remove the line");
}

/* What stands before the arrow finds what stands behind it. */
static hl_status read_one_way(struct reader *r, const char *text, size_t size, size_t arrow)
{
    uint32_t start = member_count(r);
    hl_status status = read_side(r, text, arrow);
    uint32_t middle = member_count(r);
    if (status == HL_OK)
        status = read_side(r, text + arrow + 2, size - arrow - 2);
    for (uint32_t i = middle; status == HL_OK && i < member_count(r); i++)
        if (is_known(r, members_of(r)[i], start, middle))
            status = wrong(r, HL_MISUSE, "the same words stand on both sides of =>", NULL,
                           "; leave one out");
    if (status != HL_OK)
        return status;
    struct hlq_synonym_link link = {r->draft.side_count - 2, r->draft.side_count - 1};
    return hlbuf_put(&r->links, &link, sizeof link) ? HL_OK : hlerr_nomem(r->err);
}

/* A comment begins with # at the line's start or behind a blank: C# is a word. */
static size_t without_comment(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (text[i] == '#' && (!i || is_blank(text[i - 1])))
            return i;
    return size;
}

static hl_status read_line(struct reader *r, const char *text, size_t size)
{
    size = without_comment(text, size);
    trim(&text, &size);
    if (!size)
        return HL_OK;
    if (r->groups++ == HLQ_SYNONYM_GROUPS_MAX)
        return wrong(r, HL_LIMIT, "more than 20000 groups", NULL, "; keep those that are used");
    const char *arrow = memmem(text, size, "=>", 2);
    if (!arrow)
        return read_group(r, text, size);
    size_t at = (size_t)(arrow - text);
    if (memmem(arrow + 2, size - at - 2, "=>", 2))
        return wrong(r, HL_MISUSE, "more than one =>", NULL, "; write two lines");
    return read_one_way(r, text, size, at);
}

/* What is no text at all is said before any line is read. */
static hl_status check_bytes(struct reader *r, const char *text, size_t size)
{
    size_t bad = hltext_utf8_check(text, size);
    const char *nul = memchr(text, 0, bad);
    if (nul)
        bad = (size_t)(nul - text);
    if (bad == size)
        return HL_OK;
    r->line = 1;
    for (size_t i = 0; i < bad; i++)
        r->line += text[i] == '\n';
    return nul ? wrong(r, HL_MISUSE, "a NUL byte: this is no text file", NULL,
                       "; save it as UTF-8")
               : wrong(r, HL_MISUSE, "not UTF-8", NULL, "; save the file as UTF-8");
}

static hl_status read_lines(struct reader *r, const char *text, size_t size)
{
    hl_status status = check_bytes(r, text, size);
    size_t at = size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;
    r->line = status == HL_OK ? 0 : r->line;
    while (status == HL_OK && at < size) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t to = end ? (size_t)(end - text) : size;
        r->line++;
        status = read_line(r, text + at, to - at);
        at = to + 1;
    }
    return status;
}

/* ----------------------------------------------------------------------- doors */

static hl_status read_list(struct reader *r, const char *text, size_t size)
{
    struct hlq_synonym_draft *d = &r->draft;
    if (size > HLQ_SYNONYM_BYTES_MAX)
        return hlerr_set(r->err, HL_LIMIT,
                         "%s: %zu bytes; a list of synonyms has at most 1 MiB", d->name, size);
    hl_status status = read_lines(r, text, size);
    if (status != HL_OK)
        return status;
    d->members = members_of(r);
    d->member_count = member_count(r);
    d->sides = (struct hlq_synonym_side *)(void *)r->sides.data;
    d->links = (struct hlq_synonym_link *)(void *)r->links.data;
    d->link_count = (uint32_t)(r->links.size / sizeof *d->links);
    return hlq_synonyms_link(d, r->err);
}

hl_status hl_synonyms_read(const char *name, const char *text, size_t size,
                           struct hl_synonyms **out_synonyms, struct hl_error *err)
{
    if ((!text && size) || !out_synonyms)
        return hlerr_set(err, HL_MISUSE, "a list of synonyms needs text");
    struct hl_synonyms *synonyms = hlmem_zalloc(1, sizeof *synonyms);
    if (!synonyms)
        return hlerr_nomem(err);
    struct reader r = {.draft = {.synonyms = synonyms,
                                 .slab = {.arena = &synonyms->arena},
                                 .name = name ? name : "synonyms"},
                       .err = err};
    hltoken_list_init(&r.list);
    hl_status status = read_list(&r, text ? text : "", size);
    hltoken_list_release(&r.list);
    hlbuf_release(&r.members);
    hlbuf_release(&r.sides);
    hlbuf_release(&r.links);
    if (status != HL_OK)
        hl_synonyms_free(synonyms);
    else
        *out_synonyms = synonyms;
    return status;
}

/* The file as bytes; size is checked before memory is taken. */
static hl_status read_file(int fd, const char *path, struct hlbuf *text, struct hl_error *err)
{
    uint64_t size;
    int r = hlio_get()->size(fd, &size);
    if (r < 0)
        return hlio_error(err, r, "read", path);
    if (size > HLQ_SYNONYM_BYTES_MAX)
        return hlerr_set(err, HL_LIMIT, "%s: %llu bytes; a list of synonyms has at most 1 MiB",
                         path, (unsigned long long)size);
    if (!hlbuf_grow(text, (size_t)size + 1))
        return hlerr_nomem(err);
    text->size = (size_t)size;
    return size ? hlio_read_all(fd, path, text->data, text->size, 0, err) : HL_OK;
}

hl_status hl_synonyms_open(const char *path, struct hl_synonyms **out_synonyms,
                           struct hl_error *err)
{
    if (!path || !*path || !out_synonyms)
        return hlerr_set(err, HL_MISUSE, "a list of synonyms needs a path");
    int fd = hlio_get()->open_read(path);
    if (fd == -EINVAL)
        return hlerr_set(err, HL_IO, "%s: cannot be read as synonyms: it is no regular file",
                         path);
    if (fd == -ENOTDIR) /* of an index that is a file, as those of Xapian may be */
        return hlerr_set(err, HL_NOT_FOUND, "%s: no such file", path);
    if (fd < 0)
        return hlio_error(err, fd, "read the synonyms", path);
    struct hlbuf text = {0};
    hl_status status = read_file(fd, path, &text, err);
    hlio_get()->close(fd);
    if (status == HL_OK)
        status = hl_synonyms_read(path, (const char *)text.data, text.size, out_synonyms, err);
    hlbuf_release(&text);
    return status;
}
