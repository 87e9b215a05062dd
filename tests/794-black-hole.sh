#!/bin/sh
# A machine that swallows every packet, as one that is switched off does: in a network namespace
# with an interface behind which nobody is.  It costs its time limit, once a process.
. tests/cases/cli.sh

why=
for program in unshare ip xapian-tcpsrv setsid; do
    command -v $program >/dev/null 2>&1 || why="${why:+$why, }$program"
done
[ -z "$why" ] || { skip "not there: $why"; done_testing; }
unshare -n ip link set lo up 2>"$T/err" || {
    skip "network namespaces are not allowed: $(head -1 "$T/err")"
    done_testing
}
run index --backend xapian --shards 2 "$T/x" corpus/articles-a.jsonl -q
case $CODE$ERR in
0*) ;;
*) skip "no databases of Xapian here: $ERR"; done_testing ;;
esac

# A shard that lives beside one that is away; both searches run in the namespace.
cat >"$T/inside" <<'SH'
ip link set lo up
# Whichever the kernel has: what is sent into it goes nowhere.
ip link add hole type dummy 2>/dev/null || ip tuntap add dev hole mode tun 2>/dev/null ||
    ip link add hole type bridge || exit 1
ip addr add 192.0.2.1/24 dev hole
ip link set hole up
setsid xapian-tcpsrv --interface 127.0.0.1 --port 7070 --quiet "$T/x/shard-0" \
    >/dev/null 2>&1 &
server=$!
for i in 1 2 3 4 5 6 7 8 9 10; do
    "$HL" query --shard 127.0.0.1:7070 robot --format ids >/dev/null 2>&1 && break
    sleep 0.2
done
now() { date +%s%N | cut -c1-13; }
start=$(now)
"$HL" query --shard 127.0.0.1:7070,192.0.2.9:7070 --shard-timeout "$1" --json công nghệ \
    >"$T/json" 2>"$T/note"
echo $? >"$T/code"
echo $(($(now) - start)) >"$T/ms"
"$HL" query --shard 192.0.2.8:7070,192.0.2.9:7070 --shard-timeout "$1" công nghệ \
    >/dev/null 2>"$T/none"
echo $? >"$T/none.code"
kill -- -$server
SH
export T HL
unshare -n sh "$T/inside" 400 2>"$T/err"
is "$(cat "$T/code")" 5 "answered by the one that is there: exit 5"
has "$(cat "$T/json")" '"shards":{"asked":2,"answered":1,' "JSON says so"
has "$(cat "$T/note")" "192.0.2.9:7070: did not answer in 400 ms" "the note says which, and why"
ms=$(cat "$T/ms")
[ "$ms" -ge 400 ] && [ "$ms" -lt 1200 ]
ok $? "it costs its limit once ($ms ms of a limit of 400)"
is "$(cat "$T/none.code")" 2 "nobody there: exit 2"
has "$(cat "$T/none")" "none of 2 shards is there" "and that is said"
done_testing
