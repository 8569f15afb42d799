# SPDX-License-Identifier: BSD-2-Clause
"""The demonstration: kmsdns diagnose on one healthy and several broken domains of the lab.

Ends with a status other than 0 when a verdict is not the expected one.
"""

import subprocess
import sys

import expect
import lab

# heading, command line, exit status, a word that the text must hold
SHOWS = [
    ("A healthy domain", "healthy.test", 0, ""),
    ("The record is missing, and its name was misspelt", "srv-typo.test", 1, "SRV-TYPO"),
    ("The record's target lacks its final dot", "tgt-doubled.test", 1, "TGT-DOUBLED"),
    ("Nothing listens on the published port", "tgt-closed.test", 1, "TGT-CLOSED"),
    ("Joined clients find a host, workgroup clients do not",
     "--primary-suffix healthy.test --dhcp-domain srv-absent.test", 1, "CAND-DISJOINT"),
    ("One of two resolvers is dead",
     "healthy.test --resolver {bind} --resolver {dead} --try-timeout 0.5 --tries 2", 1,
     "RES-TIMEOUT"),
]


def show(stage, heading, line, status, word):
    print(f"\n### {heading}\n\n$ kmsdns diagnose {line}", flush=True)
    command = [str(lab.KMSDNS), "diagnose", *stage.line(line)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=not _is_terminal(),
                          text=True, errors="replace", check=False)
    if done.stdout is not None:
        print(done.stdout + done.stderr, end="", flush=True)
        if word not in done.stdout:
            print(f"### not as expected: {word} is missing")
            return False
    if done.returncode != status:
        print(f"### not as expected: exit status {done.returncode} instead of {status}")
        return False
    return True


def _is_terminal():
    """On a terminal kmsdns draws for itself, in colour; else its text is checked, too."""
    return sys.stdout.isatty()


def main():
    if not lab.KMSDNS.exists():
        print(f"demo: {lab.KMSDNS} is not built", file=sys.stderr)
        return 1
    try:
        stage = expect.Stage()
        results = [show(stage, *what) for what in SHOWS]
    finally:
        lab.stop_all()
    good = sum(results)
    print(f"\n### {good} of {len(results)} verdicts as expected")
    return 0 if good == len(results) else 1


if __name__ == "__main__":
    lab.enter()
    sys.exit(main())
