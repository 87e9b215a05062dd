/*
 * segment.c - an index with any of its bytes changed: open, search, show, check.
 *
 * Input: one byte that names a file of the index, then runs of 4-byte place and 1-byte value.
 * Damage is an error or the right answer, never a crash.  A checksum guards nearly every byte,
 * so most inputs test that it does; the table and the manifest are parsed before that.
 */
#include "hlsearch_inspect.h"
#include "fuzz/small.h"

#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(const char *path)
{
    struct hl_index *index;
    struct hl_query *query;
    struct hl_result *result = NULL;
    struct hl_document *document;
    if (hl_index_open(path, &index, NULL) != HL_OK)
        return;
    if (hl_query_parse(index, "hòa lạc \"công nghệ\"", 26, NULL, &query, NULL) == HL_OK) {
        if (hl_search(index, query, NULL, &result, NULL) == HL_OK)
            hl_result_free(result);
        hl_query_free(query);
    }
    if (hl_document_get(index, "1", &document, NULL) == HL_OK)
        hl_document_free(document);
    hl_index_close(index);
}

static void count_fault(void *user, const char *text)
{
    *(size_t *)user += *text != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = fuzz_index();
    struct hl_check_report report;
    size_t faults = 0;
    if (!path)
        abort();
    if (!size)
        return 0;
    fuzz_damage(data[0], data + 1, size - 1);
    use(path);
    if (hl_check(path, count_fault, NULL, &faults, &report, NULL) == HL_OK &&
        report.faults != faults)
        abort();
    fuzz_repair();
    return 0;
}
