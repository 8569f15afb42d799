# SPDX-License-Identifier: BSD-2-Clause
"""What systemctl does with units that docs/monitoring.md has installed, where no service manager
runs: units.py UNITS SUBSTITUTIONS WORDS...

UNITS is the folder they were copied to, SUBSTITUTIONS a JSON file of paths in units and where the
lab has them. "start" runs a service once, "enable --now" demands that timer and service are there,
"reload prometheus" sends SIGHUP to the process that UNITS/prometheus.pid names.
"""

import json
import os
import pathlib
import shlex
import signal
import subprocess
import sys


def settings(path):
    """{key: value} of a unit, without its sections."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and line[0] not in "#;[")


def environment(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line)
    return {key: shlex.split(value)[0] if value else "" for key, value in pairs}


def start(units, places, name):
    """Runs ExecStart; as systemd does, a variable that is a word of its own becomes words."""
    unit = settings(units / name)
    if unit["Type"] != "oneshot":
        raise SystemExit(f"{name} is not oneshot")

    def here(text):
        for old, new in places.items():
            text = text.replace(old, new)
        return text

    values = environment(pathlib.Path(here(unit["EnvironmentFile"])))
    command = []
    for word in shlex.split(here(unit["ExecStart"])):
        command += shlex.split(values[word[1:]]) if word.startswith("$") else [word]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    return 0 if done.returncode in (0, *map(int, unit["SuccessExitStatus"].split())) else 1


def main(units, substitutions, *words):
    units = pathlib.Path(units)
    places = json.loads(pathlib.Path(substitutions).read_text(encoding="utf-8"))
    if words == ("daemon-reload",):
        return 0
    if words[:2] == ("enable", "--now") and words[2].endswith(".timer"):
        settings(units / words[2])["OnUnitActiveSec"]
        settings(units / words[2].replace(".timer", ".service"))["ExecStart"]
        return 0
    if words[0] == "start":
        return start(units, places, words[1])
    if words == ("reload", "prometheus"):
        os.kill(int((units / "prometheus.pid").read_text(encoding="ascii")), signal.SIGHUP)
        return 0
    raise SystemExit(f"systemctl {' '.join(words)}: not known here")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
