# SPDX-License-Identifier: BSD-2-Clause
"""A saved run shown again is the live output, bit for bit; policies; anonymized runs."""

import difflib
import json
import pathlib
import sys

import expect
import lab
import run
import tap
import upd_bind
import updlab
import updrun

stage = expect.stage
CHANGED = "2 policies of one run"


def path(name):
    return pathlib.Path(lab.tempdir()) / name


def again(live, saved, *words):
    """The report of a saved run, which must be the live output."""
    result = run.kmsdns("report", saved, *words)
    if result.out != live.out:
        lines = [text.out.decode(errors="replace").splitlines() for text in (live, result)]
        raise AssertionError("\n".join([f"the report of {live.args} differs:",
                                        *difflib.unified_diff(*lines, "live", "report")]))
    result.check(result.err == b"", "something on standard error")
    return result


def check_pair(verb, words, runner=run.kmsdns, **options):
    """Two live runs, in text and in JSON, each shown again in its format."""
    saved = path("run.json")
    live = runner(verb, *words, "-vv", "--record", saved, **options)
    tap.equal(saved.stat().st_mode & 0o7777, 0o600, "mode of the saved run")
    shown = again(live, saved, "-vv")
    if live.exit not in (4, 130):
        tap.equal(shown.exit, live.exit, "exit status")
    live = runner(verb, *words, "--format", "json", "--record", saved, **options)
    tap.equal(saved.read_bytes(), live.out, "the saved run is not the JSON report")
    again(live, saved, "--format", "json")
    return live, saved


def originals(document):
    """Names and addresses that must not be in an anonymized document."""
    found = set()

    def walk(value, key=None):
        if isinstance(value, dict):
            for name, inner in value.items():
                walk(inner, name)
        elif isinstance(value, list):
            for inner in value:
                walk(inner, key)
        elif isinstance(value, str) and key in ("name", "vantage", "target", "soa_zone", "primary",
                                                "mname", "host", "owner", "zone"):
            labels = [label for label in value.split(".") if not label.startswith("_")]
            if len(labels) > 2 and not value.endswith((".invalid.", ".arpa.")):
                found.add(".".join(labels).rstrip("."))
        elif isinstance(value, str) and key == "address" and not value.startswith("127."):
            found.add(value.rsplit(":", 1)[0].strip("[]") if "." in value else value)

    walk(document)
    return {text for text in found if text not in ("::1", "::", "0.0.0.0", "255.255.255.255")}


def check_anonymous(live, saved):
    """The same findings, none of the names."""
    result = run.kmsdns("report", saved, "--anonymize", "--format", "json")
    tap.equal(sorted((f["id"], f["severity"]) for f in result.json["findings"]),
              sorted((f["id"], f["severity"]) for f in live.json["findings"]), str(result))
    text = run.kmsdns("report", saved, "--anonymize", "-vv")
    for original in originals(live.json):
        for shown in (result, text):
            shown.check(original.encode() not in shown.out.lower(), f"{original} is told")


def check(name, line):
    expect.need_ipv6(name)
    live, saved = check_pair("diagnose", stage().line(line))
    check_anonymous(live, saved)


def check_discover():
    for client in ("any", "workgroup", "joined", "host"):
        check_pair("discover", ["srv-weights.test", "healthy.test", "--client", client,
                                "--resolver", stage()["bind"].at])


def check_cut():
    check_pair("diagnose", stage().line("healthy.test --resolver {dead} --timeout 0.4"))


def check_garbage():
    for name in ("loop", "names", "escape", "ctrl", "tc"):
        check_pair("diagnose", stage().line(f"{name}.hostile.test --resolver {{hostile}}"))


def check_invalid():
    check_pair("diagnose", ["--dhcp-domain", "b\u00fccher..\x1b[31mtest", "--publish-list",
                            "\u00e9\u202ex,70000,1", "b\u00fccher.test", "--resolver",
                            stage()["bind"].at])


def check_writes():
    """Plans, changes and their undoing, by a key that may write and by one that may not."""
    server = lab.once(upd_bind.rules)
    zone, key = server.zones["allow"], updlab.keys().path()
    host = ["--host", f"{updlab.HOST}.{zone}"]

    def both(verb, *words, **options):
        return check_pair(verb, words, updrun.kmsdns, server=server, **options)

    both("preflight", zone, *host, key=key)
    both("preflight", zone, *host)
    both("publish", zone, *host, key=key)
    saved, undo = path("write.json"), updlab.subdir("undo") / "undo.json"
    for verb in ("publish", "unpublish"):
        undo = updlab.subdir("undo") / "undo.json"
        live = updrun.kmsdns(verb, zone, *host, "--apply", "--yes", "--undo-file", undo, "-vv",
                             "--record", saved, server=server, key=key)
        live.check(live.exit == 0, f"{verb} failed")
        again(live, saved, "-vv")
        updrun.no_secret(live, saved.read_bytes())
        back = run.kmsdns("report", saved, "--anonymize", "-vv")
        for word in (zone.rstrip("."), str(undo), updlab.HOST):
            back.check(word.encode() not in back.out, f"{word} is told")
    both("undo", undo, key=key)


def check_record_anonymous():
    saved = path("anonymous.json")
    live = run.diagnose(*stage().line("tgt-doubled.test srv-typo.test"), "--anonymize", "--record",
                        saved)
    live.check(b"tgt-doubled.test" in live.out, "the live report is anonymized, too")
    text = saved.read_text(encoding="utf-8")
    tap.true("tgt-doubled" not in text and "srv-typo.test" not in text, "the saved run tells names")
    result = run.kmsdns("report", saved, "--format", "json")
    tap.true(result.json["anonymized"], f"the saved run is not marked\n{result}")
    tap.equal(result.findings(), live.findings(), str(result))
    tap.equal(result.out, saved.read_bytes(), "the saved run differs from its report")


def check_policy():
    """The policy of the report counts, not that of the run."""
    saved, policy = path("policy-run.json"), path("policy.json")
    words = stage().line("srv-port-odd.test ttl-unusual.test")
    plain = run.diagnose(*words, "--record", saved)
    policy.write_text(json.dumps({
        "severity": {"SRV-PORT-ODD": "critical", "TTL-UNUSUAL": "off"},
        "expect": {"hosts": ["nobody.corp.example"], "match": "atleast"}}), encoding="ascii")
    result = run.kmsdns("report", saved, "--format", "json", "--policy", policy)
    found = result.findings()
    tap.equal(found.get("SRV-PORT-ODD"), "critical", CHANGED)
    tap.true("TTL-UNUSUAL" in plain.findings() and "TTL-UNUSUAL" not in found, CHANGED)
    tap.equal(found.get("HOSTS-MISSING"), "critical", CHANGED)
    result.check(result.exit == 1, "exit status")
    live = run.diagnose(*words, "--policy", policy, "--record", saved)
    again(live, saved, "--format", "json", "--policy", policy)


def check_expected_hosts():
    """3 ways to match, 4 lists: a set of one host."""
    host = run.diagnose(*stage().line("healthy.test")).domain("healthy.test.")
    there = host["srv"]["records"][0]["target"]
    other = "kms99.corp.example"
    missing, unexpected = {"HOSTS-MISSING"}, {"HOSTS-UNEXPECTED"}
    rows = [("exact", [there], set()), ("exact", [other], missing | unexpected),
            ("exact", [there, other], missing), ("exact", [], set()),
            ("atleast", [there], set()), ("atleast", [other], missing),
            ("atleast", [there, other], missing), ("atleast", [], set()),
            ("forbid", [there], unexpected), ("forbid", [other], set()),
            ("forbid", [there, other], unexpected), ("forbid", [], set())]
    for match, hosts, wanted in rows:
        words = [word for name in hosts for word in ("--expect-host", name)]
        result = run.diagnose(*stage().line("healthy.test"), "--match", match, *words)
        found = {identity for identity in result.findings() if identity.startswith("HOSTS-")}
        tap.equal(found, wanted, f"--match {match} {hosts}\n{result}")


def check_dump_policy():
    first, policy = run.kmsdns("--dump-policy"), path("dumped.json")
    policy.write_bytes(first.out)
    tap.equal(run.kmsdns("--policy", policy, "--dump-policy").out, first.out, "round trip")
    live = run.diagnose(*stage().line("tgt-closed-one.test"), "--policy", policy)
    plain = run.diagnose(*stage().line("tgt-closed-one.test"))
    tap.equal(live.findings(), plain.findings(), "the default policy, written out")
    changed = json.loads(first.out)
    changed["severity"]["NS-SERIAL"] = "off"
    changed["ttl_s"] = {"usual": 600, "min": 60, "max": 900}
    changed["expect"] = {"hosts": ["kms01.corp.example."], "match": "forbid"}
    policy.write_text(json.dumps(changed), encoding="ascii")
    second = run.kmsdns("--policy", policy, "--dump-policy")
    tap.equal(json.loads(second.out), changed, "round trip of a changed policy")


def check_bad_files():
    bad, error = path("bad.json"), {"schema": "kmsdns-report/1",
                                    "error": {"code": "EIO", "text": "the disk is full"}}
    rows = [(b"", "line 1"), (b"{", "line 1"), (b"[]", "document: expected an object"),
            (b"{}", "schema: required"), (b'{"schema": "kmsdns-report/2"}', "kmsdns-report/1"),
            (b'{"schema": "kmsdns-report/1", "domains": [{}]}', "domains[0].name"),
            (json.dumps(error).encode(), "the disk is full")]
    for data, told in rows:
        bad.write_bytes(data)
        for words in ((), ("--format", "json")):
            result = run.kmsdns("report", bad, *words)
            result.check(result.exit == 3, f"exit status {result.exit} instead of 3")
            text = result.json["error"]["text"] if result.json else result.err.decode()
            result.check(told in text and "bad.json" in text, f"\"{told}\" is not told")
    for place, told in ((path("none.json"), "No such file"), (path("."), "regular file")):
        result = run.kmsdns("report", place)
        result.check(result.exit == 3 and told in result.err.decode(), "wrong error")
    result = run.kmsdns("diagnose", "healthy.test", "--policy", bad)
    result.check(result.exit == 2, "a bad policy is a wrong command line")


TESTS = [(f"zone {name}", check, name, name.lower() + ".test") for name in expect.ZONES]
TESTS += [(name, check, name, line) for name, line, _ in expect.OPTIONS]
TESTS += [("discover, each kind of client", check_discover), ("a run that was cut", check_cut),
          ("garbage from a server", check_garbage), ("garbage from the user", check_invalid),
          ("verbs that write", check_writes), ("an anonymized run", check_record_anonymous),
          ("another policy", check_policy), ("expected hosts", check_expected_hosts),
          ("--dump-policy", check_dump_policy), ("bad files", check_bad_files)]

if __name__ == "__main__":
    lab.enter()
    sys.exit(run.main(sys.modules[__name__]))
