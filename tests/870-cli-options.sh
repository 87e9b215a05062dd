#!/bin/sh
# Every option of every command by tests/cases/options.tsv: that it does something, that this is
# not so without it, that bad values are refused; and that the table has them all.
. tests/cases/cli.sh

"$HL" index "$T/n" tests/cases/options-articles.jsonl -q
for short in khcn:"khoa học và công nghệ" ubnd:"ủy ban nhân dân"; do
    for i in 1 2; do
        echo '{"id":"'"$i${short%%:*}"'","body":"'"${short#*:} (${short%%:*})"'"}'
    done
done | sed 's/(khcn)/(KH\&CN)/; s/(ubnd)/(UBND)/' >"$T/short.jsonl"
"$HL" index "$T/m" "$T/short.jsonl" -q
echo '{"id":"q7","text":"tàu"}' >"$T/batch"
echo '{"id":"q7","text":"tàu -robot"}' >"$T/batch-not"
printf '{"id":"1","body":"một"}\n{"id":"2","body":"hai"}\n' >"$T/plain.jsonl"
echo 'công nghệ' >"$T/lexicon"
echo 'tàu' >"$T/lines"
echo 'đường sắt' >"$T/pairs"
"$HL" index "$T/w" "$T/plain.jsonl" -q --title-weight 2 --lead-weight 3 --body-weight 4
echo 'format = ids' >"$T/config"
echo 'total {{total}}' >"$T/total.txt"
echo '<p>{{query}}</p>' >"$T/own.html"
IX=$T/n SHORT=$T/m WEIGHED=$T/w
tab=$(printf '\t')

# what VERB LINE [WORDS...]: all that is printed in one line, blanks for tabs; of bench, which
# prints how long it took, the hits that it wrote.
what()
{
    verb_=$1 line_=$2
    shift 2
    eval "set -- \"\$verb_\" $line_ \"\$@\""
    run "$@"
    [ ! -f "$T/hits" ] || OUT=$(cat "$T/hits")
    rm -f "$T/hits"
    SAID=$(printf '%s\n%s exit %s' "$OUT" "$ERR" "$CODE" | tr -s '\n\t ' ' ')
}

# holds HAS LACKS: of what was said.
holds()
{
    case " $SAID" in *"$1"*) ;; *) return 1 ;; esac
    case $2 in - | = | ==) return 0 ;; esac
    case " $SAID" in *"$2"*) return 1 ;; esac
    return 0
}

# told STATUS WHAT: with what was said, where that is wrong.
told()
{
    ok "$1" "$2"
    [ "$1" -eq 0 ] || printf '#   got: %.600s\n' "$SAID"
}

check_good()
{
    for name in $names; do
        if [ "$value" = - ]; then
            what "$verb" "$line" "$name"
        else
            what "$verb" "$line" "$name" "$value"
        fi
        holds "$has" "$lacks"
        told $? "$verb $name: does what it says"
    done
    with=$SAID
    what "$verb" "$line"
    case $lacks in
    =) [ "$with" != "$SAID" ] ;;
    ==) [ "$with" = "$SAID" ] ;;
    *) ! holds "$has" "$lacks" ;;
    esac
    told $? "$verb ${names%% *}: and not without it"
}

check_bad()
{
    case $value$bad in
    -!) return ;;
    -*) what "$verb" "$line" "${names%% *}=$bad" ;;
    *-) what "$verb" "$line" "${names%% *}" ;;
    *) what "$verb" "$line" "${names%% *}" "$bad" ;;
    esac
    [ "$CODE" -eq 2 ] && holds "$error" -
    told $? "$verb ${names%% *}: bad input is told"
}

while IFS=$tab read -r verb names line value has lacks bad error; do
    case $verb in '' | '#'*) continue ;; esac
    for name in $names; do
        echo "$verb $name"
    done >>"$T/table"
    case $line in
    "see "*)
        grep -q -e "${names%% *}" "${line#see }"
        ok $? "$verb ${names%% *}: tested in ${line#see }"
        continue
        ;;
    esac
    eval "value=\"$value\" bad=\"$bad\""
    if [ "$verb" = '*' ]; then
        verb=${line%% *} line=${line#"$verb"}
    fi
    check_good
    check_bad
done <tests/cases/options.tsv

# The options that the tool has, from the script that completes them.
"$HL" completions bash | awk '
/^    [a-z]+( \| [a-z]+)?\)$/ { verb = $1; sub(/\)/, "", verb) }
/^        options=/ {
    gsub(/.*options=.|.$/, "")
    own = $0
    if (verb == "version")
        common = own
    all[verb] = own
}
END {
    count = split(common, c, " ")
    for (i = 1; i <= count; i++) {
        shared[c[i]] = 1
        print "*", c[i]
    }
    for (verb in all) {
        count = split(all[verb], c, " ")
        for (i = 1; i <= count; i++)
            if (!(c[i] in shared))
                print verb, c[i]
    }
}' | sort >"$T/known"
sort "$T/table" >"$T/rows"
is "$(wc -l <"$T/known" | awk '{ print ($1 > 100) }')" 1 "the tool tells its options"
is "$(comm -23 "$T/known" "$T/rows" | tr '\n' ',')" "" "every option has a row"
is "$(comm -13 "$T/known" "$T/rows" | tr '\n' ',')" "" "and every row an option"
done_testing
