# SPDX-License-Identifier: BSD-2-Clause
"""The right to write, shown without writing: what servers answer, and what kmsdns makes of it.

Each cell of dialects.py is measured twice: by the prober of this lab, then by kmsdns.
"""

import sys

import dialects
import lab
import run
import tap
import upd_probe
import upd_stub
import updlab
import updrun

# where all four algorithms are tried; elsewhere one is enough
EVERY_ALGORITHM = {("rules", "policy"), ("rules", "narrow"), ("rules", "meta")}
STUB_ZONE = "stub.test."


def identity(who, algorithm):
    if who == "unsigned":
        return upd_probe.UNSIGNED
    return upd_probe.Identity(updlab.keys().client[who, algorithm],
                              updlab.SKEW if who == "skewed" else 0)


def check_signature(zone, who, answer):
    """Only who has the secret gets a signed reply, and it is right."""
    tap.true(answer.signature != "bad", f"{who}: a reply with a wrong signature")
    if "BADKEY" in answer.text or "BADSIG" in answer.text or who in ("unknown", "wrong"):
        tap.equal(answer.signature, "unsigned", f"{zone}, {who}: signature of {answer.text}")
    if answer.text == "NOTAUTH+BADTIME":
        tap.true(abs(answer.skew + updlab.SKEW) <= 2, f"skew of {answer.skew} s")


def check_server(zone, who, algorithm):
    """What the server answers is what the table says."""
    server = lab.once(zone.maker)
    name = server.zones[zone.rule]
    before = updlab.serial(server, name)
    found = upd_probe.all_of(server.where, name, f"{updlab.HOST}.{name}",
                             identity(who, algorithm))
    tap.equal({probe: answer.text for probe, answer in found.items()},
              zone.cells[who].answers(zone, who), f"answers of {server.name}, {name}, {who}")
    if who != "unsigned":
        check_signature(name, who, found["target"])
    tap.equal(updlab.serial(server, name), before, "a probe changed the zone")


def probes_of(update):
    """{probe: answer}; an error that the report gives as a number gets its name."""
    names = {0: None, 16: "BADSIG", 17: "BADKEY", 18: "BADTIME", 22: "BADTRUNC"}
    found = {}
    for probe in update["probes"]:
        error = probe["tsig_error"]
        error = names.get(error, error) if isinstance(error, int) else error
        found[probe["probe"]] = probe["rcode"] + (f"+{error}" if error else "")
    return found


def diagnose(server, name, who, algorithm="hmac-sha256", *more):
    key = updlab.keys().path(who, algorithm) if who != "unsigned" else None
    return updrun.report("diagnose", name, "--host", f"{updlab.HOST}.{name}", "--no-tcp", *more,
                         server=server, key=key, skew=updlab.SKEW if who == "skewed" else 0)


def update_of(result, name, who):
    """The one update fact of the identity."""
    wanted = "none" if who == "unsigned" else "tsig:"
    found = [update for update in result.domain(name)["update"]
             if update["identity"].startswith(wanted)]
    result.check(len(found) == 1, f"{len(found)} verdicts for {wanted}")
    return found[0]


def check_kmsdns(zone, who, algorithm):
    """kmsdns sees the same answers and draws the table's conclusion."""
    server = lab.once(zone.maker)
    name, cell = server.zones[zone.rule], zone.cells[who]
    before = updlab.serial(server, name)
    result = diagnose(server, name, who, algorithm)
    tap.equal(updlab.serial(server, name), before, f"diagnose changed the zone\n{result}")
    update = update_of(result, name, who)
    seen, expected = probes_of(update), cell.answers(zone, who)
    result.check("target" in seen, "no target probe")
    for probe, answer in seen.items():
        result.check(answer == expected.get(probe, answer),
                     f"{probe} is {answer} instead of {expected.get(probe)}")
    result.check(update["verdict"] == cell.verdict,
                 f"verdict {update['verdict']} instead of {cell.verdict}")
    check_findings(result, zone, cell)
    check_skew(result, update, seen)


def check_findings(result, zone, cell):
    """Each of these findings is there exactly when its answer is."""
    found = result.findings()
    wanted = {"UPD-ALLOWED": cell.verdict == "allowed",
              "UPD-PROBABLE": cell.verdict == "probable",
              "UPD-REFUSED": cell.verdict == "refused",
              "UPD-OPEN": zone.unsigned_empty == "NOERROR",
              "UPD-NOTIMP": cell.target == "NOTIMP", "KEY-SECRET": "BADSIG" in cell.target,
              "KEY-CLOCK": "BADTIME" in cell.target,
              "KEY-UNKNOWN": "BADKEY" in cell.target and cell.empty is None,
              "UPD-INCONCLUSIVE": False, "UPD-WRONG-SERVER": False, "KEY-WEAK": False}
    tap.equal({name for name in wanted if name in found},
              {name for name, is_wanted in wanted.items() if is_wanted},
              f"findings of the right to write\n{result}")


def check_skew(result, update, seen):
    if not seen["target"].endswith("+BADTIME"):
        return
    target = next(probe for probe in update["probes"] if probe["probe"] == "target")
    result.check(abs(target["skew_s"] + updlab.SKEW) <= 2, f"skew of {target['skew_s']} s")
    texts = [finding["text"] for finding in result.json["findings"]
             if finding["id"] == "KEY-CLOCK"]
    result.check(any(str(abs(target["skew_s"])) in text for text in texts),
                 "the skew is not printed in seconds")


def stub_rights(rights, who, zone):
    """{key: owners} as upd_stub.Stub takes them."""
    owners = {"record": {updlab.OWNER + zone}, "zone": None, "nothing": set(),
              "elsewhere": {"elsewhere." + zone}}[rights]
    return {updlab.keys().client[who, "hmac-sha256"]: owners}


def check_order(order, options, who, rights, verdict):
    with upd_stub.Stub(STUB_ZONE, stub_rights(rights, who, STUB_ZONE), order, **options) as stub:
        before = dict(stub.zone.data)
        result = diagnose(stub, STUB_ZONE, who, "hmac-sha256", "--try-timeout", "0.3",
                          "--tries", "1")
        tap.equal(stub.zone.data, before, "diagnose changed the zone")
        tap.equal(stub.writes, 0, "an update of the probes could have changed the zone")
    update = update_of(result, STUB_ZONE, who)
    result.check(update["verdict"] == verdict, f"verdict {update['verdict']}, not {verdict}")
    if options.get("fault") == "badtime":
        skew = next(probe["skew_s"] for probe in update["probes"] if probe["probe"] == "target")
        result.check(abs(skew - upd_stub.CLOCK) <= 2, f"skew of {skew} s")


def check_signed_badly(fault):
    """A reply whose signature does not verify proves nothing."""
    rights = stub_rights("record", "granted", STUB_ZONE)
    with upd_stub.Stub(STUB_ZONE, rights, fault=fault) as stub:
        result = diagnose(stub, STUB_ZONE, "granted", "hmac-sha256", "--try-timeout", "0.3",
                          "--tries", "1")
    update = update_of(result, STUB_ZONE, "granted")
    limit = ("allowed",) if fault == "unsigned-reply" else ("allowed", "probable")
    result.check(update["verdict"] not in limit,
                 f"{update['verdict']} is believed though the signature is wrong")


def cases():
    for zone in dialects.ZONES:
        for who in zone.cells:
            every = (zone.maker.__name__, zone.rule) in EVERY_ALGORITHM and who != "unsigned"
            for algorithm in updlab.ALGORITHMS if every else ["hmac-sha256"]:
                title = f"{zone.maker.__module__[4:]} {zone.rule}, {who}"
                yield title + (f", {algorithm}" if every else ""), zone, who, algorithm


TESTS = [(f"{title}: the server", check_server, zone, who, algorithm)
         for title, zone, who, algorithm in cases()]
TESTS += [(f"{title}: kmsdns", check_kmsdns, zone, who, algorithm)
          for title, zone, who, algorithm in cases()]
TESTS += [(f"stub {order} {options or ''}, {who} may write {rights}", check_order, order,
           options, who, rights, verdict)
          for order, options, who, rights, verdict in dialects.ORDERS]
TESTS += [(f"stub with {fault} is not believed", check_signed_badly, fault)
          for fault in ("bad-mac", "echo", "short-mac", "unsigned-reply")]

if __name__ == "__main__":
    lab.enter()
    sys.exit(run.main(sys.modules[__name__]))
