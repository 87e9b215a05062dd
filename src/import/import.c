#include "import/reader.h"

#include "base/mem.h"

#include <assert.h>
#include <string.h>

/* json-c counts bytes in int, and a repaired text is up to three times as long. */
enum { ARTICLE_MAX = 16 << 20, ARTICLE_LIMIT = 512 << 20 };

/* The form that --format names; unknown is to be decided by content. */
static hl_status form_forced(const char *format, enum hlimport_form *out, struct hl_error *err)
{
    static const struct {
        const char *name;
        enum hlimport_form form;
    } FORMS[] = {{"auto", FORM_UNKNOWN},
                 {"jsonl", FORM_JSONL},
                 {"text", FORM_TEXT},
                 {"tokens", FORM_TOKENS}};
    for (size_t i = 0; i < sizeof FORMS / sizeof FORMS[0]; i++)
        if (!format || !strcmp(format, FORMS[i].name)) {
            *out = FORMS[i].form;
            return HL_OK;
        }
    return hlerr_set(err, HL_MISUSE, "unknown format %.64s; known: auto, jsonl, text, tokens",
                     format);
}

hl_status hlimport_open(const char *const *sources, size_t count,
                        const struct hlimport_options *options, struct hlimport **out_import,
                        struct hl_error *err)
{
    enum hlimport_form forced = FORM_UNKNOWN;
    if (!count)
        return hlerr_set(err, HL_MISUSE,
                         "no source to read; name files, folders or - for stdin");
    if (options->article_max > ARTICLE_LIMIT)
        return hlerr_set(err, HL_MISUSE, "an article cannot be larger than 512 MiB");
    hl_status status = form_forced(options->format, &forced, err);
    if (status)
        return status;
    const char *charset;
    if (!hlimport_encoding_find(options->encoding, &charset))
        return hlerr_set(err, HL_MISUSE, "unknown encoding %.64s", options->encoding);
    struct hlimport *im = hlmem_zalloc(1, sizeof *im);
    if (!im)
        return hlerr_nomem(err);
    status = hlimport_walk_open(&im->walk, sources, count, err);
    if (status) {
        hlmem_free(im);
        return status;
    }
    im->options = *options;
    if (!im->options.article_max)
        im->options.article_max = ARTICLE_MAX;
    im->forced = forced;
    im->rules.source = options->source;
    im->rules.date_format = options->map ? options->map->date_format : NULL;
    im->rules.now = options->now;
    im->rules.repair = options->repair;
    im->charset.told = charset;
    for (int i = 0; i < HLIMPORT_REASONS; i++)
        im->counts.reasons[i].name = hlimport_why_name((enum hlimport_why)i);
    for (int i = 0; i < HLIMPORT_CHARSETS; i++)
        im->counts.charsets[i].name = hlimport_encoding_at((size_t)i + 1);
    assert(!hlimport_encoding_at(HLIMPORT_CHARSETS + 1));
    im->counts.bytes_total = im->walk.bytes_total;
    hlimport_draft_init(&im->draft);
    *out_import = im;
    return HL_OK;
}

void hlimport_close(struct hlimport *im)
{
    if (!im)
        return;
    if (im->open)
        hlimport_stream_close(&im->stream);
    hlimport_json_release(im);
    hlimport_walk_close(&im->walk);
    hlimport_draft_release(&im->draft);
    hlbuf_release(&im->repaired);
    hlbuf_release(&im->name);
    hlbuf_release(&im->token_id);
    hlmem_free(im);
}

void hlimport_counts(const struct hlimport *im, struct hlimport_counts *out)
{
    *out = im->counts;
    out->bytes_read = im->bytes_closed + (im->open ? im->stream.in_bytes : 0);
    out->current = im->open ? hlimport_name(im) : NULL;
}

/* 2530 -> "2,530" */
static const char *grouped(uint64_t number, char out[32])
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number), n = 0;
    for (int i = 0; i < size; i++) {
        if (i && (size - i) % 3 == 0)
            out[n++] = ',';
        out[n++] = digits[i];
    }
    out[n] = 0;
    return out;
}

/* The keys that meant nothing, after "keys seen: ". */
static void list_keys(const struct hlimport_source_notes *notes, char *out, size_t room)
{
    size_t n = 0;
    out[0] = 0;
    for (size_t i = 0; i < notes->key_count && n < room; i++)
        n += (size_t)snprintf(out + n, room - n, "%s%s", i ? ", " : "", notes->keys[i]);
}

/*
 * What there is to say of a source as a whole: that none of its files could be read, or
 * that no article has a title.  False: nothing.  *out_barren: nothing came of it.
 */
static bool source_sentence(const struct hlimport *im, size_t source, struct hl_error *out,
                            bool *out_barren)
{
    const struct hlimport_source_notes *notes = &im->notes;
    char a[32], b[32], keys[KEYS_MAX * (KEY_SIZE + 2)];
    const char *path = im->walk.sources[source];
    assert(notes->unknown <= notes->files && notes->no_text <= notes->no_title);
    *out_barren = true;
    if (!notes->files) {
        hlerr_set(out, HL_UNSUPPORTED, "nothing to index: %.200s has no files", path);
    } else if (notes->unknown == notes->files && !strcmp(path, notes->first_unknown)) {
        hlerr_set(out, HL_UNSUPPORTED,
                  "nothing to index: %.150s is of no known form (%.90s); name it with --format",
                  path, notes->first_why);
    } else if (notes->unknown == notes->files) {
        hlerr_set(out, HL_UNSUPPORTED,
                  "nothing to index: %.150s has %s %s, none of a known form (first: %.150s); "
                  "name it with --format",
                  path, grouped(notes->files, a),
                  notes->files == 1 ? hlerr_say("file") : hlerr_say("files"),
                  notes->first_unknown);
    } else if (notes->records && notes->no_title == notes->records &&
               (notes->key_count || notes->no_text == notes->records)) {
        list_keys(notes, keys, sizeof keys);
        *out_barren = notes->no_text == notes->records;
        hlerr_set(out, HL_UNSUPPORTED,
                  "%.100s: %s of %s articles have no title; keys seen: %s. "
                  "Map them: --map FILE",
                  path, grouped(notes->no_title, a), grouped(notes->records, b),
                  notes->key_count ? keys : hlerr_say("none"));
    } else {
        return false;
    }
    return true;
}

/* Ends a source: its sentence is an error if nothing else comes, else a warning. */
static void source_end(struct hlimport *im, size_t source)
{
    struct hl_error sentence;
    bool barren;
    if (source_sentence(im, source, &sentence, &barren)) {
        bool first = !im->last_err.code;
        if (barren && first)
            im->last_err = sentence;
        else
            hlimport_warn(im, "%s", sentence.text);
    }
    memset(&im->notes, 0, sizeof im->notes);
}

/* The sentence kept back for the end turns out to be only a warning. */
static void release_sentence(struct hlimport *im)
{
    if (im->last_err.code)
        hlimport_warn(im, "%s", im->last_err.text);
    im->last_err.code = HL_OK;
}

/* A file that is not read at all; counted as one record. */
static hl_status reject_file(struct hlimport *im, enum hlimport_why why, const char *words,
                             struct hl_error *err)
{
    struct hlimport_source_notes *notes = &im->notes;
    im->record = (struct hlimport_record){0};
    if (why == WHY_UNKNOWN_FORM) {
        if (!notes->unknown++) {
            snprintf(notes->first_unknown, sizeof notes->first_unknown, "%.150s",
                     hlimport_name(im));
            snprintf(notes->first_why, sizeof notes->first_why, "%.90s", hlerr_say(words));
        }
    }
    return hlimport_reject(im, why, -1, err, "%s", hlerr_say(words));
}

/* Decides the form of the entry just opened; false where it was rejected. */
static hl_status entry_sniff(struct hlimport *im, bool *out_good, struct hl_error *err)
{
    enum { LOOK = 64 * 1024 };
    struct hlimport_stream *s = &im->stream;
    assert(im->open && im->form == FORM_UNKNOWN);
    while (hlimport_stream_left(s) < LOOK && hlimport_stream_more(s))
        ;
    *out_good = true;
    if (s->no_memory)
        return hlerr_nomem(err);
    size_t left = hlimport_stream_left(s);
    if (!left) {
        *out_good = false;
        return s->damage[0] ? HL_OK : reject_file(im, WHY_EMPTY, "empty", err);
    }
    const char *why = HLERR_SAID("its beginning is of no known form");
    hl_status status = hlimport_charset_begin(im, err);
    if (status)
        return status;
    left = hlimport_stream_left(s); /* other bytes, perhaps none */
    im->form = hlimport_sniff(hlimport_stream_data(s), left, s->gzip, im->forced, &why);
    im->rules.charset = hlimport_charset_is_late(im) ? im->charset.told : NULL;
    if (im->form == FORM_TOKENS)
        im->token_files++;
    *out_good = im->form != FORM_UNKNOWN;
    return *out_good ? HL_OK : reject_file(im, WHY_UNKNOWN_FORM, why, err);
}

/* Ends the entry at work: damage of its stream is said now that its text is used up. */
static hl_status entry_close(struct hlimport *im, bool was_read, struct hl_error *err)
{
    struct hlimport_stream *s = &im->stream;
    hl_status status = HL_OK;
    assert(im->open && s->in_bytes <= UINT64_MAX - im->bytes_closed);
    if (s->no_memory) {
        status = hlerr_nomem(err);
    } else if (s->damage[0]) {
        im->record = (struct hlimport_record){NULL, 0, s->line, s->out_bytes};
        bool text = im->form == FORM_TEXT;
        status = hlimport_reject(
            im, s->damage_io ? WHY_UNREADABLE : WHY_GZIP, -1, err,
            "%s, after %llu bytes of text; %s", s->damage, (unsigned long long)s->out_bytes,
            hlerr_say(im->given_once && !text ? "the whole records before it are kept"
                                              : "nothing of it is kept"));
    } else if (was_read && im->counts.read == im->read_before) {
        status = reject_file(im, WHY_EMPTY, "it holds no record", err);
    }
    im->bytes_closed += s->in_bytes;
    hlimport_stream_close(s);
    im->open = false;
    return status;
}

/* Opens the next file; HL_NOT_FOUND after the last.  It may have been rejected. */
static hl_status entry_open(struct hlimport *im, struct hl_error *err)
{
    size_t source = im->entry.path ? im->entry.source : 0;
    hl_status status = hlimport_walk_next(&im->walk, &im->entry, err);
    if (status && status != HL_NOT_FOUND)
        return status;
    size_t reached = status ? im->walk.source_count : im->entry.source;
    assert(source <= reached && reached <= im->walk.source_count);
    for (; source < reached; source++)
        source_end(im, source);
    if (status)
        return status;
    const char *name = strcmp(im->entry.path, "-") ? im->entry.path : "stdin";
    hlbuf_reset(&im->name);
    if (!hlbuf_put(&im->name, name, strlen(name) + 1))
        return hlerr_nomem(err);
    im->counts.files++;
    im->notes.files++;
    im->form = FORM_UNKNOWN;
    im->given_once = im->text_repaired = false;
    im->read_before = im->counts.read;
    memset(&im->objects, 0, sizeof im->objects);
    im->objects.column = -1;
    if (im->entry.skip)
        return reject_file(im, WHY_UNREADABLE, im->entry.skip, err);
    struct hl_error why;
    status = hlimport_stream_open(&im->stream, im->entry.path, &why);
    if (status == HL_NOMEM)
        return hlerr_nomem(err);
    if (status)
        return reject_file(im, WHY_UNREADABLE, "it cannot be opened", err);
    im->open = true;
    bool good;
    status = entry_sniff(im, &good, err);
    if (!status && !good)
        status = entry_close(im, false, err);
    return status;
}

/* After the last source.  Where nothing at all came, the sentence kept is the error. */
static hl_status finish(struct hlimport *im, struct hl_error *err)
{
    assert(!im->open && !im->ended);
    im->last = HL_NOT_FOUND;
    if (im->last_err.code && !im->counts.given)
        im->last = hlerr_set(err, HL_UNSUPPORTED, "%s", im->last_err.text);
    else
        release_sentence(im);
    im->ended = true;
    return im->last;
}

/* One record, by the reader of the file's form. */
static hl_status read_record(struct hlimport *im, struct hl_article *out, bool *out_given,
                             struct hl_error *err)
{
    switch (im->form) {
    case FORM_JSONL:
        return hlimport_read_line(im, out, out_given, err);
    case FORM_OBJECTS:
        return hlimport_read_object(im, out, out_given, err);
    case FORM_TOKENS:
        return hlimport_read_tokens(im, out, out_given, err);
    default:
        assert(im->form == FORM_TEXT);
        return hlimport_read_text(im, out, out_given, err);
    }
}

hl_status hlimport_next(struct hlimport *im, struct hl_article *out, struct hl_error *err)
{
    hl_status status = HL_OK;
    while (!im->ended) {
        bool given = false;
        im->text_repaired = false;
        if (im->open) {
            status = read_record(im, out, &given, err);
            if (status == HL_NOT_FOUND)
                status = entry_close(im, true, err);
        } else {
            status = entry_open(im, err);
            if (status == HL_NOT_FOUND)
                return finish(im, err);
        }
        assert(im->counts.read == im->counts.given + im->counts.rejected);
        if (status) { /* stopped: there is no going on after it */
            im->ended = true;
            im->last = status;
            return status;
        }
        assert(!given || (out->id && (out->title || out->body)));
        if (given)
            return HL_OK;
    }
    assert(im->last != HL_OK);
    if (im->last != HL_NOT_FOUND && err)
        hlerr_set(err, im->last, "this import has ended: %.300s", im->last_err.text);
    return im->last;
}
