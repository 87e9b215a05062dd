#!/bin/sh
# hlsearch query --timeout: an answer that was cut short says so, in every form.
. tests/cases/cli.sh

"$HL" index "$T/n" corpus/articles-a.jsonl corpus/articles-b.jsonl -q

# --- no limit that is felt
run query "$T/n" khoa học --timeout 3600000
is "$CODE$ERR" "0" "an hour is enough"
is "$OUT" "$("$HL" query "$T/n" khoa học)" "and changes nothing"
run query "$T/n" khoa học --timeout 0 --json
has "$OUT" '"partial":false' "0: no limit"
has "$OUT" '"total_is":"exact"' "and an exact total"

# --- what is no limit
for bad in -1 1.5 x 86400001; do
    run query "$T/n" khoa --timeout=$bad
    is "$CODE$OUT" 2 "--timeout $bad: exit 2"
    has "$ERR" "--timeout" "which option it was"
done

# --- a limit that is: a thousand words, each in every marking, take longer than 1 ms
awk 'BEGIN { srand(1)
    split("b c d g h k l m n t v x th nh ch tr", a, " ")
    split("a e i o u ua ie oa", b, " ")
    split("n ng m t c i o", c, " ")
    for (i = 0; i < 330; i++)
        printf "%s%s%s -\"%s%s %s%s%s\" ", a[i % 16 + 1], b[int(i / 16) % 8 + 1],
            c[int(i / 128) % 7 + 1], a[i * 7 % 16 + 1], b[i * 3 % 8 + 1], a[i * 5 % 16 + 1],
            b[i % 8 + 1], c[i % 7 + 1] }' >"$T/words"
SEEN=0
ODD=0
for i in 1 2 3 4 5 6 7 8 9 10; do
    run query "$T/n" --timeout 1 --marks loose --json -- "$(cat "$T/words")"
    case $CODE:$OUT in
    124:*'"total_is":"at_least"'*'"partial":true'*)
        SEEN=1
        case $ERR in *"the time limit of 1 ms was reached"*) ;; *) ODD=1 ;; esac
        ;;
    [01]:*'"total_is":"exact"'*'"partial":false'*) ;;
    *) ODD=1 ;;
    esac
done
is $SEEN 1 "1 ms is passed: exit 124, partial, at least so many"
is $ODD 0 "and never anything else"
SEEN=0
for i in 1 2 3 4 5 6 7 8 9 10; do
    run query "$T/n" --timeout 1 --marks loose -n 0 -- "$(cat "$T/words")"
    [ $CODE = 124 ] && case $OUT in "at least "*) SEEN=1 ;; esac
done
is $SEEN 1 "the number alone says at least"
printf '{"id":"q","text":"%s"}\n' "$(sed 's/-//g; s/"//g' "$T/words")" >"$T/q"
SEEN=0
for i in 1 2 3 4 5 6 7 8 9 10; do
    run query "$T/n" --timeout 1 --marks loose --batch "$T/q"
    [ $CODE = 124 ] && case $ERR in *"q:1: query q: the time limit was reached"*) SEEN=1 ;; esac
done
is $SEEN 1 "a batch says of which query"
echo "timeout = 1" >"$T/n/config"
run query "$T/n" khoa --timeout 3600000
is "$CODE" 0 "the line beats the index's config"
done_testing
