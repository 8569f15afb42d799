# SPDX-License-Identifier: BSD-2-Clause
"""merge: real runs from three places against real servers; the one that differs is named."""

import json
import re
import sys
import time

import lab
import run
import tap
from merging import (NAME, SRV, USUAL, OTHER, PLACES, path, Named, listening, usual, words,
                     look, ordinary, merge, answers, said,
                     check_only, starts, edit, now_and)


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


if __name__ == "__main__":
    lab.enter()
    sys.exit(run.main(sys.modules[__name__]))
