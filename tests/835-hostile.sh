#!/bin/sh
# The list of hostile requests (tests/cases/requests.tsv) to the search page over an index of
# hostile articles, by CGI and FastCGI, each answer held to tests/hostile/page.py, which reads
# HTML as browsers do (reliability R24 to R32, T15).  Then limits, and what the program calls.
#
#   B=build tests/835-hostile.sh        from the project root
. tests/cases/cli.sh

CGI=$B/hlsearch.cgi
export PYTHONDONTWRITEBYTECODE=1
# Debian's own python has Debian's html5lib, whichever comes first on the path.
PYTHON=
for python in python3 /usr/bin/python3; do
    if [ -z "$PYTHON" ] && "$python" -c 'import html5lib' 2>/dev/null; then
        PYTHON=$python
    fi
done

# --- what the program can call
if command -v nm >/dev/null 2>&1; then
    calls=$(nm -D --undefined-only "$CGI" | sed 's/.* //; s/@.*//' |
        grep -xE 'system|popen|exec[lv]p?e?|fexecve|posix_spawnp?|v?fork|mkstemp|tmpfile')
    # libfcgi and the sanitizers may; this program may not.  dlopen is for Xapian's module alone,
    # which the server's settings name.
    is "$calls" "" "it starts no program, makes no file"
else
    skip "no nm: calls of the program are not looked at"
fi

if [ -z "$PYTHON" ]; then
    skip "python3-html5lib is not installed: hostile requests were not tried"
    done_testing
fi

for kind in hostile tame; do
    "$PYTHON" tests/hostile/articles.py $kind >"$T/$kind.jsonl" &&
        "$HL" index "$T/$kind" "$T/$kind.jsonl" -q 2>"$T/err"
    ok $? "$kind articles are indexed"
done
is "$("$HL" query "$T/hostile" zqx --count 0 --json | sed 's/.*"total":\([0-9]*\).*/\1/')" \
    "$(wc -l <"$T/hostile.jsonl" | tr -d ' ')" "all hostile articles are found"

ls -lR --time-style=full-iso "$T/hostile" >"$T/before"
# Under the sanitizers a process takes ten times as long: every third request.
step=1
! grep -q __asan_init "$CGI" || step=3
"$PYTHON" tests/hostile/run.py "$CGI" "$T" $step >"$T/tap" 2>"$T/err"
code=$?
# Their numbers go on from those above.
sed -n "s/^1\.\.//p" "$T/tap" >"$T/count"
awk -v n="$N" '/^(not )?ok [0-9]+/ { i = $1 == "ok" ? 2 : 3; $i += n } /^1\.\./ { next } 1' \
    "$T/tap"
N=$((N + $(cat "$T/count" || echo 0)))
FAILED=$((FAILED + $(grep -c '^not ok' "$T/tap")))
[ -s "$T/count" ] && [ "$code" = "$([ "$FAILED" -gt 0 ]; echo $((1 - $?)))" ] &&
    [ ! -s "$T/err" ]
ok $? "the list was asked to its end"
sed 's/^/#   /' "$T/err"
ls -lR --time-style=full-iso "$T/hostile" >"$T/after"
cmp -s "$T/before" "$T/after"
ok $? "the index is as it was, nothing beside it"
done_testing
