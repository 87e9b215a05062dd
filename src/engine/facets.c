#include "engine/facets.h"

#include "segment/format.h"

bool hlfacets_init(struct hlfacets *facets)
{
    return hlvocab_init(&facets->names);
}

void hlfacets_release(struct hlfacets *facets)
{
    hlvocab_release(&facets->names);
}

bool hlfacets_code(struct hlfacets *facets, const char *name, uint16_t *out_code)
{
    uint32_t number;
    uint64_t hash;
    *out_code = 0;
    if (!name || !*name)
        return true;
    if (!hlvocab_find(&facets->names, name, strlen(name), &number, &hash))
        return false;
    *out_code = number < UINT16_MAX ? (uint16_t)(number + 1) : 0;
    return true;
}

bool hlfacets_code_of(struct hlfacets *facets, const char *name, size_t size,
                      uint16_t *out_code)
{
    uint32_t number;
    uint64_t hash;
    if (facets->names.count < HLFMT_NAMES_MAX) {
        if (!hlvocab_find(&facets->names, name, size, &number, &hash))
            return false;
        *out_code = (uint16_t)(number + 1);
        return true;
    }
    *out_code = hlvocab_has(&facets->names, name, size, &number) ? (uint16_t)(number + 1) : 0;
    return true;
}

bool hlfacets_encode(const struct hlfacets *facets, struct hlbuf *to)
{
    const struct hlvocab *v = &facets->names;
    hlbuf_put_u32(to, v->count);
    for (uint32_t i = 0; i < v->count; i++)
        hlbuf_put_u32(to, v->terms[i].at + v->terms[i].size);
    return hlbuf_put(to, v->bytes.data, v->bytes.size);
}
