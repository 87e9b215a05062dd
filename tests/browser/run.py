"""The search page in a real browser: `run.py [--short] [--axe FILE] [--no-axe WHY] CGI INDEX
HOSTILE TEXTS`; TAP on stdout. INDEX has the articles of the visit, HOSTILE those that try to
become page, TEXTS is a file of hostile texts, one a line. tests/838-browser.sh calls it.
"""

import argparse
import json
import signal
import sys

from axe import Axe
from combobox import Combobox
from driver import Browser, Fault, programs
from hostile import Hostile
from look import Look
from server import Server
from tap import Tap
from visit import MISTYPED, NOWHERE, QUERY, SHOWN, Visit

from urllib.parse import quote


def ask(browser, server, selector, query):
    """The query string of the first such link of a page."""
    browser.get(server.url + "?" + query)
    found = browser.run("return document.querySelector(arguments[0])?.getAttribute('href')",
                        selector)
    return found[1:] if found and found.startswith("?") else None


def kinds(browser, server):
    """One page of each kind, name -> query string, and the names of those that no link has."""
    results = "q=" + quote(QUERY)
    pages = {
        "start": "",
        "results": results,
        "filtered": ask(browser, server, ".hl-facets a", results),
        "page 2": results + "&page=2",
        "nothing found": "q=" + quote(NOWHERE),
        "mistyped": "q=" + quote(MISTYPED),
        "dates": results + "&from=2018-01-01&to=2019-12-31",
        "shown": ask(browser, server, ".hl-hit a[href*='do=show']", "q=" + quote(SHOWN)),
        "related": ask(browser, server, ".hl-hit a[href*='do=related']", "q=" + quote(SHOWN)),
        "refused": "q=" + "w" * 600,
        "no such article": "do=show&id=none",
    }
    lacking = [name for name, query in pages.items() if query is None]
    return {name: query for name, query in pages.items() if query is not None}, lacking


def visits(browser, server, english, tap, short):
    # What links do hangs on neither; the looks and axe-core have every size in all colours.
    for width, height, scheme in ((390, 844, "dark"), (1280, 900, "light"))[:1 if short else 2]:
        browser.size(width, height)
        browser.media(scheme)
        Visit(browser, server, tap, "%d px, %s" % (width, scheme)).all()
    browser.media()
    browser.scripts(False)
    Visit(browser, server, tap, "without scripts").all()
    browser.scripts(True)
    browser.size(1280, 900)
    if not short:
        Visit(browser, english, tap, "English").all()
        tap.equal(browser.run("return document.documentElement.lang"), "en", "English: said so")


def steps(browser, tap, given):
    with open(given.texts, encoding="utf-8") as file:
        texts = [json.loads(line) for line in file if line.startswith('"')]
    with Server(given.cgi, given.index) as server, Server(given.cgi, given.hostile) as other, \
            Server(given.cgi, given.index, HLSEARCH_LANG="en") as english:
        # A page that no header allows to run scripts would be silent for the wrong reason.
        browser.get(server.url)
        tap.ok(b"Content-Security-Policy" in server.head, "the page has its policy")
        pages, lacking = kinds(browser, server)
        tap.none(lacking, "every kind of page is linked")
        visits(browser, server, english, tap, given.short)
        tap.took("visits")
        Combobox(browser, server, tap).all()
        tap.took("suggestions")
        hostile = Hostile(browser, server, tap, pages)
        hostile.requests(texts[:4] if given.short else texts)
        hostile.articles(other, given.id)
        tap.took("hostile text")
        if not given.short:
            Look(browser, server, tap, pages).all()
            tap.took("looks")
            if given.axe:
                Axe(browser, server, tap, pages, given.axe).all()
                browser.get(english.url + "?" + pages["results"])
                Axe(browser, english, tap, pages, given.axe).look("English")
                tap.took("axe-core")
        if not given.axe or given.short:
            tap.skip("axe-core: " + (given.no_axe or "not in the short run"))
        tap.none(server.faults + other.faults + english.faults, "the program answered every request")


def main():
    parse = argparse.ArgumentParser()
    parse.add_argument("--short", action="store_true")
    parse.add_argument("--axe")
    parse.add_argument("--no-axe")
    parse.add_argument("--id", action="append", default=[])
    for name in ("cgi", "index", "hostile", "texts"):
        parse.add_argument(name)
    given = parse.parse_args()
    try:
        programs()
    except Fault as fault:
        print("1..0 # skip %s (tools/setup check)" % fault)
        return 0
    # Ended from outside, it still ends the browser.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    tap = Tap()
    with Browser() as browser:
        try:
            steps(browser, tap, given)
        except (Fault, OSError) as fault:
            tap.ok(False, "the browser did as told", fault)
    print("# Chromium " + browser.version)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
