"""A small web server on the loopback address that runs the search page as CGI.

A process a request, a thread a request, nothing kept: what a test of the page needs from a
server, so that no installed one is needed. The page stands at PLACE, any other address is
answered 404. Server(...) is a context manager; .url is the address of the page.
"""

import http.server
import os
import subprocess
import threading

PLACE = "/tin/tim-kiem"
SECONDS = 60


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def answer(self):
        path, _, query = self.path.partition("?")
        if path != PLACE:
            # Browsers ask for an icon by themselves; its lack is no fault of the page.
            self.send_response(204 if path == "/favicon.ico" else 404)
            self.end_headers()
            return
        out = subprocess.run(self.server.command, env=self.environment(query),
                             stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS)
        head, _, body = out.stdout.partition(b"\r\n\r\n")
        self.server.keep(query, out, head)
        fields = [line.split(b": ", 1) for line in head.split(b"\r\n") if b": " in line]
        if not fields:
            self.send_error(502, "the program sent no header")
            return
        status = [v for k, v in fields if k.lower() == b"status"]
        self.send_response(int(status[0].split()[0]) if status else 200)
        for name, value in fields:
            if name.lower() != b"status":
                self.send_header(name.decode("latin-1"), value.decode("latin-1"))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_HEAD = do_POST = answer

    def environment(self, query):
        names = {"GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.1",
                 "SERVER_NAME": "127.0.0.1", "SERVER_PORT": str(self.server.server_port),
                 "REQUEST_METHOD": self.command, "QUERY_STRING": query,
                 "REMOTE_ADDR": "127.0.0.1", "SCRIPT_NAME": PLACE}
        for name, value in self.headers.items():
            names["HTTP_" + name.upper().replace("-", "_")] = value
        # What a sanitizer is told comes along, nothing else of ours.
        names.update((n, os.environ[n]) for n in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "PATH")
                     if n in os.environ)
        names.update(self.server.settings)
        return names

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, program, index, **settings):
        super().__init__(("127.0.0.1", 0), Handler)
        self.command = program if isinstance(program, list) else [os.path.abspath(program)]
        self.url = "http://127.0.0.1:%d%s" % (self.server_port, PLACE)
        self.settings = {"HLSEARCH_INDEX": index, "HLSEARCH_BASE_URL": self.url, **settings}
        self.lock = threading.Lock()
        self.faults = []    # programs that died or said nothing
        self.asked = []     # query strings, in their order
        self.head = b""     # of the last answer

    def keep(self, query, out, head):
        with self.lock:
            self.asked.append(query)
            self.head = head
            if out.returncode or not head:
                self.faults.append("%s: exit %d: %s" % (
                    query, out.returncode, out.stderr.decode("utf-8", "replace")[-600:]))

    def handle_error(self, request, address):
        pass  # a browser that goes on closes its connection; that is no fault

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.thread.join()
        self.server_close()
