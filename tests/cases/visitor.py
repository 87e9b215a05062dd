"""What a visitor asks of the page behind a server, and what must come back.

Most answers are held against those of the page itself, run as a CGI program with the same
query: a server must hand on every header and every byte.
"""
import http.client
import json
import os
import re
import socket
import subprocess
import threading
import time
import urllib.parse
import xml.etree.ElementTree
from html.parser import HTMLParser

PREFIX = ""
PAGE = "/search"
BASE_URL = "https://news.example/search"  # as in the manual's snippets
MARKED = "q=khu+c%C3%B4ng+ngh%E1%BB%87+cao&n=3"

# Bytes that no browser sends.  A server may refuse them (400) or hand them on; the page then
# answers them as it answers any other.
HOSTILE = [
    (b"q=l%C3%BAa%00%3Cb%3E", "NUL, escaped"),
    (b"q=l%C3%BAa%0D%0ASet-Cookie:%20a=b%0D%0A%0D%0A", "a header, escaped"),
    (b"q=%FF%FE%C0%AF", "no UTF-8, escaped"),
    (b"q=l\xff\xfe", "no UTF-8, raw"),
    (b"q=%", "a lone %"),
    (b"q=%zz%u0041", "no escapes"),
    (b"q=\"><script>alert(1)</script>", "a script, raw"),
    (b"q=l%1B[31m", "controls of a terminal"),
    (b"q=%252e%252e/../../etc/passwd", "a path"),
    (b"q=x?y=z&&=&;#", "separators"),
    (b"-h+--version", "words without ="),
]


def ok(good, what, *why):
    print(("ok " if good else "not ok ") + PREFIX + what)
    if not good:
        for line in why:
            print("#   " + str(line).replace("\n", "\n#   ")[:2000])


def skip(why):
    print(f"skip {PREFIX}{why}")


class Links(HTMLParser):
    """The addresses of a page's links, by rel."""

    def __init__(self, text):
        super().__init__()
        self.by_rel = {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag in ("a", "link") and "rel" in given:
            self.by_rel[given["rel"]] = given["href"]


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def all(self, name):
        return [v for k, v in self.headers if k.lower() == name.lower()]

    def get(self, name):
        return (self.all(name) or [None])[0]

    def text(self):
        return self.body.decode("utf-8")

    def has(self, part):
        return part in self.text()

    def partial(self):
        """Cut short by the time limit, which happens to a busy machine."""
        return any(part.encode() in self.body for part in
                   ("Tìm chưa hết", "Ít nhất ", '"partial":true'))


def patiently(ask):
    """The answer, whole if it can be had."""
    for _ in range(10):
        answer = ask()
        if not answer.partial():
            break
        time.sleep(0.2)
    return answer


class Visitor:
    def __init__(self, port, cgi, index, tool):
        self.port, self.cgi, self.index, self.tool = port, cgi, index, tool
        self.reached = 0  # requests that the page itself has answered
        # Seconds until a change must show; AddressSanitizer makes all of it slow.
        self.patience = 10 if b"__asan_init" in open(cgi, "rb").read() else 2
        self.lock = threading.Lock()

    def ask(self, query, method="GET", headers=(), body=b""):
        return patiently(lambda: self.ask_once(query, method, headers, body))

    def ask_once(self, query, method="GET", headers=(), body=b""):
        """One request of exactly these bytes; what the server says."""
        query = query.encode() if isinstance(query, str) else query
        lines = [b"%s %s%s HTTP/1.1" % (method.encode(), PAGE.encode(), query and b"?" + query),
                 b"Host: localhost", b"Connection: close", *headers]
        if body:
            lines.append(b"Content-Length: %d" % len(body))
        with socket.create_connection(("127.0.0.1", self.port), 60) as s:
            s.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
            response = http.client.HTTPResponse(s, method=method)
            response.begin()
            answer = Answer(response.status, response.getheaders(), response.read())
        if answer.status == 304 or answer.get("Content-Security-Policy"):
            with self.lock:
                self.reached += 1
        return answer

    def direct(self, query, method="GET"):
        """The same of the page without a server between."""
        given = {"REQUEST_METHOD": method, "QUERY_STRING": query, "HLSEARCH_INDEX": self.index,
                 "HLSEARCH_BASE_URL": BASE_URL, "GATEWAY_INTERFACE": "CGI/1.1"}
        given.update((k, v) for k, v in os.environ.items() if k.endswith("SAN_OPTIONS"))
        return patiently(lambda: self.run(given))

    def run(self, given):
        done = subprocess.run([self.cgi], env=given, stdin=subprocess.DEVNULL,
                              capture_output=True, check=True)
        head, body = done.stdout.split(b"\r\n\r\n", 1)
        headers = [tuple(line.split(": ", 1)) for line in head.decode().split("\r\n")]
        status = [int(v.split()[0]) for k, v in headers if k == "Status"][0]
        return Answer(status, [h for h in headers if h[0] != "Status"], body)

    # ---------------------------------------------------------------------- checks

    def same(self, query, what, method="GET"):
        """Status, headers and bytes are those of the page itself."""
        got, want = self.ask(query, method), self.direct(query, method)
        if "format=json" in query:  # the time taken differs
            for answer in (got, want):
                answer.body = re.sub(rb'"took_ms":[0-9.]+', b'"took_ms":0', answer.body)
                answer.headers = [h for h in answer.headers if h[0] != "Content-Length"]
        if want.status >= 400:  # and so does the number of a failure
            for answer in (got, want):
                answer.body = re.sub(rb"\b[0-9a-f]{8}\b", b"ID", answer.body)
        ok(got.status == want.status, f"{what}: {want.status}", got.status, got.body[:500])
        lost = [(k, v, got.all(k)) for k, v in want.headers if got.all(k) != [v]]
        if got.get("Transfer-Encoding") == "chunked" and not got.all("Content-Length"):
            lost = [header for header in lost if header[0] != "Content-Length"]
        ok(not lost, f"{what}: every header, once", *lost)
        ok(not got.all("Set-Cookie"), f"{what}: no cookie")
        ok(got.body == want.body, f"{what}: every byte", got.body[:300], want.body[:300])
        return got

    def searches(self):
        page = self.same(MARKED, "a search")
        ok(page.has('value="khu công nghệ cao"') and page.has("<mark>"), "a search: hits")
        for query, what in (("q=khu công nghệ cao&n=3".replace(" ", "+"), "raw UTF-8"),
                            (MARKED.replace("+", "%20"), "%20 for +"),
                            ("n=3&keywords=" + MARKED[2:-4], "its other name")):
            ok(self.ask(query).body == page.body, what + ": the same page")
        page = self.same("q=khu+cong+nghe+cao&n=3", "without marks")
        ok(page.has("<strong>khu công nghệ cao</strong>"), "without marks: restored")
        ok(self.same("", "no query").has("<form"), "no query: the form")
        ok(self.same("q=xyzzyqqq", "nothing found").status == 200, "nothing found: 200")

    def next_page(self):
        """By the link that the page itself has."""
        first = self.ask(MARKED)
        link = Links(first.text()).by_rel.get("next", "")
        address = urllib.parse.urlsplit(urllib.parse.urljoin(PAGE + "?" + MARKED, link))
        ok(address.path == PAGE and address.query, "page 2: its link leads to the page", link)
        second = self.ask(address.query)
        ok(second.status == 200 and second.has('start="4"'), "page 2: counts on")
        back = Links(second.text()).by_rel.get("prev", "")
        again = self.ask(urllib.parse.urljoin(PAGE, back).partition("?")[2])
        ok(again.has('start="1"') and again.has("khu công nghệ cao"), "page 2: leads back", back)

    def methods(self):
        page, head = self.ask(MARKED), self.ask(MARKED, "HEAD")
        ours = [k for k, _ in self.direct(MARKED).headers]
        ok(head.status == 200 and not head.body, "HEAD: no body", head.status, head.body[:99])
        # A server may leave out a length that it would have counted itself.
        lost = [k for k in ours if head.all(k) != page.all(k) and
                (head.all(k) or k != "Content-Length")]
        ok(not lost, "HEAD: the headers of GET", *lost)
        for method, body in (("POST", b"q=l\xc3\xbaa"), ("POST", b"x" * 500000), ("PUT", b"x"),
                             ("DELETE", b"")):
            answer = self.ask("q=lua", method, body=body)
            what = f"{method} of {len(body)} bytes"
            ok(answer.status == 405, f"{what}: 405", answer.status, answer.body[:200])
            if answer.get("Content-Security-Policy"):  # else the server refused it itself
                ok(answer.get("Allow") == "GET, HEAD", f"{what}: Allow", answer.get("Allow"))

    def tags(self):
        page = self.ask(MARKED)
        tag = page.get("ETag").encode()
        known = self.ask(MARKED, headers=[b"If-None-Match: " + tag])
        ok(known.status == 304 and not known.body, "a known tag: 304", known.status)
        ok(known.all("ETag") == page.all("ETag"), "a known tag: told again", known.headers)
        known = self.ask(MARKED, "HEAD", headers=[b"If-None-Match: " + tag])
        ok(known.status == 304, "a known tag, HEAD: 304", known.status)
        other = self.ask(MARKED, headers=[b'If-None-Match: W/"0"'])
        ok(other.status == 200 and other.body == page.body, "another tag: the page")

    def one_connection(self):
        """Answers that end where they say, or the next one could not be read."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        want, tag = self.ask(MARKED), {}
        for method, status in (("HEAD", 200), ("GET", 200), ("GET", 304), ("GET", 200)):
            connection.request(method, f"{PAGE}?{MARKED}", headers=tag if status == 304 else {})
            response = connection.getresponse()
            body, tag = response.read(), {"If-None-Match": want.get("ETag")}
            ok(response.status == status and body == (want.body if method == "GET" and
               status == 200 else b""), f"on one connection: {method}, {status}", response.status)
            self.reached += 1
        connection.close()

    def formats(self):
        link = Links(self.ask(MARKED).text()).by_rel.get("stylesheet", "").partition("?")[2]
        sheet = self.same(link, "the style sheet")
        ok(sheet.get("Content-Type").startswith("text/css"), "the style sheet: is one", link)
        found = json.loads(self.same(MARKED + "&format=json", "JSON").body)
        ok(len(found["hits"]) == 3 and found["total"] >= 3, "JSON: hits")
        part = self.same(MARKED + "&part=results", "part=results")
        ok(re.match(r"\s*<ol class=\"hl-hits\"", part.text()) and not part.has("<html"),
           "part=results: the list alone", part.text()[:200])
        for kind, root in (("rss", "rss"), ("opensearch", "OpenSearchDescription")):
            answer = self.same(f"{MARKED}&format={kind}", kind)
            try:
                tree = xml.etree.ElementTree.fromstring(answer.body)
                ok(tree.tag.rpartition("}")[2] == root, f"{kind}: is one", tree.tag)
            except xml.etree.ElementTree.ParseError as e:
                ok(False, f"{kind}: is one", e, answer.body[:200])
            ok(answer.has(BASE_URL), f"{kind}: its links are absolute")

    def articles(self):
        hit = json.loads(self.ask(MARKED + "&format=json").body)["hits"][0]
        name = urllib.parse.quote(hit["id"], safe="")
        for verb in ("show", "related"):
            page = self.same(f"do={verb}&id={name}", f"do={verb}")
            ok(page.has("<article"), f"do={verb}: articles", page.text()[:200])
            page = self.same(f"do={verb}&id=no-such", f"do={verb} of no article")
            ok(page.status == 404, f"do={verb} of no article: 404", page.status)
        found = self.same("do=suggest&q=cong", "do=suggest")
        ok(b'"suggestions":[{' in found.body, "do=suggest: suggestions", found.body[:200])

    def bad_requests(self):
        ok(self.same("q=" + "0" * 513, "513 bytes").status == 400, "513 bytes: 400")
        ok(self.same("q=lua&x=" + "0" * 3000, "a long parameter").status == 200,
           "a long parameter: 200")
        for query, what in HOSTILE:
            answer = self.ask(query)
            ok(answer.status in (200, 400) and not answer.all("Set-Cookie"),
               f"{what}: answered or refused", answer.status, answer.headers)
            ok(b"\0" not in answer.body and b"<script>alert" not in answer.body and
               b"\x1b" not in answer.body, f"{what}: nothing of it comes back")

    def crowd(self, count):
        """All at once, every second one asking for something else."""
        queries = [MARKED, "q=nghi%C3%AAn+c%E1%BB%A9u&n=10"]
        want = [self.ask(query).body for query in queries]
        together, wrong = threading.Barrier(count), []

        def one(i):
            try:
                together.wait(30)
                answer = self.ask_once(queries[i % 2])
                good = answer.body == want[i % 2] or (answer.partial() and answer.has("</html>"))
                if answer.status != 200 or not good:
                    wrong.append((i, answer.status, answer.body[:100]))
            except Exception as e:  # counts as a wrong answer
                wrong.append((i, repr(e)))

        threads = [threading.Thread(target=one, args=(i,)) for i in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ok(not wrong, f"{count} visitors at once", f"{len(wrong)} wrong", *wrong[:3])

    def soon(self, what, query, wanted):
        """Within two seconds from now, as the manual promises, from each of some processes."""
        end, answer, right = time.monotonic() + self.patience, None, 0
        while True:
            asked = time.monotonic()
            answer = self.ask(query)
            right = right + 1 if wanted(answer) else 0
            if right == 5:
                return ok(True, what)
            if asked > end and not right:
                return ok(False, what, answer.status, answer.body[:300])
            time.sleep(0.05)

    def add(self, identity, words):
        """An article more, by the tool, while the page serves."""
        line = json.dumps({"id": identity, "title": words, "body": "vừa thêm"}) + "\n"
        subprocess.run([self.tool, "index", self.index, "-", "-q"], input=line.encode(),
                       check=True, stderr=subprocess.DEVNULL)

    def updates(self):
        news, away = "q=xyzzyqqq", self.index + ".away"
        ok(not self.ask(news).has("<article"), "an article that is not there yet")
        self.add("new-1", "xyzzyqqq mới")
        self.soon("a new article is found", news, lambda a: a.has("<mark>xyzzyqqq</mark> mới"))
        ok(self.ask(MARKED).has("<article"), "and the old ones are")
        self.add("new-1", "zzyzxqqq")
        self.soon("one that was replaced is not", news, lambda a: not a.has("<article"))
        os.rename(self.index, away)
        self.soon("the index is taken away: 503", MARKED, lambda a: a.status == 503)
        gone = self.ask(MARKED)
        ok(gone.get("Retry-After") == "30" and gone.get("Cache-Control") == "no-store",
           "the index is taken away: try again later", *gone.headers)
        ok(self.index.encode() not in gone.body, "the index is taken away: its path is not told")
        os.rename(away, self.index)
        self.soon("it is back: 200", MARKED, lambda a: a.status == 200 and a.has("<article"))

    def rights(self):
        """An index that the server's user may not read."""
        os.chmod(self.index, 0)
        try:
            self.soon("an index that may not be read: 503", MARKED, lambda a: a.status == 503)
        finally:
            os.chmod(self.index, 0o755)
        self.soon("now it may: 200", MARKED, lambda a: a.status == 200)

    def visit(self, fast):
        self.searches()
        self.next_page()
        self.methods()
        self.tags()
        self.one_connection()
        self.formats()
        self.articles()
        self.bad_requests()
        self.crowd(100 if fast else 20)
        self.updates()
        if not fast:  # the same for all, and FastCGI may take a second to see it
            self.rights()
        neighbour = self.ask_elsewhere()
        ok(neighbour == 404, "other addresses are not the page's", neighbour)

    def ask_elsewhere(self):
        """The status of an address that only begins like the page's."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", "/searching")
        status = connection.getresponse().status
        connection.close()
        return status
