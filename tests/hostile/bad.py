"""bad.py - answers that page.py must refuse: good ones, each changed in one place.

A checker that finds nothing is no proof of anything until it has found each of these.
"""
import re

import page

RSS = '''<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>zqx</title><link>https://news.example/?q=zqx</link>
<description>1</description><item><title>a</title><link>https://news.example/1</link>
<description>a &amp;lt;b&amp;gt; zqx</description></item></channel></rss>
'''
OPENSEARCH = '''<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/"><ShortName>a</ShortName>
<Url type="text/html" template="https://news.example/?q={searchTerms}"/>
</OpenSearchDescription>
'''
SUGGESTIONS = '["zqx",["zqx a","zqx b"]]'

# Of a page: what is put before the end of main, and a word of why it is refused.
INTO_HTML = [
    ('<script>zqx(1)</script>', '<script>'),
    ('<style>*{}</style>', '<style>'),
    ('<img src="https://news.example/zqx">', '<img>'),
    ('<b>zqx</b>', '<b>'),
    ('<p class="hl-note" onclick="zqx()">a</p>', 'onclick'),
    ('<p class="hl-note" style="color:red">a</p>', 'style'),
    ('<p class="zqx">a</p>', 'outside'),
    ('<p class="hl-other">a</p>', 'harmless pages have not'),
    ('<p class=hl-note id="hl-q">a</p>', 'an id twice'),
    ('<p class="hl-note" class="b">a</p>', 'error'),
    ('<p class="hl-note"">a</p>', 'error'),
    ('<p class="hl-note"><mark>a</p>', 'error'),
    ('</ol>', 'error'),
    ('&zqx;', 'error'),
    ('&#8238;', 'has'),
    ('&#1;', 'error'),
    ('<!-- zqx -->', 'comment'),
    ('<?zqx ?>', 'error'),
    ('<svg></svg>', 'not of HTML'),
    ('<h1>zqx</h1>', 'h1'),
    ('<input id="hl-q">', 'one field'),
    ('<form action="https://zqx.example/"></form>', 'form'),
    ('zqx \u202e', 'has'),
    ('zqx \u0085', 'has'),
    ('zqx \ufffe', 'has'),
    ('/tmp/index', 'tells'),
    ('hlsearch 0.1.0', 'tells'),
    ('answer.c:12', 'tells'),
    ('0x7f0012345678', 'tells'),
]
# Of a page: what the address of its first hit becomes.
HREFS = [
    ('javascript:zqx(1)', 'may be a link'),
    ('&#106;avascript:zqx(1)', 'may be a link'),
    (' https://news.example/', 'may be a link'),
    ('//zqx.example/', 'may be a link'),
    ('/zqx', 'may be a link'),
    ('https://news.example/&quot;zqx', 'may be a link'),
    ('https:///zqx', 'may be a link'),
    ('?q=&lt;zqx', 'no address of the page'),
    ('?zqx=1', 'parameter of another'),
    ('?q=%FF', 'no UTF-8'),
    ('?q=%E2%80%AE', 'has'),
    ('#zqx', 'leads to'),
]
# Of bytes of any answer: what becomes what.
HEAD_CHANGES = [
    (b'\r\nReferrer-Policy: same-origin', b'', 'missing'),
    (b'\r\nX-Robots-Tag: noindex', b'', 'missing'),
    (b'\r\nX-Content-Type', b'\r\nSet-Cookie: zqx=1\r\nX-Content-Type', 'not known'),
    (b'\r\nX-Content-Type', b'\r\nLocation: https://zqx.example/\r\nX-Content-Type', 'not known'),
    (b'\r\nX-Content-Type', b'\nX-Content-Type', 'no header'),
    (b'\r\nX-Content-Type', b'\r\nX-Robots-Tag: noindex\r\nX-Content-Type', 'twice'),
    (b'; charset=utf-8', b'', 'value'),
    (b'text/html', b'text/zqx', 'value'),
    (b"default-src 'none'", b"default-src 'self'", 'value'),
    (b"style-src 'self'", b"style-src 'self' 'unsafe-inline'", 'value'),
    (b"base-uri 'none'; ", b'', 'value'),
    (b'nosniff', b'zqx', 'value'),
    (b'max-age=60', b'max-age=61', 'value'),
    (b'public, max-age=60', b'no-store', 'ETag'),
    (b'ETag: W/"', b'ETag: W/"zqx', 'value'),
    (b'Status: 200 OK', b'Status: 200 zqx', 'value'),
    (b'Status: 200 OK', b'Status: 404 Not Found', 'ETag'),
    (b'Status: 200 OK', b'Status: 500 Internal Server Error', 'status'),
    (b'Content-Length: ', b'Content-Length: 1', 'Content-Length'),
    (b'\r\n\r\n', b'\n\n', 'no header block'),
]
INTO_JSON = [
    ('"zqx":1,"zqx":2,', 'twice'),
    ('"total":1,', 'twice'),
    ('"zqx":NaN,', 'NaN'),
    ('"zqx":1e999x,', 'JSON'),
    ('"notes":["<b>"],', 'put into a page'),
    ('"notes":["&"],', 'put into a page'),
    ('"notes":["\u2028"],', 'put into a page'),
    ('"notes":["\\u202e"],', 'has'),
    ('"notes":["\\u0000"],', 'has'),
    ('"notes":["\\ud800"],', 'has'),
    ('"zqx":1,', 'from outside'),
    ('"notes":["a\tb"],', 'JSON'),
    ('"a":[{"url":"javascript:zqx(1)"}],', 'a link'),
]
INTO_RSS = [
    ('<title>zqx', '<title>zqx\x01', 'has'),
    ('<title>zqx', '<title>zqx & a', 'XML'),
    ('<title>zqx', '<title>zqx<script/>', 'element'),
    ('<title>zqx', '<title a="zqx">zqx', 'attribute'),
    ('<link>https://news.example/1', '<link>javascript:zqx', 'link'),
    ('&amp;lt;b&amp;gt;', '&lt;b&gt;', 'tags'),
    ('<rss', '<!DOCTYPE rss [<!ENTITY a "b">]><rss', 'declaration'),
    ('a</title>', '<![CDATA[a]]></title>', 'declaration'),
]
INTO_OPENSEARCH = [
    ('https://news', 'javascript://news', 'address'),
    ('>a<', '>zqx<', 'outside'),
    ('>a<', '><b/><', 'element'),
]
LOGS = [
    (b'', 'not one line'),
    (b'hlsearch.cgi: 200 a\nzqx\n', 'not one line'),
    (b'hlsearch.cgi: 200 a', 'not one line'),
    (b'hlsearch.cgi: 200 \x1b[31m\n', 'control'),
    (b'hlsearch.cgi: 200 \xc2\x9b\n', 'control'),
    (b'hlsearch.cgi: 200 \xe2\x80\xae\n', 'control'),
    (b'hlsearch.cgi: 200 \xff\n', 'UTF-8'),
    (b'hlsearch.cgi: 404 a\n', 'another status'),
    (b'hlsearch.cgi: 200 ' + b'a' * 4096 + b'\n', 'bytes'),
]


def whole(headers, body):
    """An answer with the length that its body has."""
    head = ''.join(f'{n}: {len(body) if n == "Content-Length" else v}\r\n' for n, v in headers)
    return head.encode() + b'\r\n' + body


def of_type(headers, kind):
    return [(n, f'{kind}; charset=utf-8' if n == 'Content-Type' else v) for n, v in headers]


def answers(html, json):
    """(name, answer, line of the log, a word of the reason) of every bad one, from a good page
    of hits and the same as JSON, both as they were sent."""
    good = b'hlsearch.cgi: 200 a\n'
    _, headers, body = page.split(html)
    for text, reason in INTO_HTML:
        changed = body.replace(b'</main>', text.encode() + b'</main>')
        yield f'HTML, {text!r}', whole(headers, changed), good, reason
    for old, new, reason in HEAD_CHANGES:
        assert old in html, old
        yield f'head, {new!r} for {old!r}', html.replace(old, new, 1), good, reason
    for old, new, reason in (('value="zqx"', "value='zqx' autofocus", 'attribute'),
                             ('<title>', '<title>\x08', 'has'),
                             ('</script>', ' </script>', 'policy'),
                             ('<html lang="vi"', '<html', 'lang'),
                             ('<!doctype html>\n', '', 'neither'),
                             ('<mark>zqx', '<mark class="zqx">zqx', 'attribute'),
                             ('<h2>', '<h2>\ufeff<i></i>', '<i>')):
        changed = body.replace(old.encode(), new.encode(), 1)
        assert changed != body, old
        yield f'HTML, {new!r} for {old!r}', whole(headers, changed), good, reason
    for href, reason in HREFS:
        changed = re.sub(rb'href="https?:[^"]*"', lambda _: f'href="{href}"'.encode(), body, 1)
        assert changed != body
        yield f'HTML, a link to {href!r}', whole(headers, changed), good, reason
    yield 'HTML, a byte that is no UTF-8', whole(headers, body + b'\xff'), good, 'no UTF-8'
    yield 'HTML, a byte order mark', whole(headers, b'\xef\xbb\xbf' + body), good, 'byte order'
    for log, reason in LOGS:
        yield f'log, {log[:40]!r}', html, log, reason
    _, headers, body = page.split(json)
    for text, reason in INTO_JSON:
        changed = body.replace(b'{', b'{' + text.encode(), 1)
        yield f'JSON, {text!r}', whole(headers, changed), good, reason
    yield 'JSON, cut', whole(headers, body.rstrip()[:-1]), good, 'JSON'
    yield 'JSON, more after it', whole(headers, body + b'{}'), good, 'JSON'
    for kind, text, changes in (('application/rss+xml', RSS, INTO_RSS),
                                ('application/opensearchdescription+xml', OPENSEARCH,
                                 INTO_OPENSEARCH)):
        for old, new, reason in changes:
            assert old in text, old
            changed = whole(of_type(headers, kind), text.replace(old, new, 1).encode())
            yield f'{kind}, {new!r} for {old!r}', changed, good, reason
    changed = whole(of_type(headers, 'application/x-suggestions+json'), b'["zqx",{}]')
    yield 'suggestions that are none', changed, good, 'no suggestions'


def good_ones(html, json):
    """The answers that those were made from, which must pass."""
    _, headers, _ = page.split(json)
    yield html
    yield json
    for kind, text in (('application/rss+xml', RSS), ('application/x-suggestions+json',
                                                      SUGGESTIONS),
                       ('application/opensearchdescription+xml', OPENSEARCH)):
        yield whole(of_type(headers, kind), text.encode())
