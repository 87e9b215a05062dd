#!/bin/sh
# What the search page can do: filters, order, paging, an article and others like it, what may
# have been meant, feeds, embedding, another language, a template of one's own.
#
#   B=build tests/832-cgi-page.sh        from the project root
. tests/cases/cgi.sh

"$HL" index "$INDEX" corpus/articles-a.jsonl corpus/articles-b.jsonl -q 2>/dev/null || exit 1

# count: how many articles the page says that there are.
count()
{
    sed -n 's/.*class="hl-count"[^>]*><strong>\([0-9.]*\)<.*/\1/p' "$BODY"
}

# same WHAT QUERY-STRING OPTIONS...: the page and the tool find the same, in the same order.
same()
{
    what=$1 query=$2
    shift 2
    request GET "$query&format=json&n=50"
    sound "$what"
    body_json '[h["id"] for h in d["hits"]]' >"$T/page-ids"
    "$HL" query "$INDEX" "$@" -n 50 --json >"$T/out" 2>/dev/null
    [ "$(wc -c <"$T/page-ids")" -gt 4 ]
    ok $? "$what: something is found"
    is "$(cat "$T/page-ids")" "$(json '[h["id"] for h in d["hits"]]')" "$what: as the tool has it"
}

# href CLASS-OR-REL: the first address that stands in a tag with it, as a query string.
href()
{
    grep -F -e "$1" "$BODY" | head -1 | sed -n 's/.*href="?\([^"#]*\).*/\1/p' | sed 's/&amp;/\&/g'
}

# --- what narrows, and the order
if has_python; then
    same "words" 'q=robot' robot
    same "a section" 'q=khoa+hoc&section=C%C3%B4ng+ngh%E1%BB%87' khoa hoc --section 'Công nghệ'
    same "a section without marks" 'q=khoa+hoc&section=cong+nghe' khoa hoc --section 'Công nghệ'
    same "a source" 'q=khoa+hoc&source=B%C3%A1o+M%E1%BA%ABu' khoa hoc --source 'Báo Mẫu'
    same "an author" 'q=khoa+hoc&author=V%C6%B0%C6%A1ng+Ng%E1%BB%8Dc+Mai' khoa hoc \
        --author 'Vương Ngọc Mai'
    same "a tag" 'q=h%E1%BB%8Dc&tag=h%E1%BB%8Dc+sinh' học --tag 'học sinh'
    same "a day from on" 'q=khoa+hoc&from=2021-01-01' khoa hoc --after 2021-01-01
    same "up to a day" 'q=khoa+hoc&to=31/12/2020' khoa hoc --before 2021-01-01
    same "between days, by other names" 'keywords=khoa+hoc&date_from=1/1/2018&date_to=31.12.2020' \
        khoa hoc --after 2018-01-01 --before 2021-01-01
    same "the newest first" 'q=khoa+hoc&sort=-date' khoa hoc -s -date
    same "the oldest first" 'q=khoa+hoc&sort=date' khoa hoc -s date
    same "marks as typed" 'q=khoa+h%E1%BB%8Dc&marks=strict' khoa học --marks strict
    request GET 'q=khoa+hoc&format=json'
    body_json 'd["facets"]["section"][:3]' >"$T/page-facet"
    run query "$INDEX" khoa hoc --json --facet section
    is "$(cat "$T/page-facet")" "$(json 'd["facets"]["section"][:3]')" "facets are the tool's"
else
    skip "the tool's answers: no python3"
fi

request GET 'q=khoa+hoc&section=C%C3%B4ng+ngh%E1%BB%87&from=1/1/2018&sort=-date&n=3'
sound "narrowed"
tags "narrowed"
body_has 'value="2018-01-01"' "narrowed: the day stands in its field"
body_has '<details class="hl-more" open="">' "narrowed: the days can be seen"
body_has '<input type="hidden" name="section" value="Công nghệ">' "narrowed: the form keeps it"
body_has '<input type="hidden" name="sort" value="-date">' "narrowed: the form keeps the order"
body_has '<input type="hidden" name="n" value="3">' "narrowed: the form keeps the size"
body_has 'Chuyên mục: Công nghệ<span class="hl-cross"' "narrowed: a chip for the section"
body_has 'Từ 1/1/2018<span class="hl-cross"' "narrowed: a chip for the day"
body_has 'aria-current="true">Mới nhất</a>' "narrowed: the order is told"
request GET "$(href '">Trang sau<')"
body_has 'hl-hits" start="4"' "narrowed: the next page keeps it all"
body_has 'name="section" value="Công nghệ"' "narrowed: the next page keeps the section"
narrow=$(href 'Chuyên mục: ')
request GET "$narrow"
body_lacks 'Chuyên mục: ' "a chip takes its filter away"
body_has 'Từ 1/1/2018' "a chip takes no other away"
body_has 'hl-hits" start="1"' "a chip leads to the first page"

# --- facets
request GET 'q=khoa+hoc'
whole=$(count)
body_has '<h2>Chuyên mục</h2>' "facets: sections"
body_has '>Công nghệ <span class="hl-n">8</span></a>' "facets: how many"
body_has '<a href="?q=khoa%20hoc&amp;section=C%C3%B4ng%20ngh%E1%BB%87" >' "facets: links"
body_has 'chuyên mục khác</a>' "facets: the rest is a link"
request GET "$(href 'section=C%C3%B4ng%20ngh%E1%BB%87')"
is "$(count)" 8 "facets: a link finds as many as it says"
body_has 'aria-current="true">Công nghệ' "facets: what was chosen is told"
request GET "$(href 'aria-current="true">Công nghệ')"
is "$(count)" "$whole" "facets: chosen again it is given up"
body_has '>2023 <span class="hl-n">7</span></a>' "facets: years"
request GET "$(href '>2023 <span')"
is "$(count)" 7 "facets: a year is its days"
body_has 'value="2023-12-31"' "facets: the days of a year stand in the form"
request GET 'q=khoa+hoc&more=section'
body_has '>Đời sống số <span class="hl-n">1</span></a>' "facets: all of one"
[ "$(grep -c 'class="hl-n"' "$BODY")" -gt 15 ]
ok $? "facets: the others as before"
request GET 'q=robot&section=C%C3%B4ng+ngh%E1%BB%87&more=author'
sound "facets: more of none"

# --- narrowing alone
request GET 'section=V%C5%A9+tr%E1%BB%A5'
sound "a section alone"
tags "a section alone"
[ "$(count)" -gt 10 ]
ok $? "a section alone: all of it"
body_lacks 'Phù hợp nhất' "a section alone: nothing to be relevant to"
body_has 'aria-current="true">Mới nhất</a>' "a section alone: the newest first"
if has_python; then
    request GET 'section=V%C5%A9+tr%E1%BB%A5&format=json&n=50'
    is "$(body_json '(lambda days: days == sorted(days, reverse=True))(
        [h["date"][:10] for h in d["hits"]])')" true "a section alone: by date"
    is "$(body_json 'd["total"]')" "$(grep -c '"section": "Vũ trụ"' corpus/articles-a.jsonl \
        corpus/articles-b.jsonl | cut -d: -f2 | paste -sd+ | bc)" "a section alone: no more, no less"
fi

# --- bad values fall back, and the page says so
request GET 'q=khoa+hoc&from=31/2/2017'
body_has 'Ngày không hợp lệ' "31 February: said so"
is "$(count)" "$whole" "31 February: left out"
for day in 2017-13-01 2017-00-10 0000-01-01 32/1/2017 1/1/17 2017 2017-1-1x 1/1/2017/ x 99999-01-01 \
    2017-01/02 '%002017-01-01' 29/2/2019; do
    request GET "q=khoa+hoc&to=$day"
    body_has 'Ngày không hợp lệ' "$day is no day"
done
for day in 29/2/2020 1/1/2017 01-01-2017 1.1.2017 2017-1-1 2017-01-01; do
    request GET "q=khoa+hoc&from=$day"
    body_lacks 'Ngày không hợp lệ' "$day is a day"
done
request GET 'q=khoa+hoc&from=2023-12-31&to=2023-01-01'
body_has 'đã đổi chỗ hai ngày' "days in the wrong order: said so"
is "$(count)" 7 "days in the wrong order: exchanged"
request GET 'q=khoa+hoc&sort=best'
body_has 'Không có cách sắp xếp' "unknown order: said so"
request GET "q=khoa+hoc&section=$(printf '%0600d' 0)"
body_has 'Tên dùng để lọc quá dài' "a name that is too long: said so"
is "$(count)" "$whole" "a name that is too long: left out"
request GET 'q=khoa+hoc&do=everything'
is "$(count)" "$whole" "do what is unknown: a search"
body_has "có giá trị không dùng được" "do what is unknown: said so"

# A query as long as may be, of bytes that are none: its links are good too.
bad=$(printf '%0500d' 0 | sed 's/0/%FF/g')
request GET "q=khoa+hoc+$bad&n=3"
is "$(status)" 200 "500 bad bytes: 200"
request GET "$(href '">Trang sau<')"
is "$(status)" 200 "500 bad bytes: the next page"
body_has 'hl-hits" start="4"' "500 bad bytes: the next page has hits"
request GET "q=$(printf '%0513d' 0 | sed 's/0/%EF%BF%BD/g')"
is "$(status)" 400 "513 characters that stand for bad bytes: 400"

# --- nothing found
request GET 'q=%22robot+hoa+lac+vi+mach%22&section=V%C5%A9+tr%E1%BB%A5'
sound "nothing found"
tags "nothing found"
body_has 'Gần với câu tìm nhất' "nothing found: what is nearest"
request GET "$(href 'không bắt buộc liền nhau')"
body_lacks 'Không tìm thấy' "nothing found: the nearest finds something"

# --- an article, others like it
request GET 'do=show&id=kh-hoalac-01&q=hoa+lac'
sound "an article"
tags "an article"
is "$(status)" 200 "an article: 200"
body_has '<article class="hl-show">' "an article: shown"
body_has '<mark>Hòa Lạc</mark>' "an article: words of the query are marked"
body_has 'class="hl-back"><a href="?q=hoa%20lac">' "an article: the way back"
body_has 'Đọc trên trang đã đăng' "an article: where it was published"
body_has '<h2 class="hl-next">Bài tương tự</h2>' "an article: others like it"
[ "$(sed -n '/class="hl-text"/,/<\/div>/p' "$BODY" | grep -c '^<p>')" -ge 3 ]
ok $? "an article: its paragraphs"
body_has '<ul class="hl-tags"' "an article: its tags"
request GET 'q=hoa+lac&section=C%C3%B4ng+ngh%E1%BB%87&n=3&page=2'
request GET "$(sed -n 's/.*href="?\(do=show[^"]*\)">Bản lưu.*/\1/p' "$BODY" | head -1 |
    sed 's/&amp;/\&/g')"
body_has 'class="hl-back"><a href="?q=hoa%20lac&amp;section=C%C3%B4ng%20ngh%E1%BB%87&amp;n=3&amp;page=2">' \
    "an article: the way back leads to the page that it was found on"
is "$(grep -c 'class="hl-hit"' "$BODY")" 5 "an article: others like it are not narrowed"
request GET 'do=show&id=kh-hoalac-01'
sound "an article without a query"
body_lacks '<mark>' "an article without a query: nothing is marked"
body_lacks 'class="hl-back"' "an article without a query: no way back"
request GET 'do=related&id=kh-hoalac-01&n=3'
sound "related"
tags "related"
body_has 'Những bài giống nhất' "related: said so"
is "$(grep -c '<article' "$BODY")" 3 "related: as many as asked for"
body_lacks 'id=kh-hoalac-01&amp;q' "related: not the article itself"
request GET "$(href '>Trang sau<')"
body_has 'hl-hits" start="4"' "related: the next page"
for action in show related; do
    for id in nope '' '%00' 'kh-hoalac-01%00' '..%2f..%2fetc%2fpasswd' "$(printf '%0513d' 0)" '%FF'; do
        request GET "do=$action&id=$id"
        is "$(status)" 404 "$action of no article ($(printf %.20s "$id")): 404"
        sound "$action of no article"
    done
    tags "$action of no article"
    request GET "do=$action&id=nope&format=json"
    has "$(cat "$BODY")" '"code":"NOT_FOUND"' "$action of no article, JSON"
done

# --- completions
request GET 'do=suggest&q=tri+tu'
sound "completions"
is "$(header Content-Type)" "application/json; charset=utf-8" "completions: JSON"
has "$(cat "$BODY")" '{"text":"trí tuệ' "completions: marks restored"
request GET 'do=suggest&q=tri+tu&format=opensearch'
is "$(header Content-Type)" "application/x-suggestions+json; charset=utf-8" "for browsers: type"
has "$(cat "$BODY")" '["tri tu",["trí tuệ' "for browsers: what they want"
for q in '' '%00' '%22' '%FF' '-' 'section:'; do
    request GET "do=suggest&q=$q"
    is "$(status)" 200 "completions of ($q): 200"
    sound "completions of ($q)"
done
request GET "do=suggest&q=$(printf '%0600d' 0)"
is "$(status)" 400 "completions of 600 bytes: 400"

# --- feed, description for browsers
BASE=https://tin.example/tim
request GET 'q=khoa+hoc%3Cb%3E&format=rss' HLSEARCH_BASE_URL=$BASE
sound "a feed"
is "$(header Content-Type)" "application/rss+xml; charset=utf-8" "a feed: its type"
body_has "<link>$BASE?q=khoa%20hoc%3Cb%3E&amp;sort=-date</link>" "a feed: absolute, escaped"
body_lacks '<mark' "a feed: no marks"
cp "$BODY" "$T/feed.xml"
request GET 'format=opensearch' HLSEARCH_BASE_URL=$BASE
sound "a description"
body_has "template=\"$BASE?q={searchTerms}\"" "a description: absolute"
cp "$BODY" "$T/description.xml"
request GET 'format=opensearch' "HLSEARCH_BASE_URL=$BASE?site=1"
body_has "template=\"$BASE?site=1&amp;q={searchTerms}\"" "an address with a parameter already"
request GET 'q=khoa+hoc&format=rss&sort=relevance'
has "$(grep -F '<title>' "$BODY" | sed -n 2p)" '<title>' "a feed by relevance has hits"
if has_python; then
    python3 - "$T/feed.xml" "$T/description.xml" <<'PY'
import sys, re
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as E
channel = E.parse(sys.argv[1]).getroot().find("channel")
items = channel.findall("item")
dates = [parsedate_to_datetime(i.find("pubDate").text) for i in items]
assert len(items) == 10, len(items)
assert dates == sorted(dates, reverse=True), "not the newest first"
for i in items:
    assert re.match("https?://", i.find("link").text)
    assert "<" not in (i.findtext("description") or ""), "markup in a description"
    assert i.findtext("guid")
urls = E.parse(sys.argv[2]).getroot().findall("{http://a9.com/-/spec/opensearch/1.1/}Url")
assert [u.get("type") for u in urls] == ["text/html", "application/rss+xml",
    "application/x-suggestions+json", "application/opensearchdescription+xml"]
PY
    ok $? "feed and description are XML that their readers take"
else
    skip "feed and description: no python3"
fi
request GET 'q=khoa+hoc'
body_has 'rel="search" type="application/opensearchdescription+xml"' "the page leads to it"
body_has 'rel="alternate" type="application/rss+xml"' "the page leads to its feed"

# --- the style sheet
request GET "$(href 'rel="stylesheet"')"
sound "the style sheet"
is "$(status)" 200 "the style sheet: 200"
is "$(header Content-Type)" "text/css; charset=utf-8" "the style sheet: its type"
is "$(header Cache-Control)" "public, max-age=604800" "the style sheet: kept for a week"
body_has '.hl-hit{' "the style sheet: the styles"
request GET 'do=style' "HTTP_IF_NONE_MATCH=$(header ETag)"
is "$(status)" 304 "the style sheet: 304"
INDEX=$T/nothing request GET 'do=style'
is "$(status)" 200 "the style sheet: without an index too"

# --- a part for another page
request GET 'q=khoa+hoc&part=results&n=2'
sound "a part"
is "$(head -c 20 "$BODY")" '<ol class="hl-hits" ' "a part: the list"
is "$(tail -n 1 "$BODY")" '</ol>' "a part: nothing else"
is "$(grep -c '<article' "$BODY")" 2 "a part: as many as asked for"
request GET 'q=xyzzyqqq&part=results'
is "$(cat "$BODY")" '<ol class="hl-hits"></ol>' "a part of nothing is an empty list"
request GET 'q=khoa+hoc&part=results&n=1' HLSEARCH_BASE_URL=https://tin.example/tim
body_has 'href="https://tin.example/tim?do=related&amp;id=' "a part: its links lead to the page"

# --- English
request GET 'q=khoa+hoc&page=x' HLSEARCH_LANG=en
sound "English"
body_has '<html lang="en">' "English: the page"
body_has 'There is no such page; this is page 1.' "English: notes"
body_has '28 Oct 2023</time>' "English: days"
request GET 'q=khoa+hoc' HLSEARCH_LANG=en_GB.UTF-8
body_has '<html lang="en">' "English: as a locale is named"
request GET 'q=khoa+hoc' HLSEARCH_LANG=fr
body_has '<html lang="vi">' "a language that there is not: Vietnamese"

# --- a template of one's own
printf '<!doctype html><title>{{query}}</title><style>\nb{}\n</style>{{>more.html}}\n' >"$T/own.html"
printf '{{#hits}}<p>{{rank}} {{title}} {{took_ms}}</p>\n{{/hits}}' >"$T/more.html"
request GET 'q=khoa+hoc&n=2' HLSEARCH_TEMPLATE="$T/own.html"
sound "a template"
body_has '<title>khoa hoc</title>' "a template: filled in"
is "$(grep -c '^<p>\|<p>1 ' "$BODY")" 2 "a template: with what it includes"
has "$(header Content-Security-Policy)" "style-src 'self' 'sha256-" "a template: its style is allowed"
case $(header Content-Security-Policy) in
*script*) script=yes ;;
*) script=no ;;
esac
is $script no "a template: no script, none is allowed"
printf '<p>{{nonsense}}</p>' >"$T/own.html"
request GET 'q=khoa+hoc' HLSEARCH_TEMPLATE="$T/own.html"
sound "a template with a mistake"
body_has '<html lang="vi">' "a template with a mistake: the built-in page"
has "$(cat "$LOG")" "without $T/own.html:1:4: no field nonsense here" \
    "a template with a mistake: the log tells it"
request GET 'q=khoa+hoc' HLSEARCH_TEMPLATE="$T/no such.html"
body_has '<html lang="vi">' "a template that is not there: the built-in page"

: >"$T/own.html"
request GET 'q=khoa+hoc' HLSEARCH_TEMPLATE="$T/own.html"
body_has '<html lang="vi">' "an empty template: the built-in page"
has "$(cat "$LOG")" "without $T/own.html:1:1: an empty template" "an empty template: the log tells"
"$HL" template vi >"$T/own.html"
printf '<rss>{{#hits}}<guid>{{id}}</guid>{{/hits}}</rss>' >"$T/feed.xml"
request GET 'q=khoa+hoc&n=1&format=rss' HLSEARCH_TEMPLATE="$T/own.html"
is "$(cut -c1-11 "$BODY")" '<rss><guid>' "a feed beside the template"
rm "$T/feed.xml"

# --- settings that are none
for setting in HLSEARCH_BASE_URL=tin.example/tim HLSEARCH_BASE_URL=javascript:alert HLSEARCH_LANG=fr; do
    request GET 'q=khoa+hoc' $setting
    body_has 'rel="search"' "$setting: the page all the same"
    body_lacks 'href=""' "$setting: no empty links"
    has "$(cat "$LOG")" ", without ${setting%%=*}, which " "$setting: the log tells"
done

# --- the log of a FastCGI program is passed on by pieces of 512 bytes
request GET "q=$(printf '%0100d' 0 | sed 's/0/%E2%80%A8/g')"
[ "$(wc -c <"$LOG")" -le 500 ]
ok $? "the log: short, whatever is escaped in it"

# --- near copies
for i in 1 2 3 4; do
    printf '{"id":"copy%s","title":"Sao lùn nâu lạnh","body":"%s"}\n' $i "$(
        sed -n 1p corpus/articles-a.jsonl | cut -c 700-2500 | tr -d '\\"')"
done >"$T/copies.jsonl"
"$HL" index "$T/copies" "$T/copies.jsonl" -q 2>/dev/null
INDEX=$T/copies request GET 'q=sao+l%C3%B9n'
is "$(grep -c 'class="hl-hit"' "$BODY")" 1 "near copies: folded"
body_has 'và 3 bản gần giống' "near copies: how many"
INDEX=$T/copies request GET "$(href 'bản gần giống')"
is "$(grep -c 'class="hl-hit"' "$BODY")" 3 "near copies: the link leads to all of them"

# --- several indexes
"$HL" index "$T/a" corpus/articles-a.jsonl -q 2>/dev/null
"$HL" index "$T/b" corpus/articles-b.jsonl -q 2>/dev/null
INDEX=$T/a,$T/b request GET 'q=khoa+hoc'
sound "two indexes"
is "$(count)" "$whole" "two indexes: as one"
INDEX=$T/a,,$T/b request GET 'q=khoa+hoc'
is "$(status)" 503 "an index without a name: 503"
sound "an index without a name"

# --- JSON as it is written down
if has_python && python3 -c 'import jsonschema; jsonschema.Draft202012Validator' 2>/dev/null; then
    for query in 'q=khoa+hoc' 'q=xyzzyqqq' '' 'q=%22robot+hoa+lac+vi+mach%22' 'section=V%C5%A9+tr%E1%BB%A5' \
        'do=related&id=kh-hoalac-01' 'do=show&id=nope' 'q=nghien+kuu&page=x&part=results' \
        'q=(a+OR&from=x&n=3&page=2'; do
        request GET "$query&format=json"
        python3 - "$BODY" src/cli/answer.schema.json <<'PY'
import json, sys
from jsonschema import Draft202012Validator
answer, schema = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
for fault in Draft202012Validator(schema).iter_errors(answer):
    print("#   " + fault.message[:200])
    sys.exit(1)
PY
        ok $? "JSON of ($query) is by the schema of the tool's"
    done
else
    skip "JSON of the page is not held to its schema: no python3-jsonschema"
fi

check_tags
done_testing
