#!/bin/sh
# hlsearch query on a terminal: width, word borders, wide and combining letters, colour, pager,
# footer.  A terminal is made by python's pty.
. tests/cases/cli.sh

if ! has_python; then
    skip "python3 not there: no terminal can be made"
    done_testing
fi

cat >"$T/odd.jsonl" <<'END'
{"id":"cjk","title":"Chữ Hán 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字 trong thư tịch","body":"Người đọc chữ Hán thấy 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字, rồi Ｆｕｌｌ và 한국어 một lượt.","date":"2020-01-02","section":"Văn hóa","source":"Thư viện quốc gia ở một nơi rất xa"}
{"id":"nfd-with-an-id-that-is-longer-than-many-a-terminal-is-wide-and-has-no-blank-anywhere-in-it","title":"Chu\u031b\u0303 Ha\u0301n vie\u0302\u0301t ra\u0300ng buo\u0323\u0302c du\u031b\u0301t doa\u0323n","body":"Chu\u031b\u0303 Ha\u0301n vie\u0302\u0301t theo lo\u0302\u0301i to\u0302\u0309 ho\u031b\u0323p da\u0300i do\u0300ng nhie\u0302\u0300u cho\u0302\u0303, 👩‍🔬 và soft\u00adhyphen nữa.","date":"2020-01-03"}
{"id":"url","title":"Chữ Hán","body":"Xem https://vi-du.example/mot-dia-chi-rat-dai-khong-co-dau-cach-nao-o-trong-ca-va-con-dai-them-mot-doan-nua để biết chữ Hán (chữ Hán), \"chữ Hán\".","date":"2020-01-04"}
END
"$HL" index "$T/o" "$T/odd.jsonl" -q
"$HL" index "$T/a" "$ARTICLES" -q
"$HL" index "$T/c" corpus/articles-a.jsonl corpus/articles-b.jsonl -q

# look.py TOOL COLUMNS ROWS ARGUMENTS: what came to the terminal, as bytes; VIA: its input.
cat >"$T/look.py" <<'PY'
import fcntl, os, pty, re, struct, sys, termios, unicodedata

def look(columns, rows, argv, **env):
    pid, fd = pty.fork()
    if pid == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.environ.update({"TERM": "xterm", "PAGER": "cat"})
        for k, v in env.items():
            os.environ.pop(k, None) if v is None else os.environ.update({k: v})
        os.execv(argv[0], argv)
    out = b""
    while True:
        try:
            part = os.read(fd, 65536)
        except OSError:
            break
        if not part:
            break
        out += part
    os.waitpid(pid, 0)
    return out.replace(b"\r", b"").decode("utf-8")

def plain(text):
    return re.sub("\033\\[[0-9;]*m", "", text)

def width(line):
    n = 0
    for c in line:
        if c == "\u00ad":
            n += 1
        elif unicodedata.category(c) in ("Mn", "Me", "Cf") or "\u1160" <= c <= "\u11ff":
            continue
        else:
            n += 2 if unicodedata.east_asian_width(c) in "WF" else 1
    return n
PY

cat >"$T/widths.py" <<'PY'
import subprocess, sys
sys.path.insert(0, sys.argv[1])
from look import look, plain, width
tool, index, words = sys.argv[2:5]
run = [tool, "query", index, *words.split(), "--any", "-n", "30", "--facet", "section:5,year"]
free = subprocess.run(run + ["--snippet", "240"], capture_output=True, text=True).stdout
for columns in list(range(20, 60)) + [80, 100, 200, 1000]:
    for colour in ("always", "never"):
        seen = look(columns, 5000, run + ["--color", colour])
        lines = plain(seen).rstrip("\n").split("\n")
        for line in lines:
            assert width(line) <= columns, (columns, width(line), line)
            assert line == line.rstrip() or colour, line
        # Broken at blanks, or within what has none: the same letters in the same order.
        if colour == "never":
            flat = lambda text: text.replace("\n", "").replace(" ", "")
            assert flat("".join(lines)).startswith(flat(free)), (columns, lines)
        # No word that fits a line is cut; none could stand on the line before.
        if colour == "never" and columns >= 60:
            whole = set(free.split())
            for line in lines[:-1]:
                for word in line.split():
                    assert word in whole or any(word in w and width(w) > columns - 3
                                                for w in whole), (columns, word)
        for part in seen.split("\n"):
            at = part.find("   \033[1;4m")
            assert not part.startswith("\033[1;4m   ") and "\033[1;4m  " not in part, part
            assert part.count("\033[1;4m") == 0 or "\033[0m" in part, part
PY
for index in o a c; do
    python3 "$T/widths.py" "$T" "$HL" "$T/$index" "chữ Hán khoa học phổi"
    ok $? "$index: lines end at the width, at blanks, whatever the letters"
done

python3 - "$T" "$HL" "$T/o" <<'PY'
import sys
sys.path.insert(0, sys.argv[1])
from look import look, plain, width
tool, index = sys.argv[2:4]
# A comma or bracket after a match stays with it.
for columns in range(20, 90):
    before = ""
    seen = plain(look(columns, 900, [tool, "query", index, "chữ", "Hán", "--color", "never"]))
    for line in seen.split("\n"):
        # Only in what has no blank, and where the line before is full.
        odd = line.strip().startswith((",", ")", "]", ".")) and not line.strip().startswith("...")
        assert not odd or width(before) >= columns - 1, (columns, line)
        assert not line.endswith(("[", "(")) or width(line) >= columns - 1, (columns, line)
        before = line
PY
ok $? "no line begins with what closes, or ends with what opens"

python3 - "$T" "$HL" "$T/a" "$T/c" <<'PY'
import sys
sys.path.insert(0, sys.argv[1])
from look import look, width
tool, a, c = sys.argv[2:5]
run = [tool, "query", a, "phổi"]
bold = "\033[1;4mphổi\033[0m"
cases = [
    ({}, [], True), ({"NO_COLOR": "1"}, [], False), ({"NO_COLOR": ""}, [], True),
    ({"TERM": "dumb"}, [], False), ({"TERM": None}, [], False), ({"TERM": ""}, [], False),
    ({"TERM": "dumb", "CLICOLOR_FORCE": "1"}, [], True), ({"CLICOLOR_FORCE": "0"}, [], True),
    ({"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, [], False),
    ({"NO_COLOR": "1"}, ["--color", "always"], True), ({"TERM": "dumb"}, ["--color", "always"], True),
    ({}, ["--color", "never"], False), ({"CLICOLOR_FORCE": "1"}, ["--color=never"], False),
    ({"NO_COLOR": "1"}, ["--color", "auto"], False),
]
for env, more, want in cases:
    seen = look(80, 60, run + more, **env)
    assert (bold in seen) == want and ("[phổi]" in seen) != want and ("\033" in seen) == want, (env, more, seen)
    assert "2 results, " in seen, "a footer on a terminal"
for form in ("json", "jsonl", "tsv", "csv", "rss", "ids", "trec"):
    seen = look(40, 3, run + ["-f", form, "--color", "always"], PAGER="sed s/^/paged:/")
    assert "\033" not in seen and "results," not in seen and "paged:" not in seen, (form, seen)
# COLUMNS beats the terminal where it makes sense, else the terminal counts, else 80.
longest = lambda seen: max(width(line) for line in seen.split("\n"))
run = [tool, "query", c, "khoa", "học", "--any", "--color", "never"]
got = longest(look(100, 900, run, COLUMNS="40"))
assert 30 < got <= 40, got
for odd in ("0", "-5", "abc", "", "99999"):
    got = longest(look(70, 900, run, COLUMNS=odd))
    assert 60 < got <= 70, (odd, got)
got = longest(look(0, 900, run))
assert 70 < got <= 80, got
got = longest(look(5, 900, run))
assert got <= 20, got
assert "Next page: -o 10" in look(80, 900, run)
PY
ok $? "colour: --color, NO_COLOR, CLICOLOR_FORCE, TERM; other forms never; COLUMNS"

python3 - "$T" "$HL" "$T/a" <<'PY'
import sys
sys.path.insert(0, sys.argv[1])
from look import look
tool, index = sys.argv[2:4]
run = [tool, "query", index, "phổi"]
page = "sed s/^/paged:/"
paged = lambda rows, more=(), **env: "paged:" in look(env.pop("columns", 80), rows, run + list(more), **{"PAGER": page, **env})
full = look(80, 900, run).count("\n")
assert paged(full) and not paged(full + 1), "the prompt needs a row too"
assert not paged(5, ["--no-pager"]) and not paged(5, PAGER="cat") and not paged(5, PAGER="")
assert not paged(5, TERM="dumb") and not paged(5, TERM=None) and not paged(5, ["-f", "ids"])
assert not paged(0), "a terminal that does not know its rows"
# COLUMNS may promise more than the terminal has: rows are counted as they are shown.
assert paged(full - 1, columns=40, COLUMNS="200")
seen = look(80, 5, run, PAGER="/nonexistent/pager")
assert "2 results" in seen, seen
seen = look(80, 5, run, PAGER="true")
assert "results" not in seen, "a pager that leaves early is no failure"
# What is said on stderr comes before what is paged.
seen = look(80, 5, [tool, "query", index, '"phổi'], PAGER=page)
assert "quote" in seen and seen.index("quote") < seen.index("paged:"), seen
PY
ok $? "pager: only where the answer is longer than the screen, and may be stopped"

# --- no terminal
COLUMNS=30 run query "$T/c" khoa học --any
[ "$(awk '{ if (length($0) > n) n = length($0) } END { print n }' "$T/out")" -gt 100 ]
ok $? "no terminal: no width"
is "$(echo "$OUT" | grep -c 'results,')" 0 "no terminal: no footer"
CLICOLOR_FORCE=1 PAGER='sed s/^/paged:/' run query "$T/c" khoa học --any -n 100
is "$(grep -c '^paged:' "$T/out")" 0 "no terminal: no pager"
run query "$T/c" khoa --color sometimes
fails 2 "--color wants one of auto|always|never" "--color: another word"
done_testing
