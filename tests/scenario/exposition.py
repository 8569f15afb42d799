# SPDX-License-Identifier: BSD-2-Clause
"""Reads what --format openmetrics gives with the readers that matter: Prometheus' own (promtool),
the OpenMetrics parser and the text parser of its Python client. All must agree."""

import subprocess

import lab
import tap

# family: (label of the state set, number of states)
STATES = {
    "kmsdns_verdict": ("state", 5), "kmsdns_finding_state": ("state", 6),
    "kmsdns_srv_status": ("status", 19), "kmsdns_server_srv_status": ("status", 19),
    "kmsdns_target_tcp_state": ("state", 5), "kmsdns_update_right": ("verdict", 5),
}


def _parsers():
    try:
        from prometheus_client import parser
        from prometheus_client.openmetrics import parser as strict
    except ImportError:
        raise tap.Skip("prometheus_client (python3-prometheus-client) is not installed") from None
    return parser.text_string_to_metric_families, strict.text_string_to_metric_families


def promtool(text):
    done = subprocess.run([lab.need("promtool"), "check", "metrics"], input=text,
                          capture_output=True, check=False)
    if done.returncode != 0 or done.stdout or done.stderr:
        raise AssertionError(f"promtool check metrics: {(done.stdout + done.stderr).decode()}\n"
                             f"{text.decode(errors='replace')[:3000]}")


class Exposition:
    """Samples by (name, labels); labels are compared without vantage, which all share."""

    def __init__(self, text):
        promtool(text)
        tap.true(text.endswith(b"\n# EOF\n"), "the end")
        text = text.decode("ascii")
        loose, strict = (self._samples(parse(text)) for parse in _parsers())
        tap.equal(loose, strict, "the two formats give different samples")
        vantages = {dict(labels).get("vantage") for _, labels in strict}
        tap.equal(len(vantages), 1, "vantages")
        self.vantage = vantages.pop()
        self.samples = {(name, frozenset(set(labels) - {("vantage", self.vantage)})): value
                        for (name, labels), value in strict.items()}
        self.names = {name for name, _ in self.samples}
        for name in self.names & set(STATES):
            self._check_states(name)

    @staticmethod
    def _samples(families):
        found = {}
        for family in families:
            tap.equal(family.type, "gauge", family.name)
            tap.true(family.documentation, f"{family.name} has no HELP")
            for sample in family.samples:
                key = sample.name, frozenset(sample.labels.items())
                tap.true(key not in found, f"{key} is there twice")
                tap.true(sample.timestamp is None, f"{key} has a timestamp")
                tap.true("vantage" in sample.labels, f"{key} has no vantage")
                tap.true(sample.value == sample.value, f"{key} is NaN")
                found[key] = sample.value
        return found

    def _check_states(self, name):
        label, size = STATES[name]
        sets = {}
        for labels, value in self.of(name):
            state = labels.pop(label)
            sets.setdefault(frozenset(labels.items()), {})[state] = value
        for labels, values in sets.items():
            tap.equal(sorted(values.values()), [0.0] * (size - 1) + [1.0],
                      f"states of {name} {sorted(labels)}")

    def of(self, name):
        """[(labels, value)] of a family."""
        return [(dict(labels), value) for (other, labels), value in self.samples.items()
                if other == name]

    def value(self, name, **labels):
        """The value of one sample; None without it."""
        return self.samples.get((name, frozenset(labels.items())))

    def state(self, name, **labels):
        """The state that holds."""
        label = STATES[name][0]
        held = [found[label] for found, value in self.of(name)
                if value == 1 and labels.items() <= found.items()]
        tap.equal(len(held), 1, f"{name} {labels}: {held}")
        return held[0]


def check_against(told, report):
    """What the exposition says is what the JSON of the same run says."""
    tap.equal(told.value("kmsdns_run_success"), 1.0, "run_success")
    tap.equal(told.value("kmsdns_run_complete"), float(report["complete"]), "run_complete")
    tap.equal(told.value("kmsdns_run_duration_seconds"), report["duration_s"], "duration")
    tap.equal(told.vantage, report["vantage"], "vantage")
    tap.equal(told.state("kmsdns_verdict"), report["verdict"], "verdict")
    found = {}
    for finding in report["findings"]:
        found.setdefault(finding["id"], finding["severity"])   # the worst stands first
    open_ids = {entry["id"] for entry in report["not_evaluated"]}
    for labels, _ in told.of("kmsdns_finding_state"):
        want = found.get(labels["id"], "not_evaluated" if labels["id"] in open_ids else "ok")
        tap.equal(told.state("kmsdns_finding_state", id=labels["id"]), want, labels["id"])
    raised = {(labels["id"], labels["severity"]) for labels, _ in told.of("kmsdns_finding")}
    tap.equal(raised, {(f["id"], f["severity"]) for f in report["findings"]}, "findings")
    counted = sum(value for _, value in told.of("kmsdns_findings"))
    tap.equal(counted, len(report["findings"]), "count")
    for domain in report["domains"]:
        check_domain(told, domain)


def check_domain(told, domain):
    name, srv, zone = domain["name"], domain["srv"], domain["zone"]
    statuses = [labels["status"] for labels, value in told.of("kmsdns_srv_status")
                if labels["domain"] == name and value == 1]
    tap.true(srv["status"] in statuses, f"{srv['status']} is not in {statuses}")
    hosts = {(r["target"], r["port"]) for r in srv["records"] if r["target"] != "."}
    if srv["status"] in ("NOERROR", "NODATA", "NXDOMAIN"):
        tap.equal(told.value("kmsdns_srv_hosts", domain=name), float(len(hosts)), "hosts")
        tap.equal(told.value("kmsdns_srv_found", domain=name), float(bool(srv["records"])), "found")
    for server in zone["servers"] if zone else []:
        labels = {"domain": name, "server": server["name"] or "",
                  "address": server["address"] or ""}
        tap.equal(told.state("kmsdns_server_srv_status", **labels), server["srv_status"], "server")
        serial = None if server["serial"] is None else float(server["serial"])
        tap.equal(told.value("kmsdns_server_serial", **labels), serial, "serial")
    for target in domain["targets"]:
        for address in target["addresses"]:
            labels = {"target": target["name"], "port": str(target["port"]),
                      "address": address["address"]}
            tap.equal(told.state("kmsdns_target_tcp_state", **labels), address["tcp"], "tcp")
