"""TAP on stdout: one line a test, the plan at the end; tools/run-tests reads it."""

import sys
import time


class Tap:
    def __init__(self):
        self.number = 0
        self.failed = 0
        self.since = time.monotonic()

    def ok(self, good, what, *details):
        self.number += 1
        self.failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", self.number, what))
        if not good:
            for detail in details:
                for line in str(detail).split("\n"):
                    print("#   " + line[:600])
        sys.stdout.flush()
        return bool(good)

    def equal(self, got, want, what):
        return self.ok(got == want, what, "got:  %r" % (got,), "want: %r" % (want,))

    def none(self, faults, what):
        """A list of faults has nothing in it."""
        return self.ok(not faults, what, *list(faults)[:12])

    def skip(self, why):
        self.number += 1
        print("ok %d # skip %s" % (self.number, why))

    def took(self, what):
        """Tells how long it was since the last such line."""
        now = time.monotonic()
        print("# %s: %.1f s" % (what, now - self.since))
        self.since = now

    def done(self):
        print("1..%d" % self.number)
        return 1 if self.failed else 0
