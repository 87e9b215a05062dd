#include "base/mem.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const struct hlmem_hook system_hook = {realloc, free};
static const struct hlmem_hook *hook = &system_hook;

void hlmem_set_hook(const struct hlmem_hook *new_hook)
{
    hook = new_hook ? new_hook : &system_hook;
}

void *hlmem_alloc(size_t size)
{
    return hook->realloc(NULL, size ? size : 1);
}

bool hlmem_product(size_t count, size_t size, size_t *out_bytes)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return false;
    *out_bytes = bytes;
    return true;
}

void *hlmem_zalloc(size_t count, size_t size)
{
    size_t bytes;
    if (!hlmem_product(count, size, &bytes))
        return NULL;
    /* Fresh memory of the system is zeros already: pages that nobody touches cost nothing. */
    if (hook == &system_hook)
        return calloc(1, bytes ? bytes : 1);
    void *p = hlmem_alloc(bytes);
    if (p)
        memset(p, 0, bytes);
    return p;
}

void *hlmem_realloc(void *p, size_t size)
{
    return hook->realloc(p, size ? size : 1);
}

void hlmem_free(void *p)
{
    if (p)
        hook->free(p);
}

char *hlmem_strdup(const char *s)
{
    assert(s);
    size_t size = strlen(s) + 1;
    char *copy = hlmem_alloc(size);
    if (copy)
        memcpy(copy, s, size);
    return copy;
}
