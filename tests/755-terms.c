/*
 * How a term is kept, and which terms an article has; memory that is out at every place.
 */
#include "faultio.h"
#include "hlsearch_inspect.h"
#include "scratch.h"
#include "tap.h"

static struct hl_index *make_index(void)
{
    static const struct {
        const char *id, *title, *body;
    } rows[] = {
        {"a", "Cây nghệ", "Củ nghệ vàng, nghệ đen. TP.HCM"},
        {"b", "Làng nghề", "Nghề gốm"},
        {"c", "Cây nghệ", "đã thay"},
    };
    struct hl_writer *writer = NULL;
    struct hl_index *index = NULL;
    struct hl_error err = {0};
    const char *path = scratch_name("ix");
    bool good = hl_writer_open(path, NULL, &writer, &err) == HL_OK;
    for (size_t i = 0; good && i < sizeof rows / sizeof *rows; i++) {
        struct hl_article article = {
            .id = rows[i].id, .title = rows[i].title, .body = rows[i].body};
        good = hl_writer_add(writer, &article, &err) == HL_OK &&
               hl_writer_commit(writer, NULL, &err) == HL_OK;
    }
    good = good && hl_index_open(path, &index, &err) == HL_OK;
    hl_writer_close(writer);
    OK(good, "three articles in three commits");
    return index;
}

static void check_lists(const struct hl_index *index)
{
    struct hl_term_lists lists = {0};
    struct hl_error err = {0};
    uint64_t df = 0, cf = 0;
    OK(hl_term_lists_find(index, "Nghệ", &lists, &err) == HL_OK, "a word as typed");
    for (size_t i = 0; i < lists.count; i++) {
        df += lists.lists[i].df;
        cf += lists.lists[i].cf;
    }
    OK(lists.df == 2 && lists.cf == 4 && df == 2 && cf == 4, "its lists add up");
    OK(lists.count && !strcmp(lists.lists[0].kind, "tiny"), "few postings are tiny");
    hl_term_lists_free(&lists);
    OK(hl_term_lists_find(index, "nghe", &lists, &err) == HL_NOT_FOUND, "marks count");
    OK(hl_term_lists_find(index, "cây nghệ", &lists, &err) == HL_MISUSE, "two words are none");
    OK(hl_term_lists_find(index, " !", &lists, &err) == HL_MISUSE, "nor is no word");
    OK(hl_term_lists_find(index, "\xff", &lists, &err) == HL_MISUSE, "nor bytes");
    OK(hl_term_lists_find(NULL, "a", &lists, &err) == HL_MISUSE, "of no index");
}

static void check_terms(const struct hl_index *index)
{
    struct hl_document_terms terms = {0};
    struct hl_error err = {0};
    const struct hl_document_term *found = NULL;
    OK(hl_document_terms_find(index, "a", &terms, &err) == HL_OK, "an article");
    for (size_t i = 0; i < terms.count; i++) {
        if (!strcmp(terms.terms[i].key, "nghệ"))
            found = &terms.terms[i];
        OK(terms.terms[i].df > 0, "%s is in the index", terms.terms[i].key);
    }
    OK(found && found->tf[0] == 1 && found->tf[1] == 0 && found->tf[2] == 2 && found->df == 2,
       "how often, where");
    hl_document_terms_free(&terms);
    OK(hl_document_terms_find(index, "z", &terms, &err) == HL_NOT_FOUND, "an unknown id");
    OK(hl_document_terms_find(index, NULL, &terms, &err) == HL_MISUSE, "no id");
}

static void check_memory(const struct hl_index *index)
{
    unsigned wrong = 0;
    uint64_t at = 0;
    for (bool failed = true; failed;) {
        struct hl_term_lists lists = {0};
        struct hl_document_terms terms = {0};
        faultmem_start(++at, false);
        hl_status one = hl_term_lists_find(index, "nghệ", &lists, NULL);
        hl_status two = hl_document_terms_find(index, "a", &terms, NULL);
        failed = faultmem_failed() > 0;
        faultmem_stop();
        wrong += (one != HL_OK && one != HL_NOMEM) || (two != HL_OK && two != HL_NOMEM) ||
                 (one != HL_OK && lists.lists) || (two != HL_OK && terms.terms) ||
                 (failed && one == HL_OK && two == HL_OK && !terms.count);
        hl_term_lists_free(&lists);
        hl_document_terms_free(&terms);
    }
    OK(!wrong && at > 5, "each of %d allocations fails", (int)at - 1);
}

int main(void)
{
    scratch_begin();
    struct hl_index *index = make_index();
    if (index) {
        check_lists(index);
        check_terms(index);
        check_memory(index);
    }
    hl_index_close(index);
    return tap_done();
}
