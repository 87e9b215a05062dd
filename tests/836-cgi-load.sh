#!/bin/sh
# The search page under load: eight clients, four processes of FastCGI, a writer that adds and
# commits all the while, hostile requests among the others; and what starting it as CGI costs
# beside a program that does nothing.  build/bench-page asks and judges each answer.
#
#   B=build tests/836-cgi-load.sh        from the project root
. tests/cases/cli.sh

BENCH=$B/bench-page
CGI=$B/hlsearch.cgi
INDEX=$T/news
TMPDIR=$T
export TMPDIR
total=10000
! grep -q __asan_init "$CGI" || total=3000

"$HL" index "$INDEX" corpus/articles-a.jsonl corpus/articles-b.jsonl -q 2>/dev/null || exit 1
sed 's/.*"\(query\|text\)": *"\([^"]*\)".*/\2/' corpus/queries-a.jsonl corpus/queries-b.jsonl \
    >"$T/queries"
cat >>"$T/queries" <<'LIST'
lúa
khoa hoc
"nghiên cứu"
nghiên cứu OR công nghệ
nghien cuu xyzzyqqq
bai viet moi
LIST
cat >"$T/raw" <<'LIST'
q=%3Cscript%3Ealert(1)%3C/script%3E&page=2
q=%FF%FE%C0%AF%ED%A0%80&n=50
q=l%C3%BAa%0D%0ASet-Cookie:%20a=b%0D%0A%0D%0A
q=%00%00%00
q=OR+OR+AND+NOT+(&format=json
q=-l%C3%BAa&sort=-date
q=khoa&page=18446744073709551617&n=-1
&&==&q&q=&=%
do=show&id=%2e%2e%2f%2e%2e%2fetc%2fpasswd
do=related&id=
do=suggest&q=ng
q=khoa&from=2023-99-99&to=x&section=%00
q="khoa+h%E1%BB%8Dc&format=xml
LIST
i=0
long=q=
while [ "$i" -lt 9 ]; do
    long=$long$(printf '%0100d' 0)
    i=$((i + 1))
done
echo "$long" >>"$T/raw"

# measure ARGUMENTS...: the tool; CODE, and what it printed as comments.
measure()
{
    "$BENCH" "$@" >"$T/out" 2>"$T/err"
    CODE=$?
    sed 's/^/# /' "$T/out" "$T/err"
}

# The writer ends when there is a file `stop`; every round is one commit with an article more,
# and one that is there already is replaced.
write_on()
{
    n=0
    while [ ! -e "$T/stop" ]; do
        n=$((n + 1))
        printf '{"id":"w%d","title":"bài viết mới thứ %d","body":"nghiên cứu, số %d"}\n' \
            "$n" "$n" "$n" >"$T/new.jsonl"
        sed -n "$((n % 20 + 1))p" corpus/articles-a.jsonl >>"$T/new.jsonl"
        "$HL" index "$INDEX" "$T/new.jsonl" -q 2>>"$T/writer-log" || echo failed >>"$T/writer-log"
    done
    echo "$n" >"$T/commits"
}

# --- load
write_on &
measure fcgi -n "$total" -s 4 -m 8 -q "$T/queries" --raw "$T/raw" -c "$CGI" \
    -e "HLSEARCH_INDEX=$INDEX" ${ASAN_OPTIONS:+-e "ASAN_OPTIONS=$ASAN_OPTIONS"}
: >"$T/stop"
wait
is "$CODE" 0 "8 clients, 4 processes, a writer: no wrong answer of $total"
is "$(sed -n 's/^errors: //p' "$T/out")" 0 "and no errors counted"
[ "$(cat "$T/commits")" -ge 3 ]
ok $? "the writer committed meanwhile ($(cat "$T/commits") times)"
is "$(cat "$T/writer-log")" "" "and had nothing to complain of"
run check "$INDEX"
is "$CODE" 0 "the index is whole afterwards"

measure fcgi -n 500 -s 2 -m 2 --keep -q "$T/queries" -c "$CGI" -e "HLSEARCH_INDEX=$INDEX" \
    ${ASAN_OPTIONS:+-e "ASAN_OPTIONS=$ASAN_OPTIONS"}
is "$CODE" 0 "connections that are kept: no wrong answer"

# --- the tool tells what is wrong
measure fcgi -n 4 -q "$T/queries" -c "$CGI" -e "HLSEARCH_INDEX=$T/none" \
    ${ASAN_OPTIONS:+-e "ASAN_OPTIONS=$ASAN_OPTIONS"}
is "$CODE $(sed -n "s/^statuses: //p" "$T/out")" "1 503: 4" "answers of 503 are errors"
printf '#!/bin/sh\nprintf "Status: 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nshort"\n' >"$T/short"
printf '#!/bin/sh\nprintf "Content-Length: 5\\r\\n\\r\\nright"; exit 3\n' >"$T/failing"
printf '#!/bin/sh\nprintf "Content-Length: 5\\r\\n\\r\\nright"\n' >"$T/right"
chmod +x "$T/short" "$T/failing" "$T/right"
measure cgi -n 2 -q "$T/queries" -c "$T/short"
is "$CODE" 1 "a cut answer is wrong"
has "$(cat "$T/err")" "cut: less than its Content-Length" "and said to be"
measure cgi -n 2 -q "$T/queries" -c "$T/failing"
is "$CODE" 1 "an exit code is wrong"
measure cgi -n 2 -q "$T/queries" -c "$T/right"
is "$CODE" 0 "another program's answer is right"
measure cgi -n 2 -c "$T/right"
is "$CODE" 2 "no queries: exit 2"

# --- the cost of one start: processor time, since others may be at work here
if grep -q __asan_init "$CGI"; then
    skip "the cost of a start: not what it is under AddressSanitizer"
else
    measure cgi -n 200 -q "$T/queries" -c "$CGI" -e "HLSEARCH_INDEX=$INDEX"
    is "$CODE" 0 "CGI: no wrong answer of 200"
    awk '/bench-empty/ { empty = $6 }
        /hlsearch.cgi/ { page = $6 }
        END { exit !(empty > 0 && page > 0 && page < 6 * empty + 5) }' "$T/out"
    ok $? "CGI: less than six times an empty program and 5 ms"
    [ -x "$(command -v ldd)" ] && ldd "$CGI" 2>&1 | grep -q 'libicu' &&
        echo "# the page is linked dynamically here"
fi
done_testing
