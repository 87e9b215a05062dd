"""The optional script: suggestions by keyboard, mouse, touch and while composing; "/"."""

import time
import urllib.parse

STATE = """
const q = document.querySelector('#hl-q'), id = q.getAttribute('aria-controls');
const list = id && document.getElementById(id);
const options = list ? [...list.children] : [];
return {role: q.getAttribute('role'), open: q.getAttribute('aria-expanded'),
    kind: q.getAttribute('aria-autocomplete'), list: list?.getAttribute('role') ?? null,
    label: list?.getAttribute('aria-label') ?? '', value: q.value, caret: q.selectionStart,
    shown: !!list && list.checkVisibility() && list.getClientRects().length > 0,
    active: q.getAttribute('aria-activedescendant') || '',
    ids: options.map(o => o.id), roles: [...new Set(options.map(o => o.getAttribute('role')))],
    texts: options.map(o => o.textContent),
    selected: options.map((o, i) => o.getAttribute('aria-selected') === 'true' ? i : -1)
        .filter(i => i >= 0), focus: document.activeElement === q};
"""
OPEN = "return document.querySelector('#hl-q').getAttribute('aria-expanded') === 'true'"

# Answers in place of the server's: after WAITS[q] ms, or refused; what is asked is counted.
INSTEAD = """
window.asked = []; window.aborted = [];
const waits = arguments[0], text = arguments[1];
window.fetch = (url, options) => new Promise((done, fail) => {
    const q = new URL(url, location.href).searchParams.get('q');
    asked.push(q);
    options?.signal?.addEventListener('abort',
        () => { aborted.push(q); fail(new DOMException('', 'AbortError')); });
    if (waits === null) { fail(new TypeError('no network')); return; }
    setTimeout(() => done({ok: true, json: async () => ({schema: 1, query: q, suggestions:
        [q + text, q + ' hai'].map(t => ({text: t, kind: 'word', articles: 1}))})}),
        waits[q] ?? 0);
});
"""


class Combobox:
    def __init__(self, browser, server, tap):
        self.b, self.s, self.tap = browser, server, tap

    def ok(self, good, what, *details):
        return self.tap.ok(good, "suggestions: " + what, *details)

    def equal(self, got, want, what):
        return self.tap.equal(got, want, "suggestions: " + what)

    def state(self):
        return self.b.run(STATE)

    def start(self, typed="", query=""):
        """A new page; types and waits for the list. False where there is no such script."""
        self.b.get(self.s.url + query)
        if typed:
            self.b.click("#hl-q")
            self.b.press(*typed)
            return bool(self.b.wait(OPEN))
        return self.state()["role"] == "combobox"

    def sent(self, act, what):
        """The query that a step searched for."""
        if not self.ok(self.b.leave(act), what + ": searches", self.b.url()):
            return None
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.b.url()).query)).get("q")

    def roles(self):
        closed = self.state()
        self.equal((closed["open"], closed["kind"], closed["list"], closed["shown"]),
                   ("false", "list", "listbox", False), "closed, and said so")
        self.ok(closed["label"], "the list has a name", closed)
        if not self.ok(self.start("nghi"), "typing opens them", self.state()):
            return False
        page = self.state()
        self.ok(page["shown"] and page["texts"] and page["roles"] == ["option"]
                and len(set(page["ids"])) == len(page["ids"]), "a list of options", page)
        self.equal((page["value"], page["active"], page["selected"]), ("nghi", "", []),
                   "none is taken by itself")
        return len(page["texts"]) > 1

    def keys(self):
        self.start("nghi")
        ids = self.state()["ids"]
        self.b.press("ArrowDown")
        page = self.state()
        self.equal((page["active"], page["selected"], page["value"]), (ids[0], [0], "nghi"),
                   "down: the first, the field as typed")
        self.b.press("ArrowDown")
        self.equal(self.state()["active"], ids[1], "down: the second")
        self.b.press("ArrowUp", "ArrowUp")
        page = self.state()
        self.equal((page["active"], page["selected"]), ("", []), "up past the first: the field")
        self.b.press("ArrowUp")
        self.equal(self.state()["active"], ids[-1], "up: the last")
        self.b.press("Home")
        page = self.state()
        self.equal((page["active"], page["caret"]), ("", 0), "Home is the field's")
        self.b.press("End")
        self.equal(self.state()["caret"], 4, "End is the field's")
        self.b.press("Escape")
        page = self.state()
        self.equal((page["open"], page["shown"], page["value"], page["active"]),
                   ("false", False, "nghi", ""), "Escape closes and keeps what is typed")
        self.b.press("ArrowDown")
        self.ok(self.b.wait(OPEN), "down opens them again")
        self.b.press("ArrowDown")
        text = self.state()["texts"][0]
        self.equal(self.sent(lambda: self.b.press("Enter"), "Enter"), text, "Enter takes it")
        self.start("nghi")
        self.equal(self.sent(lambda: self.b.press("Enter"), "Enter, none chosen"), "nghi",
                   "what was typed is searched")

    def pointers(self):
        self.start("nghi")
        text = self.state()["texts"][1]
        self.equal(self.sent(lambda: self.b.click("#hl-suggest li:nth-child(2)"), "a click"),
                   text, "a click takes it")
        self.start("nghi")
        self.b.click("h1")
        self.equal(self.state()["open"], "false", "a click elsewhere closes")
        self.b.cdp("Emulation.setTouchEmulationEnabled", enabled=True)
        self.start("nghi")
        text = self.state()["texts"][0]
        place = self.b.run("const b = document.querySelector('#hl-suggest li')"
                           ".getBoundingClientRect();"
                           "return [b.left + b.width / 2, b.top + b.height / 2]")

        def tap():
            self.b.cdp("Input.dispatchTouchEvent", type="touchStart",
                       touchPoints=[{"x": place[0], "y": place[1]}])
            self.b.cdp("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        self.equal(self.sent(tap, "a touch"), text, "a touch takes it")
        self.b.cdp("Emulation.setTouchEmulationEnabled", enabled=False)

    def place(self):
        """Below the field, as wide as the window lets it, large enough for a finger."""
        for width in (320, 390, 1280):
            self.b.size(width, 844)
            self.start("nghi")
            faults = self.b.run("""
                const q = document.querySelector('#hl-q').getBoundingClientRect();
                const list = document.querySelector('#hl-suggest').getBoundingClientRect();
                const f = [], near = (a, b, what) => Math.abs(a - b) < 9 || f.push(
                    what + ' ' + a + ' and ' + b);
                near(list.top, q.bottom, 'top');
                near(list.left, q.left, 'left');
                if (list.right > innerWidth) f.push('ends at ' + list.right);
                if (document.documentElement.scrollWidth > innerWidth) f.push('page scrolls');
                for (const o of document.querySelectorAll('#hl-suggest li')) {
                    const b = o.getBoundingClientRect();
                    if (b.height < 24) f.push('a target of ' + b.height);
                    const top = document.elementFromPoint(b.left + 5, b.top + b.height / 2);
                    if (b.bottom < innerHeight && top !== o) f.push('covered by ' + top?.tagName);
                }
                return f;""")
            self.tap.none(faults, "suggestions: %d px: below the field, in sight" % width)
        self.b.size(1280, 900)

    def composing(self):
        """While a syllable is composed it is asked about, but no key is taken."""
        self.start()
        self.b.run(INSTEAD, {}, " một")
        self.b.click("#hl-q")
        compose = lambda text: self.b.cdp("Input.imeSetComposition", text=text,
                                          selectionStart=len(text), selectionEnd=len(text))
        for text in ("n", "ng", "ngh", "nghê"):
            compose(text)
        self.ok(self.b.wait(OPEN), "composing: they open", self.state())
        self.equal(self.b.run("return asked.at(-1)"), "nghê", "composing: what stands there is asked")
        for key, code in (("ArrowDown", 40), ("Enter", 13), ("Escape", 27)):
            self.b.run("""
                document.querySelector('#hl-q').dispatchEvent(new KeyboardEvent('keydown',
                    {key: arguments[0], keyCode: arguments[1], isComposing: true,
                     bubbles: true, cancelable: true}))""", key, code)
        page = self.state()
        self.equal((page["value"], page["open"], page["active"]), ("nghê", "true", ""),
                   "keys are the composer's")
        self.b.cdp("Input.insertText", text="nghề")
        self.ok(self.b.wait("return asked.at(-1) === 'nghề'"), "composed: asked as composed",
                self.b.run("return asked"))

    def answers(self):
        """Late and failed answers change nothing; texts stay texts."""
        self.start()
        self.b.run(INSTEAD, {"ab": 900, "abc": 0}, " <img src=x onerror=window.__x=1><b>")
        self.b.click("#hl-q")
        self.b.press("a", "b")
        self.b.wait("return asked.length")
        self.b.press("c")
        self.b.wait(OPEN)
        self.equal(self.b.run("return [asked, aborted]"), [["ab", "abc"], ["ab"]],
                   "an older question is given up")
        time.sleep(1)
        page = self.state()
        self.ok(page["texts"][0].startswith("abc "), "a late answer is not shown", page)
        self.ok("<img src=x" in page["texts"][0] and not self.b.all("#hl-suggest li *")
                and self.b.run("return window.__x === undefined"), "texts stay texts", page)
        self.b.press("Backspace", "c")
        time.sleep(0.3)
        self.equal(self.b.run("return asked.length"), 2, "the same again is not asked again")
        self.start()
        self.b.run(INSTEAD, {}, "")
        self.b.click("#hl-q")
        self.b.press(*"khoa hoc")
        self.b.wait(OPEN)
        asked = self.b.run("return asked")
        self.ok(len(asked) < 4 and asked[-1] == "khoa hoc", "fast typing asks little", asked)
        self.start()
        self.b.run(INSTEAD, None, "")
        self.b.click("#hl-q")
        self.b.press(*"lua")
        time.sleep(0.3)
        self.equal(self.state()["open"], "false", "no network: nothing, and silent")
        self.equal(self.sent(lambda: self.b.press("Enter"), "no network"), "lua",
                   "no network: the page works")

    def slash(self):
        self.start(query="?q=khoa")
        self.b.press("/", held=["Control"])
        self.ok(not self.state()["focus"], "Ctrl with / is not ours")
        self.b.press("/")
        page = self.state()
        self.equal((page["focus"], page["value"]), (True, "khoa"), "/ reaches the field")
        self.b.press("End", "/")
        self.equal(self.state()["value"], "khoa/", "/ in the field is a letter")

    def all(self):
        if not self.ok(self.start(), "the page has them", self.state()):
            return
        if self.roles():
            for step in (self.keys, self.pointers, self.place):
                step()
        for step in (self.composing, self.answers, self.slash):
            step()
        self.tap.none(self.b.log(), "suggestions: the console is silent")
