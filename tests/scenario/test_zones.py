# SPDX-License-Identifier: BSD-2-Clause
"""Every fault of testzones/ on real BIND raises its finding and no other one."""

import re
import sys

import expect
import lab
import run
import tap

stage = expect.stage
RAISED = {}    # id: names of cases that raised it
QUIET = {}     # id: names of cases that were evaluated and did not


def note(name, found):
    for identity in expect.IDS:
        (RAISED if identity in found else QUIET).setdefault(identity, set()).add(name)


CLIENT_GROUPS = {"CAND", "RES", "SRV", "TGT", "TTL"}


def check(name, line, expected):
    expect.need_ipv6(name)
    result = run.diagnose(*stage().line(line))
    found = result.findings()
    note(name, found)
    if "--resolver" in line:
        # the responders' zones have no servers of their own: only what clients see counts there
        found = {key: value for key, value in found.items() if key.split("-")[0] in CLIENT_GROUPS}
    if found != expected:
        raise AssertionError(f"{name}: {line}\nexpected: {expected}\ngot:      {found}\n{result}")
    whole = result.findings()
    result.check(result.exit == expect.exit_status(whole),
                 f"exit status {result.exit} instead of {expect.exit_status(whole)}")
    result.check(result.json["complete"] is True, "the run is not complete")
    worst = [word for word in ("critical", "warning", "notice") if word in whole.values()]
    result.check(result.json["verdict"] == (worst + ["ok"])[0], "wrong verdict")
    known = {query["n"] for query in result.json["queries"]}
    for finding in result.json["findings"]:
        result.check(set(finding["queries"]) <= known, "a finding refers to unknown queries")
        result.check(finding["text"] and finding["subject"], "a finding says nothing")


def check_text(name, expected):
    """The same in text: the findings are named, verdict and exit status agree."""
    expect.need_ipv6(name)
    result = run.kmsdns("diagnose", *stage().line(name.lower() + ".test"))
    result.check(result.exit == expect.exit_status(expected), "wrong exit status")
    result.check(b"\x1b" not in result.out, "colour outside a terminal")
    result.check(re.search(rb"\{[a-z_]+\}", result.out) is None, "a place was not filled in")
    for identity in expected:
        result.check(identity.encode() in result.out, f"{identity} is not mentioned")


def check_files():
    files = {path.stem for path in lab.ZONES.glob("*.zone")} - {"root", "single-label"}
    tap.equal(files, set(expect.ZONES), "testzones/ and the table of expectations differ")
    for path in lab.ZONES.glob("*.zone"):
        first = path.read_text(encoding="ascii").splitlines()[0]
        tap.true(first.startswith("; "), f"{path.name} does not say what is broken")
        named = [identity for identity in expect.IDS if path.stem.startswith(identity)]
        tap.true(named or path.stem in ("healthy", "root", "single-label"),
                 f"{path.name} is not named after a finding")
        if named:
            tap.true(set(named) & set(expect.ZONES[path.stem]) or path.stem == "SRV-ABSENT-DOMAIN",
                     f"{path.name} does not raise the finding it is named after")


def check_no_resolver():
    lab.set_resolv_conf("# no server\n")
    result = run.kmsdns("diagnose", "healthy.test", "--format", "json")
    found = result.findings()
    note("no resolver", found)
    tap.equal(found, {"RES-NONE": expect.CRITICAL}, str(result))
    result.check(result.exit == 1, "wrong exit status")


def check_own_machine():
    lab.set_resolv_conf("search healthy.test\nnameserver 127.0.0.1\n")
    result = run.kmsdns("diagnose", "--format", "json", "--resolver", stage()["bind"].at)
    names = [domain["name"] for domain in result.json["domains"]]
    tap.equal(names, ["healthy.test."], str(result))
    tap.equal(result.json["domains"][0]["sources"], ["resolv-conf"], str(result))


def check_machine_without_domain():
    lab.set_resolv_conf("nameserver 127.0.0.1\n")
    result = run.kmsdns("diagnose", "--format", "json", "--resolver", stage()["bind"].at)
    tap.equal(result.findings(), {"CAND-NONE": expect.CRITICAL}, str(result))


def check_all_ids_raised():
    missing = [identity for identity in expect.IDS if identity not in RAISED]
    tap.true(not missing, f"no scenario raises {' '.join(missing)}")


def check_all_ids_absent():
    missing = [identity for identity in expect.IDS if identity not in QUIET]
    tap.true(not missing, f"every scenario raises {' '.join(missing)}")


def check_not_evaluated():
    result = run.diagnose(*stage().line("srv-absent.test"))
    unmet = {entry["id"]: entry["missing"] for entry in result.json["not_evaluated"]}
    for identity in ("TGT-CLOSED", "TTL-UNUSUAL"):
        result.check(identity in unmet, f"{identity} passed in silence without a record")
    result = run.diagnose(*stage().line("tgt-closed.test --no-tcp"))
    unmet = {entry["id"]: entry["missing"] for entry in result.json["not_evaluated"]}
    result.check("TGT-CLOSED" in unmet, "TGT-CLOSED passed in silence with --no-tcp")


TESTS = [("zone files", check_files)]
TESTS += [(f"zone {name}", check, name, name.lower() + ".test", findings)
          for name, findings in expect.ZONES.items()]
TESTS += [(f"text of {name}", check_text, name, expect.ZONES[name])
          for name in expect.ZONES]
TESTS += [(name, check, name, line, findings) for name, line, findings in expect.OPTIONS]
TESTS += [("no resolver", check_no_resolver), ("this machine's domain", check_own_machine),
          ("this machine has no domain", check_machine_without_domain),
          ("what cannot be judged is listed", check_not_evaluated),
          ("every finding is raised somewhere", check_all_ids_raised),
          ("every finding is absent somewhere", check_all_ids_absent)]

if __name__ == "__main__":
    lab.enter()
    sys.exit(run.main(sys.modules[__name__]))
