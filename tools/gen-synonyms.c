/*
 * gen-synonyms LIST > synonyms_table.h
 *
 * Reads a list of synonyms as the library does and writes the struct hl_synonyms that came
 * of it as constants.  A list with a mistake, or with lines that share a member, is refused:
 * the list of the project has each word once.
 */
#include "query/synonyms.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* Letters as they are; keys have neither quotes nor backslashes. */
static void put_string(const char *bytes, uint32_t size)
{
    putchar('"');
    for (uint32_t i = 0; i < size; i++) {
        assert((unsigned char)bytes[i] > ' ' && bytes[i] != '"' && bytes[i] != '\\');
        putchar(bytes[i]);
    }
    putchar('"');
}

static void put_key(const struct hlq_synonym_key *key)
{
    printf("    {");
    put_string(key->bytes, key->size);
    printf(", ");
    put_string(key->variant, key->variant_size);
    printf(", ");
    put_string(key->folded, key->folded_size);
    printf(", %u, %u, %u, %s},\n", key->size, key->variant_size, key->folded_size,
           key->marked ? "true" : "false");
}

/* Members lie group by group; a member is named by where that was. */
struct place {
    const struct hlq_synonym *member;
    uint32_t number;
};

static int by_address(const void *x, const void *y)
{
    const struct place *a = x, *b = y;
    return (a->member > b->member) - (a->member < b->member);
}

static uint32_t number_of(const struct place *places, uint32_t count,
                          const struct hlq_synonym *member)
{
    struct place wanted = {member, 0};
    const struct place *found = bsearch(&wanted, places, count, sizeof *places, by_address);
    assert(found);
    return found->number;
}

/* Keys, then members; the places are sorted on return. */
static void put_members(struct place *places, uint32_t count)
{
    uint32_t key = 0;
    printf("static const struct hlq_synonym_key default_keys[] = {\n");
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < places[i].member->count; k++)
            put_key(&places[i].member->keys[k]);
    printf("};\n\nstatic const struct hlq_synonym default_members[] = {\n");
    for (uint32_t i = 0; i < count; i++) {
        const struct hlq_synonym *m = places[i].member;
        printf("    {default_keys + %u, %u, %u, %u},\n", key, m->count, m->group, m->line);
        key += m->count;
    }
    printf("};\n\n");
    qsort(places, count, sizeof *places, by_address);
}

static void put_lists(const struct hl_synonyms *s, const struct place *places, uint32_t count)
{
    uint32_t at = 0;
    printf("static const struct hlq_synonym *const default_lists[] = {\n");
    for (uint32_t i = 0; i < s->group_count; i++)
        for (uint32_t k = 0; k < s->groups[i].count; k++)
            printf("    default_members + %u,\n",
                   number_of(places, count, s->groups[i].members[k]));
    printf("};\n\nstatic const struct hlq_synonym *const default_sorted[] = {\n");
    for (uint32_t i = 0; i < s->count; i++)
        printf("    default_members + %u,\n", number_of(places, count, s->sorted[i]));
    printf("};\n\nstatic const struct hlq_synonym_group default_groups[] = {\n");
    for (uint32_t i = 0; i < s->group_count; i++) {
        printf("    {default_lists + %u, %u, %u},\n", at, s->groups[i].own, s->groups[i].count);
        at += s->groups[i].count;
    }
    printf("};\n\n");
}

static void put_list(const struct hl_synonyms *s)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->group_count; i++)
        count += s->groups[i].own;
    struct place *places = calloc(count + 1, sizeof *places);
    if (!places)
        abort();
    count = 0;
    for (uint32_t i = 0; i < s->group_count; i++)
        for (uint32_t k = 0; k < s->groups[i].own; k++, count++)
            places[count] = (struct place){s->groups[i].members[k], count};
    printf("/* Made by tools/gen-synonyms of src/query/synonyms.txt. */\n");
    put_members(places, count);
    put_lists(s, places, count);
    printf("static const struct hl_synonyms default_list = {\n"
           "    .sorted = default_sorted, .count = %u, .groups = default_groups, "
           ".group_count = %u};\n",
           s->count, s->group_count);
    free(places);
}

int main(int argc, char **argv)
{
    struct hl_synonyms *synonyms;
    struct hl_error err;
    if (argc != 2) {
        fprintf(stderr, "usage: gen-synonyms LIST > synonyms_table.h\n");
        return 2;
    }
    if (hl_synonyms_open(argv[1], &synonyms, &err) != HL_OK) {
        fprintf(stderr, "gen-synonyms: %s\n", err.text);
        return 1;
    }
    const struct hl_note *note = hl_synonyms_note(synonyms, 0);
    if (note)
        fprintf(stderr, "gen-synonyms: %s: %s\n", argv[1], note->text);
    else if (synonyms->group_count)
        put_list(synonyms);
    int code = note || !synonyms->group_count || ferror(stdout) || fflush(stdout);
    hl_synonyms_free(synonyms);
    return code;
}
