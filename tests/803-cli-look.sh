#!/bin/sh
# Looking inside: show, stats, explain, check, text and its vectors, bench.
. tests/cases/cli.sh

"$HL" index "$T/a" "$ARTICLES" -q
"$HL" index "$T/c" corpus/articles-a.jsonl corpus/articles-b.jsonl -q

# --- show
run show "$T/a" cli-4
is "$CODE" 0 "show: exit 0"
has "$OUT" "title    Xét nghiệm máu phát hiện sớm ung thư phổi" "show: title"
has "$OUT" "section  Y học" "show: section"
has "$OUT" "Chỉ cần năm mi-li-lít máu, kết quả có sau hai giờ." "show: lead"
has "$OUT" "ung thư phổi giai đoạn đầu có thể chữa khỏi." "show: body"
run show "$T/a" "cli 8"
is "$CODE" 0 "show: an id with a blank"
run show "$T/a" cli-404
is "$CODE" 1 "show: unknown id, exit 1"
has "$ERR" "no article cli-404" "show: unknown id, said so"
run show "$T/a" cli-404 --json
has "$OUT" '"code":"NOT_FOUND"' "show: unknown id in JSON"
run show "$T/a"
fails 2 "ID missing" "show: no id"
if has_python; then
    run show "$T/a" cli-4 --json
    is "$(json 'list(d)')" '["schema", "id", "url", "title", "lead", "body", "date", "date_precision", "source", "section", "author", "tags", "extra"]' \
        "show --json: keys"
    # What show prints, index reads: the article comes back as it was.
    cp "$T/out" "$T/shown.jsonl"
    "$HL" index "$T/again" "$T/shown.jsonl" -q
    "$HL" show "$T/again" cli-4 --json >"$T/reshown.jsonl"
    python3 - "$T/shown.jsonl" "$T/reshown.jsonl" <<'PY'
import json, sys
a, b = (json.load(open(p, encoding="utf-8")) for p in sys.argv[1:])
for key in ("id", "url", "title", "lead", "body", "date", "source", "section", "author"):
    assert a[key] == b[key], key
PY
    ok $? "show --json: index reads it again"
else
    skip "python3 not there"
    skip "python3 not there"
fi

# --- stats
run stats "$T/c"
is "$CODE" 0 "stats: exit 0"
has "$OUT" "articles" "stats: articles"
if has_python; then
    lines=$(cat corpus/articles-a.jsonl corpus/articles-b.jsonl | grep -c .)
    run stats "$T/c" --json
    is "$(json 'd["articles"]')" "$lines" "stats --json: every article"
    is "$(json 'sum(d["bytes_by_part"].values()) == d["bytes"]')" true \
        "stats --json: the parts are the whole"
    is "$(json 'd["terms"] > 500 and d["postings"] > d["terms"] and d["positions"] > d["postings"]')" \
        true "stats --json: terms, postings, positions"
    run stats "$T/a" --json
    is "$(json '[d["articles"], d["deleted"], d["undated"], d["weights"]]')" "[8, 0, 1, [1, 1, 1]]" \
        "stats --json: counts"
    is "$(json 'd["date_last"]')" "2025-01-04T23:15:00Z" "stats --json: the newest, in UTC"
else
    skip "python3 not there"
fi

# --- explain: the sum is the score of query, bit for bit
run explain "$T/c" nope khu
is "$CODE" 1 "explain: unknown id, exit 1"
run explain "$T/c" kh-hoalac-01
fails 2 "ID WORDS... missing" "explain: no words"
if has_python; then
    for rank in default bm25; do
        for words in "khu công nghệ cao hòa lạc" "khu cong nghe cao" '"công nghệ cao" năng lượng'; do
            "$HL" query "$T/c" "$words" --rank $rank --json -n 5 >"$T/hits"
            python3 - "$HL" "$T/c" "$rank" "$words" "$T/hits" <<'PY'
import json, subprocess, sys
tool, index, rank, words, hits = sys.argv[1:]
hits = json.load(open(hits, encoding="utf-8"))["hits"]
assert hits
for h in hits:
    e = json.loads(subprocess.run([tool, "explain", index, h["id"], words, "--rank", rank,
                                   "--json"], stdout=subprocess.PIPE, check=True).stdout)
    total = 0.0
    for p in e["parts"]:
        total += p["worth"]
    assert e["answers"] and e["first_stage"] == total, (h["id"], e["first_stage"], total)
    assert e["refined"] == (rank == "default")
    if e["refined"]:
        total += e["passage_weight"] * e["passage"] + e["early_weight"] * e["early"]
    assert e["score"] == h["score"] == total, (h["id"], e["score"], total)
    text = subprocess.run([tool, "explain", index, h["id"], words, "--rank", rank],
                          stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
    sums = [float(line.split()[1]) for line in text if line.strip().startswith("sum ")]
    assert sums[-1] == e["first_stage"] and h["score"] == float(text[-1].split()[1])
PY
            ok $? "explain --rank $rank: $words"
        done
    done
    run explain "$T/a" cli-1 phổi ung thư
    is "$CODE" 1 "explain: an article that does not answer, exit 1"
    has "$OUT" "no answer" "explain: and why"
else
    skip "python3 not there"
fi

# --- check
run check "$T/c"
is "$CODE" 0 "check: exit 0"
has "$OUT" "no fault" "check: no fault"
run check "$T/c" --json
has "$OUT" '"faults":[],"fault_count":0' "check --json"
run check "$T/nope"
is "$CODE" 2 "check: no such index, exit 2"
if has_python; then
    python3 - "$T/c" <<'PY'
import os, sys
files = [os.path.join(sys.argv[1], f) for f in os.listdir(sys.argv[1])]
biggest = max((f for f in files if os.path.isfile(f)), key=os.path.getsize)
with open(biggest, "r+b") as f:
    f.seek(os.path.getsize(biggest) // 2)
    byte = f.read(1)[0]
    f.seek(-1, 1)
    f.write(bytes([byte ^ 0x10]))
PY
    run check "$T/c"
    is "$CODE" 3 "check: a changed byte, exit 3"
    [ -n "$OUT$ERR" ]
    ok $? "check: a changed byte, said so"
    run check "$T/c" --json
    is "$CODE" 3 "check --json: a changed byte, exit 3"
    is "$(json 'd.get("fault_count", 1) > 0')" true "check --json: valid all the same"
else
    skip "python3 not there"
fi

# --- text
run text Khu Công nghệ cao Hoà Lạc
is "$CODE" 0 "text: exit 0"
has "$OUT" "bytes     4b 68 75" "text: bytes"
has "$OUT" "terms     khu|công|nghệ|cao|hòa|lạc" "text: terms"
has "$OUT" "key hòa  variant hòa  folded hoa" "text: keys of a token"
if has_python; then
    run text TP.HCM tăng 3,5% --json
    is "$(json '[[t["position"], t["alternative"], t["key"]] for t in d["tokens"]]')" \
        '[[0, false, "tp"], [0, true, "tphcm"], [1, false, "hcm"], [2, false, "tăng"], [3, false, "3.5"]]' \
        "text --json: tokens"
    is "$(json '[d["text"].encode()[t["start"]:t["end"]].decode() for t in d["tokens"]]')" \
        '["TP", "TP.HCM", "HCM", "tăng", "3,5"]' "text --json: bytes of the input"
else
    skip "python3 not there"
fi
run text
fails 2 "STRING... missing" "text: nothing given"
printf '# id\top\tinput\texpected\tnote\nv1\tkey\tho\\u00e0\thòa\tnew style\nv2\tfold\tĐổi\tdoi\t\n' \
    >"$T/vectors"
run text --vectors "$T/vectors"
is "$CODE$OUT" "02 passed, 0 failed" "vectors: all pass"
printf 'v3\tkey\thoà\thoà\twrong\nv4\tnonsense\ta\tb\n' >>"$T/vectors"
run text --vectors "$T/vectors"
is "$CODE" 1 "vectors: some fail, exit 1"
is "$(echo "$OUT" | tail -1)" "2 passed, 2 failed" "vectors: last line"
has "$OUT" 'expected "hoà", got "hòa"' "vectors: what failed"
printf 'v5\tkey\n' >>"$T/vectors"
run text --vectors "$T/vectors"
fails 2 "vectors:6: fewer than four fields" "vectors: a line cut short"
run text --vectors "$T/missing"
fails 2 "cannot read the vectors" "vectors: no such file"
run text --vectors "$T/vectors" hoà
fails 2 "not both" "vectors: a string as well"

# --- bench
printf 'a b c\nb c d d\nc d e\na e\n' >"$T/tokens"
"$HL" index "$T/t" "$T/tokens" --format tokens -q
printf 'q1\tOR\tx\ta b\nq2\tAND\tx\tb c\nq3\tPHRASE\ty\tc d\nq4\tTERM\ty\td\n' >"$T/set"
run bench "$T/t" "$T/set" --rounds 2
is "$CODE" 0 "bench: exit 0"
is "$(echo "$OUT" | awk 'NR > 1 { print $1, $2, $3, $7 }')" "TERM y 1 2
AND x 1 2
OR x 1 3
PHRASE y 1 2
TERM all 1 2
AND all 1 2
OR all 1 3
PHRASE all 1 2" "bench: a table by mode and class, with what matched"
run bench "$T/t" "$T/set" --rounds 1 --mode count
is "$(echo "$OUT" | awk 'NR > 1 && $3 == "all" { print $2, $8 }')" "TERM 2
AND 2
OR 3
PHRASE 2" "bench --mode count: each line by its own mode"
printf 'a b\nc d\n' >"$T/plain"
for mode in "any 3" "all 1" "phrase 1"; do
    run bench "$T/t" "$T/plain" --rounds 1 --json --mode "${mode% *}"
    has "$(echo "$OUT" | head -1)" "\"hits\":${mode#* }," "bench --mode ${mode% *}: plain words"
done
if has_python; then
    run bench "$T/t" "$T/set" --json -n 2 --rounds 2
    is "$(python3 -c 'import json, sys
rows = [json.loads(line) for line in open(sys.argv[1])]
print([list(r) for r in rows[:1]], [r["id"] for r in rows], all(r["us"] > 0 and r["k"] == 2 for r in rows))' "$T/out")" \
        "[['id', 'mode', 'class', 'k', 'us', 'hits', 'sum']] ['q1', 'q2', 'q3', 'q4'] True" \
        "bench --json: a line a query"
else
    skip "python3 not there"
fi
one=$("$HL" bench "$T/t" "$T/set" --json --rounds 1 | sed 's/.*"sum"//')
two=$("$HL" bench "$T/t" "$T/set" --json --rounds 3 | sed 's/.*"sum"//')
is "$one" "$two" "bench: the same answers, the same sums"
other=$("$HL" bench "$T/t" "$T/set" --json --rounds 1 --k1 2 | sed 's/.*"sum"//')
[ "$one" != "$other" ]
ok $? "bench: other scores, other sums"
printf 'q1\tNEAR\tx\ta b\n' >"$T/set"
run bench "$T/t" "$T/set"
fails 2 "set:1: not a line of a query set" "bench: an unknown mode"
: >"$T/set"
run bench "$T/t" "$T/set"
fails 2 "no queries in it" "bench: an empty file"
run bench "$T/t" "$T/missing"
fails 2 "cannot read the queries" "bench: no such file"
done_testing
