#!/bin/sh
# hlsearch query: forms of output, paging, understanding, notes, colour, batches.
. tests/cases/cli.sh

"$HL" index "$T/a" "$ARTICLES" -q
"$HL" index "$T/c" corpus/articles-a.jsonl corpus/articles-b.jsonl -q

# --- text
run query "$T/a" ung thư phổi
is "$CODE" 0 "found: exit 0"
is "$(echo "$OUT" | head -2)" "1  Xét nghiệm máu phát hiện sớm ung thư phổi
   2022-07-01  Y học  vi-du.example  id:cli-4" "text: title, then date, section, source, id"
has "$OUT" "[ung thư phổi]" "text: matches in brackets without colour"
is "$(echo "$OUT" | grep -c 'results')" 0 "text: no footer where there is no terminal"
run query "$T/a" phổi nhân tạo --all
has "$OUT" "   2023  Y học  vi-du.example  id:cli-5" "text: a date as far as it is known"
run query "$T/a" robot lặn
is "$(printf '%s' "$OUT" | LC_ALL=C tr -d '[:print:]\200-\377\n' | wc -c | tr -d ' ')" 0 \
    "text: nothing of an article drives the terminal"
has "$OUT" "   Biển  vi-du.example  id:cli-6" "text: no date where none is known"
run query "$T/a" cambridge
is "$CODE$OUT$ERR" "1" "nothing found: exit 1, no word"
run query "$T/a" phổi -n 0
has "$OUT" "2 results, " "-n 0: the number"
run query "$T/a" phổi --snippet 0
is "$(echo "$OUT" | wc -l | tr -d ' ')" 4 "--snippet 0: no passage"

run query "$T/c" "nghiên kứu'"
has "$ERR" "did you mean: nghiên cứu'? (hlsearch query $T/c 'nghiên cứu'\''')" \
    "text: what may have been meant, as a line to copy"
run query "$T/c" "nghiên cứu"
is "$ERR" "" "text: nothing of the kind for what is right"
run query "$T/c" "nghiên kứu" -f ids
is "$ERR" "" "ids: nor for a program"

# --- other forms say the same
run query "$T/a" phổi -f ids
ids=$OUT
is "$(echo "$ids" | wc -l | tr -d ' ')" 2 "ids: one a line"
run query "$T/a" phổi -f tsv
is "$(echo "$OUT" | cut -f3)" "$ids" "tsv: the same ids"
is "$(echo "$OUT" | awk -F '\t' '{ print NF }' | sort -u)" 6 "tsv: rank, score, id, date, url, title"
tsv=$(echo "$OUT" | cut -f2)
run query "$T/a" phổi -f trec
is "$(echo "$OUT" | awk '{ print $1, $2, $4, $6 }')" "1 Q0 1 hlsearch
1 Q0 2 hlsearch" "trec: qid Q0 docid rank score hlsearch"
is "$(echo "$OUT" | awk '{ print $5 }')" "$tsv" "trec: the same scores"
run query "$T/a" robot -f tsv
is "$(echo "$OUT" | awk -F '\t' '{ print NF }')" 6 "tsv: a tab in a title is no column"
run query "$T/a" nhôm -f trec
is "$(echo "$OUT" | awk '{ print $3 }')" "cli_8" "trec: a blank in an id is no column"
run query "$T/a" phổi -o 1 -f trec
is "$(echo "$OUT" | awk '{ print $4 }')" 2 "-o: ranks go on"

# --- JSON
if has_python; then
    run query "$T/a" ung thư phổi --json
    is "$(json 'list(d)')" '["schema", "query", "understood", "total", "total_is", "took_ms", "partial", "shards", "backend", "hits", "facets", "suggestions", "next"]' \
        "json: keys in order"
    is "$(json 'list(d["hits"][0])')" '["rank", "id", "score", "url", "title", "lead", "date", "date_precision", "source", "section", "author", "title_ranges", "lead_ranges", "snippets"]' \
        "json: keys of a hit in order"
    is "$(json '[d["schema"], d["query"], d["total_is"], d["partial"], d["shards"], d["facets"], d["suggestions"], d["next"]]')" \
        '[1, "ung thư phổi", "exact", false, {"asked": 1, "answered": 1}, {}, [], null]' \
        "json: what does not depend on the hits"
    is "$(json '[d["hits"][0]["date"], d["hits"][0]["date_precision"], d["hits"][0]["author"]]')" \
        '["2022-07-01T00:00:00+07:00", "second", "Phạm Hà"]' "json: date with its zone"
    is "$(json '[d["hits"][0]["title"].encode()[a:b].decode() for a, b in d["hits"][0]["title_ranges"]]')" \
        '["ung thư phổi"]' "json: title_ranges are bytes of the title"
    is "$(json '" ".join(map(repr, [h["score"] for h in d["hits"]]))')" \
        "$("$HL" query "$T/a" ung thư phổi -f tsv | cut -f2 | tr '\n' ' ' | sed 's/ $//')" \
        "json: scores as elsewhere, shortest digits that read back"
    run query "$T/c" "nghiên kứu" --json
    is "$(json '[s["text"] for s in d["suggestions"]][:1]')" '["nghiên cứu"]' "json: suggestions"
    is "$(json 'd["suggestions"][0]["odds"] >= 20')" true "json: and their odds"
    run query "$T/a" phổi nhân tạo --all --json
    is "$(json '[d["hits"][0]["date"], d["hits"][0]["date_precision"]]')" '["2023", "year"]' \
        "json: a date as far as it is known"
    run query "$T/a" robot --json
    is "$(json '[d["hits"][0][k] for k in ("date", "date_precision", "url", "author")]')" \
        '[null, "unknown", null, null]' "json: what is missing is null"
    run query "$T/a" 'lập trình' --json
    has "$(json 'd["hits"][0]["title"]')" 'Cậu bé "lập trình" dự báo' "json: quotes are escaped"
    run query "$T/a" phổi -f jsonl
    is "$(echo "$OUT" | python3 -c 'import json, sys
print(*[json.loads(line)["id"] for line in sys.stdin], sep="\n")')" "$ids" "jsonl: a hit a line"
    run query "$T/a" cambridge --json
    is "$CODE $(json '[d["total"], d["hits"], d["next"]]')" "1 [0, [], null]" "json: nothing found"
    run query "$T/a" cambridge phổi --any --json
    has "$(json 'json.dumps(d["understood"])')" "not in the index" "json: a word the index lacks"
    run query "$T/c" khu cong nghe cao --json
    is "$(json '[list(d["understood"][0]), d["understood"][0]["text"], d["understood"][0]["why"]]')" \
        '[["text", "as", "why"], "cong nghe", "marks restored"]' "json: marks restored"
    run query "$T/a" lúa robot nhôm lũ phổi --json
    has "$(json 'd.get("notes", [{}])[0].get("text", "")')" "no article has enough of the query" \
        "json: a note where less than asked was enough"
    has "$ERR" "these have some of its words" "the same on stderr"
else
    skip "python3 not there: JSON is not looked at"
fi

# --- paging
if has_python; then
    "$HL" query "$T/c" nghiên cứu khoa học --any -f ids -n 30 >"$T/all"
    : >"$T/pages"
    for offset in 0 7 14 21 28; do
        "$HL" query "$T/c" nghiên cứu khoa học --any -f ids -n 7 -o $offset >>"$T/pages"
    done
    head -30 "$T/pages" >"$T/first"
    cmp -s "$T/all" "$T/first"
    ok $? "pages put together are the long list"
    run query "$T/c" nghiên cứu khoa học --any --json -n 7 -o 14
    is "$(json '[d["next"], d["hits"][0]["rank"], len(d["hits"])]')" '[{"offset": 21}, 15, 7]' \
        "json: next page, ranks go on"
    total=$(json 'd["total"]')
    run query "$T/c" nghiên cứu khoa học --any --json -n 7 -o $((total - 1))
    is "$(json '[d["total"], d["next"], len(d["hits"])]')" "[$total, null, 1]" "json: last page"
    run query "$T/c" nghiên cứu khoa học --any --json -o $((total + 5))
    is "$CODE $(json '[d["total"], d["next"], d["hits"]]')" "1 [$total, null, []]" \
        "past the last page: exit 1, the total stands"
else
    skip "python3 not there"
fi

# --- which articles answer
total()
{
    "$HL" query "$T/c" "$@" -n 0 | sed 's/ result.*//; s/,//g'
}
all=$(total --all nghiên cứu vật liệu mới)
some=$(total --cover 50 nghiên cứu vật liệu mới)
any=$(total --any nghiên cứu vật liệu mới)
[ "$all" -le "$some" ] && [ "$some" -le "$any" ] && [ "$all" -lt "$any" ]
ok $? "--all ($all), --cover 50 ($some), --any ($any): each takes in the one before"
is "$(total --any --all nghiên cứu vật liệu mới)" "$all" "the last of --any --all counts"

# --- the same query, written otherwise
same()
{
    "$HL" query "$T/c" -n 20 --json "$@" |
        sed 's/"took_ms":[^,]*//; s/"query":"[^"]*"//; s/"understood":\[[^]]*\]//'
}
want=$(same khu công nghệ cao hoà lạc)
is "$(same Khu Công nghệ cao Hòa Lạc)" "$want" "old tone place, capitals: the same hits"
is "$(same KHU CÔNG NGHỆ CAO HOÀ LẠC)" "$want" "all capitals: the same hits"
if has_python; then
    nfd=$(python3 -c 'import unicodedata
print(unicodedata.normalize("NFD", "khu công nghệ cao hoà lạc"))')
    is "$(same "$nfd")" "$want" "decomposed: the same hits"
else
    skip "python3 not there"
fi
is "$(LC_ALL=C same khu công nghệ cao hoà lạc)" "$want" "LC_ALL=C: the same"
is "$(LC_ALL=de_DE.UTF-8 same khu công nghệ cao hoà lạc)" "$want" "LC_ALL=de_DE.UTF-8: the same"

# --- a query cannot fail, unless it is asked to
run query "$T/a" '"ung thư'
is "$CODE" 0 "open quote: found all the same"
has "$ERR" "^" "open quote: a caret on stderr"
run query "$T/a" '"ung thư' --json
has "$OUT" '"notes":[{"text":' "open quote: a note in JSON"
run query "$T/a" '"ung thư' -q
is "$ERR" "" "open quote: -q, no note"
run query "$T/a" 'bệnh "ung thư' --strict --json
is "$CODE" 2 "--strict: exit 2"
has "$OUT" '"code":"BAD_QUERY"' "--strict: BAD_QUERY"
if has_python; then
    is "$(json '[list(d), list(d["error"]), d["error"]["at"]]')" \
        '[["schema", "error"], ["code", "message", "at", "hint"], 7]' \
        "--strict: the error object, and where it is"
else
    skip "python3 not there"
fi
for odd in '-' '"' 'OR' '(((' 'a OR' '-x' 'title:' '""' '* ?' 'AND AND' '\'; do
    run query "$T/a" --any -- "$odd"
    [ "$CODE" -le 1 ]
    ok $? "a query of $odd: exit 0 or 1"
done

# --- passages
if has_python; then
    for size in 1 8 20 60 240 5000; do
        run query "$T/c" khu công nghệ cao năng lượng --any -n 100 --snippet $size --json
        python3 - "$T/out" $size <<'PY'
import json, sys
d = json.load(open(sys.argv[1], encoding="utf-8"))
size = int(sys.argv[2])
assert len(d["hits"]) > 20
marked = 0
for h in d["hits"]:
    assert sum(len(s["text"].encode()) for s in h["snippets"]) <= size, h["id"]
    for s in h["snippets"]:
        text = s["text"].encode()
        assert list(s) == ["text", "ranges", "field", "cut_before", "cut_after"], list(s)
        assert s["field"] in ("lead", "body")
        last = 0
        for a, b in s["ranges"]:
            assert last <= a < b <= len(text), (h["id"], s)
            text[a:b].decode()          # whole characters
            last = b
            marked += 1
    title = h["title"].encode()
    for a, b in h["title_ranges"]:
        title[a:b].decode()
    lead = (h["lead"] or "").encode()
    for a, b in h["lead_ranges"]:
        lead[a:b].decode()
assert marked > (20 if size >= 20 else 0), marked
PY
        ok $? "passages of at most $size bytes, ranges within them"
    done
    passages()
    {
        run query "$T/c" nhà khoa học nghiên cứu vật liệu nước biển cây lúa bệnh nhân tôm cá \
            gạo sao vệ tinh thuốc điện mặt trời --any -n 100 --json "$@"
        json 'max(len(h["snippets"]) for h in d["hits"])'
    }
    is "$(passages --passages 1)" 1 "--passages 1: one at most"
    is "$(passages)" 2 "two at most unless said otherwise"
    [ "$(passages --passages 5 --snippet 300)" -gt 2 ]
    ok $? "--passages 5: more where there are bytes for them"
else
    skip "python3 not there"
fi

for bad in 0 6 -1 x; do
    run query "$T/a" phổi --passages $bad
    fails 2 "--passages" "--passages $bad: refused"
done
run query "$T/a" phổi --snippet 0 --passages 3
is "$(echo "$OUT" | wc -l | tr -d ' ')" 4 "--snippet 0: no passages, however many may be"

# --- colour
esc=$(printf '\033')
CLICOLOR_FORCE=1 run query "$T/a" phổi
has "$OUT" "${esc}[1;4mphổi${esc}[0m" "CLICOLOR_FORCE: bold and underlined"
NO_COLOR=1 CLICOLOR_FORCE=1 run query "$T/a" phổi
has "$OUT" "[phổi]" "NO_COLOR beats CLICOLOR_FORCE"
NO_COLOR=1 run query "$T/a" phổi --color always
has "$OUT" "${esc}[1;4mphổi" "--color always beats NO_COLOR"
CLICOLOR_FORCE=1 run query "$T/a" phổi --color never
has "$OUT" "[phổi]" "--color never beats CLICOLOR_FORCE"

# --- on a terminal
if has_python; then
    PAGER=cat
    export PAGER
    on_terminal 80 40 query "$T/a" phổi
    has "$OUT" "${esc}[1;4mphổi${esc}[0m" "terminal: bold and underlined"
    has "$OUT" "2 results, " "terminal: a footer"
    on_terminal 80 40 query "$T/c" khoa học --any -n 3
    has "$OUT" "Next page: -o 3" "terminal: how to see more"
    NO_COLOR=1 on_terminal 80 40 query "$T/a" phổi
    has "$OUT" "[phổi]" "terminal: NO_COLOR"
    TERM=dumb on_terminal 80 40 query "$T/a" phổi
    has "$OUT" "[phổi]" "terminal: TERM=dumb"
    wide()
    {
        printf '%s' "$OUT" | sed "s/$esc\\[[0-9;]*m//g" | python3 -c 'import sys
print(max(len(line.rstrip("\n")) for line in sys.stdin))'
    }
    on_terminal 46 60 query "$T/a" ung thư phổi
    [ "$(wide)" -le 46 ]
    ok $? "terminal: lines end at its width ($(wide))"
    COLUMNS=50 on_terminal 80 60 query "$T/a" ung thư phổi
    [ "$(wide)" -le 50 ]
    ok $? "terminal: COLUMNS ($(wide))"
    on_terminal 80 40 query "$T/a" phổi cambridge --all
    is "$CODE" 1 "terminal: nothing found, exit 1"
    has "$OUT" "no article has all of: phổi, cambridge" "terminal: says what was tried"
    has "$OUT" "not in the index: cambridge" "terminal: says which word fails"
    has "$OUT" "2 have phổi" "terminal: the nearest that works"
    run query "$T/a" phổi cambridge --all --json
    is "$(json 'd["nearest"]')" '[{"query": "phổi", "without": "cambridge", "total": 2}]' \
        "json: the nearest that works"
    printf '#!/bin/sh\nsed s/^/paged:/\n' >"$T/pager"
    chmod +x "$T/pager"
    PAGER=$T/pager TERM=xterm on_terminal 80 5 query "$T/a" phổi
    has "$OUT" "paged:" "terminal: longer than the screen, PAGER"
    PAGER=$T/pager TERM=xterm on_terminal 80 5 query "$T/a" phổi --no-pager
    is "$(echo "$OUT" | grep -c paged)" 0 "terminal: --no-pager"
    unset PAGER
else
    skip "python3 not there"
fi

# --- batches
printf '{"id":"q1","text":"ung thư phổi"}\n\n{"id":2,"text":"lúa -mặn"}\n{"id":"q 3","text":"cambridge"}\n' \
    >"$T/batch"
run query "$T/a" --batch "$T/batch" --format trec -n 5
is "$CODE" 0 "batch: exit 0"
is "$(echo "$OUT" | awk '$2 != "Q0" || $6 != "hlsearch" || NF != 6' | wc -l | tr -d ' ')" 0 \
    "batch: every line is qid Q0 docid rank score hlsearch"
is "$(echo "$OUT" | awk '{ print $1 }' | uniq | tr '\n' ' ')" "q1 2 " "batch: in order, numbers are ids"
is "$(echo "$OUT" | awk '$1 == "q1" { print $3 }' | head -1)" "cli-4" "batch: best first"
is "$(echo "$OUT" | awk '$1 == 2 { print $3 }' | grep -c cli-1)" 1 "batch: -word is a word"
run query "$T/a" --batch "$T/batch" --format trec --syntax
is "$(echo "$OUT" | awk '$1 == 2 { print $3 }' | grep -c cli-1)" 0 "batch: --syntax, -word leaves out"
printf '{"id":"q1"}\n' >"$T/batch"
run query "$T/a" --batch "$T/batch"
fails 2 "batch:1: no \"text\"" "batch: no text"
printf '{"id":"q1","text":"x"\n' >"$T/batch"
run query "$T/a" --batch "$T/batch"
fails 2 "batch:1: not JSON" "batch: not JSON"
printf '{"id":"q1","text":"cambridge"}\n' >"$T/batch"
run query "$T/a" --batch "$T/batch"
is "$CODE" 1 "batch: nothing found, exit 1"
# batch LINE: a batch of it, read with printf.
batch()
{
    printf "$1" >"$T/batch"
    run query "$T/a" --any --batch "$T/batch"
}
batch '{"id":"q1","text":"phổi"}\0{"x"}\n'
fails 2 "batch:1: more after the object (byte 28)" "batch: a NUL is no end of a line"
batch '{"id":"q1","text":"phổi"} {"id":"q2","text":"phổi"}\n'
fails 2 "batch:1: more after the object (byte 29)" "batch: two queries on a line"
batch '{"id":"q1","text":"phổi"'
fails 2 "batch:1: not JSON: unexpected end of data" "batch: a line that breaks off"
batch '{"id":"","text":"phổi"}\n'
fails 2 "batch:1: no \"id\"" "batch: an empty id"
batch '{"id":{"q":1},"text":"phổi"}\n'
fails 2 "batch:1: no \"id\"" "batch: an id that is no name"
batch 'null\n'
fails 2 "batch:1: no \"id\"" "batch: nothing"
batch '{"id":"q1","text":"zzqx\\u0000phổi"}\n'
is "$CODE $(wc -l <"$T/out" | tr -d ' ')" "0 2" "batch: a NUL in a query ends a word, not the query"
awk 'BEGIN { while (i++ < 600000) x = x "ab"; print "{\"id\":1,\"text\":\"" x "\"}" }' >"$T/batch"
run query "$T/a" --batch "$T/batch"
fails 2 "batch:1: longer than any query" "batch: a line without measure"
most=1000000
case ${B-} in *asan) most=unlimited ;; esac # its shadow takes all addresses
(ulimit -v $most && "$HL" query "$T/a" --batch /dev/zero >/dev/null 2>"$T/err")
is "$? $(cat "$T/err")" "2 hlsearch: /dev/zero:1: longer than any query" "batch: a file without lines"
batch '{"id":"q1","text":"phổi"}\n'
both=$(awk '{ print $3, $4 }' "$T/out" | tail -1)
run query "$T/a" --any --batch "$T/batch" -o 1
is "$(awk '{ print $3, $4 }' "$T/out")" "$both" "batch: -o, ranks go on"
run query "$T/a" --any --batch "$T/batch" -n 0
is "$CODE$OUT" 0 "batch: -n 0, only whether"
run query "$T/a" --batch "$T/missing"
fails 2 "cannot read the queries" "batch: no such file"
run query "$T/a" --batch "$T/batch" lúa
fails 2 "not both" "batch: words as well"
run query "$T/a" --batch "$T/batch" -f tsv
fails 2 "--batch prints trec only" "batch: another form"
run query "$T/a" --batch "$T/batch" --json
fails 2 "--batch prints trec only" "batch: as JSON"
done_testing
