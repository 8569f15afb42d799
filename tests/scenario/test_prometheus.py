# SPDX-License-Identifier: BSD-2-Clause
"""--format openmetrics before Prometheus' own programs: promtool, a node exporter, a
Prometheus; the alert rules that are shipped; docs/monitoring.md, from nothing to an alert."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import exposition
import lab
import misbehave
import monitoring_doc
import run
import tap
import wire

CONTRIB = lab.SRCDIR / "contrib" / "prometheus"
RULES = CONTRIB / "kmsdns.rules.yml"
ZONE = """$ORIGIN corp.example.
$TTL 3600
@       IN SOA   ns1 hostmaster ( {serial} 7200 900 1209600 300 )
        IN NS    ns1
ns1     IN A     192.0.2.53
kms01   IN A     192.0.2.21
{record}
"""
RECORD = "_vlmcs._tcp  IN SRV  0 0 1688 kms01"
# of the responder's modes; others test them
SLOW = {"deadtargets", "deafhosts", "targetdrop", "targetlossy", "many"}
_STAGE = {}


def bind():
    """BIND with all of testzones and corp.example., which tests change."""
    if "bind" not in _STAGE:
        write_zone(RECORD)
        _STAGE["bind"] = lab.named({**lab.zone_files(), "corp.example.": zone_path()})
    return _STAGE["bind"]


def zone_path():
    return pathlib.Path(lab.tempdir()) / "corp.example.zone"


def write_zone(record):
    _STAGE["serial"] = _STAGE.get("serial", 0) + 1
    zone_path().write_text(ZONE.format(serial=_STAGE["serial"], record=record), encoding="ascii")


def change_zone(record):
    """Puts or takes the record, and waits until BIND serves it so."""
    write_zone(record)
    bind().process.send_signal(signal.SIGHUP)
    answers = 1 if record else 0
    until(lambda: (wire.exchange(("127.0.0.1", bind().port), "_vlmcs._tcp.corp.example.", "SRV")
                   or (0, -1))[1] == answers, "BIND does not serve the new zone")


def until(is_done, what, seconds=60):
    """Waits for something that has to come; the limit only ends a test that has failed."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = is_done()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(what)


def folder(name):
    path = pathlib.Path(lab.tempdir()) / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def look(*args, code=None, server=None, **options):
    """Runs diagnose in openmetrics; returns the exposition and the JSON of the same run."""
    server = server or bind()
    record = pathlib.Path(lab.tempdir()) / "prometheus-run.json"
    where = ["--resolver", server.at, "--dns-port", server.ns_port] if server != "none" else []
    result = run.kmsdns("diagnose", *args, *where, "--format", "openmetrics", "--record", record,
                        **options)
    result.check(code is None or result.exit == code, "exit status")
    result.check(result.err == b"", "standard error")
    policy = ["--policy", args[args.index("--policy") + 1]] if "--policy" in args else []
    again = run.kmsdns("report", record, *policy, "--format", "openmetrics")
    result.check(again.out == result.out, "report of the saved run gives other bytes")
    return exposition.Exposition(result.out), json.loads(record.read_text(encoding="utf-8"))


def test_healthy_zone():
    told, report = look("healthy.test", code=0)
    exposition.check_against(told, report)
    domain = {"domain": "healthy.test."}
    tap.equal(told.value("kmsdns_srv_ttl_seconds", **domain), 3600.0, "TTL")
    tap.equal(told.value("kmsdns_negative_ttl_seconds", **domain), 300.0, "negative TTL")
    tap.equal(told.value("kmsdns_srv_hosts_reachable", **domain), 1.0, "reachable")
    tap.equal(told.value("kmsdns_zone_servers_answering", **domain), 1.0, "servers")
    tap.equal(told.value("kmsdns_serial_lag", **domain), 0.0, "serial lag")
    tap.true(told.value("kmsdns_response_time_seconds", **domain) > 0, "response time")
    tap.true(told.value("kmsdns_connect_time_seconds", **domain) >= 0, "connect time")
    tap.true(told.value("kmsdns_resolver_response_seconds", resolver=bind().at, **domain) > 0,
             "response time of the resolver")
    age = time.time() - told.value("kmsdns_last_run_timestamp_seconds")
    tap.true(-5 < age < 600, f"the run was {age} s ago")
    print(f"# one domain: {len(told.samples)} series, "
          f"{len(told.of('kmsdns_finding_state'))} of them states of checks")


def test_every_zone_of_testzones():
    names = [origin for origin in lab.zone_files() if origin.endswith(".test.")]
    told, report = look(*names)
    exposition.check_against(told, report)
    tap.equal(told.state("kmsdns_srv_status", domain="srv-absent.test."), "NXDOMAIN", "absent")
    tap.equal(told.value("kmsdns_srv_found", domain="srv-absent.test."), 0.0, "absent")
    tap.equal(told.value("kmsdns_srv_hosts_reachable", domain="tgt-closed.test."), 0.0, "closed")
    sums = {told.value("kmsdns_srv_set_checksum", domain=name) for name in names}
    tap.true(len(sums) > len(names) // 2, "different sets have the same sum")


def test_same_set_has_the_same_sum():
    """An authority and a cache in front of it: other TTL, same records."""
    cache = lab.unbound(bind())
    sums = {look("srv-weights.test", server=server)[0].value(
        "kmsdns_srv_set_checksum", domain="srv-weights.test.") for server in (bind(), cache)}
    cache.stop()
    tap.true(len(sums) == 1 and None not in sums and 0 not in sums, f"sums {sums}")


def test_hostile_names():
    server = lab.responder()
    modes = [f"{mode}.hostile.test" for mode in misbehave.MODES if mode not in SLOW]
    told, report = look(*modes, "--tries", "1", "--try-timeout", "1", server=server)
    server.stop()
    exposition.check_against(told, report)
    targets = [labels["target"] for labels, _ in told.of("kmsdns_target_addresses")]
    tap.true(any("\\" in target for target in targets), f"no name was escaped: {targets[:10]}")
    for status in ("REFUSED", "SERVFAIL"):
        domain = f"{status.lower()}.hostile.test."
        tap.equal(told.state("kmsdns_srv_status", domain=domain), status, domain)


def test_five_hundred_records():
    server = lab.responder()
    told, _ = look("many.hostile.test", "--no-tcp", server=server)
    server.stop()
    tap.equal(len(told.of("kmsdns_target_addresses")) <= 32, True, "targets are not bounded")
    tap.true(told.value("kmsdns_left_out", what="targets") > 0, "nothing is said to be left out")
    tap.equal(told.value("kmsdns_srv_hosts", domain="many.hostile.test."), 500.0, "hosts")


def test_silence_is_not_refusal():
    """A dead resolver has neither a response time nor an opinion on the record."""
    dead = lab.DeadServer()
    few = ["--resolver", dead.at, "--tries", "1", "--try-timeout", "0.2"]
    told, report = look("healthy.test", *few)
    exposition.check_against(told, report)
    here = {"domain": "healthy.test.", "resolver": dead.at}
    tap.equal(told.state("kmsdns_srv_status", **here), "TIMEOUT", "status")
    tap.equal(told.value("kmsdns_srv_status", status="REFUSED", **here), 0.0, "REFUSED")
    tap.equal(told.value("kmsdns_resolver_response_seconds", **here), None, "time of the dead one")
    alone, report = look("healthy.test", *few, server="none")
    exposition.check_against(alone, report)
    tap.equal(alone.value("kmsdns_srv_found", domain="healthy.test."), None, "silence is no answer")
    tap.equal(alone.value("kmsdns_srv_hosts", domain="healthy.test."), None, "hosts")


def test_cut_by_the_deadline():
    dead = lab.DeadServer()
    told, report = look("healthy.test", "--resolver", dead.at, "--timeout", "0.5", server="none",
                        code=3)
    exposition.check_against(told, report)
    tap.equal(told.value("kmsdns_run_complete"), 0.0, "complete")
    tap.equal(told.state("kmsdns_verdict"), "unknown", "verdict")


def test_right_to_write():
    told, report = look("corp.example", "--host", "kms01.corp.example")
    exposition.check_against(told, report)
    tap.equal(told.state("kmsdns_update_right", domain="corp.example.", identity="none"), "refused",
              "BIND without an update policy")


def test_policy_that_switches_a_check_off():
    policy = pathlib.Path(lab.tempdir()) / "off.json"
    policy.write_text(json.dumps({"severity": {"SRV-ABSENT": "off"}}), encoding="ascii")
    told, _ = look("srv-absent.test", "--policy", policy)
    ids = {labels["id"] for labels, _ in told.of("kmsdns_finding_state")}
    tap.true("SRV-ABSENT" not in ids and "SRV-TYPO" in ids, "what was not asked is told")


def test_failed_runs():
    """Valid all the same, and the sentence is on standard error."""
    cases = [(["diagnose", "--key-file", "/nonexistent"], 3, b"/nonexistent"),
             (["diagnose", "--bogus"], 2, b"--bogus"),
             (["report", "/nonexistent"], 3, b"/nonexistent"), ([], 2, b"verb")]
    for args, code, says in cases:
        result = run.kmsdns(*args, "--format", "openmetrics")
        result.check(result.exit == code, "exit status")
        result.check(says in result.err, "the reason is not on standard error")
        told = exposition.Exposition(result.out)
        tap.equal(told.value("kmsdns_run_success"), 0.0, str(result))
        tap.equal(told.state("kmsdns_verdict"), "unknown", str(result))
    result = run.kmsdns("explain", "SRV-ABSENT", "--format", "openmetrics")
    result.check(result.exit == 2 and b"explain" in result.err, "explain measures nothing")


# ---- the rules ----

def promtool(*args, **options):
    return subprocess.run([lab.need("promtool"), *map(str, args)], capture_output=True, text=True,
                          check=False, **options)


def test_rules():
    for args in (("check", "rules", RULES), ("test", "rules", CONTRIB / "kmsdns.rules.test.yml")):
        done = promtool(*args)
        tap.equal(done.returncode, 0, done.stdout + done.stderr)


def test_rules_use_series_that_exist():
    told, _ = look("corp.example", "--host", "kms01.corp.example")
    text = RULES.read_text(encoding="utf-8")
    used = set(re.findall(r"kmsdns_\w+", re.sub(r"#.*", "", text)))
    unknown = used - told.names
    tap.equal(unknown, {"kmsdns_finding"} - told.names, "no run tells")
    page = monitoring_doc.PAGE.read_text(encoding="utf-8")
    missing = {name for name in told.names if name not in page and
               name not in ("kmsdns_build_info", "kmsdns_left_out", "kmsdns_server_serial",
                            "kmsdns_server_srv_ttl_seconds")}
    tap.equal(missing, set(), "the page does not name")
    for alert in re.findall(r"alert: (\w+)", text):
        tap.true(alert in page, f"the page does not name {alert}")


def test_every_alert_is_tested():
    """An alert that never fires, and one that always does, break the tests of the rules."""
    where = folder("mutants")
    rules = RULES.read_text(encoding="utf-8")
    (where / "test.yml").write_text((CONTRIB / "kmsdns.rules.test.yml").read_text(encoding="utf-8"),
                                    encoding="utf-8")
    alerts = list(re.finditer(r"- alert: (\w+)\n( +expr: )(.*?)(?=\n +(?:for|labels):)", rules,
                              re.S))
    tap.true(len(alerts) > 10, "no alerts were found")
    for found in alerts:
        for expression in ("vector(1) == 0", "vector(1) == 1"):
            mutant = rules[:found.start(3)] + expression + rules[found.end(3):]
            (where / "kmsdns.rules.yml").write_text(mutant, encoding="utf-8")
            done = promtool("test", "rules", "test.yml", cwd=where)
            tap.true(done.returncode != 0, f"{found[1]} may be {expression}")


def check_firing(wanted, minutes, series, step=1):
    """These alerts fire then, and no others: {name: severity}; series: {name with labels: values},
    one each step of minutes. Alerts on findings are left out, they say what the plugin says."""
    case = {
        "rule_files": [str(RULES)], "evaluation_interval": f"{step}m", "tests": [{
            "interval": f"{step}m",
            "input_series": [{"series": name, "values": text} for name, text in series.items()],
            "promql_expr_test": [{
                "expr": "group by (alertname, severity) "
                        '(ALERTS{alertstate="firing",alertname!~"KmsdnsFinding.*"})',
                "eval_time": f"{minutes}m",
                "exp_samples": [{"labels": f'{{alertname="{name}",severity="{severity}"}}',
                                 "value": 1} for name, severity in wanted.items()]}]}]}
    path = folder("firing") / "test.yml"
    path.write_text(json.dumps(case), encoding="ascii")    # JSON is YAML
    done = promtool("test", "rules", path)
    tap.equal(done.returncode, 0, f"after {minutes} min: {done.stdout + done.stderr}")


def check_alerts(wanted, *args, **options):
    """What fires after 20 minutes of such runs."""
    path = folder("firing") / "run.prom"
    look(*args, "--textfile", path, **options)
    samples = [line.rsplit(" ", 1) for line in path.read_text(encoding="ascii").splitlines()
               if not line.startswith("#")]
    check_firing(wanted, 20, {name: f"{float(value):.9f}x20" for name, value in samples})


def test_a_vantage_point_is_given_up_after_a_day():
    series = {'kmsdns_run_success{vantage="berlin"}': "1x4 stale",
              'kmsdns_run_success{vantage="lisbon"}': "1x110"}
    check_firing({}, 60, series, step=15)
    check_firing({"KmsdnsVantageGone": "warning"}, 24 * 60, series, step=15)
    check_firing({}, 26 * 60, series, step=15)


def test_alerts_of_silent_resolvers():
    """One of several is no emergency; all of them are."""
    dead = lab.DeadServer()
    quick = ["--tries", "1", "--try-timeout", "0.2"]
    check_alerts({}, "healthy.test")
    check_alerts({"KmsdnsResolverSilent": "warning"}, "healthy.test", "--resolver", dead.at, *quick)
    check_alerts({"KmsdnsNoResolverAnswers": "critical"}, "healthy.test", "--resolver", dead.at,
                 "--resolver", "127.0.0.1:9", *quick, server="none")


def test_alerts_of_servers_that_only_resolvers_reach():
    """The plugin is OK there, and so are we."""
    dead = lab.DeadServer()
    told = ["healthy.test", "--resolver", bind().at, "--dns-port", dead.port, "--tries", "1",
            "--try-timeout", "0.2"]
    check_alerts({}, *told, server="none", code=0)


def test_alerts_of_an_address_without_a_way_there():
    path = pathlib.Path(lab.tempdir()) / "six.zone"
    path.write_text(ZONE.replace("corp.example", "six.example").format(serial=1, record=RECORD) +
                    "ns1 IN AAAA 2001:db8:6::53\n@ IN NS ns6\nns6 IN AAAA 2001:db8:6::54\n",
                    encoding="ascii")
    server = lab.named({"six.example.": path}, "six.example.")
    told, _ = look("six.example", server=server)
    ways = [labels["status"] for labels, value in told.of("kmsdns_server_srv_status")
            if value == 1 and labels["address"].startswith("[")]
    tap.equal(ways, ["UNREACHABLE"] * 2, "there is a route")
    check_alerts({}, "six.example", server=server)
    server.stop()


# ---- from nothing to an alert ----

class Web(lab.Server):
    """A child process that answers HTTP."""

    def _wait(self, probe):
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(probe, timeout=5):
                    return
            except OSError:
                time.sleep(0.05)
        log = self.log()
        self.stop()
        raise RuntimeError(f"{self.name} did not come up:\n{log}")


ROOT = "prometheus-root"
SYSTEM = ["/etc/default", "/etc/prometheus", "/etc/systemd/system",
          "/var/lib/prometheus/node-exporter"]


def places():
    """What the page says, and what it is in the lab."""
    found = {path: str(folder(ROOT + path)) for path in SYSTEM}
    found["/usr/local/share/kmsdns/prometheus"] = str(CONTRIB)
    # what the page installs is installed, as the list of packages in bootstrap has it
    found["apt-get install -y"] = "dpkg -s"
    found["_interval: 15s"] = "_interval: 1s"
    return found


def put(path):
    """Writes a file of the page to its place."""
    target = pathlib.Path(lab.tempdir()) / (ROOT + path)
    target.write_text(monitoring_doc.file(path, places()), encoding="utf-8")


def shell(name):
    """Runs a block of the page; returns what it prints."""
    tools = folder(ROOT + "/bin")
    table = tools / "places.json"
    table.write_text(json.dumps(places()), encoding="utf-8")
    units = lab.HERE / "units.py"
    (tools / "systemctl").write_text(
        f"#!/bin/sh\nexec {sys.executable} {units} {places()['/etc/systemd/system']} {table} "
        '"$@"\n', encoding="ascii")
    (tools / "systemctl").chmod(0o755)
    script = monitoring_doc.commands(name, places())
    env = {**os.environ, "PATH": f"{tools}:{lab.BUILDDIR}:{os.environ['PATH']}"}
    done = subprocess.run(["sh", "-eu", "-c", script], capture_output=True, text=True, env=env,
                          cwd=lab.tempdir(), check=False)
    tap.equal(done.returncode, 0, f"{name}:\n{script}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def query(expression):
    """[(labels, value)] of Prometheus' HTTP API."""
    address = "http://127.0.0.1:9090/api/v1/query?" + urllib.parse.urlencode({"query": expression})
    with urllib.request.urlopen(address, timeout=20) as reply:
        found = json.load(reply)
    tap.equal(found["status"], "success", str(found))
    return [(entry["metric"], float(entry["value"][1])) for entry in found["data"]["result"]]


def firing():
    """{name: alert} of those that fire."""
    with urllib.request.urlopen("http://127.0.0.1:9090/api/v1/alerts", timeout=20) as reply:
        alerts = json.load(reply)["data"]["alerts"]
    return {alert["labels"]["alertname"]: alert for alert in alerts if alert["state"] == "firing"}


def start_exporter(where):
    return Web("node-exporter", [
        lab.need("prometheus-node-exporter"), "--collector.disable-defaults",
        "--collector.textfile", "--web.listen-address=127.0.0.1:9100",
        f"--collector.textfile.directory={where}"],
        9100, "http://127.0.0.1:9100/metrics")


def scrape():
    """(vantage points whose run the node exporter tells, how often it dropped something)"""
    with urllib.request.urlopen("http://127.0.0.1:9100/metrics", timeout=20) as reply:
        text = reply.read().decode()
    dropped = re.search(r'^promhttp_metric_handler_errors_total.cause="gathering". (\d+)', text,
                        re.M)
    runs = re.findall(r'^kmsdns_run_success.vantage="(.*?)". 1', text, re.M)
    return sorted(runs), int(dropped[1])


def test_two_files_of_one_machine():
    """As the page has it: with one name they hide each other, with two they do not. The node
    exporter counts what it drops, which KmsdnsSeriesCollide watches."""
    where = folder("two-files")
    with start_exporter(where):
        for names, runs, is_lossy in ((("a", "b"), ["a.", "b."], False), (("a", "a"), ["a."], True)):
            for name, domain in zip(names, ("healthy.test", "srv-weights.test")):
                look(domain, "--vantage", name, "--textfile", where / f"{domain}.prom")
            scrape()
            found, dropped = scrape()
            tap.equal((found, dropped > 0), (runs, is_lossy), f"{names}, dropped {dropped}")


def start_prometheus():
    config = pathlib.Path(places()["/etc/prometheus"]) / "prometheus.yml"
    server = Web("prometheus", [
        lab.need("prometheus"), f"--config.file={config}",
        f"--storage.tsdb.path={folder(ROOT + '/tsdb')}", "--storage.tsdb.retention.time=1h",
        "--web.listen-address=127.0.0.1:9090"], 9090, "http://127.0.0.1:9090/-/ready")
    units = pathlib.Path(places()["/etc/systemd/system"])
    (units / "prometheus.pid").write_text(str(server.process.pid), encoding="ascii")
    return server


def run_once():
    """As the timer does; the alerts below wait for what this run wrote."""
    tools = folder(ROOT + "/bin")
    done = subprocess.run([tools / "systemctl", "start", "kmsdns-textfile.service"],
                          env={**os.environ, "PATH": f"{lab.BUILDDIR}:{os.environ['PATH']}"},
                          capture_output=True, text=True, check=False)
    tap.equal(done.returncode, 0, done.stdout + done.stderr)


def check_cron():
    """The line for machines without systemd does the same."""
    path = folder(ROOT + "/var/lib/prometheus/node-exporter") / "kmsdns.prom"
    line = (CONTRIB / "kmsdns-textfile.cron").read_text(encoding="ascii").splitlines()[-1]
    *when, user, command = line.split(None, 6)
    tap.equal((when, user), (["*/5", "*", "*", "*", "*"], "root"), line)
    for old, new in places().items():
        command = command.replace(old, new)
    path.unlink()
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False,
                          env={**os.environ, "PATH": f"{lab.BUILDDIR}:{os.environ['PATH']}"})
    tap.equal((done.returncode, done.stdout, done.stderr), (0, "", ""), command)
    tap.equal(exposition.Exposition(path.read_bytes()).state("kmsdns_verdict"), "ok", "the file")


def check_values():
    """The API has what the file says, with its labels."""
    told = exposition.Exposition(
        (folder(ROOT + "/var/lib/prometheus/node-exporter") / "kmsdns.prom").read_bytes())
    until(lambda: query("kmsdns_run_success"), "Prometheus has no series")
    for name in ("kmsdns_srv_ttl_seconds", "kmsdns_srv_hosts_reachable", "kmsdns_verdict",
                 "kmsdns_srv_status", "kmsdns_last_run_timestamp_seconds"):
        got = {frozenset((key, value) for key, value in labels.items()
                         if key not in ("__name__", "job", "instance", "vantage")): number
               for labels, number in query(name)}
        want = {frozenset(labels.items()): number for labels, number in told.of(name)}
        tap.equal(got, want, name)
    tap.equal([value for _, value in query("node_textfile_scrape_error")], [0.0], "scrape error")
    tap.equal({labels["vantage"] for labels, _ in query("kmsdns_verdict")}, {"lab."}, "vantage")


def check_breaks():
    """The record goes, and comes back; the resolver dies, and comes back."""
    run_once()
    tap.equal(firing(), {}, "alerts of a healthy zone")
    change_zone("")
    run_once()
    alert = until(lambda: firing().get("KmsdnsSrvAbsent"), "no alert for the absent record")
    tap.equal({key: alert["labels"][key] for key in ("domain", "vantage", "severity")},
              {"domain": "corp.example.", "vantage": "lab.", "severity": "critical"}, str(alert))
    until(lambda: "KmsdnsFindingCritical" in firing(), "no alert for the finding")
    told = firing()["KmsdnsFindingCritical"]["annotations"]["description"]
    tap.true("SRV-ABSENT" in told, told)
    tap.true("KmsdnsSrvAbsent" in shell("prometheus-alerts"), "the page's query")
    change_zone(RECORD)
    run_once()
    until(lambda: not firing(), f"alerts do not resolve: {list(firing())}")
    bind().process.send_signal(signal.SIGSTOP)
    try:
        run_once()
    finally:
        bind().process.send_signal(signal.SIGCONT)
    alert = until(lambda: firing().get("KmsdnsNoResolverAnswers"), "no alert for the dead resolver")
    tap.true("192.0.2.53:53 TIMEOUT." in alert["annotations"]["description"], str(alert))
    run_once()
    until(lambda: not firing(), f"alerts do not resolve: {list(firing())}")


def test_from_nothing_to_an_alert():
    for program in ("prometheus", "prometheus-node-exporter", "promtool"):
        lab.need(program)
    bind()
    lab.set_resolv_conf("nameserver 192.0.2.53\n")
    wanted = ["prometheus-look", "prometheus-install", "prometheus-timer", "prometheus-rules",
              "prometheus-query", "prometheus-alerts", "prometheus-test-rules"]
    tap.equal(monitoring_doc.names("run", "prometheus"), wanted, "blocks of the page")
    tap.true('kmsdns_verdict{vantage="lab.",state="ok"} 1' in shell("prometheus-look"), "the look")
    shell("prometheus-install")
    put("/etc/default/kmsdns-textfile")
    put("/etc/prometheus/prometheus.yml")
    # as packages bring it: running, without our rules
    config = folder(ROOT + "/etc/prometheus") / "prometheus.yml"
    config.write_text(config.read_text(encoding="utf-8").replace("  - kmsdns.rules.yml", "  []"),
                      encoding="utf-8")
    with start_exporter(places()["/var/lib/prometheus/node-exporter"]), start_prometheus():
        tap.equal(shell("prometheus-timer"), "", "promtool check metrics")
        put("/etc/prometheus/prometheus.yml")
        tap.true("SUCCESS" in shell("prometheus-rules"), "the configuration")
        check_values()
        told = shell("prometheus-query")
        tap.true('status="NOERROR"' in told and 'state="ok"' in told, told)
        tap.true("SUCCESS" in shell("prometheus-test-rules"), "the rules' tests")
        check_cron()
        check_breaks()


if __name__ == "__main__":
    lab.enter()
    lab.KmsHost()
    sys.exit(run.main(sys.modules[__name__]))
