"""axe-core on every kind of page: no violation of WCAG 2.2 A and AA or of good practice."""

RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})
    .then(r => done(r.violations.flatMap(v => v.nodes.slice(0, 3).map(
        n => v.id + ': ' + n.html.slice(0, 200) + ' ' + (n.any[0]?.message ??
            n.all[0]?.message ?? n.none[0]?.message ?? v.help)))),
        e => done(['axe-core: ' + e]));
"""


class Axe:
    def __init__(self, browser, server, tap, pages, file):
        self.b, self.s, self.tap, self.pages = browser, server, tap, pages
        with open(file, encoding="utf-8") as source:
            self.source = source.read()

    def look(self, what):
        self.b.run(self.source)
        self.tap.none(self.b.run_async(RUN), "axe-core: " + what)

    def all(self):
        for width, height in ((1280, 900), (390, 844)):
            self.b.size(width, height)
            for scheme in ("light", "dark"):
                self.b.media(scheme)
                for name, query in self.pages.items():
                    self.b.get(self.s.url + "?" + query)
                    self.look("%s, %d px, %s" % (name, width, scheme))
                self.b.get(self.s.url)
                if self.b.all("#hl-q[role=combobox]"):
                    self.b.click("#hl-q")
                    self.b.press(*"nghi", "ArrowDown")
                    self.b.wait("return document.querySelector('#hl-q')"
                                ".getAttribute('aria-expanded') === 'true'")
                    self.b.press("ArrowDown")
                    self.look("suggestions, %d px, %s" % (width, scheme))
        self.b.media()
