# SPDX-License-Identifier: BSD-2-Clause
"""The verb explain, and diagnose --code: which explanation of a code holds on real zones."""

import sys

import expect
import lab
import run
import tap
import upd_bind
import upd_nsd
import updlab
import updrun

stage = expect.stage
QUICK = "--try-timeout 0.3 --tries 1"

# command line of diagnose, code, {how an explanation begins: whether it holds}
CLIENTS = [
    ("srv-absent.test", "0x8007232B", {"No host is published": "yes"}),
    ("healthy.test", "0x8007232B", {"No host is published": "no", "There is no zone": "no",
                                    "The record is there under": "no"}),
    ("srv-typo.test", "9501", {"The record is there under a misspelt": "yes",
                               "No host is published": "yes"}),
    ("srv-domain-missing.healthy.test", "DNS_ERROR_RCODE_NAME_ERROR",
     {"There is no zone": "yes"}),
    ("--primary-suffix healthy.test --ad-domain srv-absent.test", "NXDOMAIN",
     {"The client asks in another domain": "yes"}),
    ("tgt-closed.test", "0xC004F074", {"The host that the record names": "yes",
                                       "No host is published": "no",
                                       "The host that the record names has no": "no",
                                       "The client has a KMS host of its own": "open",
                                       "The clocks of client and host": "open"}),
    ("tgt-closed.test --no-tcp", "0xC004F074", {"The host that the record names does": "open"}),
    ("healthy.test", "-2147023174", {"The host that the record names does": "no"}),
    ("tgt-closed.test", "10060", {"The host that the record names does": "yes"}),
    ("tgt-no-address.test", "11001", {"The host that the record names has no": "yes"}),
    ("tgt-alias.test", "WSAHOST_NOT_FOUND", {"The host's name in the record is an": "yes"}),
    ("srv-alias.test", "9708", {"An alias stands": "yes"}),
    ("ttl-negative.test", "0x8007232B", {"The client, or its resolver": "yes"}),
    ("servfail.hostile.test --resolver {hostile}", "0x8007232A", {"A resolver answers": "yes"}),
    ("loop.hostile.test --resolver {hostile}", "9502", {"Something on the way": "yes"}),
    ("healthy.test --resolver {dead} " + QUICK, "0x800705B4", {"A resolver does not": "yes"}),
    ("--ad-domain healthy.test --client workgroup", "0x8007007B",
     {"The client has no DNS suffix": "yes"}),
    ("srv-absent.test", "0x80092328", {"No host is published": "yes"}),
    ("srv-absent.test", "event 8198", {"No host is published": "yes"}),
    ("healthy.test", "0xC004C003", {"This is a matter of licensing": "open"}),
]

# rule of the zone, who signs, clock, code, {how an explanation begins: whether it holds}
RIGHTS = [
    ("policy", "granted", 0, "0x80072338", {"Another host": "no", "The zone's rules": "no",
                                            "The secret": "no"}),
    ("policy", "other", 0, "0x80072338", {"Another host": "yes", "The zone's rules": "yes",
                                          "The secret": "no"}),
    ("policy", "wrong", 0, "9016", {"The secret": "yes"}),
    ("policy", "unknown", 0, "0x80072339", {"The server does not know": "yes",
                                            "The host gets no Kerberos": "open"}),
    ("policy", "skewed", updlab.SKEW, "BADTIME", {"The clocks of host": "yes"}),
    ("policy", "granted", 0, "0x8007233A", {"The clocks of host": "no"}),
    ("static", "granted", 0, "0x8007232D", {"The zone takes no dynamic": "yes"}),
    ("policy", "granted", 0, "REFUSED", {"The zone takes no dynamic": "no",
                                         "The zone's rules": "no"}),
    ("policy", "granted", 0, "12293", {"Another host": "no", "The zone's primary": "no"}),
]

# what is asked, and the id that comes first
KNOWN = [
    (["0x80072338"], "0x80072338"),
    (["-2147015880"], "0x80072338"),
    (["slui.exe", "0x2a", "0x80072338"], "0x80072338"),
    (["rcode", "5"], "REFUSED"),
    (["srv_absent"], "SRV-ABSENT"),
    (["second", "host"], "second-host"),
    (["Publishing the Key Management Service (KMS) to DNS in the 'corp.example' domain failed. "
      "Info: 0x8007232D"], "0x8007232D"),
]


def holds(result, begins):
    for claim in result.json["code"]["explanations"]:
        if claim["text"].startswith(begins):
            return claim
    raise AssertionError(f"no explanation begins with \"{begins}\"\n{result}")


def check_claims(result, expected):
    for begins, wanted in expected.items():
        claim = holds(result, begins)
        result.check(claim["holds"] == wanted, f"\"{begins}\" is {claim['holds']}, not {wanted}")
        if wanted == "open":
            result.check(claim["how"], f"\"{begins}\": nothing says what would decide")
        elif wanted == "yes":
            raised = set(result.findings())
            result.check(set(claim["findings"]) & raised, f"\"{begins}\" rests on nothing")
    result.check(all(query["opcode"] == "UPDATE" or query["opcode"] == "QUERY"
                     for query in result.json["queries"]), "another kind of question")


def check_client(line, code, expected):
    check_claims(run.diagnose(*stage().line(line), "--code", code), expected)


def check_right(rule, who, skew, code, expected):
    server = lab.once(upd_bind.rules)
    zone = server.zones[rule]
    before = updlab.contents(server, zone)
    result = updrun.report("diagnose", zone, "--host", f"{updlab.HOST}.{zone}", "--no-tcp",
                           "--code", code, server=server, key=updlab.keys().path(who), skew=skew)
    check_claims(result, expected)
    tap.equal(updlab.contents(server, zone), before, "the zone")


def check_notimp():
    """A code of publishing has the right probed also without a host and a key."""
    server = lab.once(upd_bind.rules)
    result = updrun.report("diagnose", server.zones["static"], "--no-tcp", "--code", "0x8007232C",
                           server=server)
    result.check(result.json["domains"][0]["update"], "nothing was probed")
    check_claims(result, {"The update reached a server that does none": "no"})
    server = lab.once(upd_nsd.rules)
    result = updrun.report("diagnose", server.zones["static"], "--no-tcp", "--code", "NOTIMP",
                           server=server)
    check_claims(result, {"The update reached a server that does none": "yes"})


def check_second_host():
    server = lab.once(upd_bind.rules)
    zone = server.zones["policy"]
    result = updrun.report("diagnose", zone, "--host", f"{updlab.OTHER_HOST}.{zone}", "--no-tcp",
                           "--code", "9016", server=server, key=updlab.keys().path("other"))
    check_claims(result, {"Another host": "no"})
    result = updrun.report("diagnose", zone, "--no-tcp", "--code", "9016", server=server,
                           key=updlab.keys().path("other"))
    check_claims(result, {"Another host": "open"})
    result.check("--host" in holds(result, "Another host")["how"], "the option is not named")


def check_no_resolver():
    lab.set_resolv_conf("# no server\n")
    check_claims(run.kmsdns("diagnose", "healthy.test", "--code", "9852", "--format", "json"),
                 {"The computer has no DNS server": "yes"})


def check_text():
    result = run.kmsdns("diagnose", *stage().line("srv-absent.test"), "--code", "0x8007232B")
    result.check(b"\nCode 0x8007232B (9003, DNS_ERROR_RCODE_NAME_ERROR): " in result.out, "block")
    result.check(b"\n  yes        No host is published" in result.out, "what holds")
    result = run.kmsdns("diagnose", *stage().line("srv-absent.test"))
    result.check(b"Code 0x" not in result.out, "a block about no code")
    result = run.diagnose(*stage().line("srv-absent.test"))
    result.check(result.json["code"] is None, "a code that nobody asked about")


def check_report():
    """What was asked about is part of the run: a saved one tells it again."""
    path = updlab.subdir("explain") / "run.json"
    for code in ("0xC004F074", "event 8198"):
        line = stage().line("tgt-closed.test")
        live = run.kmsdns("diagnose", *line, "--code", code, "--record", path)
        again = run.kmsdns("report", path)
        tap.equal(again.out, live.out, f"the report of a run with --code {code}")


def check_wrong_code():
    for code, word in (("BADSGI", b"BADSIG"), ("xyzzy", b"xyzzy"), ("\x1b[1m", b"\\027"),
                       ("", b"--code")):
        result = run.kmsdns("diagnose", "--code", code, "healthy.test")
        result.check(result.exit == 2 and word in result.err, "a wrong code")
        result.check(b"\x1b" not in result.err, "raw bytes in the message")
    result = run.kmsdns("discover", "--code", "9016", "healthy.test")
    result.check(result.exit == 2, "discover took --code")


def check_explain(words, first):
    result = run.kmsdns("explain", *words)
    result.check(result.exit == 0 and not result.err, "exit status")
    result.check(result.out.splitlines()[0].startswith(first.encode()), "the first line")
    result.check(b"\n  source " in result.out, "no source")
    result = run.kmsdns("explain", "--format", "json", *words)
    result.check(result.exit == 0, "exit status of JSON")
    tap.equal(result.json["schema"], "kmsdns-explain/1", "schema")
    tap.equal(result.json["explanations"][0]["id"], first, "first explanation")


def check_unknown():
    result = run.kmsdns("explain", "SRV-ABSNT")
    result.check(result.exit == 3 and b"kmsdns explain SRV-ABSENT" in result.out, "nearest")
    result = run.kmsdns("explain", "--format", "json", "xyzzy\x1b[31m")
    result.check(result.exit == 3 and result.json["explanations"] == [], "nothing is known")
    result.check(b"\x1b" not in result.out, "raw bytes")
    result = run.kmsdns("explain")
    result.check(result.exit == 2 and b"explain needs" in result.err, "nothing asked")
    result = run.kmsdns("explain", "x" * 100000)
    result.check(result.exit == 3 and len(result.out) < 10000, "a long word")
    result = run.kmsdns("explain", *(["a"] * 101))
    result.check(result.exit in (2, 3), "many words")


def check_contract():
    """Every code of the list by the program itself, at once in one text."""
    rows = [line.split("\t") for line in
            (lab.SRCDIR / "tests" / "data" / "codes.txt").read_text().splitlines()[1:]]
    tap.true(len(rows) > 160, "the list is short")
    for row in rows[::7]:
        check_explain([row[1]], row[1])


def _name(prefix, *parts):
    return f"{prefix}: {' '.join(part for part in parts if part)}"


TESTS = [(_name("explain", *words)[:70], check_explain, words, first) for words, first in KNOWN]
TESTS += [("every seventh code of the contract", check_contract),
          ("unknown input", check_unknown),
          ("wrong --code", check_wrong_code)]
TESTS += [(_name("code", code, line), check_client, line, code, expected)
          for line, code, expected in CLIENTS]
TESTS += [(_name("code", code, f"{rule} signed by {who}"), check_right, rule, who, skew, code,
           expected) for rule, who, skew, code, expected in RIGHTS]
TESTS += [("code of a server without updates", check_notimp),
          ("second host or the same one", check_second_host),
          ("code without a resolver", check_no_resolver),
          ("code in the text", check_text),
          ("code in a saved run", check_report)]


if __name__ == "__main__":
    lab.enter()
    sys.exit(run.main(sys.modules[__name__]))
