# SPDX-License-Identifier: BSD-2-Clause
"""Publishing when something goes wrong: the report is true, and the undo file restores."""

import json
import os
import pty
import signal
import stat
import sys
import time

import lab
import run
import tap
import upd_bind
import upd_stub
import updlab
import updrun

ZONE = "stub.test."
KMS1, KMS2 = f"{updlab.OTHER_HOST}.{ZONE}", f"{updlab.HOST}.{ZONE}"
QUICK = ("--try-timeout", "0.3", "--tries", "2")
MOMENTS = int(os.environ.get("KMSDNS_MOMENTS", "40"))


def stub(fault=None, **more):
    return upd_stub.Stub(ZONE, {updlab.keys().granted(): None}, fault=fault, **more)


def words(verb, zone, undo, *more):
    return [verb, zone, "--host", f"{updlab.HOST}.{zone}", "--apply", "--yes", "--undo-file",
            undo, *(more or QUICK)]


def change(server, *more, verb="publish", zone=ZONE, **options):
    undo = updlab.subdir("undo") / "undo.json"
    result = updrun.report(*words(verb, zone, undo, *more), server=server,
                           key=updlab.keys().path(), **options)
    result.undo = undo
    return result


def state_of(result, zone=ZONE):
    return result.domain(zone)["change"]["state"]


def check_undo_file(undo):
    """It is a small JSON document that only its owner can read."""
    info = undo.lstat()
    tap.equal((stat.S_IMODE(info.st_mode), stat.S_ISREG(info.st_mode)), (0o600, True), "mode")
    text = undo.read_bytes()
    tap.equal(json.loads(text)["schema"], "kmsdns-undo/1", "schema of the undo file")
    for secret in updlab.keys().secrets():
        tap.true(secret not in text, "a secret in the undo file")


def take_back(server, undo):
    check_undo_file(undo)
    return updrun.report("undo", undo, "--apply", "--yes", "--undo-file",
                         updlab.subdir("undo") / "undo.json", *QUICK, server=server,
                         key=updlab.keys().path())


def check_death(fault):
    """The server dies after the write, before or after its reply: nobody can say what came of
    it, until it is back."""
    server = stub(fault)
    result = change(server)
    result.check(state_of(result) == "unknown", f"state {state_of(result)} instead of unknown")
    result.check(result.exit == 4, f"exit status {result.exit} instead of 4")
    result.check(result.domain(ZONE)["change"]["problem"], "nothing says why")
    tap.equal(server.zone.targets(), [KMS1, KMS2], "the zone of the dead server")
    with server.again() as restarted:
        back = take_back(restarted, result.undo)
        back.check(state_of(back) == "done" and back.exit == 0, f"undo: {state_of(back)}")
        tap.equal(restarted.zone.targets(), [KMS1], "the zone after undo")


def check_reply_lost():
    """The repeated update is refused by its own success; the read-back knows better."""
    with stub("lose-reply") as server:
        result = change(server)
        tap.equal(server.zone.targets(), [KMS1, KMS2], "the zone")
        result.check(state_of(result) == "done", f"state {state_of(result)} instead of done")
        result.check(result.exit in (0, 1), f"exit status {result.exit}")
        with server.again() as restarted:
            take_back(restarted, result.undo)
            tap.equal(restarted.zone.targets(), [KMS1], "the zone after undo")


def check_forgets():
    with stub("forget") as server:
        result = change(server)
        result.check(state_of(result) == "not-there", f"state {state_of(result)}")
        result.check("UPD-SILENT" in result.findings() and result.exit == 4, "no UPD-SILENT")


def check_mute():
    """Nobody ever answers the update, and nothing was written."""
    with stub("mute") as server:
        result = change(server)
        tap.equal(server.zone.targets(), [KMS1], "the zone")
        result.check(state_of(result) in ("unknown", "refused", "not-there"), state_of(result))
        result.check(result.exit == 4, f"exit status {result.exit} instead of 4")


def check_refusal(fault):
    with stub(fault) as server:
        result = change(server)
        tap.equal(server.zone.targets(), [KMS1], "the zone")
        result.check(state_of(result) == "refused", f"state {state_of(result)}")
        result.check(result.exit == 4, f"exit status {result.exit} instead of 4")


def check_signature(fault):
    """The record is there, and the reply does not prove it: reading back decides."""
    with stub(fault) as server:
        result = change(server)
        tap.equal(server.zone.targets(), [KMS1, KMS2], "the zone")
        result.check(state_of(result) == "done", f"state {state_of(result)} instead of done")
        result.check("UPD-UNVERIFIED" in result.findings(), "no UPD-UNVERIFIED")
        result.check(result.exit == 0, f"exit status {result.exit} instead of 0")


def _interrupt(server, zone, delay, undo, verb):
    """Starts a change and sends SIGINT after some time; (exit status, document or None)."""
    args = [*words(verb, zone, undo), "--server", server.at, "--resolver", server.at, "-k",
            str(updlab.keys().path()), "--format", "json"]
    begun = time.monotonic()
    process = run.start(args)
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    result = run.finish(process, args, begun, killer=signal.SIGINT)
    updrun.no_secret(result)
    result.check(result.seconds < delay + 5, "it went on for long after the signal")
    return result


def _judge_interrupted(result, is_there, undo, before):
    """Is what was reported true? before: was the record there at the beginning?"""
    early = result.exit == -signal.SIGINT
    result.check(early or result.exit in (0, 1, 4, 130), f"exit status {result.exit}")
    changed = is_there != before
    result.check(undo.exists() or not changed, "changed, and there is no undo file")
    result.check(not (early and changed), "it was killed after it wrote")
    domains = (result.json or {}).get("domains") or []
    state = (domains[0].get("change") or {}).get("state") if domains else None
    if state == "done":
        result.check(changed, "done is reported, and nothing changed")
    elif state != "unknown":
        result.check(not changed, f"{state} is reported, and the zone has changed")
    return state


def _record_is_there(server, zone):
    return updlab.HOST in updlab.hosts(server, zone)


def check_interrupt(verb, make):
    """SIGINT at many moments of a run: the report is true, the undo file restores."""
    server, zone, before = make(), None, verb == "unpublish"
    zone = server.zones["allow"] if isinstance(server, updlab.Authority) else ZONE
    if before:
        change(server, zone=zone)
    content = updlab.contents(server, zone) if zone != ZONE else None
    usual = change(server, zone=zone, verb=verb)
    usual.check(usual.exit == 0, "the undisturbed run does not succeed")
    take_back(server, usual.undo)
    states = {}
    for moment in range(MOMENTS):
        undo = updlab.subdir("undo") / "undo.json"
        result = _interrupt(server, zone, usual.seconds * 1.3 * moment / MOMENTS, undo, verb)
        state = _judge_interrupted(result, _record_is_there(server, zone), undo, before)
        states[state, result.exit] = states.get((state, result.exit), 0) + 1
        if undo.exists():
            back = take_back(server, undo)
            back.check(back.exit == 0, "undo fails")
        tap.equal(_record_is_there(server, zone), before, "the record after undo")
    if content is not None:
        tap.equal(updlab.contents(server, zone), content, "the zone in the end")
    if before:
        change(server, zone=zone, verb="unpublish")
    print(f"# {states}")
    tap.true(any(code == 130 for _, code in states), "no signal came in the middle of a run")


def check_timeout():
    """--timeout cuts the run between the update and its reply."""
    for limit in ("0.1", "0.15", "0.2", "0.25", "0.3", "0.5"):
        with stub("slow") as server:
            result = change(server, "--timeout", limit)
            time.sleep(2 * upd_stub.SLOW)
            there = KMS2 in server.zone.targets()
            result.check(result.seconds < float(limit) + 1, "the run is longer than --timeout")
            state = state_of(result)
            result.check((state == "done") <= there, f"{state} is reported without the record")
            result.check(state in ("done", "unknown") or not there, f"{state}, but it is there")
            result.check(result.exit != 0 or state == "done", "exit status 0 without the change")
            if there:
                with server.again() as restarted:
                    take_back(restarted, result.undo)
                    tap.equal(restarted.zone.targets(), [KMS1], "the zone after undo")


def _key_file(kind):
    """A key file that must be refused, and a word of the message."""
    folder, key = updlab.subdir("badkey"), updlab.keys().granted()
    path = key.write(folder / "kms.key")
    good = path.read_text(encoding="ascii")
    if kind == "mode 0644":
        path.chmod(0o644)
    elif kind == "mode 0660":
        path.chmod(0o660)
    elif kind == "symbolic link":
        (folder / "link.key").symlink_to(path)
        path = folder / "link.key"
    elif kind == "missing":
        path = folder / "missing.key"
    elif kind == "folder":
        path = folder
    else:
        path.write_text({"empty": "", "format": good.replace("secret", "sekret"),
                         "algorithm": good.replace("hmac-sha256", "hmac-sha257"),
                         "base64": good.replace(key.base64, "!" + key.base64[1:]),
                         "two keys": good + good.replace(key.name.rstrip("."), "second"),
                         "huge": good + "#" * 100000 + "\n"}[kind], encoding="ascii")
    return path


def _server():
    server = lab.once(upd_bind.rules)
    return server, server.zones["allow"]


def check_key_file(kind):
    server, zone = _server()
    before, path = updlab.contents(server, zone), _key_file(kind)
    undo = updlab.subdir("undo") / "undo.json"
    result = updrun.kmsdns(*words("publish", zone, undo), server=server, key=path)
    result.check(result.exit in (2, 3), f"exit status {result.exit} instead of 2 or 3")
    result.check(str(path).encode() in result.err, "the file is not named")
    result.check(b"kmsdns:" in result.err and result.err.count(b"\n") <= 3, "not one sentence")
    result.check(not undo.exists(), "an undo file")
    as_json = updrun.report(*words("publish", zone, undo), server=server, key=path)
    as_json.check(as_json.json["error"]["text"], "no error in the JSON")
    tap.equal(updlab.contents(server, zone), before, "the zone")


def check_wrong(more, status, less=()):
    """A wrong or impossible order: its exit status, a sentence, and nothing is written."""
    server, zone = _server()
    content = {name: updlab.contents(server, name) for name in server.zones.values()}
    undo = updlab.subdir("undo") / "undo.json"
    line = [word for word in words("publish", zone, undo) if word not in less]
    for old, new in more.items():
        line[line.index({"host": f"{updlab.HOST}.{zone}", "zone": zone}[old])] = new
    result = updrun.kmsdns(*line, server=server, key=updlab.keys().path())
    found = {name: updlab.contents(server, name) for name in content}
    if undo.exists():
        take_back(server, undo)
    tap.equal(found, content, f"content of the zones\n{result}")
    result.check(result.exit == status, f"exit status {result.exit} instead of {status}")
    result.check(result.err.strip() or result.out.strip(), "nothing is said")
    result.check(status != 2 or not result.out, "a usage error on standard output")


def check_bad_undo(text):
    """An undo file that is none is refused with its place, and nothing is written."""
    server, zone = _server()
    before, path = updlab.contents(server, zone), updlab.subdir("undo") / "bad.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
    result = updrun.kmsdns("undo", path, "--apply", "--yes", server=server,
                           key=updlab.keys().path(), cwd=path.parent)
    result.check(result.exit == 3, f"exit status {result.exit} instead of 3")
    result.check(b"bad.json" in result.err, "the file is not named")
    tap.equal(updlab.contents(server, zone), before, "the zone")


def check_undo_file_taken():
    """An undo file that exists is not overwritten, and without one nothing is written."""
    server, zone = _server()
    before = updlab.contents(server, zone)
    folder = updlab.subdir("undo")
    (folder / "taken").write_text("precious", encoding="ascii")
    (folder / "dangling").symlink_to(folder / "nowhere")
    for path in (folder / "taken", folder / "dangling", folder / "no" / "such" / "folder"):
        result = updrun.kmsdns(*words("publish", zone, path), server=server,
                               key=updlab.keys().path())
        result.check(result.exit in (2, 3, 4), f"exit status {result.exit}")
        result.check(str(path).encode() in result.err + result.out, "the file is not named")
        tap.equal(updlab.contents(server, zone), before, "the zone")
    tap.equal((folder / "taken").read_text(encoding="ascii"), "precious", "the old file")
    tap.true(not (folder / "nowhere").exists(), "a symbolic link was followed")


def _everything(master):
    """What was written to a terminal that nobody has open any more."""
    text = b""
    try:
        while piece := os.read(master, 4096):
            text += piece
    except OSError:
        pass
    os.close(master)
    return text


def check_terminal(answer, state):
    """On a terminal --apply asks; only a clear yes writes."""
    if not os.path.exists("/dev/pts/ptmx"):
        raise tap.Skip("/dev/pts is not mounted here")
    server, zone = _server()
    before, undo = updlab.contents(server, zone), updlab.subdir("undo") / "undo.json"
    args = [word for word in words("publish", zone, undo) if word != "--yes"]
    args += ["--server", server.at, "--resolver", server.at, "-k", str(updlab.keys().path())]
    master, slave = pty.openpty()
    begun = time.monotonic()
    process = run.start(args, stdin=slave, stderr=slave)
    os.write(master, answer)
    result = run.finish(process, args, begun)
    os.close(slave)
    result.err = _everything(master)
    result.check(b"[y/N]" in result.err, "nobody was asked")
    there = updlab.HOST in updlab.hosts(server, zone)
    result.check(there == (state == "done"), f"the record is {'' if there else 'not '}there")
    result.check(there or not undo.exists(), "an undo file though nothing was written")
    if there:
        take_back(server, undo)
    tap.equal(updlab.contents(server, zone), before, "the zone")


BAD_UNDO = {"empty": "", "not JSON": "hello", "another schema": '{"schema":"kmsdns-report/1"}',
            "no changes": '{"schema":"kmsdns-undo/1","action":"publish","changes":[]}',
            "missing": None, "deep": "[" * 5000}

TESTS = [(f"server dies: {fault}", check_death, fault)
         for fault in ("die-after-write", "die-after-reply")]
TESTS += [("reply lost", check_reply_lost), ("acknowledged, not written", check_forgets),
          ("update never answered", check_mute)]
TESTS += [(f"refused: {fault}", check_refusal, fault) for fault in ("notimp", "badtime")]
TESTS += [(f"signature: {fault}", check_signature, fault)
          for fault in ("bad-mac", "echo", "short-mac", "unsigned-reply")]
TESTS += [(f"interrupted {verb}, {name}", check_interrupt, verb, make)
          for verb in ("publish", "unpublish")
          for name, make in (("BIND", lambda: lab.once(upd_bind.rules)),
                             ("slow server", lambda: lab.once(stub, "slow")))]
TESTS += [("cut by --timeout", check_timeout)]
TESTS += [(f"key file: {kind}", check_key_file, kind)
          for kind in ("mode 0644", "mode 0660", "symbolic link", "missing", "folder", "empty",
                       "format", "algorithm", "base64", "two keys", "huge")]
TESTS += [
    ("wrong: host with port 0", check_wrong, {"host": "kms02.allow.bind.test:0"}, 2),
    ("wrong: host with port 70000", check_wrong, {"host": "kms02.allow.bind.test:70000"}, 2),
    ("wrong: host is an address", check_wrong, {"host": "192.0.2.22"}, 2),
    ("wrong: host of one label", check_wrong, {"host": "kms02"}, 2),
    ("wrong: host is no name", check_wrong, {"host": "kms..02"}, 2),
    ("wrong: --apply without a terminal and --yes", check_wrong, {}, 2, ["--yes"]),
    ("impossible: unknown host", check_wrong, {"host": "nobody.allow.bind.test"}, 3),
    ("impossible: zone of others", check_wrong, {"zone": "example.org."}, 3),
    ("undo file is taken", check_undo_file_taken),
    ("terminal: yes", check_terminal, b"yes\n", "done"),
    ("terminal: no", check_terminal, b"no\n", "planned"),
    ("terminal: nothing", check_terminal, b"\n", "planned"),
    ("terminal: end of file", check_terminal, b"\x04", "planned"),
]
TESTS += [(f"bad undo file: {name}", check_bad_undo, text) for name, text in BAD_UNDO.items()]

if __name__ == "__main__":
    lab.enter()
    sys.exit(run.main(sys.modules[__name__]))
