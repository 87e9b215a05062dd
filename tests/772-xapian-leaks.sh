#!/bin/sh
# Nothing leaks in the module for Xapian, and nothing is read that is not there: the tests of
# its calls once more, under valgrind.
B=${B:-build}
case $B in
*asan* | *cover* | *fuzz*) echo "1..0 # skip valgrind does not work with a sanitizer's memory"; exit 0 ;;
esac
command -v valgrind >/dev/null 2>&1 || { echo "1..0 # skip no valgrind"; exit 0; }
[ -f "$B/hlsearch-xapian.so" ] || { echo "1..0 # skip no Xapian: the module was not built"; exit 0; }
work=$(mktemp -d "${TMPDIR:-/tmp}/hlsearch-test-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

valgrind --quiet --leak-check=full --errors-for-leak-kinds=definite,indirect,possible \
    --error-exitcode=99 --child-silent-after-fork=yes --log-file="$work/log" "$B/tests/770-xapian-shim" >"$work/out" 2>&1
code=$?
failures=0
if [ $code = 0 ] && ! grep -q '# skip no Xapian' "$work/out"; then
    echo "ok 1 - the calls and their failures, under valgrind"
else
    failures=1
    echo "not ok 1 - the calls and their failures, under valgrind ($code)"
    grep '^not ok' "$work/out" | sed 's/^/#   /'
    head -n 40 "$work/log" | sed 's/^/#   /'
fi
if [ ! -s "$work/log" ]; then
    echo "ok 2 - it has nothing to say"
else
    failures=1
    echo "not ok 2 - it has nothing to say"
fi
echo "1..2"
exit $failures
