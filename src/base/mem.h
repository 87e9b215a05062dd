/*
 * mem.h - all memory of hlsearch comes through here.
 *
 * One hook, so that tests can make the n-th allocation fail and count what is
 * not given back.  Production code never sets it.
 *
 * Errors   NULL when there is no more; a size of 0 gives a pointer to free.
 * Threads  as malloc(); the hook itself is set before threads start.
 */
#ifndef HL_BASE_MEM_H
#define HL_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>

struct hlmem_hook {
    void *(*realloc)(void *p, size_t size); /* p NULL: new */
    void (*free)(void *p);
};

void hlmem_set_hook(const struct hlmem_hook *hook); /* NULL: the C library again */
void *hlmem_alloc(size_t size);
void *hlmem_zalloc(size_t count, size_t size); /* zeroed; checks the product */
void *hlmem_realloc(void *p, size_t size);
void hlmem_free(void *p);
char *hlmem_strdup(const char *s);

/* count * size in *out_bytes, or false when it does not fit. */
bool hlmem_product(size_t count, size_t size, size_t *out_bytes);

#endif
