# SPDX-License-Identifier: BSD-2-Clause
"""check_kmsdns and the rules for plugins: one test a rule, NP-01 to NP-45 by name. Timeouts and
what hangs are in test_check_hang.py, ranges (NP-25) in test_range.c, NP-46 in test_nagios.py and
test_icinga.py, NP-47 in test_check_packets.py."""

import os
import pathlib
import re
import resource
import subprocess
import sys

import checking
import lab
import run
import tap
import upd_bind
import updlab
from checking import at, check

HEALTHY = "healthy.test"


def zones():
    return lab.named({name: path for name, path in lab.zone_files().items()
                      if name not in (".",)}, "healthy.test.")


def server():
    lab.once(lab.KmsHost)
    return lab.once(zones)


def hostile():
    return lab.once(lab.responder)


def ini(text, name="plugins.ini"):
    path = pathlib.Path(lab.tempdir()) / name
    path.write_text(text, encoding="utf-8")
    return path


def test_healthy():
    outcome = at(server(), "-d", HEALTHY)
    outcome.is_state("OK", "healthy.test.", "1 host published, it answers")
    tap.equal(outcome.value("hosts"), 1, "hosts")
    tap.equal(outcome.value("reachable"), 1, "reachable hosts")
    tap.equal(outcome.value("ttl"), 3600, "TTL")
    tap.equal(outcome.value("negative_ttl"), 300, "negative TTL")
    tap.equal(outcome.value("servers"), 1, "servers")
    tap.equal(outcome.value("serial_lag"), 0, "serial lag")
    outcome.check(len(outcome.first.partition(" | ")[0]) < 80, "longer than a line of a terminal")


def test_np_01_exit_statuses():
    """States by what is found; test_check_hang.py adds crashes, signals and lack of memory."""
    at(server(), "-d", HEALTHY).is_state("OK")
    at(server(), "-d", "ttl-long.test").is_state("WARNING", "TTL-LONG")
    at(server(), "-d", "srv-absent.test").is_state("CRITICAL", "SRV-ABSENT")
    check("--nonsense").is_state("UNKNOWN")


def test_np_02_wrong_input_is_unknown():
    folder = pathlib.Path(lab.tempdir())
    loose = folder / "loose.key"
    loose.write_text("a:AAAAAAAAAAAAAAAAAAAAAA==\n")
    loose.chmod(0o644)
    for args, word in ((("-d", HEALTHY, "-k", "/nonexistent.key"), "/nonexistent.key"),
                       (("-d", HEALTHY, "-k", loose), "loose.key"),
                       (("-d", HEALTHY, "--policy", "/nonexistent"), "/nonexistent"),
                       (("-d", HEALTHY, "--policy", ini("{", "bad.json")), "bad.json"),
                       (("-d", HEALTHY, "--mode", "everything"), "everything"),
                       (("-d", HEALTHY, "--match", "perhaps"), "perhaps"),
                       (("-d", HEALTHY, "--mode", "publish"), "--key-file"),
                       (("-d", ""), "domain"),
                       (("-H", "nowhere"), "nowhere"),
                       (("-d",), "needs a value")):
        check(*args).is_state("UNKNOWN", word)


def test_np_03_silence_of_what_is_checked_is_a_finding():
    dead = lab.DeadServer()
    at_dead = check("-H", dead.at, "-d", HEALTHY, "-t", "4")
    at_dead.is_state("CRITICAL", "does not answer")
    check("-H", "127.0.0.1:1", "-d", HEALTHY).is_state("CRITICAL", "127.0.0.1:1")
    at(server(), "-d", "tgt-no-address.test").is_state("CRITICAL", "TGT-NO-ADDRESS")
    for word in ("servfail", "refused"):
        at(hostile(), "-d", f"{word}.hostile.test").is_state("CRITICAL", f"answers {word.upper()}")


def test_np_04_and_17_help_and_version():
    for args in (("--help",), ("-h",), ("--version",), ("-V",), ("-h", "--nonsense"),
                 ("-d", "--help"), ("-t", "x", "-V")):
        outcome = check(*args, is_help=True)
        tap.equal(outcome.exit, 3, f"{args}: exit status")
        tap.equal(outcome.err, b"", f"{args}: standard error")
        outcome.check(b"kmsdns" in outcome.out, "not a word")
    text = check("-d", "x", "-h", is_help=True).out.decode()
    for part in ("usage: check_kmsdns", "default: 2 s", "Examples:", "Exit status:", "s for all"):
        tap.true(part in text, f"the help has no {part!r}")


def test_np_05_critical_before_warning_and_each_alone():
    at(server(), "-d", HEALTHY, "--warning-ttl", "60", "--critical-ttl", "600") \
        .is_state("CRITICAL", "LIMIT-TTL", "3600")
    at(server(), "-d", HEALTHY, "--warning-ttl", "60").is_state("WARNING", "LIMIT-TTL")
    at(server(), "-d", HEALTHY, "--critical-ttl", "60").is_state("CRITICAL", "LIMIT-TTL")
    at(server(), "-d", HEALTHY, "-w", "0:0", "-c", "0:30").is_state("WARNING", "LIMIT-TIME")


def test_np_06_the_worst_state_wins():
    at(server(), "-d", "ttl-long.test,tgt-root.test").is_state("CRITICAL")
    # the domains of a check do not stand in for one another, as those of a client do
    alone = at(server(), "-d", "srv-absent.test")
    both = at(server(), "-d", f"{HEALTHY},srv-absent.test")
    both.is_state("CRITICAL", "SRV-ABSENT")
    tap.equal(both.text, alone.text, "a broken domain beside a healthy one")
    at(server(), "--primary-suffix", HEALTHY, "--dhcp-domain", "srv-absent.test") \
        .is_state("WARNING")
    # what cannot be judged is UNKNOWN, but hides neither CRITICAL nor WARNING
    blind = ("--mode", "discovery", "--warning-serial-lag", "5")
    at(server(), "-d", HEALTHY, *blind).is_state("UNKNOWN", "LIMIT-SERIAL-LAG")
    at(server(), "-d", "ttl-long.test", *blind).is_state("WARNING", "LIMIT-SERIAL-LAG")
    at(server(), "-d", "srv-absent.test", *blind).is_state("CRITICAL", "LIMIT-SERIAL-LAG")


def test_np_08_to_10_one_line_on_standard_output():
    outcome = at(server(), "-d", "srv-absent.test")
    tap.equal(outcome.lines, [], "lines behind the first one")
    outcome.check(outcome.first.startswith("KMSDNS CRITICAL - "), "the first line")


def test_np_11_and_13_hostile_names():
    """Escapes, newlines, bars and markup in SRV targets; checking.py looks at every byte."""
    for more in ((), ("-v",), ("-vv",), ("-vvv",)):
        outcome = at(hostile(), "-d", "hostile.hostile.test", *more)
        outcome.check(b"\x1b" not in outcome.out, "an escape sequence")
    outcome = at(server(), "-d", "a|b'`id`$(id);\".test", "-vvv")
    outcome.check(not set("|'`$;\"").intersection(re.findall(r"a\S*test", outcome.text)[0]),
                  "a shell could take the name for something else")
    check("--foo|bar").is_state("UNKNOWN", "foo\\124bar")


def test_np_12_further_lines_are_items():
    outcome = at(server(), "-d", "srv-typo.test", "-vv")
    outcome.is_state("CRITICAL", "CAUSE-TYPO")
    items = [line for line in outcome.lines if re.match(r"(CRITICAL|WARNING|NOTICE|INFO) ", line)]
    outcome.check(any(line.startswith("CRITICAL SRV-ABSENT ") for line in items), "the finding")
    outcome.check(any("ns1.srv-typo.test." in line and "NOERROR" in line
                      for line in outcome.lines), "no row of the zone's server")


def test_np_14_sizes():
    """500 records, hostile names, many domains: checking.py measures every output."""
    for more in ((), ("-v",), ("-vv",), ("-vvv",)):
        at(hostile(), "-d", "many.hostile.test", "--no-tcp", *more).check(True, "")
        at(hostile(), "-d", "hostile.hostile.test,many.hostile.test", "--no-tcp", *more)
    many = ",".join(f"d{n}.{'x' * 60}.hostile.test" for n in range(200))
    outcome = at(hostile(), "-d", many, "--no-tcp", "-vvv")
    outcome.check(len(outcome.out) > 32768, "this one was to be long")
    long_range = "0.000000001:999999999999"
    ranges = [word for metric in ("time", "connect", "ttl", "hosts", "reachable", "servers",
                                  "serial-lag", "negative-ttl")
              for level in ("warning", "critical")
              for word in (f"--{level}-{metric}", long_range)]
    at(hostile(), "-d", "hostile.hostile.test", "-v", *ranges)
    # and with something put in front of a long line
    amended = at(hostile(), "-d", "hostile.hostile.test", "-v", *ranges,
                 "--textfile", "/nonexistent/" + "x" * 200 + ".prom")
    amended.check("cannot write" in amended.text, "the failure")


def test_np_15_verbosity():
    plain, one, two, three, four = [at(server(), "-d", "srv-typo.test", *more)
                                    for more in ((), ("-v",), ("-vv",), ("-vvv",), ("-vvvv",))]
    tap.equal((plain.lines, one.lines), ([], []), "lines with -v 0 and 1")
    tap.true("SRV-TYPO" in one.text and "SRV-TYPO" not in plain.text, "-v tells more")
    tap.equal(two.text, plain.text, "with -vv the findings have lines of their own")
    tap.true(any(line.startswith("#1 ") for line in two.lines), "-vv shows the questions")
    tap.true(any(line.startswith("resolvers ") for line in two.lines), "-vv shows what was asked")
    tap.true(len(three.lines) > len(two.lines), "-vvv is the whole diagnosis")
    tap.equal(len(four.lines), len(three.lines), "more than three is three")


def test_np_16_widths():
    text = check("--help", is_help=True).out.decode()
    wide = [line for line in text.splitlines() if len(line) > 80]
    tap.equal(wide, [], "lines of the help over 80 columns")
    for args in (("--nonsense",), ("-t", "x"), ("word",)):
        tap.true(len(check(*args).out.splitlines()) <= 23, "usage after a bad option")


def test_np_22_to_24_ranges():
    for text in ("10:5", "", ":", "@", "x", "1:2:3", "10 ", "1e3", "~"):
        outcome = check("-d", HEALTHY, "--warning-ttl", text)
        outcome.is_state("UNKNOWN", "--warning-ttl", f'"{text}"')
    for text, state in (("3600", "OK"), ("3599", "WARNING"), ("3600:", "OK"), ("3601:", "WARNING"),
                        ("~:3600", "OK"), ("~:3599.9", "WARNING"), ("60:3600", "OK"),
                        ("@60:3599", "OK"), ("@3600:3601", "WARNING"), ("@-5:3600", "WARNING")):
        at(server(), "-d", HEALTHY, "--warning-ttl", text).is_state(state)


def test_np_26_named_thresholds():
    """Each metric has limits of its own, and each breaks and holds."""
    for metric, holds, breaks in (("time", "0:30", "~:-1"), ("connect", "0:30", "~:-1"),
                                  ("ttl", "3600", "60"), ("hosts", "1:", "2:"),
                                  ("reachable", "1:1", "2:"), ("servers", "1:", "2:"),
                                  ("serial-lag", "0", "1:"), ("negative-ttl", "300", "299")):
        for level, state in (("warning", "WARNING"), ("critical", "CRITICAL")):
            option = f"--{level}-{metric}"
            at(server(), "-d", HEALTHY, option, holds).is_state("OK")
            at(server(), "-d", HEALTHY, option, breaks) \
                .is_state(state, f"LIMIT-{metric.upper()}", breaks)


def test_np_27_to_31_performance_data():
    outcome = at(server(), "-d", HEALTHY, "-w", "0.5", "-c", "1:2", "--warning-hosts", "@5:7",
                 env={**os.environ, "LC_ALL": "de_DE.UTF-8"})
    tap.equal(list(outcome.perfdata), checking.LABELS, "labels, in order")
    tap.equal(outcome.perfdata["time"][1:], ("s", "0.5", "1:2"), "unit and limits as given")
    tap.equal(outcome.perfdata["hosts"][1:], ("", "@5:7", ""), "unit and limits of a count")
    heads = [label[:19] for label in outcome.perfdata]
    tap.equal(len(set(heads)), len(heads), "labels that differ in their first 19 bytes")
    tap.true(0 < outcome.value("time") < 5, "seconds")


def test_np_32_the_labels_are_always_the_same():
    dead = lab.DeadServer()
    for outcome in (at(server(), "-d", HEALTHY), at(server(), "-d", "srv-absent.test", "-vv"),
                    at(server(), "-d", f"{HEALTHY},srv-absent.test"),
                    check("-H", dead.at, "-d", HEALTHY, "-t", "1"),
                    at(server(), "-d", HEALTHY, "--mode", "discovery", "--no-tcp"),
                    check("-H", dead.at, "--primary-suffix", "..", "-t", "1"),
                    at(hostile(), "-d", "many.hostile.test", "--no-tcp")):
        tap.equal(list(outcome.perfdata or []), checking.LABELS, str(outcome))


def test_np_34_several_domains_give_the_one_that_fares_worst():
    outcome = at(server(), "-d", f"{HEALTHY},ttl-long.test,srv-absent.test")
    tap.equal(outcome.value("hosts"), 0, "fewest hosts")
    outcome.check(outcome.value("ttl") > 86400, "longest TTL")
    outcome = at(server(), "-d", f"{HEALTHY},ttl-long.test", "--warning-ttl", "@3000:4000")
    tap.equal(outcome.value("ttl"), 3600, "the one that breaks the limit")


def test_np_35_to_37_options():
    table = check("--help", is_help=True).out.decode()
    letters = dict(re.findall(r"^  -(\w), --([a-z-]+)", table, re.M))
    for letter, name in (("V", "version"), ("h", "help"), ("t", "timeout"), ("v", "verbose"),
                         ("w", "warning-time"), ("c", "critical-time"), ("H", "resolver"),
                         ("p", "dns-port"), ("d", "domain"), ("s", "server")):
        tap.equal(letters.get(letter), name, f"-{letter}")
    tap.true(not set("laCu") & set(letters), "letters that mean something else to everybody")
    check(HEALTHY).is_state("UNKNOWN", HEALTHY, "-d")
    check("--", HEALTHY).is_state("UNKNOWN", HEALTHY)
    for word in ("text", "json", "openmetrics", "nonsense"):
        check("-d", HEALTHY, "--format", word).is_state("UNKNOWN", "--format")
    long = at(server(), "--domain", HEALTHY, "--warning-time", "30", "--timeout", "9")
    long.is_state("OK")
    check("-p", server().ns_port, "-H", "127.0.0.1", "-d", HEALTHY).is_state("OK")


def test_np_38_extra_opts():
    path = ini(f"""# a comment
[other]
domain = srv-absent.test
[ check_kmsdns ]
; another one
  domain = {HEALTHY}
H={server().at}
p = {server().ns_port}
expect-host =  kms01.{HEALTHY}
[quiet]
exit-ok
d=srv-absent.test
[check_kmsdns]
e = kms02.{HEALTHY}
[bad]
extra-opts = x
""")
    base = ("-H", server().at, "-p", server().ns_port)
    check(f"--extra-opts=@{path}").is_state("CRITICAL", "HOSTS-MISSING", "kms02")
    check(f"--extra-opts=@{path}", "--match", "atleast", "--policy", "/dev/null") \
        .is_state("UNKNOWN", "/dev/null")
    check(f"--extra-opts=other@{path}", *base).is_state("CRITICAL", "SRV-ABSENT")
    outcome = check(f"--extra-opts=quiet@{path}", *base, exit_ok=True)
    tap.equal((outcome.exit, outcome.state), (0, "CRITICAL"), "a switch without a value")
    # the command line wins: the last -t counts
    ten = ini("[check_kmsdns]\ntimeout = nonsense\n", "ten.ini")
    check(f"--extra-opts=@{ten}").is_state("UNKNOWN", "nonsense")
    two = ini(f"[check_kmsdns]\ndomain={HEALTHY}\nwarning-ttl=60\n", "two.ini")
    check("--warning-ttl", "3600", f"--extra-opts=@{two}", *base).is_state("OK")
    check(f"--extra-opts=@{two}", *base).is_state("WARNING", "LIMIT-TTL")
    # also where kmsdns itself takes an option once
    key = ini("[check_kmsdns]\nkey-file = /nonexistent.key\nvantage = first\n", "key.ini")
    last = check(f"--extra-opts=@{key}", *base, "-d", HEALTHY, "--vantage", "last", "-v",
                 "-k", updlab.keys().path("granted"), "--mode", "discovery")
    last.is_state("OK", "seen from last.")
    # behind -- it is no option any more
    check("-d", HEALTHY, *base, "--", "--extra-opts=@/nonexistent").is_state("UNKNOWN", "--extra")
    with open(two, "rb") as stdin:
        check("--extra-opts=@-", *base, stdin=stdin).is_state("WARNING", "LIMIT-TTL")


def test_np_38_comments_and_the_byte_order_mark():
    """As lib/parse_ini.c of Monitoring Plugins reads them: one file serves all plugins."""
    base = ("-H", server().at, "-p", server().ns_port)
    for name, text in (("value", f"[check_kmsdns]\ndomain = {HEALTHY} # the domain\n"),
                       ("close", f"[check_kmsdns]\ndomain = {HEALTHY}#x\n"),
                       ("section", f"[check_kmsdns] # c\ndomain = {HEALTHY}\n"),
                       ("bracket", f"[ check_kmsdns ]; ] c\ndomain = {HEALTHY}\n"),
                       ("switch", f"[check_kmsdns]\nno-tcp # = x\nd={HEALTHY}\n"),
                       ("mark", f"\ufeff[check_kmsdns]\r\ndomain = {HEALTHY}\r\n"),
                       ("mark-comment", f"\ufeff# c\n[check_kmsdns]\ndomain = {HEALTHY}\n")):
        path = ini(text, f"comment-{name}.ini")
        check(f"--extra-opts=@{path}", *base).is_state("OK", f"{HEALTHY}.: 1 host")
    path = ini(f"[check_kmsdns]\nd={HEALTHY}\npublish-list = {HEALTHY},1;{HEALTHY}\n", "semi.ini")
    check(f"--extra-opts=@{path}", *base).is_state("OK", f"{HEALTHY}.: 1 host")
    for name, text, word in (("empty", "[check_kmsdns]\ndomain = # c\n", "empty.ini:2: --domain"),
                             ("text", "[check_kmsdns] c\nd=x\n", "text.ini:1: expected"),
                             ("twice", "\ufeff\ufeff[check_kmsdns]\nd=x\n", "twice.ini:1"),
                             ("semicolon", f"[check_kmsdns]\n\ndomain = {HEALTHY} ; c\n",
                              "semicolon.ini:3: --domain: the name \"\\059\" is not valid"),
                             ("only", "[check_kmsdns]\n = # c\n", "only.ini:2")):
        path = ini(text, f"{name}.ini")
        check(f"--extra-opts=@{path}", *base).is_state("UNKNOWN", word)


def test_np_38_extra_opts_places():
    folder = pathlib.Path(lab.tempdir()) / "etc"
    folder.mkdir()
    base = ("-H", server().at, "-p", server().ns_port, "--extra-opts")
    env = {**os.environ, "NAGIOS_CONFIG_PATH": f"/nonexistent:{folder}"}
    check(*base, env=env).is_state("UNKNOWN", "--extra-opts")
    (folder / "plugins.ini").write_text("[check_kmsdns]\nd = srv-absent.test\n")
    check(*base, env=env).is_state("CRITICAL", "srv-absent.test.")
    named = ini(f"[check_kmsdns]\nd = {HEALTHY}\n", "named.ini")
    check(*base, env={**env, "MP_CONFIG_FILE": str(named)}).is_state("OK")


def test_np_38_extra_opts_that_fail():
    good = ini("[check_kmsdns]\nd=x\n", "good.ini")
    for where, word in (("@" + str(ini("[check_kmsdns]\nvantage=\nd=x\n", "empty.ini")), "--vantage"),
                        ("@" + str(ini("[check_kmsdns]\nw =\n", "short.ini")), "--warning-time"),
                        (f"@{good}.not", "good.ini.not"), (f"nobody@{good}", "[nobody]"),
                        ("@" + str(ini("d=x\n", "early.ini")), "early.ini:1"),
                        ("@" + str(ini("[a]\nx\n[b\n", "open.ini")), "open.ini:3"),
                        ("@" + str(ini("[check_kmsdns]\n=x\n", "nokey.ini")), "nokey.ini:2"),
                        ("@" + str(ini("[check_kmsdns]\nd=a\0b\n", "nul.ini")), "NUL"),
                        ("@" + str(ini("#" * 70000, "long.ini")), "65536"),
                        ("@/dev/zero", "/dev/zero"), ("@" + lab.tempdir(), "no regular file"),
                        ("@" + str(ini("[check_kmsdns]\nextra-opts=@y\n", "deep.ini")),
                         "another one")):
        check(f"--extra-opts={where}").is_state("UNKNOWN", word)


def test_np_39_exit_ok():
    for args, state in ((("-d", "srv-absent.test"), "CRITICAL"), (("-d", HEALTHY), "OK"),
                        (("-d", HEALTHY, "--mode", "discovery", "--warning-serial-lag", "1"),
                         "UNKNOWN")):
        outcome = at(server(), *args, "--exit-ok", exit_ok=True)
        tap.equal((outcome.exit, outcome.state), (0, state), str(outcome))
    for args in (("--exit-ok", "--nonsense"), ("--nonsense", "--exit-ok"), ("word", "--exit-ok"),
                 ("-xd", "--exit-ok", "-t", "never"), ("--warning-ttl", ":", "--exit-ok")):
        outcome = check(*args, exit_ok=True)
        tap.equal((outcome.exit, outcome.state), (0, "UNKNOWN"), str(outcome))


def test_np_40_no_secret_on_the_command_line():
    for args in (("-y", "hmac-sha256:a:c2VjcmV0"), ("--key", "c2VjcmV0"),
                 ("--password=c2VjcmV0",), ("-a", "c2VjcmV0")):
        outcome = check("-d", HEALTHY, *args)
        outcome.is_state("UNKNOWN")
        outcome.check(b"c2VjcmV0" not in outcome.out, "the secret is repeated")


def test_vantage():
    """A place that somebody gave a name says so, in every form."""
    named = at(server(), "-d", HEALTHY, "--vantage", "berlin.corp.example")
    named.is_state("OK", "seen from berlin.corp.example.")
    named.check("seen from" not in at(server(), "-d", HEALTHY).text, "nobody asked for that")
    at(server(), "-d", "srv-absent.test", "--vantage", "berlin").is_state("CRITICAL", "berlin.")


def test_np_41_lists():
    tap.equal(at(server(), "-d", f"{HEALTHY},ttl-long.test").text,
              at(server(), "-d", HEALTHY, "-d", "ttl-long.test").text, "both ways of a list")
    expected = ("-d", HEALTHY, "-e", f"kms01.{HEALTHY},kms09.{HEALTHY}")
    at(server(), *expected).is_state("CRITICAL", "HOSTS-MISSING")
    at(server(), *expected, "--match", "atleast").is_state("CRITICAL", "HOSTS-MISSING")
    at(server(), "-d", HEALTHY, "-e", f"kms01.{HEALTHY}").is_state("OK")
    at(server(), "-d", HEALTHY, "-e", f"kms01.{HEALTHY}", "--match", "forbid") \
        .is_state("CRITICAL", "HOSTS-UNEXPECTED")


def test_np_42_no_external_command():
    """With a PATH that leads nowhere, and no process that may be started by exec."""
    outcome = at(server(), "-d", HEALTHY, env={"PATH": "/nonexistent"})
    outcome.is_state("OK")
    names = subprocess.run(["nm", "-D", "--undefined-only", checking.CHECK], capture_output=True,
                           text=True, check=True).stdout
    for call in ("execv", "execl", "posix_spawn", "popen", " system"):
        tap.true(call not in names, f"the program can call {call.strip()}")


def test_np_43_files_that_are_written():
    folder = pathlib.Path(lab.tempdir()) / "records"
    folder.mkdir()
    target, link = folder / "run.json", folder / "link.json"
    at(server(), "-d", HEALTHY, "--record", target).is_state("OK")
    link.symlink_to(target)
    before = target.read_bytes()
    outcome = at(server(), "-d", HEALTHY, "--record", link)
    outcome.is_state("UNKNOWN", "symbolic link", "1 host published")
    tap.equal(target.read_bytes(), before, "what the link leads to")
    metrics = folder / "kmsdns.prom"
    at(server(), "-d", HEALTHY, "--textfile", metrics).is_state("OK")
    tap.true(re.search(r'kmsdns_verdict{.*state="ok".*} 1', metrics.read_text("ascii")), "metrics")
    tap.equal(metrics.stat().st_mode & 0o777, 0o644, "mode of the metrics")
    at(server(), "-d", HEALTHY, "--textfile", "/nonexistent/x.prom") \
        .is_state("UNKNOWN", "/nonexistent/x.prom", "1 host published")
    at(server(), "-d", HEALTHY, "--textfile", folder / "x.txt").is_state("UNKNOWN", ".prom")
    # wrong options: what an earlier run found is not left to be collected
    wrong = ini(f"[check_kmsdns]\nnonsense\ntextfile={metrics}\n[b]\ntextfile={metrics}\n")
    for args in (("-d", HEALTHY, "--textfile", metrics, "--nonsense"),
                 ("--nonsense", "--textfile", metrics), ("word", f"--textfile={metrics}"),
                 ("-xd", "a..b", "--textfile", metrics), ("-t", "never", "--textfile", metrics),
                 ("-d", "a@b", "--textfile", metrics), ("--mode", "publish", "--textfile", metrics),
                 ("--extra-opts=@/nonexistent", "--textfile", metrics),
                 (f"--extra-opts=@{wrong}",), (f"--extra-opts=b@{wrong}", "--nonsense"),
                 (f"--extra-opts=b@{wrong}", "--nonsense", "--textfile", folder / "x.txt")):
        at(server(), "-d", HEALTHY, "--textfile", metrics).is_state("OK")
        check(*args, "--vantage", "here").is_state("UNKNOWN")
        told = metrics.read_text("ascii")
        tap.true(re.search(r'kmsdns_verdict{.*state="ok".*} 0', told), f"{args}: old ones")
        tap.true('kmsdns_run_success{vantage="here."} 0' in told, f"{args}: the run failed")
        metrics.unlink()
    # the file of the command line, not that of the ini file, whatever comes first
    at(server(), "-d", HEALTHY, "--textfile", metrics).is_state("OK")
    other = folder / "other.prom"
    check(f"--extra-opts=b@{wrong}", "--nonsense", "--textfile", other).is_state("UNKNOWN")
    tap.true("kmsdns_run_success" in other.read_text("ascii"), "the other file")
    tap.true(re.search(r'kmsdns_verdict{.*state="ok".*} 1', metrics.read_text("ascii")), "not this")
    metrics.unlink()
    other.unlink()
    for args in (("--nonsense", "--", "--textfile", metrics), ("--nonsense", "--textfile")):
        check(*args).is_state("UNKNOWN")
        tap.true(not metrics.exists(), f"{args}: no such option")
    # a failure to write hides nothing that was found
    at(server(), "-d", "srv-absent.test", "--record", "/nonexistent/x.json") \
        .is_state("CRITICAL", "/nonexistent/x.json", "SRV-ABSENT")
    tap.equal(sorted(path.name for path in folder.iterdir()), ["link.json", "run.json"],
              "what is left behind")
    shown = run.kmsdns("report", target, "--format", "json")
    tap.equal(shown.json["command"], "diagnose", "the saved run")


def test_np_44_all_input_is_checked():
    for args, word in ((("-d", "x" * 5000), "--domain"), (("-d", "a..b"), "empty label"),
                       (("-H", "192.0.2.1:99999"), "99999"), (("-p", "0"), "--dns-port"),
                       (("--tries", "11"), "11"), (("-t", "-1"), '"-1"'),
                       (("-t", "5:maybe"), "maybe"), (("-t", "99999999999"), "99999999999"),
                       (("--timeout-result", "4"), '"4"'), (("-e", "."), "root"),
                       (("-d", "."), "root"), (("-e", "kms01.test:1688"), "without a port"),
                       (("-e", "192.0.2.21"), "names"), (("--match", "forbid"), "--expect-host"),
                       (("--service", "x" * 300), "--service"), (("-d", ","), "empty"),
                       (("--vantage", "a..b"), "--vantage"), (("-e", "a,,b"), "--expect-host"),
                       (("-d", ",".join(["a.test"] * 10001)), "10000")):
        check("-H", "127.0.0.1:1", *args, limit=60).is_state("UNKNOWN", word)


def test_np_44_what_is_no_domain():
    """None of these is asked for; an internationalized name is, and no first line has a place that
    nobody filled."""
    for text, word in (("http://healthy.test/", "it is a URL"), ("kms01@healthy.test", "user@domain"),
                       ("CORP\\user", "DOMAIN\\user"), ("*.test", "wildcard"),
                       ("healthy.test:53", "host:port"), ("a;b.test", "\\059b.test\" is not valid: domains have only"),
                       ("#", "a # in it"), ("a/b.test", "a / in it"), ("a\\.b", "backslash"),
                       ("192.0.2.53", "an address"), ("2001:db8::53", "an address"),
                       ("healthy.test,a+b", "a + in it; domains have only")):
        at(server(), "-d", text).is_state("UNKNOWN", "--domain: the name ", word)
        path = ini(f"[check_kmsdns]\nvantage=a\ndomain = {text}\n", "place.ini")
        if "#" not in text:
            at(server(), f"--extra-opts=@{path}").is_state("UNKNOWN", "place.ini:3: --domain: ", word)
    for text, name in (("m\u00fcnchen.healthy.test", "xn--mnchen-3ya.healthy.test."), ("_msdcs.a-1.healthy.test", "_msdcs")):
        outcome = at(server(), "-d", text)
        outcome.is_state("CRITICAL", name, "SRV-")
        outcome.check("<" not in outcome.first, "a place that nobody filled")


def test_np_45_no_option_at_all():
    lab.set_resolv_conf(f"nameserver 127.0.0.1\nsearch {HEALTHY}\n")
    outcome = check("-t", "5")
    outcome.is_state("CRITICAL", "127.0.0.1")
    again = check("-H", server().at, "-p", server().ns_port)
    again.is_state("OK", "healthy.test.")


def test_modes():
    """A service a mode: each tells only what it is about."""
    out = upd_bind.rules
    bind = lab.once(out)
    zone = bind.zones["policy"]
    base = ("-H", bind.at, "-p", bind.port, "-d", zone, "--host", f"{updlab.HOST}.{zone}")
    lab.once(lab.KmsHost)
    before = updlab.contents(bind, zone)
    granted, other = (updlab.keys().path(who) for who in ("granted", "other"))
    may = check(*base, "-k", granted, "--mode", "publish")
    may.is_state("OK", "may write (allowed)")
    may.check("the zone" not in may.text, "something is told that was not asked for")
    check(*base, "-k", granted, "--mode", "consistency,publish") \
        .is_state("OK", "nothing is wrong with the zone; ", "may write (allowed)")
    check(*base, "-k", other, "--mode", "publish").is_state("CRITICAL")
    check(*base, "-k", other, "--mode", "discovery,consistency").check(
        "KEY" not in checking.check(*base, "-k", other, "--mode", "discovery", "-vv").text,
        "the right to write in another mode")
    unknown = updlab.keys().path("unknown")
    check(*base, "-k", unknown).is_state("CRITICAL", "key")
    tap.equal(updlab.contents(bind, zone), before, "the zone: a check never writes")
    outcome = at(server(), "-d", "srv-absent.test", "--mode", "consistency")
    outcome.is_state("OK", "nothing is wrong with the zone")
    # nobody was heard there: that is not the same as agreement
    check("-H", server().at, "-p", "1", "-d", HEALTHY, "--mode", "consistency") \
        .is_state("UNKNOWN", "no server of the zone")
    check("-H", server().at, "-p", "1", "-d", HEALTHY).is_state("OK")
    dead = lab.DeadServer()
    for where in ("127.0.0.1:1", dead.at):
        named = check("-H", server().at, "-d", HEALTHY, "-s", where, "-t", "4")
        named.check(named.exit != 0, "a server that was named is silent")
        untested = check("-H", server().at, "-d", HEALTHY, "-s", where, "--mode", "publish",
                         "-k", granted, "-t", "4")
        untested.check(untested.exit in (2, 3), "the right to write was not tested")
    at(server(), "-d", "srv-absent.test", "--mode", "discovery").is_state("CRITICAL")


def test_policy_and_fail_level():
    strict = ini('{"schema": "kmsdns-policy/1", "severity": {"TTL-UNUSUAL": "critical"}, '
                 '"limits": {"hosts": {"warning": "2:"}}}', "strict.json")
    at(server(), "-d", "ttl-unusual.test").is_state("OK")
    at(server(), "-d", "ttl-unusual.test", "--fail-level", "notice").is_state("WARNING")
    at(server(), "-d", "ttl-unusual.test", "--policy", strict).is_state("CRITICAL", "TTL-UNUSUAL")
    at(server(), "-d", HEALTHY, "--policy", strict).is_state("WARNING", "LIMIT-HOSTS")
    at(server(), "-d", HEALTHY, "--policy", strict, "--warning-hosts", "1:").is_state("OK")
    at(server(), "-d", "ttl-long.test", "--fail-level", "critical").is_state("OK")


def test_the_same_by_format_nagios():
    """kmsdns diagnose --format nagios says the same; the exit status is that of kmsdns."""
    where = ("--resolver", server().at, "--dns-port", server().ns_port)
    result = run.kmsdns("diagnose", "srv-absent.test", *where, "--format", "nagios")
    outcome = at(server(), "-d", "srv-absent.test")
    tap.equal(result.out.decode().partition(" | ")[0], outcome.first.partition(" | ")[0], "text")
    tap.equal(result.exit, 1, "exit status of the command")


def test_costs():
    """Below 15 MiB; CPU time is printed, and measured in tests/bench."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    at(server(), "-d", HEALTHY)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
    print(f"# {cpu * 1000:.1f} ms of CPU")
    if "asan" not in str(lab.BUILDDIR):
        done = subprocess.run(["/usr/bin/env", sys.executable, "-c", _PEAK, str(checking.CHECK),
                               "-d", HEALTHY, "-H", server().at, "-p", str(server().ns_port)],
                              capture_output=True, text=True, check=True)
        tap.true(int(done.stdout) < 15 * 1024, f"{done.stdout} KiB")


_PEAK = ("import resource, subprocess, sys; "
         "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
         "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")


# Where the rules are tested that this file has no function for: a test of that name must be there.
ELSEWHERE = {7: ("test_check_hang.py", "test_np_01_and_07_crashes"),
             18: ("test_check_hang.py", "test_np_18_timeouts"),
             19: ("test_check_hang.py", "test_np_19_file_systems_that_hang"),
             20: ("test_check_hang.py", "test_np_20_the_state_of_a_timeout"),
             21: ("test_check_hang.py", "test_np_21_what_was_proved_stays"),
             25: ("../unit/test_range.c", "test_property"),
             46: ("test_nagios.py", "test_np_46"),
             47: ("test_check_packets.py", "np 47")}


def test_every_rule_has_a_test():
    """NP-01 to NP-47 by the names of functions: np_04_and_17, np_22_to_24, np_35_to_37."""
    named = set()
    for name in (name for name in globals() if name.startswith("test_np_")):
        found = re.match(r"test_np_(\d\d)(?:_(to|and)_(\d\d))?", name)
        first, how, last = int(found[1]), found[2], int(found[3] or found[1])
        named.update(range(first, last + 1) if how == "to" else {first, last})
    for number, (path, name) in ELSEWHERE.items():
        text = (lab.HERE / path).read_text(encoding="utf-8")
        if re.search(rf"\b{name}", text):
            named.add(number)
    # 33 is a property of every output: checking.py looks for "|" behind the first line
    tap.equal([number for number in range(1, 48) if number not in named | {33}], [], "without")


if __name__ == "__main__":
    lab.enter()
    sys.exit(run.main(sys.modules[__name__]))
