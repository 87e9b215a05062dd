/*
 * gen-width-table.c - makes width_table.h: which characters take two places on a terminal,
 * and which none, as ranges in order.  Run when hlsearch is built; ICU knows.
 */
#include <stdio.h>
#include <unicode/uchar.h>

/* As terminals do: marks and formats stand over what is before them, a soft hyphen does not;
 * vowels and finals of Hangul join the letter before. */
static int width_of(UChar32 c)
{
    int8_t category = u_charType(c);
    int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
    if (c == 0xad)
        return 1;
    if (category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK ||
        category == U_FORMAT_CHAR || (c >= 0x1160 && c <= 0x11ff))
        return 0;
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

int main(void)
{
    UChar32 first = 0;
    int width = 1;
    printf("/* Made by tools/gen-width-table.c from ICU %s. */\n", U_ICU_VERSION);
    for (UChar32 c = 0; c <= 0x110000; c++) {
        int next = c <= 0x10ffff ? width_of(c) : 1;
        if (next == width)
            continue;
        if (width != 1)
            printf("    {0x%x, 0x%x, %d},\n", (unsigned)first, (unsigned)c - 1, width);
        first = c;
        width = next;
    }
    return 0;
}
