/*
 * ready.c - see ready.h.  tools/gen-programs reads the pages with the code that reads a
 * user's and writes what came of it as constants.
 */
#include "template/ready.h"

#include "programs_table.h"

#include <string.h>

/* Buffers that nobody writes to: the steps of a template are only printed. */
#define FIXED(bytes, count)                                                                    \
    {                                                                                          \
        (uint8_t *)(uintptr_t)(bytes), (count), (count), false                                 \
    }
#define READY(page_name, id)                                                                   \
    {page_name,                                                                                \
     {(enum hltemplate_form)id##_FORM, FIXED(id##_text, id##_TEXT),                            \
      FIXED(id##_steps, sizeof id##_steps),                                                    \
      FIXED(id##_codes, id##_CODES * sizeof(struct hltemplate_code)), true}},

const struct hltemplate *hltemplate_ready(const char *name)
{
    static const struct {
        const char *name;
        struct hltemplate page;
    } pages[] = {READY_PAGES};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (!strcmp(pages[i].name, name))
            return &pages[i].page;
    return NULL;
}
