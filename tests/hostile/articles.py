#!/usr/bin/env python3
"""usage: articles.py hostile|tame

Prints articles as JSON lines.  Hostile ones hold, in every field, text that ends the place
it is shown in wherever that is written without care; tame ones have the same fields with
ordinary text in them, so that what a page is made of can be learnt from theirs.  Importers
take tags away but read entities, so each hostile text comes both ways.

zqx stands beside whatever is hostile: the checker (page.py) looks where it landed.
"""
import json
import sys

TEXTS = [
    '<script>zqx(1)</script>',
    '"><img src=x onerror=zqx(1)>',
    "' onfocus='zqx(1)' autofocus x='",
    '</title></style></script></textarea><svg onload=zqx(1)>',
    '</mark></a></h2></article></li></ol></main><h1 class="zqx">zqx',
    '<mark class="zqx">zqx</mark><a href="?q=zqx" class="zqx">zqx</a>',
    '<!-- zqx --><![CDATA[zqx]]>]]><?zqx ?><!DOCTYPE zqx>',
    '{{query}} {{>/etc/passwd}} {{{zqx}}} {{#hits}}zqx{{/hits}} ${zqx} <%= zqx %>',
    '&lt;b&gt;zqx&amp;lt;i&amp;gt; &#60;u&#62; &#x3c;s&#x3e; &zqx; &#0; &#xd800;',
    'javascript:zqx(1) data:text/html,zqx vbscript:zqx //zqx.example/',
    '\u202ezqx\u2066 \u200ezqx\u200f\u061c\u2069 \u202a\u202b\u202c\u202d',
    'zqx\u0000\u0001\u0007\u0008\u000b\u001b[31m\u001b]0;zqx\u0007\u007f\u0085\u009b31m',
    'zqx\u2028zqx\u2029zqx\ufeffzqx\u200bzqx\u200dzqx\u00ad',
    'zqx\ufffe\uffff\ufdd0\U0001ffff\U0010fffe',
    'zqx\r\nSet-Cookie: zqx=1\r\n\r\n<b>zqx',
    "zqx'; DROP TABLE zqx; -- `zqx` $(zqx) | zqx > /zqx \\ \\\\ \\u003c \\\" \\'",
    '+ADw-script+AD4-zqx(1)+ADw-/script+AD4-',
    '%3Cscript%3Ezqx%3C%2Fscript%3E %00 %0d%0aX-Zqx: 1 %2e%2e%2f',
    'zqx e' + '\u0301' * 500 + ' zqx',
    '*{} @import "//zqx.example"; body{background:url(//zqx.example)} expression(zqx)',
    '<a href="javascript:zqx(1)">zqx</a> <base href="//zqx.example"> <meta http-equiv=refresh>',
    '=zqx|cmd @zqx -zqx +zqx "zqx" (zqx) zqx* zqx~ title:zqx OR AND NOT',
]

URLS = [
    'javascript:zqx(1)', 'JaVaScRiPt:zqx(1)', ' javascript:zqx(1)', '\tjava\tscript:zqx(1)',
    'java\nscript:zqx(1)', '\u0001javascript:zqx(1)', '&#106;avascript:zqx(1)',
    'javascript&colon;zqx(1)', 'data:text/html,<script>zqx(1)</script>',
    'data:text/html;base64,enF4', 'vbscript:zqx(1)', 'file:///etc/zqx', 'ftp://zqx.example/',
    'blob:https://zqx.example/1', 'view-source:https://zqx.example/', 'mailto:zqx@news.example',
    '//zqx.example/', '\\\\zqx.example\\', '/\\zqx.example/', 'https:zqx', 'https:/zqx',
    'https://', 'http://', 'https:///zqx', 'https://?zqx', 'https://#zqx', 'http:\\\\zqx',
    'http://a"onx=zqx(1)', "http://a'onx=zqx(1)", 'http://a>zqx<script>', 'http://a`zqx`',
    'https://news.example/?a="><script>zqx(1)</script>&b=\' c&amp;d',
    'https://news.example/\u202ezqx\u2066/%E2%80%AE', 'https://news.example/zqx%00%0d%0aX:1',
    'https://news.example/zqx\r\nX-Zqx: 1', 'https://news.example/%zz%u0041%/zqx',
    'https://zqx@news.example:99999/', 'https://news.example/{{query}}/{{>/etc/passwd}}/zqx',
    'https://[::1/zqx', 'https://zqx.example\\@news.example/', 'HTTPS://NEWS.example/zqx#zqx',
    'https://news.example/' + 'zqx/' * 8000,
]

IDS = [
    'zqx"><script>', "zqx' onfocus=", 'zqx&amp;&id=1&do=show', 'zqx%00%2e%2e%2f%zz',
    'zqx\n\r\tnewline', '../../../../etc/passwd', '/etc/passwd', '..', '.', 'zqx/../..//x',
    'zqx#fragment?query=1;x', 'zqx+plus blank', '{{query}}zqx', '\u202ezqx\u2069', 'zqx\u2028',
    'zqx\u0007\u001b[31m', 'javascript:zqx(1)', '//zqx.example/', '-zqx', '--help', '0', ' zqx ',
    'zqx' + 'a' * 509, 'zqx' + '\u1ec7' * 169, 'zqx\ufffe\U0010ffff', '\\zqx\\', 'zqx=1',
]

DATES = ['0000-00-00', '1969-12-31', '9999-12-31', '10000-01-01', '2017-02-30', '31/2/2017',
         '2106-02-08', '-1', '99999999999999999999', 'zqx', '<b>zqx</b>', '2017', '2017-13',
         '1970-01-01T00:00:00+14:00', '2017-01-14T24:00:00-99:99', '29/2/2016']

PLAIN = 'Cây lúa chịu mặn ở đồng bằng, nghiên cứu công nghệ cao của viện.'
FIELDS = ['title', 'lead', 'body', 'section', 'source', 'author', 'tags']


def entities(text):
    """What is < again once an importer has read it."""
    return text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')


def article(number, **fields):
    """zqx finds them all, zqxFIELD those that are hostile in that field."""
    hostile = ' '.join('zqx' + name for name in fields)
    whole = {'id': f'a{number}', 'url': f'https://news.example/{number}.html',
             'title': f'Lúa chịu mặn zqx số {number}', 'lead': f'Bài {number} về lúa. {PLAIN}',
             'body': f'{PLAIN} zqx {hostile} {number}. Hết bài {number * 7919}.',
             'section': 'Khoa học', 'source': 'Tin nhanh', 'author': 'Lê An', 'tags': ['lúa'],
             'date': f'2017-01-{number % 28 + 1:02}T08:30:00+07:00'}
    for name, value in fields.items():
        if name == 'body':
            value = whole['body'] + ' ' + value
        whole[name] = [value] if name == 'tags' else value
    return whole


def hostile():
    number = 0
    for text in TEXTS:
        for form in [text, entities(text)] if '<' in text else [text]:
            for field in FIELDS:
                number += 1
                yield article(number, **{field: f'{form} lúa zqx'})
            number += 1
            yield article(number, **{field: form for field in FIELDS})
    for field, values in (('url', URLS), ('id', IDS), ('date', DATES)):
        for value in values:
            number += 1
            yield article(number, **{field: value})
    yield article(9001, title='zqx <b>&lt;b&gt; ' * 6000)
    yield article(9002, title='zqx e' + '\u0301' * 10000)
    yield article(9003, body=entities('<zqx "\'>') * 20000)
    yield article(9004, section='zqx ' * 300, source='zqx ' * 300, author='zqx ' * 300)
    yield article(9005, tags='zqx' * 1000)
    yield {'id': 'a9006', 'body': 'zqx không đầu đề, không địa chỉ'}
    yield {'id': 'zqx"><i>9007', 'title': '', 'body': 'zqx &lt;b&gt; không đầu đề'}
    yield {'id': 'a9008', 'title': 'zqx một mình đầu đề'}


def tame():
    """The same fields, the same gaps in them, nothing hostile."""
    for number in range(1, 60):
        yield article(number)
    for number, gap in enumerate(['title', 'url', 'date', 'lead', 'section', 'source', 'author',
                                  'tags', 'body'], 60):
        one = article(number)
        del one[gap]
        yield one
    for number, date in enumerate(['2017', '2017-03', '2017-03-04', '2016-02-29T10:00'], 70):
        yield article(number, date=date)
    for number in range(100, 130):
        yield article(number, section=f'Mục {number}', source=f'Báo {number}',
                      date=f'{number + 1890}-05-06', tags=[f'thẻ {number}', 'lúa'])
    for number in range(130, 134):  # near copies
        yield {**article(130, body='\n'.join([PLAIN, 'Một bài đăng lại nhiều lần.'] * 40)),
               'id': f'a{number}', 'url': f'https://news.example/{number}.html'}
    yield {'id': 'a80', 'body': 'zqx không đầu đề, không địa chỉ'}
    yield {'id': 'a81', 'title': 'zqx một mình đầu đề'}
    yield article(82, title='Lúa chịu mặn zqx ' * 400)
    yield article(83, body='\n'.join([PLAIN] * 20))


def main():
    for one in {'hostile': hostile, 'tame': tame}[sys.argv[1]]():
        print(json.dumps(one, ensure_ascii=True))


if __name__ == '__main__':
    main()
