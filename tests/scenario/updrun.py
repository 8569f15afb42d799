# SPDX-License-Identifier: BSD-2-Clause
"""Running kmsdns in the lab of updates: with a key, with another clock, never with a leak."""

import glob
import os

import run
import tap
import updlab


def environment(skew=0):
    """For a process whose clock is off by skew seconds."""
    environ = dict(os.environ)
    if skew:
        found = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
        if not found:
            raise tap.Skip("faketime is not installed")
        options = environ.get("ASAN_OPTIONS", "")
        environ.update({"LD_PRELOAD": found[0], "FAKETIME": f"{skew:+d}s",
                        "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1",
                        "ASAN_OPTIONS": f"{options}:verify_asan_link_order=0".lstrip(":")})
    return environ


def no_secret(result, *more):
    """Nothing that was printed or written has a secret in it."""
    for text in (result.out, result.err, *more):
        for secret in updlab.keys().secrets():
            result.check(secret not in text, "a secret was printed")


def kmsdns(verb, *words, server=None, key=None, skew=0, **options):
    """A run with its server and key; the output is searched for secrets."""
    where = ["--server", server.at, "--resolver", server.at] if server is not None else []
    signed = ["-k", str(key)] if key is not None else []
    result = run.kmsdns(verb, *words, *where, *signed, env=environment(skew), **options)
    no_secret(result)
    return result


def report(verb, *words, **options):
    return kmsdns(verb, *words, "--format", "json", **options)
