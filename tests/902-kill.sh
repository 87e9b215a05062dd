#!/bin/sh
# The real program killed with -9 before each of its system calls, and at random moments
# (reliability T2); and calls that are interrupted or refused for real.  Afterwards `check`
# finds nothing and queries give the old or the new answer, nothing else.
#
#   B=build tests/902-kill.sh         HLSEARCH_LONG=1: also openat and close; more random kills
#   HLSEARCH_SEED=N                   other random moments
LC_ALL=C
# LeakSanitizer cannot work under strace; leaks are looked for in all the other tests.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export LC_ALL ASAN_OPTIONS
hlsearch=$(cd "${B:-build}" && pwd)/hlsearch
corpus=$(pwd)/corpus/articles-a.jsonl
work=$(mktemp -d "${TMPDIR:-/tmp}/hlsearch-test-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
XDG_CONFIG_HOME=$work
export XDG_CONFIG_HOME
seed=${HLSEARCH_SEED:-902}
count=0
failures=0

ok() { # ok GOOD WORDS...
    count=$((count + 1))
    good=$1
    shift
    if [ "$good" = 0 ]; then
        echo "ok $count - $*"
    else
        failures=$((failures + 1))
        echo "not ok $count - $*"
    fi
}

finish() {
    echo "1..$count"
    [ "$failures" = 0 ]
    exit
}

index() { # index INDEX FILE
    "$hlsearch" index "$1" -q --progress never --threads "${threads:-1}" "$2"
}

# All that is compared: ranks and scores of some queries, and an article that is replaced.
state() { # state INDEX
    for words in 'khoa học' 'cong nghe' '"nghiên cứu"' 'thay đổi'; do
        "$hlsearch" query "$1" -f trec -n 100 "$words" 2>&1
        echo "exit $?"
    done
    "$hlsearch" show "$1" "$shown" 2>&1
}

# 0 if INDEX is whole and says what the old or the new one said.
whole() { # whole INDEX OLD NEW
    set -- "$1" "$2" "$3" "$1"/manifest-*[0-9]
    if [ -e "$4" ]; then
        "$hlsearch" check "$1" >"$work/check" 2>&1 || {
            sed 's/^/# /' "$work/check"
            return 1
        }
        state "$1" >"$work/now"
        cmp -s "$work/now" "$2" || cmp -s "$work/now" "$3" && return 0
        echo "# other answers than old and new:"
        diff "$work/now" "$3" | head -5 | sed 's/^/# /'
        return 1
    fi
    [ ! -s "$2" ] # no index at all: right only where there was none
}

start_from() { # start_from BASE: $work/ix is a fresh copy
    rm -rf "$work/ix"
    if [ -d "$1" ]; then
        cp -a "$1" "$work/ix"
    fi
}

# Kills before the 1st, 2nd, ... such call until the program ends by itself.
kill_each() { # kill_each CALLS BASE FILE OLD NEW
    k=0
    bad=0
    rc=137
    while [ "$rc" = 137 ] && [ "$bad" -lt 3 ]; do
        k=$((k + 1))
        start_from "$2"
        { strace -f -qq -o /dev/null -e trace="$1" -e inject="$1:signal=KILL:when=$k" \
            "$hlsearch" index "$work/ix" -q --progress never --threads 1 "$3" \
            >"$work/out" 2>&1; } 2>/dev/null
        rc=$?
        if ! whole "$work/ix" "$4" "$5"; then
            bad=$((bad + 1))
            echo "# killed before $1 number $k"
        fi
        # What a dead writer left does not stop the next one (every fifth: it takes time).
        if [ $((k % 5)) = 0 ]; then
            index "$work/ix" "$3" 2>"$work/out" || bad=$((bad + 1))
            state "$work/ix" | cmp -s - "$5" || bad=$((bad + 1))
        fi
    done
    [ "$rc" = 0 ] || bad=$((bad + 1))
    cmp -s "$work/now" "$5" || bad=$((bad + 1))
    ok $bad "killed before each of $((k - 1)) calls: $1"
}

random() { # random LIMIT: a number below it in $drawn
    seed=$(((seed * 1103515245 + 12345) % 2147483648))
    drawn=$((seed / 65536 % $1))
}

kill_at_random() { # kill_at_random TIMES BASE FILE OLD NEW
    start_from "$2"
    began=$(date +%s%N)
    index "$work/ix" "$3"
    long=$((($(date +%s%N) - began) / 1000 + 1000))
    bad=0
    i=0
    while [ $i -lt "$1" ]; do
        i=$((i + 1))
        start_from "$2"
        random 30000
        at=$((drawn * long / 30000))
        { timeout -s KILL "$(printf '0.%06d' $at)" \
            "$hlsearch" index "$work/ix" -q --progress never --threads 2 "$3" \
            >"$work/out" 2>&1; } 2>/dev/null
        whole "$work/ix" "$4" "$5" || {
            bad=$((bad + 1))
            echo "# killed after $at us"
        }
    done
    ok $bad "killed at $1 random moments of $long us (HLSEARCH_SEED=${HLSEARCH_SEED:-902})"
}

# A refused call: a message of one line, exit 2, the old index.
refuse() { # refuse CALL ERROR WHEN BASE FILE OLD NEW
    start_from "$4"
    strace -f -qq -o "$work/trace" -e trace="$1" -e inject="$1:error=$2:when=$3" \
        "$hlsearch" index "$work/ix" -q --progress never --threads 1 "$5" \
        >"$work/out" 2>"$work/words"
    rc=$?
    bad=0
    grep -q INJECTED "$work/trace" || bad=1
    [ $rc = 2 ] || bad=2
    [ "$(wc -l <"$work/words")" = 1 ] || bad=3
    state "$work/ix" | cmp -s - "$6" || bad=4
    ok $bad "$1 number $3 refused with $2: $(cut -c1-150 "$work/words" | tr '\n' ' ')"
}

interrupt() { # interrupt CALLS BASE FILE NEW
    start_from "$2"
    strace -f -qq -o "$work/trace" -e trace="$1" -e inject="$1:error=EINTR:when=1+2" \
        "$hlsearch" index "$work/ix" -q --progress never --threads 1 "$3" 2>"$work/words"
    rc=$?
    [ $rc = 0 ] && grep -q INJECTED "$work/trace" && state "$work/ix" | cmp -s - "$4"
    ok $? "every other call interrupted: $1"
}

if [ ! -x "$hlsearch" ]; then
    echo "Bail out! no program $hlsearch"
    exit 1
fi

head -n 40 "$corpus" >"$work/old.jsonl"
tail -n +31 "$corpus" | sed 's/"body": "/"body": "Bài này đã thay đổi. /' >"$work/new.jsonl"
shown=$(sed -n '35s/.*"id": *"\([^"]*\)".*/\1/p' "$corpus")
: >"$work/none.state"
index "$work/old" "$work/old.jsonl" && state "$work/old" >"$work/old.state"
ok $? "an index of 40 articles"
cp -a "$work/old" "$work/new"
index "$work/new" "$work/new.jsonl" && state "$work/new" >"$work/new.state"
ok $? "and one where 10 of them are replaced, others added"
! cmp -s "$work/old.state" "$work/new.state" && grep -q 'thay đổi' "$work/new.state"
ok $? "which gives other answers"

times=25
sets='pwrite64,write fsync,fdatasync rename,renameat,renameat2 unlink,unlinkat ftruncate,mkdir'
if [ "${HLSEARCH_LONG:-}" ]; then
    times=1000
    sets="$sets openat,close mmap,munmap fcntl,statfs"
fi

if ! strace -qq -o /dev/null true 2>/dev/null; then
    ok 0 "# skip strace is not there or may not trace"
else
    for calls in $sets; do
        kill_each "$calls" "$work/old" "$work/new.jsonl" "$work/old.state" "$work/new.state"
    done
    kill_each pwrite64,fsync,rename,mkdir "$work/no" "$work/old.jsonl" "$work/none.state" \
        "$work/old.state"
    for when in 1 2 4; do
        refuse pwrite64 ENOSPC $when "$work/old" "$work/new.jsonl" "$work/old.state" \
            "$work/new.state"
    done
    refuse fsync EIO 3 "$work/old" "$work/new.jsonl" "$work/old.state" "$work/new.state"
    refuse rename EDQUOT 1 "$work/old" "$work/new.jsonl" "$work/old.state" "$work/new.state"
    interrupt pwrite64,fsync "$work/old" "$work/new.jsonl" "$work/new.state"
fi
kill_at_random $times "$work/old" "$work/new.jsonl" "$work/old.state" "$work/new.state"
kill_at_random $times "$work/no" "$work/old.jsonl" "$work/none.state" "$work/old.state"
finish
