#!/bin/sh
# README.md keeps its word: its session runs as pasted, what `make install` puts down is
# enough to compile and run its example.
B=${B:-build}
root=$(pwd)
build=$(cd "$B" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/hlsearch-test-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
XDG_CONFIG_HOME=$work
export XDG_CONFIG_HOME
count=0
failures=0

ok() { # ok STATUS WORDS
    count=$((count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $count - $2"
    else
        failures=$((failures + 1))
        echo "not ok $count - $2"
        sed 's/^/#   /' "$work/said" | tail -n 20
    fi
}

# block LANGUAGE N: the n-th block of the README in that language.
block() {
    awk -v start="\`\`\`$1" -v want="$2" '
        $0 == start { on = ++n == want; next }
        /^```$/ { on = 0 }
        on' README.md
}

# The session, in a folder that has what a clone has, build/ being the build that is tested.
mkdir "$work/clone"
ln -s "$build" "$work/clone/build"
ln -s "$root/corpus" "$work/clone/corpus"
block sh 1 >"$work/session"
lines=$(grep -c '^hlsearch' "$work/session")
[ "$lines" -ge 9 ]
ok $? "the session has $lines commands"
: >"$work/said"
(cd "$work/clone" && sh -e "$work/session") >"$work/said" 2>&1
ok $? "the whole session runs"
grep -q 'id:kh-hoalac-01$' "$work/said"
ok $? "the article asked for is among the answers"
grep -q 'no fault' "$work/said"
ok $? "check finds no fault"
[ ! -e "$work/clone/demo.ix" ]
ok $? "it leaves nothing behind"

# make install, and the example by pkg-config.
B=$build PREFIX=$work/usr DESTDIR= tools/install >"$work/said" 2>&1
ok $? "install"
for file in bin/hlsearch lib/cgi-bin/hlsearch.cgi lib/libhlsearch.a lib/libhlsearch.so.2 \
    include/hlsearch.h lib/pkgconfig/hlsearch.pc share/man/man1/hlsearch.1.gz \
    share/man/man1/hlsearch-query.1.gz share/man/man7/hlsearch-query.7.gz \
    share/bash-completion/completions/hlsearch share/zsh/site-functions/_hlsearch \
    share/fish/vendor_completions.d/hlsearch.fish; do
    [ -s "$work/usr/$file" ]
    ok $? "installed: $file"
done
[ "$("$work/usr/bin/hlsearch" version)" = "hlsearch $(sed -n 's/^Version: //p' \
    "$work/usr/lib/pkgconfig/hlsearch.pc")" ]
ok $? "hlsearch.pc has the version of the tool"

block c 1 >"$work/find.c"
flags=
if nm -D "$build/libhlsearch.so" | grep -q __asan_init; then
    flags=-fsanitize=address,undefined
fi
PKG_CONFIG_PATH=$work/usr/lib/pkgconfig
export PKG_CONFIG_PATH
if command -v pkg-config >/dev/null 2>&1; then
    "${CC:-cc}" -Wall -Wextra -Werror $flags -o "$work/find" "$work/find.c" \
        $(pkg-config --cflags --libs hlsearch) >"$work/said" 2>&1
    ok $? "the example compiles against the shared library"
    "$build/hlsearch" index "$work/ix" corpus/articles-a.jsonl corpus/articles-b.jsonl \
        -q >"$work/said" 2>&1
    LD_LIBRARY_PATH=$work/usr/lib "$work/find" "$work/ix" 'khu cong nghe cao hoa lac' \
        >"$work/said" 2>&1
    head -n 1 "$work/said" | grep -q ' kh-hoalac-01$'
    ok $? "and finds"
    "${CC:-cc}" $flags -o "$work/find" "$work/find.c" $(pkg-config --cflags hlsearch) \
        "$work/usr/lib/libhlsearch.a" $(pkg-config --static --libs hlsearch |
            sed 's/-lhlsearch//') >"$work/said" 2>&1
    ok $? "it compiles against the archive"
else
    for what in "the example compiles" "and finds" "it compiles against the archive"; do
        count=$((count + 1))
        echo "ok $count # skip no pkg-config: $what"
    done
fi

echo "1..$count"
[ "$failures" = 0 ]
