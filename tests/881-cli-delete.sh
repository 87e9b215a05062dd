#!/bin/sh
# hlsearch delete: ids of the line and of a file, what is not found, counts, locks; native
# indexes, and Xapian databases where the module is.
. tests/cases/cli.sh

"$HL" index "$T/all" "$ARTICLES" -q
IDS=$(sed -n 's/.*"id": *"\([^"]*\)".*/\1/p' "$ARTICLES")
first=$(echo "$IDS" | sed -n 1p)
second=$(echo "$IDS" | sed -n 2p)
third=$(echo "$IDS" | sed -n 3p)

# --- wrong use
run delete "$T/all"
fails 2 "no id given" "no id"
run delete "$T/none" x
fails 2 "no index there" "no index"
[ ! -e "$T/none" ]
ok $? "no folder is made"
mkdir "$T/empty"
run delete "$T/empty" x
is "$CODE" 2 "a folder without an index: exit 2"
is "$(ls -A "$T/empty")" "" "and nothing is put there"
run delete "$T/all" --ids "$T/nofile"
fails 2 "nofile: cannot read" "no such list"

# each BACKEND: the same of both engines.
each()
{
    ix=$T/$1
    "$HL" index "$ix" "$ARTICLES" -q --backend "$1"
    run delete "$ix" "$first"
    is "$CODE" 0 "$1: exit 0"
    is "$OUT" "" "$1: nothing on stdout"
    has "$ERR" "delete: 1 deleted, 0 not found; 7 articles in $ix" "$1: counts"
    run delete "$ix" "$first"
    is "$CODE" 1 "$1: gone already: exit 1"
    has "$ERR" "no article $first" "$1: and named"
    has "$ERR" "delete: 0 deleted, 1 not found; 7 articles in" "$1: counts of nothing"
    run delete "$ix" "$second" "$second" "no such" --json
    is "$CODE" 0 "$1: some are found: exit 0"
    if has_python; then
        is "$(json '[d["schema"], d["given"], d["deleted"], d["not_found"], d["articles"]]')" \
            '[1, 2, 1, ["no such"], 6]' "$1: --json"
    else
        skip "python3 not there"
    fi
    printf '%s\r\n\n  \n%s\n' "$third" "$first" >"$T/list"
    run delete "$ix" --ids "$T/list" -q
    is "$CODE$OUT$ERR" 0 "$1: a list, -q"
    echo "$IDS" | "$HL" delete "$ix" --ids - 2>"$T/err"
    is "$?" 0 "$1: standard input: exit 0"
    has "$(cat "$T/err")" "delete: 5 deleted, 3 not found; 0 articles in" "$1: all that is left"
    run index "$ix" "$ARTICLES"
    has "$ERR" "read 8 = 8 indexed + 0 replaced" "$1: and all come again"
}

each native
seq 30 >"$T/many"
run delete "$T/native" --ids "$T/many"
is "$(echo "$ERR" | wc -l)" 22 "many that are not there: twenty are named"
has "$ERR" "and 10 more that are not there" "and the rest are counted"
run delete "$T/native" "$first" -q
run show "$T/native" "$first"
is "$CODE" 1 "show does not have it"
run check "$T/native"
is "$CODE" 0 "check finds the index sound"

# locked BACKEND: what is done while another writer has the index.
locked()
{
    mkfifo "$T/pipe"
    exec 3<>"$T/pipe"
    "$HL" index "$T/$1" - -q <"$T/pipe" 3>&- &
    writer=$!
    printf '{"id":"new","title":"lúa mới","body":"lúa mới"}\n' >&3
    sleep 0.5
    run delete "$T/$1" "$second"
    is "$CODE" 6 "$1: another writer: exit 6"
    run delete "$T/$1" "$second" --network-fs
    is "$CODE" 6 "$1: also on a network file system"
    "$HL" delete "$T/$1" "$second" new --wait -q 3>&- &
    waiter=$!
    sleep 0.2
    kill -0 $waiter 2>/dev/null
    ok $? "$1: --wait waits"
    exec 3>&-
    wait $writer
    was=$?
    wait $waiter
    is "$was $?" "0 0" "$1: and goes on"
    rm "$T/pipe"
    run delete "$T/$1" "$second" new
    has "$ERR" "0 deleted, 2 not found" "$1: the first one's article too"
}

locked native
if "$HL" index "$T/try" "$ARTICLES" --backend xapian -q 2>"$T/err"; then
    each xapian
    locked xapian
else
    skip "$(cat "$T/err")"
fi
done_testing
