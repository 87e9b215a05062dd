#!/bin/sh
# hlsearch query: dates, values, order, facets.
. tests/cases/cli.sh

# a and b: around midnight of new year at +07:00; c and d: one second, d says more about it;
# e: no date, no source.
cat >"$T/five.jsonl" <<'END'
{"id":"a","title":"Tàu vũ trụ một","date":"2016-12-31T23:59:59+07:00","source":"Báo Mới","section":"Khoa học","author":"Lê An","tags":["Tên lửa","chip"]}
{"id":"b","title":"Tàu vũ trụ hai","date":"2017-01-01T00:00:00+07:00","source":"Báo Mới","section":"Số","tags":"chip, chip"}
{"id":"c","title":"Tàu vũ trụ ba bốn năm sáu bảy tám","date":"2017-02-03","source":"Tin Nhanh","section":"khoa học"}
{"id":"d","title":"Vũ trụ, tàu vũ trụ","date":"2017-02-03","source":"Báo Mới","section":"Khoa học"}
{"id":"e","title":"Tàu vũ trụ không ngày"}
END
"$HL" index "$T/n" "$T/five.jsonl" -q
ids()
{
    "$HL" query "$T/n" tàu vũ trụ -f ids "$@" 2>"$T/err" | tr -d '\n'
}

# --- dates
is "$(ids --after 2017 --before 2018 | fold -w1 | sort | tr -d '\n')" bcd \
    "a year: from its first second at +07:00, no article without a date"
is "$(ids --before 2017)" a "before a year"
is "$(ids --before 2017-01-01)$(ids --before 1/1/2017)$(ids --before 1/2017)" aaa \
    "a day either way round, a month"
is "$(TZ=America/New_York ids --before 2017)" a "the zone of the machine changes nothing"
is "$(ids --after 2017-01-02 --before 2017-02-04 | fold -w1 | sort | tr -d '\n')" cd \
    "--after and --before together"
is "$(ids --after 2017-02-03 --before 2017-02-03T10:00)" "" "a time of day is no day"
run query "$T/n" tàu --after 2017-02-30
is "$CODE$OUT" 2 "a day that is not: exit 2"
is "$ERR" "hlsearch: --after wants a day, month or year such as 2017-01-05, 5/1/2017, 1/2017 or 2017, not \"2017-02-30\"" \
    "and which option it was"
run query "$T/n" tàu --before hôm nay
is "$CODE" 2 "words are no day"
run query "$T/n" tàu --after 2018 --before 2017
is "$CODE $ERR" "2 hlsearch: no day is both from 2018 on and before 2017; --before names the first day that is left out" \
    "a range that ends before it begins"
run query "$T/n" tàu --after 2017 --before 2017
is "$CODE" 2 "an empty range"
run query "$T/n" tàu --after 2030
is "$CODE$OUT" 1 "nothing in the range: exit 1"
run query "$T/n" tàu --after 1950 -n 0
has "$OUT" "4 results, " "a bound leaves the undated out, however early"

if has_python; then
    on_terminal 100 40 query "$T/n" tàu vũ trụ --after 2030
    has "$OUT" "nothing found of these dates and values; 5 without them" \
        "people are told what is there"
    on_terminal 100 40 query "$T/n" tàu vũ trụ --tag zzz
    has "$OUT" "nothing found of these dates and values; 5 without them" \
        "of a tag too"
    on_terminal 100 40 query "$T/n" tàu zzz --all --after 2017
    has "$OUT" "no article has all of: tàu, zzz" "but not that dates keep it from them where they do not"
    on_terminal 100 40 query "$T/n" 'tàu date:1999'
    has "$OUT" "nothing found; " "nor that no article has a word that some have"
    has "$OUT" " without date:1999" "but for a date in the query"
else
    skip "python3 not there"
fi

# --- values
is "$(ids --source 'BÁO mới' | fold -w1 | sort | tr -d '\n')" abd "--source: case does not count"
is "$(ids --source 'bao moi' | fold -w1 | sort | tr -d '\n')" abd "nor do marks, where none are typed"
is "$(ids --source 'báo mơi')" "" "but those that are typed do"
is "$(ids --source báo)" "" "whole names"
is "$(ids --section 'khoa học' | fold -w1 | sort | tr -d '\n')" acd "--section: every spelling of the name"
is "$(ids --section 'khoa hoc' --source 'tin nhanh')" c "two values: both"
is "$(ids --author 'lê an')" a "--author"
is "$(ids --section 'khoa học' --before 2017)" a "values and dates"
is "$(ids --tag 'ten lua')$(ids --tag 'TÊN LỬA')" aa "--tag: neither case nor marks"
is "$(ids --tag 'tên lưa')$(ids --tag tên)" "" "but marks that are typed; whole tags"
is "$(ids --tag Chip | fold -w1 | sort | tr -d '\n')" ab "any of an article's tags"
is "$(ids --tag chip --after 2017)" b "a tag and dates"
run query "$T/n" tàu --tag "$(printf 'ch\377ip')"
is "$CODE" 2 "a tag that is no UTF-8"
run query "$T/n" tàu --tag
is "$CODE" 2 "a tag is wanted"

# --- order
is "$(ids -s -date)" dcbae "-s -date: newest first, of one second the better, the undated last"
is "$(ids --sort date)" abdce "--sort date: oldest first, the undated last"
is "$(ids -s -date -n 2)$(ids -s -date -n 2 -o 2)$(ids -s -date -n 2 -o 4)" dcbae "pages by date"
is "$(ids -s date --after 2017)" bdc "order and dates"
is "$(ids -s relevance)" "$(ids)" "--sort relevance: as without it"
run query "$T/n" tàu -s newest
is "$CODE $ERR" "2 hlsearch: -s wants one of relevance|date|-date, not \"newest\"" "no such order"
score=$("$HL" query "$T/n" tàu vũ trụ --rank bm25 -f tsv | awk -F '\t' '{ print $3, $2 }' | sort)
is "$("$HL" query "$T/n" tàu vũ trụ --rank bm25 -s date -f tsv | awk -F '\t' '{ print $3, $2 }' | sort)" \
    "$score" "scores are filled in"

# --- facets
run query "$T/n" tàu vũ trụ -n 0 --facet source,section:1 --facet year --facet month:2,author
is "$(echo "$OUT" | head -5)" "source: Báo Mới 3, Tin Nhanh 1, none 1
section: Khoa học 2, 2 others, none 1
author: Lê An 1, none 4
year: 2017 3, 2016 1, none 1
month: 2017-02 2, 2016-12 1, 1 other, none 1" "counts by frequency, then by name"
run query "$T/n" tàu vũ trụ -n 0 --facet tag
is "$(echo "$OUT" | head -1)" "tag: chip 2, Tên lửa 1, none 3" "each tag of each article, once"
run query "$T/n" tàu vũ trụ -n 0 --facet tag:1 --tag 'tên lửa'
is "$(echo "$OUT" | head -1)" "tag: Tên lửa 1, 1 other" "also of those with a tag"
run query "$T/n" tàu vũ trụ -n 1 --facet year --after 2017
has "$OUT" "year: 2017 3" "of all that answer, shown or not, and of no other"
is "$(echo "$OUT" | tail -1)" "year: 2017 3" "after the hits"
run query "$T/n" hai --facet source
has "$OUT" "source: Báo Mới 1" "one article"
run query "$T/n" zzz --facet source
is "$CODE$OUT" 1 "nothing found: no counts"
if has_python; then
    run query "$T/n" tàu vũ trụ --json --facet source:1,year
    is "$(json 'list(d)[8:]')" '["backend", "hits", "facets", "facets_distinct", "suggestions", "next"]' \
        "json: keys in order"
    is "$(json '[d["facets"], d["facets_distinct"]]')" \
        '[{"source": [["Báo Mới", 3], [null, 1]], "year": [["2017", 3], ["2016", 1], [null, 1]]}, {"source": 2, "year": 2}]' \
        "json: pairs, null for none; how many values there are"
    run query "$T/n" tàu vũ trụ --json --facet tag
    is "$(json '[d["facets"], d["facets_distinct"]]')" \
        '[{"tag": [["chip", 2], ["Tên lửa", 1], [null, 3]]}, {"tag": 2}]' "json: tags"
    run query "$T/n" zzz --json --facet year
    is "$CODE $(json '[d["facets"], d["facets_distinct"]]')" '1 [{"year": []}, {"year": 0}]' \
        "json: nothing found"
    run query "$T/n" tàu --json --after x
    is "$CODE $(json 'd["error"]["code"]')" "2 MISUSE" "json: errors too"
else
    skip "python3 not there"
fi
run query "$T/n" tàu --facet colour
is "$CODE $ERR" "2 hlsearch: --facet colour: nothing is counted by that; source, section, author, tag, year and month can be" \
    "no such facet"
run query "$T/n" tàu --facet year:0
is "$CODE $ERR" "2 hlsearch: --facet year:0: N is a whole number from 1 to 10000" "no values are asked for"
run query "$T/n" tàu --facet year:1x
is "$CODE" 2 "a number is a number"
run query "$T/n" tàu --facet year:000000000000001xyz -n 0
is "$CODE" 2 "however many come first"
run query "$T/n" tàu --facet year: -n 1
is "$CODE" 2 "and has digits"
run query "$T/n" tàu --facet ''
is "$CODE" 2 "an empty list"
run query "$T/n" tàu --facet year -f ids
is "$CODE $ERR" "2 hlsearch: --facet needs a form that shows counts; --format text or json" \
    "forms without counts"
printf '{"id":"1","text":"tàu"}\n' >"$T/batch"
run query "$T/n" --batch "$T/batch" --facet year
is "$CODE" 2 "nor in a batch"
run query "$T/n" --batch "$T/batch" -s -date --after 2017
is "$(echo "$OUT" | awk '{ print $3 }' | tr -d '\n')" dcb "a batch by date"

# --- of several commits, some of it replaced
sed -n '1,2p' "$T/five.jsonl" | sed 's/"Báo Mới"/"Mới"/' >"$T/again.jsonl"
"$HL" index "$T/n" "$T/again.jsonl" -q
run query "$T/n" tàu vũ trụ -n 0 --facet source
is "$(echo "$OUT" | head -1)" "source: Mới 2, Báo Mới 1, Tin Nhanh 1, none 1" \
    "names of several segments are one; what was replaced is gone"
is "$(ids -s -date)" dcbae "the same order"
done_testing
