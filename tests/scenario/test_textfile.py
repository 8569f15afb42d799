# SPDX-License-Identifier: BSD-2-Clause
"""--textfile: replaced at once, readable for the collector, never through a link, nothing left
behind; and what is in it when the run failed."""

import os
import pathlib
import stat
import subprocess
import sys
import threading

import exposition
import lab
import run
import tap

_STAGE = {}


def bind():
    if not _STAGE:
        _STAGE["bind"] = lab.named({"healthy.test.": lab.ZONES / "healthy.zone"})
    return _STAGE["bind"]


def folder(name):
    path = pathlib.Path(lab.tempdir()) / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def textfile(path, *args, **options):
    return run.kmsdns("diagnose", "healthy.test", "--resolver", bind().at, "--dns-port",
                      bind().ns_port, "--textfile", path, *args, **options)


def names_in(path):
    return sorted(entry.name for entry in path.iterdir())


def test_textfile_beside_the_report():
    where = folder("beside")
    result = textfile(where / "kmsdns.prom", "--format", "json",
                      preexec_fn=lambda: os.umask(0o077))
    result.check(result.exit == 0 and result.json["verdict"] == "ok", "the report")
    tap.equal(names_in(where), ["kmsdns.prom"], "files")
    tap.equal(stat.S_IMODE((where / "kmsdns.prom").stat().st_mode), 0o644, "mode with umask 077")
    told = exposition.Exposition((where / "kmsdns.prom").read_bytes())
    exposition.check_against(told, result.json)
    same = textfile(where / "same.prom", "--format", "openmetrics")
    same.check(same.out == (where / "same.prom").read_bytes(), "the file is not the document")
    (where / "same.prom").chmod(0o600)
    textfile(where / "same.prom")
    tap.equal(stat.S_IMODE((where / "same.prom").stat().st_mode), 0o644, "mode of a replaced file")


def test_checks_that_nobody_asked_for():
    """They are not "ok": they are not there."""
    path = folder("asked") / "kmsdns.prom"
    for args, is_there in (((), False), (("--expect-host", "kms01.healthy.test"), True)):
        textfile(path, *args)
        tap.equal('id="HOSTS-MISSING",state="' in path.read_text(encoding="ascii"), is_there,
                  f"a state, with {args}")


def test_textfile_of_every_verb_that_looks():
    for verb, more in (("discover", []),
                       ("preflight", ["--host", "kms01.healthy.test", "--dns-port",
                                      bind().ns_port])):
        path = folder("verbs") / f"{verb}.prom"
        result = run.kmsdns(verb, "healthy.test", "--resolver", bind().at, "--textfile", path,
                            *more)
        result.check(path.exists(), f"{verb} wrote no file")
        tap.equal(exposition.Exposition(path.read_bytes()).value("kmsdns_run_success"), 1.0, verb)
    result = run.kmsdns("report", "x", "--textfile", "y.prom")
    result.check(result.exit == 2, "a saved run is no news")


def test_textfile_must_end_in_prom():
    for name in ("kmsdns.txt", "kmsdns.prom.tmp", "", "prom", "-"):
        result = textfile(folder("names") / name if name else name)
        result.check(result.exit == 2, f"{name!r} is taken")
        result.check(b".prom" in result.err and b"collector" in result.err, "the reason")
    tap.equal(names_in(folder("names")), [], "files")


def test_textfile_follows_no_link():
    where = folder("links")
    (where / "victim").write_text("mine", encoding="ascii")
    (where / "link.prom").symlink_to("victim")
    result = textfile(where / "link.prom")
    result.check(result.exit == 3 and b"symbolic link" in result.err, "followed")
    tap.equal((where / "victim").read_text(encoding="ascii"), "mine", "the link's file")
    tap.true((where / "link.prom").is_symlink(), "the link is gone")
    (where / "folder.prom").mkdir()
    result = textfile(where / "folder.prom")
    result.check(result.exit == 3 and b"folder" in result.err, "a folder")
    tap.equal(names_in(where), ["folder.prom", "link.prom", "victim"], "left behind")


def mount_tmpfs(name, options):
    where = folder(name)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(where)],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise tap.Skip(f"no tmpfs can be mounted: {done.stderr.strip()}")
    return where


def test_textfile_on_a_full_disk():
    where = mount_tmpfs("full", "size=16k")
    try:
        (where / "kmsdns.prom").write_text("old\n", encoding="ascii")
        result = textfile(where / "kmsdns.prom", "--format", "json")
        result.check(result.exit == 3 and b"No space" in result.err, "a full disk is no failure")
        result.check(result.json["verdict"] == "ok", "the report is lost")
        tap.equal(names_in(where), ["kmsdns.prom"], "left behind")
        tap.equal((where / "kmsdns.prom").read_text(encoding="ascii"), "old\n", "the old file")
    finally:
        subprocess.run(["umount", str(where)], check=True)


def test_textfile_without_permission():
    where = mount_tmpfs("readonly", "ro")
    try:
        result = textfile(where / "kmsdns.prom")
        result.check(result.exit == 3, "exit status")
        result.check(b"kmsdns.prom: Read-only file system" in result.err, "the reason")
    finally:
        subprocess.run(["umount", str(where)], check=True)
    result = textfile(folder("gone") / "nowhere" / "kmsdns.prom")
    result.check(result.exit == 3 and b"No such file" in result.err, "no folder")


def test_textfile_of_a_run_that_failed():
    """What an earlier run had found must not be collected for ever."""
    path = folder("failed") / "kmsdns.prom"
    textfile(path)
    for args in (["--key-file", "/nonexistent"], ["--policy", "/nonexistent"],
                 ["--dhcp", "nonexistent0"]):
        path.write_text("old\n", encoding="ascii")
        result = textfile(path, *args)
        result.check(result.exit in (2, 3) and args[1].encode() in result.err, "the reason")
        told = exposition.Exposition(path.read_bytes())
        tap.equal(told.value("kmsdns_run_success"), 0.0, "run_success")
        tap.equal(told.vantage, "lab.", "vantage")
    tap.equal(names_in(path.parent), ["kmsdns.prom"], "files")


def traced(path, inject):
    """A run in which a system call does something else; returns its exit status."""
    done = subprocess.run(
        ["strace", "-f", "-o", os.devnull, "-e", f"inject={inject}", lab.KMSDNS, "diagnose",
         "healthy.test", "--resolver", bind().at, "--dns-port", str(bind().ns_port), "--textfile",
         path], capture_output=True, check=False, timeout=30,
        env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})  # which needs ptrace itself
    print(f"# {inject}: {done.returncode} {done.stderr.decode()}")
    return done.returncode


def test_textfile_of_a_run_that_was_killed():
    """While it writes: neither half a file nor one under another name is left."""
    where = mount_tmpfs("killed", "size=1m")
    path = where / "kmsdns.prom"
    try:
        path.write_text("old\n", encoding="ascii")
        tap.equal(traced(path, "fchmod:signal=SIGKILL"), -9, "it was not killed")
        tap.equal(names_in(where), ["kmsdns.prom"], "files")
        tap.equal(path.read_text(encoding="ascii"), "old\n", "the file")
        tap.equal(traced(path, "linkat:error=EPERM"), 0, "where no file can get a name later")
        tap.equal(names_in(where), ["kmsdns.prom"], "files")
        exposition.Exposition(path.read_bytes())
    finally:
        subprocess.run(["umount", str(where)], check=True)


def test_textfile_is_replaced_at_once():
    """A reader in a loop, as the collector is one, never sees half of it."""
    where, seen, bad, is_over = folder("atomic"), set(), [], threading.Event()
    path = where / "kmsdns.prom"
    textfile(path)

    def read():
        while not is_over.is_set():
            # the collector reads whatever ends so
            for entry in [name for name in os.listdir(where) if name.endswith(".prom")]:
                text = (where / entry).read_bytes()
                seen.add(text)
                if entry != "kmsdns.prom" or not text.endswith(b"\n# EOF\n"):
                    bad.append((entry, text[-200:]))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for _ in range(15):
            textfile(path)
    finally:
        is_over.set()
        reader.join()
    tap.true(not bad, f"seen: {bad[:3]}")
    tap.true(len(seen) > 1, "the reader saw no change")


if __name__ == "__main__":
    lab.enter()
    lab.KmsHost()
    sys.exit(run.main(sys.modules[__name__]))
