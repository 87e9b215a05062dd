#!/bin/sh
# What somebody asks who means harm: whatever it is, an answer or a clear sentence, the exit code
# of the manual, nothing that drives a terminal, output that its readers can read.
. tests/cases/cli.sh

"$HL" index "$T/o" tests/cases/options-articles.jsonl -q
"$HL" index "$T/h" tests/cases/forms-hostile.jsonl -q
esc=$(printf '\033')

# many COUNT TEXT: so many times.
many()
{
    awk -v n="$1" -v s="$2" 'BEGIN { while (n-- > 0) printf "%s", s }'
}

# controls FILE: how many bytes of it drive a terminal.
controls()
{
    LC_ALL=C tr -d '\n\t\r\040-\176\200-\377' <"$1" | wc -c | tr -d ' '
}

# survives CODE WHAT, after run: that exit code, a sentence of the tool where it is 2, and no
# control byte anywhere.
survives()
{
    case $CODE:$ERR in
    "$1":*) said=yes ;;
    *) said= ;;
    esac
    [ "$1" != 2 ] || case $ERR in hlsearch:*) ;; *) said= ;; esac
    [ -n "$said" ] && [ "$(controls "$T/out")$(controls "$T/err")" = 00 ]
    ok $? "$2"
    [ -n "$said" ] || printf '#   exit %s: %.300s\n' "$CODE" "$ERR"
}

# --- queries without measure
run query "$T/o" "$(many 30000 'a ')"
survives 2 "too many words"
has "$ERR" "query of 30000 words; at most 1024" "says how many there may be"
run query "$T/o" "$(many 70000 x)"
survives 2 "too many bytes"
run query "$T/o" "$(many 20000 '(')" -n 0
survives 1 "nothing but parentheses"
is "$(grep -c parentheses "$T/err")" 8 "of many notes the first are told"
run query "$T/o" "$(many 300 '(tàu OR ')" -n 0
survives 0 "groups in groups without end"
run query "$T/o" "$(many 1000 'tàu OR ')tàu" -n 0
survives 0 "a thousand alternatives"
run query "$T/o" "$(many 150 '"tàu vũ trụ"~9 ')" -n 0
survives 0 "a near many times"
run query "$T/o" "$(many 500 'a* ')" -n 0
survives 0 "many prefixes"
run query "$T/o" -n 0 -- "$(many 500 '-tàu ')"
survives 0 "nothing but what is left out"
run query "$T/o" "$(many 9000 '"')" -n 0
survives 1 "nothing but quotes"
run explain "$T/o" a "$(many 30000 'a ')"
survives 2 "too much to explain"
run suggest "$T/o" "$(many 2000 x)"
survives 2 "too much to complete"
run suggest "$T/o" "$(many 100 'x ')"
survives 2 "too many words to complete"
run show "$T/o" "$(many 100000 x)"
survives 1 "an id that nobody can have"
run related "$T/o" "$(many 100000 x)"
survives 1 "like an id that nobody can have"

# --- arguments
run query "$T/o" "ta${esc}[31mu$(printf '\001\177')" --strict
survives 1 "control characters in a query"
run query "$T/o" "\"ta${esc}[31mu"
survives 1 "and in the place that a note shows"
for verb in query suggest explain; do
    run $verb "$T/o" "$(printf 'x\377')" "$(printf 'x\377')"
    survives 2 "$verb: not UTF-8"
done
for verb in show related stats inspect check; do
    run $verb "$(printf '%s\377' "$T/o")" x
    survives 2 "$verb: a path that is not UTF-8"
done
run show "$T/o" "a${esc}[2J"
survives 1 "control characters in an id"
for place in "" , ",," "$T/o," ",$T/o" "$T/o,,$T/h" "$T/o,$T/o" "$T/o,$T/./o" "$T/o,$T/none" \
    /etc /dev/null "$T/o/manifest-1" "$(many 5000 x)" "$T/${esc}[2J"; do
    run query "$place" tàu
    survives 2 "INDEX $(printf %.40s "$place" | tr -d "$esc#")"
done
run query "$(many 70 "$T/o,")$T/h" tàu
survives 2 "more indexes than there may be"
for verb in stats check inspect show suggest related; do
    run $verb "" x
    survives 2 "$verb: no INDEX at all"
done
mkdir "$T/a,b" "$T/ d\"'#"
"$HL" index "$T/a,b" tests/cases/options-articles.jsonl -q
"$HL" index "$T/ d\"'#" tests/cases/options-articles.jsonl -q
run query "$T/a,b" tàu -f ids
is "$CODE $OUT" "0 b
a" "a folder whose name has a comma"
run query "$T/ d\"'#" tàu -n 1 --json
survives 0 "a folder with quotes in its name"
run query "$T/ d\"'#" "nghiêm tàu trạmm"
survives 0 "which a line to copy would have to quote"

# --- options against each other, and without measure
run query "$T/o" tàu -n 99999999999999999999
survives 2 "more results than there are numbers"
run query "$T/o" tàu -n 10000 -o 1
survives 2 "past the last page"
run query "$T/o" tàu -n 10000 -f ids
survives 0 "the longest page"
run query "$T/o" tàu --facet year --facet year:3 --facet year,year -n 0
survives 0 "one facet again and again"
run query "$T/o" tàu $(many 17 '--facet year ')
survives 2 "more than there may be"
run query "$T/o" tàu --any --all --cover 50 -q -v --json -f ids
survives 0 "the last of options that exclude each other counts"
run query "$T/o" --batch "$T/none" tàu
survives 2 "words and a batch"
run query "$T/o" tàu --timeout 0 --recency 10 --k1 100 --b 1 --pairs 100 --refine 1000
survives 0 "the most of every number"
for value in -1 86400001 1e3 0x1 " 1" ""; do
    run query "$T/o" tàu --timeout "$value"
    survives 2 "--timeout \"$value\""
done
for value in nan inf -inf 1e999 0x1p3 " 1" 1, ""; do
    run query "$T/o" tàu --recency "$value"
    survives 2 "--recency \"$value\""
done
for value in 0 31/2/2017 2017-00 99999 2017-01-01T00:00:00Z mai " " ""; do
    run query "$T/o" tàu --after "$value"
    survives 2 "--after \"$value\""
done

# --- files that are none
for option in "--config /dev/zero" "--config $T" "--synonyms /dev/zero" "--synonyms $T" \
    "-f template:/dev/zero" "-f template:/dev/null" "-f template:$T" "--batch $T"; do
    words=tàu
    case $option in --batch*) words= ;; esac
    run query "$T/o" $words $option
    survives 2 "${option%"$T"}"
done
printf '{{>loop.html}}' >"$T/loop.html"
printf '{{>b.html}}' >"$T/a.html"
printf '{{>a.html}}' >"$T/b.html"
printf '{{>../x}}' >"$T/up.html"
printf '{{>/etc/passwd}}' >"$T/root.html"
printf '{{#hits}}' >"$T/open.html"
printf 'caf\351' >"$T/latin.html"
ln -s /etc/passwd "$T/link.html"
printf '{{>link.html}}' >"$T/linked.html"
for page in loop a up root open latin linked; do
    run query "$T/o" tàu -f "template:$T/$page.html"
    survives 2 "a template: $page"
done
printf '%s' '{{query}}|{{attr query}}|{{param query}}|{{url query}}' >"$T/all.html"
run query "$T/o" '"><script>alert(1)</script>javascript:' -f "template:$T/all.html"
is "$(grep -c '[<>"]' "$T/out")" 0 "a query in a page is text"

# --- characters that show a line in another order than it is written, or begin a new one
cat >"$T/bidi.jsonl" <<'END'
{"id":"b\u202e1","title":"Kẹo \u202etáo\u202c \u2066và\u2069 mận\u2028dòng hai\u2029ba","body":"Một \u202aviên\u202c \u202bkẹo\u202c \u202dngọt\u202c \u2067và\u2069 \u2068thơm\u2069.","section":"Ăn\u202e uống","source":"Báo\u2066 chí","author":"Lê\u202e Lợi","url":"https://site.example/\u202ex","date":"2020-01-02"}
END
"$HL" index "$T/b" "$T/bidi.jsonl" -q

# reorders FILE...: how many lines of them hold one of these characters.
reorders()
{
    cat "$@" | LC_ALL=C grep -c "$(printf '\342\200[\250-\256]\\|\342\201[\246-\251]')"
}

rlo=$(printf '\342\200\256')
lri=$(printf '\342\201\246')
ls=$(printf '\342\200\250')
is "$(reorders "$T/bidi.jsonl")$(printf '%s\n' "$rlo" "$lri" "$ls" >"$T/raw"; reorders "$T/raw")" 03 \
    "the test sees them"
for form in text tsv ids trec; do
    run query "$T/b" kẹo -f $form
    is "$CODE $(reorders "$T/out" "$T/err")" "0 0" "$form: no line is shown in another order"
done
run query "$T/b" kẹo --facet section,source
is "$(reorders "$T/out")" 0 "nor are counts"
has "$OUT" "Kẹo táo và mận dòng hai ba" "they are left out, line ends are blanks"
for verb in show related explain suggest; do
    case $verb in
    show) run show "$T/b" "b${rlo}1" ;;
    related) run related "$T/b" "b${rlo}2" ;;
    explain) run explain "$T/b" "b${rlo}1" "kẹo${rlo}" ;;
    suggest) run suggest "$T/b" "${lri}k" ;;
    esac
    [ "$CODE" -le 1 ] && [ -n "$OUT$ERR" ]
    is "$? $(reorders "$T/out" "$T/err")" "0 0" "$verb: nor there"
done
run query "$T/b" "kẹo${rlo}${lri}${ls} (táo"
is "$(reorders "$T/out" "$T/err")" 0 "nor in a query that a note shows"
is "$(grep -B1 '\^ here' "$T/err" | tail -n 2)" "    kẹo  (táo
         ^ here" "whose caret stands under its place"
for form in json csv rss; do
    run query "$T/b" kẹo -f $form
    has "$OUT" "Kẹo ${rlo}táo" "$form: for programs the title is as it was written"
done

# --- articles and queries that would break a form
if has_python; then
    cat >"$T/read.py" <<'PY'
import csv, io, json, sys, xml.dom.minidom
form, text = sys.argv[1], open(sys.argv[2], "rb").read().decode("utf-8")
if form == "json":
    json.loads(text)
elif form == "jsonl":
    for line in text.splitlines():
        json.loads(line)
elif form == "csv":
    assert all(len(r) == 10 for r in csv.reader(io.StringIO(text, newline=""), strict=True))
elif form == "rss":
    xml.dom.minidom.parseString(text.encode("utf-8"))
elif form == "tsv":
    assert all(line.count("\t") == 5 for line in text.split("\n") if line)
elif form == "trec":
    assert all(len(line.split()) == 6 for line in text.split("\n") if line)
PY
    queries="kẹo|]]><x> kẹo|\"kẹo|kẹo & <b>'\"|(kẹo|kẹo${esc}[0m|-- kẹo|%s%n kẹo|{{kẹo}}|\\kẹo\\"
    echo "$queries" | tr '|' '\n' >"$T/queries"
    for form in json jsonl csv rss tsv trec; do
        bad=
        while IFS= read -r words; do
            run query "$T/h,$T/o" -f $form --any -n 50 -- "$words"
            [ "$CODE" -le 1 ] && python3 "$T/read.py" $form "$T/out" 2>"$T/why" || bad="$bad [$words]"
            [ "$(controls "$T/out")" = 0 ] || bad="$bad [$words: controls]"
        done <"$T/queries"
        is "$bad" "" "$form: read whatever is asked"
    done
    for verb in show explain suggest related stats inspect check; do
        case $verb in
        show | related) run $verb "$T/h" 'h 2,"x"' --json ;;
        explain) run explain "$T/h" 'h 2,"x"' --json "kẹo\"<" ;;
        suggest) run suggest "$T/h" --json "kẹo\"<k" ;;
        inspect) run inspect "$T/h" --abbreviations --json ;;
        *) run $verb "$T/h" --json ;;
        esac
        [ "$CODE" -le 1 ] && python3 "$T/read.py" json "$T/out"
        ok $? "$verb --json: read"
    done
    run query "$T/o" --json --after "\"\\
${esc}"
    is "$CODE $(json 'd["error"]["code"]')" "2 MISUSE" "an error is JSON whatever it quotes"
else
    skip "python3 not there: forms are not read back"
fi
done_testing
