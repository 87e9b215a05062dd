/*
 * page_names.h - what a template of the search page may name.
 *
 * One template is every page: the start, results, an article with others like it, an error,
 * or with {{#part}} the list of hits alone.  Fields that are only asked for ({{#start}}) have
 * a value that nobody prints.  Feed and description for browsers are templates too and use
 * the same names.
 */
#ifndef HL_TEMPLATE_PAGE_NAMES_H
#define HL_TEMPLATE_PAGE_NAMES_H

#include "template/template.h"

/* In groups: of the request, of the answer, of an item of each list. */
enum hltemplate_page {
    /* what was asked */
    HLPAGE_QUERY,
    HLPAGE_FROM,
    HLPAGE_TO,
    HLPAGE_DATED, /* from or to */
    HLPAGE_PAGE,
    HLPAGE_N,
    HLPAGE_PART,
    HLPAGE_START,   /* nothing was asked */
    HLPAGE_SEARCH,  /* words or a narrowing were */
    HLPAGE_RELATED, /* articles like one */
    HLPAGE_SHOW,    /* an article */
    HLPAGE_LANG,    /* vi, en */
    HLPAGE_ENGLISH,
    HLPAGE_HIDDEN, /* list: what the form has to remember */
    HLPAGE_HIDDEN_NAME,
    HLPAGE_HIDDEN_VALUE,
    /* addresses */
    HLPAGE_START_URL,
    HLPAGE_SELF_URL, /* these begin with the base address */
    HLPAGE_FEED_URL,
    HLPAGE_OPENSEARCH_URL,
    HLPAGE_STYLE_URL, /* of the built-in style sheet */
    HLPAGE_QUERY_URL, /* so does this one, and q=... may follow it */
    HLPAGE_BACK_URL,
    HLPAGE_TYPED_URL,
    HLPAGE_PREVIOUS_URL,
    HLPAGE_NEXT_URL,
    HLPAGE_RELATED_URL, /* all that are like the article shown */
    /* errors */
    HLPAGE_ERROR, /* its id */
    HLPAGE_ERROR_LONG,
    HLPAGE_ERROR_QUERY,
    HLPAGE_ERROR_METHOD,
    HLPAGE_ERROR_MISSING,
    HLPAGE_ERROR_BROKEN,
    /* the answer as a whole */
    HLPAGE_TOTAL, /* with separators; no value for none */
    HLPAGE_ONE,   /* the total is 1 */
    HLPAGE_FIRST,
    HLPAGE_LAST,
    HLPAGE_SEVERAL,        /* there are other pages */
    HLPAGE_EMPTY,          /* a page past the last */
    HLPAGE_PARTIAL,        /* cut, or shards are missing */
    HLPAGE_CUT,            /* time was up */
    HLPAGE_ABOUT,          /* the total is an estimate */
    HLPAGE_SHARDS_ASKED,   /* parts of the index */
    HLPAGE_SHARDS_MISSING, /* those that did not answer; no value for none */
    HLPAGE_TOOK_MS,
    HLPAGE_RESTORED,
    HLPAGE_NOTE_PAGE,
    HLPAGE_NOTE_N,
    HLPAGE_NOTE_FORMAT,
    HLPAGE_NOTE_WORDS,
    HLPAGE_NOTE_DATE,
    HLPAGE_NOTE_ORDER,
    HLPAGE_NOTE_SORT,
    HLPAGE_NOTE_FILTER,
    HLPAGE_NOTE_OTHER,
    HLPAGE_NOTE_SYNTAX,
    HLPAGE_NOTE_LOWERED,
    HLPAGE_NOTE_PREFIX, /* a prefix begins more words than are searched for */
    HLPAGE_NOTE_END,    /* more could not be reached by paging */
    /* is there an item in the list of that name? */
    HLPAGE_ANY_MISSING,
    HLPAGE_ANY_SUGGESTIONS,
    HLPAGE_ANY_NEAREST,
    HLPAGE_ANY_SORTS,
    HLPAGE_ANY_FILTERS,
    HLPAGE_ANY_FACETS,
    HLPAGE_ANY_PAGES,
    HLPAGE_ANY_HITS,
    HLPAGE_ANY_TAGS,
    HLPAGE_MISSING, /* list: words that no article has */
    HLPAGE_MISSING_WORD,
    HLPAGE_MISSING_AGAIN, /* not the first */
    HLPAGE_SUGGESTIONS,   /* list */
    HLPAGE_SUGGESTION,
    HLPAGE_SUGGESTION_URL,
    HLPAGE_SUGGESTION_AGAIN,
    HLPAGE_NEAREST, /* list */
    HLPAGE_NEAREST_QUERY,
    HLPAGE_NEAREST_WITHOUT,
    HLPAGE_NEAREST_TOTAL,
    HLPAGE_NEAREST_FILTERS, /* without the narrowing */
    HLPAGE_NEAREST_QUOTES,
    HLPAGE_NEAREST_URL,
    HLPAGE_SORTS, /* list */
    HLPAGE_SORT_RELEVANCE,
    HLPAGE_SORT_NEWEST,
    HLPAGE_SORT_OLDEST,
    HLPAGE_SORT_CURRENT,
    HLPAGE_SORT_URL,
    HLPAGE_FILTERS, /* list: what narrows the answer */
    HLPAGE_FILTER_VALUE,
    HLPAGE_FILTER_URL, /* without it */
    HLPAGE_FILTER_SECTION,
    HLPAGE_FILTER_SOURCE,
    HLPAGE_FILTER_AUTHOR,
    HLPAGE_FILTER_TAG,
    HLPAGE_FILTER_FROM,
    HLPAGE_FILTER_TO,
    HLPAGE_FACETS, /* list */
    HLPAGE_FACET_SECTION,
    HLPAGE_FACET_SOURCE,
    HLPAGE_FACET_YEAR,
    HLPAGE_FACET_OTHERS, /* values that are not shown, and where they are */
    HLPAGE_FACET_OTHERS_URL,
    HLPAGE_VALUES, /* list */
    HLPAGE_VALUE,
    HLPAGE_VALUE_COUNT,
    HLPAGE_VALUE_URL,
    HLPAGE_VALUE_CURRENT,
    HLPAGE_PAGES, /* list */
    HLPAGE_PAGE_NUMBER,
    HLPAGE_PAGE_URL,
    HLPAGE_PAGE_CURRENT,
    /* articles: the one that is shown, and hits */
    HLPAGE_ARTICLE, /* list of one */
    HLPAGE_PARAGRAPHS,
    HLPAGE_PARAGRAPH,
    HLPAGE_HITS, /* list */
    HLPAGE_RANK,
    HLPAGE_ID,
    HLPAGE_TITLE,
    HLPAGE_LEAD,
    HLPAGE_LINK,     /* where it was published; none that may not be a link */
    HLPAGE_SHOW_URL, /* its own page here, if it is stored */
    HLPAGE_SHOW_ABSOLUTE,
    HLPAGE_HIT_URL, /* link, else show_url */
    HLPAGE_DATE,
    HLPAGE_DAY,
    HLPAGE_PUBDATE,
    HLPAGE_SOURCE,
    HLPAGE_SECTION,
    HLPAGE_AUTHOR,
    HLPAGE_TAGS, /* list, of the article that is shown */
    HLPAGE_TAG,
    HLPAGE_TAG_URL,
    HLPAGE_SNIPPETS, /* list */
    HLPAGE_SNIPPET,
    HLPAGE_CUT_BEFORE,
    HLPAGE_CUT_AFTER,
    HLPAGE_SUMMARY,     /* for a feed: text as HTML */
    HLPAGE_SIMILAR,     /* how many near copies are folded under it */
    HLPAGE_SIMILAR_URL, /* where they are */
    HLPAGE_LIKE_URL     /* articles like it */
};

extern const struct hltemplate_name hltemplate_page_names[];

#endif
