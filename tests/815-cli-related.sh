#!/bin/sh
# hlsearch related, hlsearch suggest: forms, exit codes, what is refused.
. tests/cases/cli.sh

i=0
while [ $i -lt 12 ]; do
    case $((i % 3)) in 0) then="giúp bác sĩ" ;; 1) then="và con người" ;; *) then="thay đổi y học" ;; esac
    echo '{"id":"ai'$i'","title":"Tin số '$i'","body":"Máy học và trí tuệ nhân tạo '"$then"'.","date":"2017-01-'$((10 + i))'","source":"Báo Mới"}'
    echo '{"id":"kh'$i'","title":"Biến đổi khí hậu '$i'","body":"Băng tan do biến đổi khí hậu ở Nam Cực.","source":"Tin Nhanh"}'
    i=$((i + 1))
done >"$T/all.jsonl"
"$HL" index "$T/n" "$T/all.jsonl" -q
"$HL" index "$T/bare" "$T/all.jsonl" -q --store no

# --- related
run related "$T/n" ai3 -n 3 -f ids
is "$CODE $(echo "$OUT" | grep -c '^ai')" "0 3" "articles of one kind, exit 0"
is "$(echo "$OUT" | grep -cx ai3)" 0 "not the article itself"
run related "$T/n" ai3 -n 2
has "$OUT" "[trí tuệ nhân tạo" "a passage with the key words"
run related "$T/n" ai3 -n 2 --json
has "$OUT" '{"schema":1,"query":"related:ai3","related_to":"ai3","understood":[],"total":' \
    "JSON is that of query, and says to what"
has "$OUT" '"next":{"offset":2}' "with the next page"
run related "$T/n" ai3 --sort date -n 2 -f ids
is "$OUT" "ai0
ai1" "oldest first"
run related "$T/n" ai3 --facet source -n 0
has "$OUT" "source: Báo Mới 11" "facets count what is like it, without itself"
run related "$T/n" ai3 --source "tin nhanh" --all
is "$CODE$OUT" 1 "nothing found: exit 1"
run related "$T/n" ai3 -f tsv -n 1
is "$(printf '%s' "$OUT" | awk -F'\t' '{print $1, (NF > 5)}')" "1 1" "tsv"
run related "$T/n" ai3 -f trec -n 1
has "$OUT" "1 Q0 ai" "trec"
run related "$T/n" ai3 -f jsonl -n 2
is "$(printf '%s\n' "$OUT" | grep -c '^{"rank":')" 2 "jsonl: a line each"

printf '{{#hits}}{{id}} {{/hits}}{{#facets}}{{name}}{{/facets}}' >"$T/page.txt"
run related "$T/n" ai3 -n 2 -f ids
ids=$(printf '%s\n' "$OUT" | tr '\n' ' ')
run related "$T/n" ai3 -n 2 --facet source -f "template:$T/page.txt"
is "$CODE $OUT" "0 ${ids}source" "a template of one's own"
run related "$T/n" ai3 -f template:FILE
is "$CODE$OUT" 2 "no such template"
has "$ERR" "no such template: FILE" "which is said"
run related "$T/n" ai3 -f template
is "$CODE$OUT" 2 "a template without a file"
has "$ERR" "one of text|json" "which is said"
echo '{{query}}: {{total}}{{#facets}} {{name}}{{/facets}}' >"$T/page.txt"
run related "$T/n" ai3 -f "template:$T/page.txt" --facet source
is "$OUT" "related:ai3: 11 source" "a page by a template, with counts"
run related "$T/n" ai3 -f template:FILE
is "$CODE $ERR" "2 hlsearch: no such template: FILE" "a template that is not there"

run related "$T/n" nobody
is "$CODE$OUT" 1 "an unknown id: exit 1, as show"
has "$ERR" "no article nobody" "and says which"
run related "$T/n" nobody --json
has "$OUT" '"NOT_FOUND"' "as JSON too"
run related "$T/bare" ai3
is "$CODE" 2 "an index without texts: exit 2"
has "$ERR" "does not store articles" "and says why"
run related "$T/n"
is "$CODE" 2 "no id"
run related "$T/n" ai3 ai4
is "$CODE" 2 "two ids"
run related "$T/n" ai3 -n 10000 -o 1
is "$CODE" 2 "past the last result that is to be had"
run related "$T/n" ai3 --facet source -f ids
is "$CODE" 2 "facets in a form that has none"

# --- suggest
run suggest "$T/n" tri tue
is "$CODE" 0 "exit 0"
is "$(printf '%s\n' "$OUT" | head -1)" "trí tuệ nhân tạo" "one a line, no count in a script"
run suggest "$T/n" 'bien doi '
is "$(printf '%s\n' "$OUT" | head -1)" "biến đổi khí hậu" "a blank at the end: the next word"
run suggest "$T/n" --json tri tue
has "$OUT" '{"schema":1,"prefix":"tri tue","suggestions":[{"text":"trí tuệ nhân tạo","count":12,"kind":"phrase"}' \
    "JSON"
has "$OUT" '],"took_ms":' "and how long it took"
run suggest "$T/n" -n 1 b
is "$(printf '%s\n' "$OUT" | wc -l | tr -d ' ')" 1 "-n 1"
run suggest "$T/bare" tri tue
is "$(printf '%s\n' "$OUT" | head -1)" "trí tuệ nhân tạo" "texts need not be stored"
run suggest "$T/n" zzzz
is "$CODE$OUT" 1 "nothing: exit 1"
run suggest "$T/n" 'máy hoc OR "tri tue'
is "$(printf '%s\n' "$OUT" | head -1)" 'máy hoc OR "trí tuệ nhân tạo' "operators stay as typed"
run suggest "$T/n" 'source:bao'
is "$CODE$OUT" 1 "a value has nothing to complete: exit 1"
run suggest "$T/n" '"tri tue"'
is "$CODE$OUT" 1 "nor has a closed phrase: exit 1"
run suggest "$T/n" --json zzzz
has "$OUT" '"suggestions":[]' "an empty list"
is "$CODE" 1 "exit 1"
run suggest "$T/n"
is "$CODE" 2 "nothing typed"
run suggest "$T/n" -n 51 t
is "$CODE" 2 "too many"
run suggest "$T/n" "$(printf 'tr\377')"
is "$CODE" 2 "not UTF-8"
has "$ERR" "not UTF-8" "which is said"
run suggest "$T/n" "$(printf '%1100s' x)"
is "$CODE" 2 "too long"
if has_python; then
    on_terminal 80 24 suggest "$T/n" tri tue
    has "$OUT" "trí tuệ nhân tạo  12" "people see how many articles"
else
    skip "python3 not there"
fi
done_testing
