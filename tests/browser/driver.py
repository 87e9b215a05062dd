"""A headless Chromium, driven through chromedriver by the WebDriver protocol.

The protocol is JSON over HTTP, so the standard library is enough. A Browser starts both
programs on a free loopback port with a profile of its own and ends them on close(); it is
a context manager. It finds no host but the loopback address.
"""

import base64
import http.client
import json
import os
import re
import select
import shutil
import subprocess
import tempfile
import time

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
FLAGS = [
    "--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--no-default-browser-check", "--disable-background-networking", "--disable-quic",
    "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--disable-domain-reliability", "--disable-search-engine-choice-screen",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--hide-scrollbars",
    "--force-color-profile=srgb", "--lang=vi",
]
KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c", "ArrowUp": "\ue013",
        "ArrowDown": "\ue015", "ArrowLeft": "\ue012", "Home": "\ue011", "End": "\ue010",
        "Backspace": "\ue003", "Shift": "\ue008", "Control": "\ue009"}


class Fault(Exception):
    """What the driver answered instead of a value, or that it cannot be had."""


def programs():
    """Paths of (chromedriver, chromium), or Fault naming what is missing."""
    driver = shutil.which("chromedriver")
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not driver or not browser:
        raise Fault("no " + ("chromedriver" if browser else "chromium"))
    return driver, browser


class Browser:
    def __init__(self, language="vi"):
        driver, browser = programs()
        self.folder = tempfile.mkdtemp(prefix="hlsearch-browser-")
        self.session = None
        self.left = 0
        # Port 0: the driver takes a free one and says which.
        self.process = subprocess.Popen(
            [driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=dict(os.environ, HOME=self.folder))
        try:
            self.port = self._port()
            self._open(browser, language)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _port(self):
        until, said = time.monotonic() + 20, b""
        while time.monotonic() < until:
            if select.select([self.process.stdout], [], [], 0.5)[0]:
                part = os.read(self.process.stdout.fileno(), 4096)
                said += part
                found = re.search(rb"successfully on port (\d+)", said)
                if found:
                    return int(found.group(1))
                if not part:
                    break
        raise Fault("chromedriver does not start: %r" % said[-300:])

    def _open(self, browser, language):
        flags = FLAGS + ["--user-data-dir=" + os.path.join(self.folder, "profile")]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")  # its sandbox refuses root
        options = {"binary": browser, "args": flags,
                   "prefs": {"intl.accept_languages": language}}
        answer = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"},
            "timeouts": {"pageLoad": 20000, "script": 20000, "implicit": 0}}}})
        self.session = answer["sessionId"]
        self.version = answer["capabilities"].get("browserVersion", "?")

    def close(self):
        try:
            if self.session:
                self.call("DELETE", "")
        except (Fault, OSError):
            pass
        self.session = None
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ------------------------------------------------------------------ protocol

    def call(self, method, path, body=None):
        """The value that the driver answers; path is within the session."""
        if self.session:
            path = "/session/" + self.session + path
        data = json.dumps(body if body is not None else {}) if method == "POST" else None
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, data, {"Content-Type": "application/json"})
            answer = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        value = answer.get("value")
        if isinstance(value, dict) and "error" in value:
            raise Fault(value["error"] + ": " + value.get("message", "").split("\n")[0])
        return value

    def cdp(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    # ------------------------------------------------------------------ the page

    def get(self, url):
        self.call("POST", "/url", {"url": url})

    def back(self):
        self.call("POST", "/back")

    def url(self):
        return self.call("GET", "/url")

    def run(self, script, *arguments):
        """The value of the body of a function; the page's policy does not bind it."""
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def run_async(self, script, *arguments):
        """The same, where the last argument is a function to call with the value."""
        return self.call("POST", "/execute/async", {"script": script, "args": list(arguments)})

    def all(self, selector):
        return self.call("POST", "/elements", {"using": "css selector", "value": selector})

    def count(self, selector):
        return len(self.all(selector))

    def one(self, selector):
        found = self.all(selector)
        if not found:
            raise Fault("nothing on the page is " + selector)
        return found[0]

    def text(self, selector):
        """What a reader sees of the first such element."""
        return self.call("GET", "/element/%s/text" % self.one(selector)[ELEMENT])

    def attribute(self, selector, name):
        return self.call("GET", "/element/%s/attribute/%s"
                         % (self.one(selector)[ELEMENT], name))

    def click(self, selector):
        """As a mouse does: what is covered or has no place cannot be clicked."""
        self.call("POST", "/element/%s/click" % self.one(selector)[ELEMENT])

    def clear(self, selector):
        self.call("POST", "/element/%s/clear" % self.one(selector)[ELEMENT])

    def type(self, selector, text):
        self.call("POST", "/element/%s/value" % self.one(selector)[ELEMENT], {"text": text})

    def press(self, *keys, held=()):
        """Keys to whatever has the focus; names of KEYS or single characters."""
        keys, held = [KEYS.get(k, k) for k in keys], [KEYS.get(k, k) for k in held]
        actions = [{"type": "keyDown", "value": k} for k in held]
        for key in keys:
            actions += [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        actions += [{"type": "keyUp", "value": k} for k in reversed(held)]
        self.call("POST", "/actions",
                  {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def wait(self, script, *arguments, seconds=5):
        """Until the script answers something true; the last answer."""
        until = time.monotonic() + seconds
        while True:
            value = self.run(script, *arguments)
            if value or time.monotonic() > until:
                return value
            time.sleep(0.02)

    def leave(self, act, seconds=10):
        """Does act and waits until another page stands there whole.

        The page left is marked by a number: one that comes back has an older one.
        """
        self.left += 1
        self.run("document.documentElement.setAttribute('data-left', arguments[0])", self.left)
        act()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                if self.run("return document.readyState === 'complete' && arguments[0] !=="
                            " document.documentElement.getAttribute('data-left')",
                            str(self.left)):
                    return True
            except Fault:
                pass  # between two pages there is none to ask
            time.sleep(0.02)
        return False

    # ------------------------------------------------------------------ the screen

    def size(self, width, height, scale=1):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height,
                 deviceScaleFactor=scale, mobile=False)

    def media(self, scheme="light", medium="screen", contrast="no-preference"):
        self.cdp("Emulation.setEmulatedMedia", media=medium, features=[
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-contrast", "value": contrast}])

    def scripts(self, allowed):
        """Whether scripts of pages run, from the next page on; run() works either way."""
        self.cdp("Emulation.setScriptExecutionDisabled", value=not allowed)

    def picture(self, whole=False):
        """PNG of what is seen, or of the whole page."""
        clip = {}
        if whole:
            size = self.cdp("Page.getLayoutMetrics")["cssContentSize"]
            clip = {"clip": {"x": 0, "y": 0, "width": size["width"],
                             "height": size["height"], "scale": 1}}
        answer = self.cdp("Page.captureScreenshot", format="png",
                          captureBeyondViewport=whole, **clip)
        return base64.b64decode(answer["data"])

    def log(self):
        """What stands in the console since the last look: errors and refusals of policy."""
        return ["%s %s" % (row["level"], row["message"])
                for row in self.call("POST", "/se/log", {"type": "browser"})
                if row["level"] in ("SEVERE", "WARNING")]
