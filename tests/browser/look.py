"""What every page must look like: nothing off the side, focus seen, targets large enough."""

VISIBLE = """
const seen = e => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length;
const name = e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') +
    (e.className ? '.' + e.className : '') + ' "' + (e.textContent || e.value || '')
    .trim().slice(0, 40) + '"';
const reach = () => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), summary, select, textarea')].filter(seen);
"""

# An inline link beside text of its own parent is text, and has the height of its line.
SMALL = VISIBLE + """
return reach().filter(e => {
    if (e.matches('.hl-skip')) return false;
    const own = [...e.parentElement.childNodes].some(
        n => n.nodeType === 3 && /[\\p{L}\\p{N}]/u.test(n.data));
    if (getComputedStyle(e).display === 'inline' && own) return false;
    const box = e.getBoundingClientRect();
    return box.width < 23.99 || box.height < 23.99;
}).map(e => { const b = e.getBoundingClientRect();
    return name(e) + ' ' + b.width.toFixed(1) + 'x' + b.height.toFixed(1); });
"""

WIDE = VISIBLE + """
const width = document.documentElement.clientWidth, root = document.documentElement;
if (root.scrollWidth <= width && document.body.scrollWidth <= Math.max(width,
    document.body.clientWidth)) return [];
return ['the page is ' + root.scrollWidth + ' wide'].concat([...document.querySelectorAll(
    'body *')].filter(e => seen(e) && e.getBoundingClientRect().right > width + 0.5)
    .slice(0, 5).map(e => name(e) + ' ends at ' + e.getBoundingClientRect().right));
"""

FOCUSED = VISIBLE + """
const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
if (e === document.body || e === document.documentElement) return null;
const all = reach();
return {at: all.indexOf(e), name: name(e), skip: e.matches('.hl-skip'),
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1,
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
        && box.width > 0 && box.height > 0};
"""


class Look:
    def __init__(self, browser, server, tap, pages):
        self.b, self.s, self.tap, self.pages = browser, server, tap, pages

    def go(self, query):
        self.b.get(self.s.url + "?" + query)

    def widths(self):
        """320 px, a phone, and 200 % of a window of 1280; words that have no end."""
        pages = dict(self.pages, **{"endless word": "q=" + "w" * 300,
                                    "endless phrase": "q=%22" + "ư" * 80 + "%22"})
        for width, height in ((320, 568), (390, 844), (640, 450)):
            self.b.size(width, height)
            for name, query in pages.items():
                self.go(query)
                self.tap.none(self.b.run(WIDE), "%d px, %s: nothing off the side"
                              % (width, name))
        self.b.size(1280, 900)
        self.go(self.pages["results"])
        # As a reader sets it: the style of the page is asked again, its widths in letters too.
        self.b.cdp("Page.setFontSizes", fontSizes={"standard": 32})
        self.tap.equal(self.b.wait("return parseFloat(getComputedStyle(document.body).fontSize)"
                                   " > 30"), True, "letters twice as large: they are")
        self.tap.none(self.b.run(WIDE), "letters twice as large: nothing off the side")
        self.b.cdp("Page.setFontSizes", fontSizes={"standard": 16})

    def targets(self):
        for width in (390, 1280):
            self.b.size(width, 900)
            for name, query in self.pages.items():
                self.go(query)
                self.tap.none(self.b.run(SMALL), "%d px, %s: targets of 24 px" % (width, name))

    def keyboard(self, width):
        """Tab reaches everything once, in its order, and shows where it is."""
        self.b.size(width, 900)
        self.go(self.pages.get("filtered", self.pages["results"]))
        label = "%d px, keyboard" % width
        count = self.b.run(VISIBLE + "return reach().length")
        order, faults, last = [], [], None
        # A date has a stop for its day, month, year and calendar.
        for _ in range(6 * count + 20):
            self.b.press("Tab")
            at = self.b.run(FOCUSED)
            if at is None or (order and at["at"] == order[0]):
                break
            if at["at"] != last:
                order.append(at["at"])
            last = at["at"]
            if not order[1:]:
                self.tap.ok(at["skip"] and at["inside"],
                            label + ": first the way past the form, and it is seen", at)
            if not at["ring"]:
                faults.append("no outline: " + at["name"])
            if not at["inside"]:
                faults.append("not in sight: " + at["name"])
        self.tap.none(faults, label + ": the focus is seen")
        self.tap.equal(order, list(range(count)), label + ": everything once, in its order")
        self.go(self.pages["results"])
        self.b.press("Tab", "Enter")
        self.tap.ok(self.b.wait("return document.activeElement.id === 'hl-main'"),
                    label + ": the skip link leads to the hits")
        self.b.press("Tab")
        self.tap.ok(self.b.run("return document.querySelector('#hl-main')"
                               ".contains(document.activeElement)"),
                    label + ": and Tab goes on from there")

    def paper(self):
        self.b.size(1280, 900)
        for name in {"filtered", "results", "shown"} & set(self.pages):
            self.go(self.pages[name])
            self.b.media(medium="print")
            left = self.b.run(VISIBLE + "return [...document.querySelectorAll('.hl-form,"
                              " .hl-facets, .hl-pages, .hl-sort, .hl-skip, .hl-suggest')]"
                              ".filter(seen).map(name)")
            self.tap.none(left, "printed, %s: no form, no filters" % name)
            self.tap.ok(self.b.run(VISIBLE + "return [...document.querySelectorAll("
                                   "'.hl-hit h2, .hl-show h2')].some(seen)"),
                        "printed, %s: the text" % name)
            self.b.media()

    def schemes(self):
        """Dark is dark and light is light; a page that follows neither fails one of them."""
        for scheme, dark in (("light", False), ("dark", True)):
            self.b.media(scheme)
            self.go(self.pages["results"])
            ground = self.b.run("""
                const c = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g);
                return c.length > 3 && !+c[3] ? 765 : +c[0] + +c[1] + +c[2]""")
            self.tap.ok((ground < 200) if dark else (ground > 600),
                        "the ground of %s is %s" % (scheme, scheme), ground)
        self.b.media()

    def all(self):
        for step in (self.widths, self.targets, self.paper, self.schemes):
            step()
        for width in (1280, 390):
            self.keyboard(width)
        self.tap.none([row for row in self.b.log() if "Failed to load resource" not in row],
                      "the looks: the console is silent")
