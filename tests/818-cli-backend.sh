#!/bin/sh
# --backend, --shard and --shard-timeout: what they take, what they refuse, what no server says.
# 819-cli-shards.sh has servers.
. tests/cases/cli.sh

"$HL" index "$T/n" "$ARTICLES" -q
printf '{"id":"q1","text":"công nghệ"}\n' >"$T/batch"

# --- the index that is there
run query "$T/n" công nghệ -f ids
plain=$OUT
is "$CODE" 0 "a native index"
for option in "--backend auto" "--backend native" "--shard-timeout 500"; do
    # shellcheck disable=SC2086
    run query $option "$T/n" công nghệ -f ids
    is "$CODE $OUT" "0 $plain" "$option: the same answer"
done
echo "backend = native" >"$T/n/config"
run query "$T/n" công nghệ -f ids
is "$CODE $OUT" "0 $plain" "--backend in a config file"
echo "shard = 127.0.0.1:1" >"$T/n/config"
run query "$T/n" công nghệ
fails 2 "shard is no key of config files; give it on the command line" "--shard in one"
rm "$T/n/config"
if has_python; then
    run query "$T/n" công nghệ --json
    is "$(json '[d["partial"], d["total_is"], d["shards"], d["backend"]]')" \
        '[false, "exact", {"asked": 1, "answered": 1}, "native"]' "JSON tells the engine"
    run stats "$T/n" --json
    is "$(json 'd["backend"]')" native "and so do stats"
else
    skip "no python3"
fi

# --- addresses: each of them is refused before anything is opened
bad()
{
    run query --shard "$1" công nghệ
    fails 2 "$2" "--shard '$1'"
}
wants="--shard wants HOST:PORT such as 10.0.0.2:7070 or [fd00::2]:7070, not"
for shard in a :7070 "[::1]" "[]:7070" "[::1]7070" "a b:1" "a/b:1" "http://a:1" "[a]b:1" ""; do
    bad "$shard" "$wants \"$shard\""
done
bad a:1, "$wants \"\""
bad ,a:1 "$wants \"\""
for port in "" 0 65536 99999999999999999999 -1 7070x " 7" 1e3; do
    bad "a:$port" "--shard a:$port: a port is a whole number from 1 to 65535, not \"$port\""
done
bad ::1:7070 "--shard ::1:7070: an address with colons stands in brackets; write [ADDRESS]:PORT"
bad a:1,b:2,a:1 "--shard a:1 is named twice; name each once"
run query --shard a:1 --shard b:2,a:1 công nghệ
fails 2 "--shard a:1 is named twice" "--shard twice, of two options"
many=$(seq -f 'a:%g' -s , 65)
bad "$many" "at most 64 shards are searched as one"
run query --shard a:1 --backend native công nghệ
fails 2 "--shard names databases of Xapian, --backend native wants none; leave one out" \
    "--shard of the native engine"
run query --shard "a" công nghệ --json
has "$OUT" '"code":"MISUSE"' "in JSON too"

# --- INDEX is left out where shards are named: all that stands there are words
for verb in query suggest show related explain stats bench; do
    run $verb --shard-timeout 100
    fails 2 "$verb: no INDEX given" "$verb without either"
done
run query --shard 127.0.0.1:1
fails 2 "query: WORDS... missing" "no words"
run show --shard 127.0.0.1:1
fails 2 "show: ID missing" "no id"
run show --shard 127.0.0.1:1 "$T/n" cli-1
fails 2 "\"cli-1\" is one argument too many" "INDEX beside --shard is an id too many"
run stats --shard 127.0.0.1:1 "$T/n"
fails 2 "\"$T/n\" is one argument too many" "and an argument too many of stats"

# --- nobody answers, or this build cannot ask: no answer, and a sentence
for command in "query công" "related cli-1" "suggest cô" "show cli-1" "stats" "explain cli-1 công" \
    "query --batch $T/batch"; do
    # shellcheck disable=SC2086
    run $command --shard 127.0.0.1:1,127.0.0.1:2 --shard-timeout 200
    is "$CODE $OUT" "2 " "$command: no shard answers: exit 2"
    is "$(echo "$ERR" | grep -c '^hlsearch: .')" 1 "$command: one sentence"
done
run query --shard 127.0.0.1:1 --json công
has "$OUT" '{"schema":1,"error":{"code":"' "an error object in JSON"
run query --backend xapian "$T/n" công nghệ
is "$CODE $OUT" "2 " "a native index is none of Xapian"

# --- help
for verb in query suggest show related explain stats bench; do
    run $verb --help
    has "$OUT" "--shard HOST:PORT" "$verb --help: --shard"
done
LANG=vi_VN.UTF-8
run query --help
has "$OUT" "chờ mỗi phần của kho tối đa bao lâu" "in Vietnamese"
run query --shard a:0 công
has "$ERR" "cổng là số nguyên từ 1 đến 65535" "and so is a failure"
LANG=C
done_testing
