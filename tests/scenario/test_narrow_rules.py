# SPDX-License-Identifier: BSD-2-Clause
"""The narrowest rule that kmsdns prints is installed as printed: it is enough, and not more."""

import sys

import lab
import run
import tap
import upd_bind
import upd_knot
import upd_pdns
import upd_tsig as tsig
import updlab
import updrun
import upd_probe

# server: name in the fixes, the servers that do not take the key, and which zone of them
SERVERS = {
    "bind": (upd_bind.rules, "static"),
    "knot": (upd_knot.rules, "static"),
    "powerdns": (upd_pdns.rules, "static"),
}
FINDINGS = ("KEY-POLICY", "UPD-REFUSED", "UPD-NOT-DYNAMIC", "KEY-UNKNOWN")
_RULES, _FRESH = {}, {}


def printed_rule(name):
    """(zone, text) of the rule, from the report on a server that refuses the key."""
    if name not in _RULES:
        maker, rule = SERVERS[name]
        server = lab.once(maker)
        zone = server.zones[rule]
        result = updrun.report("diagnose", zone, "--host", f"{updlab.HOST}.{zone}", "--no-tcp",
                               server=server, key=updlab.keys().path())
        found = [fix["do"] for finding in result.json["findings"] if finding["id"] in FINDINGS
                 for fix in finding["fix"] if fix["for"] == name and "SRV" in fix["do"]]
        result.check(found, f"no rule for {name} is printed")
        result.check(len(set(found)) == 1, f"several rules: {found}")
        key, owner = updlab.keys().granted().name, updlab.OWNER + zone
        for word in (key.rstrip("."), owner.rstrip(".")):
            result.check(word in found[0], f"the rule does not name {word}: {found[0]}")
        _RULES[name] = zone, found[0]
    return _RULES[name]


def _fresh_bind(zone, rule, keys):
    return upd_bind.Named({zone: (f"type primary; {rule}", updlab.zone_text(zone))}, keys)


def _fresh_knot(zone, rule, keys):
    return upd_knot.Knot({zone: ["kms-srv"]}, [], keys, order=rule)


def _fresh_powerdns(zone, rule, keys):
    return upd_pdns.Pdns({zone: {"ALLOW-DNSUPDATE-FROM": ["127.0.0.0/8"]}}, keys, order=rule)


MAKERS = {"bind": _fresh_bind, "knot": _fresh_knot, "powerdns": _fresh_powerdns}


def fresh(name):
    """A new server that has the printed rule and nothing else."""
    if name not in _FRESH:
        zone, rule = printed_rule(name)
        keys = [updlab.keys().granted(), updlab.keys().known["other", "hmac-sha256"]]
        _FRESH[name] = MAKERS[name](zone, rule, keys), zone
    return _FRESH[name]


def check_enough(name):
    """With the rule the host can be published and taken back."""
    server, zone = fresh(name)
    before = updlab.contents(server, zone)
    for verb, more in (("publish", [updlab.srv_line(zone, updlab.HOST)]), ("unpublish", [])):
        result = updrun.report(verb, zone, "--host", f"{updlab.HOST}.{zone}", "--apply", "--yes",
                               "--undo-file", updlab.subdir("undo") / "undo.json", server=server,
                               key=updlab.keys().path())
        state = result.domain(zone)["change"]["state"]
        result.check(state == "done", f"{verb}: {state} with the rule\n{printed_rule(name)[1]}")
        tap.equal(updlab.contents(server, zone), sorted(before + more), f"after {verb}")


def attempts(zone):
    """Changes that the rule must not permit: what, record."""
    srv = tsig.srv_rdata(f"{updlab.HOST}.{zone}")
    owner, address = updlab.OWNER + zone, bytes([192, 0, 2, 99])
    return {
        "TXT at the same name": tsig.record(owner, tsig.TXT, tsig.IN, 60, b"\4more"),
        "SRV at another service": tsig.record("_ldap._tcp." + zone, tsig.SRV, tsig.IN, 60, srv),
        "SRV below the name": tsig.record("a." + owner, tsig.SRV, tsig.IN, 60, srv),
        "SRV at the apex": tsig.record(zone, tsig.SRV, tsig.IN, 60, srv),
        "A of the host": tsig.record(f"{updlab.HOST}.{zone}", 1, tsig.IN, 60, address),
        "deleting another host": tsig.record(f"kms01.{zone}", 1, tsig.ANY),
        "deleting a name": tsig.record(f"kms01.{zone}", tsig.TYPE_ANY, tsig.ANY),
        "the wildcard": tsig.record("*." + zone, tsig.SRV, tsig.IN, 60, srv),
    }


def check_not_more(name):
    server, zone = fresh(name)
    before = updlab.contents(server, zone)
    granted = upd_probe.Identity(updlab.keys().granted())
    for what, change in attempts(zone).items():
        answer = upd_probe.ask(server.where, tsig.update(zone, [], [change]), granted)
        tap.equal(updlab.contents(server, zone), before,
                  f"{name} let the key write {what}: {answer.text}\n{printed_rule(name)[1]}")


def check_nobody_else(name):
    """Another key and nobody cannot write the record."""
    server, zone = fresh(name)
    before = updlab.contents(server, zone)
    other = upd_probe.Identity(updlab.keys().known["other", "hmac-sha256"])
    change = upd_probe.srv_add(zone, f"{updlab.HOST}.{zone}")
    for identity in (other, upd_probe.UNSIGNED):
        answer = upd_probe.ask(server.where, tsig.update(zone, [], [change]), identity)
        tap.equal(updlab.contents(server, zone), before,
                  f"{name} let a stranger write: {answer.text}\n{printed_rule(name)[1]}")


def check_control(name):
    """The attempts mean something: whoever may write all writes them."""
    server, zone = lab.once(upd_bind.rules), "allow.bind.test."
    granted = upd_probe.Identity(updlab.keys().granted())
    before = updlab.contents(server, zone)
    change = attempts(zone)["A of the host"]
    answer = upd_probe.ask(server.where, tsig.update(zone, [], [change]), granted)
    tap.equal(answer.text, "NOERROR", name)
    tap.true(updlab.contents(server, zone) != before, f"{name} changes nothing")


TESTS = [(f"{name}: {check.__name__[6:].replace('_', ' ')}", check, name) for name in SERVERS
         for check in (check_enough, check_not_more, check_nobody_else)]
TESTS += [("an attempt that is permitted", check_control, "the attempt")]

if __name__ == "__main__":
    lab.enter()
    sys.exit(run.main(sys.modules[__name__]))
