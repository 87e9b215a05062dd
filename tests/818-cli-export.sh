#!/bin/sh
# hlsearch export: what goes out comes back, as lines and as an index; files that are whole or
# not there; what OpenSearch and Vespa are fed.
. tests/cases/cli.sh
IX=$T/ix

# Whether this build makes Xapian databases; if not, why.
"$HL" index "$T/probe" tests/cases/cli-articles.jsonl -q
run export "$T/probe" --xapian "$T/probe-xapian" --shards 2
NO_XAPIAN=
if [ "$CODE" -eq 2 ] && echo "$ERR" | grep -qi xapian; then
    NO_XAPIAN=$ERR
    [ ! -e "$T/probe-xapian" ]
    ok $? "without Xapian --xapian leaves nothing"
else
    is "$CODE" 0 "--xapian --shards 2"
    [ ! -e "$T/probe-xapian/manifest-000000000001" ] # which a native index has
    ok $? "--xapian makes no native index"
fi

# same A B WHAT: two files, byte for byte.
same()
{
    cmp "$1" "$2" >"$T/cmp" 2>&1
    ok $? "$3"
    sed 's/^/#   /' "$T/cmp"
}

# round NAME SOURCES...: out, in, out again; and straight into an index. The first is kept.
round()
{
    name=$1
    shift
    "$HL" index "$T/$name" "$@" -q >/dev/null 2>&1
    "$HL" export "$T/$name" >"$T/$name.jsonl"
    is "$?" 0 "$name: exported"
    "$HL" index "$T/$name-again" "$T/$name.jsonl" 2>"$T/err"
    is "$?" 0 "$name: read again, every line"
    "$HL" export "$T/$name-again" >"$T/again.jsonl"
    same "$T/again.jsonl" "$T/$name.jsonl" "$name: the same bytes"
    "$HL" export "$T/$name" --native "$T/$name-new" -q
    is "$?" 0 "$name: --native"
    "$HL" export "$T/$name-new" >"$T/again.jsonl"
    same "$T/again.jsonl" "$T/$name.jsonl" "$name: the same bytes from there"
    same "$T/$name-new/segment-000000000002" "$T/$name-again/segment-000000000002" \
        "$name: made of articles or of lines, it is the same index"
    if [ "$NO_XAPIAN" ]; then
        skip "$name: $NO_XAPIAN"
        return
    fi
    "$HL" export "$T/$name" --xapian "$T/$name-xapian" --shards 3 -q
    is "$?" 0 "$name: --xapian"
    "$HL" export "$T/$name-xapian" --native "$T/$name-back" -q
    is "$?" 0 "$name: --native from there"
    "$HL" export "$T/$name-back" >"$T/again.jsonl"
    same "$T/again.jsonl" "$T/$name.jsonl" "$name: the same bytes after both"
}

# --- there and back
round corpus corpus/articles-a.jsonl corpus/articles-b.jsonl corpus/text-a corpus/text-b
is "$(wc -l <"$T/corpus.jsonl" | tr -d ' ')" \
    "$("$HL" stats "$T/corpus" --json | sed 's/.*"articles":\([0-9]*\).*/\1/')" \
    "a line for each article"
round cases tests/cases/cli-articles.jsonl tests/cases/forms-hostile.jsonl \
    tests/cases/browser-articles.jsonl tests/cases/options-articles.jsonl
round odd tests/cases/export-odd.jsonl
sed 's/^{"hlsearch":1,//' "$T/odd.jsonl" | LC_ALL=C sort >"$T/got"
sed 's/^{"hlsearch":1,//' tests/cases/export-odd.jsonl | LC_ALL=C sort >"$T/want"
if has_python; then
    for file in got want; do # the order of keys is not what is compared
        python3 -c 'import json, sys
for line in sys.stdin:
    print(json.dumps(json.loads("{" + line), ensure_ascii=False, sort_keys=True))' \
            <"$T/$file" >"$T/$file.sorted"
    done
    same "$T/got.sorted" "$T/want.sorted" "odd articles are taken and given as they are"
else
    skip "python3 not there"
fi
awk -F'"date":"' 'NF > 1 { print substr($2, 1, 7) }' "$T/cases.jsonl" >"$T/dates"
sort -r "$T/dates" | cmp -s - "$T/dates"
ok $? "the newest first"
# What an index makes of its source, it makes of it once.
printf '{"id":"a","title":"T","body":"<p>Một&nbsp;hai</p>\\nẢnh: Reuters","tags":"x, y"}\n' |
    "$HL" index "$T/once" - -q
run export "$T/once"
is "$OUT" '{"hlsearch":1,"id":"a","title":"T","body":"Một hai","tags":["x","y"],"extra":{"caption":"Ảnh: Reuters"}}' \
    "cleaned once, and kept with what went"

# --- several segments, several indexes
"$HL" index "$IX" tests/cases/cli-articles.jsonl -q
"$HL" index "$IX" tests/cases/cli-articles.jsonl -q
"$HL" index "$T/one" tests/cases/cli-articles.jsonl -q
"$HL" export "$IX" >"$T/a" && "$HL" export "$T/one" >"$T/b"
same "$T/a" "$T/b" "articles replaced are left out"
"$HL" index "$T/two" tests/cases/options-articles.jsonl -q
run export "$T/one,$T/two" --native "$T/both"
is "$CODE$OUT" 0 "two indexes into one"
is "$("$HL" export "$T/both" | wc -l | tr -d ' ')" \
    "$(cat tests/cases/cli-articles.jsonl tests/cases/options-articles.jsonl | grep -c '"id"')" \
    "that has the articles of both"
"$HL" index "$T/weighed" tests/cases/cli-articles.jsonl -q --title-weight 3
"$HL" export "$T/weighed" --native "$T/weighed-new" -q
is "$("$HL" stats "$T/weighed-new" | grep weight)" "$("$HL" stats "$T/weighed" | grep weight)" \
    "--native keeps the weights of fields"
printf 'Một_hai ba\nMột_hai\n' >"$T/tokens.txt"
"$HL" index "$T/tokens" "$T/tokens.txt" --format tokens -q
"$HL" export "$T/tokens" --native "$T/tokens-new" --tokens -q
same "$T/tokens/segment-000000000002" "$T/tokens-new/segment-000000000002" \
    "--tokens: the tokens are those that they were"

# --- files
run export "$IX" -o "$T/f.jsonl"
is "$CODE$OUT" 0 "-o: nothing on stdout"
has "$ERR" "export: 8 articles in $T/f.jsonl, " "-o: says what it wrote"
same "$T/f.jsonl" "$T/a" "-o: the same bytes"
run export "$IX" -o "$T/f.jsonl"
fails 2 "f.jsonl is there already; --force writes over it" "-o: a file that is there"
echo old >"$T/f.jsonl"
ln -s f.jsonl "$T/link"
run export "$IX" -o "$T/link" --force -q
is "$CODE$ERR" 0 "--force: replaced"
[ -L "$T/link" ]
ok $? "--force: a link stays a link"
same "$T/f.jsonl" "$T/a" "--force: what it points to is the new file"
run export "$IX" --output "$T/f.jsonl.gz" --json
has "$OUT" '"articles":8' "--json: a summary"
gzip -dc "$T/f.jsonl.gz" >"$T/c"
same "$T/c" "$T/a" ".gz: packed"
"$HL" export "$IX" -o "$T/g.jsonl.gz" -q
same "$T/g.jsonl.gz" "$T/f.jsonl.gz" ".gz: the same bytes each time"
run export "$IX" -o -
is "$OUT" "$(cat "$T/a")" "-o -: standard output"
run export "$IX" -o "$T"
fails 2 "is a folder" "-o: a folder"
run export "$IX" -o "$T/none/f"
fails 2 "none/f: cannot write: " "-o: no such folder"
run export "$IX" -o "$IX/manifest-000000000001" --force
fails 2 "lies in the index that is read" "-o: into the index"
run export "$T/one,$IX" -o "$T/ix/../ix/new" --force
fails 2 "lies in the index that is read" "-o: into one of several, by another name"
run export "$IX" -o ''
fails 2 "is empty" "-o: no name"
if [ -w /dev/full ]; then
    run export "$IX" -o /dev/full
    fails 2 "/dev/full: cannot write: " "a full disk"
    "$HL" export "$IX" >/dev/full 2>"$T/err"
    is "$?" 2 "standard output that is full: exit 2"
else
    skip "/dev/full not there"
    skip "/dev/full not there"
    skip "/dev/full not there"
fi
is "$(ls "$T" | grep -c '\.part$')" 0 "nothing half written is left"

# --- another index
run export "$IX" --native "$T/one"
fails 2 "$T/one is there already" "--native: an index that is there"
run export "$IX" --native "$IX"
fails 2 "lies in the index that is read" "--native: INDEX itself"
run export "$IX" --native "$IX/sub/"
fails 2 "lies in the index that is read" "--native: inside INDEX"
[ ! -e "$IX/sub" ]
ok $? "--native: nothing is made there"
mkdir "$T/empty"
run export "$IX" --native "$T/empty" --json
is "$CODE" 0 "--native: an empty folder"
has "$OUT" "\"target\":\"$T/empty\",\"articles\":8" "--native --json: a summary"
run export "$IX" --xapian "$T/one"
fails 2 "$T/one is there already" "--xapian: an index that is there"
run export "$IX" --native "$T/x" --xapian "$T/y"
fails 2 "one of them at a time" "--native and --xapian"
run export "$IX" --native "$T/x" -f bulk
fails 2 "not of lines" "--native and --format"
run export "$IX" --shards 3
fails 2 "--shards is for a Xapian database" "--shards alone"
run export "$IX" --xapian "$T/x" --shards 65
fails 2 "wants a whole number from 1 to 64" "--shards: too many"
run export "$IX" --bulk-index x
fails 2 "--bulk-index is for lines of that form" "--bulk-index alone"
"$HL" index "$T/bare" tests/cases/cli-articles.jsonl -q --store no
run export "$T/bare"
fails 2 "was made without its articles (--store no)" "articles that are not stored"
is "$OUT" "" "articles that are not stored: no line"
run export "$T/bare" --native "$T/bare-new"
fails 2 "was made without its articles" "the same into an index"
[ ! -e "$T/bare-new" ]
ok $? "of which nothing is left"
run export "$T/nothing"
fails 2 "no such index" "no index"

# --- interrupted
awk 'BEGIN { for (i = 0; i < 40000; i++)
    printf "{\"id\":\"%d\",\"title\":\"bài %d\",\"body\":\"một %d hai %d ba bốn năm\"}\n", i,
        i * 7 % 1000, i % 977, i % 89 }' >"$T/many.jsonl"
"$HL" index "$T/many" "$T/many.jsonl" -q
for target in "--native $T/cut" "-o $T/cut" "--xapian $T/cut --shards 2"; do
    case $target in --xapian*)
        if [ "$NO_XAPIAN" ]; then
            skip "Ctrl-C: $NO_XAPIAN"
            continue
        fi ;;
    esac
    # shellcheck disable=SC2086
    python3 -c 'import os, signal, subprocess, sys, time
run = subprocess.Popen(sys.argv[2:], stderr=subprocess.PIPE)
place = sys.argv[1]
for i in range(2000): # as soon as something is written there
    if run.poll() is not None or any(n.startswith("cut") for n in os.listdir(place)):
        break
    time.sleep(0.0005)
run.send_signal(signal.SIGINT)
said = run.communicate()[1].decode()
sys.stdout.write("%d %s" % (run.returncode, said.split("\n")[-2] if said else ""))
' "$T" "$HL" export "$T/many" $target >"$T/out" 2>"$T/err"
    is "$(cat "$T/out")" "130 hlsearch: interrupted; nothing of this run is kept" \
        "Ctrl-C: ${target%% *} ends with 130"
    is "$(ls "$T" | grep -c '^cut')" 0 "Ctrl-C: ${target%% *} leaves nothing"
done
run export "$T/many" --progress always -o "$T/many.out"
is "$CODE" 0 "and the index is as it was"
"$HL" export "$T/many" | head -1 | grep -q '^{"hlsearch":1'
ok $? "a reader that goes early is no harm"

# --- for OpenSearch and Vespa
if has_python; then
    "$HL" export "$IX" -f bulk --bulk-index tin >"$T/bulk"
    is "$?" 0 "--format bulk"
    python3 -c 'import json, subprocess, sys
lines = open(sys.argv[1], encoding="utf-8").read().split("\n")
assert lines.pop() == "" and len(lines) == 16
for action, document in zip(map(json.loads, lines[::2]), map(json.loads, lines[1::2])):
    assert action == {"index": {"_index": "tin", "_id": document["id"]}}
    also = []
    for field in "title", "lead", "body":
        if field not in document:
            assert field + "_tokens" not in document
            continue
        op = [sys.argv[2], "text", "--op", "tok", document[field]]
        said = subprocess.run(op, stdout=subprocess.PIPE, check=True).stdout.decode()
        places = [place.split("~") for place in said.rstrip("\n").split("|")]
        assert document[field + "_tokens"] == " ".join(place[0] for place in places)
        also += [other for place in places for other in place[1:]]
    assert document.get("tokens_also", "") == " ".join(also)
    assert "date" not in document or document["date"][10] == "T"
' "$T/bulk" "$HL"
    is "$?" 0 "bulk: an action and a document, with our tokens"
    run export "$IX" -f bulk-settings
    is "$(json 'd["settings"]["index"]["similarity"]["hlsearch"]')" \
        '{"type": "BM25", "k1": 0.9, "b": 0.6}' "bulk-settings: our BM25"
    is "$(json 'sorted(k for k, v in d["mappings"]["properties"].items()
        if v.get("analyzer") == "whitespace" and v["similarity"] == "hlsearch")')" \
        '["body_tokens", "lead_tokens", "title_tokens", "tokens", "tokens_also"]' \
        "bulk-settings: tokens between blanks"
    python3 -c 'import json, sys
known = json.load(open(sys.argv[2]))["mappings"]["properties"]
for line in open(sys.argv[1], encoding="utf-8").read().split("\n")[1:-1:2]:
    assert not set(json.loads(line)) - set(known), line' "$T/bulk" "$T/out"
    is "$?" 0 "bulk-settings: every field of a document"
else
    for i in 1 2 3 4 5; do skip "python3 not there"; done
fi

# The commands of src/backend/feeding.md, with programs that keep what they are sent.
mkdir "$T/bin"
ln -s "$(cd "$(dirname "$HL")" && pwd)/hlsearch" "$T/bin/hlsearch"
cat >"$T/bin/curl" <<'SH'
#!/bin/sh
echo "$*" >>"$SENT.lines"
cat >>"$SENT"
echo '{"errors":false}'
SH
cat >"$T/bin/vespa" <<'SH'
#!/bin/sh
cat >"$SENT"
SH
chmod +x "$T/bin/curl" "$T/bin/vespa"
feeding()
{
    awk -v want="$1" '$0 == "```sh" { on = ++n == want; next } /^```$/ { on = 0 } on' \
        src/backend/feeding.md >"$T/block"
    SENT=$T/sent$1 INDEX=$T/many HOST=host WORDS="SARS-CoV-2 ở Hà Nội" PATH=$T/bin:$PATH \
        sh "$T/block" >"$T/out" 2>"$T/err"
}
if command -v jq >/dev/null && command -v split >/dev/null; then
    feeding 1
    is "$(jq -c .settings "$T/sent1")" \
        '{"index":{"similarity":{"hlsearch":{"type":"BM25","k1":0.9,"b":0.6}}}}' "feeding: settings"
    feeding 2
    "$HL" export "$T/many" -f bulk >"$T/bulk"
    same "$T/sent2" "$T/bulk" "feeding: all documents"
    is "$(wc -l <"$T/sent2.lines" | tr -d ' ')$(cat "$T/err")" 20 "feeding: in pieces"
    feeding 3
    is "$(jq -c . "$T/sent3")" \
        '{"query":{"match":{"tokens":{"query":"sars cov 2 ở hà nội","operator":"and"}}}}' \
        "feeding: a query"
    feeding 4
    is "$(jq -c '[.put, .fields.tokens]' "$T/sent4" | sed -n 40000p)" \
        '["id:news:article::9999","bài 993 một 229 hai 31 ba bốn năm"]' "feeding: Vespa"
else
    for i in 1 2 3 4 5; do skip "jq or split not there"; done
fi

# --- the archive, where it is
if [ -r "$HLSEARCH_DATA/news/vietnews-000.jsonl.gz" ]; then
    for shard in vietnews-000 khoahoctv-000 dantri-unc-000 suckhoedoisong-rss-000; do
        gzip -dc "$HLSEARCH_DATA/news/$shard.jsonl.gz" | head -1500
    done >"$T/archive.jsonl"
    round archive "$T/archive.jsonl"
else
    skip "the archive: no HLSEARCH_DATA"
fi
done_testing
