# SPDX-License-Identifier: BSD-2-Clause
"""Bounds: many domains, dead servers and targets, deadlines, signals."""

import os
import signal
import sys
import time

import lab
import run

DEAD = []


def dead_resolvers(count):
    while len(DEAD) < count:
        DEAD.append(lab.DeadServer())
    return [word for server in DEAD[:count] for word in ("--resolver", server.at)]


def test_200_domains_at_50_ms():
    server = lab.responder("--latency-ms", "50")
    names = [f"d{n}.hostile.test" for n in range(200)]
    result = run.diagnose(*names, resolver=server)
    server.stop()
    result.check(result.json["complete"] is True, "not complete")
    result.check(len(result.json["domains"]) == 200, "domains are missing")
    bad = [d["name"] for d in result.json["domains"] if d["srv"]["status"] != "NOERROR"]
    result.check(not bad, f"no answer for {bad[:5]}")
    print(f"# 200 domains at 50 ms: {result.json['duration_s']:.3f} s")
    result.check(result.json["duration_s"] < 3.0, "too slow: the domains do not run side by side")


def test_20_dead_resolvers():
    result = run.kmsdns("diagnose", "healthy.test", *dead_resolvers(20), "--timeout", "2",
                        "--format", "json")
    result.check(result.seconds < 3.0, "held past --timeout + 1 s")
    result.check(result.exit == 3, "exit status")


def test_20_dead_resolvers_that_end_before_the_deadline():
    result = run.kmsdns("diagnose", "healthy.test", *dead_resolvers(20), "--timeout", "20",
                        "--try-timeout", "0.3", "--tries", "1", "--format", "json")
    result.check(result.json["complete"] is True, "not complete")
    result.check(result.seconds < 10.0, "dead resolvers are asked one after the other")
    result.check(result.findings().get("RES-TIMEOUT") == "critical", "RES-TIMEOUT")


def test_20_dead_targets():
    server = lab.responder()
    result = run.diagnose("deadtargets.hostile.test", "--timeout", "2", resolver=server)
    server.stop()
    result.check(result.seconds < 3.0, "held past --timeout + 1 s")
    domain = result.json["domains"][0]
    result.check(len(domain["srv"]["records"]) == 20, "records are missing")
    result.check(not any(address["tcp"] == "open" for target in domain["targets"]
                         for address in target["addresses"]), "a dead target is open")


def test_20_dead_targets_with_time():
    server = lab.responder()
    result = run.diagnose("deadtargets.hostile.test", "--timeout", "15", "--try-timeout", "1",
                          resolver=server)
    server.stop()
    result.check(result.json["complete"] is True, "not complete")
    result.check(result.findings().get("TGT-CLOSED") == "critical", "TGT-CLOSED")
    reach = [address["tcp"] for target in result.json["domains"][0]["targets"]
             for address in target["addresses"]]
    result.check(reach == ["timeout"] * 20, f"TCP results {reach}")


def test_deadline_tells_what_it_waited_for():
    result = run.kmsdns("diagnose", "healthy.test", *dead_resolvers(1), "--timeout", "1",
                        "--format", "json")
    result.check(result.exit == 3, "exit status")
    result.check(result.json["complete"] is False, "complete")
    result.check(result.json["verdict"] == "unknown", "verdict")
    result.check(0.9 < result.seconds < 2.0, "the deadline was not kept")
    result.check(b"healthy.test" in result.out and b"waiting" in result.out, "what it waited for")


def test_deadline_in_text():
    result = run.kmsdns("diagnose", "healthy.test", *dead_resolvers(1), "--timeout", "1")
    result.check(result.exit == 3, "exit status")
    result.check(b"_vlmcs._tcp.healthy.test" in result.out or b"SRV" in result.out,
                 "what it waited for")


def test_partial_knowledge_is_printed():
    """One domain answers, another one is silent until the deadline."""
    server = lab.responder()
    result = run.diagnose("normal.hostile.test", "drop.hostile.test", "--timeout", "1", "--no-tcp",
                          resolver=server)
    server.stop()
    result.check(result.json["complete"] is False and result.exit == 3, "complete")
    result.check(result.domain("normal.hostile.test.")["srv"]["status"] == "NOERROR",
                 "the known answer is lost")
    result.check("SRV-ABSENT-DOMAIN" not in result.findings(), "silence was taken for a no")


def interrupted(number, form):
    args = ["diagnose", "healthy.test", *dead_resolvers(1), "--timeout", "20", "--format", form]
    begun = time.monotonic()
    process = run.start(args)
    time.sleep(0.4)
    os.kill(process.pid, number)
    result = run.finish(process, args, begun, 10)
    result.check(result.exit == 130, f"exit status {result.exit}")
    result.check(result.seconds < 1.5, "it went on after the signal")
    result.check(form == "text" or result.json["complete"] is False, "complete")
    result.check(result.out, "what is known was not printed")


def test_sigint():
    interrupted(signal.SIGINT, "json")


def test_sigterm():
    interrupted(signal.SIGTERM, "json")


def test_sigint_in_text():
    interrupted(signal.SIGINT, "text")


if __name__ == "__main__":
    lab.enter()
    lab.KmsHost()
    lab.SilentPort()
    sys.exit(run.main(sys.modules[__name__]))
