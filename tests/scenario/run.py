# SPDX-License-Identifier: BSD-2-Clause
"""Running kmsdns: with a time limit, checked for crashes, its JSON against the schema."""

import json
import os
import subprocess
import sys
import time

import lab
import tap


class Result:
    """How kmsdns ended: exit, out, err (bytes), json, seconds."""

    def __init__(self, args, code, out, err, seconds):
        self.args, self.exit, self.out, self.err = args, code, out, err
        self.seconds, self.json = seconds, None

    def __str__(self):
        return (f"kmsdns {' '.join(map(str, self.args))}\nexit {self.exit} after "
                f"{self.seconds:.3f} s\nstdout: {self.out[:6000].decode(errors='replace')}\n"
                f"stderr: {self.err[:3000].decode(errors='replace')}")

    def findings(self):
        """{id: worst severity}."""
        order = ["info", "notice", "warning", "critical"]
        worst = {}
        for finding in self.json["findings"]:
            level = order.index(finding["severity"])
            worst[finding["id"]] = max(level, worst.get(finding["id"], 0))
        return {name: order[level] for name, level in sorted(worst.items())}

    def domain(self, name):
        return next(d for d in self.json["domains"] if d["name"] == name)

    def check(self, condition, what):
        if not condition:
            raise AssertionError(f"{what}\n{self}")


_VALIDATOR = {}


def _schema_of(document):
    """The schema that a document names; a report's unless it is another one of ours."""
    name = str(document.get("schema", "")) if isinstance(document, dict) else ""
    path = lab.SCHEMA.parent / (name.replace("/1", "") + ".schema.json")
    return path if name and "/" not in name.replace("/1", "") and path.exists() else lab.SCHEMA


def validate(document):
    """Checks a document against its installed JSON Schema."""
    import jsonschema
    path = _schema_of(document)
    if path not in _VALIDATOR:
        if not path.exists():
            raise AssertionError(f"{path.name} is missing")
        schema = json.loads(path.read_text(encoding="utf-8"))
        kind = jsonschema.validators.validator_for(schema)
        kind.check_schema(schema)
        _VALIDATOR[path] = kind(schema, format_checker=jsonschema.FormatChecker())
    errors = [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
              for error in _VALIDATOR[path].iter_errors(document)]
    if errors:
        raise AssertionError("the JSON breaks its schema:\n" + "\n".join(errors[:10]))


def _one_document(result):
    try:
        result.json = json.loads(result.out.decode("utf-8"))
    except ValueError as error:
        raise AssertionError(f"stdout is not one JSON document: {error}\n{result}") from None
    try:
        validate(result.json)
    except AssertionError as error:
        raise AssertionError(f"{error}\n{result}") from None


def _is_json(args):
    words = [str(arg) for arg in args]
    return "--format=json" in words or any(
        pair == ("--format", "json") for pair in zip(words, words[1:]))


def start(args, **options):
    """kmsdns as a process; stdout and stderr are pipes unless told otherwise."""
    if not lab.KMSDNS.exists():
        raise tap.Skip("kmsdns is not built")
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.Popen([str(lab.KMSDNS), *map(str, args)], **options)


def finish(process, args, begun, limit=30.0, killer=None):
    """Waits for a started kmsdns, checks that it did not crash and what it printed. killer: the
    signal that it got and may have died of, before it could handle it."""
    try:
        out, err = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        hung = Result(args, None, out, err, time.monotonic() - begun)
        raise AssertionError(f"kmsdns did not end within {limit} s\n{hung}") from None
    result = Result(args, process.returncode, out or b"", err or b"", time.monotonic() - begun)
    died = killer is not None and result.exit == -killer
    result.check(result.exit >= 0 or died, f"kmsdns died of signal {-result.exit}")
    for mark in (b"Sanitizer", b"runtime error:", b"Assertion"):
        result.check(mark not in result.err, "kmsdns crashed")
    if _is_json(args) and process.stdout is not None and not died:
        _one_document(result)
    return result


def kmsdns(*args, limit=30.0, **options):
    """Runs kmsdns and returns a Result; JSON output is parsed and validated."""
    begun = time.monotonic()
    return finish(start(args, **options), args, begun, limit)


def diagnose(*args, resolver=None, **options):
    """kmsdns diagnose --format json, asking one resolver."""
    where = []
    if resolver is not None:
        where = ["--resolver", resolver.at, "--dns-port", str(resolver.ns_port)]
    return kmsdns("diagnose", *args, *where, "--format", "json", **options)


def main(module):
    """What a test script ends with: run its test_* functions, stop what they started."""
    if not lab.KMSDNS.exists() and os.environ.get("CI") != "true":
        print("1..0 # SKIP kmsdns is not built")
        return 0
    try:
        tests = module.TESTS if hasattr(module, "TESTS") else tap.of_module(module)
        return tap.run(tests, sys.argv[1:])
    finally:
        lab.stop_all()
