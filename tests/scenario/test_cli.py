# SPDX-License-Identifier: BSD-2-Clause
"""The command line: what is wrong is said once, in the right place, with the right status."""

import json
import os
import pathlib
import sys
import time

import expect
import lab
import run
import tap

stage = expect.stage

# wrong command lines; a word that the message must contain
WRONG = [
    (["diagnose", "--no-such-option"], "--no-such-option"),
    (["diagnose", "--formt", "json", "x.test"], "--formt"),
    (["diagnose", "--timeout"], "--timeout"),
    (["diagnose", "--timeout", "soon"], "--timeout"),
    (["diagnose", "--timeout", "-1"], "--timeout"),
    (["diagnose", "--timeout", "0"], "--timeout"),
    (["diagnose", "--timeout", "99999999999999999999"], "--timeout"),
    (["diagnose", "--tries", "0"], "--tries"),
    (["diagnose", "--tries", "1e9"], "--tries"),
    (["diagnose", "--resolver", "dns.example"], "--resolver"),
    (["diagnose", "--resolver", "127.0.0.1:0"], "--resolver"),
    (["diagnose", "--resolver", "127.0.0.1:70000"], "--resolver"),
    (["diagnose", "--resolver", "[::1"], "--resolver"),
    (["diagnose", "--resolver", ""], "--resolver"),
    (["diagnose", "--client", "guest"], "--client"),
    (["diagnose", "--fail-level", "bad"], "--fail-level"),
    (["diagnose", "--seed", "x"], "--seed"),
    (["diagnose", "--service", ""], "--service"),
    (["diagnose", "--service", "vlmcs"], "--service"),
    (["diagnose", "--vantage", "a..b"], "--vantage"),
    (["diagnose", "--no-tcp=yes"], "--no-tcp"),
    (["frobnicate"], "frobnicate"),
    (["diagnse", "healthy.test"], "diagnse"),
]


def healthy(*more):
    return ["healthy.test", "--resolver", stage()["bind"].at, *more]


def check_wrong(args, word):
    result = run.kmsdns(*args)
    result.check(result.exit == 2, "exit status is not 2")
    result.check(result.out == b"", "something on standard output")
    result.check(word.encode() in result.err, f"the message does not name {word}")
    result.check(result.err.count(b"\n") <= 3, "the message is long")
    result = run.kmsdns(*args, "--format", "json")
    result.check(result.exit == 2, "exit status is not 2 with --format json")
    result.check(result.json["schema"] == "kmsdns-report/1", "schema")
    result.check(result.json["error"]["code"] and result.json["error"]["text"], "error")


def test_no_verb():
    result = run.kmsdns()
    result.check(result.exit == 2 and not result.out and b"usage" in result.err.lower(), "usage")


def test_wrong_format():
    result = run.kmsdns("diagnose", "--format", "yaml")
    result.check(result.exit == 2 and not result.out and b"yaml" in result.err, "message")


def test_hostile_argument_is_escaped():
    for args in (["diagnose", "--no\x1b[31m"], ["\x1b[31m"], ["diagnose", "--client", "\x1b[1m"],
                 ["diagnose", "--resolver", "\x1b]0;x\x07"]):
        result = run.kmsdns(*args)
        result.check(result.exit == 2 and b"\x1b" not in result.err, "raw bytes in the message")


def test_bad_domain_is_a_finding():
    long = "x" * 64 + ".test"
    # what check_kmsdns -d refuses is not asked for here either
    for name in ("a..b", long, "-" * 3 + ".te\x1bst", "http://healthy.test/", "CORP\\user",
                 "kms01@healthy.test", "*.test", "healthy.test:53", "a;b.test", "192.0.2.53"):
        result = run.diagnose("--dhcp-domain=" + name, resolver=stage()["bind"])
        result.check("CAND-INVALID" in result.findings(), "CAND-INVALID")
        result.check(result.out.isascii() and b"\x1b" not in result.out, "raw bytes")


def test_formats_of_what_judges_nothing():
    for verb in ("merge", "explain"):
        for word in ("openmetrics", "nagios"):
            result = run.kmsdns(verb, "--format", word, "5")
            result.check(result.exit == 2 and result.out == b"", "a document")
            tap.equal(result.err.decode(), f"kmsdns: --format: {verb} judges nothing; write text or "
                      "json\n", f"{verb} --format {word}")


def test_help():
    for args in (["--help"], ["diagnose", "--help"], ["discover", "--help"]):
        result = run.kmsdns(*args)
        result.check(result.exit == 0 and result.out and not result.err, "help")
        wide = [line for line in result.out.decode().splitlines() if len(line) > 80]
        result.check(not wide, f"wider than 80 columns: {wide}")


def test_help_names_every_option_used_here():
    text = run.kmsdns("diagnose", "--help").out.decode()
    for option in ("--resolver", "--format", "--no-tcp", "--timeout", "--try-timeout", "--tries",
                   "--client", "--primary-suffix", "--ad-domain", "--dhcp-domain", "--search-list",
                   "--publish-list", "--seed", "--service", "-o", "--fail-level", "--color"):
        tap.true(option in text, f"{option} is not in --help")


def test_version():
    result = run.kmsdns("--version")
    result.check(result.exit == 0 and result.out.startswith(b"kmsdns ")
                 and result.out.count(b"\n") == 1, "version")


def test_equals_sign_and_double_dash():
    result = run.kmsdns("diagnose", "--format=json", f"--resolver={stage()['bind'].at}", "--",
                        "healthy.test")
    result.check(result.exit == 0, "exit status")


def test_idn():
    result = run.diagnose("bücher.test", resolver=stage()["bind"])
    names = [domain["name"] for domain in result.json["domains"]]
    tap.equal(names, ["xn--bcher-kva.test."], str(result))


def test_sources_join():
    result = run.diagnose("healthy.test", "--primary-suffix", "HEALTHY.test.", "--ad-domain",
                          "healthy.test", "--dhcp-domain", "healthy.test", "--search-list",
                          "healthy.test", "--publish-list", "healthy.test,10,20",
                          resolver=stage()["bind"])
    tap.equal([domain["sources"] for domain in result.json["domains"]],
              [["argument", "primary-suffix", "ad-domain", "dhcp-option-15", "search-list",
                "publish-list"]], str(result))


def test_search_list_of_several():
    result = run.diagnose("--search-list", "healthy.test,ttl-unusual.test",
                          resolver=stage()["bind"])
    tap.equal([domain["name"] for domain in result.json["domains"]],
              ["healthy.test.", "ttl-unusual.test."], str(result))


def test_other_service():
    result = run.diagnose("healthy.test", "--service", "_LDAP._tcp", resolver=stage()["bind"])
    tap.equal(result.json["service"], "_ldap._tcp", str(result))
    result.check(any(q["name"] == "_ldap._tcp.healthy.test." for q in result.json["queries"]),
                 "the service's name was not asked for")


def test_vantage():
    """The name of the place is told wherever the report goes, in the form of a name."""
    result = run.diagnose("healthy.test", "--vantage", "Branch-2", resolver=stage()["bind"])
    tap.equal(result.json["vantage"], "branch-2.", str(result))
    saved = pathlib.Path(lab.tempdir()) / "vantage.json"
    result = run.kmsdns("diagnose", *healthy("--vantage", "sat1.corp.example", "--record", saved))
    result.check(b"seen from  sat1.corp.example.\n" in result.out, "seen from")
    tap.equal(json.loads(saved.read_bytes())["vantage"], "sat1.corp.example.", str(result))
    result = run.diagnose("healthy.test", resolver=stage()["bind"])
    tap.equal(result.json["vantage"], "lab.", str(result))


def test_fail_level():
    for level, status in (("info", 1), ("notice", 1), ("warning", 0), ("critical", 0)):
        result = run.diagnose("ttl-unusual.test", "--fail-level", level,
                              resolver=stage()["bind"])
        result.check(result.exit == status, f"{level}: exit {result.exit} instead of {status}")


def test_seed_repeats_the_draw():
    line = ["discover", "srv-weights.test", "--resolver", stage()["bind"].at, "--seed"]
    first, second, other = ([row for row in run.kmsdns(*line, seed).out.split(b"\n")
                             if b"%" in row] for seed in ("7", "7", "8"))
    tap.true(first, "no share is shown")
    tap.equal(first, second, "two runs with one seed")
    tap.true(first != other, "the seed does not matter")


def test_output_file():
    path = pathlib.Path(lab.tempdir()) / "report.json"
    args = ["diagnose", *healthy("-o", str(path)), "--format=json"]
    begun = time.monotonic()
    result = run.finish(run.start(args), args[:-1], begun)
    result.check(result.exit == 0 and result.out == b"", "standard output is not empty")
    run.validate(json.loads(path.read_text(encoding="utf-8")))


def test_output_file_that_cannot_be():
    args = ["diagnose", *healthy("-o", "/nonexistent/x")]
    result = run.kmsdns(*args)
    result.check(result.exit not in (0, 1) and b"/nonexistent/x" in result.err, "message")


def test_output_is_not_left_behind():
    folder = pathlib.Path(lab.tempdir()) / "out"
    folder.mkdir()
    run.kmsdns("diagnose", *healthy("-o", str(folder / "a.txt")))
    tap.equal([path.name for path in folder.iterdir()], ["a.txt"], "files in the folder")


def test_closed_pipe():
    reader, writer = os.pipe()
    os.close(reader)
    args = ["diagnose", *healthy()]
    result = run.finish(run.start(args, stdout=writer), args, time.monotonic())
    os.close(writer)
    result.check(result.err == b"", "a closed pipe is not worth a word")


def test_full_disk():
    for args in (["diagnose", *healthy()], ["--help"], ["--version"], ["--dump-policy"]):
        with open("/dev/full", "wb") as full:
            result = run.finish(run.start(args, stdout=full), args, time.monotonic())
        result.check(result.exit == 3 and result.err, "a full disk went unnoticed")


def test_quiet_keeps_results():
    result = run.kmsdns("diagnose", *healthy("-q"))
    result.check(result.out and not result.err, "-q")


def test_color():
    plain = run.kmsdns("diagnose", *healthy("--color", "never"))
    bright = run.kmsdns("diagnose", *healthy("--color", "always"))
    plain.check(b"\x1b" not in plain.out, "colour with never")
    bright.check(b"\x1b[" in bright.out, "no colour with always")
    bright = run.kmsdns("diagnose", *healthy("--color", "always"), "--format", "json")
    bright.check(b"\x1b" not in bright.out, "colour in JSON")


def test_two_runs_print_the_same():
    def text():
        lines = run.kmsdns("diagnose", "srv-truncated.test", "srv-typo.test", "--resolver",
                           stage()["bind"].at, "--seed", "1").out.decode().splitlines()
        return [line for line in lines if " ms" not in line and " s" not in line[-3:]]
    tap.equal(text(), text(), "two runs differ")


def test_locale_does_not_matter():
    env = dict(os.environ, LC_ALL="de_DE.UTF-8", TZ="Asia/Tokyo")
    result = run.kmsdns("diagnose", *healthy("--format", "json"), env=env)
    result.check(result.json["started"].endswith("Z"), "time is not UTC")


def test_json_is_one_document_without_resolver():
    lab.set_resolv_conf("")
    result = run.kmsdns("diagnose", "healthy.test", "--format", "json")
    result.check(result.exit in (1, 3), "exit status")


def test_stdin_is_not_read():
    reader, writer = os.pipe()
    args = ["diagnose", *healthy()]
    result = run.finish(run.start(args, stdin=reader), args, time.monotonic(), 10)
    os.close(reader)
    os.close(writer)
    result.check(result.exit == 0, "exit status")


TESTS = [("wrong: " + " ".join(args), check_wrong, args, word) for args, word in WRONG]

if __name__ == "__main__":
    lab.enter()
    TESTS += tap.of_module(sys.modules[__name__])
    sys.exit(run.main(sys.modules[__name__]))
