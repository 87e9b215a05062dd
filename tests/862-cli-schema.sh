#!/bin/sh
# JSON of hlsearch query against src/cli/answer.schema.json: whatever is printed is by it, what
# is not in it fails, every key is documented, keys come in its order.
. tests/cases/cli.sh

SCHEMA=src/cli/answer.schema.json
if ! has_python || ! python3 -c 'import jsonschema; jsonschema.Draft202012Validator' 2>/dev/null; then
    skip "python3-jsonschema is not installed: JSON is not held to its schema"
    done_testing
fi

"$HL" index "$T/h" tests/cases/forms-hostile.jsonl -q
"$HL" index "$T/a" "$ARTICLES" -q
"$HL" index "$T/b" "$ARTICLES" --store no -q
"$HL" index "$T/c" corpus/articles-a.jsonl corpus/articles-b.jsonl -q

cat >"$T/check.py" <<'PY'
# usage: check.py SCHEMA KIND FILE: each line of FILE is valid, as KIND, its keys in order.
import json, sys
from jsonschema import Draft202012Validator

def pairs(items):
    keys = [k for k, _ in items]
    assert len(set(keys)) == len(keys), keys
    return dict(items)

def resolve(schema, whole):
    while "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].split("/")[-1]]
    return schema

def ordered(value, schema, whole):
    schema = resolve(schema, whole)
    if isinstance(value, list):
        for v in value:
            ordered(v, schema.get("items") or {}, whole)
    if not isinstance(value, dict):
        return
    for one in schema.get("oneOf", []):
        one = resolve(one, whole)
        if "properties" in one and set(value) <= set(one["properties"]):
            schema = one
    order = list(schema["properties"])
    places = [order.index(k) for k in value]
    assert places == sorted(places), list(value)
    for k, v in value.items():
        ordered(v, schema["properties"][k], whole)

whole = json.load(open(sys.argv[1], encoding="utf-8"), object_pairs_hook=pairs)
Draft202012Validator.check_schema(whole)
kind = {"$ref": "#/$defs/" + sys.argv[2], "$defs": whole["$defs"]}
validator, any_of = Draft202012Validator(kind), Draft202012Validator(whole)
lines = open(sys.argv[3], encoding="utf-8").read().splitlines()
assert lines
for line in lines:
    value = json.loads(line, object_pairs_hook=pairs)
    for error in validator.iter_errors(value):
        print("#", error.json_path, error.message[:200])
        sys.exit(1)
    assert any_of.is_valid(value)
    ordered(value, kind, whole)
PY

# by_schema KIND WHAT: the output of the last run
by_schema()
{
    python3 "$T/check.py" $SCHEMA "$1" "$T/out"
    ok $? "$2"
}

for options in '' '--explain' '-n 0' '-n 100 --any' '-o 1 -n 1' '--snippet 0' '--snippet 20' \
    '--facet section:2,year,month,source,author' '--sort -date --explain' '--after 2030' \
    '--rank bm25 --explain' '--marks strict' '--synonyms none'; do
    : >"$T/all"
    for index in h a b c; do
        for words in kẹo phổi 'khu cong nghe cao' 'nghiên kứu' '"ung thư' 'lúa robot nhôm lũ phổi' \
            cambridge 'phổi cambridge' 'vắc xin' 'title:kẹo -đắng' '' '"' "$(printf 'k\033ẹo')"; do
            run query "$T/$index" --json $options -- "$words"
            [ "$CODE" -le 1 ] || echo "exit $CODE" >>"$T/all"
            cat "$T/out" >>"$T/all"
        done
    done
    cp "$T/all" "$T/out"
    by_schema answer "$options: each answer is by the schema"
done
for index in h a c; do
    run query "$T/$index" phổi kẹo 'nghiên cứu' --any -f jsonl --explain -n 100
    by_schema hit "$index: each line of jsonl is by the schema"
done

# --- failures
run query "$T/a" 'bệnh "ung thư' --strict --json
by_schema failure "a bad query: the error object"
run query "$T/none" lúa --json
by_schema failure "no such index"
run query "$T/a" lúa --json --after 2018 --before 2017
by_schema failure "options that make no sense together"
run query "$T/a" lúa --json --nonsense
by_schema failure "an unknown option"
run query "$T/a" lúa --json -n many
by_schema failure "a wrong value"
mkdir "$T/broken" && printf x >"$T/broken/manifest"
run query "$T/broken" lúa --json
by_schema failure "a folder that is no index"

# --- what is not in the schema fails, what other versions may say does not
run query "$T/a" phổi '"ung thư' --any --json --facet year --explain
cat >"$T/wrong.py" <<'PY'
import copy, json, sys
from jsonschema import Draft202012Validator
whole = json.load(open(sys.argv[1], encoding="utf-8"))
valid = Draft202012Validator(whole).is_valid
answer = json.load(open(sys.argv[2], encoding="utf-8"))
assert valid(answer) and answer["notes"] and answer["hits"]

def places(value, path=()):
    if isinstance(value, dict):
        yield path
        for k, v in value.items():
            yield from places(v, path + (k,))
    elif isinstance(value, list):
        for i, v in enumerate(value):
            yield from places(v, path + (i,))

def changed(path, change):
    new = copy.deepcopy(answer)
    at = new
    for step in path:
        at = at[step]
    change(at)
    return new

count = 0
for path in places(answer):
    count += 1
    assert not valid(changed(path, lambda o: o.update({"nonsense": 1}))), path
assert count > 15, count
required = [k for k in answer if k not in ("notes", "facets_distinct")]
for key in required:
    assert not valid(changed((), lambda o: o.pop(key))), key
wrong = {"schema": 2, "query": 1, "total": -1, "total_is": "about", "took_ms": "1", "partial": 0,
         "shards": [], "hits": {}, "facets": [], "suggestions": {}, "next": 0, "notes": []}
for key, value in wrong.items():
    assert not valid({**answer, key: value}), key
hit = answer["hits"][0]
for key, value in {"rank": 0, "id": "", "score": "1", "title": 1, "date": "14/1/2017",
                   "date_precision": "week", "title_ranges": [[1]], "snippets": [{"text": "x"}],
                   "explanation": [{"kind": "word"}], "similar": -1, "index": 1}.items():
    assert not valid({**hit, key: value}), key
for key in hit:
    if key != "explanation":
        assert not valid({k: v for k, v in hit.items() if k != key}), key
# Keys that not every answer has.
assert valid({**hit, "similar": 3, "index": "news"})
assert valid({**answer, "partial": True, "total_is": "at_least"})
assert valid({**answer, "total_is": "estimate", "backend": "xapian"})
some = {"asked": 3, "answered": 2, "missing": [{"name": "b:1", "problem": "did not answer"}]}
assert valid({**answer, "partial": True, "total_is": "at_least", "shards": some})
for key, value in {"missing": [], "asked": 0, "answered": -1}.items():
    assert not valid({**answer, "shards": {**some, key: value}}), key
assert not valid({**answer, "shards": {**some, "missing": [{"name": "b:1"}]}})
assert not valid({**answer, "backend": "auto"})
related = {**answer, "related_to": "cli-1"}
assert valid(related)
related.pop("query")
assert valid(related)
failure = {"schema": 1, "error": {"code": "BAD_QUERY", "message": "x", "at": None, "hint": None}}
assert valid(failure)
assert not valid({**failure, "hits": []})
assert not valid({"schema": 1, "error": {**failure["error"], "code": "bad query"}})
assert not valid({"schema": 1, "error": {**failure["error"], "more": 1}})
PY
python3 "$T/wrong.py" $SCHEMA "$T/out"
ok $? "an unknown key at any place, a wrong value, a missing key: not by the schema"

python3 - $SCHEMA <<'PY'
import json, sys
def walk(schema, path):
    if isinstance(schema, list):
        for s in schema:
            walk(s, path)
    if not isinstance(schema, dict):
        return
    for key, value in schema.get("properties", {}).items():
        assert value.get("description", "").endswith("."), (path, key)
    if "properties" in schema:
        assert schema["additionalProperties"] is False, path
        assert set(schema.get("required", [])) <= set(schema["properties"]), path
    for key, value in schema.items():
        walk(value, path + (key,))
walk(json.load(open(sys.argv[1], encoding="utf-8")), ())
PY
ok $? "every key of the schema is documented, every object closed"

# --- numbers: the shortest digits that read back, whatever the locale
LC_ALL=de_DE.UTF-8 run query "$T/c" khu công nghệ cao --any -n 200 --json --explain
python3 - "$T/out" <<'PY'
import json, re, sys
text = open(sys.argv[1], encoding="utf-8").read()
count = 0
def number(s):
    global count
    count += 1
    assert s.rstrip("0").rstrip(".") == s or "e" in s, s
    assert float(s) == float(repr(float(s))) and len(s) <= len(repr(float(s))), s
    return float(s)
json.loads(text, parse_float=number)
assert count > 500, count
PY
ok $? "floats have the shortest digits that read back"
done_testing
