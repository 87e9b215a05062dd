#!/bin/sh
# 200 queries of the development lists over real science articles: by one native index, one
# Xapian database, three of them here and three on loopback.  At least 199 rank identically,
# ids and scores.
. tests/cases/cli.sh
. tests/cases/shards.sh
case $B in
*asan* | *cover* | *fuzz*) skip "5,700 articles four times take too long in this build"; done_testing ;;
esac
DATA=${HLSEARCH_DATA:-../shared/data}
BENCH=$DATA/../bench/queries-dev.txt
[ -f "$BENCH" ] && ls "$DATA"/science/*.jsonl.gz >/dev/null 2>&1 ||
    { skip "no ../shared: real articles and queries"; done_testing; }
[ -f "$B/hlsearch-xapian.so" ] || { skip "the module for Xapian was not built"; done_testing; }
command -v python3 >/dev/null 2>&1 || { skip "no python3"; done_testing; }

make_index()
{
    run index "$@" "$DATA"/science/*.jsonl.gz -q
    is "$CODE" 0 "articles into $1 $2 $3"
}
make_index "$T/n"
make_index --backend xapian "$T/x1"
make_index --backend xapian --shards 3 "$T/x3"

# 160 lines of the list, of all modes, and 40 questions that people ask.
python3 - "$BENCH" "$DATA"/quality/dev/*/queries.jsonl >"$T/queries" <<'PY'
import json, sys
lines = [l.rstrip("\n").split("\t") for l in open(sys.argv[1], encoding="utf-8")]
words = sorted({l[3] for l in lines if len(l) > 3 and l[3]})
texts = words[::max(1, len(words) // 160)][:160]
for path in sys.argv[2:]:
    own = [json.loads(l)["text"] for l in open(path, encoding="utf-8")]
    texts += own[::max(1, len(own) // 10)][:10]
for i, text in enumerate(texts[:200]):
    print(json.dumps({"id": "q%d" % i, "text": text}, ensure_ascii=False))
PY
is "$(wc -l <"$T/queries" | tr -d ' ')" 200 "200 queries"

# What each found: number, id, score; one line a query, so that queries are compared.
ranked()
{
    "$HL" query "$@" --batch "$T/queries" --format trec -n 20 2>"$T/err" |
        awk '{ a[$1] = a[$1] " " $3 ":" $5 } END { for (q in a) print q a[q] }' | LC_ALL=C sort
}
# same WHAT FLAG...: how many of the 200 are as native says
compare()
{
    what_=$1 rank_=$2
    shift 2
    # shellcheck disable=SC2086
    ranked "$@" $rank_ >"$T/other"
    differ_=$(LC_ALL=C comm -3 "$T/native$rank_" "$T/other" | awk '{ print $1 }' | sort -u | wc -l | tr -d ' ')
    echo "# $what_ $rank_: $differ_ of 200 differ"
    [ "$differ_" -le 1 ] && [ -s "$T/other" ]
    ok $? "$what_ $rank_: at least 199 rank identically $(head -c 200 "$T/err")"
}
if servers_there; then
    SERVED=
    for i in 0 1 2; do
        shard_start s$i "$T/x3/shard-$i" || ok 1 "a server"
        SERVED="$SERVED --shard $(shard_at s$i)"
    done
fi
for rank in --rank=bm25 --rank=default; do
    ranked "$T/n" $rank >"$T/native$rank"
    [ "$(wc -l <"$T/native$rank")" -ge 150 ]
    ok $? "most of the queries find something ($rank)"
    compare "one database" $rank "$T/x1"
    compare "three here" $rank "$T/x3"
    if [ -n "$SERVED" ]; then
        # shellcheck disable=SC2086
        compare "three elsewhere" $rank $SERVED
    else
        skip "three elsewhere: $WHY"
    fi
done
done_testing
