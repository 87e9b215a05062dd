"""A web server with the page behind it, as the manual says: started, asked, stopped.

    servers.py SETUP FOLDER HLSEARCH MANUAL

SETUP is a name of SETUPS.  The snippets come out of MANUAL (`hlsearch help page`), with only
the paths replaced that PLACES lists; what is put around them is the least that the server
needs to run in FOLDER, which has an index news.ix, and as an ordinary user.  Prints lines that
begin with "ok ", "not ok ", "skip " or "# "; tests/837-servers.sh counts them.
"""
import glob
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

import visitor

USER = "www-data"  # whom Debian's servers run as; root becomes it before it starts one

# What an administrator adapts, and what stands for it in FOLDER.
PLACES = {
    "/usr/local/lib/cgi-bin/hlsearch.cgi": "cgi-bin/hlsearch.cgi",
    "/srv/news.ix": "news.ix",
    "/run/lighttpd/hlsearch.sock": "run/page.sock",
    "/run/hlsearch.sock": "run/page.sock",
    "/run/fcgiwrap.socket": "run/wrap.sock",
    "/var/log/lighttpd/hlsearch.log": "run/page.log",
}

# Lines of a server that tell of its start and end, or of what it refused itself.
SERVER_LINES = {
    "lighttpd": r"server started|server stopped by UID|graceful shutdown",
    "nginx": r"$^",
    "apache2": r"AH00489: .* resuming normal operations|AH00094: Command line|"
               r"AH00491: caught SIGTERM|AH01623: client method denied",
}


def program(name):
    return shutil.which(name, path="/usr/local/sbin:/usr/sbin:/sbin:" + os.environ["PATH"])


def snippet(manual, place):
    """The block of the manual whose first line says that it belongs at this place."""
    block = []
    for line in open(manual, encoding="utf-8"):
        if block and line.strip() and not line.startswith("      "):
            break
        if block or line.strip() == "# " + place:
            block.append(line[6:].rstrip())
    assert block, f"the manual has no block for {place}"
    return "\n".join(block) + "\n"


class Site:
    """What runs in FOLDER for one setup: the server, and what it talks to."""

    def __init__(self, name, folder, manual):
        self.name, self.folder, self.manual = name, folder, manual
        self.run = os.path.join(folder, "run")
        self.log = os.path.join(self.run, "server.log")
        self.port, self.started, self.secret = free_port(), [], {}
        shutil.rmtree(self.run, ignore_errors=True)
        os.mkdir(self.run)
        os.mkdir(self.path("tmp"))
        os.mkdir(self.path("www"))
        if os.getuid() == 0:
            user = pwd.getpwnam(USER)
            for path in (self.run, self.path("tmp"), self.path("www")):
                os.chown(path, user.pw_uid, user.pw_gid)
            self.secret = {"user": USER, "group": user.pw_gid, "extra_groups": []}

    def path(self, name):
        return os.path.join(self.run, name)

    def snippet(self, place):
        text = snippet(self.manual, place)
        for theirs, ours in PLACES.items():
            text = text.replace(theirs, os.path.join(self.folder, ours))
        return text

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.path(name), 0o644)
        return self.path(name)

    def environment(self):
        kept = {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}
        return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TMPDIR": self.path("tmp"), **kept}

    def start(self, *words, **more):
        """A program that stays, in our group of processes; it is ended by stop()."""
        with open(self.path("output"), "ab") as output:
            options = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output,
                       "cwd": self.run, "env": self.environment(), **self.secret, **more}
            self.started.append(subprocess.Popen(words, **options))
        return self.started[-1]

    def wait(self, what, seconds=20):
        """Until it is true, or what was started has died."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if what():
                return
            dead = [p.args[0] for p in self.started if p.poll() is not None]
            if dead:
                raise RuntimeError(f"{dead[0]} ended: {self.output()}")
            time.sleep(0.02)
        raise RuntimeError(f"no answer after {seconds} s: {self.output()}")

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def output(self):
        return "".join(open(p, encoding="utf-8", errors="backslashreplace").read()
                       for p in (self.path("output"), self.log) if os.path.exists(p))[-2000:]

    def stop(self):
        """The last started ends first.  What did not end by itself is told, and killed."""
        late = []
        for process in reversed(self.started):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                late.append(process.args[0])
                process.kill()
                process.wait()
        return late

    def left_processes(self):
        """What is there still, some seconds after the server, which does not wait for all."""
        end = time.monotonic() + 10
        while self.processes() and time.monotonic() < end:
            time.sleep(0.02)
        return self.processes()

    def processes(self):
        """Whatever names the folder: as its program, among its words, or to work in."""
        found = []
        for path in glob.glob("/proc/[0-9]*"):
            try:
                words = open(path + "/cmdline", "rb").read().decode("latin-1")
                if self.folder + "/" in words or os.readlink(path + "/cwd") == self.run:
                    found.append((int(path[6:]), words.replace("\0", " ")))
            except OSError:
                pass
        return [p for p in found if p[0] not in (os.getpid(), os.getppid())]

    def left_sockets(self):
        return [p for p in glob.glob(self.run + "/**", recursive=True)
                if not os.path.isfile(p) and not os.path.isdir(p)]

    def log_lines(self):
        """Of the page, and of whatever else anybody had to say; a server that runs as it
        should has no output."""
        ours, others = [], []
        for path in (self.path("output"), self.log, self.path("page.log")):
            if not os.path.exists(path):
                continue
            for line in open(path, encoding="utf-8", errors="backslashreplace"):
                if "hlsearch.cgi: " in line and path != self.path("output"):
                    ours.append(line.rstrip())
                elif not re.search(SERVER_LINES[self.name.split("-")[0]], line):
                    others.append(line.rstrip())
        return ours, others


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# ------------------------------------------------------------------------- servers

def lighttpd(site, places):
    text = (f'server.bind = "127.0.0.1"\nserver.port = {site.port}\n'
            f'server.document-root = "{site.path("www")}"\n'
            f'server.errorlog = "{site.log}"\nserver.upload-dirs = ("{site.path("tmp")}")\n'
            'server.modules = ("mod_indexfile", "mod_access", "mod_alias", "mod_redirect")\n')
    conf = site.write("lighttpd.conf", text + "".join(site.snippet(p) for p in places))
    site.start(program("lighttpd"), "-D", "-f", conf)
    site.wait(site.answers)


def nginx(site, places):
    temp = "".join(f"{kind}_temp_path {site.path('tmp')};\n" for kind in
                   ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    site.write("fastcgi_params", open("/etc/nginx/fastcgi_params", encoding="utf-8").read())
    conf = site.write("nginx.conf",
                      f"daemon off;\npid {site.path('nginx.pid')};\nworker_processes 1;\n"
                      f"error_log {site.log} error;\nevents {{ worker_connections 512; }}\n"
                      f"http {{\naccess_log off;\nlog_not_found off;\n{temp}server {{\n"
                      f"listen 127.0.0.1:{site.port};\n{''.join(map(site.snippet, places))}}}\n}}\n")
    site.start(program("nginx"), "-p", site.run, "-c", conf, "-e", site.log)
    site.wait(site.answers)


def apache2(site, places):
    text = "".join(map(site.snippet, places))
    modules = "mpm_event authz_core alias " + re.search("after: a2enmod (.*)", text)[1]
    load = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"
                   for name in modules.split())
    cgid = f"ScriptSock {site.path('cgid.sock')}\n" if "cgid" in modules else ""
    conf = site.write("apache.conf",
                      f"{load}ServerRoot {site.run}\nServerName localhost\n"
                      f"Listen 127.0.0.1:{site.port}\nPidFile {site.path('apache.pid')}\n"
                      f"DefaultRuntimeDir {site.path('tmp')}\nErrorLog {site.log}\n"
                      f"LogLevel warn\n{cgid}DocumentRoot {site.path('www')}\n"
                      f"<Directory />\nRequire all denied\n</Directory>\n"
                      f"<Directory {site.path('www')}>\nRequire all granted\n</Directory>\n{text}")
    site.start(program("apache2"), "-f", conf, "-D", "FOREGROUND")
    site.wait(site.answers)


# ------------------------------------------------------------- what stands behind them

def fcgiwrap(site):
    """As Debian's unit starts it, but for the socket."""
    path = site.path("wrap.sock")
    site.start(program("fcgiwrap"), "-f", "-s", "unix:" + path)
    site.wait(lambda: os.path.exists(path))


def units(site):
    """What systemd makes of the two units: a socket that listens, as the page's stdin."""
    def values(text, key):
        return re.findall(f"^{key}=(.*)$", text, re.M)
    sockets = site.snippet("/etc/systemd/system/hlsearch.socket")
    service = site.snippet("/etc/systemd/system/hlsearch.service")
    assert values(service, "StandardInput") == ["socket"]
    path = values(sockets, "ListenStream")[0]
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen(4096)
        if site.secret:
            shutil.chown(path, values(sockets, "SocketUser")[0])
        os.chmod(path, int(values(sockets, "SocketMode")[0], 8))
        given = dict(pair.split("=", 1) for pair in values(service, "Environment"))
        site.start(*values(service, "ExecStart")[0].split(), stdin=listening,
                   env={**site.environment(), **given})


def verify_units(site):
    """By systemd itself, where it is there."""
    if not program("systemd-analyze"):
        return visitor.skip("the units, verified: no systemd-analyze")
    folder = site.path("units")
    os.mkdir(folder)
    for name in ("hlsearch.socket", "hlsearch.service"):
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(site.snippet("/etc/systemd/system/" + name))
    done = subprocess.run(["systemd-analyze", "verify", f"{folder}/hlsearch.socket",
                           f"{folder}/hlsearch.service"], capture_output=True, text=True)
    said = [line for line in done.stderr.splitlines() if folder in line or "hlsearch" in line]
    visitor.ok(not said, "systemd has nothing to say of the units", *said)


def spawn_fcgi(site):
    """The line of the manual, run by a shell; nobody but root may become another user."""
    line = site.snippet("instead of systemd, as root")
    if not site.secret:
        line = line.replace(f"-U {USER} -u {USER} ", "")
    pid = site.path("spawn.pid")
    line = line.replace("spawn-fcgi -s", f"spawn-fcgi -P {pid} -s")
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, cwd=site.run,
                          env=site.environment())
    visitor.ok(done.returncode == 0, "the line of spawn-fcgi", done.stderr)
    return [int(n) for n in open(pid, encoding="ascii").read().split()]


def end_spawned(pids):
    """spawn-fcgi leaves its children to whoever called it."""
    for pid in pids:
        os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + 10
    while any(os.path.exists(f"/proc/{pid}") for pid in pids) and time.monotonic() < end:
        time.sleep(0.02)


CONF = "/etc/lighttpd/conf-enabled/50-hlsearch.conf"
APACHE = "/etc/apache2/conf-enabled/hlsearch.conf"
# Name: what starts the server, where its snippet belongs, what stands behind it, programs.
SETUPS = {
    "lighttpd-cgi": (lighttpd, [CONF + ", CGI"], None, ["lighttpd"]),
    "lighttpd-fastcgi": (lighttpd, [CONF + ", FastCGI"], None, ["lighttpd"]),
    "nginx-fcgiwrap": (nginx, ["within server { }, through fcgiwrap"], fcgiwrap,
                       ["nginx", "fcgiwrap"]),
    "nginx-fastcgi": (nginx, ["within server { }, FastCGI"], units, ["nginx"]),
    "nginx-spawn": (nginx, ["within server { }, FastCGI"], spawn_fcgi, ["nginx", "spawn-fcgi"]),
    "apache2-cgi": (apache2, [APACHE + ", CGI"], None, ["apache2"]),
    "apache2-fastcgi": (apache2, [APACHE + ", FastCGI"], units, ["apache2"]),
}


def main():
    name, folder, tool, manual = sys.argv[1:]
    server, places, behind, programs = SETUPS[name]
    visitor.PREFIX = name + ": "
    missing = [p for p in programs if not program(p)]
    if missing:
        return visitor.skip(f"no {missing[0]} on this machine")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # by way of what ends the server
    site, pids = Site(name, folder, manual), []
    try:
        if behind is units:
            verify_units(site)
        if behind:
            pids = behind(site) or []
        server(site, places)
        guest = visitor.Visitor(site.port, os.path.join(folder, PLACES[
            "/usr/local/lib/cgi-bin/hlsearch.cgi"]), os.path.join(folder, "news.ix"), tool)
        guest.visit(fast=not name.endswith(("-cgi", "-fcgiwrap")))
    except Exception as e:  # a test that breaks must still end what it started
        visitor.ok(False, f"runs: {e!r}")
        raise
    finally:
        late = site.stop()
        if behind is spawn_fcgi:
            end_spawned(pids)
        for name in ("page.sock", "wrap.sock") if behind else ():
            if os.path.exists(site.path(name)):
                os.unlink(site.path(name))  # systemd's or the caller's to remove
    visitor.ok(not late, "ends when it is told to", *late)
    left = site.left_processes()
    visitor.ok(not left, "no process stays behind", *left)
    left = site.left_sockets()
    visitor.ok(not left, "no socket stays behind", *left)
    ours, others = site.log_lines()
    visitor.ok(not others, "its log has no line but the page's", *others[:5])
    visitor.ok(len(ours) == guest.reached, "a line of the log for each request",
               f"{len(ours)} lines, {guest.reached} requests", *ours[-3:])
    visitor.ok(not os.listdir(site.path("tmp")), "no temporary file stays behind",
               *os.listdir(site.path("tmp")))


if __name__ == "__main__":
    main()
