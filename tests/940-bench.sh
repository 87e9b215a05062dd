# tools/bench, and the oracle of the bench: right answers pass, and every way to be wrong is
# found.
. tests/cases/cli.sh
export B
ORACLE=$B/peers/oracle

# --- the sample, without peers and beside Xapian
tools/bench -e '' -p 1 -r 1 >"$T/out" 2>"$T/err"
is "$?" 0 "bench: exit 0 on the sample"
is "$(cat "$T/err")" "" "bench: no complaint"
ok "$(grep -Ecx 'oracle +[1-9][0-9]+ answers to [1-9][0-9]+ queries, 0 wrong' "$T/out" |
    awk '{ print $1 != 1 }')" "bench: the answers are the oracle's"
is "$(awk '$1 == "OR" && NF == 5 && $5 > 0 { print $2, $3 }' "$T/out" | sort -u)" "top 10
top 100
top 1000" "bench: a row for every number of results"
is "$(grep -c ' count  *[0-9]* *[0-9.]*$' "$T/out")" 12 "bench: rows of counts, three tables"
if [ -x "$B/peers/xapian" ]; then
    tools/bench -e xapian -p 1 -r 1 -c "$T/cache" >"$T/out" 2>"$T/err"
    is "$?" 0 "bench: exit 0 beside Xapian"
    is "$(cat "$T/err")" "" "bench: no complaint beside Xapian"
    is "$(awk '/^answers +Xapian/ { print ($3 > 100 && $3 == $5) }' "$T/out")" 1 \
        "bench: Xapian counts the same"
    is "$(awk '$2 == "count" && NF == 6 && $6 ~ /^x/' "$T/out" | wc -l)" 12 "bench: ratios"
    touch "$T/stamp"
    tools/bench -e xapian -p 1 -r 1 -c "$T/cache" -s 0 >"$T/out" 2>"$T/err"
    is "$? $(find "$T/cache" -newer "$T/stamp" -name '*.ns')" "0 " \
        "bench: -c, the second run builds no index"
    is "$(grep -c '^oracle' "$T/out")" 0 "bench: -s 0, no check"
else
    skip "Xapian is not built (make bench)"
fi
tools/peers/beside -e lucy "$T/out" "$T/out" >"$T/said" 2>&1
is "$?" 2 "beside: an unknown engine"
has "$(cat "$T/said")" "no engine lucy" "beside: and which"

# --- tokens
printf '%s\n' 'Hà NỘI, 30/4: "Khoa học"' '...' 'Hoà bình' >"$T/lines"
is "$("$B/peers/tokens" - <"$T/lines")" "hà nội 30 4 khoa học
hoà bình" "tokens: composed, lower case, cut at the rest"
printf '%s\n' '{"id": "1", "title": "Một Hai", "lead": "Ba", "body": "Ba bốn."}' >"$T/a.jsonl"
is "$("$B/peers/tokens" "$T/a.jsonl")" "một hai ba bốn" "tokens: a lead counts once"

# --- the oracle: ties, a repeated word, an empty line, a phrase across repeats
printf '%s\n' 'a b a b c' 'b a' '' 'a b c d' 'd d d' 'a b c d' 'a b c d' 'c a b' 'a b c d' \
    'a b c d' 'a b c d' >"$T/tokens"
printf '%s\n' '1 TERM x a' '1 AND x a c' '1 OR x d b' '1 PHRASE x a b' '2 OR x a b a' \
    '2 PHRASE x a b a b' '3 AND x a none' '3 OR x none' |
    awk -v OFS='\t' '{ words = $4; for (i = 5; i <= NF; i++) words = words " " $i
        print $1, $2, $3, words }' >"$T/set"
"$HL" index "$T/ix" "$T/tokens" --format tokens -q
"$HL" bench "$T/ix" "$T/set" --rounds 1 -n 5 --k1 1.2 --b 0.75 --hits "$T/right" >"$T/said"
"$HL" bench "$T/ix" "$T/set" --rounds 1 --mode count --hits "$T/counts" >"$T/said"
"$ORACLE" "$T/tokens" "$T/set" "$T/right" "$T/counts" >"$T/said"
is "$? $(cat "$T/said")" "0 oracle    16 answers to 8 queries, 0 wrong" "oracle: all is right"
is "$(awk -F '\t' '$1 == 1 && $2 == "TERM" { print NF, $3, $4, $5, $7 }' "$T/right")" \
    "14 5 5 1 2" "bench --hits: id and score of each"
is "$(awk -F '\t' '$2 == "PHRASE" { print NF, $3, $4 }' "$T/counts")" "4 0 8
4 0 1" "bench --hits: counts"

# --- a page: all of it is timed, words are a reader's, near copies fold
printf '{"id": "%s", "title": "Nghiên cứu mặt trăng %s", "body": "%s", "date": "201%s-05-01"}\n' \
    1 một "Tàu thăm dò bay quanh mặt trăng." 5 2 hai "Robot đào đất lạnh ở mặt trăng." 6 \
    3 ba "Đất lạnh." 7 >"$T/page.jsonl"
"$HL" index "$T/px" "$T/page.jsonl" -q
printf '%s\n' 'p1 OR x "mat trang" -robot' 'p2 AND y robot mặt trăng' 'p3 TYPED y đất lạnh' |
    sed 's/ /\t/; s/ /\t/; s/ /\t/' >"$T/pset"
"$HL" bench "$T/px" "$T/pset" --page --rounds 2 --hits "$T/said" >"$T/out" 2>"$T/err"
is "$? $(cat "$T/err")" "0 " "bench --page: exit 0"
is "$(awk '/^ +mode/ { print $10, $11, $12, $13 } $1 == "OR" && $2 == "x" { print NF, $3, $9 }' \
    "$T/out")" "max us us/hit matched
10 1 2" "bench --page: the slowest and the time a hit; operators, marks restored, total counted"
is "$(awk -F '\t' '{ print $1, $2, NF }' "$T/said")" "p1 OR 8
p2 AND 6
p3 TYPED 8" "bench --page: which hits"
is "$(awk '$1 == "TYPED" { print $3, $9 }' "$T/out" | sort -u)" "1 2" "bench: mode TYPED"
"$HL" bench "$T/px" "$T/pset" --page --rounds 1 --after 2016 --json >"$T/out"
is "$(sed 's/.*"us":\([0-9.]*\),"shown_us":\([0-9.]*\),"hits":\([0-9]*\).*/\1 \2 \3/' "$T/out" |
    awk '{ print ($1 >= $2 && $2 > 0), $3 }')" "1 1
1 1
1 2" "bench --page --json --after: less is found, showing is part of the time"
"$HL" bench "$T/ix" "$T/set" --rounds 1 --json >"$T/out"
is "$(grep -c shown_us "$T/out")" 0 "bench: no page, no time to show it"
run bench "$T/px" "$T/pset" --page --mode count
fails 2 "only counts" "bench --page --mode count"
printf 'p1\tOR\tx\tm\377\n' >"$T/bad"
run bench "$T/px" "$T/bad" --page
fails 2 "not UTF-8" "bench --page: bytes that are no text"

# wrong WHAT AWK-PROGRAM [FILE]: a run that was changed so is found out.
wrong()
{
    awk -F '\t' -v OFS='\t' "$2" "$T/${3:-right}" >"$T/falsified"
    if cmp -s "$T/falsified" "$T/${3:-right}"; then
        ok 1 "oracle: $1: nothing was changed"
        return
    fi
    "$ORACLE" "$T/tokens" "$T/set" "$T/falsified" >"$T/said" 2>&1
    is "$?" 1 "oracle: $1"
}

wrong "two hits of other scores change places" \
    'NR == 1 { t = $5; $5 = $7; $7 = t; t = $6; $6 = $8; $8 = t } { print }'
wrong "two hits of one score change places" 'NR == 2 { t = $7; $7 = $9; $9 = t } { print }'
wrong "another article" 'NR == 3 { $5 = 2 } { print }'
wrong "the last bit of a score" 'NR == 3 {
        digit = substr($6, match($6, /.p/), 1)
        sub(/.p/, (digit == "0" ? "1" : "0") "p", $6)
    } { print }'
wrong "a hit is missing" 'NR == 4 { NF -= 2 } { print }'
wrong "a hit too many" 'NR == 4 { $0 = $0 OFS 5 OFS "0x1p-3" } { print }'
wrong "an answer where there is none" 'NR == 7 { $0 = $0 OFS 5 OFS "0x1p-3" } { print }'
wrong "a query without an answer" 'NR != 5'
wrong "a query with two" '{ print } NR == 5'
wrong "a wrong count" 'NR == 6 { $4++ } { print }' counts
wrong "a count of what is not there" 'NR == 8 { $4++ } { print }' counts
"$HL" bench "$T/ix" "$T/set" --rounds 1 -n 5 --k1 0.9 --b 0.75 --hits "$T/other" >"$T/said"
"$ORACLE" "$T/tokens" "$T/set" "$T/other" >"$T/said"
is "$?" 1 "oracle: another k1"

# The bench fails with it: the same tokens in another order are another archive.
sed '1!G;h;$!d' "$T/tokens" >"$T/turned"
mkdir "$T/b"
ln -s "$(cd "$B" && pwd)/peers" "$T/b/peers"
printf '#!/bin/sh\nfor last; do :; done\n[ "$1" != index ] || [ "$last" != "%s" ] ||\n' \
    "$T/tokens" >"$T/b/hlsearch"
printf '    { shift; set -- index "$1" --format tokens --store no -q "%s"; }\nexec "%s" "$@"\n' \
    "$T/turned" "$(cd "$B" && pwd)/hlsearch" >>"$T/b/hlsearch"
chmod +x "$T/b/hlsearch"
B=$T/b tools/peers/beside -e '' -p 1 -r 1 "$T/tokens" "$T/set" >"$T/out" 2>&1
is "$?" 1 "beside: exit 1 when an answer is wrong"
has "$(cat "$T/out")" "wrong" "beside: says so"
run bench "$T/ix" "$T/set" --hits "$T/none/hits"
fails 2 "cannot write the answers" "bench --hits: where nothing can be written"
run bench "$T/ix" "$T/set" --rounds 1 --hits /dev/full
fails 2 "cannot write all of the answers" "bench --hits: a full disk"
done_testing
