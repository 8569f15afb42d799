# SPDX-License-Identifier: BSD-2-Clause
"""A tiny TAP producer: one line per test function, diagnostics as '# ' lines."""

import os
import sys
import time
import traceback


class Skip(Exception):
    """Raised by a test that cannot run here; in CI that is a failure."""


def _diagnose(text):
    for line in str(text).splitlines():
        sys.stdout.write("# " + line.encode("ascii", "backslashreplace").decode() + "\n")


def _report(number, name, error, seconds):
    if error is None:
        print(f"ok {number} - {name}")
    elif isinstance(error, Skip) and os.environ.get("CI") != "true":
        print(f"ok {number} - {name} # SKIP {error}")
    else:
        print(f"not ok {number} - {name}")
        if isinstance(error, (Skip, AssertionError)) and error.args:
            _diagnose(error)
        else:
            _diagnose("".join(traceback.format_exception(error)))
    if seconds > 2:
        _diagnose(f"{name} took {seconds:.1f} s")
    sys.stdout.flush()
    return error is None or isinstance(error, Skip) and os.environ.get("CI") != "true"


def _call(function, args):
    try:
        function(*args)
    except (Exception, SystemExit) as error:  # a test must never end the whole run
        return error
    return None


def run(tests, only=None):
    """Runs (name, function, args...) tuples; returns an exit status."""
    wanted = [test for test in tests if not only or any(word in test[0] for word in only)]
    print(f"1..{len(wanted)}", flush=True)
    good = True
    for number, (name, function, *args) in enumerate(wanted, 1):
        begun = time.monotonic()
        error = _call(function, args)
        good = _report(number, name, error, time.monotonic() - begun) and good
    return 0 if good else 1


def of_module(module):
    """All test_* functions of a module, in the order of the file."""
    found = [(name[5:].replace("_", " "), value) for name, value in vars(module).items()
             if name.startswith("test_") and callable(value)]
    return sorted(found, key=lambda test: test[1].__code__.co_firstlineno)


def equal(got, expected, what):
    if got != expected:
        raise AssertionError(f"{what}\nexpected: {expected!r}\ngot:      {got!r}")


def true(condition, what):
    if not condition:
        raise AssertionError(what)
