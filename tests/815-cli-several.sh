#!/bin/sh
# hlsearch: several indexes as INDEX, with commas between.
. tests/cases/cli.sh

# hasnt TEXT PART WHAT
hasnt()
{
    case $1 in
    *"$2"*) ok 1 "$3" ;;
    *) ok 0 "$3" ;;
    esac
}

cat >"$T/a.jsonl" <<'END2'
{"id":"1","title":"Tàu vũ trụ một","date":"2016-12-31","source":"Báo Mới"}
{"id":"2","title":"Tàu vũ trụ hai","date":"2017-01-01","source":"Báo Mới"}
END2
cat >"$T/b.jsonl" <<'END2'
{"id":"3","title":"Vũ trụ, tàu vũ trụ","date":"2017-02-03","source":"Tin Nhanh"}
{"id":"2","title":"Tàu vũ trụ hai, lần nữa","date":"2017-02-04","source":"Tin Nhanh"}
END2
cat "$T/a.jsonl" "$T/b.jsonl" >"$T/all.jsonl"
for i in a b all; do
    "$HL" index "$T/$i" "$T/$i.jsonl" -q
done
ab=$T/a,$T/b

# --- answers
plain()
{
    "$HL" query "$@" -f tsv 2>&1
}
is "$(plain "$ab" tàu vũ trụ)" "$(plain "$T/all" tàu vũ trụ)" "the answer of one index with all"
is "$(plain "$ab" tàu --sort date --facet source --format text | sed 's/  index:[^ ]*//')" \
    "$(plain "$T/all" tàu --sort date --facet source --format text)" "by date, and with facets"
is "$("$HL" query "$ab" tau vu tru -f ids)" "$("$HL" query "$T/all" tau vu tru -f ids)" \
    "without marks"
run query "$ab" tàu hai
has "$OUT" "id:2  index:$T/b" "a hit names its index"
run query "$T/a" tàu
hasnt "$OUT" "index:" "but not where there is one"
run query "$ab" tàu hai --json
has "$OUT" "\"index\":\"$T/b\"" "so in JSON"
run query "$T/a" tàu --json
hasnt "$OUT" "\"index\":" "and there too only of several"
run show "$ab" 2
has "$OUT" "lần nữa" "of an article that both have the last one counts"
run show "$T/b,$T/a" 2
hasnt "$OUT" "lần nữa" "the last one named"
run show "$ab" 9
is "$CODE $ERR" "1 hlsearch: $ab: no article 9" "an article that none has"
run explain "$ab" 3 tàu
is "$CODE" 0 "explain"
is "$OUT" "$("$HL" explain "$T/all" 3 tàu)" "with the arithmetic of one index"
run stats "$ab"
has "$OUT" "indexes       several" "stats"
is "$(echo "$OUT" | grep ^articles)" "$("$HL" stats "$T/all" | grep ^articles)" "add up"
run stats "$ab" --json
has "$OUT" '"index_id":null' "in JSON without an index id"
run query -i "$ab" -n 0 tàu
has "$OUT" "3 results" "-i takes them too"

# --- settings of the first
echo "count = 1" >"$T/a/config"
is "$("$HL" query "$ab" tàu -f ids | wc -l | tr -d ' ')" 1 "the config of the first counts"
is "$("$HL" query "$T/b,$T/a" tàu -f ids | wc -l | tr -d ' ')" 3 "not that of another"
rm "$T/a/config"
echo "xe mây = tàu vũ trụ" >"$T/a/synonyms.txt"
is "$("$HL" query "$ab" xe mây -n 0 2>/dev/null | cut -c1)" 3 "and its synonyms"
is "$("$HL" query "$T/b,$T/a" xe mây -n 0 2>/dev/null | cut -c1)" 0 "not those of another"

# --- what does not work
run query "$T/a,$T/none" tàu
is "$CODE" 2 "one is missing: exit 2"
has "$ERR" "no such index: $T/none" "and named"
run query "$T/a,$T/a" tàu
has "$CODE $ERR" "2 hlsearch: $T/a and $T/a are one index" "one twice"
run query "$T/a," tàu
is "$CODE" 2 "nothing after a comma"
has "$ERR" "nothing stands between two commas or at an end" "said so"
run query ",$T/a" tàu --json
has "$OUT" '"code":"MISUSE"' "nor before one"
for c in index check; do
    run $c "$ab" $([ $c = index ] && echo "$T/a.jsonl")
    has "$CODE $ERR" "2 hlsearch: $c works on one index, not on $ab" "$c takes one"
done
"$HL" index "$T/w" "$T/b.jsonl" -q --title-weight 3
run query "$T/a,$T/w" tàu
has "$CODE $ERR" "2 hlsearch: $T/a weighs title, lead and body 1, 1, 1, $T/w 3, 1, 1" \
    "other weights"
printf 'x' | dd of="$T/w/$(ls "$T/w" | grep segment)" bs=1 seek=0 conv=notrunc 2>/dev/null
run query "$T/a,$T/w" tàu
is "$CODE" 3 "a damaged one: exit 3"
has "$ERR" "$T/w/segment" "and named"

# --- a comma in a name
mkdir "$T/x,y"
run index "$T/x,y" "$T/a.jsonl" -q
is "$CODE" 0 "a folder with a comma in its name that is there"
is "$("$HL" query "$T/x,y" tàu -n 0 2>/dev/null | cut -c1)" 2 "is one index"
done_testing
