#!/bin/sh
# LANG=vi: the same failures, codes and answers, in Vietnamese and with no English left.
. tests/cases/cli.sh

# What may stand in Vietnamese sentences though it has no mark: words of Vietnamese that have
# none, and names of options, forms and programs.
ALLOWED=tests/cases/vietnamese-plain.txt
"$HL" index "$T/a" "$ARTICLES" -q 2>/dev/null

# Words of ASCII letters in the file that are not in the list; options, numbers, capitals,
# paths and what stands between double quotes or braces do not count.
english()
{
    LC_ALL=C sed -e 's/"[^"]*"//g' -e 's/{[^}]*}//g' "$1" |
        LC_ALL=C tr ' ,;:()?!|=`<>' '\n\n\n\n\n\n\n\n\n\n\n\n\n' |
        LC_ALL=C sed -e "s/^'//" -e "s/[.']*\$//" |
        LC_ALL=C grep -E '^[A-Za-z]*[a-z][A-Za-z]+$' |
        grep -vxF -f "$ALLOWED" | LC_ALL=C sort -u | tr '\n' ' '
}

# both WHAT ARGUMENTS...: once in English, once in Vietnamese; INPUT is the standard input.
INPUT=/dev/null
both()
{
    what=$1
    shift
    "$HL" "$@" >"$T/en.out" 2>"$T/en.err" <"$INPUT"
    en=$?
    LANG=vi_VN.UTF-8 "$HL" "$@" >"$T/vi.out" 2>"$T/vi.err" <"$INPUT"
    vi=$?
    left=$(english "$T/vi.err")
    json=$(grep "^{.schema.:1,.error." "$T/vi.out") # compared further down
    if [ "$en" = "$vi" ] && [ -s "$T/vi.err" ] && ! cmp -s "$T/en.err" "$T/vi.err" &&
        [ -z "$left" ] && { [ "$json" ] || cmp -s "$T/en.out" "$T/vi.out"; }; then
        ok 0 "$what"
    else
        ok 1 "$what"
        printf '#   exit %s and %s; English left: %s\n' "$en" "$vi" "$left"
        sed 's/^/#   /' "$T/vi.err"
        diff "$T/en.out" "$T/vi.out" | sed 's/^/#   /' | head -5
    fi
}

# --- which locale
vi()
{
    env "$@" "$HL" querz 2>&1
}
has "$(vi LANG=vi_VN.UTF-8)" "không có lệnh" "LANG=vi_VN.UTF-8"
has "$(vi LANG=vi)" "không có lệnh" "LANG=vi"
has "$(vi LANG=vi_VN@x)" "không có lệnh" "LANG=vi_VN@x"
has "$(vi LANG=C LC_MESSAGES=vi_VN)" "không có lệnh" "LC_MESSAGES beats LANG"
has "$(vi LANG=vi LC_MESSAGES=C)" "unknown command" "either way"
has "$(vi LANG=C LC_MESSAGES=C LC_ALL=vi)" "không có lệnh" "LC_ALL beats both"
has "$(vi LANG=vi LC_ALL=en_US.UTF-8)" "unknown command" "either way"
has "$(vi LANG=vi LC_ALL= LC_MESSAGES=)" "không có lệnh" "what is empty does not count"
has "$(vi LANG=vie)" "unknown command" "vie is no name of a locale"
has "$(vi LANG=C.UTF-8)" "unknown command" "English otherwise"
is "$(LANG=vi "$HL" query "$T/nix" x 2>&1)" \
    "hlsearch: không có chỉ mục: $T/nix (tạo mới: hlsearch index $T/nix FILES...)" \
    "a whole sentence"

# --- wrong use
both "no command" querz
both "another name" serch
both "like nothing" xyzzyxyzzy
both "no template" template v1
both "a template like nothing" template xyzzyxyzzy
both "a template and a check" template vi --check "$T/none"
both "no template to check" template --check "$T/none"
both "option first" --json query x
both "misspelt option" query "$T/a" --colour x
both "-word" query "$T/a" ung -thư
both "unknown short option" stats "$T/a" -z
both "value missing" query "$T/a" x -n
both "no number" query "$T/a" x -n abc
both "no real number" query "$T/a" x --k1 1,2
both "no size" index "$T/b" "$ARTICLES" --memory viel
both "no choice" query "$T/a" x -f xml
both "no switch" query "$T/a" x --json=perhaps
both "too often" query "$T/a" x $(yes -- '--facet year' | head -17)
both "not in this version" index "$T/b" "$ARTICLES" --since 2017
both "no INDEX" query
both "no words" query "$T/a"
both "no SOURCE" index "$T/a"
both "too many" show "$T/a" 1 2
both "not UTF-8" query "$T/a" "$(printf 'a\377')"
both "no such index" query "$T/nix" x
both "a file" index "$ARTICLES" "$ARTICLES"
both "no article" show "$T/a" nix
both "explain: no article" explain "$T/a" nix ung
both "words and batch" query "$T/a" x --batch "$T/none"
both "batch prints trec" query "$T/a" --batch "$T/none" -f json
both "no batch" query "$T/a" --batch "$T/none"
both "paging past the end" query "$T/a" x -n 10000 -o 1
both "no day" query "$T/a" x --after hôm
both "no range" query "$T/a" x --after 2018 --before 2017
both "no explanation" query "$T/a" x --explain -f ids
both "an address without rss" query "$T/a" x --base-url https://site.example/
both "no address" query "$T/a" x -f rss --base-url nix
both "no weight" query "$T/a" x --recency 11
both "too many passages" query "$T/a" x --passages 9
both "nothing between commas" query "$T/a,,$T/b" x
both "one index twice" query "$T/a,$T/a" x
both "check of two" check "$T/a,$T/b"
both "related to none" related "$T/a" nix
both "related: past the end" related "$T/a" cli-4 -n 10000 -o 1
both "suggest: too many" suggest "$T/a" x -n 51
both "suggest: too long" suggest "$T/a" "$(printf '%01025d' 0)"
both "suggest: too many words" suggest "$T/a" "$(yes a | head -41 | tr '\n' ' ')"
"$HL" index "$T/bare" "$ARTICLES" --store no -q 2>/dev/null
both "related without articles" related "$T/bare" cli-4
"$HL" index "$T/heavy" "$ARTICLES" --title-weight 9 -q 2>/dev/null
both "other weights beside" query "$T/a,$T/heavy" x
both "no facet" query "$T/a" x --facet colour
both "no number of values" query "$T/a" x --facet year:0
both "facets of ids" query "$T/a" x --facet year -f ids
both "no synonyms" query "$T/a" x --synonyms "$T/none"
both "synonyms of nothing" query "$T/a" x --synonyms ''
both "inspect what" inspect "$T/a"
both "text of nothing" text
both "text and words" text x --words
both "no stage" text --op nix x
both "bytes" text --op bytes x
both "hex" text --op bytes TCVN3:4
both "no charset" text --op bytes NIX:41
both "no vectors" text --vectors "$T/none"
both "no words to know" text --words
both "no lexicon" text --words --lexicon "$T/none"
: >"$T/empty"
both "empty lexicon" text --words --lexicon "$T/empty"
printf 'a\377\n' >"$T/latin"
INPUT=$T/latin
printf 'khoa học\n' >"$T/lexicon"
both "a line that is not UTF-8" text --words --lexicon "$T/lexicon"
INPUT=/dev/null
both "no queries" bench "$T/a" "$T/none"
both "empty queries" bench "$T/a" "$T/empty"
both "odd queries" bench "$T/a" "$T/latin"
printf '1\tNIX\tx\ty\n' >"$T/set"
both "no mode" bench "$T/a" "$T/set"
both "strict" query "$T/a" --strict '"ung thư'
both "processor" version --json=x
HLSEARCH_CPU=z80
export HLSEARCH_CPU
both "no such level" version
unset HLSEARCH_CPU

# --- config files
while IFS='|' read -r what line; do
    printf '%b\n' "$line" >"$T/config"
    both "config: $what" query "$T/a" ung --config "$T/config"
done <<'END'
no =|json
no key|jsno = yes
not here|config = x
bad value|count = many
not UTF-8|count = \0377
END
both "no config" query "$T/a" x --config "$T/none"
both "a folder as config" query "$T/a" x --config "$T"
both "a long line" query "$T/a" x --config "$ARTICLES"

# --- batches
while IFS='|' read -r what line; do
    printf '%b\n' "$line" >"$T/batch"
    both "batch: $what" query "$T/a" --batch "$T/batch"
done <<'END'
no JSON|nix
cut|{"id":1
no id|{"text":"x"}
no text|{"id":"1"}
not UTF-8|{"id":"\0377"}
END

# --- what a query says that does not parse; -f ids, and words that the answer may lack
while IFS='|' read -r what query; do
    both "query: $what" query "$T/a" -f ids -- "$query"
done <<'END'
OR at the end|ung thư OR
OR before what is left out|phổi OR -máu
AND|ung AND thư
NOT|ung NOT thư
a quote|"ung thư
a ~|"ung thư"~
a near too wide|"ung thư"~2000
a parenthesis too many|ung) thư
one too few|(ung thư
a star|ung * thư
a minus|ung thư -
only what is left out|-ung -thư
no date|ung date:32/1/2017
END
both "query: parentheses" query "$T/a" -f ids "$(yes '(' | head -33 | tr -d '\n')ung"
both "query: too long" query "$T/a" "$(yes ung | head -1025 | tr '\n' ' ')"

# --- templates
printf '{{>self.html}}' >"$T/self.html"
printf 'a\0' >"$T/zero.html"
ln -s "$T/self.html" "$T/link.html"
mkdir "$T/folder.html"
head -c 300000 /dev/zero | tr '\0' a >"$T/large.html"
while IFS='|' read -r what page; do
    printf '%s' "$page" >"$T/page.html"
    both "template: $what" query "$T/a" x -f "template:$T/page.html"
done <<'END'
no field|{{nix}}
no list|{{#nix}}
a raw value|{{{query}}}
no end|{{query
no tag|{{query nix viel}}
a list as a value|{{hits}}
no way|{{do query}}
no end of a section|{{#hits}}
no beginning|{{/hits}}
another end|{{#hits}}{{#facets}}{{/hits}}
within itself|{{#hits}}{{#hits}}
no file|{{>nix.html}}
no name of a file|{{>../nix}}
itself|{{>page.html}}
a link|{{>link.html}}
code|<a onclick="{{query}}">
a script|<script>{{query}}
a comment|<!-- {{query}}
a tag|<a {{query}}>
no quotes|<a title={{query}}>
an address|<a href="{{query}}">
a part of one|<a href="/?q={{query}}">
an odd one|<a href="nix{{param query}}">
of a script|<script src="{{url query}}">
moved|<a {{#hits}}>{{/hits}}
an open page|<a title="
END
for page in self zero folder large; do
    both "template: $page" query "$T/a" x -f "template:$T/$page.html"
done
printf '{{attr query}}' >"$T/page.txt"
both "template: an attribute of none" query "$T/a" x -f "template:$T/page.txt"
both "template: none" query "$T/a" x -f "template:$T/none"
both "template: related" related "$T/a" cli-4 -f "template:$T/none"

# --- lists of synonyms
while IFS='|' read -r what line; do
    printf '%b\n' "$line" >"$T/syn"
    both "synonyms: $what" query "$T/a" ung --synonyms "$T/syn"
done <<'END'
one member|a
none|a = = b
no word|a = .
long|a = b c d e f g h i j k
same|ung thư = ung thư
both sides|a => a
arrows|a => b => c
NUL|a = \0000 b
not UTF-8|a = \0377
merged|a = b\nb = c
END
both "a folder of synonyms" query "$T/a" ung --synonyms "$T"

# --- maps
while IFS='|' read -r what line; do
    printf '%b\n' "$line" >"$T/map"
    both "map: $what" index "$T/b" "$ARTICLES" --dry-run --map "$T/map"
done <<'END'
no =|title
no field|titel = x
nothing|title =
quote|title = "x
not UTF-8|title = \0377
END
both "no map" index "$T/b" "$ARTICLES" --map "$T/none"

# --- what is indexed
both "no source" index "$T/b" "$T/none"
both "no form" index "$T/b" "$ARTICLES" -f xml
both "no encoding" index "$T/b" "$ARTICLES" --encoding tcvn
both "no rejects" index "$T/b" "$ARTICLES" --rejects "$T/none/x"
both "little memory" index "$T/b" "$ARTICLES" --memory 1M
both "heavy" index "$T/b" "$ARTICLES" --title-weight 900
both "other weights" index "$T/a" "$ARTICLES" --title-weight 9
both "an index as source" index "$T/b" "$T/a"
mkdir "$T/none.d"
both "an empty folder" index "$T/b" "$T/none.d"
both "nothing known" index "$T/b" "$HL"
n=0
while IFS='|' read -r what line; do
    n=$((n + 1))
    mkdir -p "$T/in"
    printf '%b\n' "$line" >"$T/in/$n.jsonl"
    # Times differ from run to run; sums are compared below.
    both "source: $what" index "$T/b" "$T/in/$n.jsonl" --dry-run --on-error stop
done <<'END'
cut|{"id":"1","title":"x"}\n{"id":"2"
no JSON|{"id":"1","title":"x"}\n{nix}
left over|{"id":"1","title":"x"} y
no text|{"id":"1"}
no title|{"id":"1","tieude":"x","noidung":"y"}
long id|{"id":"0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000","title":"x"}
string|{"id":"1","title":"x}
array|[{"id":"1","title":"x"},
after an array|[{"id":"1","title":"x"}] y
no object|[1]
END
for form in '<html>' '<?xml' '<rss' '<feed' '<urlset' 'WARC/1.0' '%PDF-1.4' 'BZh9' 'a,b,c\n1,2,3\n4,5,6'; do
    printf "${form%%%*}%s\n" "${form#"${form%%%*}"}" >"$T/form"
    both "source: $form" index "$T/b" "$T/form"
done
gzip -c "$ARTICLES" | head -c 900 >"$T/cut.gz"
both "cut gzip" index "$T/b" "$T/cut.gz" --dry-run --on-error stop
LANG=vi "$HL" index "$T/vi" "$ARTICLES" "$T"/in/* --rejects "$T/rejects" >"$T/out" 2>"$T/err"
is "$?" 4 "indexing with rejects: exit 4"
has "$(cat "$T/err")" "index: đã đọc " "the sum of the index"
is "$(english "$T/err")" "" "the summary has no English"
has "$(cat "$T/rejects")" '"reason":"not-json"' "reasons in the rejects are codes"
LANG=vi "$HL" query "$T/a" 'ung thư OR' >"$T/out" 2>"$T/err"
is "$(english "$T/err")" "" "notes of a query"
has "$(cat "$T/err")" "OR cần có" "are there"

# --- damage and versions
cp -r "$T/a" "$T/damaged"
segment=$(ls "$T/damaged"/segment-* | head -1)
printf 'xxxxxxxx' | dd of="$segment" bs=1 seek=64 conv=notrunc 2>/dev/null
run query "$T/damaged" ung
is "$CODE" 3 "a damaged index"
LANG=vi "$HL" query "$T/damaged" ung >/dev/null 2>"$T/err"
is "$?" 3 "a damaged index: the same exit code"
has "$(cat "$T/err")" "chỉ mục bị hỏng: " "the sentence is Vietnamese"
has "$(cat "$T/err")" "hlsearch check cho biết rõ hơn" "and the way out"
LANG=vi "$HL" check "$T/damaged" >"$T/vi.out" 2>/dev/null
case $(cat "$T/vi.out") in
*"không trả lời"*) ok 1 "check does not advise itself" ;;
*) ok 0 "check does not advise itself" ;;
esac

# --- JSON: codes, keys and answers stay
if has_python; then
    for arguments in "query $T/nix x" "query $T/a x -n abc" "query $T/damaged ung" \
        "show $T/a nix" "query $T/a --strict \"x"; do
        # shellcheck disable=SC2086
        run $arguments --json
        en=$(json '[d["error"]["code"], d["error"]["at"], list(d), list(d["error"])]')
        # shellcheck disable=SC2086
        LANG=vi "$HL" $arguments --json >"$T/out" 2>/dev/null
        is "$(json '[d["error"]["code"], d["error"]["at"], list(d), list(d["error"])]')" "$en" \
            "json: $arguments"
        case $(json 'd["error"]["message"]') in
        *[ăâđêôơưáàảãạếềểễệốồổỗộớờởỡợíìỉĩị]*) ok 0 "json: its message is Vietnamese" ;;
        *) ok 1 "json: its message is Vietnamese" ;;
        esac
    done
    run query "$T/a" ung thu phoi zzz --json --facet source,year
    en=$(json '[d[k] for k in d if k != "took_ms"]')
    LANG=vi "$HL" query "$T/a" ung thu phoi zzz --json --facet source,year >"$T/out" 2>/dev/null
    is "$(json '[d[k] for k in d if k != "took_ms"]')" "$en" "json: an answer is the same"
else
    skip "python3 not there"
fi
for form in tsv ids trec jsonl; do
    "$HL" query "$T/a" ung thu phoi -f $form >"$T/en.out" 2>/dev/null
    LANG=vi "$HL" query "$T/a" ung thu phoi -f $form >"$T/vi.out" 2>/dev/null
    cmp -s "$T/en.out" "$T/vi.out"
    ok $? "$form: an answer is the same"
done

# --- for people on a terminal
if has_python; then
    LANG=vi
    export LANG
    on_terminal 100 40 query "$T/a" ung thư phổi
    has "$OUT" " kết quả, " "the footer"
    on_terminal 100 40 query "$T/a" ung zzz --all
    has "$OUT" "không bài báo nào có đủ: ung, zzz; không có trong chỉ mục: zzz" "zero hits"
    on_terminal 100 40 query "$T/a" phổi -n 0 --facet section
    has "$OUT" "chuyên mục: " "facets"
    on_terminal 100 40 query "$T/a" '"phổi ung thư máu"'
    has "$OUT" " nếu để các từ rời nhau: " "what would be found without quotes"
    on_terminal 100 40 query "$T/a" phổi --after 2050
    has "$OUT" " nếu bỏ chúng đi" "and without dates"
    on_terminal 100 40 suggest "$T/a" 'ung thứ phồi'
    has "$OUT" "  (chính tả)" "what a suggestion is"
    LANG=C
else
    skip "python3 not there"
fi

# --- help: every command on a screen of 80x24, nothing left in English
for command in $("$HL" help | sed -n 's/^  \([a-z-]*\)  .*/\1/p'); do
    LANG=vi "$HL" "$command" -h >"$T/out" 2>"$T/err"
    is "$?$(cat "$T/err")" 0 "$command -h"
    sed '1d' "$T/out" | sed 's/^ *\(-.,\)* *--[a-z0-9-]*\( [^ ]*|[^ ]*\)*//' >"$T/body"
    is "$(english "$T/body")" "" "$command -h: no English"
    is "$(awk 'END { print (NR > 24) }' "$T/out")" 0 "$command -h: one screen"
    [ "$(LC_ALL=C.UTF-8 wc -L <"$T/out")" -le 80 ]
    ok $? "$command -h: 80 columns"
done
# The long help: paragraphs may stay English, but what there is must be found.
LANG=vi "$HL" query --help >"$T/out"
has "$(cat "$T/out")" "Ví dụ
  hlsearch query news.ix" "query --help: examples"
has "$(cat "$T/out")" "
Tùy chọn của mọi lệnh
" "query --help: headings"
LANG=vi "$HL" show --help >"$T/out"
has "$(cat "$T/out")" "
  Mã 1 nếu chỉ mục không có bài báo đó.
" "show --help: its paragraph"
LANG=vi "$HL" help >"$T/out"
has "$(cat "$T/out")" "tìm kiếm toàn văn" "the overview"
LANG=vi "$HL" help syntax >"$T/out"
has "$(cat "$T/out")" "Truy vấn là các từ" "the query language"
[ "$(LC_ALL=C.UTF-8 wc -L <"$T/out")" -le 80 ]
ok $? "80 columns"
LANG=vi "$HL" help --man query >"$T/out"
is "$("$HL" help --man query)" "$(cat "$T/out")" "the manual page stays English"
done_testing
