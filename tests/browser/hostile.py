"""Text from outside stays text: requests and articles that try to become page.

What a page may be made of is taken from harmless pages: which elements, which attributes,
which script. Whatever a hostile one has beyond that came from its text.
"""

import urllib.parse

MADE_OF = """
const tags = new Set(), attributes = new Set();
for (const e of document.querySelectorAll('*')) {
    tags.add(e.localName + (e.namespaceURI.endsWith('xhtml') ? '' : ' in ' + e.namespaceURI));
    for (const a of e.attributes) attributes.add(e.localName + ' ' + a.name);
}
return {tags: [...tags], attributes: [...attributes],
    scripts: [...document.scripts].map(s => s.text), styles:
    [...document.querySelectorAll('style')].map(s => s.textContent)};
"""

# Scripts and styles are compared as text, so that not one letter of them comes from outside.
FAULTS = """
const known = arguments[0], f = [];
const tags = new Set(known.tags), attributes = new Set(known.attributes);
for (const e of document.querySelectorAll('*')) {
    if (!tags.has(e.localName)) f.push('element ' + e.localName);
    for (const a of e.attributes)
        if (!attributes.has(e.localName + ' ' + a.name))
            f.push('attribute ' + e.localName + ' ' + a.name);
    for (const name of e.classList)
        if (!name.startsWith('hl-')) f.push('class ' + name);
    const to = e.getAttribute('href') ?? e.getAttribute('action');
    if (to !== null && !/^(\\?|#|\\/(?!\\/)|https?:)/i.test(to)) f.push('link to ' + to);
}
for (const s of document.scripts)
    if (!known.scripts.includes(s.text)) f.push('script ' + s.text.slice(0, 60));
for (const s of document.querySelectorAll('style'))
    if (!known.styles.includes(s.textContent)) f.push('style ' + s.textContent.slice(0, 60));
if (window.__x !== undefined) f.push('a script of theirs ran');
if (document.documentElement.lang.length !== 2) f.push('lang ' + document.documentElement.lang);
return f;
"""


class Hostile:
    def __init__(self, browser, server, tap, pages):
        self.b, self.s, self.tap = browser, server, tap
        self.known = {"tags": [], "attributes": [], "scripts": [], "styles": []}
        for query in pages.values():
            self.b.get(server.url + "?" + query)
            for name, values in self.b.run(MADE_OF).items():
                self.known[name] += values

    def look(self, server, what, *queries):
        faults = []
        for query in queries:
            self.b.get(server.url + "?" + query)
            faults += ["%s: %s" % (query[:200], f) for f in self.b.run(FAULTS, self.known)]
            # That a request was refused is no fault; a script or style that was, is one.
            faults += ["%s: %s" % (query[:200], row) for row in self.b.log()
                       if "Failed to load resource" not in row]
        self.tap.none(faults, "hostile: " + what)

    def requests(self, texts):
        for text in texts:
            quoted = urllib.parse.quote(text, safe="%")
            self.look(self.s, repr(text)[:70], "q=" + quoted + "&section=" + quoted,
                      "q=khoa&do=%s&sort=%s&from=%s&to=%s&page=%s&n=%s&marks=%s&format=%s"
                      % ((quoted,) * 8), "do=show&id=" + quoted)

    def articles(self, server, ids):
        """An index whose articles were written to become page."""
        self.look(server, "articles as hits", "q=zzlua", "q=zzlua&sort=-date", "q=zzlua&n=3")
        shown = self.b.count(".hl-hit")
        self.tap.ok(shown, "hostile: the articles are there", shown)
        for one in ids:
            quoted = urllib.parse.quote(one)
            self.look(server, "article %r" % one, "do=show&id=" + quoted,
                      "do=related&id=" + quoted)
        self.b.get(server.url + "?q=zzlua&n=50")
        links = self.b.run("return [...document.querySelectorAll('.hl-facets a, .hl-chips a')]"
                           ".map(a => a.getAttribute('href').slice(1))")
        self.look(server, "%d filters of theirs" % len(links), *links)
