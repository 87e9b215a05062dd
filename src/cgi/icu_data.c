/*
 * icu_data.c - ICU's data, of which the search page needs none.
 *
 * The page is linked statically, since finding and relocating seven libraries took longer
 * than most searches.  ICU names its data, 30 MB, by one symbol; whoever defines it with an
 * empty table of contents links without.  What src/text asks of ICU (canonical forms, cases,
 * categories, scripts) is compiled into its code.  Charsets, locales and NFKC are not: a call
 * of theirs would fail with U_MISSING_RESOURCE_ERROR.  In a dynamic build this lies unused.
 */
#include <unicode/udata.h>

/* The head of a "common" data file, as ICU's own stubdata has it. */
struct empty_data {
    uint16_t head_size;
    uint8_t magic[2];
    UDataInfo info;
    char reserved[8];
    uint32_t count, unused;
};
_Static_assert(sizeof(UDataInfo) == 20, "as ICU reads it");

extern const struct empty_data U_ICUDATA_ENTRY_POINT;

_Alignas(16) const struct empty_data U_ICUDATA_ENTRY_POINT = {
    .head_size = 32,
    .magic = {0xda, 0x27},
    .info = {.size = sizeof(UDataInfo),
             .isBigEndian = U_IS_BIG_ENDIAN,
             .charsetFamily = U_CHARSET_FAMILY,
             .sizeofUChar = sizeof(UChar),
             .dataFormat = {'T', 'o', 'C', 'P'},
             .formatVersion = {1, 0, 0, 0}},
};
