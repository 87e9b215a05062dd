#!/bin/sh
# Config files: keys, values, whose they are, and what is said of those that are wrong.
. tests/cases/cli.sh
"$HL" index "$T/a" "$ARTICLES" -q 2>/dev/null

# with LINES ARGUMENTS...: run with a config of these lines
with()
{
    printf '%b' "$1" >"$T/config"
    shift
    run "$@" --config "$T/config"
}
lines()
{
    echo "$OUT" | grep -c .
}

# --- what they may say
with 'format = ids\ncount = 1\n' query "$T/a" phổi
is "$(lines)" 1 "two keys"
with '\0357\0273\0277format = ids\n' query "$T/a" phổi
is "$CODE$ERR" 0 "a byte order mark before the first line"
with '# format = nix\n\n  \t\nformat=ids\r\n' query "$T/a" phổi
is "$CODE$ERR" 0 "comments, empty lines, no blanks, ends of another system"
with 'count = 1' query "$T/a" phổi -f ids
is "$(lines)" 1 "a last line without its end"
with 'section = Sức khỏe = đời sống\n' query "$T/a" phổi -n 0
is "$CODE$ERR" 1 "the first = divides"
with 'count = 1\ncount = 2\nformat = ids\n' query "$T/a" phổi
is "$(lines)" 2 "the last one counts"
with 'quiet = yes\n' query "$T/a" '"phổi'
is "$CODE$ERR" 0 "a key of every command"

# --- whose they are
with 'query.format = ids\nquery.count = 1\n' query "$T/a" phổi
is "$(lines)" 1 "COMMAND.key for this command"
with 'search.format = ids\n' query "$T/a" phổi
is "$OUT" "$("$HL" query "$T/a" phổi -f ids)" "by its other name"
with 'bench.count = 1\n' query "$T/a" phổi -f ids
is "$OUT" "$("$HL" query "$T/a" phổi -f ids)" "COMMAND.key for another"
with 'query.format = ids\n' index "$T/b" "$ARTICLES" -q
is "$CODE$ERR" 0 "a form of results is none of sources"
with 'memory = 64M\n' query "$T/a" phổi -f ids
is "$CODE$ERR" 0 "a key that only others know"
with 'stats.format = ids\n' query "$T/a" phổi
fails 2 "$T/config:1: unknown key format" "a key that this command lacks"
with 'nix.format = ids\n' query "$T/a" phổi
is "$CODE $ERR" "2 hlsearch: $T/config:1: unknown command nix; write COMMAND.key = value, or key = value for all" \
    "no such command"
with 'query. = ids\n' query "$T/a" phổi
is "$CODE" 2 "no key behind the command"
with '.format = ids\n' query "$T/a" phổi
is "$CODE" 2 "no command before the key"

# --- what is wrong: place and way out
with '\n\ncolour = never\n' query "$T/a" phổi
is "$CODE $ERR" "2 hlsearch: $T/config:3: unknown key colour; did you mean color?" "a near key"
with 'memry = 1G\n' query "$T/a" phổi
is "$ERR" "hlsearch: $T/config:1: unknown key memry; did you mean memory?" \
    "one that is near a key of another command"
with 'xyzzyxyzzy = 1\n' query "$T/a" phổi
is "$ERR" "hlsearch: $T/config:1: unknown key xyzzyxyzzy; keys are long option names without --" \
    "a key like no other"
with '= 1\n' query "$T/a" phổi
is "$CODE" 2 "no key"
with 'format\n' query "$T/a" phổi
is "$ERR" "hlsearch: $T/config:1: no \"=\" in the line; write key = value" "no ="
with 'count = many\n' query "$T/a" phổi
is "$ERR" "hlsearch: $T/config:1: count wants a whole number from 0 to 10000, not \"many\"" \
    "a value that is none"
with 'count =\n' query "$T/a" phổi
is "$ERR" "hlsearch: $T/config:1: count wants a whole number from 0 to 10000, not \"\"" "no value"
with 'query.format = xml\n' query "$T/a" phổi
is "$ERR" "hlsearch: $T/config:1: format wants one of text|json|jsonl|tsv|csv|rss|ids|trec|template:FILE, not \"xml\"" \
    "a name that is none"
with 'json = perhaps\n' query "$T/a" phổi
is "$ERR" "hlsearch: $T/config:1: json wants yes or no, not \"perhaps\"" "yes or no"
with 'k1 = 1,2\n' query "$T/a" phổi
is "$ERR" "hlsearch: $T/config:1: k1 wants a number from 0 to 100, not \"1,2\"" "a decimal comma"
with 'memory = viel\n' index "$T/b" "$ARTICLES"
is "$ERR" "hlsearch: $T/config:1: memory wants a size such as 512M or 2G, not \"viel\"" "a size"
with 'since = 2017\n' index "$T/b" "$ARTICLES"
fails 2 "$T/config:1: since is not supported by this version" "an option of other versions"
for key in config index no-config help batch; do
    with "$key = x\\n" query "$T/a" phổi
    is "$CODE $ERR" "2 hlsearch: $T/config:1: $key is no key of config files; give it on the command line" \
        "not from a file: $key"
done
with 'rejects = x\n' index "$T/b" "$ARTICLES"
fails 2 "rejects is no key of config files" "nor what writes a file"
[ ! -e x ]
ok $? "which is not written"
with 'count = \0377\n' query "$T/a" phổi
is "$ERR" "hlsearch: $T/config:1: not UTF-8; save the file as UTF-8" "not UTF-8"
with "section = $(printf '%05000d' 0)\\n" query "$T/a" phổi
fails 2 "$T/config:1: line longer than 4094 bytes; shorten it" "a long line"
run query "$T/a" phổi --config "$T"
fails 2 "cannot read the config" "a folder"
printf 'count = many\n' >"$T/a/config"
run query "$T/a" phổi
fails 2 "$T/a/config:1: count wants" "that of an index is named too"
run query "$T/a" phổi -n 1 -f ids
fails 2 "$T/a/config:1: count wants" "also where an option beats it"
run query -h
is "$CODE$ERR" 0 "help needs none"
with 'format = nix\n' query -h
is "$CODE$ERR" 0 "nor a good one"
done_testing
