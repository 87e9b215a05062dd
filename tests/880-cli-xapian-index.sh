#!/bin/sh
# hlsearch index --backend xapian: what other programs find in the databases that it makes.
. tests/cases/cli.sh

A=corpus/articles-a.jsonl

# --- without the module, everything else
HLSEARCH_XAPIAN=/nonexistent/module.so
export HLSEARCH_XAPIAN
run index "$T/x" "$A" --backend xapian
fails 2 "libxapian30" "no module"
[ ! -e "$T/x" ]
ok $? "no folder is made"
run index "$T/n" "$A"
is "$CODE" 0 "a native index is made"
unset HLSEARCH_XAPIAN

# --- wrong use
run index "$T/new" "$A" --shards 2
fails 2 "goes with --backend xapian" "shards of a native index"
run index "$T/new" "$A" --backend xapian --shards 65
fails 2 "--shards wants a whole number from 1 to 64" "too many shards"
run index "$T/new" "$A" --backend sphinx
fails 2 "auto|native|xapian" "another engine"

if ! "$HL" index "$T/x" "$A" --backend xapian 2>"$T/err"; then
    skip "$(cat "$T/err")"
    done_testing
    exit
fi
articles=$(wc -l <"$A")
has "$(cat "$T/err")" "index: $articles articles in $T/x, " "summary"
run index "$T/new" "$A" --backend xapian --store no
fails 2 "leave --store no out" "articles are stored"
[ ! -e "$T/new" ]
ok $? "none of these made a folder"
run index "$T/x" "$A" --backend native
fails 2 "is a Xapian database" "the wrong engine"
run index "$T/n" "$A" --backend xapian
fails 2 "is a native index" "and the other way round"
run index "$T/x" "$A"
has "$ERR" "read $articles = 0 indexed + $articles replaced" "the path says what it is"
run index "$T/x" "$A" --replace never
has "$ERR" "0 replaced + $articles duplicates" "--replace never"

# --- what Xapian's own programs see
id=kh-hoalac-01
if command -v xapian-delve >/dev/null; then
    has "$(xapian-delve "$T/x")" "number of documents = $articles" "delve: as many documents"
    has "$(xapian-delve -1 -t "Q$id" "$T/x")" "termfreq 1" "delve: Q and the id"
    doc=$(xapian-delve -1 -t "Q$id" "$T/x" | tail -1)
    terms=$(xapian-delve -1 -r "$doc" "$T/x")
    for term in hòa Shòa "XPhòa lạc" D20231028 M202310 Y2023 "Gcông nghệ" "XGFcong nghe" \
        "Atrần hải đăng" "XSRCkhoa học mẫu" "Khòa lạc"; do
        echo "$terms" | grep -qxF "$term"
        ok $? "delve: the term $term"
    done
    data=$(xapian-delve -1 -d -r "$doc" "$T/x" | grep -E '^(url|title|sample|modtime|id)=')
    is "$(echo "$data" | sed 's/=.*//' | tr '\n' ' ')" "url title sample modtime id " \
        "delve: the lines of its data"
    has "$data" "modtime=1698453000" "delve: UTC seconds"
    # 0x653c5608 is 1698453000.
    has "$(xapian-delve -1 -V0 -r "$doc" "$T/x")" "e<V\\x08" "delve: value 0 is the date, 4 bytes"
else
    skip "xapian-delve not there (package xapian-tools)"
fi

cat >"$T/read.py" <<'END'
import sys, xapian
db = xapian.Database(sys.argv[1])
lengths = {}
for post in db.postlist(""):
    doc = db.get_document(post.docid)
    fields = dict(line.split("=", 1) for line in doc.get_data().decode("utf-8").splitlines())
    want = [t.term for t in doc.termlist() if t.term.startswith(b"Q")]
    assert want == [b"Q" + fields["id"].encode()], want
    assert doc.get_value(1).endswith(fields["id"].encode())
    pad = [t.wdf for t in doc.termlist() if t.term == b"XN"]
    assert len(pad) <= 1 and db.get_doclength(post.docid) % 4 == 0
query = xapian.Query(xapian.Query.OP_PHRASE, ["khu", "công", "nghệ", "cao"])
enquire = xapian.Enquire(db)
enquire.set_query(query)
print(db.get_doccount(), enquire.get_mset(0, 100).size() > 0)
END
# Debian's bindings are for Debian's python, which need not be the first.
for python in python3 /usr/bin/python3 ''; do
    [ -n "$python" ] && "$python" -c 'import xapian' 2>/dev/null && break
done
if [ -n "$python" ]; then
    is "$("$python" "$T/read.py" "$T/x" 2>&1)" "$articles True" "Python reads the documents"
else
    skip "the Python bindings are not there (package python3-xapian)"
fi

omega=/usr/lib/cgi-bin/omega/omega
if [ -x "$omega" ]; then
    mkdir -p "$T/omega/templates"
    # shellcheck disable=SC2016
    printf '%s' '$hitlist{[$field{title}|$field{url}]}' >"$T/omega/templates/plain"
    printf 'database_dir %s\ntemplate_dir %s\nlog_dir %s\n' "$T" "$T/omega/templates" "$T" \
        >"$T/omega/omega.conf"
    title=$("$HL" show "$T/n" "$id" | sed -n 's/^title *//p')
    got=$(OMEGA_CONFIG_FILE=$T/omega/omega.conf REQUEST_METHOD=GET \
        QUERY_STRING="B=Q$id&DB=x&FMT=plain" "$omega" 2>&1)
    has "$got" "[$title|https://khoahoc.example/" "Omega shows its title and address"
else
    skip "Omega is not there (package xapian-omega)"
fi

# --- shards
run index "$T/s" "$A" --backend xapian --shards 3
is "$CODE" 0 "three shards"
is "$(cat "$T/s/XAPIANDB")" "auto shard-0
auto shard-1
auto shard-2" "are listed for Xapian"
run index "$T/s" corpus/articles-b.jsonl
is "$CODE" 0 "more articles"
run index "$T/s" "$A" --shards 2
fails 2 "made of 3 shards" "another number of shards"
run index "$T/x" "$A" --shards 3
fails 2 "one database" "shards of one database"
run delete "$T/s" "$id"
has "$ERR" "delete: 1 deleted, 0 not found; " "one is deleted"
if command -v xapian-delve >/dev/null; then
    total=$((articles + $(wc -l <corpus/articles-b.jsonl) - 1))
    has "$(xapian-delve "$T/s")" "number of documents = $total" "delve: opens all as one"
    xapian-check "$T/s/shard-1" >"$T/out" 2>&1
    ok $? "xapian-check finds a shard sound"
else
    skip "xapian-delve not there (package xapian-tools)"
    skip "xapian-check not there (package xapian-tools)"
fi

# --- a shard by itself
run index "$T/s/shard-1" "$A"
is "$CODE" 2 "one shard of several is not written to"
has "$ERR" "is one of the 3 shards of" "it says why"
mv "$T/s/shard-2" "$T/away"
run index "$T/s" "$A"
is "$CODE" 2 "a shard is gone: none is made in its place"
has "$ERR" "bring it back" "and a way out"
mv "$T/away" "$T/s/shard-2"
run index "$T/s" "$A"
is "$CODE" 0 "it is back"

# --- no permission is not another writer
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
    "$HL" index "$T/ro" "$A" --backend xapian -q
    chmod -R a+rX "$T" && chmod -R a-w "$T/ro"
    setpriv --reuid 65534 --regid 65534 --clear-groups "$HL" index --wait "$T/ro" "$A" \
        >"$T/out" 2>"$T/err"
    is "$?" 2 "a folder that may not be written to: no waiting"
    has "$(cat "$T/err")" "ermission" "the reason"
else
    skip "a folder without permission wants root and setpriv"
fi

# --- a field and a word that no article has both of
printf '%s\n' '{"id":"1","title":"Laser xanh","body":"ánh sáng"}' \
    '{"id":"2","title":"Máy","body":"robot hút bụi"}' >"$T/two.jsonl"
"$HL" index "$T/two" "$T/two.jsonl" --backend xapian -q
run query "$T/two" --json 'title:laser robot'
is "$CODE" 1 "title:laser robot: nothing"
has "$OUT" '"total":0,' "and that is the total"

# --- lists that lead to themselves
printf 'auto b.list\n' >"$T/a.list"
printf 'auto a.list\n' >"$T/b.list"
run query "$T/a.list" robot
is "$CODE" 2 "lists that list each other"
has "$ERR" "list each other" "are told"
printf 'auto s\nauto k1\n' >"$T/c.list"
"$HL" index "$T/k1" corpus/articles-b.jsonl --backend xapian -q
run query "$T/c.list" robot --format ids
is "$CODE" 0 "a list of a folder with a list"

# --- killed before the commit
"$HL" index "$T/k" "$A" --backend xapian -q
before=$(cksum "$T/k/iamglass")
(cat corpus/articles-b.jsonl; sleep 5) | "$HL" index "$T/k" - -q &
sleep 0.5
run index "$T/k" "$A"
is "$CODE" 6 "another writer: exit 6"
writer=$(pgrep -P $$ -f "index $T/k" | head -1)
kill -9 "$writer"
wait
is "$(cksum "$T/k/iamglass")" "$before" "killed: the database is as it was"
run index "$T/k" "$A"
is "$CODE" 0 "and the next writer goes on"
done_testing
