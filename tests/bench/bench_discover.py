# SPDX-License-Identifier: BSD-2-Clause
"""Figures, on demand: how long a verdict takes and what it costs. Never passes or fails.

    KMSDNS_BUILDDIR=build python3 tests/bench/bench_discover.py [runs]
"""

import fcntl
import os
import pathlib
import re
import statistics
import struct
import subprocess
import sys
import termios
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scenario"))

import expect  # noqa: E402 (found through the path above)
import lab     # noqa: E402


PIPE_BYTES = 4096


def measure(command):
    """(wall ms, CPU ms) of one run."""
    begun = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    wall = (time.monotonic() - begun) * 1000
    return wall, (usage.ru_utime + usage.ru_stime) * 1000


def peak_kib(command):
    """Peak RSS of kmsdns, read when it stands before a full pipe with its finished report.

    wait4() is of no use here: its figure includes the interpreter that was there before exec.
    """
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    child = subprocess.Popen([*command, "--format", "json"], stdin=subprocess.DEVNULL,
                             stdout=writer, stderr=subprocess.DEVNULL)
    os.close(writer)
    while child.poll() is None and _waiting_bytes(reader) < PIPE_BYTES:
        time.sleep(0.005)
    status = pathlib.Path(f"/proc/{child.pid}/status").read_text(encoding="ascii")
    with open(reader, "rb") as pipe:
        pipe.read()
    child.wait()
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    return int(found.group(1)) if found else 0


def _waiting_bytes(reader):
    return struct.unpack("i", fcntl.ioctl(reader, termios.FIONREAD, b"\0" * 4))[0]


def interleaved(commands, runs):
    """Medians of each command, run in turn so that noise hits all alike."""
    rows = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            rows[name].append(measure(command))
    return {name: [statistics.median(column) for column in zip(*figures)]
            + [0 if command[0] == "dig" else peak_kib(command)]
            for (name, figures), command in zip(rows.items(), commands.values())}


def table(title, rows, base=None):
    print(f"\n{title}\n{'':34}{'wall ms':>10}{'CPU ms':>10}{'RSS MiB':>10}{'ratio':>8}")
    for name, (wall, cpu, rss) in rows.items():
        ratio = f"{wall / rows[base][0]:8.2f}" if base else ""
        memory = f"{rss / 1024:10.1f}" if rss else f"{'-':>10}"
        print(f"{name:34}{wall:10.1f}{cpu:10.1f}{memory}{ratio}")


def one_domain(stage, runs):
    at, program = stage["bind"], str(lab.KMSDNS)
    where = ["@127.0.0.1", "-p", str(at.port)]
    commands = {
        "dig SRV": ["dig", *where, "_vlmcs._tcp.healthy.test", "SRV"],
        "kmsdns discover": [program, "discover", "healthy.test", "--resolver", at.at],
        "kmsdns diagnose": [program, "diagnose", "healthy.test", "--resolver", at.at],
        "kmsdns diagnose, nothing there": [program, "diagnose", "srv-absent.test", "--resolver",
                                           at.at],
        "kmsdns diagnose, 24 targets": [program, "diagnose", "srv-truncated.test", "--resolver",
                                        at.at],
    }
    table(f"One domain, BIND on loopback (median of {runs})", interleaved(commands, runs),
          "dig SRV")


def many_domains(runs):
    server = lab.responder("--latency-ms", "50")
    start = [str(lab.KMSDNS), "diagnose"]
    end = ["--resolver", server.at]
    commands = {f"{count} domains": start + [f"d{n}.hostile.test" for n in range(count)] + end
                for count in (1, 20, 200)}
    table(f"Domains at 50 ms latency (median of {runs})", interleaved(commands, runs))
    server.stop()


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    if not lab.KMSDNS.exists():
        print(f"{lab.KMSDNS} is not built", file=sys.stderr)
        return 1
    try:
        one_domain(expect.Stage(), runs)
        many_domains(max(runs // 3, 1))
    finally:
        lab.stop_all()
    return 0


if __name__ == "__main__":
    lab.enter()
    sys.exit(main())
