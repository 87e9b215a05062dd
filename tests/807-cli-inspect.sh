#!/bin/sh
# inspect: abbreviations that an index learnt.
. tests/cases/cli.sh

cat >"$T/articles.jsonl" <<'JSON'
{"id":"1","title":"Bộ Khoa học và Công nghệ (KH&CN)","body":"Khoa học và Công nghệ (KH&CN)."}
{"id":"2","title":"Một","body":"Sở Khoa học và Công nghệ (KHCN), Bảo hiểm y tế (BHYT)."}
{"id":"3","title":"Hai","body":"BHYT (Bảo hiểm y tế) và Khoa học và Công nghệ (KH&CN)."}
{"id":"4","title":"Ba","body":"Một lần (ML), quãng đường (km), năm (1)."}
JSON
"$HL" index "$T/i" "$T/articles.jsonl" -q

run inspect "$T/i" --abbreviations
is "$CODE" 0 "inspect --abbreviations: exit 0"
is "$OUT" "khcn  khoa học và công nghệ         3
bhyt  bảo hiểm y tế                 2" "short, long, articles; the best known first"
run inspect "$T/i" --abbreviations -n 1
is "$OUT" "khcn  khoa học và công nghệ         3" "-n: so many rows"
run inspect --abbreviations -i "$T/i" -n 0
is "$(echo "$OUT" | grep -c .)" 2 "-n 0: all"
if has_python; then
    run inspect "$T/i" --abbreviations --json
    is "$(json 'list(d)')" '["schema", "total", "abbreviations"]' "--json: keys"
    is "$(json '[d["schema"], d["total"], d["abbreviations"][1]]')" \
        '[1, 2, {"short": "bhyt", "long": "bảo hiểm y tế", "articles": 2}]' "--json: a row"
    run inspect "$T/i" --abbreviations --json -n 1
    is "$(json '[d["total"], len(d["abbreviations"])]')" "[2, 1]" \
        "--json -n: total tells what is there"
else
    skip "python3 not there"
    skip "python3 not there"
    skip "python3 not there"
fi

# A pair that one article is left to say is gone.
echo '{"id":"3","title":"Hai","body":"Không có gì."}' >"$T/three.jsonl"
"$HL" index "$T/i" "$T/three.jsonl" -q
run inspect "$T/i" --abbreviations
is "$OUT" "khcn  khoa học và công nghệ         2" "a replaced article does not count"
"$HL" index "$T/none" "$T/three.jsonl" -q
run inspect "$T/none" --abbreviations
is "$CODE$OUT" "1" "nothing learnt: exit 1, nothing printed"
if has_python; then
    run inspect "$T/none" --abbreviations --json
    is "$(json 'd["abbreviations"]')" "[]" "nothing learnt, --json: an empty list"
else
    skip "python3 not there"
fi

run inspect "$T/i"
fails 2 "--abbreviations, --term WORD or --doc ID" "without a flag: what there is"
run inspect "$T/i" --abbreviations extra
fails 2 "one argument too many" "one argument too many"
run inspect "$T/i" --abbreviations --term nghệ
fails 2 "what to look at?" "two looks at once"
run inspect "$T/i" --term nghệ
has "$OUT" " tiny " "a term: how it is kept"
run inspect "$T/i" --term nghe
is "$CODE$OUT" 1 "a term that is nowhere, with other marks: exit 1"
has "$ERR" "no article has nghe" "which is said"
run inspect "$T/i" --term "công nghệ"
fails 2 "a term is one word" "two words are no term"
run inspect "$T/i" --doc 3
has "$OUT" "hai        1     0     0          1" "an article: its terms"
run inspect "$T/i" --doc nobody
is "$CODE$OUT" 1 "an unknown article: exit 1"
if has_python; then
    run inspect "$T/i" --term nghệ --json
    is "$(json '0 < d["df"] <= sum(l["df"] for l in d["lists"])')" true \
        "a term, --json: lists have what is live, and what was replaced"
    run inspect "$T/i" --doc 3 --json
    is "$(json 'sum(t["title"] for t in d["terms"])')" 1 "an article, --json: its title"
else
    skip "python3 not there"
    skip "python3 not there"
fi
run inspect "$T/nope" --abbreviations
fails 2 "no such index" "no such index"
run inspect "$T/i" --abbreviation
fails 2 "did you mean --abbreviations?" "an option cut short"

done_testing
