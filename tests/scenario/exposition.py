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
