# SPDX-License-Identifier: BSD-2-Clause
"""kmsdns and dig agree on every record, TTL and status, on zones made at random."""

import concurrent.futures
import ipaddress
import pathlib
import sys

import digging
import lab
import run

ZONES = [digging.RandomZone(seed) for seed in range(1, 25)]
SERVER = []


def server():
    """BIND without a root zone: what is not in its zones is REFUSED."""
    if not SERVER:
        folder = pathlib.Path(lab.tempdir())
        SERVER.append(lab.named({zone.origin: zone.write(folder) for zone in ZONES}))
    return SERVER[0]


def check_srv(result, domain, told):
    srv = domain["srv"]
    result.check(srv["status"] == told.status, f"dig says {told.status}")
    ours = sorted((r["priority"], r["weight"], r["port"], digging.name_key(r["target"]),
                   r["ttl_s"]) for r in srv["records"])
    result.check(ours == told.srv(), f"dig's records are {told.srv()}")
    if told.rows:
        result.check(srv["ttl_s"] == int(told.rows[0][1]), f"dig's TTL is {told.rows[0][1]}")
    result.check(srv["server"] == server().at, f"asked {srv['server']}")


def check_target(result, target):
    four, six = (digging.dig(server(), target["name"], rtype) for rtype in ("A", "AAAA"))
    told = {ipaddress.ip_address(text) for text in four.addresses() + six.addresses()}
    ours = {ipaddress.ip_address(entry["address"]) for entry in target["addresses"]}
    result.check(ours == told, f"{target['name']}: dig's addresses are {told}")
    chain = four.chain or six.chain
    if chain:
        result.check(target["alias_of"] is not None
                     and digging.name_key(target["alias_of"]) == digging.name_key(chain[-1][4]),
                     f"{target['name']}: dig follows an alias to {chain[-1][4]}")
    else:
        result.check(target["alias_of"] is None, f"{target['name']}: dig sees no alias")


def check_queries(result):
    """Each question in the document again, by dig."""
    asked = {(query["name"], query["type"]): query["status"] for query in result.json["queries"]
             if query["status"] not in ("TRUNCATED", "SKIPPED") and query["server"] == server().at}
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        told = pool.map(lambda key: digging.dig(server(), *key), asked)
        for (key, status), answer in zip(asked.items(), told):
            result.check(status == answer.status, f"{key}: {status}, but dig says {answer.text}")


def check_zone(zone):
    result = run.diagnose(zone.origin, "--no-tcp", resolver=server())
    domain = result.domain(zone.origin.lower())
    check_srv(result, domain, digging.dig(server(), "_vlmcs._tcp." + zone.origin, "SRV"))
    targets = {digging.name_key(record["target"]) for record in domain["srv"]["records"]}
    seen = {digging.name_key(target["name"]) for target in domain["targets"]}
    result.check(seen == targets, "targets and records differ")
    for target in domain["targets"]:
        check_target(result, target)
    check_queries(result)
    result.check("RES-FAIL" not in result.findings(),
                 "an authoritative server that refuses other names is no failing resolver")


def check_all_at_once():
    result = run.diagnose(*[zone.origin for zone in ZONES], "--no-tcp", resolver=server())
    for zone in ZONES:
        told = digging.dig(server(), "_vlmcs._tcp." + zone.origin, "SRV")
        check_srv(result, result.domain(zone.origin.lower()), told)


def check_discover():
    result = run.kmsdns("discover", ZONES[0].origin, "--resolver", server().at, "--no-tcp",
                        "--format", "json")
    told = digging.dig(server(), "_vlmcs._tcp." + ZONES[0].origin, "SRV")
    check_srv(result, result.json["domains"][0], told)


TESTS = [(f"zone {zone.origin}", check_zone, zone) for zone in ZONES]
TESTS += [("all zones in one run", check_all_at_once), ("discover", check_discover)]

if __name__ == "__main__":
    lab.enter()
    sys.exit(run.main(sys.modules[__name__]))
