#!/bin/sh
# Xapian databases: the program killed with -9 before each of the calls that make a commit real.
# Every shard has its old or its new articles, whole, and running again makes all of them new.
. tests/cases/cli.sh
LC_ALL=C
# LeakSanitizer cannot work under strace.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export LC_ALL ASAN_OPTIONS

missing=
command -v strace >/dev/null || missing="strace not there"
command -v xapian-delve >/dev/null || missing="xapian-delve not there (package xapian-tools)"
"$HL" index "$T/try" "$ARTICLES" --backend xapian -q 2>"$T/err" || missing=$(cat "$T/err")
if [ -z "$missing" ]; then
    strace -qq -o "$T/log" -e inject=rename:signal=KILL sh -c 'mv "$0" "$0.2"' "$T/err"
    [ $? = 137 ] || strace -qq -o "$T/log" true 2>/dev/null || missing="strace may not be used here"
fi
if [ "$missing" ]; then
    skip "$missing"
    done_testing
    exit
fi

sed 's/nghiên cứu/thay đổi/g' corpus/articles-a.jsonl >"$T/changed.jsonl"

# state DATABASE: its terms with their counts, and how many documents.
state()
{
    xapian-delve -1 -a -v "$1" 2>&1
    xapian-delve "$1" 2>&1 | grep -E 'number of documents|average document length'
}

"$HL" index "$T/old" corpus/articles-a.jsonl --backend xapian --shards 3 -q
cp -a "$T/old" "$T/new"
"$HL" index "$T/new" "$T/changed.jsonl" -q
for i in 0 1 2; do
    state "$T/old/shard-$i" >"$T/old.$i"
    state "$T/new/shard-$i" >"$T/new.$i"
    ! cmp -s "$T/old.$i" "$T/new.$i"
    ok $? "shard $i is changed"
done

# whole DATABASES: each shard is the old or the new one; prints which.
whole()
{
    for i in 0 1 2; do
        state "$1/shard-$i" >"$T/now"
        if cmp -s "$T/now" "$T/new.$i"; then
            printf new
        elif cmp -s "$T/now" "$T/old.$i"; then
            printf old
        else
            printf 'neither(%s)' "$i"
        fi
    done
}

# kill_each CALL: before the first, second, ... such call until the program ends by itself.
kill_each()
{
    k=0
    mixed=0
    while :; do
        k=$((k + 1))
        rm -rf "$T/ix"
        cp -a "$T/old" "$T/ix"
        strace -f -qq -o "$T/log" -e trace="$1" -e inject="$1:signal=KILL:when=$k" \
            "$HL" index "$T/ix" "$T/changed.jsonl" -q --threads 1 2>/dev/null
        code=$?
        now=$(whole "$T/ix")
        [ "$code" = 0 ] && break
        case $now in *neither*) break ;; *old*new* | *new*old*) mixed=$((mixed + 1)) ;; esac
        "$HL" index "$T/ix" "$T/changed.jsonl" -q || break
        [ "$(whole "$T/ix")" = newnewnew ] || break
        [ "$k" = 200 ] && break
    done
    [ "$code" = 0 ] && [ "$now" = newnewnew ] && [ "$k" -gt 3 ]
    ok $? "killed before each of $((k - 1)) calls of $1: whole, and mended ($now)"
}

kill_each rename
[ "$mixed" -gt 0 ]
ok $? "between the first and the last some shards are new ($mixed times)"
kill_each fdatasync

# --- a database that was never committed
strace -f -qq -o "$T/log" -e trace=fdatasync -e inject=fdatasync:signal=KILL:when=2 \
    "$HL" index "$T/first" corpus/articles-a.jsonl --backend xapian -q 2>/dev/null
has "$(xapian-delve "$T/first" 2>&1)" "number of documents = 0" "killed at first: nothing is there"
run index "$T/first" corpus/articles-a.jsonl
is "$CODE" 0 "and the next run makes it"
has "$(xapian-delve "$T/first")" "number of documents = $(wc -l <corpus/articles-a.jsonl)" "whole"
done_testing
