#!/bin/sh
# How the tool is used: commands, options, help, config files, exit codes of wrong use.
. tests/cases/cli.sh

"$HL" index "$T/a" "$ARTICLES" -q 2>/dev/null

# --- commands
run
is "$CODE" 2 "no command: exit 2"
is "$OUT" "" "no command: nothing on stdout"
has "$ERR" "hlsearch query news.ix" "no command: shows how to begin"
run serch x
fails 2 "unknown command serch; did you mean query? (search is another name for it)" \
    "misspelt command"
run xyzzyxyzzy
fails 2 "hlsearch help lists the commands" "a command like no other"
run --json query x
fails 2 "the command comes first" "option before the command"
run search "$T/a" ung thư phổi
is "$CODE" 0 "search is another name for query"
run version
is "$OUT" "hlsearch 0.1.0" "version"
run -V
is "$OUT" "hlsearch 0.1.0" "-V"
run version --json
is "$OUT" '{"schema":1,"name":"hlsearch","version":"0.1.0"}' "version --json"

# --- options
run query "$T/a" --colour thuốc
is "$CODE" 2 "misspelt option: exit 2"
is "$ERR" "hlsearch: unknown option --colour; did you mean --color?" "misspelt option: the nearest"
run query "$T/a" --snip 3 thuốc
fails 2 "did you mean --snippet?" "long options are not abbreviated"
run query "$T/a" ung thư -phổi
fails 2 "quote the query or put -- before it" "-word looks like an option"
run query "$T/a" ung thư -virus
fails 2 "unknown option -virus" "-virus is not -v -i rus"
run query "$T/a" ung thư -nghiên
fails 2 "unknown option -nghiên" "-nghiên is not -n ghiên"
run query "$T/a" -f ids -- phổi -máu
is "$OUT" "cli-5" "-- ends options"
run query "$T/a" lúa -f ids --any
is "$OUT" "cli-1" "options may follow arguments"
run query -i "$T/a" lúa -f ids
is "$OUT" "cli-1" "-i leaves INDEX out"
run query --index="$T/a" lúa --format=ids
is "$OUT" "cli-1" "--index=DIR, --format=FORM"
run query "$T/a" phổi -n1 -f ids
is "$(echo "$OUT" | wc -l)" 1 "-n1: a number may be joined"
run query "$T/a" -n
fails 2 "-n wants a value" "value missing"
run query "$T/a" -n abc lúa
fails 2 "-n wants a whole number from 0 to 10000, not \"abc\"" "not a number"
run query "$T/a" --k1 1,2 lúa
fails 2 "--k1 wants a number" "decimal comma"
run query "$T/a" --b 1.5 lúa
fails 2 "--b wants a number from 0 to 1" "number out of range"
run query "$T/a" --format xml lúa
fails 2 "one of text|json|jsonl|tsv|csv|rss|ids|trec|template:FILE" "unknown form"
run query "$T/a" --json=perhaps lúa
fails 2 "yes or no" "switch with a strange value"
run query "$T/a" --recency -1 lúa
fails 2 "--recency wants a number from 0 to 10" "a negative weight"
run query "$T/a" --recency 11 lúa
fails 2 "--recency wants a number from 0 to 10" "and one too great"
run query "$T/a" -n 9000 -o 9000 lúa
fails 2 "past result 10000" "paging has an end"
run query "$T/a"
fails 2 "WORDS... missing" "no words"
run query
fails 2 "no INDEX given" "no index"
run stats "$T/a" extra
fails 2 "\"extra\" is one argument too many" "one argument too many"
run query "$T/a" "$(printf 'caf\351')"
is "$CODE" 2 "argument that is not UTF-8: exit 2"
has "$ERR" "argument 3 is not UTF-8: byte 0xE9 at byte 3" "argument that is not UTF-8: the byte"
run query "$T/a" --json "$(printf 'x\300\200')"
has "$OUT" '"at":1' "argument that is not UTF-8: JSON has the place"
run query "$T/nope" lúa
is "$CODE" 2 "no such index: exit 2"
has "$ERR" "no such index" "no such index: said so"

# --- help
run help
is "$CODE" 0 "help: exit 0"
for c in index query show stats inspect explain check text bench help version; do
    run "$c" -h
    lines=$(echo "$OUT" | wc -l)
    wide=$(echo "$OUT" | LC_ALL=C awk '{ if (length > 80) n++ } END { print n + 0 }')
    is "$CODE $wide" "0 0" "$c -h: exit 0, within 80 columns"
    [ "$lines" -le 24 ]
    ok $? "$c -h: one screen ($lines lines)"
    run "$c" --help
    is "$CODE $(echo "$OUT" | head -1)" "0 Examples" "$c --help: examples first"
    is "$(echo "$OUT" | sed -n '2,7p' | grep -c '^  [^ ]')" 3 "$c --help: three of them"
    run help "$c"
    has "$OUT" "Exit codes" "help $c"
done
run query --nonsense --help
fails 2 "unknown option --nonsense" "a wrong option beats help"
run query -h --format nonsense
is "$CODE" 0 "help does not mind wrong values"
run help nonsense
fails 2 "unknown command nonsense" "help of an unknown command"
run help --man query
has "$OUT" ".TH HLSEARCH" "help --man COMMAND is roff"
has "$OUT" ".SH EXAMPLES" "help --man COMMAND has examples"
run help --man
has "$OUT" "hlsearch\\-query" "help --man lists the commands"
if command -v groff >/dev/null 2>&1; then
    "$HL" help --man query | groff -man -K utf8 -T utf8 -ww >/dev/null 2>"$T/roff"
    is "$(cat "$T/roff")" "" "groff has nothing to say about it"
else
    skip "groff not there"
fi

# --- config files
mkdir -p "$XDG_CONFIG_HOME/hlsearch"
user=$XDG_CONFIG_HOME/hlsearch/config
printf '# mine\n\nformat = ids\n  count =  1 \n' >"$user"
run query "$T/a" phổi
is "$(echo "$OUT" | grep -c '^cli-')" 1 "the user's config counts"
run query "$T/a" phổi -n 2
is "$(echo "$OUT" | grep -c '^cli-')" 2 "options beat the user's config"
printf 'count = 2\n' >"$T/a/config"
run query "$T/a" phổi
is "$(echo "$OUT" | grep -c '^cli-')" 2 "INDEX/config beats the user's"
run query "$T/a" phổi --no-config
has "$OUT" "id:cli-4" "--no-config"
printf 'format = tsv\n' >"$T/other"
run query "$T/a" phổi --config "$T/other"
has "$OUT" "	cli-4	" "--config FILE"
run query "$T/a" phổi --config "$T/missing"
fails 2 "cannot read the config" "--config of a file that is not there"
rm "$T/a/config"
printf 'memory = 64M\nformat = ids\n' >"$user"
run query "$T/a" lúa
is "$OUT" "cli-1" "a key of another command is no mistake"
printf 'format = ids\ncolour = never\n' >"$user"
run query "$T/a" lúa
fails 2 "config:2: unknown key colour" "unknown key, with its line"
printf 'no-config = yes\n' >"$user"
run query "$T/a" lúa
fails 2 "is no key of config files" "a key that only makes sense on the line"
printf 'count\n' >"$user"
run query "$T/a" lúa
fails 2 "config:1: no \"=\"" "line without ="
printf 'count = many\n' >"$user"
run query "$T/a" lúa
fails 2 "config:1: count wants a whole number" "bad value, with its line"
printf 'count = 1\377\n' >"$user"
run query "$T/a" lúa
fails 2 "config:1: not UTF-8" "config that is not UTF-8"
rm "$user"

# --- output that cannot be written
if [ -w /dev/full ]; then
    "$HL" query "$T/a" phổi >/dev/full 2>"$T/err"
    is "$?" 2 "full disk: exit 2"
    has "$(cat "$T/err")" "cannot write to standard output" "full disk: said so"
else
    skip "no /dev/full"
    skip "no /dev/full"
fi
if has_python; then
    # A pipe that nobody reads: the tool ends by SIGPIPE and says nothing.
    is "$(python3 - "$HL" "$T/a" <<'PY'
import os, subprocess, sys
r, w = os.pipe()
os.close(r)
p = subprocess.run([sys.argv[1], "query", sys.argv[2], "phổi"], stdout=w,
                   stderr=subprocess.PIPE)
print(p.returncode, len(p.stderr))
PY
)" "-13 0" "a reader that has gone: SIGPIPE, no words"
else
    skip "python3 not there"
fi
done_testing
