# SPDX-License-Identifier: BSD-2-Clause
"""kmsdns merge and what it cannot compare: damage, limits, hostile bytes, wrong use."""

import json
import os
import pathlib
import subprocess
import sys

import lab
import run
import tap
from merging import (NAME, SRV, OTHER, path, Named, look, ordinary, merge,
                     answers, said, check_only, starts, edit, now_and)


def damaged():
    """(file, a word of what is told about it)"""
    whole = look("c").read_bytes()
    deep = b'{"schema":' + b"[" * 5000
    for name, text, word in (
            ("half.json", whole[:len(whole) // 2], "line"), ("empty.json", b"", "empty"),
            ("blank.json", b"\n \n", "empty"), ("deep.json", deep, "line 1"),
            ("text.json", b"no report\n", "line 1"), ("list.json", b"[1, 2]", "object"),
            ("other.json", b'{"a": 1}', "schema"),
            ("newer.json", b'{"schema": "kmsdns-report/9"}', "kmsdns-report/1"),
            ("zero.json", bytes(4096), "line 1"),
            ("wrong.json", whole.replace(b'"NOERROR"', b'"FINE"'), "status")):
        path(name).write_bytes(text)
        yield path(name), word
    os.mkfifo(path("pipe"))
    yield path("pipe"), "no regular file"
    yield lab.tempdir(), "no regular file"
    yield "/dev/zero", "no regular file"
    yield path("nowhere.json"), "No such file"


def test_damage():
    """Each is told by name and place; the others are compared all the same."""
    good = ordinary()
    for file, word in damaged():
        result = merge(*good, file, code=3)
        tap.equal(result.json["verdict"], "agree", str(result))
        tap.equal([entry["file"] for entry in result.json["unreadable"]], [str(file)], str(result))
        result.check(str(file).encode() in result.err, "the file is not told on standard error")
        result.check(word.encode() in result.err, f"{word} is not told")
        result.check(b"could not be read" in result.text.out, "the text does not count it")


def test_damage_beside_a_difference():
    """What differs differs, whatever else could not be read."""
    path("torn.json").write_bytes(b'{"schema":')
    with Named(srv=(OTHER,)) as server:
        result = merge(*ordinary(), look("c", server.at), path("torn.json"))
    check_only(result, "srv", "0 0 1688 kms02.site.test.")
    tap.equal([entry["file"] for entry in result.json["unreadable"]], [str(path("torn.json"))],
              str(result))
    for told in (result.err, result.text.err):
        result.check(b"torn.json" in told, "the file is not told on standard error")


def test_damage_inside_a_history():
    whole = look("c").read_bytes()
    later = edit(path("c.json"), "later.json", started=now_and(60)).read_bytes()
    file = path("torn.json")
    torn = whole[:whole.rindex(b"}")].rstrip()
    file.write_bytes(torn + b"\n" + whole + b"}}}\n" + later)
    result = merge(file, code=3)
    tap.equal(result.json["reports"], 2, str(result))
    tap.equal(len(result.json["unreadable"]), 2, str(result))
    line = torn.count(b"\n") + 2
    result.check(f"line {line}".encode() in result.err, "the place of the first damage")
    tap.equal(starts(path("later.json")), [result.json["newest"]], str(result))


def test_endless_damage():
    """A file of nothing but beginnings is given up soon."""
    file = path("beginnings.json")
    file.write_bytes(b'{"a":\n' * 300000)
    result = merge(*ordinary(), file, code=3)
    result.check(len(result.json["unreadable"]) == 16, "not given up")


def test_too_many_reports():
    file = path("many.json")
    file.write_bytes(b'{"schema":"kmsdns-report/1","error":{"code":"EIO","text":"x"}}\n' * 10005)
    result = merge(*ordinary(), file, path("a.json"), code=3)
    result.check(b"more than 10000 reports" in result.err, "the limit is not told")
    tap.equal((result.json["failed"], result.json["verdict"]), (9998, "agree"), str(result.args))


_PEAK = ("import resource, subprocess, sys; "
         "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
         "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")


def check_peak(mib, *args):
    """No more memory than that, where no sanitizer needs some of its own."""
    if "asan" not in str(lab.BUILDDIR):
        done = subprocess.run([sys.executable, "-c", _PEAK, str(lab.KMSDNS), "merge",
                               *map(str, args)], capture_output=True, text=True, check=True)
        tap.true(int(done.stdout) < mib * 1024, f"{done.stdout} KiB: {args}")


def places(name, count, domain_of):
    """A file of reports of made-up places, each about one domain with members of its own."""
    file = path(name)
    with open(file, "w", encoding="ascii") as out:
        for place in range(count):
            own = {"name": NAME, **domain_of(place)}
            json.dump({"schema": "kmsdns-report/1", "vantage": f"sat{place}.",
                       "started": "2026-01-01T00:00:00Z", "complete": True,
                       "service": "_vlmcs._tcp", "domains": [own]}, out)
    return file


def record(number):
    return {"priority": 0, "weight": 0, "port": 1688, "target": f"kms{number}.{NAME}",
            "ttl_s": 3600}


def test_large_sets():
    """30 places have the usual 500 records, 30 have 250 others each."""
    usual_set = [record(1000 + i) for i in range(500)]

    def domain(place):
        own = usual_set[:250] + [record(place * 1000 + i) for i in range(250)]
        return {"srv": {"status": "NOERROR", "records": usual_set if place < 30 else own}}

    file = places("sets.json", 60, domain)
    result = run.kmsdns("merge", file)
    result.check(b"without 0 0 1688 kms1250.site.test., 0 0 1688 kms1251.site.test. +248; besides "
                 b"0 0 1688 kms59000.site.test., 0 0 1688 kms59001.site.test. +248"
                 in result.out, "what differs")
    check_peak(64, file)


def test_many_rows():
    """Each of 400 places about each of 400 hosts, two of five differ: no format needs much."""
    def domain(place):
        tcp = ("open", "open", "open", "refused", "timeout")[place % 5]
        return {"srv": {"status": "NOERROR", "records": [record(1)]},
                "targets": [{"name": f"kms{i}.{NAME}", "port": 1688, "status": "NOERROR",
                             "addresses": [{"address": "192.0.2.7", "tcp": tcp}]}
                            for i in range(400)]}

    file = places("rows.json", 400, domain)
    for args in ((), ("-v",), ("--format", "json")):
        check_peak(100, file, *args)
    # without its schema, which takes long for so much
    told = json.loads(subprocess.run([str(lab.KMSDNS), "merge", str(file), "--format", "json"],
                                     capture_output=True, check=False).stdout)
    answer = told["domains"][0]["answers"][-1]
    tap.equal((told["differ"], [len(group["vantages"]) for group in answer["groups"]]),
              (400, [240, 80, 80]), str(answer)[:500])


HOSTILE = "\x1b[2J\x07\u202e\x9b31m\x7f"
HARMLESS = r"\027[2J\007\226\128\174\194\15531m\127"


def harmless(*args):
    """The texts and the JSON of a comparison, and what is told with them: printable ASCII."""
    for form in (["-v"], ["--format", "json"], []):
        result = run.kmsdns("merge", *args, *form)
        for stream in (result.out, result.err):
            bad = [byte for byte in stream if byte != 10 and not 32 <= byte < 127]
            tap.equal(bad, [], f"raw bytes\n{result}")
        yield result


def hostile(name, target):
    """A report of a place with a hostile name, and of a host with one."""
    document = json.loads(look("c").read_bytes())
    document["vantage"] = HOSTILE
    domain = document["domains"][0]
    for entry in [*domain["srv"]["records"], *domain["views"][0]["records"]]:
        entry["target"] = target
    domain["targets"][0]["name"] = target
    file = path(name)
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def test_hostile_names():
    """Nothing in a file moves the cursor, whatever it is the name of; and all of it is compared."""
    good = ordinary()
    file = hostile("x\x1b[31m\n.json", "\\027[1mkms\\007.site.test.")
    failed = path("y\x1b]0;t\x07.json")
    failed.write_text(json.dumps({"schema": "kmsdns-report/1", "error": {"text": HOSTILE}}),
                      encoding="utf-8")
    for torn in (None, path("z\x1b[0m.json"), path("\u202e.json")):
        if torn:
            torn.write_bytes(b"\x1b[2J")
        verbose, document, text = harmless(*good, file, failed, *([torn] if torn else []))
        for result in (verbose, document, text):
            tap.equal(result.exit, 1, f"exit status\n{result}")
            result.check(bool(result.err) == bool(torn), "what is told on standard error")
        tap.equal((document.json["differing"], len(document.json["unreadable"])),
                  ([HARMLESS], 1 if torn else 0), str(document))
        groups, _ = said(answers(document)["srv"])
        tap.equal(groups[HARMLESS], "0 0 1688 \\027[1mkms\\007.site.test.", str(document))
        for result in (verbose, text):
            for word in (HARMLESS.encode(), b" 0 0 1688 \\027[1mkms\\007.site.test.", b"failed "):
                result.check(word in result.out, f"{word} is not told")


def test_hostile_bytes():
    """No name that kmsdns writes has raw control characters: that file is damaged."""
    good, file = ordinary(), hostile("w\x1b[31m.json", "\x1b[1mkms\x07.site.test.")
    for result in harmless(*good, file):
        result.check(result.exit == 3 and b"control character" in result.err, "not refused")


def test_usage():
    a, b = ordinary()
    for args, word in (([], "merge needs"), ([a] * 101, "100 files"),
                       ([a, b, "--max-age", "soon"], "--max-age"),
                       ([a, b, "--max-age", "0"], "--max-age"),
                       ([a, b, "--resolver", "127.0.0.1"], "--resolver is no option of merge"),
                       ([a, b, "--vantage", "x"], "--vantage is no option of merge"),
                       ([a, b, "--format", "yaml"], "yaml")):
        result = run.kmsdns("merge", *args)
        result.check(result.exit == 2 and not result.out and word.encode() in result.err,
                     "usage error")
    result = run.kmsdns("merge", "--format", "json")
    result.check(result.exit == 2 and result.json["error"]["text"], "usage error as JSON")


def test_too_few():
    a, b = ordinary()
    result = merge(a, code=3)
    tap.equal((result.json["verdict"], result.json["unreadable"]), ("unknown", []), str(result))
    result = merge(a, edit(b, "same.json", vantage="a."), code=3)
    tap.equal(len(result.json["vantages"]), 1, str(result))


def test_output():
    files = [*ordinary(), look("c")]
    target = path("merged.txt")
    result = run.kmsdns("merge", "-q", *files, "-o", target)
    result.check(result.exit == 0 and not result.out and not result.err, "something was printed")
    shown = run.kmsdns("merge", *files)
    tap.equal(target.read_bytes(), shown.out, "the file is not the output")
    shown.check(b"\x1b" not in shown.out, "colour outside a terminal")
    shown = run.kmsdns("merge", *files, "--color", "always")
    shown.check(b"\x1b[32mAGREE\x1b[0m" in shown.out, "no colour")
    shown = run.kmsdns("merge", *files, "-v")
    for word in (b"3600 s", b"NOERROR", SRV.encode(), b"a., b., c."):
        shown.check(word in shown.out, f"-v does not show {word}")
    result = run.kmsdns("merge", *files, "-o", lab.tempdir())
    result.check(result.exit == 3, "a folder was written to")


def test_writes_nothing():
    """The files and their folder are as before."""
    files = [*ordinary(), look("c")]

    def state():
        return sorted((entry.name, entry.stat().st_mtime_ns, entry.stat().st_size)
                      for entry in pathlib.Path(lab.tempdir()).iterdir()
                      if entry.suffix == ".json")

    before = state()
    merge(*files, code=0)
    tap.equal(state(), before, "a file was changed")


if __name__ == "__main__":
    lab.enter()
    sys.exit(run.main(sys.modules[__name__]))
