#include "token/tokenise.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/swar.h"
#include "text/fold.h"
#include "token/scan.h"

#include <assert.h>

_Static_assert((int)HLTOKEN_NO_SYLLABLE == (int)HLSYL_NONE, "one value for no syllable");

void hltoken_list_init(struct hltoken_list *list)
{
    memset(list, 0, sizeof *list);
}

void hltoken_list_release(struct hltoken_list *list)
{
    hlmem_free(list->tokens);
    hlmem_free(list->recent);
    hlbuf_release(&list->keys);
    hlbuf_release(&list->scratch[0]);
    hlbuf_release(&list->scratch[1]);
    hltoken_list_init(list);
}

static void fail_nomem(struct hltoken_scan *scan)
{
    if (!scan->status)
        scan->status = hlerr_nomem(scan->err);
}

/* Tokens are kept from text to text: a list grows to its largest article and stays. */
static bool grow_list(struct hltoken_list *list, size_t room)
{
    size_t bytes;
    if (room <= list->room)
        return true;
    if (!hlmem_product(room, sizeof *list->tokens, &bytes))
        return false;
    struct hltoken *tokens = hlmem_realloc(list->tokens, bytes);
    if (!tokens)
        return false;
    list->tokens = tokens;
    list->room = room;
    return true;
}

void hltoken_push(struct hltoken_scan *scan, uint16_t code, size_t offset, uint32_t start,
                  uint32_t end, bool alternative)
{
    struct hltoken_list *list = scan->list;
    assert(start < end);
    assert(!alternative || list->positions > 0);
    if (list->count == list->room && !grow_list(list, list->room * 2 + 64)) {
        fail_nomem(scan);
        return;
    }
    struct hltoken *token = &list->tokens[list->count++];
    size_t size = list->keys.size - offset;
    if (code != HLSYL_NONE)
        token->key = hlsyl_spell(code, &size);
    else
        token->key = (const char *)(uintptr_t)offset; /* place_keys() turns it into a pointer */
    assert(size > 0 && size <= HLTOKEN_KEY_MAX);
    token->key_size = (uint32_t)size;
    token->start = hltext_map_start(&scan->cursor, start);
    token->end = hltext_map_end(&scan->cursor, end);
    token->syllable = code;
    token->alternative = alternative;
    if (!alternative) {
        list->positions++;
        scan->last_code = code;
    }
    token->position = list->positions - 1;
}

void hltoken_push_bytes(struct hltoken_scan *scan, const char *key, size_t size, uint32_t start,
                        uint32_t end, bool alternative)
{
    size_t offset = scan->list->keys.size;
    if (!hlbuf_put(&scan->list->keys, key, size))
        fail_nomem(scan);
    else
        hltoken_push(scan, HLSYL_NONE, offset, start, end, alternative);
}

/* text[start, end) as one token; false, with nothing pushed, if its key is too long. */
static bool push_piece(struct hltoken_scan *scan, uint32_t start, uint32_t end)
{
    assert(start < end && end <= scan->size);
    struct hlbuf *keys = &scan->list->keys;
    size_t offset = keys->size;
    hl_status status = hltext_lower(scan->text + start, end - start, keys, scan->err);
    if (status) {
        scan->status = status;
        return true;
    }
    if (keys->size == offset)
        return true; /* nothing visible was in it */
    if (keys->size - offset > HLTOKEN_KEY_MAX) {
        keys->size = offset;
        return false;
    }
    uint16_t code = hlsyl_parse((const char *)keys->data + offset, keys->size - offset);
    if (code != HLSYL_NONE)
        keys->size = offset; /* what was cut out of a long word may be a syllable */
    hltoken_push(scan, code, offset, start, end, false);
    return true;
}

/* The largest place <= limit at which text may be cut: not inside a character, and not
 * before a mark unless there is nothing but marks. */
static uint32_t cut_place(const struct hltoken_scan *scan, uint32_t start, uint32_t limit)
{
    assert(start < limit && limit < scan->size);
    uint32_t at = limit;
    while (at > start && ((unsigned char)scan->text[at] & 0xc0) == 0x80)
        at--;
    uint32_t whole = at;
    while (at > start && !hltoken_starts_run(scan, at)) {
        at--;
        while (at > start && ((unsigned char)scan->text[at] & 0xc0) == 0x80)
            at--;
    }
    return at > start ? at : whole;
}

void hltoken_push_word(struct hltoken_scan *scan, const struct hltoken_run *run)
{
    if (run->code != HLSYL_NONE) {
        hltoken_push(scan, run->code, scan->list->keys.size, run->start, run->end, false);
        return;
    }
    uint32_t start = run->start, limit = HLTOKEN_KEY_MAX;
    while (start < run->end && !scan->status) {
        uint32_t end = run->end;
        if (end - start > limit)
            end = cut_place(scan, start, start + limit);
        assert(end > start);
        if (push_piece(scan, start, end)) {
            start = end;
            limit = HLTOKEN_KEY_MAX;
        } else {
            limit /= 2; /* lower case may be longer: the key counts, not the text */
        }
    }
}

/* ---- syllables met before ---- */

/*
 * Letters are read one by one, which costs more than all else that is done to a token.  In
 * long texts nine runs in ten were met shortly before: those are found by their bytes.  It
 * pays from some ten articles on; a query reads letters.
 */
enum { RECENT_BITS = 12, RECENT_FROM = 1 << 16, RECENT_FROM_FEW = 1 << 13, RECENT_KEY = 16 };

/* What may be a run at `at`: the bytes before the first that is ASCII and below the digits,
 * which no run goes past.  0: none, or a long one, or too near to the end of the text. */
static uint32_t read_key(const struct hltoken_scan *scan, uint32_t at, uint64_t out_key[2])
{
    if (scan->size - at < RECENT_KEY)
        return 0;
    for (uint32_t i = 0, size = 0; i < 2; i++, size += 8) {
        uint64_t x = hlbuf_load64(scan->text + at + size);
        uint64_t ends = hlswar_below(x, '0');
        out_key[i] = x;
        if (!ends)
            continue;
        uint32_t n = hlswar_first(ends);
        out_key[i] = hlswar_head(x, n);
        if (!i)
            out_key[1] = 0;
        return size + n;
    }
    return 0;
}

static struct hltoken_recent *recent_slot(const struct hltoken_scan *scan,
                                          const uint64_t key[2])
{
    uint64_t h = (key[0] ^ key[1] * 0xc2b2ae3d27d4eb4fu) * 0x9e3779b97f4a7c15u;
    return &scan->list->recent[h >> (64 - RECENT_BITS)];
}

/* The run at `at`, in *out, if one may start there. */
static bool find_run(const struct hltoken_scan *scan, uint32_t at, struct hltoken_run *out,
                     size_t *out_step)
{
    uint64_t key[2];
    struct hltoken_recent *slot = NULL;
    uint32_t size = scan->list->recent ? read_key(scan, at, key) : 0;
    if (size) {
        slot = recent_slot(scan, key);
        if (slot->key[0] == key[0] && slot->key[1] == key[1]) {
            *out = (struct hltoken_run){at, at + size, 0, slot->letters, slot->syllable};
            return true;
        }
    }
    enum hltext_kind kind =
        hlinfo_kind(hltext_info(hltext_utf8_decode(scan->text + at, out_step)));
    if (kind != HLKIND_LETTER && kind != HLKIND_DIGIT)
        return false;
    *out = hltoken_read_run(scan, at);
    if (size && out->code != HLSYL_NONE && out->end == at + size) {
        assert(!out->digits);
        *slot = (struct hltoken_recent){{key[0], key[1]}, out->letters, out->code};
    }
    return true;
}

/* Without memory for it everything is read letter by letter, which is no failure.  Where few
 * tokens are wanted, reading is nearly all that is done, and it pays sooner. */
static void remember_syllables(struct hltoken_list *list, size_t size, bool few)
{
    list->seen += size;
    if (list->seen >= (few ? RECENT_FROM_FEW : RECENT_FROM) && !list->recent)
        list->recent = hlmem_zalloc((size_t)1 << RECENT_BITS, sizeof *list->recent);
}

/* Syllables that nobody asked for have a position and no token. */
static bool is_wanted(const struct hltoken_scan *scan, uint16_t code)
{
    return !scan->wanted || code == HLSYL_NONE || (scan->wanted[code >> 6] >> (code & 63) & 1);
}

/* Runs and what lies between them; only digits and links leave this loop's short way. */
static void scan_text(struct hltoken_scan *scan)
{
    const char *text = scan->text;
    uint32_t at = 0, size = scan->size;
    while (at < size && !scan->status) {
        size_t step;
        struct hltoken_run run;
        if (!find_run(scan, at, &run, &step)) {
            at += (uint32_t)step;
            continue;
        }
        bool blank = run.end == size || text[run.end] == ' ';
        if (run.digits || (!blank && hltoken_is_linked(scan, &run))) {
            at = hltoken_push_compound(scan, &run);
        } else if (is_wanted(scan, run.code)) {
            hltoken_push_word(scan, &run);
            at = run.end;
        } else {
            scan->list->positions++;
            scan->last_code = run.code;
            at = run.end;
        }
        assert(at >= run.end);
    }
}

/* The buffer of keys grew while tokens were made; now it stays where it is. */
static void place_keys(struct hltoken_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct hltoken *token = &list->tokens[i];
        if (token->syllable == HLSYL_NONE)
            token->key = (const char *)list->keys.data + (uintptr_t)token->key;
    }
}

/* The code of a word that is known to be a syllable. */
static uint16_t code_of(const char *word)
{
    uint16_t code = hlsyl_parse(word, strlen(word));
    assert(code != HLSYL_NONE);
    return code;
}

/* Text that clean would leave alone is read where it lies. */
static hl_status start_scan(struct hltoken_scan *scan, const char *text, size_t size)
{
    struct hltoken_list *list = scan->list;
    scan->text = text;
    hlbuf_reset(&list->scratch[1]);
    if (hltext_clean_span(text, size) < size) {
        hl_status status =
            hltext_clean(text, size, &list->scratch[0], &list->scratch[1], scan->err);
        if (status)
            return status;
        scan->text = (const char *)list->scratch[0].data;
        size = list->scratch[0].size;
    }
    scan->size = (uint32_t)size;
    scan->cursor = hltext_cursor_of(&list->scratch[1]);
    scan->code_day = code_of("ngày");
    scan->code_month = code_of("tháng");
    scan->code_year = code_of("năm");
    scan->last_code = HLSYL_NONE;
    scan->long_until = UINT32_MAX - 1;
    remember_syllables(list, size, scan->wanted);
    /* A syllable and its blank are five to six bytes. */
    return grow_list(list, size / 6 + 16) ? HL_OK : hlerr_nomem(scan->err);
}

static hl_status run_text(const char *text, size_t size, int year, const uint64_t *wanted,
                          struct hltoken_list *list, struct hl_error *err)
{
    assert(list->count <= list->room);
    struct hltoken_scan scan = {.list = list, .year = year, .wanted = wanted, .err = err};
    list->count = 0;
    list->positions = 0;
    hlbuf_reset(&list->keys);
    if (size >= UINT32_MAX)
        return hlerr_set(err, HL_LIMIT, "text of %zu bytes: at most 4 GiB a field", size);
    size_t bad = hltext_utf8_check(text, size);
    if (bad < size)
        return hlerr_set_at(err, HL_MISUSE, (int64_t)bad, "byte %zu of the text is no UTF-8",
                            bad);
    hl_status status = start_scan(&scan, text, size);
    if (!status) {
        scan_text(&scan);
        status = scan.status;
    }
    if (status) { /* half a list would be indexed as if it were one */
        list->count = 0;
        list->positions = 0;
        return status;
    }
    place_keys(list);
    return HL_OK;
}

hl_status hltoken_run(const char *text, size_t size, int year, struct hltoken_list *list,
                      struct hl_error *err)
{
    return run_text(text, size, year, NULL, list, err);
}

hl_status hltoken_run_wanted(const char *text, size_t size, int year,
                             const uint64_t wanted[HLTOKEN_WANTED], struct hltoken_list *list,
                             struct hl_error *err)
{
    assert(wanted);
    return run_text(text, size, year, wanted, list, err);
}
