#!/bin/sh
# R12: a file that is cut while it is mapped ends in an error, not in a signal.
# usage: B=build tests/903-cut.sh
set -u
b=${B:-build}
work=$(mktemp -d "${TMPDIR:-/tmp}/hlsearch-cut-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
n=0 failed=0

ok()
{
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $n - $2"
    else
        echo "not ok $n - $2"
        failed=1
    fi
}

"$b/hlsearch" index -q "$work/ix" corpus/articles-a.jsonl corpus/articles-b.jsonl
ok $? "the sample is indexed"
awk 'BEGIN { for (i = 0; i < 2000; i++) print "khu công nghệ cao hòa lạc" }' > "$work/queries"
"$b/hlsearch" bench "$work/ix" "$work/queries" --rounds 1000 > "$work/out" 2> "$work/err" &
reader=$!
sleep 1
kill -0 $reader 2> "$work/kill"
ok $? "a reader is at work"
for file in "$work"/ix/segment-*; do
    truncate -s 4096 "$file"
done
wait $reader
status=$?
[ $status -eq 3 ]
ok $? "it ends with exit code 3 (got $status)"
grep -q "was cut or could not be read" "$work/err"
ok $? "and says what happened"
echo "1..$n"
exit $failed
