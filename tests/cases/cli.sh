# What the tests of the command line share; sourced with . from the project root.
# TAP: ok and is print one line each, done_testing the plan.
B=${B:-build}
HL=$B/hlsearch
T=$(mktemp -d "${TMPDIR:-/tmp}/hlsearch-cli.XXXXXX") || exit 1
trap 'rm -rf "$T"' EXIT
# No config of whoever runs the tests, no colour forced from outside, messages in English.
LANG=C
export LANG
unset LC_ALL LC_MESSAGES
XDG_CONFIG_HOME=$T/xdg
export XDG_CONFIG_HOME
unset NO_COLOR CLICOLOR_FORCE COLUMNS PAGER
N=0
FAILED=0
ARTICLES=tests/cases/cli-articles.jsonl

# ok STATUS WHAT: the status is the exit code of a test command.
ok()
{
    N=$((N + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $N - $2"
    else
        echo "not ok $N - $2"
        FAILED=$((FAILED + 1))
    fi
}

# is GOT WANT WHAT
is()
{
    [ "$1" = "$2" ]
    ok $? "$3"
    [ "$1" = "$2" ] || printf '#   got:  %.400s\n#   want: %.400s\n' "$1" "$2"
}

# has TEXT PART WHAT: the part stands in the text as it is.
has()
{
    case $1 in
    *"$2"*) ok 0 "$3" ;;
    *)
        ok 1 "$3"
        printf '#   got:  %s\n#   want: ... %s ...\n' "$1" "$2"
        ;;
    esac
}

# run ARGUMENTS...: the tool; OUT, ERR and CODE are what came of it.
run()
{
    "$HL" "$@" >"$T/out" 2>"$T/err" </dev/null
    CODE=$?
    OUT=$(cat "$T/out")
    ERR=$(cat "$T/err")
}

# fails CODE PART WHAT, after run: that exit code, nothing on stdout, one sentence.
fails()
{
    is "$CODE" "$1" "$3: exit $1"
    has "$ERR" "$2" "$3: says so"
}

skip()
{
    N=$((N + 1))
    echo "ok $N # skip $1"
}

# json EXPRESSION: evaluates it in python with d, the object on stdout of the last run.
json()
{
    python3 -c 'import json, sys
d = json.load(open(sys.argv[1], encoding="utf-8"))
r = eval(sys.argv[2])
print(r if isinstance(r, str) else json.dumps(r, ensure_ascii=False))' "$T/out" "$1"
}

has_python()
{
    command -v python3 >/dev/null 2>&1
}

# on_terminal COLUMNS ROWS ARGUMENTS...: the tool with stdout and stderr on a terminal;
# OUT is what came there, carriage returns dropped.
on_terminal()
{
    OUT=$(python3 - "$HL" "$@" <<'PY'
import fcntl, os, pty, struct, sys, termios
tool, columns, rows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
pid, fd = pty.fork()
if pid == 0:
    size = struct.pack("HHHH", rows, columns, 0, 0)
    fcntl.ioctl(1, termios.TIOCSWINSZ, size)
    os.environ.setdefault("TERM", "xterm")
    os.execv(tool, [tool] + sys.argv[4:])
out = b""
while True:
    try:
        part = os.read(fd, 65536)
    except OSError:
        break
    if not part:
        break
    out += part
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.stdout.buffer.write(out.replace(b"\r", b""))
sys.exit(code if code >= 0 else 128 - code)
PY
)
    CODE=$?
}

done_testing()
{
    echo "1..$N"
    [ "$FAILED" -eq 0 ]
    exit
}
