#!/bin/sh
# The page behind real servers, by the very snippets that the manual prints (reliability R24 to
# R32): lighttpd, nginx and Apache, CGI and FastCGI.  tests/cases/servers.py starts and stops
# them, tests/cases/visitor.py asks.  All of them listen on loopback or in the test's folder.
#
#   B=build tests/837-servers.sh [SETUP...]       from the project root
. tests/cases/cli.sh

[ $# -gt 0 ] || set -- lighttpd-cgi lighttpd-fastcgi nginx-fcgiwrap nginx-fastcgi nginx-spawn \
    apache2-cgi apache2-fastcgi
if ! has_python; then
    skip "no python3 to ask with"
    done_testing
fi

# Servers that root starts run as www-data; it may read the index and run the page, as the
# manual asks for, and no more.  Each setup has a folder and an index of its own.
chmod 711 "$T"
"$HL" help page >"$T/manual"
"$HL" index "$T/news.ix" corpus/articles-a.jsonl -q 2>/dev/null || exit 1
for setup; do
    mkdir -p "$T/$setup/cgi-bin"
    cp "$B/hlsearch.cgi" "$T/$setup/cgi-bin/"
    cp -r "$T/news.ix" "$T/$setup/"
    chmod -R go-w,a+rX "$T/$setup"
done
if [ "$(id -u)" = 0 ] && ! python3 -c 'import subprocess, sys
subprocess.run(["test", "-r", sys.argv[1]], user="www-data", check=True)' "$T/$1/news.ix" \
    2>/dev/null; then
    skip "servers run as www-data, which is not there or cannot look into $T"
    done_testing
fi

# Three at a time: mostly they wait until a page looks for a new index.
printf '%s\n' "$@" | T=$T HL=$HL xargs -P 3 -I SETUP sh -c '
    python3 -B tests/cases/servers.py SETUP "$T/SETUP" "$HL" "$T/manual" \
        >"$T/SETUP/said" 2>"$T/SETUP/err"
    echo $? >"$T/SETUP/code"'
for setup; do
    while IFS= read -r line; do
        case $line in
        "ok "*) ok 0 "${line#ok }" ;;
        "not ok "*) ok 1 "${line#not ok }" ;;
        "skip "*) skip "${line#skip }" ;;
        *) echo "$line" ;;
        esac
    done <"$T/$setup/said"
    is "$(cat "$T/$setup/code")" 0 "$setup: the test itself is well"
    sed 's/^/#   /' "$T/$setup/err"
    is "$(ls "$T/$setup/news.ix" | grep -v '^\(segment\|manifest\|live\)-')" \
        "$(ls "$T/news.ix" | grep -v '^\(segment\|manifest\|live\)-')" \
        "$setup: visitors leave nothing in the index"
done
done_testing
