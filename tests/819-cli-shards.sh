#!/bin/sh
# Shards on other machines, which are three servers on loopback here: the answer of one index,
# and what comes back when one is killed, hangs, and is there again; the same behind the page;
# a replica.
. tests/cases/cgi.sh
. tests/cases/shards.sh

servers_there || { skip "$WHY"; done_testing; }

FILES="corpus/articles-a.jsonl corpus/articles-b.jsonl"
# shellcheck disable=SC2086
"$HL" index "$T/n" $FILES -q
# shellcheck disable=SC2086
run index --backend xapian --shards 3 "$T/x" $FILES -q --json
case $CODE$ERR in
0*) ;;
*"unknown option"* | *UNSUPPORTED* | *libxapian*)
    skip "no databases of Xapian here: $ERR"
    done_testing
    ;;
esac
is "$CODE $ERR" "0 " "three databases"
run query "$T/x" công nghệ --json
case $CODE$OUT in
2*UNSUPPORTED*)
    skip "they cannot be searched here: $ERR"
    done_testing
    ;;
esac
is "$CODE" 0 "searched in their folder"

for i in 0 1 2; do
    shard_start s$i "$T/x/shard-$i" || ok 1 "a server: $(tail -1 "$T/servers.log")"
done
ALL=$(shard_at s0),$(shard_at s1),$(shard_at s2)
for i in 0 1 2; do
    echo "remote $(shard_at s$i)"
done >"$T/list"

# --- the same answer, however they are asked
cat >"$T/queries" <<'END'
công nghệ
cong nghe
"công nghệ"
nghiên cứu mới
nghiên cứu -mới
(vũ trụ OR thiên văn) mới
title:công
công*
vũ trụ after:2017
zzzqqq
END
# ranked QUERY WHERE...: scores to the last bit, equal ones by id
ranked()
{
    query_=$1
    shift
    "$HL" query "$@" --rank bm25 -n 1000 -f trec -- "$query_" 2>&1 |
        sed 's/^1 Q0 \([^ ]*\) [0-9]* \([^ ]*\) .*/\2 \1/' | LC_ALL=C sort
}
while IFS= read -r query; do
    want=$(ranked "$query" -i "$T/n")
    is "$(ranked "$query" -i "$T/x")" "$want" "$query: of their folder"
    is "$(ranked "$query" -i "$T/list")" "$want" "$query: of a file that lists servers"
    is "$(ranked "$query" --shard "$ALL")" "$want" "$query: of servers"
done <"$T/queries"
WHOLE=$(ranked "công nghệ" -i "$T/n" | wc -l)
[ "$WHOLE" -gt 10 ]
ok $? "there is something to find"

run query --shard "$ALL" công nghệ --json
is "$CODE $ERR" "0 " "all answer: exit 0, nothing said"
is "$(json '[d["partial"], d["shards"], d["backend"]]')" \
    '[false, {"asked": 3, "answered": 3}, "xapian"]' "and so JSON"
is "$(json 'd["total_is"] == "estimate" or d["total"] == '"$WHOLE")" true "the total is true"

# --- what has no result of its own
ID=$("$HL" query -i "$T/n" công nghệ -f ids -n 1)
for command in "show $ID" "related $ID -f ids" "suggest công"; do
    verb=${command%% *}
    # shellcheck disable=SC2086
    run $verb --shard "$ALL" ${command#* }
    is "$CODE $ERR" "0 " "$verb"
    [ $verb != show ] || is "$OUT" "$("$HL" show "$T/n" "$ID")" "show: the article"
done
run explain --shard "$ALL" "$ID" công nghệ
is "$CODE $OUT" "0 $("$HL" explain "$T/n" "$ID" công nghệ)" "explain: the same numbers"
run check "$T/x"
fails 2 "$T/x is a database of Xapian; xapian-check looks into it" "check"
run stats --shard "$ALL"
is "$(echo "$OUT" | grep ^articles)" "$("$HL" stats "$T/n" | grep ^articles)" "stats add up"
run show --shard "$ALL" nobody
is "$CODE" 1 "an id that none has"

# --- one is killed
shard_kill s1
GONE=$(shard_at s1)
SOME=$(ranked "công nghệ" -i "$T/x/shard-0,$T/x/shard-2" | wc -l)
[ "$SOME" -gt 0 ] && [ "$SOME" -lt "$WHOLE" ]
ok $? "it holds some of the answer"
run query --shard "$ALL" công nghệ --json
is "$CODE" 5 "one is gone: exit 5"
has "$ERR" "hlsearch: shard $GONE: " "a note names it"
has "$ERR" "; results are from 2 of 3 shards" "and says how many answered"
is "$(json '[d["partial"], d["shards"]["asked"], d["shards"]["answered"], d["shards"]["missing"][0]["name"]]')" \
    "[true, 3, 2, \"$GONE\"]" "JSON tells which"
is "$(json 'd["total_is"] in ("at_least", "estimate")')" true "and that there may be more"
is "$(ranked "công nghệ" --shard "$ALL" -q)" \
    "$(ranked "công nghệ" -i "$T/x/shard-0,$T/x/shard-2")" "the answer is that of the others"
for form in text jsonl tsv csv rss ids trec; do
    run query --shard "$ALL" công nghệ -n 2 -f $form
    is "$CODE" 5 "$form: exit 5"
    has "$ERR" "; results are from 2 of 3 shards" "$form: a note"
    ! echo "$OUT" | grep -q "$GONE"
    ok $? "$form: which is not in the answer"
done
run query -i "$T/list" công nghệ
is "$CODE" 5 "so of a file that lists servers"
run query --shard "$ALL" zzzqqq
is "$CODE $OUT" "5 " "nothing found: 5 too"
run query --shard "$ALL" công nghệ --timeout 60000
is "$CODE" 5 "with a limit of time: 5 too"
run query --shard "$ALL" công nghệ -q
is "$CODE $ERR" "5 " "-q: exit 5 without a note"
for command in "show nobody" "suggest zzqq" "suggest công" "stats" "related nobody"; do
    verb=${command%% *} rest=${command#"$verb"}
    # shellcheck disable=SC2086
    run $verb --shard "$ALL" $rest
    is "$CODE" 5 "$command: exit 5"
    has "$ERR" "; results are from 2 of 3 shards" "$command: a note"
done
printf '{"id":"q%s","text":"công nghệ"}\n' 1 2 3 >"$T/batch"
run query --shard "$ALL" --batch "$T/batch" -n 1000
is "$CODE" 5 "batch: exit 5"
has "$ERR" "3 queries have an answer of some shards only" "batch: how many"
is "$(echo "$ERR" | grep -c "$GONE")" 1 "batch: which one is said once"

# --- it comes back
shard_again s1
ok $? "it is started again"
run query --shard "$ALL" công nghệ -q
is "$CODE $(ranked "công nghệ" --shard "$ALL")" "0 $(ranked "công nghệ" -i "$T/n")" "all of it again"

# --- one hangs: its limit is waited for once
now()
{
    date +%s%3N
}
shard_hang s2
from=$(now)
run query --shard "$ALL" --shard-timeout 1500 công nghệ --json
took=$(($(now) - from))
is "$CODE" 5 "one hangs: exit 5"
[ "$took" -ge 1400 ] && [ "$took" -lt 2900 ]
ok $? "it is waited for as long as it may take, once: $took ms"
has "$(json 'd["shards"]["missing"][0]["problem"]')" "1500 ms" "JSON says for how long"
from=$(now)
run query --shard "$ALL" --shard-timeout 1500 --batch "$T/batch"
took=$(($(now) - from))
[ "$took" -lt 2900 ]
ok $? "by three queries of a process too: $took ms"
shard_hang s0
from=$(now)
run query --shard "$ALL" --shard-timeout 1000 công nghệ
took=$(($(now) - from))
is "$CODE" 5 "two hang"
has "$ERR" "; results are from 1 of 3 shards" "one is left"
[ "$took" -lt 3500 ]
ok $? "each is waited for once: $took ms"
shard_wake s0
shard_wake s2
run query --shard "$ALL" công nghệ
is "$CODE $ERR" "0 " "both wake: all answer"

# --- one process, while a server goes and comes; each query must have its own answer
mkfifo "$T/pipe"
asked()
{
    echo "{\"id\":\"$1\",\"text\":\"công nghệ\"}" >&3
    sleep "$2"
}
begin() # SHARDS
{
    "$HL" query --shard "$1" --batch - -n 1000 <"$T/pipe" >"$T/hits" 2>"$T/said" &
    process=$!
    exec 3>"$T/pipe"
}
end()
{
    exec 3>&-
    wait $process
    CODE=$?
}
found()
{
    grep -c "^$1 " "$T/hits"
}
begin "$ALL"
asked before 1
shard_kill s1
asked without 1
shard_again s1
asked probed 1
asked after 0
end
is "$CODE" 5 "a server goes and comes: exit 5"
is "$(found before)" "$WHOLE" "before: all"
is "$(found without)" "$SOME" "without it: the others, in the same process"
is "$(found after)" "$WHOLE" "after: all again, by itself"

# A server closes what asked nothing for a while; that is no failure.
shard_start idle "$T/x/shard-1" --idle-timeout 300
begin "$(shard_at s0),$(shard_at idle),$(shard_at s2)"
asked early 1.5
asked late 0
end
is "$CODE $(cat "$T/said")" "0 " "a connection that was idle too long: nothing is missing"
is "$(found late)" "$WHOLE" "and nothing is lost"

# --- the page
CGI=$B/hlsearch-xapian.cgi INDEX=
if [ -x "$CGI" ]; then
    request GET "q=c%C3%B4ng+ngh%E1%BB%87&format=json" HLSEARCH_SHARDS="$ALL"
    is "$(status)" 200 "the page over shards"
    is "$(body_json '[d["partial"], d["shards"], d["backend"]]')" \
        '[false, {"asked": 3, "answered": 3}, "xapian"]' "its JSON"
    for index in "$T/x" "$T/list"; do
        request GET "q=c%C3%B4ng+ngh%E1%BB%87" HLSEARCH_INDEX="$index"
        is "$(status)" 200 "the page over $index"
        sound "the page over $index"
        tags "the page over $index"
        body_lacks "phần của kho không trả lời" "with no note"
        has "$(header Cache-Control)" public "it may be kept"
    done
    shard_kill s1
    request GET "q=c%C3%B4ng+ngh%E1%BB%87" HLSEARCH_SHARDS="$ALL"
    is "$(status)" 200 "one is gone: an answer all the same"
    sound "one is gone"
    tags "one is gone"
    body_has 'role="status">1 trong 3 phần của kho không trả lời' "a note above the hits"
    body_lacks "$GONE" "without its address"
    is "$(header Cache-Control)" no-store "it is not kept"
    has "$(cat "$LOG")" ", without 1 of 3 shards ($GONE: " "the log has the address"
    request GET "q=c%C3%B4ng+ngh%E1%BB%87" HLSEARCH_SHARDS="$ALL" HLSEARCH_LANG=en
    body_has "1 of 3 parts of the archive did not answer" "in English"
    request GET "q=c%C3%B4ng+ngh%E1%BB%87&format=json" HLSEARCH_SHARDS="$ALL"
    is "$(body_json '[d["partial"], d["shards"]]')" '[true, {"asked": 3, "answered": 2}]' \
        "its JSON has numbers alone"
    shard_again s1
    check_tags
    CGI=$B/hlsearch.cgi
    if ! readelf -l "$CGI" 2>/dev/null | grep -q INTERP; then
        request GET "q=c%C3%B4ng" HLSEARCH_INDEX="$T/x"
        is "$(status)" 503 "the page that is linked statically"
        has "$(cat "$LOG")" "hlsearch-xapian.cgi is the page that can" "says which can"
    fi
else
    skip "no hlsearch-xapian.cgi: Xapian's headers were not there"
fi

# --- replicas, which servers could serve
if command -v xapian-replicate >/dev/null 2>&1; then
    port=$(free_port)
    setsid xapian-replicate-server --interface 127.0.0.1 --port "$port" "$T/x" \
        >>"$T/servers.log" 2>&1 </dev/null &
    pid_of_master=$!
    SHARDS="$SHARDS master"
    replicate() # ends with the sum of what was copied
    {
        for i in 0 1 2; do
            xapian-replicate --host 127.0.0.1 --port "$port" --master shard-$i --one-shot \
                --reader-time 0 --verbose "$T/r$i" 2>&1
        done | awk '/^Update complete/ { copies += $3; changes += $5 }
            END { print copies + 0, "copies", changes + 0, "changes" }'
    }
    sleep .5
    is "$(replicate)" "3 copies 0 changes" "replicas are made"
    R=$T/r0,$T/r1,$T/r2
    is "$(ranked "công nghệ" -i "$R")" "$(ranked "công nghệ" -i "$T/n")" "and answer the same"
    echo '{"id":"new","title":"Công nghệ zzzqqq"}' >"$T/new.jsonl"
    XAPIAN_MAX_CHANGESETS=10 "$HL" index "$T/x" "$T/new.jsonl" -q
    said=$(replicate)
    is "${said%% *}" 0 "an update copies no database ($said)"
    is "$("$HL" query "$R" zzzqqq -f ids)" new "and is found in the replica"
    shard_start replica "$T/r0"
    is "$("$HL" query --shard "$(shard_at replica),$(shard_at s1),$(shard_at s2)" công nghệ -n 0 \
        >/dev/null 2>&1; echo $?)" 0 "a replica is served as any database"
    shard_kill master
else
    skip "replication: no xapian-replicate (package xapian-tools)"
fi

# --- none is left
for i in 0 1 2; do
    shard_kill s$i
done
for command in "query công" "show $ID" "stats"; do
    # shellcheck disable=SC2086
    run ${command%% *} --shard "$ALL" $(echo "$command" | cut -s -d ' ' -f 2-)
    is "$CODE $OUT" "2 " "none answers: $command: exit 2"
    has "$ERR" "$(shard_at s0)" "and who was asked"
done
done_testing
