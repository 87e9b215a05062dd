#include "token/number.h"

#include <assert.h>
#include <string.h>

/* What the digits and marks of a number look like. */
struct shape {
    size_t dots, commas;
    size_t first;    /* digits before the first mark */
    bool groups;     /* every digit group between or behind marks has three digits, ... */
    bool last_three; /* ... but the last one, about which this tells */
    bool comma_first;
};

/* One pass over digits and marks; false if two marks meet or one stands at an end. */
static bool read_shape(const char *text, size_t size, struct shape *out_shape)
{
    assert(size > 0);
    struct shape shape = {.groups = true};
    size_t run = 0, marks = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] >= '0' && text[i] <= '9') {
            run++;
            continue;
        }
        if (!run || (text[i] != '.' && text[i] != ','))
            return false;
        if (marks++ == 0) {
            shape.first = run;
            shape.comma_first = text[i] == ',';
        } else {
            shape.groups &= run == 3;
        }
        shape.dots += text[i] == '.';
        shape.commas += text[i] == ',';
        run = 0;
    }
    if (!run)
        return false;
    if (!marks)
        shape.first = run;
    shape.last_three = run == 3;
    assert(shape.first > 0 && shape.first <= size);
    *out_shape = shape;
    return true;
}

/* Copies without the grouping mark; the other mark, if any, becomes the decimal point. */
static size_t copy_number(const char *text, size_t size, char grouping, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == grouping)
            continue;
        out[n++] = text[i] == ',' ? '.' : text[i];
    }
    assert(n <= size);
    return n;
}

size_t hltoken_number_key(const char *text, size_t size, char *out)
{
    struct shape shape;
    if (!read_shape(text, size, &shape))
        return 0;
    size_t marks = shape.dots + shape.commas;
    bool can_group = shape.first <= 3 && text[0] != '0' && shape.groups;
    if (marks == 0)
        return copy_number(text, size, 0, out);
    if (shape.commas == 0) {
        /* 94.760 groups, 0.125 and 2021.123 and 4.0 do not. */
        if (can_group && shape.last_three)
            return copy_number(text, size, '.', out);
        return marks == 1 ? copy_number(text, size, 0, out) : 0;
    }
    if (shape.dots == 0) {
        if (marks == 1) /* a single comma is decimal, even before three digits */
            return copy_number(text, size, 0, out);
        return can_group && shape.last_three ? copy_number(text, size, ',', out) : 0;
    }
    assert(shape.dots > 0 && shape.commas > 0);
    /* Both marks: one kind groups, the other comes once and last. */
    if (!can_group)
        return 0;
    size_t decimals = shape.comma_first ? shape.dots : shape.commas;
    char decimal = shape.comma_first ? '.' : ',';
    size_t last = size;
    while (text[last - 1] != '.' && text[last - 1] != ',')
        last--;
    if (decimals != 1 || text[last - 1] != decimal)
        return 0;
    return copy_number(text, size, shape.comma_first ? ',' : '.', out);
}

bool hltoken_is_unit(const char *suffix, size_t size)
{
    static const char units[] =
        " ha km km2 m m2 m3 cm mm nm kg g mg ml l kw mw gw kwh v w gb tb "
        "mb kb hz ghz usd vnd đ tr h s ";
    char word[8] = " "; /* with a blank on each side, so that k is not found in km */
    if (size == 0 || size > 4)
        return false;
    if (size == 1 && suffix[0] >= 'A' && suffix[0] <= 'Z')
        return false; /* 5G, 4K, 220V */
    for (size_t i = 0; i < size; i++)
        word[i + 1] =
            suffix[i] >= 'A' && suffix[i] <= 'Z' ? (char)(suffix[i] | 0x20) : suffix[i];
    word[size + 1] = ' ';
    return strstr(units, word) != NULL;
}
