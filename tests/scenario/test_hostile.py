# SPDX-License-Identifier: BSD-2-Clause
"""A server that answers wrongly: each kind of bad reply becomes its status, never a crash."""

import sys

import digging
import lab
import misbehave
import run
import tap

SUFFIX = "hostile.test"
QUICK = ["--try-timeout", "0.4", "--tries", "2"]
UNHEARD = {"TIMEOUT", "MALFORMED"}     # a reply that may count as none at all

# mode: accepted statuses of the SRV question
STATUS = {
    "normal": {"NOERROR"}, "delay-50": {"NOERROR"}, "drop": {"TIMEOUT"},
    "dropfirst-1": {"NOERROR"}, "qr0": {"MALFORMED"}, "wrongquestion": {"MALFORMED"},
    "wrongtype": {"MALFORMED"}, "noquestion-formerr": {"FORMERR"},
    "noquestion-refused": {"REFUSED"}, "noquestion-servfail": {"SERVFAIL"},
    "noquestion-noerror": {"MALFORMED"}, "formerr": {"FORMERR"}, "refused": {"REFUSED"},
    "servfail": {"SERVFAIL"}, "notimp": {"NOTIMP"}, "noedns": {"NOERROR"},
    "noednsheader": {"NOERROR"}, "badvers": {"NOERROR", "MALFORMED", "FORMERR"},
    "tc": {"NOERROR"}, "tcsilent": {"TRUNCATED", "TIMEOUT"}, "loop": {"MALFORMED"},
    "targetloop": {"MALFORMED"}, "pastend": {"MALFORMED"}, "cut": {"MALFORMED"},
    "shortrdata": {"MALFORMED"}, "longrdata": {"MALFORMED"}, "countlies": {"MALFORMED"},
    "oversized": {"NOERROR", "MALFORMED"}, "garbage": {"NOERROR", "MALFORMED"},
    "random": {"MALFORMED"}, "short5": UNHEARD, "empty": UNHEARD, "wrongid": UNHEARD,
    "otherport": {"TIMEOUT"}, "duplicate": {"NOERROR"}, "hostile": {"NOERROR"},
    "cnameloop": {"MALFORMED"}, "chain-1": {"NOERROR"}, "chain-16": {"NOERROR"},
    "chain-17": {"MALFORMED"}, "hugettl": {"NOERROR"}, "many": {"NOERROR"},
    "deadtargets": {"NOERROR"}, "lame": {"LAME"}, "targetservfail": {"NOERROR"},
    "deafhosts": {"NOERROR"}, "targetlossy-1": {"NOERROR"},
    "lossy-1": {"NOERROR"}, "lossy-2": {"NOERROR"}, "late-1": {"NOERROR"}, "late-2": {"NOERROR"},
    "dropedns": {"NOERROR"}, "targetdrop": {"NOERROR"}, "ttl-7": {"NOERROR"},
    "othersrv": {"NOERROR"},
}

SERVERS = {}


def server(name, *options):
    if name not in SERVERS:
        SERVERS[name] = lab.responder(*options)
    return SERVERS[name]


def diagnose(mode, *more, at=None):
    at = at or server("plain")
    return run.diagnose(f"{mode}.{SUFFIX}", "--timeout", "12", *QUICK, *more, resolver=at)


def srv_queries(result, domain):
    return [query for query in result.json["queries"]
            if query["name"] == f"_vlmcs._tcp.{domain}" and query["type"] == "SRV"]


def printable(text):
    return all(byte == 10 or 32 <= byte < 127 for byte in text)


def check_mode(mode):
    result = diagnose(mode)
    domain = f"{mode}.{SUFFIX}."
    result.check(result.exit in (0, 1, 3), f"exit status {result.exit}")
    status = result.domain(domain)["srv"]["status"]
    result.check(status in STATUS[mode], f"status {status}, not {' or '.join(STATUS[mode])}")
    asked = srv_queries(result, domain)
    result.check(asked, "the SRV question is not among the queries")
    result.check(asked[-1]["status"] == status, "queries and srv tell different statuses")
    result.check(result.json["complete"] is True, "the run is not complete")
    if status != "NOERROR":
        result.check(result.domain(domain)["srv"]["records"] == [], "records without an answer")


def check_text(mode):
    result = run.kmsdns("diagnose", f"{mode}.{SUFFIX}", "--timeout", "12", "-vv", *QUICK,
                        "--resolver", server("plain").at)
    result.check(result.exit in (0, 1, 3), f"exit status {result.exit}")
    result.check(result.out and printable(result.out), "a raw byte on standard output")
    result.check(printable(result.err), "a raw byte on standard error")


def test_all_modes_are_tested():
    heads = {mode if mode in misbehave.MODES else mode.rpartition("-")[0] for mode in STATUS}
    tap.equal(heads, set(misbehave.MODES) - {"outside"}, "modes of the responder")


def test_retries_are_counted():
    fresh = lab.responder()
    result = diagnose("dropfirst-1", at=fresh)
    fresh.stop()
    asked = srv_queries(result, f"dropfirst-1.{SUFFIX}.")
    result.check(sum(query["tries"] for query in asked) >= 2, "the lost try is not counted")


def test_truncated_answer_comes_over_tcp():
    result = diagnose("tc")
    asked = srv_queries(result, f"tc.{SUFFIX}.")
    result.check(asked[-1]["transport"] == "tcp", "not asked over TCP")
    result.check("SRV-TRUNCATED" in result.findings(), "SRV-TRUNCATED is missing")


def test_truncated_and_tcp_refused():
    result = diagnose("tc", at=server("udponly", "--no-tcp"))
    srv = result.domain(f"tc.{SUFFIX}.")["srv"]
    result.check(srv["status"] in ("TRUNCATED", "CONN_REFUSED"), f"status {srv['status']}")
    result.check(result.findings().get("SRV-TCP-BLOCKED") == "critical", "SRV-TCP-BLOCKED")


def test_truncated_and_tcp_silent():
    result = diagnose("tcsilent")
    result.check(result.findings().get("SRV-TCP-BLOCKED") == "critical", "SRV-TCP-BLOCKED")


def test_five_hundred_records():
    result = diagnose("many")
    srv = result.domain(f"many.{SUFFIX}.")["srv"]
    result.check(len(srv["records"]) == 500, f"{len(srv['records'])} records instead of 500")


def test_huge_ttl_is_zero():
    result = diagnose("hugettl")
    srv = result.domain(f"hugettl.{SUFFIX}.")["srv"]
    result.check(srv["ttl_s"] == 0, "a TTL of 2^31 is 0 (RFC 2181 8)")
    result.check("TTL-ZERO" in result.findings(), "TTL-ZERO is missing")


def test_chain_follows_to_the_records():
    result = diagnose("chain-16")
    srv = result.domain(f"chain-16.{SUFFIX}.")["srv"]
    result.check([r["target"] for r in srv["records"]] == [f"kms01.chain-16.{SUFFIX}."], "target")
    result.check("SRV-ALIAS" in result.findings(), "SRV-ALIAS is missing")


def test_hostile_names_are_escaped():
    result = diagnose("hostile")
    records = result.domain(f"hostile.{SUFFIX}.")["srv"]["records"]
    result.check(len(records) == len(misbehave.HOSTILE_LABELS), "not all records are shown")
    joined = " ".join(record["target"] for record in records)
    labels = {digging.name_key(record["target"])[0] for record in records}
    result.check(labels == set(map(bytes.lower, misbehave.HOSTILE_LABELS.values())),
                 f"labels {labels}")
    result.check(joined.isascii() and joined.isprintable(), "raw bytes in JSON")


def test_duplicates_do_not_double_records():
    result = diagnose("duplicate")
    records = result.domain(f"duplicate.{SUFFIX}.")["srv"]["records"]
    result.check(len(records) == 1, f"{len(records)} records instead of 1")


def test_unknown_addresses_are_not_well():
    """The only host's addresses could not be looked up: neither "no address" nor "all well"."""
    for mode in ("targetservfail", "targetdrop"):
        result = diagnose(mode)
        result.check("TGT-NO-ADDRESS" not in result.findings(), "silence was taken for a no")
        result.check(result.exit != 0 and result.json["verdict"] != "ok",
                     f"{mode}: well, although no host's address is known")


def test_rewriting_resolver():
    result = diagnose("plain", at=server("rewrite", "--rewrite"))
    result.check("RES-REWRITES" in result.findings(), "RES-REWRITES is missing")


def test_every_question_is_answered_wrongly():
    for mode in ("random", "short5", "loop", "qr0", "noquestion-refused", "lame", "empty"):
        at = lab.responder("--mode", mode, "--suffix", "test.")
        result = run.diagnose("corp.test", "--timeout", "12", *QUICK, resolver=at)
        result.check(result.exit in (0, 1, 3), f"{mode}: exit status {result.exit}")
        at.stop()


TESTS = [(f"mode {mode}", check_mode, mode) for mode in STATUS]
TESTS += [(f"text of mode {mode}", check_text, mode)
          for mode in ("hostile", "random", "cnameloop", "lame", "loop", "chain-16")]

if __name__ == "__main__":
    lab.enter()
    lab.KmsHost()
    lab.SilentPort()
    TESTS += tap.of_module(sys.modules[__name__])
    sys.exit(run.main(sys.modules[__name__]))
