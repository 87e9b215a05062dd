# text --words: lines from stdin, by an index, by a lexicon, by both.
. tests/cases/cli.sh

"$HL" index "$T/c" corpus/articles-a.jsonl corpus/articles-b.jsonl corpus/text-a -q
"$HL" index "$T/more" corpus/text-b -q

# words ARGUMENTS...: as run, with stdin.
words()
{
    "$HL" text --words "$@" >"$T/out" 2>"$T/err" <"$T/in"
    CODE=$?
    OUT=$(cat "$T/out")
    ERR=$(cat "$T/err")
}

printf 'Trả lời , ông Lê Văn An nói : có thể có mặt .\r\n\ncông nghệ' >"$T/in"
words --index "$T/c"
is "$CODE" 0 "words by an index: exit 0"
has "$OUT" "ông Lê_Văn_An nói : có_thể có" "words by an index: closed words and names"
has "$OUT" "công_nghệ" "words by an index: learnt words"
tr _ ' ' <"$T/out" | cmp -s - "$T/in"
ok $? "words: all but the blanks is as it was, line ends too"
words -i "$T/more"
is "$CODE" 0 "words: -i names the index as well"

printf '# of the user\ntrả lời\ncó mặt # here\nlê văn\n' >"$T/lexicon"
words --lexicon "$T/lexicon"
is "$(head -1 "$T/out" | tr -d '\r')" "Trả_lời , ông Lê_Văn_An nói : có thể có_mặt ." \
    "words by a lexicon: its words and names"
words --index "$T/c" --lexicon "$T/lexicon"
has "$OUT" "Trả_lời , ông Lê_Văn_An nói" "words by both"
is "$(tail -1 "$T/out")" "công nghệ" "words by both: no word that is not in the lexicon"

run text --words
fails 2 "needs to know words: --index INDEX" "words: neither index nor lexicon"
run text --words --index "$T/c" hoà
fails 2 "not both" "words: a string as well"
words --index "$T/none"
fails 2 "no such index" "words: no such index"
words --lexicon "$T/none"
fails 2 "cannot read the lexicon" "words: no such lexicon"
echo '# nothing' >"$T/empty"
words --lexicon "$T/empty"
fails 2 "the lexicon has no words" "words: a lexicon of nothing"
printf 'trả lời\nl\351 v\n' >"$T/latin"
words --lexicon "$T/latin"
fails 2 "line 2 of the lexicon is not UTF-8" "words: a lexicon that is not UTF-8"
printf 'trả lời\nl\351 v\n' >"$T/in"
words --index "$T/c"
is "$CODE" 2 "words: a line that is not UTF-8, exit 2"
has "$ERR" "stdin:2: not UTF-8" "words: and which"
done_testing
