# SPDX-License-Identifier: BSD-2-Clause
"""Running check_kmsdns as a monitoring system does; what holds for every run is checked on each."""

import re
import subprocess
import time

import lab

CHECK = lab.BUILDDIR / "check_kmsdns"
STATES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"]
LABELS = ["time", "connect", "ttl", "hosts", "reachable", "servers", "serial_lag",
          "negative_ttl", "criticals", "warnings", "duration"]
RANGE = r"@?(?:(?:~|-?[0-9]+(?:\.[0-9]+)?):)?(?:-?[0-9]+(?:\.[0-9]+)?)?"
ITEM = re.compile(rf"([a-z_]+)=(U|-?[0-9]+(?:\.[0-9]+)?)(s?);({RANGE})?;({RANGE})?;0")


class Outcome:
    """One run: exit, out (bytes), state, text of the first line, perfdata, other lines."""

    def __init__(self, args, code, out, err, seconds):
        self.args, self.exit, self.out, self.err, self.seconds = args, code, out, err, seconds
        first, _, rest = out.decode("ascii", "replace").partition("\n")
        head, bar, tail = first.partition(" | ")
        found = re.fullmatch(r"KMSDNS ([A-Z]+) - (.+)", head)
        self.first, self.lines = first, rest.splitlines()
        self.state, self.text = found.groups() if found else (None, head)
        self.perfdata = self._perfdata(tail) if bar else None

    def _perfdata(self, tail):
        """{label: (value or None, unit, warning, critical)}; the grammar of the guidelines."""
        data = {}
        for item in tail.split(" "):
            found = ITEM.fullmatch(item)
            self.check(found, f"bad performance data: {item!r}")
            label, value, unit, warning, critical = found.groups()
            self.check(label not in data, f"{label} stands twice")
            data[label] = (None if value == "U" else float(value), unit, warning or "",
                           critical or "")
        return data

    def __str__(self):
        return (f"check_kmsdns {' '.join(map(str, self.args))}\nexit {self.exit} after "
                f"{self.seconds:.3f} s\n{self.out[:5000].decode(errors='replace')}\n"
                f"stderr: {self.err[:3000].decode(errors='replace')}")

    def check(self, condition, what):
        if not condition:
            raise AssertionError(f"{what}\n{self}")

    def is_state(self, state, *words):
        """The state by word and by exit status, and what the first line must hold."""
        self.check(self.state == state, f"it is not {state}")
        for word in words:
            self.check(word in self.text, f"{word!r} is not in the first line")

    def value(self, label):
        return self.perfdata[label][0]


def _always(outcome, exit_ok):
    """NP-01, 08, 09, 10, 11, 13, 14, 33: what holds for every run."""
    outcome.check(outcome.exit in (0, 1, 2, 3), "the exit status is no state")
    outcome.check(outcome.err == b"", "something is on standard error")
    outcome.check(outcome.out.endswith(b"\n"), "no line, or no newline at its end")
    outcome.check(outcome.state in STATES, "the first line has no state")
    outcome.check(exit_ok or STATES[outcome.exit] == outcome.state,
                  "the word is not that of the exit status")
    outcome.check(re.fullmatch(rb"[\n -~]*", outcome.out), "a byte that is not printable")
    outcome.check(outcome.out.count(b"|") <= 1, "| outside of performance data")
    outcome.check(b"|" not in outcome.out.partition(b"\n")[2], "| behind the first line")
    outcome.check(len(outcome.first) < 1024, "the first line is longer than 1 KiB")
    outcome.check(len(outcome.out) < 65536, "the output is longer than 64 KiB")
    outcome.check("internal error" not in outcome.text, "an internal error")


def start(args, **options):
    if not CHECK.exists():
        raise AssertionError("check_kmsdns is not built")
    options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.Popen([str(CHECK), *map(str, args)], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, **options)


def finish(process, args, begun, limit=30.0, is_help=False, exit_ok=False):
    try:
        out, err = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError("check_kmsdns did not end\n"
                             f"{Outcome(args, None, out, err, limit)}") from None
    outcome = Outcome(args, process.returncode, out, err, time.monotonic() - begun)
    if not is_help:
        _always(outcome, exit_ok)
    return outcome


def check(*args, limit=30.0, is_help=False, exit_ok=False, **options):
    """Runs the plugin; every run must keep the rules for output."""
    begun = time.monotonic()
    return finish(start(args, **options), args, begun, limit, is_help, exit_ok)


def at(server, *args, **options):
    """The same, asking one server of the lab for everything."""
    return check("-H", server.at, "-p", server.ns_port, *args, **options)
