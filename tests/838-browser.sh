#!/bin/sh
# The search page in headless Chromium: a visit from the search to the article and back, with
# and without scripts, on a phone and on a desk; keyboard, sizes, print; suggestions; text
# that tries to become page; axe-core on every kind of page.  tests/browser/ has the parts.
# Under a sanitizer a short run, since the browser's part stays the same.
#
#   B=build tests/838-browser.sh        from the project root
. tests/cases/cli.sh

# Its rules change with its version, so it is one that was tried; the sum is of the file.
AXE_VERSION=4.14.1
AXE_SUM=29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c
AXE=build/axe-core-$AXE_VERSION.min.js

# axe: puts axe-core into $AXE by npm, once; WHY says what is lacking.
axe()
{
    WHY=
    [ ! -s "$AXE" ] || return 0
    WHY="no npm (tools/setup axe)"
    command -v npm >/dev/null 2>&1 || return 1
    WHY="npm does not get axe-core $AXE_VERSION"
    (cd "$T" && timeout 60 npm pack --silent "axe-core@$AXE_VERSION" &&
        tar -xzf "axe-core-$AXE_VERSION.tgz" package/axe.min.js) >/dev/null 2>&1 || return 1
    WHY="axe-core $AXE_VERSION is not the one that was tried"
    [ "$(sha256sum <"$T/package/axe.min.js" | cut -c 1-64)" = "$AXE_SUM" ] || return 1
    WHY=
    mkdir -p build && cp "$T/package/axe.min.js" "$AXE.$$" &&
        mv "$AXE.$$" "$AXE"
}

has_python || { echo "1..0 # skip no python3"; exit 0; }
for program in chromium chromedriver; do
    command -v $program >/dev/null 2>&1 || {
        echo "1..0 # skip no $program (tools/setup check)"
        exit 0
    }
done
"$HL" index "$T/news" corpus/articles-a.jsonl corpus/articles-b.jsonl "$ARTICLES" -q &&
    "$HL" index "$T/hostile" tests/cases/browser-articles.jsonl -q || {
    echo "Bail out! no index to look at"
    exit 1
}
set -- --id h1 --id h2 --id h7 --id '<svg onload=window.__x=1>' --id "h4?x=\"'&amp;<b>"
if grep -q __asan_init "$B/hlsearch.cgi"; then
    set -- "$@" --short
elif axe; then
    set -- "$@" --axe "$AXE"
else
    set -- "$@" --no-axe "$WHY"
fi
# Chromium keeps its files in a folder of its own there, so that they go with $T.
PYTHONDONTWRITEBYTECODE=1 TMPDIR=$T python3 tests/browser/run.py "$@" "$B/hlsearch.cgi" \
    "$T/news" "$T/hostile" tests/cases/browser-texts.txt
