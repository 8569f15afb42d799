#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Event logs: one history in every form gives one report; real and damaged logs; joined with DNS."""

import lzma
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

import run
import tap

SRCDIR = pathlib.Path(os.environ.get("KMSDNS_SRCDIR", "."))
sys.path.insert(0, str(SRCDIR / "tests" / "data" / "events"))
import make_events as make  # noqa: E402

FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="kmsdns-events-"))
HOST = "kms02.corp.example"
# the dialects of one history: what they are told to be
FORMS = {
    "history.xml": ("xml", "utf-8"),
    "history-events.xml": ("xml", "utf-8"),
    "history-utf16.xml": ("xml", "utf-16le"),
    "history.csv": ("csv", "utf-8"),
    "history.txt": ("tab", "utf-16le"),
    "history-bom.txt": ("tab", "utf-16le"),
    "history-de.csv": ("csv", "utf-8"),
    "history-de-ansi.txt": ("tab", "windows-1252"),
    "history-wevtutil.txt": ("text", "utf-8"),
    "history.evtx": ("evtx", "binary"),
}


def write(name, data):
    path = FOLDER / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def events(*args, **options):
    result = run.kmsdns("events", "--format", "json", *args, **options)
    result.check("evidence" in result.json, "no evidence in the report")
    result.facts = result.json["evidence"]["events"]
    return result


def need_evtx():
    """A build without libevtx says so; what needs it is skipped then."""
    result = run.kmsdns("events", write("signature.evtx", b"ElfFile\0"))
    if b"no libevtx" in result.err:
        raise tap.Skip("this build is without libevtx")


def comparable(result):
    """The report without what differs by nature: the file and the moment."""
    told = dict(result.json)
    for key in ("started", "duration_s"):
        del told[key]
    told["evidence"] = {**told["evidence"], "events": {
        key: value for key, value in result.facts.items() if key != "files"}}
    return told


def test_one_history_in_every_form():
    forms = make.forms(make.history())
    reference = None
    for name, (form, encoding) in FORMS.items():
        if form == "evtx":
            need_evtx()
        result = events("--computer", HOST, write(name, forms[name]))
        file = result.facts["files"][0]
        tap.equal((file["format"], file["encoding"]), (form, encoding), name)
        tap.equal((file["records"], file["licensing"], file["used"], file["unreadable"]),
                  (20, 19, 19, 0), f"{name}: counts")
        tap.equal(file["local_times"], form in ("csv", "tab", "text"), f"{name}: local times")
        tap.equal(result.exit, 1, f"{name}: exit status")
        reference = reference or comparable(result)
        tap.equal(comparable(result), reference, f"{name} differs from {next(iter(FORMS))}")


def test_what_the_history_says():
    result = events(write("h.xml", make.xml(make.history())))
    tap.equal(result.findings(), {
        "CMID-COUNT-LOW": "warning", "CMID-DUPLICATE": "critical", "EVT-12293": "critical",
        "EVT-CLIENT-UNANSWERED": "notice", "EVT-COUNT-LOW": "warning"}, "findings")
    texts = {f["id"]: f["text"] for f in result.json["findings"]}
    for word in ("0x8007232D", "DNS_ERROR_RCODE_REFUSED", "3 failures", HOST):
        result.check(word in texts["EVT-12293"], f"EVT-12293 does not say {word}")


def test_files_are_joined():
    history = make.history()
    whole = events("--computer", HOST, write("h.xml", make.xml(history)))
    parts = events("--computer", HOST, write("a.csv", make.table(history[:12], ",")),
                   write("b.xml", make.xml(history[8:])))
    tap.equal(parts.facts["publishing"], whole.facts["publishing"], "publishing")
    tap.equal(parts.facts["host"], whole.facts["host"], "host")
    tap.equal(parts.facts["files"][1]["repeated"], 3, "records in both files")


def test_five_machines_with_one_id():
    """The founding post: TEST1 .. TEST5, one CMID, so the host counts one."""
    records = [make.processed(make.at(f"2026-11-19 10:0{i}:00"), f"TEST{n}.contoso.com",
                              make.SHARED_CMID) for i, n in enumerate((4, 2, 3, 5, 1))]
    result = events(write("KMS.TXT", make.table(records, "\t")))
    found = [f for f in result.json["findings"] if f["id"] == "CMID-DUPLICATE"]
    tap.equal([f["severity"] for f in found], ["critical"], "severity")
    for number in range(1, 6):
        result.check(f"test{number}.contoso.com" in found[0]["text"], f"TEST{number} is missing")
    result.check(make.SHARED_CMID in found[0]["subject"], "the id is missing")
    tap.equal(result.facts["host"]["cmids"], 1, "what the host counts")
    many = records + [make.processed(make.at("2026-11-19 11:00:00"), f"PC{n}.contoso.com",
                                     f"{n:08x}-0000-4000-8000-000000000000") for n in range(24)]
    result = events(write("many.txt", make.table(many, "\t")))
    tap.equal(result.findings(), {"CMID-DUPLICATE": "notice"}, "beyond the threshold")


def test_the_seed_line():
    """0x0,5,NAME,…: success, 5 needed, notification, Office 2010; another name makes it odd."""
    line = ("0x0,5,{},930bd202-a335-4c7e-bd9d-7305361f0d37,2010/6/10 19:32,0,5,0,"
            "6f327760-8c5c-417c-9b61-836a98287e0c")
    when = make.at("2010-06-10 19:32:00")
    one = make.Record(when, 12290, [line.format("NOMECOMPUTER")])
    result = events(write("seed.csv", make.table([one], ",")))
    product = result.facts["host"]["products"][0]
    tap.equal((product["name"], product["office"], product["needed"]),
              ("Office Professional Plus 2010", True, 5), "product")
    tap.equal(result.facts["host"]["licences"]["notification"], 1, "licence status")
    tap.equal(result.findings(), {"CMID-COUNT-LOW": "warning"}, "one computer")
    two = make.Record(when, 12290, [line.format("OTHER")])
    result = events(write("seed2.csv", make.table([one, two], ",")))
    tap.equal(result.findings()["CMID-DUPLICATE"], "critical", "two computers")


def test_filters():
    path = write("h.xml", make.xml(make.history()))
    result = events("--since", "2026-11-19", "--until", "2026-11-19", path)
    tap.equal(result.facts["publishing"][0]["failures"], 1, "one day")
    tap.equal(result.facts["reference"], "2026-11-19T23:59:59Z", "the end of the windows")
    result = events("--computer", "other", path)
    tap.equal(result.facts["publishing"], [], "another computer's events")
    tap.equal(result.facts["files"][0]["filtered"], 19, "filtered out")
    tap.equal(result.exit, 0, "nothing to find")


def test_text_for_people():
    result = run.kmsdns("events", write("h.csv", make.table(make.history(), ",")))
    text = result.out.decode()
    for word in ("CRITICAL", "Timeline", "FAILING", "test3.contoso.com", "local to the machine",
                 "kms01.corp.example:1688"):
        result.check(word in text, f"the text does not have {word}")
    result.check("\x1b" not in text, "colour without a terminal")


def test_hostile_names():
    records = [make.Record(make.at("2026-11-20 06:00:12"), 12294, ["evil\x9b31m\u202e.example"],
                           computer="a\u0007b")]
    text = make.xml(records).replace("\u0007", "&#x85;")
    for form in ("json", "text"):
        result = run.kmsdns("events", "--format", form, write("evil.xml", text))
        for bad in ("\x1b", "\x07", "\x9b", "\u202e", "\x85"):
            result.check(bad.encode() not in result.out, f"{bad!r} reaches the {form}")


def test_refused():
    for data, word in ((b"<!DOCTYPE a [<!ENTITY b 'c'>]><Events>&b;</Events>", "document type"),
                       (b"some words\n", "not an event log"), (b"", "not an event log")):
        result = run.kmsdns("events", "--format", "json", write("bad", data))
        tap.equal(result.exit, 3, word)
        result.check(word in result.json["error"]["text"], f"the error does not say {word}")
    tap.equal(run.kmsdns("events", FOLDER / "none.xml").exit, 3, "a missing file")
    tap.equal(run.kmsdns("events", FOLDER).exit, 3, "a folder")
    tap.equal(run.kmsdns("events").exit, 2, "no file")
    tap.equal(run.kmsdns("events", "--since", "yesterday", "x").exit, 2, "no moment")


def test_damaged_text_gives_the_rest():
    history = make.history()
    for name, data in (("csv", make.table(history, ",").encode()),
                       ("xml", make.xml(history).encode()),
                       ("txt", make.listing(history).encode())):
        cut = events(write("cut." + name, data[:-150]))
        tap.equal(cut.facts["files"][0]["unreadable"] <= 1, True, f"{name}: cut")
        cut.check(cut.facts["files"][0]["records"] >= 18, f"{name}: the rest of the cut file")
        middle = len(data) // 2
        holed = events(write("hole." + name, data[:middle] + b"\0" * 150 + data[middle + 150:]))
        holed.check(holed.facts["files"][0]["records"] >= 17, f"{name}: the rest around a hole")


def find_real():
    """The real log; it lies beside the project, not in it."""
    places = [os.environ.get("KMSDNS_SHARED"), SRCDIR / ".." / "shared"]
    for place in places:
        path = pathlib.Path(place or "/nonexistent") / "data/evtx/application-win7.evtx.xz"
        if path.exists():
            return lzma.decompress(path.read_bytes())
    return None


REAL = find_real()


def evtxexport(path):
    """(records, those of the licensing service) as libevtx' own program counts them."""
    if shutil.which("evtxexport") is None:
        raise tap.Skip("evtxexport is not installed")
    out = subprocess.run(["evtxexport", str(path)], capture_output=True, check=True).stdout
    return (len(re.findall(rb"(?m)^Event number", out)),
            len(re.findall(rb"(?m)^Source name\s*: Software Protection Platform Service", out)))


def real_log():
    need_evtx()
    path = write("real.evtx", REAL)
    file = events(path).facts["files"][0]
    tap.equal(file["unreadable"], 0, "unreadable records")
    tap.equal((file["records"], file["licensing"]), evtxexport(path), "counts of evtxexport")


def real_log_damaged():
    need_evtx()
    chunk = 4096 + 3 * 65536
    random_bytes = bytearray(REAL)
    draw = random.Random(5)
    for _ in range(200):
        random_bytes[draw.randrange(4096, len(REAL))] = draw.randrange(256)
    cases = {"cut": (REAL[:1000123], 1600),
             "zeroed": (REAL[:chunk] + bytes(65536) + REAL[chunk + 65536:], 2000),
             "random": (bytes(random_bytes), 1900)}
    for name, (data, least) in cases.items():
        result = events(write(name + ".evtx", data))
        file = result.facts["files"][0]
        result.check(least <= file["records"] <= 2216, f"{name}: {file['records']} records")
        tap.equal(result.findings(), {"EVT-UNREADABLE": "notice"}, name)
        if name == "zeroed":
            tap.equal(file["records"] + file["unreadable"], 2216, "read and lost together")


def no_real_log():
    """The log is not part of the archive."""


def test_binary_log_that_kills_its_reader():
    need_evtx()
    path = SRCDIR / "tests/fuzz/corpus/evtx/reader-dies.evtx"
    result = events(path)
    tap.equal(result.findings().get("EVT-UNREADABLE"), "notice", "findings")


def test_diagnose_joins():
    """The log and DNS in one report; DNS does not answer here."""
    path = write("h.xml", make.xml(make.history()))
    result = run.diagnose("--resolver", "127.0.0.1:9", "--timeout", "2", "--no-tcp", "--events",
                          path, "--events", write("b.csv", make.table(make.history(), ",")),
                          "corp.example")
    result.check("EVT-12293" in result.findings(), "the log is not judged")
    result.check("RES-TIMEOUT" in result.findings() or "RES-FAIL" in result.findings(),
                 "DNS is not judged")
    tap.equal(len(result.json["evidence"]["events"]["files"]), 2, "files")


TESTS = tap.of_module(sys.modules[__name__])
if REAL is None:
    TESTS.append(("(real log not beside this tree)", no_real_log))
else:
    TESTS += [("the real log as evtxexport counts it", real_log),
              ("damaged copies of the real log", real_log_damaged)]

if __name__ == "__main__":
    try:
        sys.exit(run.main(sys.modules[__name__]))
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
