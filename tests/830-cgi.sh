#!/bin/sh
# The search page by CGI and FastCGI: what it answers, and what hostile requests, hostile
# articles and damaged indexes come to (reliability R24 to R32).
#
#   B=build tests/830-cgi.sh        from the project root
. tests/cases/cgi.sh

"$HL" index "$INDEX" corpus/articles-a.jsonl -q 2>/dev/null || exit 1

# --- a search
request GET 'q=khu+c%C3%B4ng+ngh%E1%BB%87+cao&n=3'
sound "search"
tags "search"
is "$(status)" 200 "search: 200"
is "$(header Content-Length)" "$(wc -c <"$BODY" | tr -d ' ')" \
    "search: Content-Length is the body's"
is "$(header Cache-Control)" "public, max-age=60" "search: may be cached for a minute"
body_has 'value="khu công nghệ cao"' "search: the form has the query"
body_has '<p class="hl-count" role="status"><strong>' "search: the count is a status"
body_has '<ol class="hl-hits" start="1">' "search: hits are a list"
body_has '<mark>Khu công nghệ cao</mark>' "search: matches are marked"
body_has '<time datetime="2023-10-28T07:30:00+07:00">28/10/2023</time>' "search: the date"
body_has '<meta name="viewport"' "search: fits small screens"
is "$(grep -c '<article' "$BODY")" 3 "search: as many hits as asked for"
body_has '&amp;n=3&amp;page=2" rel="next"' "search: leads to the next page"
[ "$(grep -v '<p class="hl-passage">' "$BODY" | wc -c)" -lt 15360 ]
ok $? "search: under 15 KiB without passages"
has "$(cat "$LOG")" 'q "khu công nghệ cao": 3 of' "search: the log tells the query"

request GET 'q=khu+c%C3%B4ng+ngh%E1%BB%87+cao&n=3&page=2'
body_has '<ol class="hl-hits" start="4">' "page 2: counts on"
body_has 'rel="prev"' "page 2: leads back"
body_has '<strong aria-current="page">Trang 2</strong>' "page 2: says where it is"
tags "page 2"

request GET 'keywords=khu+cong+nghe+cao'
body_has 'value="khu cong nghe cao"' "keywords is another name for q"
body_has '<mark>Khu công nghệ cao</mark>' "without marks: found and marked with them"
body_has 'Tìm: <strong>khu công nghệ cao</strong>' "without marks: said so"

body_has 'q=khu%20cong%20nghe%20cao&amp;marks=strict">tìm đúng như đã gõ</a>' "and a way back"
request GET 'q=khu+cong+nghe+cao&marks=strict'
sound "marks=strict"
is "$(grep -c 'Tìm: <strong>' "$BODY")" 0 "marks=strict: as typed"
request GET 'q=khu+cong+nghe+cao&marks=%3Cscript%3E'
body_has 'Tìm: <strong>' "marks of no known kind: restored"

request GET 'q=xyzzyqqq'
sound "nothing found"
tags "nothing found"
is "$(status)" 200 "nothing found: 200"
body_has 'Không tìm thấy bài nào cho “xyzzyqqq”' "nothing found: said so"
body_has 'Không bài nào có từ: xyzzyqqq' "nothing found: the word that none has"
body_has '<h2 class="hl-next">Có thể thử</h2>' "nothing found: what to do next"

for q in '' 'q=' 'q=+++' 'q=%00' 'other=1&&=&q'; do
    request GET "$q"
    is "$(status)" 200 "no query ($q): 200"
    sound "no query ($q)"
    body_lacks 'role="status"' "no query ($q): no count"
done
tags "no query"

# --- INDEX/synonyms.txt
printf '# mine\ncông nghệ cao = high-tech\n' >"$INDEX/synonyms.txt"
request GET 'q=l%C3%BAa'
sound "a list of synonyms"
is "$(status)" 200 "a list of synonyms: 200"
! grep -q synonyms "$LOG"
ok $? "a list of synonyms: nothing to tell"
printf '# mine\n\ncông nghệ cao\n' >"$INDEX/synonyms.txt"
request GET 'q=l%C3%BAa'
sound "a list with a mistake"
is "$(status)" 200 "a list with a mistake: visitors are answered"
body_lacks "synonyms" "a list with a mistake: visitors are told nothing"
has "$(cat "$LOG")" ", without the synonyms of $INDEX/synonyms.txt:3: a group needs two" \
    "a list with a mistake: the log tells it"
rm "$INDEX/synonyms.txt"

# --- the style and its hash
if command -v openssl >/dev/null 2>&1; then
    sed -n '/^<script>$/,/^<\/script>$/p' "$BODY" | sed '1d;$d' >"$T/raw"
    # The line end after the tag belongs to the element.
    want=$({ echo; cat "$T/raw"; } | openssl dgst -sha256 -binary | openssl base64)
    has "$(header Content-Security-Policy)" "; script-src 'sha256-$want'; " \
        "the policy allows the page's script and no other"
else
    skip "no openssl to hash the style"
fi
! grep -q ' style=\|<script [^d]\|onload=' "$BODY"
ok $? "no style or script that the policy would refuse"

# --- HEAD, other methods, tags
request GET 'q=lúa'
length=$(header Content-Length)
tag=$(header ETag)
cp "$BODY" "$T/kept"
request HEAD 'q=lúa'
is "$(status)" 200 "HEAD: 200"
is "$(wc -c <"$BODY" | tr -d ' ')" 0 "HEAD: no body"
is "$(header Content-Length)" "$length" "HEAD: the length that GET has"
is "$(header ETag)" "$tag" "HEAD: the tag that GET has"
sound "HEAD"
request GET 'q=lúa' "HTTP_IF_NONE_MATCH=W/\"0\", $tag"
is "$(status)" 304 "known tag: 304"
is "$(wc -c <"$BODY" | tr -d ' ')" 0 "known tag: no body"
is "$(header ETag)" "$tag" "known tag: the tag again"
sound "known tag"
request GET 'q=lúa' 'HTTP_IF_NONE_MATCH=W/"0000000000000000"'
is "$(status)" 200 "other tag: 200"
request GET 'q=mưa'
[ "$(header ETag)" != "$tag" ]
ok $? "another answer has another tag"
request GET 'q=mưa&format=json'
tag=$(header ETag)
request GET 'q=mưa&format=json' "HTTP_IF_NONE_MATCH=$tag"
is "$(status)" 304 "JSON: the time taken is no part of the tag"
for method in POST PUT DELETE OPTIONS get '' "GET
X: y"; do
    request "$method" 'q=lúa'
    is "$(status)" 405 "method $(echo "$method" | tr '\n' ' '): 405"
    is "$(header Allow)" "GET, HEAD" "method $(echo "$method" | tr '\n' ' '): Allow"
    sound "method $(echo "$method" | tr '\n' ' ')"
done
mkfifo "$T/body-that-never-comes"
REQUEST_METHOD=POST CONTENT_LENGTH=1000000 HLSEARCH_INDEX=$INDEX \
    timeout 20 "$CGI" <>"$T/body-that-never-comes" >"$T/out" 2>"$LOG"
CODE=$?
split
sound "POST"
is "$(status)" 405 "POST: its body is not awaited"

# --- hostile requests
while IFS='|' read -r q what; do
    request GET "q=$q"
    is "$(status)" 200 "$what: 200"
    sound "$what"
    tags "$what"
    request GET "q=$q&format=json"
    sound "$what, JSON"
    ! grep -q "[<>&]\|$BIDI" "$BODY"
    ok $? "$what: JSON that may stand in a page"
done <<'LIST'
%3Cscript%3Ealert(1)%3C/script%3E|a script
"><img src=x onerror=alert(1)>|an attribute that ends
'+onfocus%3Dalert(1)+x%3D'|single quotes
%3C/title%3E%3C/style%3E%3Ch1%3Ex|ends of title and style
%26lt%3Bscript%26gt%3B|escapes that are escaped
l%C3%BAa%00%3Cb%3E|NUL within
l%C3%BAa%0D%0ASet-Cookie:%20a=b%0D%0A%0D%0A%3Cb%3E|a header
l%C3%BAa%1B[31m%07%08%7F%C2%9B|controls of a terminal
%FF%FE%C0%AF%ED%A0%80%F4%90%80%80%C3|bytes that are no UTF-8
l%C3%BAa%EF%BF%BE%EF%B7%90|noncharacters
%E2%80%AEl%C3%BAa%E2%81%A6%D8%9C|bidi controls
%E2%80%A8%E2%80%A9lua|line separators
%|a lone %
%4|half an escape
%zz%u0041|no escapes
"l%C3%BAa|a quote that is not closed
-|a lone minus
-l%C3%BAa|only an excluded word
OR+OR+AND+NOT+(|operators alone
title:|a field without words
after:%3Cb%3E+section:"x|filters that are none
--help|an option
LIST
request GET 'q=l%C3%BAa%1B%5B31m%0A%22%5C%E2%80%AE'
is "$(sed 's/.* q //; s/: [0-9].*//' "$LOG")" '"lúa [31m \"\\"' \
    "the log: no control, quotes escaped"
request GET 'q=%FFl%C3%BAa%C3'
body_has 'value="�lúa�"' "a byte that is no UTF-8 becomes U+FFFD"
request GET 'q=l%C3%BAa%EF%BF%BE%EF%B7%90%F0%9F%BF%BF'
body_has 'value="lúa���"' "a noncharacter becomes U+FFFD"
request GET 'q=%E2%80%AElua'
body_has 'value="lua"' "a bidi control is dropped"
request GET 'q=%3Cscript%3E"%27%26'
body_has 'value="&lt;script&gt;&quot;&#39;&amp;"' "the query in an attribute"
body_has 'cho “&lt;script&gt;&quot;&#39;&amp;”' "the query in the text"
body_has '<title>&lt;script&gt;' "the query in the title"
request GET 'q=l%C3%BAa&q=%3Cb%3E'
body_has 'value="lúa"' "of two queries the first counts"

# --- limits
long=$(printf '%0512d' 0)
request GET "q=$long"
is "$(status)" 200 "512 bytes: 200"
request GET "q=${long}0"
is "$(status)" 400 "513 bytes: 400"
sound "513 bytes"
tags "513 bytes"
is "$(header Cache-Control)" "no-store" "513 bytes: not to be cached"
request GET "q=$(printf '%0512d' 0 | sed 's/0/%41/g')"
is "$(status)" 200 "512 bytes in 1536: 200"
request GET "q=$(printf '%0512d' 0 | sed 's/0/%FF/g')"
is "$(status)" 200 "512 bad bytes: 200"
sound "512 bad bytes"
request GET "q=$(printf '%0512d' 0 | sed 's/0/%5C/g')"
sound "512 backslashes"
request GET "q=${long}0&format=json"
is "$(status)" 400 "513 bytes, JSON: 400"
has "$(cat "$BODY")" '{"schema":1,"error":{"code":"LIMIT","message":' \
    "513 bytes, JSON: says why"
request GET "q=$(printf '%060000d' 0)"
is "$(status)" 400 "60,000 bytes: 400"
sound "60,000 bytes"
request GET "x=$(printf '%060000d' 0)&q=l%C3%BAa"
is "$(status)" 200 "60,000 bytes of another parameter: 200"
words=$(printf 'w%.0s+' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 \
    27 28 29 30 31)
request GET "q=${words}w"
body_lacks 'Chỉ tìm 32 từ đầu tiên' "32 words: all are searched"
request GET "q=${words}w+w"
body_has 'Chỉ tìm 32 từ đầu tiên' "33 words: said so"

# numbers QUERY PAGE N REPLACED: what page and n come to, by the log; whether it is said.
numbers()
{
    request GET "q=xyzzyqqq&$1"
    has "$(cat "$LOG")" "page $2 of $3 each" "$1: page $2 of $3"
    case $(cat "$BODY") in
    *"không dùng được"*) said=yes ;;
    *) said=no ;;
    esac
    is "$said" "$4" "$1: said that it was replaced: $4"
}
numbers 'page=2' 2 10 no
numbers 'page=' 1 10 no
numbers 'page=0' 1 10 yes
numbers 'page=-1' 1 10 yes
numbers 'page=%2B2' 1 10 yes
numbers 'page=2x' 1 10 yes
numbers 'page=0x2' 1 10 yes
numbers 'page=1e1' 1 10 yes
numbers 'page=100' 100 10 no
numbers 'page=101' 100 10 yes
numbers 'page=999999999999' 100 10 yes
numbers 'page=18446744073709551617' 100 10 yes
numbers 'page=4294967297' 100 10 yes
numbers 'n=50&page=20' 20 50 no
numbers 'n=50&page=21' 20 50 yes
numbers 'n=51' 1 50 yes
numbers 'n=0' 1 1 yes
numbers 'n=00000000000000000000000003' 1 3 no
numbers 'n=99999999999999999999' 1 50 yes
request GET 'q=khu&page=99'
is "$(status)" 200 "a page past the last: 200"
body_has 'Trang 99 không có bài nào' "a page past the last: said so"
body_has '<a href="?q=khu">Trang 1</a>' "a page past the last: the way back"
tags "a page past the last"
request GET 'q=khu&format=xml'
body_has 'Không có định dạng được yêu cầu' "unknown format: the page, and said so"

request GET 'q=nghi%C3%AAn+k%E1%BB%A9u+%3Cb%3E&n=4'
body_has 'Có phải bạn tìm: <a href="?q=nghi%C3%AAn%20c%E1%BB%A9u%20%3Cb%3E&amp;n=4">nghiên cứu &lt;b&gt;</a>' \
    "what may have been meant is a link"
tags "a page with a proposal"

# --- JSON
if has_python; then
    request GET 'q=nghien+cuu+xyzzyqqq&format=json&n=4'
    is "$(header Content-Type)" "application/json; charset=utf-8" "JSON: its type"
    keys=schema,query,understood,total,total_is,took_ms,partial,shards,backend,hits
    is "$(body_json '",".join(d)')" "$keys,facets,facets_distinct,suggestions,next" \
        "JSON: keys in their order"
    is "$(body_json 'len(d["hits"])')" 4 "JSON: hits"
    is "$(body_json 'd["next"]')" '{"offset": 4, "page": 2}' "JSON: the next page"
    is "$(body_json '[u["why"] for u in d["understood"]][-1]')" "not in the index" \
        "JSON: how words were taken"
    is "$(body_json 'all(0 <= a < b <= len(s["text"].encode()) and
        s["text"].encode()[a:b].decode().strip() for h in d["hits"] for s in h["snippets"]
        for a, b in s["ranges"])')" true "JSON: ranges are whole characters of their text"
    json '",".join(d["hits"][0])' >"$T/cgi-keys"
    json '[h["id"] for h in d["hits"]]' >"$T/cgi-ids"
    run query "$INDEX" nghien cuu xyzzyqqq --json -n 4
    is "$(cat "$T/cgi-keys")" "$(json '",".join(d["hits"][0])')" \
        "JSON: the tool's keys of a hit"
    is "$(cat "$T/cgi-ids")" "$(json '[h["id"] for h in d["hits"]]')" "JSON: the tool's hits"
    request GET 'q=%22l%C3%BAa&page=x&format=json'
    is "$(body_json 'len(d["notes"])')" 2 "JSON: notes of the request and of the query"
    request GET 'format=json'
    is "$(body_json '[d["total"], d["hits"], d["next"]]')" '[0, [], null]' "JSON: no query"
else
    skip "JSON: no python3"
fi

# --- little memory: from plenty down to where the program cannot be loaded
if ! grep -q __asan_init "$CGI"; then
    least=65536 answers=0 good=0
    while [ "$least" -gt 1024 ]; do
        { (ulimit -v "$least" && REQUEST_METHOD=GET QUERY_STRING='q=khu&n=50' \
            HLSEARCH_INDEX=$INDEX "$CGI" >"$T/out" 2>"$LOG" </dev/null)
        CODE=$?; } 2>/dev/null
        [ "$CODE" -ne 127 ] || break
        # The C library of a static program dies before main() where it has no page for itself.
        [ "$CODE" -ne 139 ] || [ "$least" -gt 4096 ] || break
        split
        case $CODE-$(status)-$(wc -l <"$LOG" | tr -d ' ') in
        0-200-1 | 0-503-1) answers=$((answers + 1)) ;;
        *)
            good=1
            echo "#   $least KiB: exit $CODE, status $(status)"
            ;;
        esac
        least=$((least - 640))
    done
    ok $good "however little memory there is: an answer ($answers of them, to $least KiB)"
    [ "$answers" -gt 9 ]
    ok $? "little memory was tried"
else
    skip "AddressSanitizer needs much memory"
fi

# --- what must change nothing: arguments, headers, paths, locale
request GET 'q=lúa'
is "$(cksum <"$BODY")" "$(cksum <"$T/kept")" "asked again: the same bytes"
ARGS="-h --version $T/other q=x"
request GET 'q=lúa' PATH_INFO=/../../etc/passwd PATH_TRANSLATED=/etc/passwd HTTP_HOST='<b>' \
    HTTP_X_FORWARDED_FOR='<b>' HTTP_HLSEARCH_INDEX=/etc LANG=tr_TR.UTF-8 LC_ALL=tr_TR.UTF-8 \
    HTTP_COOKIE=a=b SCRIPT_NAME='/"><b>' TZ=Asia/Ho_Chi_Minh
ARGS=
is "$(cksum <"$BODY")" "$(cksum <"$T/kept")" "arguments, headers, paths, locale: the same bytes"
request GET 'q=lúa&HLSEARCH_INDEX=/etc&index=/etc&db=/etc&template=/etc/passwd'
is "$(cksum <"$BODY")" "$(cksum <"$T/kept")" "no parameter names an index or template"

# --- articles that are hostile
# Importers take tags away; what was written with entities comes out as text with tags.
cat >"$T/hostile.jsonl" <<'JSONL'
{"id":"h1","url":"javascript:alert(1)","title":"&lt;script&gt;alert(1)&lt;/script&gt; zzlua","body":"một zzlua &lt;img src=x onerror=alert(1)&gt; \"'&amp;amp; hết"}
{"id":"h2","url":"https://news.example/a?b=\"><script>&c='d e\u202e","title":"zzlua \u202etrái\u0007 \u001b[31m","body":"zzlua \u2066b\u2069 &lt;/p&gt;&lt;/article&gt;&lt;mark&gt;giả&lt;/mark&gt;","section":"&lt;b&gt;mục&lt;/b&gt;","source":"\"nguồn\"","author":"<i>"}
{"id":"<h3>","url":"http://","title":"zzlua","body":"zzlua ở đây"}
{"id":"h4","url":"https:///news.example/","title":"zzlua lead","lead":"zzlua & <lead> \u2028","body":"không có từ ấy"}
{"id":"h5","url":"data:text/html,<script>","title":"zzlua data","body":"x","date":"2017-01"}
{"id":"h6","url":"HTTPS://news.example/%C3%BA/ú?x=1&y=2#z","title":"zzlua ú","body":"zzlua"}
JSONL
"$HL" index "$T/hostile" "$T/hostile.jsonl" -q 2>/dev/null
INDEX=$T/hostile
request GET 'q=zzlua'
is "$(grep -c '<article' "$BODY")" 6 "hostile articles: all are shown"
sound "hostile articles"
tags "hostile articles"
body_lacks 'href="javascript' "hostile articles: no link that is a script"
body_lacks 'href="data' "hostile articles: no link that is data"
body_lacks "$BIDI" "hostile articles: no bidi control"
body_has '&lt;script&gt;alert(1)&lt;/script&gt; <mark>zzlua</mark>' "hostile articles: title"
body_has '&lt;img src=x onerror=alert(1)&gt; &quot;&#39;&amp;' "hostile articles: passage"
body_has 'class="hl-section">&lt;b&gt;mục&lt;/b&gt;</span>' "hostile articles: section"
body_has 'class="hl-source">&quot;nguồn&quot;</span>' "hostile articles: source"
body_has '&lt;mark&gt;giả&lt;/mark&gt;' "hostile articles: a mark of theirs is none"
body_has "b=%22%3E%3Cscript%3E&amp;c=&#39;d%20e\"" "hostile articles: address"
body_lacks 'zzlua</mark> ở đây …' "a passage that is the whole text: no ellipsis"
body_has '<span>không rõ ngày</span>' "no date: said so"
body_has '<time datetime="2017-01">1/2017</time>' "only a month: no day"
body_has 'href="HTTPS://news.example/%C3%BA/%C3%BA?x=1&amp;y=2#z"' "an address, escaped"
if has_python; then
    request GET 'q=zzlua&format=json'
    sound "hostile articles, JSON"
    is "$(body_json 'sum(h["url"] is None for h in d["hits"])')" 4 \
        "hostile articles, JSON: only links that the page has"
    is "$(body_json 'all(s["text"].encode()[a:b].decode() == "zzlua" for h in d["hits"]
        for s in h["snippets"] for a, b in s["ranges"])')" true \
        "hostile articles, JSON: ranges fit what is shown"
else
    skip "hostile articles, JSON: no python3"
fi

# --- an index without articles
"$HL" index "$T/bare" "$T/hostile.jsonl" --store no -q 2>/dev/null
INDEX=$T/bare
request GET 'q=zzlua'
is "$(status)" 200 "an index without articles: 200"
body_has '<h2 class="hl-title">&lt;h3&gt;</h2>' "an index without articles: ids"
tags "an index without articles"

# --- no index, damaged index
# unavailable WHAT: 503 that tells the visitor nothing but an id, which the log has too.
unavailable()
{
    request GET 'q=lúa'
    is "$(status)" 503 "$1: 503"
    [ "$(header Retry-After)" -gt 0 ]
    ok $? "$1: Retry-After"
    sound "$1"
    tags "$1"
    ! grep -q "$T\|manifest\|segment-\|errno\|\.c:\|No such" "$T/out"
    ok $? "$1: no path, no reason"
    id=$(sed -n 's/.*(mã \([0-9a-f]*\)).*/\1/p' "$BODY")
    [ -n "$id" ] && grep -q "id $id: ." "$LOG"
    ok $? "$1: the log has the id and the reason"
}
INDEX=$T/none
unavailable "no index"
request HEAD 'q=lúa'
is "$(status)" 503 "no index, HEAD: 503"
is "$(wc -c <"$BODY" | tr -d ' ')" 0 "no index, HEAD: no body"
request GET 'q=lúa&format=json'
has "$(cat "$BODY")" '{"schema":1,"error":{"code":"UNAVAILABLE",' "no index, JSON: says so"
INDEX=
unavailable "no path"
INDEX=$(printf '%s/no\033[31m\nsuch' "$T")
unavailable "a path with controls"
INDEX=$T/empty
mkdir "$INDEX"
unavailable "an empty folder"
INDEX=$T/hostile.jsonl
unavailable "a file, no folder"
for file in manifest segment; do
    INDEX=$T/cut-$file
    cp -r "$T/news" "$INDEX"
    for part in "$INDEX/$file"-*; do
        head -c 100 "$part" >"$T/part"
        cat "$T/part" >"$part"
    done
    unavailable "a cut $file"
done
INDEX=$T/flipped
cp -r "$T/news" "$INDEX"
for part in "$INDEX"/segment-*; do
    size=$(wc -c <"$part")
    at=4096
    while [ "$at" -lt "$size" ]; do
        printf '\125\252\125\252' | dd of="$part" bs=1 seek="$at" conv=notrunc 2>/dev/null
        at=$((at + 4096))
    done
done
unavailable "damaged blocks"

# --- FastCGI
fast_request()
{
    env -i REQUEST_METHOD="$1" QUERY_STRING="$2" HLSEARCH_INDEX=/etc \
        timeout 60 cgi-fcgi -bind -connect "$T/socket" >"$T/out" 2>"$LOG" </dev/null
    CODE=$?
    split
}
if has_python && command -v cgi-fcgi >/dev/null 2>&1; then
    cp -r "$T/news" "$T/fast"
    HLSEARCH_INDEX=$T/fast python3 -c 'import os, socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen(8)
os.dup2(s.fileno(), 0)
os.execv(sys.argv[2], sys.argv[2:])' "$T/socket" "$CGI" 2>"$T/fast-log" &
    server=$!
    tries=0
    while [ ! -S "$T/socket" ] && [ "$tries" -lt 100 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    fast_request GET 'q=lúa'
    is "$(status)" 200 "FastCGI: 200"
    is "$(cksum <"$BODY")" "$(cksum <"$T/kept")" "FastCGI: the bytes that CGI sends"
    fast_request HEAD 'q=lúa'
    is "$(wc -c <"$BODY" | tr -d ' ')" 0 "FastCGI: HEAD has no body"
    fast_request POST 'q=lúa'
    is "$(status)" 405 "FastCGI: POST"
    fast_request GET 'q=%3Cscript%3E%FF%00'
    tags "FastCGI, hostile"
    if [ -r "/proc/$server/limits" ]; then
        has "$(tr -s ' ' <"/proc/$server/limits")" "Max core file size 0 0" \
            "no core files"
        ! grep -q '^Max cpu time *unlimited' "/proc/$server/limits"
        ok $? "processor time is limited"
        # Not under AddressSanitizer, whose shadow takes terabytes of addresses.
        grep -q __asan_init "$CGI" || ! grep -q '^Max address space *unlimited' \
            "/proc/$server/limits"
        ok $? "memory is limited"
    else
        skip "no /proc to read limits from"
    fi
    printf '{"id":"n1","title":"xyzzyqqq mới","body":"vừa thêm"}\n' >"$T/new.jsonl"
    fast_request GET 'q=xyzzyqqq'
    body_has 'Không tìm thấy' "FastCGI: not there yet"
    "$HL" index "$T/fast" "$T/new.jsonl" -q 2>/dev/null
    sleep 1.2
    fast_request GET 'q=xyzzyqqq'
    body_has '<mark>xyzzyqqq</mark> mới' "FastCGI: a new generation shows after a second"
    for part in "$T/fast"/segment-*; do
        : >"$part"
    done
    fast_request GET 'q=lúa'
    is "$(status)" 503 "FastCGI: files cut while they are mapped: 503"
    is "$(header Retry-After)" 30 "FastCGI: files cut: Retry-After"
    kill "$server" 2>/dev/null
    wait "$server" 2>/dev/null
else
    skip "FastCGI: no python3 or no cgi-fcgi (libfcgi-bin)"
fi

check_tags
done_testing
