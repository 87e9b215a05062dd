#!/bin/sh
# hlsearch query: csv, tsv, rss, templates, --explain, with articles that would break each.
. tests/cases/cli.sh

"$HL" index "$T/h" tests/cases/forms-hostile.jsonl -q
"$HL" index "$T/c" corpus/articles-a.jsonl corpus/articles-b.jsonl -q

# --- csv
run query "$T/h" kẹo -f csv
is "$CODE" 0 "csv: exit 0"
is "$(head -1 "$T/out" | od -An -c | tr -d ' \n' | tail -c 12)" ',snippet\r\n' "csv: lines end in CR LF"
run query "$T/h" cambridge -f csv
is "$CODE $OUT" "1 rank,score,id,date,url,title,source,section,author,snippet$(printf '\r')" \
    "csv: nothing found, the head alone"
if has_python; then
    for words in kẹo "kẹo đắng" 'nghiên cứu khoa học'; do
        for index in h c; do
            "$HL" query "$T/$index" "$words" --any -n 200 -f csv >"$T/csv"
            "$HL" query "$T/$index" "$words" --any -n 200 --json >"$T/json"
            python3 - "$T/csv" "$T/json" <<'PY'
import csv, io, json, re, sys
raw = open(sys.argv[1], "rb").read().decode("utf-8")
rows = list(csv.reader(io.StringIO(raw, newline=""), strict=True))
assert rows[0] == "rank,score,id,date,url,title,source,section,author,snippet".split(","), rows[0]
clean = lambda s: re.sub("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]", " ", s or "")
def passages(h):
    s = h["snippets"]
    text = "".join((" … " if i else "… " if p["cut_before"] else "") + p["text"] for i, p in enumerate(s))
    return text + (" …" if s and s[-1]["cut_after"] else "")
hits = json.load(open(sys.argv[2], encoding="utf-8"))["hits"]
assert len(rows) == len(hits) + 1, (len(rows), len(hits))
for row, h in zip(rows[1:], hits):
    snippet = passages(h)
    want = [str(h["rank"]), None] + [clean(h[k]) for k in ("id", "date", "url", "title", "source",
                                                          "section", "author")] + [clean(snippet)]
    assert float(row[1]) == h["score"] and row[:1] + row[2:] == want[:1] + want[2:], (row, want)
# Written again by another program: the same bytes, quotes where there need be.
again = io.StringIO(newline="")
csv.writer(again, lineterminator="\r\n").writerows(rows)
assert re.sub(r'"( ?[^",\r\n]*)"', r"\1", again.getvalue()) == re.sub(r'"( ?[^",\r\n]*)"', r"\1", raw)
PY
            ok $? "csv: $index, $words: what JSON has, read by another program"
        done
    done
else
    skip "python3 not there: CSV is not read back"
fi

# --- tsv
run query "$T/h" kẹo -f tsv
is "$(awk -F '\t' '{ print NF }' "$T/out" | sort | uniq -c | tr -s ' ')" " 4 6" \
    "tsv: six columns whatever the article holds"
run query "$T/h" kẹo -f ids
has "$OUT" 'h 2,"x"' "ids: as they are"

# --- rss
run query "$T/h" kẹo -f rss
is "$CODE" 0 "rss: exit 0"
is "$(LC_ALL=C tr -d '\n[:print:]\200-\377' <"$T/out" | wc -c | tr -d ' ')" 0 "rss: no control character"
if has_python; then
    cat >"$T/rss.py" <<'PY'
import html, json, re, sys, xml.etree.ElementTree as ET
from email.utils import parsedate_to_datetime
from datetime import datetime, timedelta
raw = open(sys.argv[1], "rb").read()
raw.decode("utf-8")
root = ET.fromstring(raw)
answer = json.load(open(sys.argv[2], encoding="utf-8"))
base = sys.argv[3] if len(sys.argv) > 3 else None
DC, ATOM = "{http://purl.org/dc/elements/1.1/}", "{http://www.w3.org/2005/Atom}"
assert root.tag == "rss" and root.get("version") == "2.0"
channel, = root
assert channel.findtext("title") == answer["query"]
assert channel.findtext("link") and channel.findtext("description")
self = channel.findall(ATOM + "link")
assert len(self) == (base is not None)
if base:
    assert self[0].get("rel") == "self" and self[0].get("href").startswith(base)
    assert channel.findtext("link").startswith(base)
items = channel.findall("item")
assert len(items) == len(answer["hits"])
known = {"title", "link", "guid", "pubDate", "description", "category", DC + "creator", "source",
         DC + "source"}
def passages(h):
    s = h["snippets"]
    text = "".join((" … " if i else "… " if p["cut_before"] else "") + p["text"] for i, p in enumerate(s))
    return text + (" …" if s and s[-1]["cut_after"] else "")
def drop(s):
    s = re.sub("[\ufffe\uffff]", "\ufffd", re.sub("[\t\r\n]", " ", s or ""))
    return re.sub("[\x00-\x1f\x7f-\x9f]", "", s)
for item, h in zip(items, answer["hits"]):
    tags = [e.tag for e in item]
    assert set(tags) <= known and len(set(tags)) == len(tags), tags
    assert item.findtext("title") == drop(h["title"]), item.findtext("title")
    guid, link = item.find("guid"), item.findtext("link")
    web = re.match("https?://[^/]", h["url"] or "", re.I) is not None
    assert (link is not None) == web and (guid.get("isPermaLink") == "false") == (not web)
    assert guid.text == (link if web else drop(h["id"]))
    if web:
        assert re.fullmatch(r"(?i)https?://[-A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%]+", link), link
    text = passages(h) if h["snippets"] else h["lead"] or ""
    got = html.unescape(item.findtext("description") or "")
    assert drop(text) == got, (got, text)
    assert "<" not in (item.findtext("description") or ""), "no markup of an article"
    assert (item.findtext("category") or "") == drop(h["section"])
    assert (item.findtext(DC + "creator") or "") == drop(h["author"])
    assert drop(h["source"]) == (item.findtext("source") or item.findtext(DC + "source") or "")
    date = item.findtext("pubDate")
    full = h["date_precision"] in ("day", "minute", "second")
    assert (date is not None) == full
    if full:
        assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0700", date), date
        stamp = h["date"] if "T" in h["date"] else h["date"] + "T00:00:00+07:00"
        want = datetime.fromisoformat(stamp.replace("Z", "+00:00"))
        got = parsedate_to_datetime(date)
        assert got == want and got.utcoffset() == timedelta(hours=7), (got, want)
        assert date[:3] == got.strftime("%a")
PY
    for words in kẹo 'kẹo & <đắng> "x"' 'nghiên cứu khoa học'; do
        for index in h c; do
            "$HL" query "$T/$index" "$words" --any -n 300 -f rss >"$T/rss"
            "$HL" query "$T/$index" "$words" --any -n 300 --json >"$T/json"
            python3 "$T/rss.py" "$T/rss" "$T/json"
            ok $? "rss: $index, $words: valid, and what JSON has"
        done
    done
    "$HL" query "$T/h" 'kẹo đắng' -f rss --base-url 'https://s.example/tim?lang=vi' >"$T/rss"
    "$HL" query "$T/h" 'kẹo đắng' --json >"$T/json"
    python3 "$T/rss.py" "$T/rss" "$T/json" 'https://s.example/tim?lang=vi&q=k%E1%BA%B9o%20'
    ok $? "rss: with --base-url, links to the page and to itself"
    "$HL" query "$T/h" 'kẹo' -f rss --snippet 0 >"$T/rss"
    "$HL" query "$T/h" 'kẹo' --json --snippet 0 >"$T/json"
    python3 "$T/rss.py" "$T/rss" "$T/json"
    ok $? "rss: --snippet 0, the lead"
    "$HL" query "$T/h" cambridge -f rss >"$T/rss"
    python3 -c 'import sys, xml.etree.ElementTree as ET
assert not ET.parse(sys.argv[1]).findall(".//item")' "$T/rss"
    ok $? "rss: nothing found, valid all the same"
else
    skip "python3 not there: RSS is not read back"
fi
for bad in javascript:alert 'https://' '/tim' 'https://x/#y' ''; do
    run query "$T/h" kẹo -f rss --base-url "$bad"
    fails 2 "--base-url wants an address such as" "rss: --base-url '$bad'"
done
run query "$T/h" kẹo --base-url https://x/
fails 2 "--base-url is for rss only" "--base-url with another form"

# --- what no form knows
run query "$T/h" kẹo -f xml
fails 2 "-f wants one of text|json|jsonl|tsv|csv|rss|ids|trec|template:FILE" "unknown form"
is "$OUT" "" "unknown form: nothing on stdout"
run query "$T/h" kẹo -f template:
fails 2 "-f wants one of" "a template without a name"
run query "$T/h" kẹo -f csv:x
fails 2 "-f wants one of" "a file for a form that takes none"
printf 'format = xml\n' >"$T/config"
run query "$T/h" kẹo --config "$T/config"
fails 2 "config:1: format wants one of" "unknown form in a config"
for form in csv rss ids trec tsv jsonl; do
    run query "$T/h" kẹo -f $form --facet year
    fails 2 "--facet needs a form that shows counts" "$form: no facets"
done

# --- templates
cat >"$T/page.html" <<'END'
<!doctype html>
<title>{{query}}</title>
<body data-query="{{attr query}}">
{{! not printed }}
{{#hits}}
<a href="{{url url}}" title="{{title}}">{{rank}} {{title}}</a>{{#author}} {{author}}{{/author}}
{{#snippets}}
<p>{{cut_before}}{{text}}{{cut_after}}</p>
{{/snippets}}
{{/hits}}
{{^hits}}
nothing
{{/hits}}
{{>foot.html}}
END
printf '<p>{{total}} {{shown}} {{first}}-{{last}}{{#next_offset}} <a href="?o={{param next_offset}}">next</a>{{/next_offset}}</p>\n' \
    >"$T/foot.html"
run query "$T/h" kẹo -f "template:$T/page.html"
is "$CODE" 0 "template: exit 0"
has "$OUT" '<a href="" title="=HYPERLINK(&quot;http://x&quot;) kẹo {{query}} {{{raw}}}">3 =HYPERLINK' \
    "template: values are values, javascript: is no address"
has "$OUT" '&lt;script&gt;alert(1)&lt;/script&gt; ]]&gt; &amp; &#39;x&#39;</a>' "template: escaped"
has "$OUT" 'title="Kẹo, &quot;đắng&quot; &lt;script&gt;' "template: in an attribute too, no mark there"
has "$OUT" '<p><mark>Kẹo</mark> một đồng' "template: matches marked"
is "$(echo "$OUT" | grep -c '<script\|<b \|not printed\|evil.example')" 0 "template: nothing raw"
is "$(echo "$OUT" | tail -1)" '<p>4 4 1-4</p>' "template: another file of the folder"
run query "$T/h" kẹo -n 1 -o 1 -f "template:$T/page.html"
has "$OUT" '<p>4 1 2-2 <a href="?o=2">next</a></p>' "template: pages"
run query "$T/h" cambridge -f "template:$T/page.html"
is "$CODE $(echo "$OUT" | tail -2 | head -1)" "1 nothing" "template: nothing found"
printf '{{#hits}}\n{{rank}}. {{title}} <{{url}}> {{day_vi}}\n{{/hits}}\n{{#facets}}{{name}}:{{#values}} {{value}} {{count}}{{/values}}{{#missing}}, none {{missing}}{{/missing}}{{/facets}}' \
    >"$T/list.txt"
run query "$T/h" 'kẹo "một đồng"' -f "template:$T/list.txt" --facet year
is "$OUT" "1. [Kẹo] 𝒳 漢字 ở chợ <//evil.example/keo> 3/2015
year: 2015 1" "template: .txt is plain text, with facets"
printf '{{#suggestions}}{{text}};{{/suggestions}}{{#notes}}{{text}}{{/notes}}{{#understood}}{{text}}>{{as}}{{/understood}}' \
    >"$T/said.txt"
run query "$T/c" "nghiên kứu" -f "template:$T/said.txt"
has "$OUT" "nghiên cứu;" "template: suggestions"
run query "$T/c" khu cong nghe cao '"x' -f "template:$T/said.txt"
has "$OUT" "quote" "template: notes"
has "$OUT" ">công nghệ" "template: how the query was understood"
for case in '{{{title}}}|1:1: {{{ would print' 'x\n {{#hits}}|2:2: the section hits has no end' \
    '{{tittle}}|1:1: no field tittle here; there are: query, total' \
    '{{>../etc/passwd}}|1:1: {{>file}} wants' '{{>none}}|1:1: no such template: none' \
    '{{>bad.html}}|bad.html includes itself' '<script>{{query}}</script>|1:9: no value can stand' \
    '<a href={{url query}}>|put quotes around'; do
    printf "${case%%|*}" >"$T/bad.html"
    run query "$T/h" kẹo -f "template:$T/bad.html"
    fails 2 "${case#*|}" "template: ${case%%|*}"
    is "$OUT" "" "and nothing is printed"
done
run query "$T/h" kẹo -f "template:$T/none.html"
fails 2 "no such template: $T/none.html" "template: no such file"
head -c 262145 /dev/zero | tr '\0' x >"$T/big.html"
run query "$T/h" kẹo -f "template:$T/big.html"
fails 2 "at most 256 KiB" "template: too big"
run query "$T/h" kẹo -f "template:$T"
fails 2 "is no file" "template: a folder"

# --- explain
run query "$T/c" khu công nghệ cao -n 2 --explain
is "$(echo "$OUT" | grep -c '^   score ')" 2 "--explain: a score under each hit"
has "$OUT" "   word   khu: in " "--explain: the words"
run query "$T/c" khu công nghệ cao -n 2
is "$(echo "$OUT" | grep -c 'score\|weight')" 0 "without --explain: nothing of the kind"
if has_python; then
    for rank in default bm25; do
        "$HL" query "$T/c" khu công nghệ cao --rank $rank -n 30 --explain --json >"$T/json"
        "$HL" query "$T/c" khu công nghệ cao --rank $rank -n 30 --explain -f jsonl >"$T/lines"
        python3 - "$T/json" "$T/lines" <<'PY'
import json, sys
hits = json.load(open(sys.argv[1], encoding="utf-8"))["hits"]
assert hits == [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")]
assert len(hits) > 5
for h in hits:
    assert list(h)[-1] == "explanation"
    first, second = 0.0, 0.0
    for part in h["explanation"]:
        if "value" in part:
            assert part["kind"] in ("passage", "early") and part["worth"] == part["weight"] * part["value"]
            second += part["worth"]
        else:
            first += part["worth"]
    assert first + second == h["score"], (first + second, h["score"])
PY
        ok $? "--explain --rank $rank: the parts add up to the score, bit for bit"
    done
    run query "$T/c" khu công nghệ cao --json
    is "$(json '[h for h in d["hits"] if "explanation" in h]')" "[]" "json: no explanation unasked"
else
    skip "python3 not there"
fi
for form in csv rss ids tsv trec; do
    run query "$T/c" khu --explain -f $form
    fails 2 "--explain needs a form that tells" "$form: no explanation"
done

# --- a disk that is full, an article that is gone
if [ -c /dev/full ]; then
    for form in csv rss "template:$T/page.html"; do
        "$HL" query "$T/h" kẹo -f "$form" >/dev/full 2>"$T/err"
        CODE=$?
        ERR=$(cat "$T/err")
        fails 2 "cannot write to standard output" "${form%%:*}: full disk"
    done
else
    skip "no /dev/full"
fi
"$HL" index "$T/bare" tests/cases/forms-hostile.jsonl --store no -q
for form in csv rss "template:$T/page.html"; do
    run query "$T/bare" kẹo -f "$form"
    is "$CODE" 0 "${form%%:*}: without stored articles"
done
done_testing
