# SPDX-License-Identifier: BSD-2-Clause
"""Through a second implementation: Unbound before BIND, several resolvers, IPv6."""

import pathlib
import sys

import expect
import lab
import run
import tap

stage = expect.stage
UNBOUND = {}
QUICK = ["--try-timeout", "0.3", "--tries", "1"]


def bind():
    return stage()["bind"]


def unbound(mode="stub"):
    if mode not in UNBOUND:
        UNBOUND[mode] = lab.unbound(bind(), mode)
    return UNBOUND[mode]


def without_ttl(findings):
    return {name: level for name, level in findings.items() if not name.startswith("TTL-")}


def shape(domain):
    """What must not depend on who was asked: statuses, records, targets."""
    records = [(r["priority"], r["weight"], r["port"], r["target"])
               for r in domain["srv"]["records"]]
    targets = [(t["name"], t["status"], t["alias_of"], t["addresses"] and
                sorted((a["address"], a["tcp"]) for a in t["addresses"]))
               for t in domain["targets"]]
    return domain["srv"]["status"], records, targets


def check_same(name, mode):
    domain = name.lower() + ".test"
    direct = run.diagnose(domain, resolver=bind())
    cached = run.diagnose(domain, resolver=unbound(mode))
    cached.check(shape(cached.domain(domain + ".")) == shape(direct.domain(domain + ".")),
                 f"BIND itself gives {shape(direct.domain(domain + '.'))}")
    tap.equal(without_ttl(cached.findings()), without_ttl(expect.ZONES[name]), str(cached))


def test_ttl_of_a_cache_is_not_judged():
    """Where no server of the zone can be asked, only what is left of the TTL is known."""
    result = run.kmsdns("diagnose", "ttl-unusual.test", "--resolver", unbound().at, "--dns-port",
                        str(lab.free_port()), "--format", "json")
    result.check("TTL-UNUSUAL" not in result.findings(), "a cache's TTL was judged")
    unmet = {entry["id"] for entry in result.json["not_evaluated"]}
    result.check("TTL-UNUSUAL" in unmet, "TTL-UNUSUAL is not listed as not evaluated")


def test_ttl_of_the_zone_is_judged_through_a_cache():
    result = run.diagnose("ttl-unusual.test", resolver=unbound())
    result.check("TTL-UNUSUAL" in result.findings(), "the zone's own TTL was not judged")


def test_healthy_through_cache_exits_0():
    result = run.diagnose("healthy.test", resolver=unbound())
    result.check(result.exit == 0 and result.json["verdict"] == "ok", "not healthy")


def test_no_domain_through_cache():
    result = run.diagnose("srv-domain-missing.healthy.test", resolver=unbound())
    result.check(result.findings().get("SRV-DOMAIN-MISSING") == "critical", "SRV-DOMAIN-MISSING")


def test_resolver_over_ipv6():
    lab.need_ipv6()
    for server in (bind(), unbound()):
        at = f"[::1]:{server.port}"
        result = run.kmsdns("diagnose", "healthy.test", "--resolver", at, "--format", "json")
        result.check(result.exit == 0, "not healthy over IPv6")
        result.check(result.domain("healthy.test.")["srv"]["server"] == at, "asked another one")


def test_dead_resolver_over_ipv6():
    lab.need_ipv6()
    result = run.kmsdns("diagnose", "healthy.test", "--resolver", f"[::1]:{lab.free_port()}",
                        "--format", "json", *QUICK)
    result.check(result.domain("healthy.test.")["srv"]["status"] == "CONN_REFUSED", "status")
    result.check("RES-TIMEOUT" in result.findings(), "RES-TIMEOUT")


def test_resolver_without_route():
    result = run.kmsdns("diagnose", "healthy.test", "--resolver", "203.0.113.53",
                        "--format", "json", *QUICK)
    result.check(result.domain("healthy.test.")["srv"]["status"] == "UNREACHABLE", "status")


def test_one_dead_one_alive():
    for order in (["dead", "bind"], ["bind", "dead"]):
        where = [word for name in order for word in ("--resolver", stage()[name].at)]
        result = run.kmsdns("diagnose", "healthy.test", *where, "--format", "json", *QUICK)
        tap.equal(result.findings(), {"RES-TIMEOUT": "warning"}, str(result))
        srv = result.domain("healthy.test.")["srv"]
        result.check(srv["status"] == "NOERROR" and srv["server"] == bind().at, "wrong server")


def test_no_silent_move_to_another_server():
    where = ["--resolver", stage()["failing"].at, "--resolver", bind().at]
    result = run.kmsdns("diagnose", "healthy.test", *where, "--format", "json")
    seen = {(query["server"], query["status"]) for query in result.json["queries"]
            if query["name"] == "_vlmcs._tcp.healthy.test." and query["type"] == "SRV"
            and not query["server"].startswith("192.0.2.53:")}
    tap.equal(seen, {(stage()["failing"].at, "SERVFAIL"), (bind().at, "NOERROR")}, str(result))


ALIAS_ZONE = """$TTL 3600
@ IN SOA ns1 admin ( 1 7200 900 1209600 300 )
@ IN NS ns1
ns1 IN A 192.0.2.53
{}
"""


def test_alias_into_another_zone():
    """An authoritative server gives the alias and leaves its end open: that is no NODATA."""
    folder = pathlib.Path(lab.tempdir())
    zones = {"owner.test.": "_vlmcs._tcp IN CNAME _vlmcs._tcp.good.test.",
             "target.test.": "_vlmcs._tcp IN SRV 0 0 1688 kms\nkms IN CNAME kms.good.test.",
             "good.test.": "_vlmcs._tcp IN SRV 0 0 1688 kms\nkms IN A 192.0.2.21"}
    for origin, body in zones.items():
        (folder / origin).write_text(ALIAS_ZONE.format(body), encoding="ascii")
    with lab.named({origin: folder / origin for origin in zones}) as server:
        owner = run.diagnose("owner.test", resolver=server)
        target = run.diagnose("target.test", resolver=server)
    owner.check("SRV-ALIAS" in owner.findings(), "SRV-ALIAS")
    owner.check("SRV-ABSENT" not in owner.findings(), "the record is at the alias's end")
    target.check("TGT-ALIAS" in target.findings(), "TGT-ALIAS")
    target.check("TGT-NO-ADDRESS" not in target.findings(), "the address is at the alias's end")


def test_two_that_agree():
    where = ["--resolver", bind().at, "--resolver", unbound().at]
    result = run.kmsdns("diagnose", "healthy.test", *where, "--format", "json")
    tap.equal(result.findings(), {}, str(result))


def test_two_that_disagree():
    domain = "normal.hostile.test"
    result = run.diagnose(*stage().line(f"{domain} --resolver {{hostile}} --resolver {{other}}"))
    found = [f for f in result.json["findings"] if f["id"] == "RES-DISAGREE"]
    result.check(len(found) == 1 and domain in found[0]["subject"], "RES-DISAGREE")


def test_record_here_and_not_there():
    where = ["--resolver", bind().at, "--resolver", stage()["hostile"].at]
    result = run.kmsdns("diagnose", "healthy.test", *where, "--format", "json")
    result.check("RES-DISAGREE" in result.findings(), "RES-DISAGREE")
    result.check("SRV-ABSENT" not in result.findings(), "the record is there")


SAME = ["healthy", "SRV-ABSENT", "SRV-ABSENT-NODATA", "SRV-TYPO", "SRV-WILDCARD", "SRV-ALIAS",
        "SRV-ALIAS-DNAME", "SRV-TRUNCATED", "SRV-DUPLICATE", "TGT-NO-ADDRESS", "TGT-ALIAS",
        "TGT-ROOT", "TGT-DOUBLED", "TGT-SHORT", "TGT-IP-LITERAL", "TGT-CLOSED", "TTL-NEGATIVE"]
TESTS = [(f"{name} through Unbound ({mode})", check_same, name, mode)
         for mode in ("stub", "forward") for name in SAME]

if __name__ == "__main__":
    lab.enter()
    TESTS += tap.of_module(sys.modules[__name__])
    sys.exit(run.main(sys.modules[__name__]))
