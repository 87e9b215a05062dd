/*
 * syntax.c - see syntax.h.
 *
 * What readers may type, for readers: what each form finds, not how. manual.c lays it out.
 */
#include "cli/syntax.h"
#include "cli/language.h"

static const struct hlcli_entry entries[] = {
    {NULL,
     HLCLI_SAID(
         "A query is words, as people type them into a search box; a few signs say more. "
         "Answers come best first: rare words count more than common ones, words that stand "
         "together more than words apart.")},
    {HLCLI_SAID("Words"), NULL},
    {"khu công nghệ cao", HLCLI_SAID("Articles that have enough of these words: all of one, "
                                     "half of the weight of two, less of "
                                     "more. --all wants every word, --any one of them.")},
    {"hoà lạc, hòa lạc", HLCLI_SAID("A syllable that is typed with a mark (đ is one) means "
                                    "that syllable, wherever its tone mark stands, "
                                    "and with i or y (kĩ, kỹ).")},
    {"khu cong nghe cao",
     HLCLI_SAID(
         "A syllable without marks means the markings that its neighbours make likely in this "
         "index, the others a little lower; how it was understood stands above the answers. "
         "Where "
         "most words of a query are marked, the others are meant as they stand.")},
    {"=da", HLCLI_SAID("The word itself, without marks, and no other marking of it.")},
    {"công*", HLCLI_SAID("Words that begin so: a prefix, of a syllable or a word.")},
    {HLCLI_SAID("Words together"), NULL},
    {"\"ung thư phổi\"",
     HLCLI_SAID("A phrase: these words side by side, in this order, in one field.")},
    {"\"vắc xin trẻ em\"~5",
     HLCLI_SAID(
         "Near: all of these words, in any order, in one field, with at most 5 other words "
         "between them.")},
    {HLCLI_SAID("Leaving out, and either of two"), NULL},
    {"ung thư -phổi", HLCLI_SAID("Articles without the word phổi. A phrase, a field or "
                                 "parentheses may be left out too: "
                                 "-\"ung thư phổi\", -section:\"Thể thao\".")},
    {"vắc xin OR vaccine",
     HLCLI_SAID(
         "Articles that have what stands on one side of OR, or on the other. Each side is a "
         "run of "
         "words, a phrase, field:value or parentheses; words that stand in one run must all be "
         "there. OR is written in capitals.")},
    {"(vắc xin OR vaccine) sốt rét",
     HLCLI_SAID(
         "Parentheses hold together what belongs together: here, sốt rét besides either.")},
    {HLCLI_SAID("Fields"), NULL},
    {"title:vắc, lead:xin, body:\"sốt rét\"",
     HLCLI_SAID("The word or phrase in the title, the lead or the body.")},
    {"section:\"Sức khỏe\", source:dantri.com.vn, author:\"Lê An\", tag:AI",
     HLCLI_SAID("Articles whose section, source, author or tag has this name, the whole of it. "
                "Capitals "
                "do "
                "not count; marks count where some are typed.")},
    {HLCLI_SAID("Dates"), NULL},
    {"after:2017-01-05", HLCLI_SAID("From this day on.")},
    {"before:2018", HLCLI_SAID("Before this day, or the first day of this month or year.")},
    {"date:1/2017", HLCLI_SAID("Of this day, month or year.")},
    {NULL,
     HLCLI_SAID(
         "A date is a day (2017-01-05 or 5/1/2017, day first), a month (2017-01 or 1/2017) or "
         "a year (2017). Days begin at +07:00. Articles without a date are never within.")},
    {HLCLI_SAID("What never fails"), NULL},
    {NULL,
     HLCLI_SAID(
         "What does not parse becomes words, and a note says so: a quote or parenthesis that "
         "is not closed reaches to the end; a sign with nothing beside it, an OR with one "
         "side, a date that is none, mean what they "
         "say as words. Only --strict makes errors of them. Where nothing is found, the "
         "nearest that finds something is named.")},
    {HLCLI_SAID("In a shell"), NULL},
    {NULL,
     HLCLI_SAID(
         "Put the query between single quotes where it has signs that the shell takes for "
         "itself, or begins a word with a hyphen: hlsearch query news.ix '\"ung thư phổi\" "
         "-thuốc'. Words alone need none.")},
};

const struct hlcli_entry *hlcli_syntax_at(size_t i)
{
    return i < sizeof entries / sizeof *entries ? &entries[i] : NULL;
}
