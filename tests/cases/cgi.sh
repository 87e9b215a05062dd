# Asks the search page as a server does by CGI, and looks at what it answers; for tests of
# the page, which read it with `.` after they have moved to the root of the project.
. tests/cases/cli.sh

CGI=$B/hlsearch.cgi
INDEX=$T/news
ESC=$(printf '\033')
BIDI=$(printf '\342\200\256')

# request METHOD QUERY [NAME=VALUE...]: HEAD, BODY and LOG are files, CODE the exit code.
HEAD=$T/head BODY=$T/body LOG=$T/log
request()
{
    method=$1 query=$2
    shift 2
    env -i ${ASAN_OPTIONS:+"ASAN_OPTIONS=$ASAN_OPTIONS"} GATEWAY_INTERFACE=CGI/1.1 \
        SERVER_PROTOCOL=HTTP/1.1 HLSEARCH_INDEX="$INDEX" REQUEST_METHOD="$method" \
        QUERY_STRING="$query" "$@" "$CGI" $ARGS >"$T/out" 2>"$LOG" </dev/null
    CODE=$?
    split
}

# The header block ends at the first empty line; its line ends are CR LF.
split()
{
    sed '/^.$/,$d' "$T/out" | tr -d '\r' >"$HEAD"
    sed '1,/^.$/d' "$T/out" >"$BODY"
}

status()
{
    sed -n 's/^Status: \([0-9]*\) .*/\1/p' "$HEAD"
}

header()
{
    sed -n "s/^$1: //p" "$HEAD"
}

body_has()
{
    grep -qF -e "$1" "$BODY"
    ok $? "$2"
}

body_lacks()
{
    ! grep -qF -e "$1" "$BODY"
    ok $? "$2"
}

# sound WHAT: true of every answer, whatever was asked.
sound()
{
    good=0
    [ "$CODE" = 0 ] || good=1
    case $(header Content-Type) in
    *"; charset=utf-8") ;;
    *) good=1 ;;
    esac
    case $(header Content-Security-Policy) in
    "default-src 'none'; style-src 'self'"*"; form-action 'self'; base-uri 'none'; "*) ;;
    *) good=1 ;;
    esac
    [ "$(header X-Content-Type-Options)" = nosniff ] || good=1
    [ "$(header Referrer-Policy)" = same-origin ] || good=1
    [ "$(header X-Robots-Tag)" = noindex ] || good=1
    [ "$(header Cross-Origin-Resource-Policy)" = same-site ] || good=1
    grep -qi '^\(set-cookie\|location\):' "$HEAD" && good=1
    [ "$(wc -l <"$LOG")" -eq 1 ] && [ "$(wc -c <"$LOG")" -le 4096 ] || good=1
    # No bytes that are no UTF-8, no C0 controls but tab, newline and return.
    iconv -f UTF-8 -t UTF-8 "$T/out" >/dev/null 2>&1 || good=1
    [ "$(LC_ALL=C tr -d '\000-\010\013\014\016-\037' <"$T/out" | wc -c)" = \
        "$(wc -c <"$T/out")" ] || good=1
    grep -q "$ESC" "$LOG" && good=1
    ok $good "$1: sound"
}

# tags WHAT: keeps the page for check_tags.
PAGES=0
mkdir "$T/pages"
tags()
{
    PAGES=$((PAGES + 1))
    cp "$BODY" "$T/pages/$PAGES.html"
    echo "$1" >"$T/pages/$PAGES"
}

# The kept pages have only the tags that the page is made of, none came from outside: every
# tag is closed, every attribute is one of ours, links are of the web or ?q=.  All at once,
# since python takes longer to start than all pages to read.
check_tags()
{
    if ! has_python; then
        skip "tags of $PAGES pages: no python3"
        return
    fi
    python3 - "$T/pages" "$PAGES" >"$T/verdicts" 2>"$T/reasons" <<'PY'
import sys
from html.parser import HTMLParser
OURS = {"html": "lang", "meta": "charset name content", "a": "class href rel aria-current",
        "link": "rel type title href", "ol": "class start", "label": "class for",
        "form": "class role method data-hl-suggestions", "main": "class id tabindex",
        "h1": "class", "h2": "class", "div": "class", "details": "class open", "summary": "",
        "input": "id name type autocomplete value maxlength spellcheck enterkeyhint",
        "p": "class role", "time": "datetime", "span": "class aria-hidden",
        "nav": "class id aria-label", "ul": "class aria-label", "strong": "aria-current",
        "article": "class", "li": "class", "mark": "", "button": "", "header": "class",
        "footer": "class", "style": "", "script": "", "head": "", "title": "",
        "body": "class"}
class Check(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.h1 = [], 0
    def handle_starttag(self, tag, attributes):
        assert tag in OURS, tag
        for name, value in attributes:
            assert name in OURS[tag].split(), (tag, name)
            if name == "href":
                ours = ("http://", "https://", "?", "#hl-main", "#hl-facets")
                assert value.lower().startswith(ours), value
        self.h1 += tag == "h1"
        if tag not in ("meta", "input", "link"):
            self.open.append(tag)
    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, tag
    def handle_comment(self, text):
        assert False, "a comment"
def check(path):
    text = open(path, encoding="utf-8", newline="").read()
    parser = Check()
    parser.feed(text)
    parser.close()
    assert not parser.open and parser.h1 == 1, (parser.open, parser.h1)
    assert text.startswith('<!doctype html>\n<html lang="vi">')
for i in range(1, int(sys.argv[2]) + 1):
    try:
        check(f"{sys.argv[1]}/{i}.html")
        print(0)
    except Exception as e:
        print(1)
        print(f"#   page {i}: {e!r}", file=sys.stderr)
PY
    is "$(wc -l <"$T/verdicts" | tr -d ' ')" "$PAGES" "all pages were parsed"
    page=0
    while read -r verdict; do
        page=$((page + 1))
        ok "$verdict" "$(cat "$T/pages/$page"): only tags of ours"
    done <"$T/verdicts"
    cat "$T/reasons"
}

# json EXPRESSION of cli.sh reads $T/out: the body alone goes there.
body_json()
{
    cp "$BODY" "$T/out"
    json "$1"
}
