#!/bin/sh
# tools/scale makes archives that are like their source; tools/growth measures them, and
# tools/plot-growth draws what it wrote and refuses what is broken.
. tests/cases/cli.sh
LC_ALL=C
export B LC_ALL
cat corpus/articles-a.jsonl corpus/articles-b.jsonl >"$T/source"
COUNT=$(wc -l <"$T/source")
MADE=2000

# tool NAME ARGUMENTS...: a tool of the project; OUT, ERR and CODE are what came of it.
tool()
{
    name=$1
    shift
    "tools/$name" "$@" >"$T/out" 2>"$T/err" </dev/null
    CODE=$?
    OUT=$(cat "$T/out")
    ERR=$(cat "$T/err")
}

# -------------------------------------------------------------------- records
tool scale -h
is "$CODE" 0 "scale -h: exit 0"
has "$OUT" "all of them come first, as they are" "scale -h: says what becomes of the source"
tool scale --articles 10
fails 2 "a FILE" "scale without a file"
tool scale --articles ten "$T/source"
fails 2 'wants a number, not "ten"' "scale --articles ten"

tool scale --articles $MADE -o "$T/made" "$T/source"
is "$CODE$ERR" 0 "$MADE articles: exit 0, nothing said"
is "$(wc -l <"$T/made")" $MADE "so many lines"
head -n "$COUNT" "$T/made" | cmp -s - "$T/source"
ok $? "the source comes first, as it is"
sed -n 's/^{"id": "\([^"]*\)".*/\1/p' "$T/made" | sort >"$T/ids"
is "$(wc -l <"$T/ids") $(uniq "$T/ids" | wc -l)" "$MADE $MADE" "every id once"
tail -n +$((COUNT + 1)) "$T/made" >"$T/new"
is "$(grep -cFxf "$T/source" "$T/new")" 0 "no new article is one of the source"
is "$(sed 's/.*"section": \("[^"]*"\|null\).*/\1/' "$T/new" | sort -u)" \
    "$(sed 's/.*"section": \("[^"]*"\|null\).*/\1/' "$T/source" | sort -u)" "the same sections"

tools/scale --articles $MADE "$T/source" | cmp -s - "$T/made"
ok $? "the same arguments, the same bytes"
tools/scale --articles 700 "$T/source" >"$T/shorter"
head -n 700 "$T/made" | cmp -s - "$T/shorter"
ok $? "a shorter archive is the beginning of a longer one"
tools/scale --articles 700 --seed 2 "$T/source" | tail -n +$((COUNT + 1)) >"$T/other"
is "$(grep -cFxf "$T/other" "$T/made")" 0 "another seed, other articles"
gzip -c "$T/source" >"$T/source.gz"
tools/scale --articles 700 -o "$T/packed.gz" "$T/source.gz"
gzip -dc "$T/packed.gz" | cmp -s - "$T/shorter"
ok $? "packed in and out: the same"
cmp -s "$T/packed.gz" "$T/shorter"
is $? 1 "OUT.gz is packed"

tools/scale --articles 50 "$T/source" >"$T/few"
is "$(wc -l <"$T/few") $(grep -cFxf "$T/source" "$T/few")" "50 50" "fewer: articles as they are"
is "$(head -n 67 "$T/source" | grep -cFxf "$T/few")" 25 "fewer: evenly spread"
tools/scale --articles $COUNT "$T/source" | cmp -s - "$T/source"
ok $? "as many: the source"
tools/scale --articles 1500 "$T/shorter" | sed -n 's/^{"id": "\([^"]*\)".*/\1/p' >"$T/ids"
is "$(wc -l <"$T/ids") $(sort -u "$T/ids" | wc -l)" "1500 1500" "made of a made one: every id once"

# ------------------------------------------------------------ what an index says of it
for name in source new; do
    run index "$T/$name.ix" "$T/$name" -f jsonl
    is "$CODE" 0 "$name: indexed without a reject"
    "$HL" stats "$T/$name.ix" --json | tr ',{' '\n\n' | tr -d '"' | tr : ' ' >"$T/$name.stats"
done
value() { sed -n "s/^$2 //p" "$T/$1.stats"; }
is "$(value new articles)" $((MADE - COUNT)) "every new article is in the index"
# near A B PERCENT WHAT
near()
{
    awk -v a="$1" -v b="$2" -v p="$3" 'BEGIN { exit !(a > 0 && b > 0 && a / b < 1 + p / 100 && b / a < 1 + p / 100) }'
    ok $? "$4 ($1, $2)"
}
near "$(value new mean_length)" "$(value source mean_length)" 6 "as long as the source's"
per() { awk -v a="$(value "$1" "$2")" -v b="$(value "$1" "$3")" 'BEGIN { printf "%.4f", a / b }'; }
near "$(per new positions postings)" "$(per source positions postings)" 12 "words repeat as often"
near "$(per new undated articles)" "$(per source undated articles)" 15 "as many undated"
dates() { "$HL" stats "$T/$1.ix" | sed -n 's/^dates *\(.*\) to \(.*\)/\1 \2/p'; }
echo "$(dates source) $(dates new)" | awk '{ exit !($3 < $1 && $3 >= "1990" && $4 <= $2) }'
ok $? "dates begin earlier and end no later ($(dates source), $(dates new))"
"$HL" check "$T/new.ix" >"$T/out" 2>&1
ok $? "the index is sound"

# --------------------------------------------------------------------- tokens
sed 's/.*"body": "//; s/", "[a-z]*": .*//; s/\\n/ /g' "$T/source" |
    tr '].,:;!?()"/\\%[-' ' ' | sed 's/  */ /g; s/^ //; s/ $//; /^$/d' >"$T/tokens"
TOKENS=$(wc -l <"$T/tokens")
tool scale --tokens --articles $MADE "$T/tokens"
is "$CODE$ERR" 0 "--tokens: exit 0, nothing said"
head -n "$TOKENS" "$T/out" | cmp -s - "$T/tokens"
ok $? "--tokens: the source comes first"
tail -n +$((TOKENS + 1)) "$T/out" >"$T/new-tokens"
is "$(wc -l <"$T/new-tokens")" $((MADE - TOKENS)) "--tokens: so many lines"
# Documents by word; how far the shares of the frequent ones are apart, in the mean; new words.
# The sample repeats its words less than a real archive does, for which scale is set.
awk '
FNR == 1 { file++ }
{
    lines[file]++
    words[file] += NF
    for (i = 1; i <= NF; i++) {
        if (file == 2 && !(($i, 1) in df)) {
            fresh++
            if ($i !~ /^[1-9][0-9][0-9]+$/ || length($i) > 9)
                strange++
        }
        if (last[file, $i] != FNR)
            df[$i, file]++
        last[file, $i] = FNR
    }
}
END {
    for (key in df) {
        split(key, part, SUBSEP)
        share = df[key] / lines[1]
        if (part[2] != 1 || share < .2)
            continue
        d = log(df[part[1], 2] / lines[2] / share)
        sum += d < 0 ? -d : d
        n++
    }
    print words[1] / lines[1], words[2] / lines[2], sum / n, fresh + 0, strange + 0
}' "$T/tokens" "$T/new-tokens" >"$T/figures"
read -r before after apart fresh strange <"$T/figures"
near "$after" "$before" 4 "--tokens: as long as the source's"
awk -v a="$apart" 'BEGIN { exit !(a > 0 && a < .2) }'
ok $? "--tokens: frequent words are in as many articles ($apart)"
[ "$fresh" -gt 100 ]
ok $? "--tokens: the vocabulary grows ($fresh)"
is "$strange" 0 "--tokens: by numbers of 3 to 9 digits only"
run index "$T/tokens.ix" --format tokens --store no "$T/new-tokens"
is "$CODE" 0 "--tokens: indexed without a reject"

# --------------------------------------------------------------------- bad input
{
    head -n 20 "$T/source"
    echo 'no record'
    echo
    printf '{"id": "x", "body": "\377\376"}\n'
} >"$T/bad"
tool scale --articles 100 "$T/bad"
is "$CODE $(wc -l <"$T/out")" "0 100" "lines that are no records: exit 0, so many lines"
has "$ERR" "2 lines are no JSON objects" "and says how many"
is "$(grep -cx 'no record' "$T/out")" 1 "and passes them on"
tool scale --articles 300 "$T/tokens"
is "$CODE" 2 "tokens without --tokens: exit 2"
has "$ERR" "--tokens" "tokens without --tokens: says so"
: >"$T/empty"
tool scale --articles 100 "$T/empty"
fails 2 "no articles" "an empty file"
tool scale --articles 100 "$T/none"
fails 2 "cannot read" "no file"
cat "$T/source" | B=$B tools/scale --articles 1000 /dev/stdin >"$T/out" 2>"$T/err"
CODE=$?
ERR=$(cat "$T/err")
fails 2 "is read twice" "a pipe"
cp "$T/tokens" "$T/same"
ln "$T/same" "$T/twin"
tool scale --tokens --articles 300 -o "$T/twin" "$T/same"
fails 2 "write another file" "an output that is the source"
cmp -s "$T/same" "$T/tokens"
ok $? "which is as it was"
echo kept >"$T/kept"
tool scale --articles 300 -o "$T/kept" "$T/tokens"
is "$CODE $(cat "$T/kept") $(ls "$T" | grep -c part)" "2 kept 0" "an output is replaced by a whole one only"
head -c 20000 "$T/source.gz" >"$T/cut.gz"
tool scale --articles 1000 "$T/cut.gz"
fails 2 "cannot read $T/cut.gz" "a packed file that was cut"
printf '{"title": "Một"}\n{"body": "A"}\n{"id": 7}\n[1]\n{"date": 7, "url": [], "lead": null}' >"$T/odd"
tool scale --articles 200 "$T/odd"
is "$CODE $(wc -l <"$T/out")" "0 200" "records with next to nothing in them"

# --------------------------------------------------------------------- growth
printf 'a\tTERM\tx\tcông\na\tOR\tx\tkhoa học\na\tAND\tx\tkhoa học\na\tPHRASE\tx\tkhoa học\n' >"$T/queries"
tool growth "$T/tokens"
fails 2 "wants TOKENS and QUERIES" "growth without queries"
tool growth -s 1000,many "$T/tokens" "$T/queries"
fails 2 'not "many"' "growth -s many"
if [ -x /usr/bin/time ]; then
    tool growth -s 100000000000 -d "$T" -o "$T/g.tsv" "$T/tokens" "$T/queries"
    fails 2 "are missing" "growth of more than the disk has"
    tool growth -s 100,400 -d "$T" -r 1 -o "$T/g.tsv" "$T/tokens" "$T/queries"
    is "$CODE" 0 "growth of two sizes: exit 0"
    is "$(grep -c '	cold_start	' "$T/g.tsv")" 2 "two sizes are measured"
    is "$(ls -d "$T"/hlsearch-growth-* 2>/dev/null)" "" "nothing is left behind"
    cp "$T/g.tsv" "$T/before.tsv"
    printf '800\ttokens\t1.0\tMB\n' >>"$T/g.tsv"
    tool growth -s 100,400 -d "$T" -r 1 -o "$T/g.tsv" "$T/tokens" "$T/queries"
    has "$ERR" "400 articles: in $T/g.tsv already" "what is measured is kept"
    cmp -s "$T/g.tsv" "$T/before.tsv"
    ok $? "what a stop left half is dropped, the rest unchanged"
    tool plot-growth -t "$T/g.tsv"
    is "$CODE" 0 "what growth wrote can be drawn"
else
    for i in 1 2 3 4 5 6 7 8; do
        skip "no /usr/bin/time"
    done
fi

# --------------------------------------------------------------------- the picture
# A size costs as many times more as it has more articles.
for size in 1000 10000; do
    for measure in tokens build build_speed build_memory index any.10.mean any.10.p99 \
        all.10.mean all.10.p99 phrase.10.mean phrase.10.p99 term.10.mean term.10.p99 \
        any.count.mean any.count.p99 any.1000.mean any.1000.p99 cold_start; do
        printf '%s\t%s\t%s\tx\n' $size $measure $((size / 50))
    done
done >"$T/rows"
{
    echo "# Made by tools/growth on A <fast> & small machine."
    printf 'articles\tmeasure\tvalue\tunit\n'
    cat "$T/rows"
} >"$T/p.tsv"
tool plot-growth "$T/p.tsv"
is "$CODE$ERR" 0 "plot-growth: exit 0, nothing said"
has "$OUT" "| articles | 1,000 | 10,000 | ×10 |" "table: a column a size"
has "$OUT" "| any of the words, best 10, µs: mean / p99 | 20 / 20 | 200 / 200 | ×10 / ×10 |" \
    "table: what it grew"
if command -v xmllint >/dev/null 2>&1; then
    xmllint --noout "$T/p.svg" 2>"$T/err"
    ok $? "the picture is well-formed XML"
elif has_python; then
    python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' "$T/p.svg" 2>"$T/err"
    ok $? "the picture is well-formed XML"
else
    skip "neither xmllint nor python3"
fi
is "$(grep -c '<polyline' "$T/p.svg") $(grep -c '<circle' "$T/p.svg")" "11 22" "a line a cost, a dot a size"
is "$(grep -ciE 'nan|inf[^o]|href|@import' "$T/p.svg")" 0 "nothing to load, no number that is none"
rm "$T/p.svg"

# broken EXPRESSION PART WHAT: the table, changed by sed, is refused and nothing drawn.
broken()
{
    sed "$1" "$T/p.tsv" >"$T/q.tsv"
    tool plot-growth "$T/q.tsv"
    fails 2 "$2" "$3"
    [ ! -e "$T/q.svg" ] && [ -z "$OUT" ]
    ok $? "$3: nothing is drawn"
}
broken '2d' "q.tsv:2: the heading" "no heading"
broken '5s/	x$//' "q.tsv:5: 3 columns instead of 4" "a column too few"
broken '5s/20/2O/' 'q.tsv:5: "2O" is no number' "a letter for a number"
broken '5s/^1000/1e3/' 'q.tsv:5: "1e3" is no number of articles' "an odd size"
broken '5p' "q.tsv:6: build_speed of 1000 articles once more" "a row twice"
broken '5d' "build_speed is there for 1 of 2 sizes" "a row missing"
broken '5s/	20	/	0	/' "q.tsv:5: build_speed is 0" "a nought"
broken '/^10000/d' "1 sizes; how costs grow wants two" "one size only"
broken 'd' "nothing in it" "an empty table"
tool plot-growth "$T/none.tsv"
fails 2 "tools/growth makes it" "no table"
done_testing
