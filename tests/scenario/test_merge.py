# SPDX-License-Identifier: BSD-2-Clause
"""merge: real runs from three places against real servers; the one that differs is named."""

import contextlib
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import time

import lab
import run
import tap

NAME = "site.test."
SRV = "0 0 1688 kms01.site.test."
USUAL, OTHER = "kms01", "kms02"
PLACES = ("a", "b", "c")


def path(name):
    return pathlib.Path(lab.tempdir()) / name


_CONF = """options {{ directory "{dir}"; pid-file "{dir}/merge-{port}.pid";
    session-keyfile "{dir}/merge-{port}.key"; listen-on-v6 {{ none; }};
    listen-on port {port} {{ {address}; }}; recursion no; dnssec-validation no; notify no;
    empty-zones-enable no; allow-query {{ any; }}; allow-transfer {{ none; }}; }};
controls {{ }};
zone "{name}" {{ type primary; file "{zone}"; }};
"""


def zone_text(serial=17, srv=(USUAL,), ttl=3600, port=1688, address=lab.OPEN4[0]):
    lines = [f"$ORIGIN {NAME}", "$TTL 300", f"@ SOA ns1 admin {serial} 3600 600 86400 300",
             "@ NS ns1", f"ns1 A {lab.NS4}", f"{USUAL} A {address}", f"{OTHER} A {lab.OPEN4[1]}"]
    lines += [f"_vlmcs._tcp {ttl} SRV 0 0 {port} {host}" for host in srv]
    return "\n".join(lines) + "\n"


class Named(lab.Server):
    """BIND with one zone, at an address of its own."""

    def __init__(self, port=None, **data):
        port = port or lab.free_port()
        address = "127.0.0.1; " + lab.NS4
        zone, conf = path(f"merge-{port}.zone"), path(f"merge-{port}.conf")
        zone.write_text(zone_text(**data), encoding="ascii")
        conf.write_text(_CONF.format(dir=lab.tempdir(), port=port, address=address, name=NAME,
                                     zone=zone), encoding="ascii")
        super().__init__("merge-named", [lab.need("named"), "-g", "-n", "1", "-c", str(conf)],
                         port, NAME)


@contextlib.contextmanager
def listening(port=1688):
    """A KMS host's port, open for a while: the kernel answers for it."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((lab.OPEN4[0], port))
        sock.listen(64)
        yield


_USUAL = []


def usual():
    """The server that the places a and b ask, and the zone's own server for all of them."""
    if not _USUAL:
        _USUAL.append(Named())
    return _USUAL[0]


def words(place, at, *more, verb="diagnose"):
    port = [] if verb == "discover" else ["--dns-port", usual().port]
    return [verb, NAME, "--vantage", place, "--resolver", at, *port, "--format", "json", *more]


def look(place, at=None, *more, name=None, verb="diagnose"):
    """A real run from a place; its report is in a file."""
    result = run.kmsdns(*words(place, at or usual().at, *more, verb=verb))
    result.check(result.json["vantage"] == place + ".", "another vantage point")
    file = path((name or place) + ".json")
    file.write_bytes(result.out)
    return file


def ordinary():
    return [look("a"), look("b")]


def merge(*args, code=None):
    """The comparison as JSON, after the same as text."""
    text = run.kmsdns("merge", *args)
    result = run.kmsdns("merge", *args, "--format", "json")
    tap.equal(text.exit, result.exit, f"exit status in text and in JSON\n{text}\n{result}")
    last = text.out.decode("ascii").splitlines()[-1]
    text.check(last.startswith(result.json["verdict"].upper() + ": "), "the verdict line")
    for name in result.json["differing"]:
        text.check(name in last, f"{name} is not named in the verdict")
    if code is not None:
        result.check(result.exit == code, f"exit status {result.exit} instead of {code}")
    result.text = text
    return result


def answers(result, name=NAME):
    """{aspect or (aspect, subject): answer}"""
    domain = next(d for d in result.json["domains"] if d["name"] == name)
    return {(a["aspect"], a["subject"]) if a["subject"] else a["aspect"]: a
            for a in domain["answers"]}


def said(answer):
    """{name: answer} and {name: why unknown}"""
    groups = {place["name"]: group["answer"] for group in answer["groups"]
              for place in group["vantages"]}
    return groups, {entry["name"]: entry["why"] for entry in answer["unknown"]}


def differing(result):
    return {key for key, answer in answers(result).items() if answer["verdict"] == "differ"}


def check_only(result, key, want, others=()):
    """c alone differs, in one answer (and in what follows from it)."""
    result.check(result.exit == 1 and result.json["verdict"] == "differ", "nothing differs")
    tap.equal(result.json["differing"], ["c."], f"who differs\n{result}")
    tap.equal(differing(result), {key, *others}, f"what differs\n{result}")
    groups, _ = said(answers(result)[key])
    tap.equal(groups["c."], want, str(result))
    tap.true(answers(result)[key]["majority"], f"no majority\n{result}")
    result.check(b"DIFFERS" in result.text.out, "the text does not say who differs")


def test_alike():
    result = merge(*ordinary(), look("c"), code=0)
    result.check(result.json["verdict"] == "agree" and not result.json["differing"], "a difference")
    found = answers(result)
    for key in ("status", "srv", "ttl", ("reach", USUAL + "." + NAME + ":1688"),
                ("server-srv", f"{lab.NS4}:{usual().port}"),
                ("server-serial", f"{lab.NS4}:{usual().port}")):
        tap.equal(found[key]["verdict"], "agree", f"{key}\n{result}")
        tap.equal(len(found[key]["groups"][0]["vantages"]), 3, f"{key}\n{result}")
    tap.equal(found["srv"]["groups"][0]["values"], [[SRV]], str(result))
    result.check(result.err == b"", "something on standard error")


def test_srv_set():
    with Named(srv=(USUAL, OTHER)) as server:
        result = merge(*ordinary(), look("c", server.at))
    check_only(result, "srv", SRV + ", 0 0 1688 kms02.site.test.")
    result.check(b"0 0 1688 kms02.site.test." in result.text.out, "the record is not told")


def test_ttl():
    with Named(ttl=60) as server:
        check_only(merge(*ordinary(), look("c", server.at)), "ttl", "60 s")


def test_ttl_of_a_cache_is_unknown():
    """What is left of a TTL in a cache always differs, and says nothing."""
    lab.need("unbound")
    with Named(ttl=60) as server, lab.unbound(server, "forward", NAME) as cache:
        result = merge(*ordinary(), look("c", cache.at, verb="discover"), code=0)
    tap.equal(said(answers(result)["ttl"]), ({"a.": "3600 s", "b.": "3600 s"}, {"c.": "cached"}),
              str(result))
    tap.equal(said(answers(result)["srv"])[0]["c."], SRV, str(result))


def test_status():
    with Named(srv=()) as server:
        result = merge(*ordinary(), look("c", server.at))
    check_only(result, "status", "NXDOMAIN", others=["srv"])


def test_killed_resolver():
    server = Named()
    server.stop()
    result = merge(*ordinary(), look("c", server.at))
    groups, _ = said(answers(result)["status"])
    check_only(result, "status", groups["c."])
    result.check(groups["c."] in ("TIMEOUT", "CONN_REFUSED"), "status of a killed resolver")
    tap.equal(said(answers(result)["srv"])[1], {"c.": "no-answer"}, str(result))


def test_silent_resolver():
    dead = lab.DeadServer()
    result = merge(*ordinary(), look("c", dead.at, "--try-timeout", "0.2", "--tries", "1"))
    check_only(result, "status", "TIMEOUT")


def test_silent_majority():
    """Two of three resolvers are dead: not the place that got an answer is the odd one."""
    dead, args = lab.DeadServer(), ("--try-timeout", "0.2", "--tries", "1")
    files = [look("a", dead.at, *args), look("b", dead.at, *args), look("c")]
    result = merge(*files, code=1)
    tap.equal((result.json["verdict"], result.json["differing"]), ("differ", ["a.", "b."]),
              str(result))
    groups = answers(result)["status"]["groups"]
    tap.equal([(group["answer"], group["usual"], group["answered"]) for group in groups],
              [("NOERROR", True, True), ("TIMEOUT", False, False)], str(result))
    tap.equal(said(answers(result)["srv"])[1], {"a.": "no-answer", "b.": "no-answer"}, str(result))
    told = result.text.out.decode("ascii")
    tap.true(re.search(r"c\. +answered +NOERROR\n +a\. +DIFFERS .*no answer \(TIMEOUT\)\n"
                       r" +b\. +DIFFERS ", told), told)


def test_silent_everywhere():
    """Nobody got an answer: nothing on which all agree."""
    dead, args = lab.DeadServer(), ("--try-timeout", "0.2", "--tries", "1")
    result = merge(*[look(place, dead.at, *args) for place in PLACES], code=3)
    tap.equal((result.json["verdict"], result.json["differing"]), ("unknown", []), str(result))
    tap.equal([domain["answered"] for domain in result.json["domains"]], [False], str(result))
    result.check(b"no answer (TIMEOUT)" in result.text.out and
                 b"UNKNOWN: no vantage point got an answer about " + NAME.encode()
                 in result.text.out, "the text does not say that there was no answer")


def test_reach():
    """The port is closed between the runs of b and c."""
    with listening():
        files = ordinary()
    result = merge(*files, look("c"))
    check_only(result, ("reach", USUAL + "." + NAME + ":1688"), "refused")


def test_not_connected_is_unknown():
    with listening():
        files = ordinary()
    result = merge(*files, look("c", None, "--no-tcp"), code=0)
    answer = answers(result)[("reach", USUAL + "." + NAME + ":1688")]
    tap.equal(said(answer), ({"a.": "open", "b.": "open"}, {"c.": "not-tried"}), str(result))


def test_no_address():
    with Named(srv=("nowhere",)) as server:
        files = [look(place, server.at) for place in PLACES]
        result = merge(*files, code=0)
    groups, _ = said(answers(result)[("reach", "nowhere." + NAME + ":1688")])
    tap.equal(set(groups.values()), {"no address (NXDOMAIN)"}, str(result))


def test_server_behind_one_address():
    """The zone's server serves something else to c, as one of several behind one address may."""
    with Named(serial=17) as first:
        port = first.port
        files = [look(place, None, "--dns-port", port) for place in "ab"]
    with Named(port=port, serial=16, srv=(OTHER,)):
        files.append(look("c", None, "--dns-port", port))
    result = merge(*files)
    at = f"{lab.NS4}:{port}"
    check_only(result, ("server-srv", at), "0 0 1688 kms02.site.test.",
               others=[("server-serial", at)])
    tap.equal(said(answers(result)[("server-serial", at)])[0],
              {"a.": "17", "b.": "17", "c.": "16"}, str(result))


def test_no_majority():
    with Named(srv=(OTHER,)) as server:
        result = merge(look("a"), look("c", server.at), code=1)
    answer = answers(result)["srv"]
    tap.equal((answer["majority"], [group["usual"] for group in answer["groups"]]),
              (False, [False, False]), str(result))
    tap.equal(result.json["differing"], ["a.", "c."], str(result))
    result.check(b"no majority" in result.text.out and b"DIFFERS" not in result.text.out,
                 "the text takes a side")


def test_not_asked_is_unknown():
    other = run.kmsdns("diagnose", "other.test", "--vantage", "c", "--resolver", usual().at,
                       "--format", "json")
    path("c.json").write_bytes(other.out)
    result = merge(*ordinary(), path("c.json"), code=0)
    for answer in answers(result).values():
        tap.equal(said(answer)[1], {"c.": "not-asked"}, str(result))
    result.check(b"not asked  c." in result.text.out, "the text does not tell")


def test_cut_is_unknown():
    dead = lab.DeadServer()
    file = look("c", dead.at, "--timeout", "0.3")
    tap.equal(json.loads(file.read_bytes())["complete"], False, "the run was not cut")
    result = merge(*ordinary(), file, code=0)
    for key in ("status", "srv", "ttl"):
        tap.equal(said(answers(result)[key])[1], {"c.": "cut"}, f"{key}\n{result}")
    result.check(b"its newest run was cut" in result.text.out, "the text does not tell")


def append(file, place, at, *more):
    """What a cron job does: kmsdns diagnose --format json >>FILE"""
    args = words(place, at, *more)
    with open(file, "ab") as out:
        begun = time.monotonic()
        run.finish(run.start(args, stdout=out), args, begun)


def starts(file):
    """The times in a file of reports, in order."""
    text, found, decoder = file.read_text(encoding="utf-8"), [], json.JSONDecoder()
    while text:
        document, end = decoder.raw_decode(text)
        found.append(document.get("started"))
        text = text[end:].lstrip()
    return found


def next_second():
    """Runs are told apart by their second."""
    now = int(time.time())
    while int(time.time()) == now:
        time.sleep(0.02)
    time.sleep(0.02)  # time(2) is late by up to a tick


def test_history():
    """Three runs of c, the last two differ; a run that failed between them breaks nothing."""
    file, before = path("history.json"), [look(place, name=place + "-before") for place in "ab"]
    file.unlink(missing_ok=True)
    append(file, "c", usual().at)
    next_second()
    with Named(srv=(OTHER,)) as server:
        append(file, "c", server.at)
        append(file, "c", server.at, "--events", path("missing.xml"))
        next_second()
        append(file, "c", server.at)
    when = starts(file)
    tap.equal((len(when), when[2]), (4, None), "the history is not what the test wants")
    result = merge(*before, *ordinary(), file)
    check_only(result, "srv", "0 0 1688 kms02.site.test.")
    place = next(place for group in answers(result)["srv"]["groups"]
                 for place in group["vantages"] if place["name"] == "c.")
    tap.equal((place["since"], place["at_least"], place["seen"]), (when[1], False, when[3]),
              f"since when\n{result}")
    vantage = next(entry for entry in result.json["vantages"] if entry["name"] == "c.")
    tap.equal((vantage["reports"], vantage["failed"], vantage["failed_last"]), (3, 1, 0),
              str(result))
    result.check(f"DIFFERS since {when[1]}".encode() in result.text.out, "since when, as text")
    # without its first report nobody knows
    text = file.read_text(encoding="utf-8")
    short = path("short.json")
    short.write_text(text[text.index("\n{") + 1:], encoding="utf-8")
    result = merge(*before, *ordinary(), short)
    result.check(f"DIFFERS at least since {when[1]}".encode() in result.text.out, "at least")


def test_usual_answer_changes():
    """At 00:20 a and b move to another host, c stays: until then all agreed."""
    files = []
    with Named(srv=(OTHER,)) as server:
        runs = {at: {place: look(place, at, name=f"{place}-at-{at}") for place in PLACES}
                for at in (usual().at, server.at)}
        for minute in ("00", "10", "20", "30"):
            for place in PLACES:
                moved = place != "c" and minute >= "20"
                files.append(edit(runs[server.at if moved else usual().at][place],
                                  f"{place}-{minute}.json",
                                  started=f"2026-01-01T00:{minute}:00Z"))
    result = merge(*files)
    check_only(result, "srv", SRV)
    result.check(b"DIFFERS since 2026-01-01T00:20:00Z " in result.text.out, "since when")
    result = merge(*files[6:])
    result.check(b"DIFFERS at least since 2026-01-01T00:20:00Z " in result.text.out, "at least")


def test_failed_last():
    file = path("failed.json")
    file.unlink(missing_ok=True)
    append(file, "c", usual().at)
    append(file, "c", usual().at, "--events", path("missing.xml"))
    only = path("only.json")
    only.unlink(missing_ok=True)
    append(only, "d", usual().at, "--events", path("missing.xml"))
    result = merge(*ordinary(), file, only, code=0)
    told = {entry["name"]: (entry["reports"], entry["failed_last"])
            for entry in result.json["vantages"]}
    tap.equal(told, {"a.": (1, 0), "b.": (1, 0), "c.": (1, 1), str(only): (0, 1)}, str(result))
    result.check(b"missing.xml" in result.text.out, "why the run failed is not told")


def test_doubles_count_once():
    a, b = ordinary()
    once = merge(a, b, code=0)
    twice = merge(a, b, a, code=0)
    tap.equal((twice.json["doubles"], twice.json["reports"]), (1, 2), str(twice))
    tap.equal(twice.json["domains"], once.json["domains"], str(twice))


def edit(file, name, **members):
    document = json.loads(file.read_bytes())
    document.update(members)
    target = path(name)
    target.write_text(json.dumps(document), encoding="utf-8")
    return target


def test_same_second_in_any_order():
    """Two jobs of one place and second, each with a resolver of its own: neither is a double."""
    files, when = ordinary(), "2026-01-01T00:00:00Z"
    files = [edit(file, file.name, started=when) for file in files]
    good = edit(look("c"), "good.json", started=when)
    with Named(srv=(OTHER,)) as server:
        bad = edit(look("c", server.at), "bad.json", started=when)
    first, second = merge(*files, good, bad), merge(*files, bad, good)
    check_only(first, "srv", f"{SRV} | 0 0 1688 kms02.site.test.")
    tap.equal(second.json, first.json, f"the order of the files matters\n{first}\n{second}")
    tap.equal((first.json["doubles"], first.json["reports"]), (0, 4), str(first))


def now_and(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def test_stale():
    old = now_and(-90000)
    with Named(srv=(OTHER,)) as server:
        stale = edit(look("c", server.at), "stale.json", started=old)
    result = merge(*ordinary(), stale, code=0)
    tap.equal(said(answers(result)["srv"])[1], {"c.": "stale"}, str(result))
    result.check(b"STALE" in result.text.out, "the text does not tell")
    check_only(merge(*ordinary(), stale, "--max-age", "100000"), "srv",
               "0 0 1688 kms02.site.test.")


def test_clock_ahead():
    """One clock of 2099 makes nobody else stale, and is named."""
    with Named(srv=(OTHER,)) as server:
        ahead = edit(look("c", server.at), "ahead.json", started="2099-01-01T00:00:00Z")
    result = merge(*ordinary(), ahead)
    check_only(result, "srv", "0 0 1688 kms02.site.test.")
    tap.equal({entry["name"]: (entry["stale"], entry["clock_ahead"])
               for entry in result.json["vantages"]},
              {"a.": (False, False), "b.": (False, False), "c.": (False, True)}, str(result))
    result.check(b"  clock      c.: " in result.text.out, "the text does not tell whose clock")


def test_clock_was_ahead():
    """The report of 2099 is none of today's; before, it was the present of c for ever."""
    with Named(srv=(OTHER,)) as server:
        ahead = edit(look("c", server.at), "ahead.json", started="2099-01-01T00:00:00Z")
    result = merge(*ordinary(), ahead, look("c"), code=0)
    tap.equal((result.json["verdict"], result.json["ahead"], result.json["reports"]),
              ("agree", 1, 3), str(result))
    tap.equal({entry["name"]: (entry["ahead"], entry["clock_ahead"])
               for entry in result.json["vantages"]},
              {"a.": (0, False), "b.": (0, False), "c.": (1, False)}, str(result))
    result.check(b"  clock      c.: 1 report dated later than now" in result.text.out,
                 "the text does not tell")


def test_without_vantage():
    a, b = ordinary()
    result = merge(a, edit(b, "nobody.json", vantage=None), code=0)
    tap.equal([entry["name"] for entry in result.json["vantages"]],
              sorted([str(path("nobody.json")), "a."]), str(result))


def test_recorded_runs():
    """What --record saved is the same as what was printed."""
    saved = path("saved.json")
    live = run.kmsdns("diagnose", NAME, "--vantage", "c", "--resolver", usual().at, "--dns-port",
                      usual().port, "--record", saved)
    live.check(saved.exists(), "nothing was saved")
    result = merge(*ordinary(), saved, code=0)
    tap.equal(len(result.json["vantages"]), 3, str(result))


def test_anonymized():
    """All of them are anon1. and mean something else by it; the others are compared."""
    files = []
    for place in PLACES:
        files.append(path(f"anonymous-{place}.json"))
        run.kmsdns("diagnose", NAME, "--vantage", place, "--resolver", usual().at, "--dns-port",
                   usual().port, "--record", files[-1], "--anonymize")
    result = merge(*files, code=3)
    tap.equal((result.json["vantages"], result.json["reports"]), ([], 0), str(result))
    result = merge(*ordinary(), files[2], code=3)
    tap.equal(result.json["verdict"], "agree", str(result))
    tap.equal([(entry["file"], entry["code"]) for entry in result.json["unreadable"]],
              [(str(files[2]), "EINVAL")], str(result))
    for told in (result.err, result.text.err):
        result.check(b"is anonymized" in told, "why it is left out is not told")


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
