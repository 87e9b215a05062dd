#!/bin/sh
# Lists of synonyms: --synonyms of query and explain, INDEX/synonyms.txt, and that the file is
# nobody else's business.
. tests/cases/cli.sh

"$HL" index "$T/a" "$ARTICLES" -q
id=$("$HL" query "$T/a" ung thư -f ids | head -1)

# --- the option
for list in default none; do
    run query "$T/a" ung thư -f ids --synonyms $list
    is "$CODE$ERR" "0" "--synonyms $list"
    has "$OUT" "$id" "--synonyms $list: an answer"
    run explain "$T/a" "$id" ung thư --synonyms $list
    is "$CODE$ERR" "0" "explain --synonyms $list"
done
printf '# mine\nung thư = u ác tính\n' >"$T/good.txt"
run query "$T/a" ung thư -f ids --synonyms "$T/good.txt"
is "$CODE$ERR" "0" "--synonyms FILE"
printf 'a = b\nb = c\nd => b\n' >"$T/merged.txt"
run query "$T/a" ung thư -f ids --synonyms "$T/merged.txt"
is "$CODE" 0 "lines that share a member: an answer"
is "$ERR" "hlsearch: $T/merged.txt: line 2: \"b\" stands in line 1 too; their groups are one" \
    "lines that share a member: told, but not of what => names"
run query "$T/a" ung thư -q --synonyms "$T/merged.txt"
is "$ERR" "" "-q: not told"

# --- its errors
run query "$T/a" ung thư --synonyms "$T/none.txt"
fails 2 "no such list of synonyms: $T/none.txt" "a file that is not there"
has "$ERR" "--synonyms takes a file, default or none" "a file that is not there: the way out"
is "$OUT" "" "a file that is not there: no answer"
run query "$T/a" ung thư --synonyms=
fails 2 "--synonyms names no file" "an empty name"
run query "$T/a" ung thư --synonyms "$T"
fails 2 "$T: cannot be read as synonyms: it is no regular file" "a folder"
printf 'a = b\n\nvaccine\n' >"$T/bad.txt"
run query "$T/a" ung thư --synonyms "$T/bad.txt"
fails 2 "hlsearch: $T/bad.txt:3: a group needs two members; write a = b" "a mistake"
run explain "$T/a" "$id" ung thư --synonyms "$T/bad.txt"
fails 2 "$T/bad.txt:3: " "explain: a mistake"
printf 'a = b\nc = \377\n' >"$T/bytes.txt"
run query "$T/a" ung thư --synonyms "$T/bytes.txt"
fails 2 "$T/bytes.txt:2: not UTF-8" "bytes that are no text"
head -c 1048577 /dev/zero | tr '\0' '#' >"$T/large.txt"
run query "$T/a" ung thư --synonyms "$T/large.txt"
fails 2 "at most 1 MiB" "a large file"
printf 'x\033[31m\007 = y\n\033]0;title\007\n' >"$T/escape.txt"
run query "$T/a" ung thư --synonyms "$T/escape.txt"
is "$(printf '%s' "$ERR" | LC_ALL=C tr -d '[:print:]\200-\377\n' | wc -c | tr -d ' ')" 0 \
    "a mistake: nothing of the file drives the terminal"
if has_python; then
    run query "$T/a" ung thư --json --synonyms "$T/bad.txt"
    is "$(json '[d["error"]["code"], d["error"]["at"]]')" '["MISUSE", 3]' "json: code and line"
else
    skip "json: no python3"
fi

# --- config files
printf 'synonyms = %s\n' "$T/bad.txt" >"$T/config"
run query "$T/a" ung thư --config "$T/config"
fails 2 "$T/bad.txt:3: " "a config may name the list"
run query "$T/a" ung thư --config "$T/config" --synonyms none
is "$CODE$ERR" "0" "the line beats the config"
run stats "$T/a" --config "$T/config"
is "$CODE" 0 "a command without the option passes over the key"

# --- INDEX/synonyms.txt
cp "$T/merged.txt" "$T/a/synonyms.txt"
run query "$T/a" ung thư -f ids
is "$CODE$ERR" "0" "INDEX/synonyms.txt is read without a word"
run query "$T/a/" ung thư -f ids -v
has "$ERR" "$T/a/synonyms.txt: line 2: " "-v: its merged lines are told"
cp "$T/bad.txt" "$T/a/synonyms.txt"
run query "$T/a" ung thư
fails 2 "$T/a/synonyms.txt:3: a group needs two members" "a mistake in it"
run query -i "$T/a" ung thư --synonyms default -f ids
is "$CODE$ERR" "0" "an option beats it"
for verb in stats check "show $id"; do
    set -- $verb
    verb=$1
    shift
    run "$verb" "$T/a" "$@"
    is "$CODE" 0 "$verb does not look at it"
done
before=$("$HL" query "$T/a" ung thư -f ids --synonyms none)
run index "$T/a" "$ARTICLES" -q
is "$CODE" 0 "an index that has it takes articles"
cmp -s "$T/bad.txt" "$T/a/synonyms.txt"
ok $? "and leaves it where it is"
is "$("$HL" query "$T/a" ung thư -f ids --synonyms none)" "$before" "and answers as before"

# --- it is no source
mkdir -p "$T/archive/ix"
printf 'Tiêu đề bài\n\nThân bài nói về ung thư.\n' >"$T/archive/bai.txt"
cp "$T/good.txt" "$T/archive/ix/synonyms.txt"
run index "$T/archive/ix" "$T/archive" -q
is "$CODE$ERR" "0" "a new index inside its archive, the list laid there before"
is "$("$HL" query "$T/archive/ix" ung thư -f ids | wc -l | tr -d ' ')" 1 "the list is no article"
run index "$T/archive/ix" "$T/archive" -q
is "$("$HL" query "$T/archive/ix" ung thư -f ids | wc -l | tr -d ' ')" 1 \
    "nor is it the second time"
run check "$T/archive/ix"
is "$CODE" 0 "and the index is sound"

run query --help
has "$OUT" "--synonyms" "the manual has the option"
done_testing
