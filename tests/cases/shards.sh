# Servers of shards for tests, on loopback: started, killed, hung, brought back.  Read with .
# after cases/cli.sh; all of them are gone when the test ends, however it does.
#
#     servers_there || { skip "$WHY"; done_testing; }
#     shard_start one "$T/db/shard-0" && "$HL" query --shard "$(shard_at one)" ...
#     shard_kill one; shard_again one; shard_hang one; shard_wake one
#
# Each is a session of its own, so that a signal reaches what it started for its connections.
SHARDS=
trap 'shards_end; rm -rf "$T"' EXIT
trap 'exit 129' HUP INT TERM

servers_there()
{
    WHY=
    for program in xapian-tcpsrv setsid python3; do
        command -v $program >/dev/null 2>&1 || WHY="${WHY:+$WHY, }$program"
    done
    [ -z "$WHY" ] && return 0
    WHY="not there: $WHY"
    return 1
}

shards_end()
{
    for name_ in $SHARDS; do
        shard_kill "$name_"
    done
}

# A port that nobody listens on.  Somebody may take it before it is used: whoever starts a
# server tries others.
free_port()
{
    python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

# greets PORT: does a server say something there within ten seconds?
greets()
{
    python3 - "$1" <<'PY'
import socket, sys, time
end = time.monotonic() + 10
while time.monotonic() < end:
    try:
        with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1) as s:
            s.settimeout(end - time.monotonic())
            sys.exit(not s.recv(1))
    except OSError:
        time.sleep(.02)
sys.exit(1)
PY
}

# shard_start NAME FOLDER [OPTION...]: on a port of its own.
shard_start()
{
    name_=$1 folder_=$2
    shift 2
    eval "folder_of_$name_=\$folder_ options_of_$name_=\$*"
    for try_ in 1 2 3 4 5; do
        eval "port_of_$name_=$(free_port)"
        shard_again "$name_" && return 0
    done
    return 1
}

# shard_again NAME: the same on the same port.
shard_again()
{
    name_=$1
    eval "port_=\$port_of_$name_ folder_=\$folder_of_$name_ options_=\$options_of_$name_"
    # shellcheck disable=SC2086
    setsid xapian-tcpsrv --interface 127.0.0.1 --port "$port_" --quiet $options_ "$folder_" \
        >>"$T/servers.log" 2>&1 </dev/null 3>&- & # 3 is a pipe of the test's, to be closed
    eval "pid_of_$name_=$!"
    case " $SHARDS " in
    *" $name_ "*) ;;
    *) SHARDS="$SHARDS $name_" ;;
    esac
    greets "$port_" && kill -0 "$!" 2>/dev/null && return 0
    shard_kill "$name_"
    return 1
}

shard_at()
{
    eval "echo 127.0.0.1:\$port_of_$1"
}

# With the processes that answer its connections.
shard_signal()
{
    eval "pid_=\$pid_of_$2"
    [ -z "$pid_" ] || kill -s "$1" -- "-$pid_" 2>/dev/null
}

shard_kill()
{
    shard_signal KILL "$1"
    eval "pid_=\$pid_of_$1 pid_of_$1="
    [ -z "$pid_" ] || wait "$pid_" 2>/dev/null
    return 0
}

# It takes connections then, as the system does that for it, and says nothing.
shard_hang()
{
    shard_signal STOP "$1"
}

shard_wake()
{
    shard_signal CONT "$1"
}
