# SPDX-License-Identifier: BSD-2-Clause
"""Figures, on demand: what 500 check_kmsdns services at a 60 s interval cost an Icinga satellite.

Two satellites run them; a third one runs as many check_dns of the Monitoring Plugins at the same
time, for comparison. Counted is the CPU time of Icinga and of all plugins that it has waited for,
over one interval after the first one. Fails if a satellite with check_kmsdns needs half a core.

    KMSDNS_BUILDDIR=build python3 tests/bench/bench_icinga.py [SERVICES]
"""

import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scenario"))

import corp          # noqa: E402
import icinga_lab    # noqa: E402
import lab           # noqa: E402
import machines      # noqa: E402

INTERVAL = 60
LIMIT = 50.0         # per cent of one core
TICKS = os.sysconf("SC_CLK_TCK")
PEER = "porto"

_ZONES = """object Endpoint "porto.corp.example" { }
object Zone "porto" { endpoints = [ "porto.corp.example" ]; parent = "master" }
"""
_HOST = """object Host "dns-%s" {
  check_command = "dummy"
  vars.%s = %s
}
"""
_PEER_SERVICES = """apply Service "dns " for (domain in host.vars.peer_domains) {
  check_command = "dns"
  check_interval = 60s
  retry_interval = 60s
  vars.dns_lookup = "kms01." + domain
  vars.dns_server = "127.0.0.1"
  assign where host.vars.peer_domains
}
"""


class Used:
    """CPU seconds of a process tree so far: of Icinga itself, and of what it has waited for."""

    def __init__(self, daemon):
        self.own = self.plugins = 0.0
        for pid in machines.tree(daemon.process.pid):
            try:
                stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
            except OSError:
                continue
            times = [int(word) / TICKS for word in stat.rpartition(")")[2].split()[11:15]]
            self.own += times[0] + times[1]
            self.plugins += times[2] + times[3]


def domains(count):
    return [f"d{number:03}.corp.example" for number in range(count)]


def set_up(count):
    """Master and satellites, all running."""
    dns = corp.NameServer(domains(count))
    icinga_lab.INTERVAL = INTERVAL
    icinga_lab.ZONES_BESIDE = _ZONES
    master = icinga_lab.Master()
    names = "[ " + ", ".join(f'"{name}"' for name in domains(count)) + " ]"
    for branch in [*icinga_lab.BRANCHES, PEER]:
        own = master.own(f"/etc/icinga2/zones.d/{branch}/kmsdns.conf")
        own.parent.mkdir(exist_ok=True)
        kind = "peer_domains" if branch == PEER else "kmsdns_domains"
        own.write_text(_HOST % (branch, kind, names))
    master.own("/etc/icinga2/zones.d/global-templates/peer.conf").write_text(_PEER_SERVICES)
    satellites = [icinga_lab.Satellite(branch, number, master)
                  for number, branch in enumerate([*icinga_lab.BRANCHES, PEER], 21)]
    master.start()
    results = icinga_lab.Results(master.api)
    for satellite in satellites:
        satellite.start()
    return dns, master, satellites, results


def wait_until_all_ran(satellites, results, count):
    """Every service was checked at least once: first checks are spread over an interval."""
    for satellite in satellites:
        machines.wait_for(lambda: len(results.since(satellite.host, 0)) >= count,
                          f"the first checks of {satellite.name}", 6 * INTERVAL)


def main():
    lab.enter()
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    try:
        _, _, satellites, results = set_up(count)
        wait_until_all_ran(satellites, results, count)
        begun, before = time.time(), [Used(satellite.daemon) for satellite in satellites]
        time.sleep(INTERVAL)
        seconds = time.time() - begun
        after = [Used(satellite.daemon) for satellite in satellites]
        time.sleep(2)    # results of the last checks are under way
        return report(satellites, results, before, after, begun, seconds)
    finally:
        lab.stop_all()


def report(satellites, results, before, after, begun, seconds):
    print(f"{'satellite':<10} {'plugin':<13} {'checks':>6} {'OK':>5} {'Icinga':>8} {'plugins':>8} "
          f"{'together':>9} {'a check':>9}")
    shares = {}
    for satellite, old, new in zip(satellites, before, after):
        own, plugins = new.own - old.own, new.plugins - old.plugins
        ran = [result for result in results.since(satellite.host, begun)
               if result["execution_start"] < begun + seconds]
        good = sum(result["state"] == 0 for result in ran)
        share = shares[satellite.branch] = 100 * (own + plugins) / seconds
        plugin = "check_dns" if satellite.branch == PEER else "check_kmsdns"
        print(f"{satellite.branch:<10} {plugin:<13} {len(ran):>6} {good:>5} "
              f"{100 * own / seconds:>7.1f}% {100 * plugins / seconds:>7.1f}% {share:>8.1f}% "
              f"{1000 * plugins / max(len(ran), 1):>6.1f} ms")
    worst = max(shares[branch] for branch in icinga_lab.BRANCHES)
    print(f"check_kmsdns: {worst:.1f} % of one core at worst, {LIMIT:.0f} % are allowed; "
          f"{worst / shares[PEER]:.2f} times check_dns")
    return 0 if worst < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
