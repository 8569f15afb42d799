# SPDX-License-Identifier: BSD-2-Clause
"""Before a host is published: go or no-go, many domains at once, and the test that writes."""

import signal
import sys
import time

import lab
import run
import tap
import upd_bind
import upd_stub
import updlab
import updrun

ZONE = "stub.test."
MANY = 100
DEAD = "127.0.0.9"
QUICK = ("--try-timeout", "0.3", "--tries", "2")


def preflight(server, zone, *more, who="granted", **options):
    key = updlab.keys().path(who) if who else None
    return updrun.report("preflight", zone, "--host", f"{updlab.HOST}.{zone}", *more,
                         server=server, key=key, **options)


def check_go(rule, who, go):
    """Critical findings mean no-go; nothing is written either way."""
    server = lab.once(upd_bind.rules)
    zone = server.zones[rule]
    before = updlab.contents(server, zone)
    lab.once(lab.KmsHost)
    result = preflight(server, zone, who=who)
    critical = {name for name, level in result.findings().items() if level == "critical"}
    result.check((not critical) == go, f"critical: {critical}")
    result.check((result.exit == 0) == go, f"exit status {result.exit}")
    result.check("HOST-OTHERS" in result.findings(), "the other host is not mentioned")
    result.check(result.json["host"]["name"] == f"{updlab.HOST}.{zone}", "another host")
    result.check(result.json["host"]["addresses"][0]["tcp"] == "open", "the port is open")
    tap.equal(updlab.contents(server, zone), before, "the zone")


def many():
    """Zones of which the last has a primary that never answers."""
    port = lab.free_port()
    keys = updlab.keys().of("granted")
    names = [f"z{number}.many.test." for number in range(MANY)]
    zones = {name: (f"type primary; allow-update {upd_bind.one_of(keys)};",
                    updlab.zone_text(name, (DEAD if name == names[-1] else "127.0.0.1",)))
             for name in names}
    server = upd_bind.Named(zones, keys, port=port)
    server.zones = dict(enumerate(names))
    server.dead = lab.socket.socket(type=lab.socket.SOCK_DGRAM)
    server.dead.bind((updlab.loopback(DEAD), port))
    return server


def check_many():
    """100 domains take as long as the slowest one, and a second."""
    server = lab.once(many)
    names = list(server.zones.values())

    def run_for(chosen):
        result = updrun.report("preflight", *chosen, "--host", f"{updlab.HOST}.{names[0]}",
                               "--no-tcp", *QUICK, "--resolver", server.at, "--dns-port",
                               server.port, key=updlab.keys().path())
        tap.equal([domain["name"] for domain in result.json["domains"]], chosen, "domains")
        result.check(result.json["complete"], "the run was cut")
        return result

    slowest = run_for(names[-1:])
    result = run_for(names)
    verdicts = [domain["update"][0]["verdict"] for domain in result.json["domains"]]
    tap.equal(verdicts[:-1], ["probable"] * (MANY - 1), "verdicts of the zones that answer")
    tap.equal(verdicts[-1], "unreachable", "verdict of the zone that does not")
    tap.true(result.seconds <= slowest.seconds + 1,
             f"{MANY} domains took {result.seconds:.2f} s, the slowest {slowest.seconds:.2f} s")


def check_write_test():
    """It settles what the probes leave open, and leaves nothing."""
    server = lab.once(upd_bind.rules)
    zone = server.zones["allow"]
    before, serial = updlab.contents(server, zone), updlab.serial(server, zone)
    result = preflight(server, zone, "--no-tcp", "--write-test")
    tap.equal(updlab.contents(server, zone), before, "the zone")
    result.check(updlab.serial(server, zone) > serial, "nothing was written")


def check_write_test_refused():
    server = lab.once(upd_bind.rules)
    zone = server.zones["allow"]
    before, serial = updlab.contents(server, zone), updlab.serial(server, zone)
    preflight(server, zone, "--no-tcp", "--write-test", who="other")
    tap.equal((updlab.contents(server, zone), updlab.serial(server, zone)), (before, serial),
              "the zone")


def stub(fault):
    return upd_stub.Stub(ZONE, {updlab.keys().granted(): None}, fault=fault)


def left_over(server):
    return [owner for owner, _ in server.zone.data if "kmsdns-" in owner]


def check_write_test_interrupted():
    """SIGINT at many moments: nothing is left over."""
    with stub("slow") as server:
        usual = preflight(server, ZONE, "--no-tcp", "--write-test")
        usual.check(server.writes >= 2, "nothing was written")
        wrote = 0
        for moment in range(20):
            writes, args = server.writes, [
                "preflight", ZONE, "--host", f"{updlab.HOST}.{ZONE}", "--no-tcp", "--write-test",
                "--server", server.at, "--resolver", server.at, "-k", updlab.keys().path()]
            begun = time.monotonic()
            process = run.start(args)
            time.sleep(usual.seconds * 1.1 * moment / 20)
            process.send_signal(signal.SIGINT)
            result = run.finish(process, args, begun, killer=signal.SIGINT)
            result.check(result.exit in (0, 1, 130, -signal.SIGINT), f"exit {result.exit}")
            result.check(not left_over(server), f"left over: {left_over(server)}")
            wrote += server.writes > writes
    tap.true(wrote, "no signal came after the write")


def check_write_test_cut():
    """--timeout cuts the wait for the reply: nothing is left over."""
    for limit in ("0.1", "0.15", "0.2", "0.25", "0.3", "0.4", "0.5"):
        with stub("slow") as server:
            result = preflight(server, ZONE, "--no-tcp", "--write-test", "--timeout", limit)
            time.sleep(3 * upd_stub.SLOW)
            result.check(not left_over(server), f"left over: {left_over(server)}")


def check_write_test_lost():
    """Replies get lost: the name is removed all the same."""
    with stub("lose-reply") as server:
        result = preflight(server, ZONE, "--no-tcp", "--write-test", *QUICK)
        result.check(not left_over(server), f"left over: {left_over(server)}")


def check_write_test_crash():
    """A server that dies after the write keeps the name: that is said, by name."""
    server = stub("die-after-write")
    result = preflight(server, ZONE, "--no-tcp", "--write-test", *QUICK)
    for owner in left_over(server):
        result.check(owner.rstrip(".").encode() in result.out, f"{owner} is not named")
    result.check(left_over(server), "nothing was written")
    result.check(result.exit in (1, 3, 4), f"exit status {result.exit}")


TESTS = [("go", check_go, "policy", "granted", True),
         ("go, with zone-wide rights", check_go, "allow", "granted", True),
         ("no-go, another key", check_go, "policy", "other", False),
         ("no-go, no key", check_go, "policy", None, False),
         ("no-go, static zone", check_go, "static", "granted", False),
         ("many domains", check_many), ("write test", check_write_test),
         ("write test, refused", check_write_test_refused),
         ("write test, interrupted", check_write_test_interrupted),
         ("write test, cut by --timeout", check_write_test_cut),
         ("write test, reply lost", check_write_test_lost),
         ("write test, the server dies", check_write_test_crash)]

if __name__ == "__main__":
    lab.enter()
    sys.exit(run.main(sys.modules[__name__]))
