#!/bin/sh
# The search page asked for an index of Xapian that it cannot have: what its log says, and that
# visitors learn nothing of it.  819-cli-shards.sh has servers.
. tests/cases/cgi.sh

"$HL" index "$INDEX" "$ARTICLES" -q

# both NAME=VALUE... WHAT: with each of the two programs; 503, and a reason in the log.
PROGRAMS=$B/hlsearch.cgi
[ ! -x "$B/hlsearch-xapian.cgi" ] || PROGRAMS="$PROGRAMS $B/hlsearch-xapian.cgi"
refused()
{
    for CGI in $PROGRAMS; do
        request GET "q=c%C3%B4ng" "$@"
        is "$(status)" 503 "${CGI##*/} $*: 503"
        sound "${CGI##*/} $*"
        ! grep -q 127.0.0.1 "$BODY"
        ok $? "${CGI##*/} $*: no address for visitors"
    done
}

# --- no server there: the one that is linked statically says which page can ask
refused HLSEARCH_INDEX= HLSEARCH_SHARDS=127.0.0.1:1
refused HLSEARCH_INDEX= HLSEARCH_SHARDS=127.0.0.1:1,127.0.0.1:2 HLSEARCH_SHARD_TIMEOUT=100
refused HLSEARCH_SHARDS=127.0.0.1:1 # a native index beside shards of Xapian
refused HLSEARCH_INDEX= HLSEARCH_SHARDS="$(seq -f '127.0.0.1:%g' -s , 70)"
CGI=$B/hlsearch.cgi
request GET "q=c%C3%B4ng" HLSEARCH_INDEX= HLSEARCH_SHARDS=127.0.0.1:1
if readelf -l "$CGI" 2>/dev/null | grep -q INTERP; then
    skip "hlsearch.cgi is not linked statically here"
else
    has "$(cat "$LOG")" "; hlsearch-xapian.cgi is the page that can" "the log says which page can"
fi

# --- nothing is set
refused HLSEARCH_INDEX=
has "$(cat "$LOG")" "HLSEARCH_INDEX is not set" "neither index nor shards"

# --- a native index is served by both, with the same answer
for CGI in $PROGRAMS; do
    request GET "q=c%C3%B4ng&format=json" HLSEARCH_SHARD_TIMEOUT=100
    sound "${CGI##*/}: a native index"
    sed 's/"took_ms":[^,]*,//' "$BODY" >"$T/${CGI##*/}.json"
    has "$(cat "$BODY")" '"shards":{"asked":1,"answered":1},"backend":"native"' \
        "${CGI##*/}: the engine in JSON"
    cmp -s "$T/hlsearch.cgi.json" "$T/${CGI##*/}.json"
    ok $? "${CGI##*/}: the same answer"
done

# --- a limit that is none is not taken, and the log says so
CGI=$B/hlsearch.cgi
for ms in 0 -1 x 1x 600001 99999999999999999999; do
    request GET "q=c%C3%B4ng" HLSEARCH_SHARD_TIMEOUT=$ms
    is "$(status)" 200 "HLSEARCH_SHARD_TIMEOUT=$ms: an answer"
    has "$(cat "$LOG")" "without HLSEARCH_SHARD_TIMEOUT, which is milliseconds" "and a complaint"
done
done_testing
