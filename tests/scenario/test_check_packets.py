# SPDX-License-Identifier: BSD-2-Clause
"""NP-47: the plugin driven with recorded packets; exit status, first line and performance data are
asserted together. UPDATE_PACKETS=1 records anew from BIND, and notes what the plugin says."""

import json
import os
import re
import sys

import lab
import packets
import run
import tap
from checking import at

EXPECTED = packets.FOLDER / "expected.json"
CASES = {
    "healthy": ("-d", "healthy.test"),
    "absent": ("-d", "srv-absent.test"),
    "typo": ("-d", "srv-typo.test"),
    "ttl-long": ("-d", "ttl-long.test", "--warning-ttl", "60:86400"),
    "no-address": ("-d", "tgt-no-address.test"),
    "port-zero": ("-d", "srv-port-zero.test"),
    "weights": ("-d", "srv-weights.test", "--critical-hosts", "3:"),
    "alias": ("-d", "srv-alias.test"),
    "root": ("-d", "tgt-root.test"),
    "expect-host": ("-d", "healthy.test", "-e", "kms01.healthy.test,kms02.healthy.test"),
}


def said(server, name):
    """What the plugin says of a case, without the times and the port of this run."""
    outcome = at(server, *CASES[name], "--mode", "discovery")
    line = outcome.first.replace(server.at, "RESOLVER")
    line = re.sub(r"\b(time|connect|duration)=[0-9.]+s", r"\1=Ts", line)
    return {"exit": outcome.exit, "line": line}


def update():
    server = lab.named(lab.zone_files(), "healthy.test.")
    expected = {}
    for name in CASES:
        recorder = packets.Recorder(server)
        expected[name] = said(recorder, name)
        recorder.save(name)
    text = json.dumps(expected, indent=1, sort_keys=True)
    EXPECTED.write_text(text + "\n", encoding="ascii")


def check_case(name):
    expected = json.loads(EXPECTED.read_text(encoding="ascii"))
    tap.equal(said(packets.Replay(name), name), expected[name], name)


def test_every_state_is_among_them():
    expected = json.loads(EXPECTED.read_text(encoding="ascii"))
    tap.equal(sorted(expected), sorted(CASES), "cases")
    tap.equal(sorted({case["exit"] for case in expected.values()}), [0, 1, 2], "states")


TESTS = [(f"np 47 {name}", check_case, name) for name in CASES] + tap.of_module(
    sys.modules[__name__])

if __name__ == "__main__":
    lab.enter()
    HOST = lab.KmsHost()
    if os.environ.get("UPDATE_PACKETS"):
        update()
        lab.stop_all()
        sys.exit(0)
    sys.exit(run.main(sys.modules[__name__]))
