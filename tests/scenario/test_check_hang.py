# SPDX-License-Identifier: BSD-2-Clause
"""check_kmsdns when things hang, die or run out: NP-01, NP-07 and NP-18 to NP-21."""

import os
import pathlib
import re
import resource
import signal
import sys
import threading
import time

import checking
import lab
import run
import tap
from checking import at, check
from hanging_fs import HangingFs

HEALTHY = "healthy.test"
IS_ASAN = "asan" in str(lab.BUILDDIR)
SLACK = 3.0  # for a loaded machine; what was measured is printed


def zones():
    return lab.named({"healthy.test.": lab.ZONES / "healthy.zone",
                      "srv-absent.test.": lab.ZONES / "SRV-ABSENT.zone"}, "healthy.test.")


def server():
    lab.once(lab.KmsHost)
    return lab.once(zones)


def hostile():
    return lab.once(lab.responder)


def timely(outcome, seconds):
    print(f"# limit {seconds} s, ended after {outcome.seconds:.2f} s")
    outcome.check(outcome.seconds < seconds + 1 + SLACK, "it did not end in time")
    return outcome


def worker_of(guard, seconds=10):
    """The pid of the process that a guard watches."""
    path = pathlib.Path(f"/proc/{guard.pid}/task/{guard.pid}/children")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = path.read_text(encoding="ascii").split()
        if found:
            return int(found[0])
        time.sleep(0.01)
    raise AssertionError("the guard has no worker")


def doing(*args):
    """A plugin that waits for a silent resolver; what it is to be told is up to the test."""
    dead = lab.DeadServer()
    args = ("-H", dead.at, "-d", HEALTHY, "-t", "20", "--try-timeout", "15", *args)
    begun, process = time.monotonic(), checking.start(args)
    process.dead = dead
    worker = worker_of(process)
    dead.sock.settimeout(10)
    dead.sock.recv(512)  # it has asked: it is running
    return process, args, begun, worker


def test_np_18_timeouts():
    dead = lab.DeadServer()
    for text, seconds in (("1", 1), ("1s", 1), ("500ms", 0.5), ("0.5", 0.5)):
        timely(check("-H", dead.at, "-d", HEALTHY, "-t", text), seconds)
    tap.true("of check_kmsdns 10 s" in re.sub(r"\s+", " ", check("-h", is_help=True).out.decode()),
             "the default is in the help")


def test_np_19_black_holes():
    dead = [lab.DeadServer() for _ in range(20)]
    many = [word for one in dead for word in ("-H", one.at)]
    timely(check(*many, "-d", HEALTHY, "-t", "2"), 2).is_state("CRITICAL")
    lab.SilentPort()
    timely(at(hostile(), "-d", "deadtargets.hostile.test", "-t", "2"), 2)


def test_np_19_tcp_that_accepts_and_never_answers():
    """The UDP answer is cut, and TCP is a listener that reads and says nothing."""
    outcome = timely(at(hostile(), "-d", "tcsilent.hostile.test", "-t", "3"), 3)
    outcome.check(outcome.state in ("CRITICAL", "UNKNOWN"), "that is not fine")
    port = lab.free_port()
    silent = lab.socket.create_server(("127.0.0.1", port))
    with lab.socket.socket(type=lab.socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", port))
        timely(check("-H", f"127.0.0.1:{port}", "-d", HEALTHY, "-t", "2"), 2) \
            .is_state("CRITICAL", "does not answer")
    silent.close()


def test_np_19_the_resolver_is_killed_at_work():
    slow = lab.responder("--latency-ms", "150")
    killer = threading.Timer(0.1, slow.process.kill)
    killer.start()
    outcome = timely(at(slow, "-d", "d.hostile.test", "-t", "3"), 3)
    killer.join()
    outcome.is_state("CRITICAL", slow.at)
    slow.stop()


def test_np_19_file_systems_that_hang():
    """Whatever file is on it; the worker cannot even be killed, and the plugin ends in time."""
    hanging = HangingFs()
    base = ("-H", server().at, "-p", server().ns_port, "-d", HEALTHY, "-t", "2")
    try:
        for args, word in ((("-k", hanging.path("kms.key")), "kms.key"),
                           (("--policy", hanging.path("policy.json")), "policy.json"),
                           ((f"--extra-opts=@{hanging.path('plugins.ini')}",), "plugins.ini")):
            outcome = check(*base, *args, limit=30)
            timely(outcome, 2)
            outcome.is_state("UNKNOWN", "out of time", word)
        outcome = timely(check(*base, "--record", hanging.path("run.json")), 2)
        outcome.is_state("UNKNOWN", "run.json", "before that: healthy.test.: 1 host published")
        outcome.check(outcome.perfdata["hosts"][0] == 1, "the performance data is gone")
        broken = ("-d", "srv-absent.test", "--record", hanging.path("run.json"))
        timely(check(*base[:4], *broken, "-t", "2"), 2).is_state("CRITICAL", "SRV-ABSENT")
        tap.true(hanging.seen.is_set(), "nobody touched the file system")
    finally:
        hanging.close()


def test_np_19_early_limits():
    """An ini file that hangs: the limits of the command line hold all the same, however written."""
    hanging = HangingFs()
    where = f"--extra-opts=@{hanging.path('plugins.ini')}"
    try:
        timely(check(where, "-t", "1", "--timeout-result", "critical"), 1).is_state("CRITICAL")
        timely(check(where, "-vt1:warning"), 1).is_state("WARNING", "plugins.ini")
        outcome = timely(check("--exit-ok", where, "--timeout=1s", exit_ok=True), 1)
        tap.equal((outcome.exit, outcome.state), (0, "UNKNOWN"), str(outcome))
        metrics = hanging.path("kmsdns.prom")
        outcome = timely(check("-d", HEALTHY, "-k", "/nonexistent.key", "--textfile", metrics,
                               "-t", "1"), 1)
        outcome.is_state("UNKNOWN", "/nonexistent.key", "kmsdns.prom")
    finally:
        hanging.close()


def test_np_19_nobody_reads_the_output():
    """A pipe that is full and that nobody empties."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while os.write(writer, b"x" * 65536):
            pass
    except BlockingIOError:
        os.set_blocking(writer, True)
    begun = time.monotonic()
    process = checking.subprocess.Popen(
        [str(checking.CHECK), "-H", server().at, "-p", str(server().ns_port), "-d", HEALTHY,
         "-t", "1"], stdout=writer, stderr=checking.subprocess.PIPE)
    process.wait(timeout=30)
    print(f"# limit 1 s, ended after {time.monotonic() - begun:.2f} s")
    tap.equal(process.returncode, 3, "exit status")
    tap.true(os.get_blocking(writer), "the pipe is as it was")
    os.close(reader)
    os.close(writer)


def test_np_20_the_state_of_a_timeout():
    """The name of the stage, and each way to choose the state."""
    dead = lab.DeadServer()
    process_args = ("-H", dead.at, "-d", HEALTHY, "--try-timeout", "1")
    for args, state in (((), "UNKNOWN"), (("-t", "1:ok"), "OK"), (("-t", "1:warning"), "WARNING"),
                        (("-t", "1:2"), "CRITICAL"), (("-t", "1s:UNKNOWN"), "UNKNOWN"),
                        (("--timeout-result", "critical"), "CRITICAL"),
                        (("--timeout-result=1"), "WARNING"), (("--timeout-result=0",), "OK")):
        args = (args,) if isinstance(args, str) else args
        outcome = timely(check(*process_args, "-t", "1", *args), 1)
        outcome.is_state(state, "out of time", "waiting for")
    hanging = HangingFs()
    try:
        check("-d", HEALTHY, "--policy", hanging.path("p"), "-t", "1:warning") \
            .is_state("WARNING", "out of time", "reading")
    finally:
        hanging.close()


def test_np_21_what_was_proved_stays():
    """One resolver says that there is no record, the other one says nothing until the end."""
    dead = lab.DeadServer()
    outcome = timely(check("-H", server().at, "-H", dead.at, "-p", server().ns_port,
                           "-d", "srv-absent.test", "-t", "2:ok", "--try-timeout", "2"), 2)
    outcome.is_state("CRITICAL", "SRV-ABSENT", "out of time")


def test_np_01_signals():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        process, args, begun, _ = doing()
        process.send_signal(number)
        outcome = checking.finish(process, args, begun)
        outcome.check(outcome.exit == 3, "exit status")
        outcome.check("interrupted" in outcome.text, "why")
        tap.true(outcome.seconds < 15, "it went on")


def test_np_01_what_the_parent_leaves_behind():
    """An alarm, children that nobody waits for, signals that nobody handles."""
    args = ("-H", server().at, "-p", server().ns_port, "-d", HEALTHY)
    outcome = check(*args, preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
    outcome.is_state("OK")
    tap.true(outcome.seconds < 5, "it did not see that its worker had ended")
    dead = lab.DeadServer()
    check("-H", dead.at, "-d", HEALTHY, "-t", "4", preexec_fn=lambda: signal.alarm(1)) \
        .is_state("CRITICAL", "does not answer")
    for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGQUIT, signal.SIGXCPU):
        process, args, begun, _ = doing("--timeout-result", "ok")
        process.send_signal(number)
        if number in (signal.SIGUSR1, signal.SIGUSR2):
            process.send_signal(signal.SIGTERM)
        checking.finish(process, args, begun).is_state("UNKNOWN", "interrupted")


def test_np_21_a_signal_to_the_group():
    """The worker gets it once: what was proved by then is told."""
    dead = lab.DeadServer()
    args = ("-H", server().at, "-H", dead.at, "-p", server().ns_port, "-d", "srv-absent.test",
            "-t", "20", "--try-timeout", "15")
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        begun, process = time.monotonic(), checking.start(args, start_new_session=True)
        dead.sock.settimeout(10)
        for _ in range(4):  # all that it asks there
            dead.sock.recv(512)
        time.sleep(0.3)  # until the other resolver has answered
        os.killpg(process.pid, number)
        checking.finish(process, args, begun).is_state("CRITICAL", "SRV-ABSENT", "interrupted")


def test_np_01_limits():
    """No files to open, files that may not grow: a state and a line, nothing left behind."""
    def limited(what, value, *args):
        return check(*args, preexec_fn=lambda: resource.setrlimit(what, (value, value)))

    folder = pathlib.Path(lab.tempdir()) / "grown"
    folder.mkdir()
    base = ("-H", server().at, "-p", server().ns_port, "-d", HEALTHY)
    many = ("-H", hostile().at, "-p", hostile().ns_port, "-d", "many.hostile.test", "--mode",
            "discovery")
    if not IS_ASAN:
        for files in range(5, 33):
            outcome = limited(resource.RLIMIT_NOFILE, files, *many)
            outcome.check(outcome.exit != 0, f"{files} files are not enough for that")
    outcome = limited(resource.RLIMIT_FSIZE, 512, *base, "--textfile", folder / "kmsdns.prom")
    outcome.is_state("UNKNOWN", "cannot write", "1 host published")
    tap.equal(list(folder.iterdir()), [], "what is left behind")


def test_np_01_and_07_crashes():
    """The worker dies of what no program survives: 3 and a line that says so, never 2 or 139."""
    for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGKILL):
        process, args, _, worker = doing()
        os.kill(worker, number)
        out, err = process.communicate(timeout=30)
        tap.equal((process.returncode, err), (3, b""), f"signal {number}: {args}")
        tap.true(out.startswith(b"KMSDNS UNKNOWN - internal error: "), out)
        advice = b"dmesg" if number == signal.SIGKILL else b"report it"
        tap.true(advice in out or b"Sanitizer" in out, out)
        tap.true(out.count(b"\n") == 1, out)


def test_np_01_no_memory():
    """Less and less address space: where the program can begin at all, it ends as a plugin."""
    if IS_ASAN:
        print("# not with AddressSanitizer, which needs terabytes of it")
        return
    args = ("-H", server().at, "-p", server().ns_port, "-d", HEALTHY, "-vvv")
    states = {}
    for mib in range(40, 4, -1):
        limit = mib * 512 * 1024
        process = checking.start(args, preexec_fn=lambda limit=limit: resource.setrlimit(
            resource.RLIMIT_AS, (limit, limit)))
        out, err = process.communicate(timeout=30)
        if b"shared librar" in err or process.returncode == 127:
            continue
        tap.true(process.returncode in (0, 1, 2, 3), f"{limit} bytes: {process.returncode}")
        tap.true(out.startswith(b"KMSDNS ") and err == b"", f"{limit} bytes: {out!r} {err!r}")
        states.setdefault(out.split()[1], []).append(limit)
    print(f"# {({state.decode(): len(found) for state, found in states.items()})}")
    tap.true(b"OK" in states, "it never had enough")


def test_np_01_output_that_cannot_be_written():
    with open("/dev/full", "wb") as full:
        process = checking.subprocess.Popen(
            [str(checking.CHECK), "-H", server().at, "-p", str(server().ns_port), "-d", HEALTHY],
            stdout=full, stderr=checking.subprocess.PIPE)
        _, err = process.communicate(timeout=30)
    tap.equal((process.returncode, err), (3, b""), "status and errors")


def test_the_worker_does_not_outlive_its_guard():
    process, _, _, worker = doing()
    process.kill()
    process.communicate(timeout=10)
    end = time.monotonic() + 10
    while time.monotonic() < end and os.path.exists(f"/proc/{worker}"):
        try:
            status = pathlib.Path(f"/proc/{worker}/status").read_text(encoding="ascii")
        except OSError:
            return
        if re.search(r"State:\s+Z", status):
            return
        time.sleep(0.05)
    tap.true(not os.path.exists(f"/proc/{worker}"), "the worker is still there")


if __name__ == "__main__":
    lab.enter()
    sys.exit(run.main(sys.modules[__name__]))
