/*
 * synonyms_link.c - members that were read to groups.
 *
 * Who writes a = b in one line and b = c in another means that a is c: lines that
 * share a member become one group, by union-find (Galler and Fischer, 1964).  "=>"
 * goes one step only, from group to group: were it followed further, a chain of
 * words each a little wider than the one before would end at anything.
 */
#include "query/synonyms.h"

#include "base/err.h"
#include "base/mem.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_GROUP UINT32_MAX

enum { SHOWN_ROOM = 80, NOTE_ROOM = 256 };

/* Two lines that had a member in common. */
struct merge {
    uint32_t line, before;
    const struct hlq_synonym *member;
};

struct linker {
    struct hlq_synonym_draft *draft;
    uint32_t *parents; /* of sides */
    uint32_t *groups;  /* of sides that are their own parents */
    const struct hlq_synonym **sorted;
    uint32_t sorted_count;
    struct merge *merges; /* fewer than members */
    uint32_t merge_count;
    struct hlq_synonym_group *list;
    const struct hlq_synonym ***places; /* the groups' lists while they are filled */
    uint32_t list_count;
    struct hl_error *err;
};

static uint32_t root_of(const struct linker *l, uint32_t side)
{
    assert(side < l->draft->side_count);
    while (l->parents[side] != side) {
        l->parents[side] = l->parents[l->parents[side]];
        side = l->parents[side];
    }
    return side;
}

/* The lower one stays, so that groups come in the order of the text. */
static bool unite(struct linker *l, uint32_t a, uint32_t b)
{
    a = root_of(l, a);
    b = root_of(l, b);
    l->parents[a > b ? a : b] = a > b ? b : a;
    return a != b;
}

/* ------------------------------------------------------------------- sorting */

/* Folded keys, a shorter row before one that goes on; then variant keys; then lines. */
static int by_keys(const void *x, const void *y)
{
    const struct hlq_synonym *a = *(const struct hlq_synonym *const *)x;
    const struct hlq_synonym *b = *(const struct hlq_synonym *const *)y;
    int r = 0;
    for (uint32_t i = 0; !r && i < a->count && i < b->count; i++)
        r = hlq_synonym_compare(a->keys[i].folded, a->keys[i].folded_size, b->keys[i].folded,
                                b->keys[i].folded_size);
    if (!r && a->count != b->count)
        r = a->count < b->count ? -1 : 1;
    for (uint32_t i = 0; !r && i < a->count; i++)
        r = hlq_synonym_compare(a->keys[i].variant, a->keys[i].variant_size, b->keys[i].variant,
                                b->keys[i].variant_size);
    if (!r && a->line != b->line)
        r = a->line < b->line ? -1 : 1;
    return r ? r : (a->group > b->group) - (a->group < b->group);
}

static int by_line(const void *x, const void *y)
{
    const struct merge *a = x, *b = y;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return (a->before > b->before) - (a->before < b->before);
}

/* Unites the sides of equal members; the first of them stays, the others are out. */
static void merge_equal(struct linker *l)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < l->sorted_count; i++) {
        struct hlq_synonym *m = (struct hlq_synonym *)l->sorted[i];
        const struct hlq_synonym *before = kept ? l->sorted[kept - 1] : NULL;
        if (!before || !hlq_synonym_same(before, m)) {
            l->sorted[kept++] = m;
            continue;
        }
        bool told = !l->draft->sides[before->group].lone && !l->draft->sides[m->group].lone;
        if (unite(l, before->group, m->group) && told)
            l->merges[l->merge_count++] = (struct merge){m->line, before->line, before};
        m->group = NO_GROUP;
    }
    l->sorted_count = kept;
}

/* --------------------------------------------------------------------- groups */

static hl_status too_many(const struct linker *l, uint32_t line)
{
    return hlerr_set_at(l->err, HL_LIMIT, line,
                        "%s:%u: with the lines that share a member this makes more than %d "
                        "synonyms of one word; take some out",
                        l->draft->name, line, HLQ_SYNONYM_FOUND_MAX);
}

/* Numbers groups and counts their members. */
static hl_status count_groups(struct linker *l)
{
    struct hlq_synonym_draft *d = l->draft;
    for (uint32_t side = 0; side < d->side_count; side++)
        if (root_of(l, side) == side)
            l->groups[side] = l->list_count++;
    for (uint32_t i = 0; i < d->member_count; i++) {
        struct hlq_synonym *m = d->members[i];
        if (m->group == NO_GROUP)
            continue;
        m->group = l->groups[root_of(l, m->group)];
        struct hlq_synonym_group *group = &l->list[m->group];
        if (++group->own > HLQ_SYNONYM_FOUND_MAX)
            return too_many(l, m->line);
    }
    return HL_OK;
}

static hl_status make_lists(struct linker *l)
{
    const struct hlq_synonym_draft *d = l->draft;
    for (uint32_t i = 0; i < l->list_count; i++) {
        struct hlq_synonym_group *group = &l->list[i];
        assert(group->own);
        l->places[i] = hlq_slab_take(&l->draft->slab, group->own * sizeof **l->places);
        if (!l->places[i])
            return hlerr_nomem(l->err);
        group->members = l->places[i];
    }
    for (uint32_t i = 0; i < d->member_count; i++) {
        const struct hlq_synonym *m = d->members[i];
        if (m->group != NO_GROUP)
            l->places[m->group][l->list[m->group].count++] = m;
    }
    return HL_OK;
}

static bool has(const struct hlq_synonym_group *group, const struct hlq_synonym *member)
{
    for (uint32_t i = 0; i < group->count; i++)
        if (group->members[i] == member)
            return true;
    return false;
}

/* Adds what a group finds one way: the list is made anew, longer. */
static hl_status add_one_way(struct linker *l, const struct hlq_synonym_link *link)
{
    struct hlq_synonym_group *from = &l->list[l->groups[root_of(l, link->from)]];
    const struct hlq_synonym_group *to = &l->list[l->groups[root_of(l, link->to)]];
    if (from == to || has(from, to->members[0]))
        return HL_OK;
    if (from->count + to->own > HLQ_SYNONYM_FOUND_MAX)
        return too_many(l, l->draft->sides[link->to].line);
    const struct hlq_synonym **members =
        hlq_slab_take(&l->draft->slab, (from->count + to->own) * sizeof *members);
    if (!members)
        return hlerr_nomem(l->err);
    memcpy(members, from->members, from->count * sizeof *members);
    memcpy(members + from->count, to->members, to->own * sizeof *members);
    from->members = members;
    from->count += to->own;
    return HL_OK;
}

/* What finds nothing (the right side of a lone =>) need not be looked for. */
static void drop_idle(struct linker *l)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < l->sorted_count; i++)
        if (l->list[l->sorted[i]->group].count > 1)
            l->sorted[kept++] = l->sorted[i];
    assert(kept || !l->sorted_count);
    l->sorted_count = kept;
}

/* ---------------------------------------------------------------------- notes */

/* The first merges, in the order of the text. */
static hl_status make_notes(struct linker *l)
{
    struct hl_synonyms *s = l->draft->synonyms;
    qsort(l->merges, l->merge_count, sizeof *l->merges, by_line);
    for (uint32_t i = 0; i < l->merge_count && i < HLQ_SYNONYM_NOTES_MAX; i++) {
        const struct merge *m = &l->merges[i];
        char shown[SHOWN_ROOM], *text = hlq_slab_take(&l->draft->slab, NOTE_ROOM);
        if (!text)
            return hlerr_nomem(l->err);
        hlq_synonym_text(m->member, shown, sizeof shown);
        snprintf(text, NOTE_ROOM,
                 hlerr_say("line %u: \"%s\" stands in line %u too; their groups are one"),
                 m->line, shown, m->before);
        s->notes[s->note_count++] = (struct hl_note){text, m->line};
    }
    return HL_OK;
}

static hl_status link_all(struct linker *l)
{
    struct hlq_synonym_draft *d = l->draft;
    for (uint32_t i = 0; i < d->side_count; i++)
        l->parents[i] = i;
    for (uint32_t i = 0; i < d->member_count; i++)
        l->sorted[l->sorted_count++] = d->members[i];
    qsort(l->sorted, l->sorted_count, sizeof *l->sorted, by_keys);
    merge_equal(l);
    hl_status status = count_groups(l);
    if (status == HL_OK)
        status = make_lists(l);
    for (uint32_t i = 0; status == HL_OK && i < d->link_count; i++)
        status = add_one_way(l, &d->links[i]);
    if (status != HL_OK)
        return status;
    drop_idle(l);
    return make_notes(l);
}

hl_status hlq_synonyms_link(struct hlq_synonym_draft *draft, struct hl_error *err)
{
    struct hl_synonyms *s = draft->synonyms;
    struct linker l = {.draft = draft, .err = err};
    if (!draft->member_count)
        return HL_OK;
    assert(draft->side_count && draft->side_count <= 2 * HLQ_SYNONYM_GROUPS_MAX);
    l.parents = hlmem_zalloc(draft->side_count, sizeof *l.parents);
    l.groups = hlmem_zalloc(draft->side_count, sizeof *l.groups);
    l.places = hlmem_zalloc(draft->side_count, sizeof *l.places);
    l.merges = hlmem_zalloc(draft->member_count, sizeof *l.merges);
    l.list = hlarena_zalloc(&s->arena, draft->side_count, sizeof *l.list);
    l.sorted = hlarena_zalloc(&s->arena, draft->member_count, sizeof *l.sorted);
    bool good = l.parents && l.groups && l.places && l.merges && l.list && l.sorted;
    hl_status status = good ? link_all(&l) : hlerr_nomem(err);
    s->sorted = l.sorted;
    s->count = l.sorted_count;
    s->groups = l.list;
    s->group_count = l.list_count;
    hlmem_free(l.parents);
    hlmem_free(l.groups);
    hlmem_free((void *)l.places);
    hlmem_free(l.merges);
    return status;
}
