/*
 * syntax.c - the query language, as hlsearch-query(7) and `hlsearch help syntax` tell it.
 *
 * What readers may type, for readers: what each form finds, not how. manual.c lays it out.
 */
#include "cli/language.h"
#include "cli/topic.h"

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
    {"=da", HLCLI_SAID("The word itself: no other marking or spelling of it, no synonym. In a "
                       "phrase too: \"=kĩ thuật\".")},
    {"công*", HLCLI_SAID("Words that begin so. A mark that is typed stays, others may come: "
                         "nghê* finds nghệ and "
                         "nghề, nghe* finds all of them. In phrases and fields too.")},
    {HLCLI_SAID("Words together"), NULL},
    {"\"ung thư phổi\"", HLCLI_SAID("A phrase: these words side by side, in this order, in one "
                                    "field. Curly quotes (“ ”) do as well.")},
    {"\"vắc xin trẻ em\"~5",
     HLCLI_SAID(
         "Near: all of these words, in any order, in one field, with at most 5 other words "
         "between them.")},
    {HLCLI_SAID("Leaving out, and either of two"), NULL},
    {"ung thư -phổi", HLCLI_SAID("Articles without the word phổi. A phrase, a field, a date or "
                                 "parentheses may be left out too: "
                                 "-\"ung thư phổi\", -section:\"Thể thao\".")},
    {"vắc xin OR vaccine",
     HLCLI_SAID(
         "Articles that have what stands right before OR, or what stands right after it: a run "
         "of words, a phrase, field:value or parentheses. Words that stand in one run must all "
         "be there. OR is written in capitals; AND and NOT are words, and a note says so.")},
    {"(vắc xin OR vaccine) sốt rét",
     HLCLI_SAID(
         "Parentheses hold together what belongs together: here, sốt rét besides either. They "
         "may stand within each other.")},
    {HLCLI_SAID("Fields"), NULL},
    {"title:vắc, lead:xin, body:\"sốt rét\"",
     HLCLI_SAID("The word or phrase in the title, the lead or the body. A name before "
                "parentheses is for all in them: title:(vắc xin OR vaccine).")},
    {"section:\"Sức khỏe\", source:dantri.com.vn, author:\"Lê An\", tag:AI",
     HLCLI_SAID("Articles whose section, source, author or tag has this name, the whole of it; "
                "one tag of several is enough. Capitals do not count; marks count where some "
                "are typed. Two sources: source:(vnexpress.net OR \"Tia Sáng\").")},
    {HLCLI_SAID("Dates"), NULL},
    {"after:2017-01-05", HLCLI_SAID("From this day on.")},
    {"before:2018", HLCLI_SAID("Before this day, or the first day of this month or year.")},
    {"date:1/2017", HLCLI_SAID("Of this day, month or year.")},
    {"date:2015..2017",
     HLCLI_SAID(
         "From the one to the other, both whole: here three years. Days and months will do; "
         "2015.. has no end, ..2017 no beginning.")},
    {NULL,
     HLCLI_SAID(
         "A date is a day (2017-01-05 or 5/1/2017, day first), a month (2017-01 or 1/2017) or "
         "a year (2017). Days begin at +07:00. An article of which only the year or month is "
         "known counts as its first day; one without a date is never within.")},
    {HLCLI_SAID("What never fails"), NULL},
    {NULL,
     HLCLI_SAID(
         "What does not parse is searched for as words, or left out where it has none, and a "
         "note says so: a quote or parenthesis that is not closed reaches to the end; an OR "
         "with one side and a date that is none are words; where all words are to be left out, "
         "they are searched for. Only --strict makes errors of them. Where nothing is found, "
         "the nearest that finds something is named.")},
    {HLCLI_SAID("Limits"), NULL},
    {NULL,
     HLCLI_SAID(
         "64 KiB and 1,024 words a query; one with more is an error, and so is one that would "
         "have to look at more than 15 million places of words (phrases and words near each "
         "other of very short prefixes). Parentheses stand at most "
         "32 deep, words near each other at most 1,000 others apart, and what goes beyond is "
         "left out, with a note. Of the words that begin with a prefix the 1,024 commonest are "
         "searched for, in phrases and fields 256.")},
    {HLCLI_SAID("In a shell"), NULL},
    {NULL,
     HLCLI_SAID(
         "Put the query between single quotes where it has signs that the shell takes for "
         "itself, or a word that begins with a hyphen: hlsearch query news.ix '\"ung thư "
         "phổi\" "
         "-thuốc'. Where it begins with the hyphen put -- before it: hlsearch query news.ix -- "
         "'-thuốc \"ung thư phổi\"'. Words alone need neither.")},
};

const struct hlcli_topic hlcli_topic_syntax = {
    .word = "syntax",
    .page = "hlsearch-query",
    .section = 7,
    .about = "the query language of hlsearch",
    .also = ".BR hlsearch (1),\n.BR hlsearch\\-query (1)\n",
    .entries = entries,
    .count = sizeof entries / sizeof *entries,
};
