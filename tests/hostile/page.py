"""page.py - what every answer of the search page must be, whatever was asked.

check() looks at one answer: its header block, its body by its type, its line of the log.
Whatever is not as it must be is a Refused, with the place.  What a page is made of (tags in
tags, attributes, values of attributes that are never the visitor's) is learnt from answers
to harmless requests on tame articles; of any other answer all must be among that, so that
neither a request nor an article can add to a page anything but text.

HTML is read as browsers do, by html5lib, and must be without one error of syntax.
"""
import base64
import hashlib
import json
import re
import xml.etree.ElementTree as xml
from urllib.parse import unquote_to_bytes

import html5lib

MARK = 'zqx'
PARAMETERS = set('q keywords page n sort from to date_from date_to section source author tag '
                 'marks format part do id v more copies'.split())

STATUSES = {200: 'OK', 304: 'Not Modified', 400: 'Bad Request', 404: 'Not Found',
            405: 'Method Not Allowed', 503: 'Service Unavailable'}
HASHES = r"( 'sha256-[A-Za-z0-9+/]{43}=')*"
SELF_OR_HASH = rf"( 'self')?{HASHES}"
HEADERS = {  # every header there may be, and what its value may be
    'Status': '(%s)' % '|'.join(f'{code} {word}' for code, word in STATUSES.items()),
    'Content-Type': r'(text/html|text/css|application/json|application/rss\+xml|text/plain|'
                    r'application/opensearchdescription\+xml|'
                    r'application/x-suggestions\+json); charset=utf-8',
    'Content-Length': r'\d{1,8}',
    'Content-Security-Policy':
        rf"default-src 'none'; style-src{SELF_OR_HASH}; (script-src{SELF_OR_HASH}; )?"
        r"(connect-src 'self'; )?img-src 'self' https:; form-action 'self'; "
        r"base-uri 'none'; frame-ancestors 'self'",
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'X-Robots-Tag': 'noindex',
    'Cross-Origin-Resource-Policy': 'same-site',
    'Cache-Control': r'no-store|public, max-age=(60|604800)',
    'ETag': r'W/"[0-9a-f]{16,64}"',
    'Allow': 'GET, HEAD',
    'Retry-After': r'[1-9]\d{0,3}',
}
ALWAYS = ['Status', 'Content-Type', 'Content-Security-Policy', 'X-Content-Type-Options',
          'Referrer-Policy', 'X-Robots-Tag', 'Cross-Origin-Resource-Policy', 'Cache-Control']

# Never in a body, by any request of the list: what tells how the program is made or kept.
LEAKS = re.compile(rb'/tmp/|hlsearch[ /]?0\.|errno|0x7f[0-9a-f]{6}|\.c:\d|'
                   rb'Sanitizer|segment-|manifest|No such file|root:')

# Places where text of a request or an article may stand.
URLS = {('a', 'href'), ('link', 'href'), ('form', 'action')}
TEXTS = {('meta', 'content')}  # only of the names below; looked at by meta()
DATES = re.compile(r'\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?)?)?')
FOR_HTTP = re.compile(r"https?://[^/?#\\\s]+([/?#][-A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%]*)?", re.I)
OURS = re.compile(r'\?([-A-Za-z0-9._~%+]+=[-A-Za-z0-9._~%+]*(&|$|(?=#)))*(#hl-[a-z]+)?')
HTML = '{http://www.w3.org/1999/xhtml}'


class Refused(Exception):
    pass


def need(good, *words):
    if not good:
        raise Refused(' '.join(str(word)[:300] for word in words))


# ------------------------------------------------------------------------ characters

def is_hidden(c, breaks='\t\n\r'):
    """Controls, noncharacters and what turns the text around it."""
    code = ord(c)
    return ((code < 0x20 and c not in breaks) or 0x7f <= code <= 0x9f or
            code & 0xfffe == 0xfffe or 0xfdd0 <= code <= 0xfdef or 0xd800 <= code <= 0xdfff or
            code in (0x61c, 0x200e, 0x200f) or 0x202a <= code <= 0x202e or
            0x2066 <= code <= 0x2069)


HIDDEN = re.compile('[%s]' % ''.join(
    re.escape(chr(c)) for c in range(0x110000) if is_hidden(chr(c))))


def need_shown(text, where):
    found = HIDDEN.search(text)
    need(not found, where, 'has', ascii(found and found.group()), 'in',
         ascii(text[max(0, found.start() - 20):found.start() + 20] if found else ''))


# ------------------------------------------------------------------------ header block

def split(raw):
    """The status, the headers in their order and the body of what a program has sent."""
    head, gap, body = raw.partition(b'\r\n\r\n')
    need(gap, 'no header block:', raw[:80])
    headers = []
    for line in head.split(b'\r\n'):
        found = re.fullmatch(rb'([A-Z][A-Za-z-]*): ([\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?)', line)
        need(found, 'no header:', line[:80])
        headers.append((found.group(1).decode(), found.group(2).decode()))
    return int(dict(headers).get('Status', '0')[:3]), headers, body


def check_headers(status, headers, body, is_head, known):
    names = [name for name, _ in headers]
    need(len(set(names)) == len(names), 'a header twice:', names)
    for name, value in headers:
        need(name in HEADERS, 'a header that is not known:', name)
        need(re.fullmatch(HEADERS[name], value), 'value of a header:', name, value)
    for name in ALWAYS:
        need(name in names, 'header missing:', name)
    need((status == 405) == ('Allow' in names), 'Allow')
    need((status == 503) == ('Retry-After' in names), 'Retry-After')
    kept = dict(headers)['Cache-Control'] != 'no-store'
    need((status in (200, 304)) == ('ETag' in names) == kept, 'ETag')
    length = dict(headers).get('Content-Length')
    if status == 304:
        need(length is None and not body, 'a 304 with a body or a length')
    elif is_head:
        need(length is not None and not body, 'HEAD with a body or without a length')
    else:
        need(length == str(len(body)), 'Content-Length', length, 'of', len(body))
    # By status and type they are always the same, so none is made from the request.
    kind = (status, dict(headers)['Content-Type'], names.count('Content-Length'))
    fixed = [(n, v) for n, v in headers if n not in ('ETag', 'Content-Length')]
    usual = known.headers.setdefault(kind, fixed)
    need(fixed == usual, 'other headers than before:', fixed, usual)


# ------------------------------------------------------------------------ addresses

def check_ours(value, where):
    """?name=value&...: parameters that the page has, values that are percent-encoded UTF-8."""
    need(OURS.fullmatch(value), where, 'is no address of the page:', value)
    for part in filter(None, value[1:].split('#')[0].split('&')):
        name, _, text = part.partition('=')
        need(name in PARAMETERS, where, 'has a parameter of another:', name)
        try:
            text = unquote_to_bytes(text.replace('+', ' ')).decode()
        except UnicodeDecodeError:
            raise Refused(f'{where} is no UTF-8: {value[:200]}') from None
        # Names of articles are kept as they are: only so the articles are found again.
        if name not in ('id', 'section', 'source', 'author', 'tag'):
            need_shown(text, where)


def check_url(value, where):
    if value.startswith('?'):
        check_ours(value, where)
    elif value.startswith('#'):
        need(re.fullmatch('#hl-[a-z]+', value), where, 'leads to', value)
    else:
        need(FOR_HTTP.fullmatch(value), where, 'is no address that may be a link:', value)


# ------------------------------------------------------------------------ HTML

class Known:
    """What harmless answers are made of."""

    def __init__(self):
        self.learning = True
        self.styles = None  # there is one style sheet
        self.parsed = {}  # bodies that were found right, so that none is parsed twice
        self.headers, self.nests, self.attributes, self.values = {}, set(), set(), set()

    def see(self, kind, item):
        seen = getattr(self, kind)
        if self.learning:
            seen.add(item)
        return item in seen


def check_value(element, tag, name, value, known):
    where = f'{tag}[{name}]'
    need_shown(value, where)
    kind = element.get('type')
    if (tag, name) in URLS:
        check_url(value, where)
    elif (tag, name) == ('time', 'datetime'):
        need(DATES.fullmatch(value), where, 'is no date:', value)
    elif (tag, name) == ('input', 'value') and kind == 'date':
        need(value == '' or DATES.fullmatch(value), where, 'is no date:', value)
    elif (tag, name) == ('input', 'value') and kind == 'hidden':
        need(element.get('name') in PARAMETERS, where, 'of a parameter of another')
    elif (tag, name) == ('input', 'value') and element.get('id') == 'hl-q':
        need('\n' not in value and '\r' not in value, where, 'has more than a line')
    elif (tag, name) == ('link', 'title'):
        pass
    else:
        need(MARK not in value.lower(), where, 'has text from outside:', value)
        need(known.see('values', (tag, name, re.sub(r'\d+', '0', value))),
             where, 'has a value that harmless pages have not:', value)


def check_inline(element, tag, policy):
    """A style or script of the page's own, which the policy lets a browser use."""
    text = element.text or ''
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    need(MARK not in text, tag, 'has text from outside')
    need(not len(element), tag, 'has children')
    rule = next((r for r in policy.split('; ') if r.startswith(f'{tag}-src ')), '')
    need(f"'sha256-{digest}'" in rule, tag, 'is not allowed by the policy:', digest)


def check_element(element, parent, known, policy):
    need(isinstance(element.tag, str), 'a comment or an instruction:', element.text)
    need(element.tag.startswith(HTML), 'not of HTML:', element.tag)
    tag = element.tag[len(HTML):]
    need(known.see('nests', (parent, tag)), f'<{tag}> in <{parent}>')
    for name, value in element.attrib.items():
        need(not name.startswith('on') and name != 'style' and name != 'srcdoc',
             f'attribute {name} of <{tag}>')
        need(known.see('attributes', (tag, name)), f'attribute {name} of <{tag}>')
        check_value(element, tag, name, value, known)
    if tag in ('style', 'script'):
        check_inline(element, tag, policy)
    else:
        need_shown(element.text or '', f'text of <{tag}>')
    need_shown(element.tail or '', f'text after <{tag}>')
    for child in element:
        check_element(child, tag, known, policy)


def check_html(text, status, known, policy):
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder('etree'))
    if text.startswith('<!doctype html>\n'):
        tree = parser.parse(text)
        body = tree.find(f'{HTML}body')
        need(body is not None and len(tree.findall(f'.//{HTML}h1')) == 1, 'not one h1')
        need(tree.get('lang') in ('vi', 'en'), 'no lang')
        inputs = tree.findall(f'.//{HTML}input[@id="hl-q"]')
        need(len(inputs) == 1, 'not one field for words')
    else:
        need(text.startswith('<ol class="hl-hits"') or text.startswith('<p class="hl-'),
             'neither a page nor a part of one:', text[:80])
        tree = parser.parseFragment(text, container='main')
    for place, code, details in parser.errors:
        raise Refused(f'HTML with an error: {code} {details} at {place}')
    ids = [e.get('id') for e in tree.iter() if isinstance(e.tag, str) and e.get('id')]
    need(len(set(ids)) == len(ids), 'an id twice:', ids)
    if tree.tag == f'{HTML}html':
        check_element(tree, '', known, policy)
    else:
        need(not (tree.text or '').strip(), 'text before the part')
        for child in tree:
            check_element(child, 'main', known, policy)
    return tree


# ------------------------------------------------------------------------ JSON

def once(pairs):
    names = [name for name, _ in pairs]
    need(len(set(names)) == len(names), 'JSON: a key twice:', names)
    return dict(pairs)


def refuse_constant(name):
    raise Refused(f'JSON: {name}')


def check_json_value(value, where):
    if isinstance(value, str):
        need_shown(value, 'JSON: ' + where)
        if where.endswith('.url'):
            need(re.match('https?://', value, re.I), 'JSON: a link that is none:', value)
    elif isinstance(value, dict):
        for name, one in value.items():
            need(re.fullmatch('[a-z_]+', name) or MARK in name or '.facets.' in where,
                 'JSON: key', name)
            need(MARK not in name, 'JSON: a key from outside:', name)
            check_json_value(one, f'{where}.{name}')
    elif isinstance(value, list):
        for one in value:
            check_json_value(one, where + '[]')


def check_json(text, status):
    need(not re.search('[<>&\u2028\u2029]', text), 'JSON: not to be put into a page:',
         re.findall('.{,20}[<>&\u2028\u2029].{,20}', text)[:1])
    try:
        value = json.loads(text, object_pairs_hook=once, parse_constant=refuse_constant)
    except ValueError as e:
        raise Refused(f'JSON: {e}') from None
    if isinstance(value, dict):
        need(value.get('schema') == 1, 'JSON: no schema')
        need(('error' in value) == (status != 200), 'JSON: an error or none')
    else:
        need(isinstance(value, list) and len(value) >= 2 and isinstance(value[0], str) and
             isinstance(value[1], list), 'JSON: no suggestions')
    check_json_value(value, '$')
    for hit in value.get('hits', []) if isinstance(value, dict) else []:
        for snippet in hit.get('snippets', []):
            data = snippet['text'].encode()
            for start, end in snippet['ranges']:
                need(0 <= start < end <= len(data), 'JSON: a range past its text')
                data[start:end].decode()
    return value


# ------------------------------------------------------------------------ XML

def parse_xml(text):
    # Whatever could lead elsewhere: there is neither a document type nor an entity of its own.
    need('<!' not in text and '<?' not in text[1:], 'XML: a declaration or an instruction')
    try:
        return xml.fromstring(text)
    except xml.ParseError as e:
        raise Refused(f'XML: {e}') from None


RSS_TAGS = set('rss channel title link description language generator pubDate item guid '
               'source category author creator ttl lastBuildDate'.split())


def check_rss(text):
    tree = parse_xml(text)
    need(tree.tag == 'rss' and tree.get('version') == '2.0', 'RSS: no channel')
    for element in tree.iter():
        tag = element.tag.split('}')[-1]
        need(tag in RSS_TAGS, 'RSS: element', tag)
        need_shown(element.text or '', 'RSS: ' + tag)
        for name, value in element.attrib.items():
            need(name in ('version', 'rel', 'type', 'href', 'isPermaLink', 'url', 'domain'),
                 'RSS: attribute', name)
            if name in ('href', 'url'):
                need(FOR_HTTP.fullmatch(value), 'RSS: address', value)
        if tag == 'link' and not element.attrib:
            need(FOR_HTTP.fullmatch(element.text or '') or element.text == 'about:blank',
                 'RSS: link', element.text)
        if tag == 'guid' and element.get('isPermaLink', 'true') == 'true':
            need(FOR_HTTP.fullmatch(element.text or ''), 'RSS: guid', element.text)
        if tag == 'description':
            # Readers take it for HTML: its text must come to text there as well.
            part = html5lib.parseFragment(element.text or '')
            need(len(part) == 0, 'RSS: a description with tags:', element.text)
    return tree


def check_opensearch(text):
    tree = parse_xml(text)
    need(tree.tag.endswith('}OpenSearchDescription'), 'OpenSearch: no description')
    need(MARK not in text, 'OpenSearch: text from outside')
    for element in tree.iter():
        need(element.tag.split('}')[-1] in ('OpenSearchDescription', 'ShortName', 'LongName',
                                            'Description', 'Url', 'Language', 'InputEncoding',
                                            'OutputEncoding', 'Image', 'Query', 'Contact',
                                            'SyndicationRight', 'Tags', 'Developer'),
             'OpenSearch: element', element.tag)
        if element.tag.endswith('}Url'):
            need(re.match(r'https?://', element.get('template', '')), 'OpenSearch: address',
                 element.get('template'))
    return tree


# ------------------------------------------------------------------------ all

def check_log(log, status):
    need(log.endswith(b'\n') and log.count(b'\n') == 1, 'log: not one line:', log[:200])
    need(len(log) <= 4096, 'log:', len(log), 'bytes')
    try:
        text = log.decode()
    except UnicodeDecodeError:
        raise Refused(f'log: no UTF-8: {log[:200]}') from None
    need(not any(is_hidden(c, '') or c in '\u2028\u2029' for c in text[:-1]),
         'log: a control:', ascii(text[:200]))
    need(text.startswith(f'hlsearch.cgi: {status} ') or
         text.startswith(f'hlsearch.cgi: {status}:'), 'log: of another status:', text[:80])


def check_body(text, status, headers, known):
    """By its type; what was parsed of it."""
    kind = dict(headers)['Content-Type'].split(';')[0]
    if kind == 'text/html':
        return check_html(text, status, known, dict(headers)['Content-Security-Policy'])
    if kind in ('application/json', 'application/x-suggestions+json'):
        return check_json(text, status)
    if kind == 'application/rss+xml':
        return check_rss(text)
    if kind == 'application/opensearchdescription+xml':
        return check_opensearch(text)
    if kind == 'text/css':
        need(status == 200 and known.styles in (None, text), 'a style sheet of another')
        known.styles = text
        return None
    need(kind == 'text/plain' and status == 503, 'plain text of status', status)
    return None


def check(raw, log, is_head, known):
    """The status, headers, body and what was parsed of it; log is None where it is kept
    elsewhere."""
    status, headers, body = split(raw)
    need(status in STATUSES, 'status', status)
    check_headers(status, headers, body, is_head, known)
    if log is not None:
        check_log(log, status)
    try:
        text = body.decode()
    except UnicodeDecodeError as e:
        raise Refused(f'body: no UTF-8: {e}') from None
    need(not text.startswith('\ufeff'), 'body: a byte order mark')
    need_shown(text, 'body')
    leak = LEAKS.search(body)
    need(not leak, 'body: tells', leak and leak.group())
    kind = (body, dict(headers)['Content-Type'], status)
    if body and kind not in known.parsed:
        known.parsed[kind] = check_body(text, status, headers, known)
    return status, headers, body, known.parsed.get(kind)
