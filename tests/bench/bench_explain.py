# SPDX-License-Identifier: BSD-2-Clause
"""Figures, on demand: how long explain takes, from start to end of the process. 10 ms are allowed; on
a busy machine the CPU time and the least time tell more than the median. Never passes or fails.

    KMSDNS_BUILDDIR=build python3 tests/bench/bench_explain.py [ROUNDS]
"""

import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

KMSDNS = pathlib.Path(os.environ.get("KMSDNS_BUILDDIR", "build")).resolve() / "kmsdns"
EVENT = ("Publishing the Key Management Service (KMS) to DNS in the 'corp.example' domain failed. "
         "Info: 0x80072338")
ASKED = [["0x80072338"], ["5"], ["slui.exe", "0x2a", "0xC004F074"], [EVENT], ["SRV-ABSENT"],
         ["second", "host"], ["xyzzy-plugh"], ["BADSGI"], ["x " * 2000],
         ["--format", "json", "12293"]]


def once(words):
    begun = time.perf_counter()
    subprocess.run([str(KMSDNS), *words], stdout=subprocess.DEVNULL, check=False)
    return (time.perf_counter() - begun) * 1000


def cpu_ms():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1000


def measure(words, rounds):
    before = cpu_ms()
    times = [once(words) for _ in range(rounds)]
    print(f"{min(times):8.2f}  {statistics.median(times):9.2f}  {(cpu_ms() - before) / rounds:6.2f}"
          f"  {' '.join(words)[:50]}")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    print("least ms  median ms  CPU ms  asked")
    measure(["--version"], rounds)
    for words in ASKED:
        measure(["explain", *words], rounds)


if __name__ == "__main__":
    main()
