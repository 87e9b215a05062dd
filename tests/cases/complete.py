#!/usr/bin/env python3
"""usage: complete.py bash|zsh SCRIPT FOLDER [--list] LINE...

Types each LINE and a tab into a real shell in FOLDER, with the completion SCRIPT read before,
and prints what the line then is; with --list (zsh) the candidates instead, sorted, between
blanks.
"""
import os
import pty
import select
import sys
import time

shell, script, folder = sys.argv[1:4]
lines = sys.argv[4:]
listing = lines[0] == "--list"
lines = lines[1:] if listing else lines
said = os.path.join(folder, ".said")

BASH = ". '%s'\nPS1='> '\nbind 'set bell-style none'\nbind 'set enable-bracketed-paste off'\n"
ZSH = """autoload -U compinit; compinit -u -D
. '%s'
PS1='> '; unsetopt zle_bracketed_paste beep prompt_sp; unset zle_bracketed_paste
"""
CAPTURE = """compadd() {
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
    local -a hits
    builtin compadd -A hits "$@"
    print -rl -- $hits >>$SAID
    builtin compadd "$@"
}
"""
command = ["bash", "--norc", "--noprofile", "-i"] if shell == "bash" else ["zsh", "-f", "-i"]


def read(fd, seconds):
    end = time.time() + seconds
    while time.time() < end:
        if select.select([fd], [], [], 0.05)[0]:
            try:
                os.read(fd, 65536)
            except OSError:
                return


def wait_for(fd, mark):
    end = time.time() + 20
    while time.time() < end:
        read(fd, 0.05)
        try:
            with open(said, encoding="utf-8") as file:
                text = file.read()
            if mark in text:
                return text[: text.index(mark)]
        except OSError:
            pass
    sys.exit("no answer from " + shell)


pid, fd = pty.fork()
if pid == 0:
    os.chdir(folder)
    os.environ.update(TERM="dumb", SAID=said, HOME=folder, HISTFILE="/dev/null", COLUMNS="400")
    os.environ.pop("LC_ALL", None)
    os.environ["LC_CTYPE"] = "C.UTF-8"
    os.execvp(command[0], command)
setup = (BASH if shell == "bash" else ZSH) % os.path.abspath(script)
if listing:
    setup += CAPTURE
rc = os.path.join(folder, ".complete-rc")
with open(rc, "w", encoding="utf-8") as file:
    file.write(setup)
os.write(fd, (". ./.complete-rc; echo ready >$SAID\n").encode())
wait_for(fd, "ready\n")
for i, line in enumerate(lines):
    mark = "mark%d." % i
    os.unlink(said)
    os.write(fd, line.encode() + b"\t")
    read(fd, 0.4)
    if listing:
        # Whatever the line became, it goes; then the mark says that all is written.
        os.write(fd, ("\x15echo '%s' >>$SAID\n" % mark).encode())
        print(" ".join(sorted(set(wait_for(fd, mark).split("\n")) - {""})))
    else:
        os.write(fd, ("\x01printf '<%%s>' \x05 >$SAID; echo '%s' >>$SAID\n" % mark).encode())
        print(wait_for(fd, mark).strip())
os.write(fd, b"exit\n")
os.close(fd)
