#!/bin/sh
# hlsearch query: near copies folded, --no-group, --recency.
. tests/cases/cli.sh

# a, b and c: one text of three days; d and e: one lead of one second under two titles, each
# title of its own; f: the lead of another day; g to k: other texts with the words.
lead="Các nhà khoa học vừa công bố kết quả đo mới nhất về mực nước sông sau đợt mưa lớn kéo dài nhiều ngày ở vùng thượng nguồn"
text="Mực nước sông đo tại trạm sáng nay đã xuống dưới mức báo động một"
{
    for id in a:2017-01-01 b:2017-01-02 c:2018-01-03; do
        echo '{"id":"'"${id%%:*}"'","title":"Mực nước sông","body":"'"$text"'","date":"'"${id#*:}"'"}'
    done
    echo '{"id":"d","title":"Nước lên","lead":"'"$lead"'","date":"2019-02-03T10:11:12+07:00"}'
    echo '{"id":"e","title":"Nước lên","lead":"'"$lead"' này","date":"2019-02-03T10:11:12+07:00"}'
    echo '{"id":"f","title":"Nước lên","lead":"'"$lead"' ấy","date":"2019-02-04T10:11:12+07:00"}'
    for id in g h i j k; do
        echo '{"id":"'$id'","title":"Mực nước sông '$id'","body":"Bài số '$id'"}'
    done
} >"$T/copies.jsonl"
"$HL" index "$T/n" "$T/copies.jsonl" -q
ids()
{
    "$HL" query "$T/n" mực nước sông -f ids "$@" 2>"$T/err" | tr -d '\n'
}
sorted()
{
    fold -w1 | sort | tr -d '\n'
}

# --- folded
is "$(ids -n 20 --no-group | sorted)" abcdefghijk "--no-group shows all eleven"
is "$(ids -n 20 -s date)" adfghijk "oldest first: the first of each group"
is "$(ids -n 20 -s -date)" fdcghijk "newest first: the last; series of other days stand for themselves"
is "$(ids -n 3 -s date)$(ids -n 3 -o 3 -s date)$(ids -n 3 -o 6 -s date)$(ids -n 3 -o 9 -s date)" \
    adfghijk "pages of three join to the same list"
run query "$T/n" mực nước sông -s date -n 2
is "$(grep -c 'bài tương tự' "$T/out")" 2 "a line under each that has copies"
is "$(sed -n 4p "$T/out")" "   và 2 bài tương tự" "after the passage: two more"
run query "$T/n" mực nước sông -s date -n 20 --no-group
is "$(grep -c 'bài tương tự' "$T/out")" 0 "--no-group: none"
run query "$T/n" mực nước sông --before 2018 -s date -n 1
has "$OUT" "và 1 bài tương tự" "what the dates leave out is not counted"
is "$(ids -n 20 -s date -f trec | sorted)" "$(ids -n 20 -s date -f trec --no-group | sorted)" \
    "trec folds nothing"
echo '{"id":"1","text":"mực nước sông"}' >"$T/batch.jsonl"
run query "$T/n" --batch "$T/batch.jsonl" -n 20
is "$(wc -l <"$T/out")" 11 "nor does --batch"
run query "$T/n" mực nước sông -n 0
has "$OUT" "11 results" "-n 0 counts articles"

if has_python; then
    run query "$T/n" mực nước sông -s date --json -n 3
    is "$(json '[h.get("similar") for h in d["hits"]]')" "[2, 1, null]" \
        "JSON: similar, where there are any"
    is "$(json '[d["total"], d["next"]["offset"]]')" "[11, 3]" "total of articles, next of groups"
    run query "$T/n" mực nước sông -s date --json -n 3 -o 6
    is "$(json '[len(d["hits"]), d["next"]]')" "[2, null]" "no next page after the last group"
    run query "$T/n" mực nước sông -s date --json -n 8
    is "$(json '[len(d["hits"]), d["next"]]')" "[8, null]" "nor where it ends with a page"
    run query "$T/n" mực nước sông -s date --json -n 11 --no-group
    is "$(json '[["similar" in h for h in d["hits"]].count(True), d["next"]]')" \
        "[0, null]" "--no-group: no similar"
    on_terminal 100 40 query "$T/n" mực nước sông -n 3
    has "$OUT" "11 results" "on a terminal: all articles"
    has "$OUT" "Next page: -o 3" "and where the next page begins"
    on_terminal 100 80 query "$T/n" mực nước sông -n 8
    case $OUT in *"Next page"*) ok 1 "no next page" ;; *) ok 0 "no next page" ;; esac
else
    skip "python3 not there"
fi

# --- config, bad input
echo "no-group = yes" >"$T/n/config"
is "$(ids -n 20 | sorted)" abcdefghijk "no-group = yes in a config"
is "$(ids -n 20 -s date --no-group=no)" adfghijk "which the command line overrules"
echo "no-group = perhaps" >"$T/n/config"
run query "$T/n" nước
fails 2 "yes or no" "a strange value"
rm "$T/n/config"
run query "$T/n" nước --group
fails 2 "group" "there is no --group"

# --- recency
for pair in old:2010-01-01 new:2020-01-01; do
    echo '{"id":"'"${pair%%:*}"'","title":"Lúa '"${pair%%:*}"'","body":"lúa gạo","date":"'"${pair#*:}"'"}'
done >"$T/two.jsonl"
echo '{"id":"often","title":"Lúa lúa lúa","body":"lúa gạo","date":"2012-01-01"}' >>"$T/two.jsonl"
echo '{"id":"none","title":"Lúa lúa lúa lúa","body":"lúa gạo"}' >>"$T/two.jsonl"
"$HL" index "$T/r" "$T/two.jsonl" -q
first()
{
    "$HL" query "$T/r" lúa -f ids -n 1 "$@"
}
is "$(first)" none "without --recency: what says it most often"
is "$(first --recency 0)" none "--recency 0"
is "$(first --recency 3)" new "--recency 3: the newest"
is "$(first --recency 3 -s date)" old "by date it changes nothing"
is "$("$HL" query "$T/r" lúa -f ids --recency 3)" "$(printf 'recency = 3\n' >"$T/r/config"
    "$HL" query "$T/r" lúa -f ids)" "recency = 3 in a config"
rm "$T/r/config"
for bad in -1 10.1 much nan ""; do
    run query "$T/r" lúa "--recency=$bad"
    fails 2 "--recency wants a number from 0 to 10" "--recency '$bad'"
done
run explain "$T/r" new lúa --recency 2
has "$OUT" "recency 1 + 2 * 2^(-age / 365 days) = 3, times first stage and times the rest" \
    "explain: the factor of the newest"
run explain "$T/r" none lúa --recency 2 --rank bm25
has "$OUT" "recency 1 + 2 * 2^(-age / 365 days) = 1, times the last sum" "and of an undated one"
run explain "$T/r" none lúa
case $OUT in *recency*) ok 1 "explain without it" ;; *) ok 0 "explain without it" ;; esac
if has_python; then
    for id in new often none; do
        run query "$T/r" lúa --json --recency 2
        score=$(json '[h["score"] for h in d["hits"] if h["id"] == "'$id'"][0]')
        run explain "$T/r" $id lúa --json --recency 2
        is "$(json 'd["score"]') $(json 'd["first_stage"] * d["recency"] + (d["passage_weight"] * d["passage"] + d["early_weight"] * d["early"]) * d["recency"]')" \
            "$score $score" "explain $id: adds up to the score, to the last digit"
    done
else
    skip "python3 not there"
fi
done_testing
