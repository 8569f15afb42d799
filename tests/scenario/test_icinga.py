# SPDX-License-Identifier: BSD-2-Clause
"""An Icinga 2 master with two satellites: each schedules check_kmsdns by itself and asks the
resolver of its branch office. What breaks there is seen from there, and from nowhere else.

"Within one interval" is not measured with a clock but told by the checks themselves: the first
one that begins after the fault is the one that is CRITICAL.
"""

import json
import shlex
import signal
import sys
import time

import corp
import icinga_lab
import lab
import machines
import run
import tap

OK, CRITICAL = 0, 2
# a second network in Berlin, whose host asks the same resolver by its address
GUESTS = "berlin guests/wlan"
_GUESTS_HOST = f"""object Host "{GUESTS}" {{
  check_command = "dummy"
  vars.kmsdns_domains = [ "corp.example" ]
  vars.kmsdns_resolver = "203.0.113.21"
}}
"""


class Icinga:
    """Master, satellites, and all results that the master hears of."""

    def __init__(self):
        lab.need("icinga2")
        self.dns = corp.NameServer()
        self.master = icinga_lab.Master()
        self.berlin, self.lisbon = (icinga_lab.Satellite(branch, number, self.master)
                                    for number, branch in enumerate(icinga_lab.BRANCHES, 21))
        self.places = [self.master, self.berlin, self.lisbon]
        self.master.own("/etc/icinga2/zones.d/berlin/guests.conf").write_text(_GUESTS_HOST)
        self.master.start()
        self.results = icinga_lab.Results(self.master.api)
        for satellite in (self.berlin, self.lisbon):
            satellite.start()

    def first_since(self, satellite, moment):
        """The result of the first check that a satellite began after a moment."""
        def heard():
            satellite.daemon.check_alive()
            return self.results.since(satellite.host, moment)
        return machines.wait_for(heard, f"a check by {satellite.name}")[0]

    def comes_to(self, satellite, attributes):
        """Polls the API until the service has these attributes."""
        def there():
            service = self.master.api.service(satellite.host, icinga_lab.SERVICE)
            return service if attributes.items() <= service.items() else None
        return machines.wait_for(there, f"{attributes} at {satellite.name}")


def icinga():
    return lab.once(Icinga)


def healthy():
    """All places say OK, and mean it. Returns the satellites."""
    for place in icinga().places:
        icinga().comes_to(place, {"state": OK, "last_hard_state": OK})
    return icinga().berlin, icinga().lisbon


def check_first_line(result, word, *parts):
    line = result["output"].splitlines()[0]
    tap.true(line.startswith(f"KMSDNS {word} - ") and len(line) < 1024, f"not {word}: {line}")
    for part in parts:
        tap.true(part in line, f"\"{part}\" is not in the first line: {line}")


def test_each_satellite_asks_from_its_own_place():
    for satellite in healthy():
        service = icinga().comes_to(satellite, {"state": OK})
        result = service["last_check_result"]
        tap.equal(result["check_source"], satellite.name, "somebody else did the check")
        check_first_line(result, "OK", satellite.branch)


def check_parses(satellite, items):
    """Icinga's own reader takes each item for a number, but what is not known ("U", as the
    guidelines want it), which it leaves out."""
    items = [item for item in items if "=U;" not in item]
    script = f"Json.encode({json.dumps(items)}.map(x => parse_performance_data(x).value))"
    told = satellite.run("icinga2", "console", "--eval", script).stdout
    values = json.loads(json.loads(told.strip().splitlines()[-1]))
    tap.equal(len(values), len(items), f"Icinga reads {values} from {items}")
    tap.true(all(isinstance(value, (int, float)) for value in values), f"{values} from {items}")


def test_icinga_reads_all_performance_data():
    """As many items as the plugin prints when it is run by hand with the same arguments."""
    satellite = healthy()[0]
    result = icinga().comes_to(satellite, {"state": OK})["last_check_result"]
    tap.true(not [item for item in result["performance_data"] if "=U" in item],
             f"not all is known: {result}")
    by_hand = satellite.run(*result["command"]).stdout.splitlines()[0].split("|", 1)[1]
    tap.equal([item.split("=")[0] for item in result["performance_data"]],
              [item.split("=")[0] for item in shlex.split(by_hand)], "items differ")
    check_parses(satellite, result["performance_data"])


def check_fault(satellite, other, hurt, heal, *parts):
    """CRITICAL there at once and nowhere else; then OK again. Returns the result."""
    hurt()
    moment = time.time()
    try:
        broken = icinga().first_since(satellite, moment)
        tap.equal(broken["state"], CRITICAL, f"the first check after the fault: {broken}")
        check_first_line(broken, "CRITICAL", satellite.branch, *parts)
        check_parses(satellite, broken["performance_data"])
        icinga().comes_to(satellite, {"state": CRITICAL, "state_type": 1})
        icinga().first_since(other, broken["execution_end"])
        elsewhere = icinga().results.since(other.host, moment)
        tap.true(all(result["state"] == OK for result in elsewhere),
                 f"{other.name} is not OK: {elsewhere}")
    finally:
        heal()
    again = icinga().first_since(satellite, time.time())
    tap.equal(again["state"], OK, f"the first check after the repair: {again}")
    labels = [[item.split("=")[0] for item in result["performance_data"]]
              for result in (broken, again)]
    tap.equal(labels[0], labels[1], "labels of the performance data change with the state")
    return broken


def check_alerts(satellite):
    """A fault and its repair went out as mails, with the cause."""
    def told():
        mails = icinga().master.mails
        text = mails.read_text() if mails.exists() else ""
        return text if "RECOVERY" in text else None
    mails = machines.wait_for(told, "a mail of the recovery")
    tap.true("PROBLEM" in mails and "KMSDNS CRITICAL - " in mails and satellite.host in mails, mails)


def test_two_hosts_of_one_satellite():
    """Each is a vantage point of its own, and keeps its own report."""
    berlin, guests = icinga().berlin, "berlin-guests-wlan"
    service = machines.wait_for(
        lambda: icinga().master.api.service(GUESTS, icinga_lab.SERVICE)
        ["last_check_result"], "a check of the second host")
    check_first_line(service, "OK", f"seen from {guests}.")
    tap.equal(service["check_source"], berlin.name, "somebody else did the check")
    vantages = {path.name: json.loads(path.read_text(encoding="utf-8"))["vantage"]
                for path in berlin.own("/var/lib/icinga2").glob("kmsdns-*.json")}
    tap.equal(vantages, {f"kmsdns-corp.example@{name}.json": f"{name}."
                         for name in (berlin.host, guests)}, "reports")


def test_a_resolver_that_dies():
    """While it is down, the reports that the places saved are fetched for a merge."""
    berlin, lisbon = healthy()
    machine = icinga().master.machine

    def repair():
        machine.do("merge-fetch")
        berlin.resolver.start()

    check_fault(berlin, lisbon, berlin.resolver.kill, repair, "127.0.0.1", "CAUSE-RESOLVER-DOWN")
    machine.do("merge-reports")
    check_alerts(berlin)


def test_a_resolver_that_falls_silent():
    """Black hole: the resolver is there, and never says anything again."""
    berlin, lisbon = healthy()
    process = lisbon.resolver.daemon.process

    def repair():
        lisbon.machine.do("timeout-critical")
        process.send_signal(signal.SIGCONT)

    check_fault(lisbon, berlin, lambda: process.send_signal(signal.SIGSTOP), repair, "127.0.0.1",
                "CAUSE-RESOLVER-DOWN")


def test_the_page_was_executed():
    told = json.loads(icinga().master.machine.do("icinga-ask"))["results"]
    tap.equal({service["name"] for service in told},
              {f"{host}!{icinga_lab.SERVICE}" for host in
               [GUESTS, *(place.host for place in icinga().places)]}, "services")
    machines.check_executed("(icinga|merge|timeout)-")


def main():
    lab.enter()
    return run.main(sys.modules[__name__])


if __name__ == "__main__":
    sys.exit(main())
