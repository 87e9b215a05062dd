"""A visit as a reader makes it: search, filter, sort, turn the page, read, go back.

Everything is found by the class names that a site's own style may rely on, so the same visit
holds for every language and template.
"""

import re
import urllib.parse

QUERY = "vệ tinh"
SHOWN = "khu công nghệ cao Hòa Lạc"   # found first: an article without an address
MISTYPED = "nghiên kứu"
NOWHERE = "xyzzyqqq zzxwq"

FACTS = """
return {hits: document.querySelectorAll('.hl-hits > li > article.hl-hit').length,
    start: document.querySelector('.hl-hits')?.start ?? 0,
    first: document.querySelector('.hl-hit h2')?.textContent ?? '',
    count: document.querySelector('.hl-count')?.textContent.trim() ?? '',
    days: [...document.querySelectorAll('.hl-hit .hl-facts')].map(
        f => f.querySelector('time')?.getAttribute('datetime') ?? ''),
    chips: document.querySelectorAll('.hl-chips a').length,
    query: document.querySelector('#hl-q').value};
"""


def parameters(url):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))


class Visit:
    """One reader's steps; label says in which window, colours, with or without scripts."""

    def __init__(self, browser, server, tap, label):
        self.b, self.s, self.tap, self.label = browser, server, tap, label

    def ok(self, good, what, *details):
        return self.tap.ok(good, "%s: %s" % (self.label, what), *details)

    def equal(self, got, want, what):
        return self.tap.equal(got, want, "%s: %s" % (self.label, what))

    def facts(self):
        return self.b.run(FACTS)

    def go(self, **query):
        self.b.get(self.s.url + "?" + urllib.parse.urlencode(query))

    def follow(self, selector, what):
        """Clicks a link, waits for its page; False where there is none."""
        if not self.b.all(selector):
            return self.ok(False, what, "nothing on %s is %s" % (self.b.url(), selector))
        return self.ok(self.b.leave(lambda: self.b.click(selector)), what, self.b.url())

    def search(self):
        self.b.get(self.s.url)
        start = self.facts()
        self.ok(start["hits"] == 0 and start["query"] == "", "the first page asks, no more", start)
        self.b.type("#hl-q", QUERY)
        self.ok(self.b.leave(lambda: self.b.press("Enter")), "Enter searches")
        found = self.facts()
        self.equal(found["hits"], 10, "ten hits")
        self.equal(found["query"], QUERY, "the query stays in its field")
        self.equal(parameters(self.b.url()).get("q"), QUERY, "the address has the query")
        self.ok(re.search(r"\d", found["count"]), "how many there are", found["count"])
        self.ok(self.b.count(".hl-hit h2 mark"), "titles are marked")
        self.ok(self.b.count(".hl-passage mark"), "passages are marked")
        self.ok(QUERY in self.b.call("GET", "/title"), "the title of the page has the query")

    def filter(self):
        """A facet narrows to as many as it says; its chip takes it off again."""
        self.go(q=QUERY)
        before = self.facts()
        said = self.b.run("return document.querySelector('.hl-facets a .hl-n,"
                          " .hl-facets a + .hl-n, .hl-facets li .hl-n')?.textContent ?? ''")
        if not self.follow(".hl-facets a", "a filter is followed"):
            return
        narrow = self.facts()
        articles = int(re.sub(r"\D", "", said) or 0)
        self.ok(0 < articles and narrow["hits"] == min(articles, 10),
                "as many as the filter said", said, narrow)
        self.equal(narrow["query"], QUERY, "the query is kept when filtering")
        self.equal(narrow["chips"], 1, "a chip says what is filtered")
        if self.follow(".hl-chips a", "the chip is followed"):
            self.equal(self.facts(), before, "without the filter: the page from before")

    def sort(self):
        """Newest first, kept on page two; back returns to page one."""
        self.go(q=QUERY)
        if not self.follow(".hl-sort a:not([aria-current])", "another order"):
            return
        page = self.facts()
        known = [day for day in page["days"] if day]
        self.ok(known and known == sorted(known, reverse=True), "newest first", page["days"])
        self.equal(self.b.count(".hl-sort [aria-current]"), 1, "the order is said")
        if not self.follow(".hl-pages a[rel~=next]", "page two"):
            return
        second, address = self.facts(), parameters(self.b.url())
        self.equal(second["start"], 11, "page two counts on")
        self.equal((address.get("q"), address.get("page")), (QUERY, "2"), "page two's address")
        self.ok(address.get("sort"), "page two keeps the order", self.b.url())
        later = [day for day in second["days"] if day]
        self.ok(not later or later[0] <= known[-1], "page two goes on where one ended", later)
        self.equal(self.b.count(".hl-pages [aria-current=page]"), 1, "the page is said")
        self.ok(self.b.leave(self.b.back), "back")
        self.equal(self.facts(), page, "back: the page from before")

    def read(self):
        """An article's own page, those like it, and back to the hits."""
        self.go(q=SHOWN)
        before, shown = self.facts(), ".hl-hit h2 a[href*='do=show']"
        title = self.b.text(shown) if self.b.all(shown) else None
        if self.follow(shown, "an article without address is shown"):
            self.equal(self.b.text(".hl-show h2"), title, "its title")
            self.ok(len(self.b.text(".hl-show .hl-text")) > 100, "its text")
            self.ok(self.b.leave(self.b.back), "back from the article")
            self.equal(self.facts(), before, "back: the hits from before")
        if self.follow(".hl-acts a[href*='do=related']", "articles like it"):
            like = self.facts()
            self.ok(like["hits"] > 0 and like["first"] != before["first"],
                    "others are like it", like)
            self.ok(self.b.leave(self.b.back), "back from those like it")
            self.equal(self.facts(), before, "back: the hits from before")

    def dates(self):
        self.go(q=QUERY)
        whole = self.facts()
        if not self.b.all("#hl-from"):
            self.ok(False, "a form for dates", "no #hl-from")
            return
        if self.b.all("details.hl-more:not([open])"):
            self.b.click("details.hl-more > summary")
            self.ok(self.b.count("details.hl-more[open]"), "the form for dates opens")
        # How a date is typed depends on the reader's system; its value does not.
        self.b.run("document.querySelector('#hl-from').value = '2018-01-01';"
                   "document.querySelector('#hl-to').value = '2019-12-31'")
        self.ok(self.b.leave(lambda: self.b.click(".hl-form button")), "dates are sent")
        page = self.facts()
        self.ok(page["hits"] and all("2018" <= day[:4] <= "2019" for day in page["days"]),
                "all within the dates", page["days"])
        self.ok(page["count"] != whole["count"] and page["chips"] >= 1,
                "fewer, and a chip says why", page)
        self.equal(self.b.run("return document.querySelector('#hl-from').value"), "2018-01-01",
                   "the date stays in its field")

    def nothing(self):
        self.go(q=NOWHERE)
        page = self.facts()
        self.ok(page["hits"] == 0 and len(self.b.text("main")) > 40,
                "nothing found: said, with what to do", self.b.text("main"))
        self.go(q=MISTYPED)
        link = self.b.text(".hl-note a") if self.b.all(".hl-note a") else ""
        if self.follow(".hl-note a", "a query that may be meant"):
            after = self.facts()
            self.ok(after["hits"] and after["query"] == link, "it finds", link, after)

    def all(self):
        for step in (self.search, self.filter, self.sort, self.read, self.dates, self.nothing):
            step()
        self.tap.none(self.b.log(), self.label + ": the console is silent")
