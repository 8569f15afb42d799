# SPDX-License-Identifier: BSD-2-Clause
"""What one run of check_kmsdns costs, start to verdict, beside the peers that a monitoring system
would run instead: dig, and check_dns of the Monitoring Plugins where it is installed.

    KMSDNS_BUILDDIR=build python3 tests/bench/bench_check.py [RUNS]
"""

import os
import pathlib
import resource
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scenario"))
import checking  # noqa: E402
import lab  # noqa: E402

PEAK = ("import resource, subprocess, sys; "
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")


def cost(command, runs):
    """(CPU ms, wall ms) a run, and the peak in MiB."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    for _ in range(runs):
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    wall = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    peak = subprocess.run([sys.executable, "-c", PEAK, *command], capture_output=True, text=True,
                          check=True)
    return cpu / runs * 1000, wall / runs * 1000, int(peak.stdout) / 1024


def commands(server):
    check = [str(checking.CHECK), "-H", server.at, "-p", str(server.ns_port)]
    found = {
        "check_kmsdns, 1 domain": [*check, "-d", "healthy.test"],
        "the same, -vvv": [*check, "-d", "healthy.test", "-vvv"],
        "the same, discovery": [*check, "-d", "healthy.test", "--mode", "discovery"],
        "check_kmsdns, no record": [*check, "-d", "srv-absent.test"],
        "dig": [lab.need("dig"), "@127.0.0.1", "-p", str(server.port), "SRV",
                "_vlmcs._tcp.healthy.test"],
    }
    plugin = "/usr/lib/nagios/plugins/check_dns"
    if os.path.exists(plugin):
        lab.set_resolv_conf("nameserver 192.0.2.53\n")
        found["check_dns (A record)"] = [plugin, "-H", "kms01.healthy.test", "-s", "192.0.2.53"]
    return found


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    host = lab.KmsHost()
    server = lab.named({"healthy.test.": lab.ZONES / "healthy.zone",
                        "srv-absent.test.": lab.ZONES / "SRV-ABSENT.zone"}, "healthy.test.")
    print(f"{runs} runs each      CPU ms  wall ms     MiB  CPU / dig's")
    rows = {name: cost(command, runs) for name, command in commands(server).items()}
    base = rows["dig"][0]
    for name, (cpu, wall, peak) in rows.items():
        print(f"{name:24}{cpu:8.2f}{wall:9.2f}{peak:8.1f}{cpu / base:9.2f}")
    lab.stop_all()
    del host


if __name__ == "__main__":
    lab.enter()
    main()
