#!/bin/sh
# The same questions at every level of the processor (HLSEARCH_CPU): the same answers, to the
# last bit of their scores.  The index is large enough for dense and sparse lists, champions
# and several windows.
. tests/cases/cli.sh

# Lines of tokens, the n-th token about 1/n as often as the first; every fortieth line is long
# and says one token over and over.
awk 'BEGIN {
    srand(942)
    for (d = 0; d < 14000; d++) {
        n = 3 + int(rand() * rand() * 60)
        line = ""
        for (i = 0; i < n; i++)
            line = line " t" int(exp(rand() * log(900)) - 1)
        for (i = 0; d % 40 == 0 && i < 10 + d % 30; i++)
            line = line " t" d % 7
        print substr(line, 2)
    }
}' >"$T/tokens"
"$HL" index "$T/ix" "$T/tokens" --format tokens --store no -q
is "$?" 0 "levels: an index of 14,000 articles"

# Questions of 1 to 15 words, a run of an article each.
awk -v OFS='\t' 'NR % 110 == 7 {
    n = 1 + NR % 15
    words = $1
    for (i = 2; i <= n && i <= NF; i++)
        words = words " " $i
    print NR, "OR", "x", words
    print NR, "AND", "x", words
    if (n > 1)
        print NR, "PHRASE", "x", words
}' "$T/tokens" >"$T/set"
ok "$(awk 'END { print NR < 300 }' "$T/set")" "levels: some hundred questions"

# answers LEVEL: what the bench writes of all of them, several ways.
answers()
{
    for how in "-n 10" "-n 100" "-n 1000 --k1 1.2 --b 0.75" "-n 10 --rank default" \
        "-n 300 --rank default --refine 0 --k1 0" "--mode count"; do
        # shellcheck disable=SC2086 # options apart
        HLSEARCH_CPU=$1 "$HL" bench "$T/ix" "$T/set" --rounds 1 $how --hits "$T/hits" \
            >"$T/said" || echo "$how: failed"
        awk '$2 ~ /^(any|all|phrase|count)$/ || NF > 6 { print $NF }' "$T/said"
        cat "$T/hits"
    done
}

answers portable >"$T/portable"
ok "$(awk 'END { print NR < 1000 }' "$T/portable")" "levels: portable answers"
is "$(grep -c failed "$T/portable")" 0 "levels: none fails"
for level in avx2 avx512; do
    answers "$level" >"$T/$level"
    cmp "$T/portable" "$T/$level" >"$T/said" 2>&1
    is "$? $(cat "$T/said")" "0 " "levels: $level answers the same"
done
done_testing
