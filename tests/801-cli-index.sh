#!/bin/sh
# hlsearch index: counts that add up, rejects, replacing, locks, interrupts, progress.
. tests/cases/cli.sh

sum_holds='d["read"] == d["indexed"] + d["replaced"] + d["duplicates"] + d["rejected"]'

# --- a first index
run index "$T/a" "$ARTICLES"
is "$CODE" 0 "index: exit 0"
is "$OUT" "" "index: nothing on stdout"
has "$ERR" "index: read 8 = 8 indexed + 0 replaced + 0 duplicates + 0 rejected" "index: counts"
has "$(echo "$ERR" | tail -1)" "index: 8 articles in $T/a, " "index: summary line at the end"
run index "$T/a" "$ARTICLES" -q
is "$CODE$OUT$ERR" "0" "-q: no word"
run index "$T/a" "$ARTICLES"
has "$ERR" "index: read 8 = 0 indexed + 8 replaced" "again: replaced"
run index "$T/a" "$ARTICLES" --replace never
has "$ERR" "index: read 8 = 0 indexed + 0 replaced + 8 duplicates" "--replace never: duplicates"
cat "$ARTICLES" "$ARTICLES" >"$T/twice.jsonl"
run index "$T/twice" "$T/twice.jsonl"
has "$ERR" "index: read 16 = 8 indexed + 0 replaced + 8 duplicates" "the same id twice in a run"
run index -i "$T/b" "$ARTICLES" --json
if has_python; then
    is "$(json "$sum_holds")" true "--json: the sum"
    is "$(json '[d["schema"], d["read"], d["indexed"], d["articles"]]')" "[1, 8, 8, 8]" \
        "--json: the counts"
else
    skip "python3 not there"
    skip "python3 not there"
fi

# --- sources
run index "$T/none" "$T/missing.jsonl"
is "$CODE" 2 "missing source: exit 2"
has "$ERR" "missing.jsonl" "missing source: named"
[ ! -e "$T/none" ]
ok $? "missing source: no folder is made"
run index "$T/none"
fails 2 "SOURCE... missing" "no source"
gzip -c "$ARTICLES" >"$T/a.gz"
run index "$T/gz" "$T/a.gz"
has "$ERR" "index: read 8 = 8 indexed" "gzip"
"$HL" index "$T/in" - <"$ARTICLES" 2>"$T/err"
is "$?" 0 "standard input: exit 0"
has "$(cat "$T/err")" "index: read 8 = 8 indexed" "standard input: counts"
run index "$T/text" corpus/text-a
is "$CODE" 0 "a folder of plain text"
: >"$T/file"
run index "$T/file" "$ARTICLES"
is "$CODE" 2 "INDEX is a file: exit 2"
run index "$T/form" "$ARTICLES" --format nonsense
is "$CODE" 2 "unknown form: exit 2"
[ ! -e "$T/form" ]
ok $? "unknown form: no folder is made"
run index "$T/dry" "$ARTICLES" --dry-run
is "$CODE" 0 "--dry-run: exit 0"
has "$ERR" "nothing written: 8 articles can be indexed" "--dry-run: says what it would do"
[ ! -e "$T/dry" ]
ok $? "--dry-run: writes nothing"
printf '{"so":"17","tieu":"Đồng hồ nước thông minh","chu":"đồng hồ đo nước"}\n' >"$T/odd.jsonl"
printf '# names of an old archive\nid = so\ntitle = tieu\nbody = chu\n' >"$T/odd.map"
run index "$T/map" "$T/odd.jsonl" --map "$T/odd.map" --source "Kho cũ"
is "$CODE" 0 "--map: exit 0"
run show "$T/map" 17
has "$OUT" "Đồng hồ nước thông minh" "--map: fields found"
has "$OUT" "Kho cũ" "--source: given to articles that name none"
printf 'title tieu\n' >"$T/bad.map"
run index "$T/map" "$T/odd.jsonl" --map "$T/bad.map"
is "$CODE" 2 "a map that makes no sense: exit 2"
printf 'a b c\nb c d\n' >"$T/tokens.txt"
run index "$T/tok" "$T/tokens.txt" --format tokens
has "$ERR" "index: read 2 = 2 indexed" "--format tokens"

# --- rejected records
head -3 "$ARTICLES" >"$T/bad.jsonl"
printf '{"id":"x", broken\n{"id":"y"}\n' >>"$T/bad.jsonl"
tail -2 "$ARTICLES" >>"$T/bad.jsonl"
run index "$T/bad" "$T/bad.jsonl" --rejects "$T/rejects.jsonl" --json
is "$CODE" 4 "rejected records: exit 4"
has "$ERR" "2 rejected, see $T/rejects.jsonl" "rejected records: told where"
has "$ERR" "bad.jsonl:4" "rejected records: the line is named"
is "$(wc -l <"$T/rejects.jsonl" | tr -d ' ')" 2 "rejects file: a line each"
if has_python; then
    is "$(json "$sum_holds")" true "rejected records: the sum"
    is "$(json '[d["read"], d["indexed"], d["rejected"], sum(d["rejected_by"].values())]')" \
        "[7, 5, 2, 2]" "rejected records: the counts, by reason"
    python3 -c 'import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    assert json.loads(line)["reason"]' "$T/rejects.jsonl"
    ok $? "rejects file: JSON lines with a reason"
else
    skip "python3 not there"
    skip "python3 not there"
    skip "python3 not there"
fi
run stats "$T/bad" --json
has "$OUT" '"articles":5' "rejected records: the index is valid"
run index "$T/stop" "$T/bad.jsonl" --on-error stop
is "$CODE" 2 "--on-error stop: exit 2"
run query "$T/stop" lúa
is "$CODE" 2 "--on-error stop: nothing is kept"
run index "$T/bad" "$ARTICLES" --rejects "$T/no/such/folder"
fails 2 "cannot write the rejects" "rejects file that cannot be made"

# --- options that reach the index
run index "$T/w" "$ARTICLES" --title-weight 3 --lead-weight 2
run stats "$T/w" --json
has "$OUT" '"weights":[3,2,1]' "field weights"
run index "$T/mem" "$ARTICLES" --memory 12X
fails 2 "--memory wants a size" "a size that is none"
run index "$T/mem" "$ARTICLES" --memory 64M --threads 1
is "$CODE" 0 "--memory, --threads"
run index "$T/thin" "$ARTICLES" --store no
is "$CODE" 0 "--store no: exit 0"
run query "$T/thin" lúa -f ids
is "$OUT" "cli-1" "--store no: found all the same"

# --- one writer; an interrupted run leaves the index as it was
before=$("$HL" query "$T/b" phổi lúa robot --any --json | sed 's/"took_ms":[^,]*//')
# The pipe is held open by descriptor 3 of the shell alone: a child that had it too would
# never see its end.
mkfifo "$T/pipe"
exec 3<>"$T/pipe"
# start OPTIONS...: a writer that reads the pipe, in the background; then its lock.
start()
{
    "$HL" index "$T/b" - "$@" <"$T/pipe" 2>"$T/err1" 3>&- &
    writer=$!
    printf '{"id":"new","title":"lúa mới","body":"lúa mới"}\n' >&3
    sleep 0.5
}
start
run index "$T/b" "$ARTICLES"
is "$CODE" 6 "a second writer: exit 6"
kill -INT "$writer"
wait "$writer"
is "$?" 130 "SIGINT while waiting for input: exit 130"
has "$(cat "$T/err1")" "nothing of this run is kept" "SIGINT: said so"
is "$("$HL" query "$T/b" phổi lúa robot --any --json | sed 's/"took_ms":[^,]*//')" "$before" \
    "SIGINT: the index is as it was"
run check "$T/b"
is "$CODE" 0 "SIGINT: the index is sound"
run index "$T/b" "$ARTICLES"
is "$CODE" 0 "SIGINT: the lock is gone"
exec 3>&-

rm "$T/pipe"
mkfifo "$T/pipe"
exec 3<>"$T/pipe"
start
"$HL" index "$T/b" "$T/odd.jsonl" --map "$T/odd.map" --wait >"$T/wait" 2>&1 3>&- &
waiter=$!
sleep 0.2
exec 3>&-
wait "$writer"
first=$?
wait "$waiter"
is "$first $?" "0 0" "--wait: both writers finish"
run query "$T/b" lúa mới --all -f ids
is "$OUT" "new" "--wait: the first one's article"
run query "$T/b" đồng hồ -f ids
is "$OUT" "17" "--wait: the second one's article"

# --- progress
slow()
{
    cat "$ARTICLES"
    sleep 1.4
}
slow | "$HL" index "$T/p" - --progress always 2>"$T/err"
has "$(cat "$T/err")" " articles/s" "--progress always: a line"
slow | "$HL" index "$T/p" - 2>"$T/err"
is "$(wc -l <"$T/err" | tr -d ' ')" 2 "not on a terminal: no line in the first 10 s"
slow | "$HL" index "$T/p" - --progress always --json 2>"$T/err" >/dev/null
has "$(head -1 "$T/err")" '{"schema":1,"stage":"reading",' "--json: progress as JSON lines"
run index "$T/p" "$ARTICLES" -v
is "$(printf '%s\n' "$ERR" | awk '
    $2 == "all" { all = $4 }
    $4 ~ /%$/ && $2 != "all" { sum += $3; if ($2 ~ /^(reading|tokenising|pairs|syncing)$/) seen++ }
    END { print seen, (sum > 0 && sum - all < 0.02 && all - sum < 0.02) }')" "4 1" \
    "-v: a table of stages, which add up"
if has_python; then
    on_terminal 60 20 index "$T/p" "$ARTICLES"
    has "$OUT" "8 articles in" "on a terminal: the summary"
    case $OUT in *MB/s*) ok 1 "done at once: no progress line" ;;
    *) ok 0 "done at once: no progress line" ;; esac
else
    skip "python3 not there"
    skip "python3 not there"
fi
done_testing
