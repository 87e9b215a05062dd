#!/bin/sh
# The checks of tools/ see what they are for: each is run on a copy of a small tree, once as
# it is and once with a fault planted in it.  And tools/run-tests counts every way to fail.
case ${B:-build} in
*/asan) echo "1..0 # skip once is enough: nothing here depends on the build"; exit 0 ;;
esac
root=$(pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/hlsearch-test-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
count=0
failures=0

ok() { # ok STATUS WORDS
    count=$((count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $count - $2"
    else
        failures=$((failures + 1))
        echo "not ok $count - $2"
        sed 's/^/#   /' "$work/said"
    fi
}

# A tree with nothing wrong in it.
fresh() {
    rm -rf "$work/tree"
    mkdir -p "$work/tree/src/base" "$work/tree/src/text" "$work/tree/src/score" \
        "$work/tree/include" "$work/tree/tests"
    cp -r "$root/tools" "$work/tree/tools"
    cd "$work/tree" || exit 1
    printf 'base:\ntext: base\nscore: base\n<unicode> text\n' >src/LAYERS
    printf '#include "base/a.h"\n\nint a(void)\n{\n    return 1;\n}\n' >src/base/a.c
    printf '#include "hlsearch.h"\n' >src/base/a.h
    printf '#include "base/a.h"\n#include <unicode/uchar.h>\n' >src/text/t.h
    printf '#include "base/a.h"\n' >src/score/s.c
    printf 'See `src/base/a.c` and [this](src/LAYERS#x), `src/{base,text}/`, `build/x`.\n' \
        >README.md
}

# passes CHECK and fails CHECK PART WORDS
passes() {
    "tools/check-$1" >"$work/said" 2>&1
    ok $? "$1: ${2:-a tree without fault}"
}
fails() {
    "tools/check-$1" >"$work/said" 2>&1
    [ $? = 1 ] && grep -qF -- "$2" "$work/said"
    ok $? "$1: $3"
}

# --- layers
fresh
passes layers
printf '#include "score/s.h"\n' >>src/base/a.c
fails layers "base/ must not include score/s.h" "an include that goes up"
fresh
printf '#include <unicode/uchar.h>\n' >>src/score/s.c
fails layers "src/score/s.c:2: score/ must not include a header of unicode" "ICU outside text/"
fresh
printf '#include "base/b.h"\n' >>src/base/a.h
printf '#include "base/a.h"\n' >src/base/b.h
fails layers "include cycle: base/" "two headers that include each other"
fresh
mkdir src/more
printf '#include "base/a.h"\n' >src/more/m.c
fails layers "no row for more/" "a module that the table does not know"
fresh
printf 'base:\ntext: base\nscore: base text\n<unicode> text\n' >src/LAYERS
fails layers "score need not know text" "a row that permits what nobody does"
fresh
printf 'base: score\ntext: base\nscore: base\n<unicode> text\n' >src/LAYERS
fails layers "base names score" "a row that names one below it"

# --- size
# function LINES: a function of so many lines, head and braces included.
function() {
    printf 'static int long_one(int a,\n                    int b)\n{\n'
    i=4
    while [ $i -lt "$1" ]; do
        echo '    a += b;'
        i=$((i + 1))
    done
    echo '}'
}
fresh
function 70 >>src/base/a.c
passes size "a function of 70 lines"
fresh
function 71 >>src/base/a.c
fails size "src/base/a.c:7: long_one() has 71 lines" "a function of 71 lines"
fresh
seq 900 | sed 's/.*/int a&;/' >src/base/b.h
passes size "a file of 900 lines"
echo 'int b;' >>src/base/b.h
fails size "src/base/b.h: 901 lines" "a file of 901 lines"
mv src/base/b.h src/base/b_table.h
passes size "a table of 901 lines"

# --- links
fresh
passes links
echo 'and `src/base/gone.c`' >>README.md
fails links "README.md:2: no such file: src/base/gone.c" "a path that is not there"
fresh
echo 'or [that](tests/none.md)' >>README.md
fails links "no such file: tests/none.md" "a link to nothing"

# --- words
fresh
passes words
word=TO
printf '/* %sDO: later */\n' "$word" >>src/base/a.c
fails words "src/base/a.c:7" "work left to others"
fresh
place=/wor
echo "see ${place}k/notes" >>README.md
fails words "a path of one machine" "a path of one machine"
fresh
echo 'int b; ' >>src/base/a.c
fails words "blanks at the end" "blanks at the end"
fresh
printf 'int b;' >>src/base/a.c
fails words "the last line has no end" "a last line without its end"

# --- messages
case ${B:-build} in
/*) ;;
*) B=$root/${B:-build} ;;
esac
export B
speaks() {
    fresh
    mkdir -p src/cli
    printf 'not %%s\tkhông %%s\n' >src/cli/vietnamese.tsv
    printf 'int a = hlerr_set(err, 0, "not %%s", "a b");\n' >>src/base/a.c
    printf 'a b\tc\n' >>src/cli/vietnamese.tsv
}
speaks
passes messages
echo '/* hlcli_note("not a word") */' >>src/base/a.c
passes messages "comments say nothing"
printf 'int b = hlcli_note("who knows " /* */ "that");\n' >>src/base/a.c
fails messages 'src/base/a.c:9: no translation: who knows that' "a sentence without translation"
speaks
printf '#define LIKE "of a"\nint b = hlcli_wrong(NULL, "some %%" PRIu64 LIKE " kind");\n' >>src/base/a.c
fails messages 'no translation: some %<PRIu64>of a kind' "parts and names are put together"
speaks
echo 'gone away	đi rồi' >>src/cli/vietnamese.tsv
fails messages 'nothing says this any more: gone away' "a translation of nothing"
speaks
printf '#! elsewhere\ngone away\tđi rồi\n' >>src/cli/vietnamese.tsv
passes messages "what comes from elsewhere"
speaks
sed 's/không %s/không %d/' src/cli/vietnamese.tsv >t && mv t src/cli/vietnamese.tsv
fails messages 'conversions differ: not %s' "another conversion"
speaks
sed 's/không %s/không/' src/cli/vietnamese.tsv >t && mv t src/cli/vietnamese.tsv
fails messages 'conversions differ: not %s' "a conversion less"
speaks
printf 'int b = hlcli_note("%%s of %%zu", a, b);\n' >>src/base/a.c
printf '%%s of %%zu\t%%2$zu có %%1$s\n' >>src/cli/vietnamese.tsv
passes messages "numbered conversions"
printf 'int b = hlcli_note("%%s to %%zu", a, b);\n' >>src/base/a.c
printf '%%s to %%zu\t%%2$s có %%1$zu\n' >>src/cli/vietnamese.tsv
fails messages 'conversions differ: %s to %zu' "numbers the wrong way round"
speaks
printf 'not %%s\tkhông %%s\n' >>src/cli/vietnamese.tsv
fails messages 'twice: not %s' "two translations of one sentence"
speaks
printf 'nothing\n' >>src/cli/vietnamese.tsv
fails messages 'not translated: nothing' "a line without a translation"

# --- format, where there is a program to ask
fresh
if tools/check-format 2>/dev/null | grep -q '^skipped:'; then
    count=$((count + 1))
    echo "ok $count # skip no clang-format 14"
else
    cp "$root/.clang-format" .
    passes format
    printf 'int  b ;\n' >>src/base/a.c
    fails format "src/base/a.c:" "a layout of its own"
fi

# --- symbols, of a library of three objects
symbols() { # symbols SOURCE: io.c, mem.c and the SOURCE as other.c
    mkdir -p b
    printf 'int open(const char *p, int f);\nint hlio(void);\nint hlio(void) { return open("", 0); }\n' >b/io.c
    printf 'void free(void *p);\nvoid hlmem(void);\nvoid hlmem(void) { free(0); }\n' >b/mem.c
    printf '%s\n' "$1" >b/other.c
    (cd b && "${CC:-cc}" -fPIC -fvisibility=hidden -fno-builtin -w -c io.c mem.c other.c &&
        ar rcs libhlsearch.a io.o mem.o other.o &&
        "${CC:-cc}" -shared -o libhlsearch.so io.o mem.o other.o)
}
export_one='__attribute__((visibility("default")))'
fresh
printf '#define HL_API x\nHL_API int\n    hl_one(int a);\n' >include/hlsearch.h
B=b
export B
symbols "$export_one int hl_one(int a) { return a; }"
passes symbols
symbols "$export_one int hl_one(int a) { return a; } $export_one int hl_two(void) { return 2; }"
fails symbols "exports hl_two, which no header" "an export without a declaration"
symbols "int hl_one(int a) { return a; }"
fails symbols "declares hl_one(), which libhlsearch.so does not export" "a declaration without an export"
symbols "int fsync(int); $export_one int hl_one(int a) { return fsync(a); }"
fails symbols "other.o calls fsync(), which is for base/io.c" "a system call outside base/io.c"
symbols "void *malloc(unsigned long); $export_one int hl_one(int a) { return malloc(a) != 0; }"
fails symbols "other.o calls malloc(), which is for base/mem.c" "memory outside base/mem.c"
symbols "int puts(const char *); $export_one int hl_one(int a) { return puts(\"\"); }"
fails symbols "other.o uses puts" "a library that prints"

# --- banned functions
cd "$root" || exit 1
for name in strcpy sprintf strtok gmtime atoi sscanf; do
    printf 'void f(void);\nvoid f(void) { (void)%s; }\n' "$name" >"$work/banned.c"
    ! "${CC:-cc}" -D_GNU_SOURCE -fsyntax-only -include src/base/banned.h "$work/banned.c" \
        2>"$work/said" && grep -q "poisoned" "$work/said"
    ok $? "banned: $name does not compile"
done
echo 'int f; char *g(char *a) { return strncpy(a, "", 1); }' >"$work/banned.c"
"${CC:-cc}" -D_GNU_SOURCE -fsyntax-only -include src/base/banned.h "$work/banned.c" \
    >"$work/said" 2>&1
ok $? "banned: others compile"

# --- run-tests
# counts SCRIPT LINE CODE WORDS: what it says of a test that is this script.
counts() {
    printf '%s\n' "$1" >"$work/one.sh"
    tools/run-tests -t 1 "$work/one.sh" >"$work/said" 2>&1
    [ $? = "$3" ] && [ "$(tail -n 1 "$work/said")" = "$2" ]
    ok $? "run-tests: $4"
}
counts 'echo ok 1; echo ok 2 - b; echo 1..2' "2 passed, 0 failed" 0 "all passed"
counts 'echo ok 1; echo "ok 2 # skip b"; echo 1..2' "1 passed, 0 failed, 1 skipped" 0 "one skipped"
counts 'echo ok 1; echo not ok 2; echo 1..2; exit 1' "1 passed, 1 failed" 1 "one failed"
counts 'echo ok 1; echo 1..1; exit 3' "1 passed, 1 failed" 1 "exit status alone"
counts 'echo not ok 1; echo 1..1' "0 passed, 2 failed" 1 "failed, but exit status 0"
counts 'echo ok 1' "1 passed, 1 failed" 1 "no plan"
counts 'echo ok 1; echo 1..2' "1 passed, 1 failed" 1 "a wrong plan"
counts 'echo ok 1; echo 1..1; kill -SEGV $$' "1 passed, 1 failed" 1 "died"
counts 'echo ok 1; sleep 9; echo 1..1' "1 passed, 1 failed" 1 "too slow"
counts 'exit 0' "0 passed, 1 failed" 1 "nothing printed"
tools/run-tests "$work/none" >"$work/said" 2>&1
[ $? = 1 ] && [ "$(tail -n 1 "$work/said")" = "0 passed, 1 failed" ]
ok $? "run-tests: a program that is not there"

echo "1..$count"
[ "$failures" = 0 ]
