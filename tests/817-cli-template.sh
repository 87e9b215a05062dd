#!/bin/sh
# hlsearch template: the templates of the search page, in two languages that say the same.
. tests/cases/cli.sh
pages=src/template/pages

run template
is "$CODE$ERR" 0 "without a name: a list"
is "$(awk '{ print $1 }' "$T/out" | tr '\n' ' ')" "vi en style script feed opensearch " \
    "a line each"
is "$(awk 'NF < 3 || length > 80' "$T/out")" "" "each says what it is"
for name in vi en style script feed opensearch; do
    run template $name
    is "$CODE$ERR" 0 "template $name"
    cp "$T/out" "$T/$name"
    [ -s "$T/$name" ] && ! grep -q '{{ *>' "$T/$name"
    ok $? "template $name: something that stands alone"
done
for pair in style:style.css script:search.js feed:feed.xml opensearch:opensearch.xml; do
    cmp -s "$T/${pair%%:*}" "$pages/${pair#*:}"
    ok $? "${pair%%:*} is ${pair#*:} as it is"
    "$HL" template "${pair#*:}" | cmp -s - "$T/${pair%%:*}"
    ok $? "also by the name of the file"
done
for name in vi en; do
    grep -qi "<html lang=\"$name\"" "$T/$name"
    ok $? "$name is a page in that language"
    # Every line of the script, one after the other.
    awk 'NR == FNR { want[++n] = $0; next }
        $0 == want[at + 1] { if (++at == n) { found = 1; exit } next }
        { at = $0 == want[1] }
        END { exit !found }' "$T/script" "$T/$name"
    ok $? "$name holds the script"
    grep -q '<link rel="stylesheet" href="{{url style_url}}">' "$T/$name"
    ok $? "$name names the style"
done

# --- two languages, one page: tags, their attributes and what templates name, in one order
# What is said to people may differ: text, the attributes that hold text, what is said of one
# article alone, and in the English page the language of the articles.
shape()
{
    tr '\n' ' ' <"$1" | sed 's/{{![^}]*}}//g; s/<!--[^>]*-->//g; s/{{[#^/]one}}//g' |
        grep -oE '<[!/]?[a-zA-Z][^>]*>|\{\{[^}]*\}\}' |
        sed -E 's/ lang="[a-z]*"//g; s/ (hreflang|title|aria-label|placeholder|content|alt|label|data-[a-z-]+)="[^"]*"/ \1/g'
}
fields()
{
    grep -oE '\{\{[^!}][^}]*\}\}' "$1" | grep -v '^{{[#^/]one}}$'
}
shape "$T/vi" >"$T/shape.vi"
shape "$T/en" >"$T/shape.en"
[ "$(wc -l <"$T/shape.vi")" -ge 10 ]
ok $? "there are tags to compare"
is "$(diff "$T/shape.vi" "$T/shape.en")" "" "vi and en have the same tags"
fields "$T/vi" >"$T/fields.vi"
fields "$T/en" >"$T/fields.en"
is "$(diff "$T/fields.vi" "$T/fields.en")" "" "and the same fields"
sed 's/<h1/<h1 class="x"/' "$T/en" >"$T/other"
shape "$T/other" >"$T/shape.other"
[ "$(diff "$T/shape.vi" "$T/shape.other" | grep -c '^[<>]')" -ge 2 ]
ok $? "another class would be seen"

# --- wrong use
run template vn
fails 2 "no template is called vn; did you mean vi?" "a name near another"
run template page.html
fails 2 "did you mean" "the name of a file"
run template xyzzyxyzzy
fails 2 "no template is called xyzzyxyzzy; hlsearch template lists them" "no name"
run template vi en
fails 2 "\"en\" is one argument too many; usage: hlsearch template" "two names"

# --- a template of one's own
for name in vi en feed opensearch; do
    case $name in
    vi | en) file=$T/$name.html ;;
    *) file=$T/$name.xml ;;
    esac
    cp "$T/$name" "$file"
    run template --check "$file"
    is "$CODE $OUT$ERR" "0 $file: no fault" "--check: what template $name prints is one"
done
printf '<h1>{{query}}</h1>\n<p>{{#hits}}<a href="{{link}}">' >"$T/own.html"
run template --check "$T/own.html"
fails 2 "own.html:2:22: an address begins here; write {{url field}}" "--check: where it is wrong"
echo '<p>{{tottal}}' >"$T/own.html"
run template --check "$T/own.html"
fails 2 "own.html:1:4: no field tottal here; there are: " "--check: no such name"
echo '<link rel="next" href="{{url next_url}}"><p>{{next_url}}' >"$T/own.html"
run template --check "$T/own.html"
fails 2 "own.html:1:45: next_url is an address; write {{url next_url}}" "--check: an address"
run template --check "$T/nothing"
fails 2 "no such template" "--check: no file"
run template vi --check "$T/own.html"
fails 2 "template takes a name or --check FILE, not both; leave all but one out" "both"

# --- for programs
if has_python; then
    run template --json
    is "$CODE $(json '[t["name"] for t in d["templates"]]')" \
        '0 ["vi", "en", "style", "script", "feed", "opensearch"]' "--json: the list"
    run template vi --json
    json 'd["text"]' >"$T/text"
    is "$CODE $(json 'd["file"]')" "0 page.vi.html" "--json: one"
    printf '%s\n' "$(cat "$T/vi")" >"$T/want"
    printf '%s\n' "$(cat "$T/text")" | cmp -s - "$T/want"
    ok $? "--json: its text"
    run template --check "$T/en.html" --json
    is "$CODE $(json '[d["schema"], d["good"]]')" "0 [1, true]" "--json: no fault"
    run template --check "$T/own.html" --json
    is "$CODE $(json '[d["error"]["code"], d["error"]["at"]]')" '2 ["MISUSE", 1]' "--json: a fault"
    run template nix --json
    is "$CODE $(json 'd["error"]["code"]')" "2 MISUSE" "--json: a failure"
else
    skip "python3 not there"
fi
done_testing
