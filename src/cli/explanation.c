/*
 * explanation.c - see explanation.h.
 */
#include "cli/explanation.h"

#include <assert.h>
#include <string.h>

static const char *kind_name(enum hl_part_kind kind)
{
    static const char *const names[] = {"word", "pair", "phrase", "field"};
    return (size_t)kind < sizeof names / sizeof *names ? names[kind] : "part";
}

/* ---------------------------------------------------------------------- text */

/* All digits, so that a reader can add up and get the very score. */
static void add_real(struct hlcli_text *out, const char *before, double x)
{
    hlcli_add(out, before);
    hlcli_add_double(out, x);
}

/* Three lines a summand: where it comes from, the product, the sum so far. */
static void add_part(struct hlcli_text *out, const struct hl_part *part, double sum)
{
    hlcli_add_format(out, "%-7s", kind_name(part->kind));
    hlcli_add_plain(out, part->label, strlen(part->label));
    bool summed = part->kind == HL_PART_PHRASE || part->kind == HL_PART_FIELD;
    if (summed) {
        hlcli_add(out, ": idf is the sum of its words'");
    } else {
        hlcli_add(out, ": in ");
        hlcli_add_count(out, part->df);
        hlcli_add(out, part->df == 1 ? " article" : " articles");
    }
    hlcli_add_format(out, ", tf %llu", (unsigned long long)part->tf);
    if (part->cover)
        hlcli_add_format(out, ", cover %d", part->cover);
    add_real(out, "\n       weight ", part->weight);
    add_real(out, " * idf ", part->idf);
    add_real(out, " * sat ", part->sat);
    add_real(out, " = ", part->worth);
    add_real(out, "\n       sum ", sum);
    hlcli_add(out, "\n");
}

/* From the first summand to the score. */
static void add_sums(const struct hl_explanation *e, struct hlcli_text *out)
{
    double sum = 0;
    assert(e->parts || !e->part_count);
    for (size_t i = 0; i < e->part_count; i++) {
        sum += e->parts[i].worth;
        add_part(out, &e->parts[i], sum);
    }
    hlcli_add_format(out, "\ncover: has %d of %d, wanted %d%%\n", e->cover_have, e->cover_all,
                     e->cover_wanted);
    if (!e->answers) {
        hlcli_add(out, "no answer: ");
        hlcli_add(out, e->why ? e->why : "not enough of the query is there");
        hlcli_add(out, "\n");
    }
    if (e->refined) {
        add_real(out, "first stage ", e->first_stage);
        add_real(out, "\npassage ", e->passage);
        add_real(out, " * ", e->passage_weight);
        add_real(out, ", early ", e->early);
        add_real(out, " * ", e->early_weight);
        hlcli_add(out, "\n");
    }
    if (e->recency_weight > 0) {
        add_real(out, "recency 1 + ", e->recency_weight);
        add_real(out, " * 2^(-age / 365 days) = ", e->recency);
        hlcli_add(out, e->refined ? ", times first stage and times the rest\n"
                                  : ", times the last sum\n");
    }
    add_real(out, "score ", e->score);
    hlcli_add(out, "\n");
}

/* The formulas are printed too: the numbers below them are their parts, by name. */
void hlcli_explanation_text(const struct hl_explanation *e, struct hlcli_text *out)
{
    assert(e->id);
    hlcli_add(out, "article ");
    hlcli_add_plain(out, e->id, strlen(e->id));
    hlcli_add(out, ", length ");
    hlcli_add_count(out, e->length);
    hlcli_add(out, "\nN ");
    hlcli_add_count(out, e->articles);
    add_real(out, " articles, mean length ", e->mean_length);
    add_real(out, ", k1 ", e->k1);
    add_real(out, ", b ", e->b);
    hlcli_add(out, "\nidf = ln(1 + (N - df + 0.5) / (df + 0.5))\n"
                   "sat = tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean length))\n\n");
    add_sums(e, out);
}

void hlcli_explanation_lines(const struct hl_explanation *e, int indent, struct hlcli_text *out)
{
    struct hlcli_text sums;
    hlcli_text_init(&sums);
    add_sums(e, &sums);
    for (const char *p = sums.data; *p; p += strcspn(p, "\n"), p += *p == '\n')
        if (*p != '\n')
            hlcli_add_format(out, "%*s%.*s\n", indent, "", (int)strcspn(p, "\n"), p);
    hlcli_text_release(&sums);
}

/* ---------------------------------------------------------------------- JSON */

void hlcli_explanation_put_part(const struct hl_part *part, struct hlcli_json *json)
{
    hlcli_json_object(json);
    hlcli_json_put(json, "kind", kind_name(part->kind));
    hlcli_json_put(json, "label", part->label);
    hlcli_json_put_double(json, "weight", part->weight);
    hlcli_json_put_uint(json, "df", part->df);
    hlcli_json_put_double(json, "idf", part->idf);
    hlcli_json_put_uint(json, "tf", part->tf);
    hlcli_json_put_double(json, "sat", part->sat);
    hlcli_json_put_double(json, "worth", part->worth);
    hlcli_json_key(json, "cover");
    hlcli_json_int(json, part->cover);
    hlcli_json_object_end(json);
}

/* What the second look found, and what it made of it. */
static void put_second(struct hlcli_json *json, const char *kind, double weight, double value)
{
    hlcli_json_object(json);
    hlcli_json_put(json, "kind", kind);
    hlcli_json_put_double(json, "weight", weight);
    hlcli_json_put_double(json, "value", value);
    hlcli_json_put_double(json, "worth", weight * value);
    hlcli_json_object_end(json);
}

void hlcli_explanation_put(const struct hl_explanation *e, struct hlcli_json *json)
{
    hlcli_json_key(json, "explanation");
    hlcli_json_array(json);
    for (size_t i = 0; i < e->part_count; i++)
        hlcli_explanation_put_part(&e->parts[i], json);
    if (e->refined) {
        put_second(json, "passage", e->passage_weight, e->passage);
        put_second(json, "early", e->early_weight, e->early);
    }
    if (e->recency_weight > 0) {
        hlcli_json_object(json);
        hlcli_json_put(json, "kind", "recency");
        hlcli_json_put_double(json, "weight", e->recency_weight);
        hlcli_json_put_double(json, "factor", e->recency);
        hlcli_json_object_end(json);
    }
    hlcli_json_array_end(json);
}
