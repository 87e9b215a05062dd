#!/bin/sh
# Help and manual: every command on one screen, examples first, pages that groff and man take
# without a warning, and no option that one of them leaves out.
. tests/cases/cli.sh

commands=$("$HL" help | sed -n 's/^  \([a-z-]*\)  .*/\1/p')
[ "$(echo "$commands" | grep -c .)" -ge 12 ]
ok $? "the overview lists commands"
is "$("$HL" help | awk 'END { print (NR > 24) }')" 0 "the overview fits a screen"
is "$("$HL" --help)" "$("$HL" help)" "--help where a command would be"
is "$("$HL" -h)" "$("$HL" help)" "-h there"
is "$("$HL" 2>&1)" "$("$HL" help)" "no command: the same"
for command in $commands; do
    "$HL" "$command" -h >"$T/screen" 2>"$T/err"
    is "$?$(cat "$T/err")" 0 "$command -h"
    is "$(awk 'END { print (NR > 24) }' "$T/screen")" 0 "$command -h: one screen of 24 lines"
    [ "$(LC_ALL=C.UTF-8 wc -L <"$T/screen")" -le 80 ]
    ok $? "$command -h: 80 columns"
    is "$(head -1 "$T/screen" | cut -d ' ' -f 1-3)" "usage: hlsearch $command" "$command -h: usage"
    "$HL" "$command" --help >"$T/long" 2>"$T/err"
    is "$?$(cat "$T/err")" 0 "$command --help"
    is "$("$HL" help "$command")" "$(cat "$T/long")" "help $command is the same"
    is "$(head -1 "$T/long")" Examples "$command --help: examples first"
    is "$(sed -n '2,7p' "$T/long" | grep -c '^  [^ ]')" 3 "$command --help: three of them"
    is "$(sed -n '2,7p' "$T/long" | grep -c '^      [^ ]')" 3 "$command --help: each explained"
    # Options that -h has are those of --help; the manual page has all of them.
    sed '1,/^Options/d' "$T/long" >"$T/options"
    sed -n 's/^ *\(-., \)\{0,1\}\(--[a-z0-9-]*\).*/\2/p' "$T/options" | LC_ALL=C sort >"$T/all"
    grep -oE -e '--[a-z0-9-]+' "$T/screen" | LC_ALL=C sort -u >"$T/some"
    is "$(LC_ALL=C comm -13 "$T/all" "$T/some" | tr '\n' ' ')" "" "$command -h: known options"
    is "$(uniq -d "$T/all")" "" "$command --help: each once"
    "$HL" help --man "$command" >"$T/page"
    is "$(sed 's/\\-/-/g' "$T/page" | grep -oE '^\.B (-., )?--[a-z0-9-]+' | sed 's/.*--/--/' |
        LC_ALL=C sort | tr '\n' ' ')" "$(tr '\n' ' ' <"$T/all")" "$command: the manual has all"
done

# --- arguments that are not
run help querz
fails 2 "unknown command querz; did you mean query?" "help of no command"
run help query index
fails 2 "\"index\" is one argument too many; usage: hlsearch help" "help of two"
run querry --help
fails 2 "did you mean query?" "a misspelt command with --help"
run query --hepl
fails 2 "did you mean --help?" "--help misspelt"

# --- the language of queries
run help syntax
is "$CODE" 0 "help syntax"
for sign in '"ung thư phổi"' '"vắc xin trẻ em"~5' 'ung thư -phổi' 'vắc xin OR vaccine' \
    '(vắc xin OR vaccine)' 'công\*' '=da' '"=kĩ thuật"' '“ ”' 'title:' 'lead:' 'body:' \
    'title:(' 'author:' 'source:' 'section:' 'tag:' 'after:2017-01-05' 'before:2018' 'date:1/2017' 'date:2015..2017' \
    '64 KiB' '1,024 words' '32 deep' '--strict'; do
    has "$OUT" "$(echo "$sign" | tr -d '\\')" "help syntax tells of $sign"
done
[ "$(LC_ALL=C.UTF-8 wc -L <"$T/out")" -le 80 ]
ok $? "help syntax: 80 columns"
# What it names is what the parser takes: a line over one that is further in, parted by commas.
"$HL" index "$T/a" "$ARTICLES" -q 2>/dev/null
awk '/^      / && before ~ /^  [^ ]/ { print substr(before, 3) } { before = $0 }' "$T/out" |
    sed 's/, /\n/g' >"$T/examples"
[ "$(wc -l <"$T/examples")" -ge 20 ]
ok $? "help syntax has examples"
while IFS= read -r example; do
    run query --strict -n 0 "$T/a" -- "$example"
    [ "$CODE" -le 1 ]
    is "$?$ERR" 0 "it parses: $example"
done <"$T/examples"

# --- the search page
run help page
is "$CODE" 0 "help page"
[ "$(LC_ALL=C.UTF-8 wc -L <"$T/out")" -le 80 ]
ok $? "help page: 80 columns"
for name in HLSEARCH_INDEX HLSEARCH_TEMPLATE HLSEARCH_LANG HLSEARCH_BASE_URL fcgiwrap \
    spawn-fcgi hlsearch.socket 'q=WORDS' 'part=results' 'do=show&id=ID' 503 synonyms.txt; do
    has "$OUT" "$name" "help page tells of $name"
done
# The blocks to copy are the files, line by line.
for file in src/cli/servers/*; do
    missing=$(sed 's/^\(.\)/      \1/' "$file" | grep -vxFf "$T/out")
    is "$missing" "" "help page has all of $file"
done

# --- shards
run help shards
is "$CODE" 0 "help shards"
[ "$(LC_ALL=C.UTF-8 wc -L <"$T/out")" -le 80 ]
ok $? "help shards: 80 columns"
for name in 'xapian-tcpsrv --interface 127.0.0.1 --port 7070 --quiet' 'remote 10.0.0.1:7070' \
    hlsearch-shard@.service HLSEARCH_SHARDS hlsearch-xapian.cgi XAPIAN_MAX_CHANGESETS \
    xapian-replicate-server '--reader-time 0' 'exit 5' --recency xapian-delve OpenSearch Manticore; do
    has "$OUT" "$name" "help shards tells of $name"
done

# --- pages: ASCII, no warning, and what stands in them is what was written
for page in "" $commands syntax page shards; do
    # shellcheck disable=SC2086
    "$HL" help --man $page >"$T/page"
    is "$(LC_ALL=C grep -c '[^ -~	]' "$T/page")" 0 "page ${page:-hlsearch}: ASCII"
    if command -v groff >/dev/null 2>&1; then
        groff -man -T utf8 -ww -z "$T/page" 2>"$T/err"
        is "$?$(cat "$T/err")" 0 "page ${page:-hlsearch}: groff has nothing to say"
    else
        skip "groff not there"
    fi
    if command -v mandoc >/dev/null 2>&1; then
        # Not by its name: the folder may end as a page of another section does.
        mandoc -T lint -W warning <"$T/page" >"$T/err" 2>&1
        is "$(grep -v 'missing date' "$T/err")" "" "page ${page:-hlsearch}: nor has mandoc"
    fi
done
if command -v groff >/dev/null 2>&1; then
    shown() # PAGE: as a terminal shows it, without bold
    {
        "$HL" help --man $1 | groff -man -T utf8 -P-c -P-b -P-u -rLL=200n 2>&1
    }
    has "$(shown syntax)" '"vắc xin trẻ em"~5' "quotes and tildes come out as they are"
    has "$(shown syntax)" "-section:\"Thể thao\"" "hyphens too"
    has "$(shown query)" "'\"ung thư phổi\" -thuốc'" "and single quotes"
    has "$(shown syntax)" "hlsearch(1), hlsearch-query(1)" "see also"
    has "$(shown page)" '    "HLSEARCH_INDEX" => "/srv/news.ix",' "lines to copy stay as they are"
    has "$(shown page)" "hlsearch(1), hlsearch-query(7), hlsearch-shards(7)" "see also, of the search page"
    has "$(shown '')" "hlsearch.cgi(1)" "the first page names that of the search page"
    has "$(shown shards)" "hlsearch-query(1), hlsearch.cgi(1)" "see also, of shards"
    has "$(shown '')" "hlsearch-shards(7)" "which the first page names"
    has "$(shown query)" "hlsearch-query(7)" "the page of query names that of the language"
else
    skip "groff not there"
fi
if command -v man >/dev/null 2>&1; then
    "$HL" help --man query >"$T/hlsearch-query.1"
    LC_ALL=C.UTF-8 MANPAGER=cat man --warnings -l "$T/hlsearch-query.1" >"$T/out" 2>"$T/err"
    is "$(cat "$T/err")" "" "man has nothing to say"
    has "$(cat "$T/out")" "best first" "and shows it"
else
    skip "man not there"
fi

# --- installed, packed without time
if PREFIX=$T/usr DESTDIR= tools/install >"$T/said" 2>&1; then
    for page in man1/hlsearch.1 man7/hlsearch-query.7 man1/hlsearch.cgi.1 $(for command in $commands; do
        echo "man1/hlsearch-$command.1"
    done); do
        [ -s "$T/usr/share/man/$page.gz" ]
        ok $? "installed: $page.gz"
    done
    # Both name the page where it was put.
    gzip -dc "$T/usr/share/man/man1/hlsearch.cgi.1.gz" | sed 's/\\-/-/g' >"$T/page"
    cat "$T"/usr/share/doc/hlsearch/servers/* >"$T/servers"
    for file in page servers; do
        grep -q "$T/usr/lib/cgi-bin/hlsearch.cgi" "$T/$file" && ! grep -q /usr/local/ "$T/$file"
        ok $? "installed: the page's place in $file"
    done
    [ -x "$T/usr/lib/cgi-bin/hlsearch.cgi" ]
    ok $? "installed: the page is there"
    is "$(od -A n -t x1 -j 3 -N 5 "$T/usr/share/man/man1/hlsearch.1.gz" | tr -d ' ')" 0000000000 \
        "without name and time"
    LANG=vi PREFIX=$T/vi DESTDIR= tools/install >"$T/said" 2>&1
    cmp -s "$T/usr/share/man/man1/hlsearch-query.1.gz" "$T/vi/share/man/man1/hlsearch-query.1.gz"
    ok $? "the same whatever the language"
    cmp -s "$T/usr/share/zsh/site-functions/_hlsearch" "$T/vi/share/zsh/site-functions/_hlsearch"
    ok $? "completions too"
else
    ok 1 "install"
    sed 's/^/#   /' "$T/said"
fi
done_testing
