#include "template/page_names.h"

/* clang-format off */
#define FIELD(name, id) {name, HLTEMPLATE_FIELD, id, NULL}
#define ADDRESS(name, id) {name, HLTEMPLATE_ADDRESS, id, NULL}
#define LIST(name, id, items) {name, HLTEMPLATE_LIST, id, items}
#define END {NULL, HLTEMPLATE_FIELD, 0, NULL}

static const struct hltemplate_name hidden[] = {
    FIELD("name", HLPAGE_HIDDEN_NAME),
    FIELD("value", HLPAGE_HIDDEN_VALUE),
    END};

static const struct hltemplate_name missing[] = {
    FIELD("word", HLPAGE_MISSING_WORD),
    FIELD("again", HLPAGE_MISSING_AGAIN),
    END};

static const struct hltemplate_name suggestions[] = {
    FIELD("text", HLPAGE_SUGGESTION),
    ADDRESS("url", HLPAGE_SUGGESTION_URL),
    FIELD("again", HLPAGE_SUGGESTION_AGAIN),
    END};

static const struct hltemplate_name nearest[] = {
    FIELD("text", HLPAGE_NEAREST_QUERY),
    FIELD("without", HLPAGE_NEAREST_WITHOUT),
    FIELD("count", HLPAGE_NEAREST_TOTAL),
    FIELD("without_filters", HLPAGE_NEAREST_FILTERS),
    FIELD("without_quotes", HLPAGE_NEAREST_QUOTES),
    ADDRESS("url", HLPAGE_NEAREST_URL),
    END};

static const struct hltemplate_name sorts[] = {
    FIELD("relevance", HLPAGE_SORT_RELEVANCE),
    FIELD("newest", HLPAGE_SORT_NEWEST),
    FIELD("oldest", HLPAGE_SORT_OLDEST),
    FIELD("current", HLPAGE_SORT_CURRENT),
    ADDRESS("url", HLPAGE_SORT_URL),
    END};

static const struct hltemplate_name filters[] = {
    FIELD("value", HLPAGE_FILTER_VALUE),
    ADDRESS("url", HLPAGE_FILTER_URL),
    FIELD("by_section", HLPAGE_FILTER_SECTION),
    FIELD("by_source", HLPAGE_FILTER_SOURCE),
    FIELD("by_author", HLPAGE_FILTER_AUTHOR),
    FIELD("by_tag", HLPAGE_FILTER_TAG),
    FIELD("by_from", HLPAGE_FILTER_FROM),
    FIELD("by_to", HLPAGE_FILTER_TO),
    END};

static const struct hltemplate_name values[] = {
    FIELD("value", HLPAGE_VALUE),
    FIELD("count", HLPAGE_VALUE_COUNT),
    ADDRESS("url", HLPAGE_VALUE_URL),
    FIELD("current", HLPAGE_VALUE_CURRENT),
    END};

static const struct hltemplate_name facets[] = {
    FIELD("by_section", HLPAGE_FACET_SECTION),
    FIELD("by_source", HLPAGE_FACET_SOURCE),
    FIELD("by_year", HLPAGE_FACET_YEAR),
    FIELD("others", HLPAGE_FACET_OTHERS),
    ADDRESS("others_url", HLPAGE_FACET_OTHERS_URL),
    LIST("values", HLPAGE_VALUES, values),
    END};

static const struct hltemplate_name pages[] = {
    FIELD("number", HLPAGE_PAGE_NUMBER),
    ADDRESS("url", HLPAGE_PAGE_URL),
    FIELD("current", HLPAGE_PAGE_CURRENT),
    END};

static const struct hltemplate_name snippets[] = {
    FIELD("text", HLPAGE_SNIPPET),
    FIELD("cut_before", HLPAGE_CUT_BEFORE),
    FIELD("cut_after", HLPAGE_CUT_AFTER),
    END};

static const struct hltemplate_name tags[] = {
    FIELD("tag", HLPAGE_TAG),
    ADDRESS("url", HLPAGE_TAG_URL),
    END};

static const struct hltemplate_name paragraphs[] = {
    FIELD("text", HLPAGE_PARAGRAPH),
    END};

#define OF_ARTICLES                                                                            \
    FIELD("id", HLPAGE_ID), FIELD("title", HLPAGE_TITLE), FIELD("lead", HLPAGE_LEAD),          \
    FIELD("link", HLPAGE_LINK), ADDRESS("show_url", HLPAGE_SHOW_URL),                          \
    FIELD("hit_url", HLPAGE_HIT_URL), ADDRESS("show_absolute", HLPAGE_SHOW_ABSOLUTE),          \
    FIELD("date", HLPAGE_DATE), FIELD("day", HLPAGE_DAY), FIELD("pubdate", HLPAGE_PUBDATE),    \
    FIELD("source", HLPAGE_SOURCE), FIELD("section", HLPAGE_SECTION),                          \
    FIELD("author", HLPAGE_AUTHOR), ADDRESS("like_url", HLPAGE_LIKE_URL)

static const struct hltemplate_name article[] = {
    OF_ARTICLES,
    LIST("paragraphs", HLPAGE_PARAGRAPHS, paragraphs),
    FIELD("any_tags", HLPAGE_ANY_TAGS),
    LIST("tags", HLPAGE_TAGS, tags),
    END};

static const struct hltemplate_name hits[] = {
    OF_ARTICLES,
    FIELD("rank", HLPAGE_RANK),
    FIELD("similar", HLPAGE_SIMILAR),
    ADDRESS("similar_url", HLPAGE_SIMILAR_URL),
    FIELD("summary", HLPAGE_SUMMARY),
    LIST("snippets", HLPAGE_SNIPPETS, snippets),
    END};

const struct hltemplate_name hltemplate_page_names[] = {
    FIELD("query", HLPAGE_QUERY),
    FIELD("from", HLPAGE_FROM),
    FIELD("to", HLPAGE_TO),
    FIELD("dated", HLPAGE_DATED),
    FIELD("page", HLPAGE_PAGE),
    FIELD("n", HLPAGE_N),
    FIELD("part", HLPAGE_PART),
    FIELD("start", HLPAGE_START),
    FIELD("search", HLPAGE_SEARCH),
    FIELD("related", HLPAGE_RELATED),
    FIELD("show", HLPAGE_SHOW),
    FIELD("lang", HLPAGE_LANG),
    FIELD("english", HLPAGE_ENGLISH),
    LIST("hidden", HLPAGE_HIDDEN, hidden),
    ADDRESS("start_url", HLPAGE_START_URL),
    ADDRESS("self_url", HLPAGE_SELF_URL),
    ADDRESS("feed_url", HLPAGE_FEED_URL),
    ADDRESS("opensearch_url", HLPAGE_OPENSEARCH_URL),
    ADDRESS("style_url", HLPAGE_STYLE_URL),
    ADDRESS("query_url", HLPAGE_QUERY_URL),
    ADDRESS("back_url", HLPAGE_BACK_URL),
    ADDRESS("typed_url", HLPAGE_TYPED_URL),
    ADDRESS("previous_url", HLPAGE_PREVIOUS_URL),
    ADDRESS("next_url", HLPAGE_NEXT_URL),
    ADDRESS("related_url", HLPAGE_RELATED_URL),
    FIELD("error", HLPAGE_ERROR),
    FIELD("error_long", HLPAGE_ERROR_LONG),
    FIELD("error_query", HLPAGE_ERROR_QUERY),
    FIELD("error_method", HLPAGE_ERROR_METHOD),
    FIELD("error_missing", HLPAGE_ERROR_MISSING),
    FIELD("error_broken", HLPAGE_ERROR_BROKEN),
    FIELD("total", HLPAGE_TOTAL),
    FIELD("one", HLPAGE_ONE),
    FIELD("first", HLPAGE_FIRST),
    FIELD("last", HLPAGE_LAST),
    FIELD("several", HLPAGE_SEVERAL),
    FIELD("empty", HLPAGE_EMPTY),
    FIELD("partial", HLPAGE_PARTIAL),
    FIELD("cut", HLPAGE_CUT),
    FIELD("about", HLPAGE_ABOUT),
    FIELD("shards_asked", HLPAGE_SHARDS_ASKED),
    FIELD("shards_missing", HLPAGE_SHARDS_MISSING),
    FIELD("took_ms", HLPAGE_TOOK_MS),
    FIELD("restored", HLPAGE_RESTORED),
    FIELD("note_page", HLPAGE_NOTE_PAGE),
    FIELD("note_n", HLPAGE_NOTE_N),
    FIELD("note_format", HLPAGE_NOTE_FORMAT),
    FIELD("note_words", HLPAGE_NOTE_WORDS),
    FIELD("note_date", HLPAGE_NOTE_DATE),
    FIELD("note_order", HLPAGE_NOTE_ORDER),
    FIELD("note_sort", HLPAGE_NOTE_SORT),
    FIELD("note_filter", HLPAGE_NOTE_FILTER),
    FIELD("note_other", HLPAGE_NOTE_OTHER),
    FIELD("note_syntax", HLPAGE_NOTE_SYNTAX),
    FIELD("note_lowered", HLPAGE_NOTE_LOWERED),
    FIELD("note_prefix", HLPAGE_NOTE_PREFIX),
    FIELD("note_end", HLPAGE_NOTE_END),
    FIELD("any_missing", HLPAGE_ANY_MISSING),
    FIELD("any_suggestions", HLPAGE_ANY_SUGGESTIONS),
    FIELD("any_nearest", HLPAGE_ANY_NEAREST),
    FIELD("any_sorts", HLPAGE_ANY_SORTS),
    FIELD("any_filters", HLPAGE_ANY_FILTERS),
    FIELD("any_facets", HLPAGE_ANY_FACETS),
    FIELD("any_pages", HLPAGE_ANY_PAGES),
    FIELD("any_hits", HLPAGE_ANY_HITS),
    LIST("missing", HLPAGE_MISSING, missing),
    LIST("suggestions", HLPAGE_SUGGESTIONS, suggestions),
    LIST("nearest", HLPAGE_NEAREST, nearest),
    LIST("sorts", HLPAGE_SORTS, sorts),
    LIST("filters", HLPAGE_FILTERS, filters),
    LIST("facets", HLPAGE_FACETS, facets),
    LIST("pages", HLPAGE_PAGES, pages),
    LIST("article", HLPAGE_ARTICLE, article),
    LIST("hits", HLPAGE_HITS, hits),
    END};
