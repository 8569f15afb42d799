# SPDX-License-Identifier: BSD-2-Clause
"""Places that see the same domain, each with a server of its own, and kmsdns merge over what they
saved."""

import contextlib
import json
import pathlib
import socket
import time

import lab
import run
import tap

NAME = "site.test."
SRV = "0 0 1688 kms01.site.test."
USUAL, OTHER = "kms01", "kms02"
PLACES = ("a", "b", "c")


def path(name):
    return pathlib.Path(lab.tempdir()) / name


_CONF = """options {{ directory "{dir}"; pid-file "{dir}/merge-{port}.pid";
    session-keyfile "{dir}/merge-{port}.key"; listen-on-v6 {{ none; }};
    listen-on port {port} {{ {address}; }}; recursion no; dnssec-validation no; notify no;
    empty-zones-enable no; allow-query {{ any; }}; allow-transfer {{ none; }}; }};
controls {{ }};
zone "{name}" {{ type primary; file "{zone}"; }};
"""


def zone_text(serial=17, srv=(USUAL,), ttl=3600, port=1688, address=lab.OPEN4[0]):
    lines = [f"$ORIGIN {NAME}", "$TTL 300", f"@ SOA ns1 admin {serial} 3600 600 86400 300",
             "@ NS ns1", f"ns1 A {lab.NS4}", f"{USUAL} A {address}", f"{OTHER} A {lab.OPEN4[1]}"]
    lines += [f"_vlmcs._tcp {ttl} SRV 0 0 {port} {host}" for host in srv]
    return "\n".join(lines) + "\n"


class Named(lab.Server):
    """BIND with one zone, at an address of its own."""

    def __init__(self, port=None, **data):
        port = port or lab.free_port()
        address = "127.0.0.1; " + lab.NS4
        zone, conf = path(f"merge-{port}.zone"), path(f"merge-{port}.conf")
        zone.write_text(zone_text(**data), encoding="ascii")
        conf.write_text(_CONF.format(dir=lab.tempdir(), port=port, address=address, name=NAME,
                                     zone=zone), encoding="ascii")
        super().__init__("merge-named", [lab.need("named"), "-g", "-n", "1", "-c", str(conf)],
                         port, NAME)


@contextlib.contextmanager
def listening(port=1688):
    """A KMS host's port, open for a while: the kernel answers for it."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((lab.OPEN4[0], port))
        sock.listen(64)
        yield


_USUAL = []


def usual():
    """The server that the places a and b ask, and the zone's own server for all of them."""
    if not _USUAL:
        _USUAL.append(Named())
    return _USUAL[0]


def words(place, at, *more, verb="diagnose"):
    port = [] if verb == "discover" else ["--dns-port", usual().port]
    return [verb, NAME, "--vantage", place, "--resolver", at, *port, "--format", "json", *more]


def look(place, at=None, *more, name=None, verb="diagnose"):
    """A real run from a place; its report is in a file."""
    result = run.kmsdns(*words(place, at or usual().at, *more, verb=verb))
    result.check(result.json["vantage"] == place + ".", "another vantage point")
    file = path((name or place) + ".json")
    file.write_bytes(result.out)
    return file


def ordinary():
    return [look("a"), look("b")]


def merge(*args, code=None):
    """The comparison as JSON, after the same as text."""
    text = run.kmsdns("merge", *args)
    result = run.kmsdns("merge", *args, "--format", "json")
    tap.equal(text.exit, result.exit, f"exit status in text and in JSON\n{text}\n{result}")
    last = text.out.decode("ascii").splitlines()[-1]
    text.check(last.startswith(result.json["verdict"].upper() + ": "), "the verdict line")
    for name in result.json["differing"]:
        text.check(name in last, f"{name} is not named in the verdict")
    if code is not None:
        result.check(result.exit == code, f"exit status {result.exit} instead of {code}")
    result.text = text
    return result


def answers(result, name=NAME):
    """{aspect or (aspect, subject): answer}"""
    domain = next(d for d in result.json["domains"] if d["name"] == name)
    return {(a["aspect"], a["subject"]) if a["subject"] else a["aspect"]: a
            for a in domain["answers"]}


def said(answer):
    """{name: answer} and {name: why unknown}"""
    groups = {place["name"]: group["answer"] for group in answer["groups"]
              for place in group["vantages"]}
    return groups, {entry["name"]: entry["why"] for entry in answer["unknown"]}


def differing(result):
    return {key for key, answer in answers(result).items() if answer["verdict"] == "differ"}


def check_only(result, key, want, others=()):
    """c alone differs, in one answer (and in what follows from it)."""
    result.check(result.exit == 1 and result.json["verdict"] == "differ", "nothing differs")
    tap.equal(result.json["differing"], ["c."], f"who differs\n{result}")
    tap.equal(differing(result), {key, *others}, f"what differs\n{result}")
    groups, _ = said(answers(result)[key])
    tap.equal(groups["c."], want, str(result))
    tap.true(answers(result)[key]["majority"], f"no majority\n{result}")
    result.check(b"DIFFERS" in result.text.out, "the text does not say who differs")


def starts(file):
    """The times in a file of reports, in order."""
    text, found, decoder = file.read_text(encoding="utf-8"), [], json.JSONDecoder()
    while text:
        document, end = decoder.raw_decode(text)
        found.append(document.get("started"))
        text = text[end:].lstrip()
    return found


def edit(file, name, **members):
    document = json.loads(file.read_bytes())
    document.update(members)
    target = path(name)
    target.write_text(json.dumps(document), encoding="utf-8")
    return target


def now_and(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
