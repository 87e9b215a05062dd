#include "import/fields.h"

#include "import/import.h"

#include "base/err.h"
#include "base/mem.h"
#include "text/utf8.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

/* In the order of interfaces.md 6: of two keys for one field, the first here wins. */
static const struct alias {
    const char *key;
    enum hlimport_field field;
} ALIASES[] = {
    {"id", FIELD_ID},
    {"_id", FIELD_ID},
    {"article_id", FIELD_ID},
    {"guid", FIELD_ID},
    {"uuid", FIELD_ID},
    {"doc_id", FIELD_ID},
    {"url", FIELD_URL},
    {"link", FIELD_URL},
    {"href", FIELD_URL},
    {"source_url", FIELD_URL},
    {"loc", FIELD_URL},
    {"title", FIELD_TITLE},
    {"tieu_de", FIELD_TITLE},
    {"headline", FIELD_TITLE},
    {"name", FIELD_TITLE},
    {"its_title", FIELD_TITLE},
    {"lead", FIELD_LEAD},
    {"sapo", FIELD_LEAD},
    {"description", FIELD_LEAD},
    {"summary", FIELD_LEAD},
    {"desc", FIELD_LEAD},
    {"header", FIELD_LEAD},
    {"abstract", FIELD_LEAD},
    {"tom_tat", FIELD_LEAD},
    {"body", FIELD_BODY},
    {"text", FIELD_BODY},
    {"content", FIELD_BODY},
    {"noi_dung", FIELD_BODY},
    {"articlebody", FIELD_BODY},
    {"html", FIELD_BODY},
    {"date", FIELD_DATE},
    {"published", FIELD_DATE},
    {"published_time", FIELD_DATE},
    {"publish", FIELD_DATE},
    {"pubdate", FIELD_DATE},
    {"time", FIELD_DATE},
    {"created", FIELD_DATE},
    {"ngay_dang", FIELD_DATE},
    {"datepublished", FIELD_DATE},
    {"modified", FIELD_MODIFIED},
    {"updated", FIELD_MODIFIED},
    {"datemodified", FIELD_MODIFIED},
    {"author", FIELD_AUTHOR},
    {"authors", FIELD_AUTHOR},
    {"byline", FIELD_AUTHOR},
    {"tac_gia", FIELD_AUTHOR},
    {"section", FIELD_SECTION},
    {"category", FIELD_SECTION},
    {"cate", FIELD_SECTION},
    {"cates", FIELD_SECTION},
    {"topic", FIELD_SECTION},
    {"chuyen_muc", FIELD_SECTION},
    {"label", FIELD_SECTION},
    {"source", FIELD_SOURCE},
    {"site", FIELD_SOURCE},
    {"publisher", FIELD_SOURCE},
    {"domain", FIELD_SOURCE},
    {"bao", FIELD_SOURCE},
    {"tags", FIELD_TAGS},
    {"keywords", FIELD_TAGS},
    {"lang", FIELD_LANG},
    {"language", FIELD_LANG},
    {"caption", FIELD_CAPTION},
    {"boilerplate", FIELD_BOILERPLATE},
    {"title_from", FIELD_TITLE_FROM},
};

enum { ALIAS_COUNT = sizeof ALIASES / sizeof ALIASES[0] };

static const char *const NAMES[] = {
    "id",     "url",  "title",    "lead", "body",    "date",        "author",     "section",
    "source", "tags", "modified", "lang", "caption", "boilerplate", "title_from",
};
_Static_assert(sizeof NAMES / sizeof NAMES[0] == FIELD_COUNT, "a name for each field");

const char *hlimport_field_name(enum hlimport_field field)
{
    assert(field < FIELD_COUNT);
    return NAMES[field];
}

bool hlimport_field_find(const char *key, size_t size, enum hlimport_field *out_field,
                         int *out_rank)
{
    if (!size)
        return false;
    /* The first letter decides most: ten keys an article, seventy names. */
    char first = (char)(key[0] | 0x20);
    for (int i = 0; i < ALIAS_COUNT; i++) {
        const char *name = ALIASES[i].key;
        if ((name[0] | 0x20) == first && !strncasecmp(name, key, size) && !name[size]) {
            *out_field = ALIASES[i].field;
            *out_rank = RANK_BUILT_IN + i;
            return true;
        }
    }
    return false;
}

/* Cuts blanks off both ends, in place. */
static char *trim(char *s)
{
    while (*s == ' ' || *s == '\t')
        s++;
    size_t n = strlen(s);
    while (n && strchr(" \t\r", s[n - 1]))
        s[--n] = 0;
    return s;
}

/* "FILE:LINE: what; hint" */
static hl_status map_bad(const char *name, size_t line, const char *what, const char *hint,
                         struct hl_error *err)
{
    return hlerr_set_at(err, HL_MISUSE, (int64_t)line, "%s:%zu: %s; %s", name, line,
                        hlerr_say(what), hlerr_say(hint));
}

/* A field by its native name: the left side of a map's line. */
static bool native_find(const char *name, enum hlimport_field *out_field)
{
    for (int i = 0; i <= FIELD_LANG; i++)
        if (!strcmp(NAMES[i], name)) {
            *out_field = (enum hlimport_field)i;
            return true;
        }
    return false;
}

/* Reads `left = right` into the map. */
static hl_status map_line(struct hlimport_map *map, char *left, char *right, const char *name,
                          size_t line, struct hl_error *err)
{
    size_t size = strlen(right);
    bool quoted = right[0] == '"';
    if (quoted && (size < 2 || right[size - 1] != '"'))
        return map_bad(name, line, "closing quote missing", "write: field = \"constant\"", err);
    if (!size)
        return map_bad(name, line, "nothing stands after =", "write: field = key", err);
    if (quoted) {
        right[size - 1] = 0;
        right++;
    }
    if (!strcmp(left, "date.format")) {
        map->date_format = right;
        return HL_OK;
    }
    struct hlimport_mapping *mapping = &map->mappings[map->count];
    if (!native_find(left, &mapping->field)) {
        char what[128];
        snprintf(what, sizeof what, hlerr_say("unknown field %.64s"), left);
        return map_bad(name, line, what,
                       "fields are id url title lead body date author section source tags "
                       "modified lang, and date.format",
                       err);
    }
    assert(mapping->field <= FIELD_LANG);
    mapping->constant = quoted;
    mapping->text = right;
    map->count++;
    return HL_OK;
}

/* Cuts the text into lines, in place. */
static hl_status map_lines(struct hlimport_map *map, const char *name, struct hl_error *err)
{
    size_t line = 0;
    for (char *at = map->text, *next; at; at = next) {
        line++;
        next = strchr(at, '\n');
        if (next)
            *next++ = 0;
        char *left = trim(at);
        if (!left[0] || left[0] == '#')
            continue;
        char *equals = strchr(left, '=');
        if (!equals)
            return map_bad(name, line, "no = in this line", "write: field = key", err);
        *equals = 0;
        hl_status status = map_line(map, trim(left), trim(equals + 1), name, line, err);
        if (status)
            return status;
    }
    return HL_OK;
}

hl_status hlimport_map_parse(char *text, const char *name, struct hlimport_map **out_map,
                             struct hl_error *err)
{
    size_t lines = 1;
    for (const char *p = text; *p; p++)
        lines += *p == '\n';
    struct hlimport_map *map = hlmem_zalloc(1, sizeof *map);
    if (!map) {
        hlmem_free(text);
        return hlerr_nomem(err);
    }
    map->text = text;
    map->mappings = hlmem_zalloc(lines, sizeof *map->mappings);
    hl_status status = map->mappings ? map_lines(map, name, err) : hlerr_nomem(err);
    if (status) {
        hlimport_map_close(map);
        return status;
    }
    *out_map = map;
    return HL_OK;
}

hl_status hlimport_map_open(const char *path, struct hlimport_map **out_map,
                            struct hl_error *err)
{
    enum { MAP_MAX = 1 << 20 };
    FILE *file = fopen(path, "re");
    if (!file)
        return hlerr_set(err, HL_NOT_FOUND, "%s: this map file cannot be opened", path);
    char *text = hlmem_alloc(MAP_MAX + 1);
    size_t size = text ? fread(text, 1, MAP_MAX, file) : 0;
    bool bad = ferror(file) || (text && fgetc(file) != EOF);
    fclose(file);
    if (!text)
        return hlerr_nomem(err);
    text[size] = 0;
    if (bad || hltext_utf8_check(text, size) != size || strlen(text) != size) {
        hlmem_free(text);
        return hlerr_set(err, HL_MISUSE, "%s: this is no map file: lines of field = key", path);
    }
    size_t bom = !strncmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;
    assert(bom <= size);
    memmove(text, text + bom, size + 1 - bom);
    return hlimport_map_parse(text, path, out_map, err);
}

void hlimport_map_close(struct hlimport_map *map)
{
    if (!map)
        return;
    hlmem_free(map->mappings);
    hlmem_free(map->text);
    hlmem_free(map);
}
