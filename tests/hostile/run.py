#!/usr/bin/env python3
"""usage: run.py CGI FOLDER [STEP]

Asks the search page everything in tests/cases/requests.tsv, as CGI and as FastCGI, and holds
each answer to page.py; prints TAP.  FOLDER has two indexes, `hostile` and `tame`, of what
articles.py prints.  With STEP only every STEPth of the hostile requests is asked.

A row is: name, method, query string, environment, status, what it is about (a rule of
reliability.md, "good" where nothing is wrong with it).  Columns are apart by a tab.

  \\n \\r \\t \\\\ \\xNN    as in C; the bytes go to the program as they are
  \\*N{TEXT}           TEXT N times
  environment        NAME=VALUE ;; NAME=VALUE ...; !NAME: without it.  {TAG} in a value: the
                     ETag of the same request without this column
  @argv=WORD ...     arguments of the program
  @body=BYTES        what stands on stdin; @body=never: nothing, and it stays open
  @same=NAME         the body is that of another row: what differs must change nothing
  @type=TYPE         html, json, rss, opensearch or suggestions
  @has=TEXT          the body has TEXT
  status             several with / between: any of them

Rows with HLSEARCH_* are asked as CGI only, where it is the environment of the program; rows
that an environment cannot hold (NUL, 128 KiB) as FastCGI only.
"""
import fcntl
import os
import re
import subprocess
import sys
import time

import bad
import fastcgi
import page

LIST = 'tests/cases/requests.tsv'
BASE = b'https://news.example/tim-kiem'
SECONDS = 20  # of one request on a busy machine; far more than any may take
TYPES = {'html': 'text/html', 'json': 'application/json', 'rss': 'application/rss+xml',
         'opensearch': 'application/opensearchdescription+xml',
         'suggestions': 'application/x-suggestions+json'}
# What differs between two answers to one question.
VARYING = [(re.compile(rb'\(m\xc3\xa3 [0-9a-f]{8}\)'), b'(id)'),
           (re.compile(rb'"id":"[0-9a-f]{8}"\}'), b'"id"'),
           (re.compile(rb'"took_ms":[0-9.]+'), b'"took_ms":0')]


# ------------------------------------------------------------------------ the list

def plain(text):
    """The bytes that a column stands for."""
    def one(found):
        if found.group('many'):
            return plain(found.group('text')) * int(found.group('many'))
        if found.group('hex'):
            return bytes([int(found.group('hex'), 16)])
        return {'n': b'\n', 'r': b'\r', 't': b'\t', '\\': b'\\'}[found.group('c')]
    out, at = b'', 0
    for found in re.finditer(r'\\(?:\*(?P<many>\d+)\{(?P<text>[^}]*)\}|x(?P<hex>[0-9a-fA-F]{2})'
                             r'|(?P<c>[nrt\\]))', text):
        out += text[at:found.start()].encode() + one(found)
        at = found.end()
    return out + text[at:].encode()


class Row:
    def __init__(self, line):
        columns = line.rstrip('\n').split('\t')
        assert len(columns) == 6, line
        self.name, method, query, environment, status, self.about = columns
        self.statuses = [int(s) for s in status.split('/')]
        self.variables = {b'GATEWAY_INTERFACE': b'CGI/1.1', b'SERVER_PROTOCOL': b'HTTP/1.1',
                          b'REQUEST_METHOD': plain(method), b'QUERY_STRING': plain(query)}
        self.special = {}
        for word in filter(None, environment.split(' ;; ')):
            name, _, value = word.partition('=')
            if name.startswith('@'):
                self.special[name[1:]] = value
            elif name.startswith('!'):
                self.variables.pop(name[1:].encode(), None)
            else:
                self.variables[plain(name)] = plain(value)

    @property
    def good(self):
        return self.about.startswith('good')

    @property
    def is_head(self):
        return self.variables.get(b'REQUEST_METHOD') == b'HEAD'

    @property
    def fixed(self):
        """Two answers have one length: not JSON, which tells the time taken."""
        return b'json' not in self.variables.get(b'QUERY_STRING', b'')

    @property
    def cgi_only(self):
        return any(n.startswith(b'HLSEARCH_') for n in self.variables)

    @property
    def fast_only(self):
        return any(b'\0' in n + v or len(n + v) > 131000 for n, v in self.variables.items())


def read_list():
    with open(LIST, encoding='utf-8', newline='\n') as lines:
        rows = [Row(line) for line in lines if line.strip() and not line.startswith('#')]
    names = [row.name for row in rows]
    assert len(set(names)) == len(names), {n for n in names if names.count(n) > 1}
    return rows


# ------------------------------------------------------------------------ asking

class Asker:
    """One program and one index, as CGI and as FastCGI."""

    def __init__(self, cgi, folder, index):
        self.cgi, self.folder, self.index = cgi, folder, index
        self.settings = {b'HLSEARCH_INDEX': os.fsencode(os.path.join(folder, index)),
                         b'HLSEARCH_BASE_URL': BASE}
        for name in ('ASAN_OPTIONS', 'UBSAN_OPTIONS'):
            if name in os.environ:
                self.settings[name.encode()] = os.environ[name].encode()
        self.fast = None
        self.slowest = (0, '')

    def by_cgi(self, variables, special):
        """What it sends, what it logs."""
        never = special.get('body') == 'never'
        read, write = os.pipe()
        if not never:
            os.write(write, plain(special.get('body', ''))[:65536])
            os.close(write)
        began = time.monotonic()
        done = subprocess.run([self.cgi] + special.get('argv', '').split(), stdin=read,
                              env={**self.settings, **variables}, capture_output=True,
                              timeout=60)
        took = time.monotonic() - began
        self.slowest = max(self.slowest, (took, variables.get(b'QUERY_STRING', b'')[:60]))
        os.close(read)
        if never:
            os.close(write)
        page.need(done.returncode == 0, 'exit', done.returncode, done.stderr[:300])
        page.need(took < SECONDS, 'it took', took, 'seconds')
        return done.stdout, done.stderr

    def by_fast(self, variables, special):
        if not self.fast:
            address = os.path.join(self.folder, self.index + '.socket')
            with open(os.path.join(self.folder, self.index + '.log'), 'wb') as log:
                self.fast = fastcgi.Program(self.cgi, address, self.settings, log)
        body = '' if special.get('body') == 'never' else special.get('body', '')
        # What the server sends with each request is no configuration.
        smuggled = {b'HLSEARCH_INDEX': b'/etc', b'HLSEARCH_TEMPLATE': b'/etc/passwd',
                    b'HLSEARCH_LANG': b'<b>', b'HLSEARCH_BASE_URL': b'javascript:zqx'}
        return self.fast.ask({**smuggled, **variables}, plain(body))


def same(body):
    for pattern, replacement in VARYING:
        body = pattern.sub(replacement, body)
    return body


class Run:
    def __init__(self, cgi, folder):
        self.known = page.Known()
        self.tame, self.hostile = Asker(cgi, folder, 'tame'), Asker(cgi, folder, 'hostile')
        self.bodies, self.count, self.failed = {}, 0, 0
        self.links = {}

    def tap(self, name, work):
        self.count += 1
        try:
            work()
            print(f'ok {self.count} - {name}')
        except (page.Refused, EOFError, OSError, AssertionError,
                subprocess.TimeoutExpired) as e:
            self.failed += 1
            reason = ' '.join(str(e).split()) or type(e).__name__
            print(f'not ok {self.count} - {name}')
            print('#   ' + ascii(reason)[1:1000])

    def with_tag(self, row, ask):
        """The row's variables, {TAG} replaced."""
        variables = dict(row.variables)
        if any(b'{TAG}' in value for value in variables.values()):
            asked = {n: v for n, v in variables.items() if b'{TAG}' not in v}
            tag = dict(page.split(ask(asked, {})[0])[1])['ETag'].encode()
            variables = {n: v.replace(b'{TAG}', tag) for n, v in variables.items()}
        return variables

    def answer(self, row, ask):
        """One answer, checked as the row says."""
        variables = self.with_tag(row, ask)
        raw, log = ask(variables, row.special)
        for _ in range(4):  # on a machine with much else to do: not the whole answer
            if b', cut short' in log:
                raw, log = ask(variables, row.special)
        status, headers, body, tree = page.check(raw, log, row.is_head, self.known)
        page.need(status in row.statuses, 'status', status, 'instead of', row.statuses)
        if 'type' in row.special:
            kind = dict(headers)['Content-Type'].split(';')[0]
            page.need(kind == TYPES[row.special['type']], 'type', kind)
        if 'has' in row.special:
            page.need(plain(row.special['has']) in body, 'the body lacks', row.special['has'])
        headers = [h for h in headers if h[0] != 'Content-Length' or row.fixed]
        if row.is_head:
            got = ask({**variables, b'REQUEST_METHOD': b'GET'}, row.special)[0]
            others = page.split(got)[1]
            page.need(set(headers) <= set(others), 'HEAD and GET differ:', headers, others)
        self.note_links(tree)
        return same(body), status, headers

    def note_links(self, tree):
        """Addresses that lead to the page itself, to be followed."""
        for element in tree.iter() if hasattr(tree, 'iter') else ():
            href = element.get('href', '') if isinstance(element.tag, str) else ''
            if href.startswith('?'):
                self.links.setdefault(href, True)

    def row(self, row, asker):
        def work():
            by_cgi = None if row.fast_only else self.answer(row, asker.by_cgi)
            by_fast = None if row.cgi_only else self.answer(row, asker.by_fast)
            if by_cgi and by_fast:
                page.need(by_cgi == by_fast, 'CGI and FastCGI differ:',
                          [b for a, b in zip(by_cgi, by_fast) if a != b])
            body = (by_cgi or by_fast)[0]
            if asker is self.hostile:
                self.bodies[row.name] = body
                if 'same' in row.special:
                    page.need(row.special['same'] in self.bodies, 'no row', row.special['same'])
                    page.need(body == self.bodies[row.special['same']], 'another body than',
                              row.special['same'])
        where = '' if asker is self.hostile else ', tame articles'
        self.tap(f'{row.about.split()[0]} {row.name}{where}', work)

    def follow(self, most):
        """The page's own links, those to articles first: each leads to an answer of 200."""
        queue, done, refused = list(self.links), 0, []
        queue.sort(key=lambda link: 'do=' not in link)
        while queue and done < most:
            link = queue.pop(0)
            done += 1
            before = len(self.links)
            try:
                raw, log = self.hostile.by_fast(
                    {b'REQUEST_METHOD': b'GET', b'QUERY_STRING': link[1:].encode()}, {})
                status, _, _, tree = page.check(raw, log, False, self.known)
                page.need(status == 200, 'status', status)
                self.note_links(tree)
            except (page.Refused, EOFError, OSError) as e:
                refused.append(f'{link}: {e}')
            queue += list(self.links)[before:]
        print(f'# {done} links of the page followed, {len(refused)} of them refused')
        page.need(not refused, *refused[:3])
        page.need(done > 20, 'only', done, 'links')

    # ------------------------------------------------------------------------ the checker

    def refuses(self):
        """Each bad answer is refused for its reason: this checker can find faults."""
        html, json = (self.tame.by_cgi({b'REQUEST_METHOD': b'GET', b'QUERY_STRING': q}, {})[0]
                      for q in (b'q=zqx', b'q=zqx&format=json'))
        for raw in bad.good_ones(html, json):
            page.check(raw, b'hlsearch.cgi: 200 a\n', False, self.known)
        for name, raw, log, reason in bad.answers(html, json):
            self.tap(f'refused: {name}', lambda: self.is_refused(raw, log, reason))

        for program in ('/bin/false', '/bin/true'):
            self.tap(f'refused: {program}', lambda: self.no_program(program))

    def no_program(self, program):
        asker = Asker(program, self.tame.folder, 'tame')
        try:
            page.check(*asker.by_cgi({}, {}), False, self.known)
        except page.Refused:
            return
        raise page.Refused('it was taken')

    def is_refused(self, raw, log, reason):
        try:
            page.check(raw, log, False, self.known)
        except page.Refused as e:
            page.need(reason in str(e), 'refused for another reason:', e)
        else:
            raise page.Refused('it was taken')

    # ------------------------------------------------------------------------ limits

    def limits(self):
        """Of a CGI process that waits for somebody to read what it says."""
        read, write = os.pipe()
        fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
        variables = {b'REQUEST_METHOD': b'GET', b'QUERY_STRING': b'q=zqx&n=50'}
        process = subprocess.Popen([self.hostile.cgi], stdin=subprocess.DEVNULL, stdout=write,
                                   stderr=subprocess.DEVNULL,
                                   env={**self.hostile.settings, **variables})
        os.close(write)
        os.read(read, 1)  # it has begun to say something, and cannot end
        found = fastcgi.limits(process.pid)
        with os.fdopen(read, 'rb') as rest:
            rest.read()
        page.need(process.wait(60) == 0, 'exit', process.returncode)
        self.check_limits(found)

    def check_limits(self, found):
        page.need(found['Max core file size'] == ('0', '0'), 'core', found['Max core file size'])
        soft = found['Max cpu time'][0]
        page.need(soft.isdigit() and int(soft) < 600, 'processor time', soft)
        soft = found['Max address space'][0]
        with open(self.hostile.cgi, 'rb') as program:
            if b'__asan_init' not in program.read():
                page.need(soft.isdigit() and 2**28 < int(soft) < 2**31, 'memory', soft)

    def fast_end(self):
        """The process that answered all is the first one, has the limits, and is small."""
        fast = self.hostile.fast
        page.need(fast.is_running(), 'it has ended')
        with open(os.path.join(self.hostile.folder, 'hostile.log'), 'rb') as log:
            page.need(not log.read(), 'it wrote to its own stderr')
        fast.ask({b'REQUEST_METHOD': b'GET', b'QUERY_STRING': b'q=zqx'})
        found = fastcgi.limits(fast.process.pid)
        self.check_limits(found)


def main():
    cgi, folder = sys.argv[1:3]
    step = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    rows = read_list()
    run = Run(cgi, folder)
    good = [row for row in rows if row.good]
    try:
        for row in good:
            run.row(row, run.tame)
        run.known.learning = False
        run.refuses()
        wanted = {row.special.get('same') for row in rows}
        for number, row in enumerate(rows):
            if row.good or row.name in wanted or number % step == 0:
                run.row(row, run.hostile)
        run.tap('R26 the links of the pages', lambda: run.follow(900 // step))
        run.tap('R32 limits of a CGI process', run.limits)
        run.tap('R24 one FastCGI process has answered all', run.fast_end)
    finally:
        for asker in (run.tame, run.hostile):
            if asker.fast:
                asker.fast.stop()
    print('# slowest as CGI: %.3f s, %r' % run.hostile.slowest)
    print(f'1..{run.count}')
    return run.failed != 0


if __name__ == '__main__':
    sys.exit(main())
