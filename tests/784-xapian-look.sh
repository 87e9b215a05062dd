#!/bin/sh
# What looks into an index says the same of Xapian databases as of a native index: explain byte
# for byte, the first suggestions, folded copies, stats as far as they are known.
. tests/cases/cli.sh

FILES="corpus/articles-a.jsonl corpus/articles-b.jsonl"
# shellcheck disable=SC2086
"$HL" index "$T/n" $FILES -q
# shellcheck disable=SC2086
run index --backend xapian "$T/x" $FILES -q
case $CODE$ERR in
0*) ;;
*"unknown option"* | *UNSUPPORTED* | *libxapian*)
    skip "no databases of Xapian here: $ERR"
    done_testing
    ;;
esac
is "$CODE $ERR" "0 " "a database"
# shellcheck disable=SC2086
run index --backend xapian --shards 3 "$T/x3" $FILES -q
is "$CODE $ERR" "0 " "three of them"

# explains INDEX QUERY [OPTION...]: what explain says of the first hit, and of an article that
# need not answer.
explains()
{
    explained=$1
    asked=$2
    shift 2
    for id in $("$HL" query "$T/n" "$@" -n 1 -f ids "$asked" 2>/dev/null) tc-001 "$OTHER"; do
        "$HL" explain "$explained" "$id" "$@" "$asked" 2>&1
        echo "exit $?"
    done | sed "s|$explained||g"
}

OTHER=$("$HL" query "$T/n" -n 1 -f ids nghiên cứu)
ok "$([ -n "$OTHER" ]; echo $?)" "an article to look at"
sed -n 's/.*"text": *"\([^"\\]*\)".*/\1/p' corpus/queries-a.jsonl corpus/queries-b.jsonl |
    awk 'NR % 3 == 1' >"$T/queries"
cat >>"$T/queries" <<'END'
title:khoa học
"trí tuệ nhân tạo" -robot
(vắc xin OR vaccine) trẻ
không thấy gì xyzzy
ung thu NEAR/5 phoi
nghi* cứu
END
while IFS= read -r query; do
    for options in "" "--rank bm25" "--all"; do
        # shellcheck disable=SC2086
        want=$(explains "$T/n" "$query" $options)
        for index in x x3; do
            # shellcheck disable=SC2086
            is "$(explains "$T/$index" "$query" $options)" "$want" \
                "explain $index $options $query"
        done
    done
done <"$T/queries"

# --- what is typed
for text in "tri tue nhan t" "khu cong nghe c" "vệ t"; do
    want=$("$HL" suggest "$T/n" -n 1 "$text")
    for index in x x3; do
        is "$("$HL" suggest "$T/$index" -n 1 "$text")" "$want" "suggest $index $text"
    done
done
run suggest "$T/x" qzxj
is "$CODE$OUT" 1 "nothing goes on from it"

# --- what is known
known=$("$HL" stats "$T/n" | grep -E '^(articles|dates|undated|terms|positions|mean length) ')
is "$("$HL" stats "$T/x" | grep -E '^(articles|dates|undated|terms|positions|mean length) ')" \
    "$known" "stats of one database"
run stats "$T/x"
has "$OUT" "engine        xapian" "its engine"
ok "$(case $OUT in *postings* | *pairs*) echo 1 ;; *) echo 0 ;; esac)" \
    "no line for what is not known"
if has_python; then
    run stats "$T/x" --json
    is "$(json '[d["postings"], d["pairs"], d["bytes_by_part"], d["terms"] > 0]')" \
        '[null, null, null, true]' "null in JSON"
else
    skip "no python3"
fi
run check "$T/x"
has "$ERR" "is a database of Xapian" "what cannot be checked"

# --- near copies
for i in 1 2 3 4 5 6; do
    printf '{"id":"k%d","title":"Tàu vũ trụ %s","body":"Tàu vũ trụ mang mẫu đất của tiểu hành tinh về Trái Đất sau bảy năm bay, các nhà khoa học sẽ mở hộp kín trong phòng thí nghiệm sạch để xem có gì.","date":"2024-01-0%dT10:00:00+07:00"}\n' \
        "$i" "$((i % 2))" "$((i % 3 + 1))"
done >"$T/copies.jsonl"
"$HL" index "$T/cn" "$T/copies.jsonl" -q
"$HL" index --backend xapian "$T/cx" "$T/copies.jsonl" -q
is "$("$HL" query "$T/cx" tiểu hành tinh -f ids)" "$("$HL" query "$T/cn" tiểu hành tinh -f ids)" \
    "heads of copies"
run query "$T/cx" tiểu hành tinh -f ids
ok "$([ "$(printf '%s\n' "$OUT" | wc -l)" -lt 6 ]; echo $?)" "some of them are folded: $OUT"
is "$("$HL" query "$T/cx" tiểu hành tinh)" "$("$HL" query "$T/cn" tiểu hành tinh)" \
    "as many are told of"
done_testing
