# SPDX-License-Identifier: BSD-2-Clause
"""Keys as the servers' own tools write them, and messages signed with them, at BIND and Knot."""

import os
import pathlib
import socket
import struct
import subprocess
import sys

import lab
import tap

ZONE = "tsig.test."
ALGORITHMS = ["hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"]
NOERROR, REFUSED, YXRRSET, NOTAUTH = 0, 5, 7, 9
NONE, BADSIG, BADKEY, BADTIME = 0, 16, 17, 18
_ZONE = """$ORIGIN tsig.test.
$TTL 60
@ SOA ns h 1 60 60 60 60
@ NS ns
ns A 127.0.0.1
"""
_NAMED = """options {{
    directory "{dir}"; pid-file "{dir}/named-tsig.pid"; session-keyfile "{dir}/session-tsig.key";
    listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
    recursion no; dnssec-validation no; notify no; allow-transfer {{ none; }};
}};
controls {{ }};
{keys}
zone "tsig.test" {{ type primary; file "{zone}"; allow-update {{ {allowed} }}; }};
"""
_KNOT = """server:
    rundir: "{dir}"
    listen: 127.0.0.1@{port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: "{dir}"
{keys}
acl:
  - id: update
    key: [{allowed}]
    action: [update]
zone:
  - domain: tsig.test.
    file: "{zone}"
    acl: [update]
"""
_RUNNING = {}


def folder():
    return pathlib.Path(lab.tempdir())


def key_file(name, text):
    path = folder() / name
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(text)
    return path


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def zone_file(server):
    path = folder() / f"{server}-tsig.zone"
    path.write_text(_ZONE, encoding="ascii")
    return path


def bind():
    """named with a key of tsig-keygen for each algorithm, named after it."""
    if "bind" not in _RUNNING:
        keys = {name: output(lab.need("tsig-keygen"), "-a", name, name) for name in ALGORITHMS}
        for name, text in keys.items():
            key_file(f"bind-{name}", text)
        port = lab.free_port()
        conf = folder() / "named-tsig.conf"
        conf.write_text(_NAMED.format(dir=folder(), port=port, keys="".join(keys.values()),
                                      zone=zone_file("bind"),
                                      allowed="".join(f'key "{name}"; ' for name in keys)))
        _RUNNING["bind"] = lab.Server("named", [lab.need("named"), "-g", "-n", "1", "-c",
                                                str(conf)], port, ZONE)
    return _RUNNING["bind"]


def knot():
    """knotd with a key of keymgr for each algorithm."""
    if "knot" not in _RUNNING:
        keys = {name: output(lab.need("keymgr"), "-t", name, name) for name in ALGORITHMS}
        items = ""
        for name, text in keys.items():
            key_file(f"knot-{name}", text)
            key_file(f"knot-line-{name}", text.splitlines()[0].removeprefix("# ") + "\n")
            items += text.partition("key:\n")[2]
        port = lab.free_port()
        conf = folder() / "knot-tsig.conf"
        conf.write_text(_KNOT.format(dir=folder(), port=port, keys="key:\n" + items,
                                     zone=zone_file("knot"), allowed=", ".join(keys)))
        _RUNNING["knot"] = lab.Server("knotd", [lab.need("knotd"), "-c", str(conf)], port, ZONE)
    return _RUNNING["knot"]


def carry(server, message, is_tcp):
    if not is_tcp:
        with socket.socket(type=socket.SOCK_DGRAM) as sock:
            sock.settimeout(5)
            sock.sendto(message, ("127.0.0.1", server.port))
            return sock.recv(65535)
    with socket.create_connection(("127.0.0.1", server.port), 5) as sock:
        sock.sendall(struct.pack("!H", len(message)) + message)
        stream = sock.makefile("rb")
        return stream.read(struct.unpack("!H", stream.read(2))[0])


def exchange(server, key, what="probe", offset=0, is_tcp=False):
    """State, TSIG error, skew or None, rcode."""
    command = [lab.BUILDDIR / "tests/tools/tsig_exchange", key, ZONE, what, str(offset)]
    with subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as process:
        message = bytes.fromhex(process.stdout.readline())
        tap.true(message, "no message was made")
        told, _ = process.communicate(carry(server, message, is_tcp).hex() + "\n", timeout=10)
    state, error, skew, rcode = told.split()
    return state, int(error), None if skew == "none" else int(skew), int(rcode)


def wrong_secret(path):
    """The same key with another secret: its base64 with two letters changed."""
    text = path.read_text()
    secret = text.split('"')[3] if '"' in text else text.split(":")[-1].split()[-1]
    other = ("AB" if secret[:2] != "AB" else "CD") + secret[2:]
    return key_file(path.name + "-wrong", text.replace(secret, other))


def check_all_algorithms(server, prefix):
    for name in ALGORITHMS:
        for is_tcp in (False, True):
            tap.equal(exchange(server, folder() / f"{prefix}-{name}", is_tcp=is_tcp),
                      ("GOOD", NONE, None, YXRRSET), f"{name}, TCP {is_tcp}")


def check_errors(server, prefix):
    right = folder() / f"{prefix}-hmac-sha256"
    tap.equal(exchange(server, right, "soa"), ("GOOD", NONE, None, NOERROR), "signed SOA with EDNS")
    tap.equal(exchange(server, wrong_secret(right)), ("UNSIGNED", BADSIG, None, NOTAUTH), "secret")
    unknown = key_file(prefix + "-unknown", right.read_text().replace("sha256 {", "sha256-b {")
                       .replace('"hmac-sha256"', '"unknown"')
                       .replace("id: hmac-sha256", "id: unknown"))
    tap.equal(exchange(server, unknown), ("UNSIGNED", BADKEY, None, NOTAUTH), "unknown key")
    for offset in (-3600, 3600, 301 + 5, -301 - 5):
        state, error, skew, rcode = exchange(server, right, offset=offset)
        tap.equal((state, error, rcode), ("GOOD", BADTIME, NOTAUTH), f"clock {offset} s off")
        tap.true(abs(skew + offset) <= 2, f"clock {offset} s off: skew {skew}")
    for offset in (-290, 290):
        tap.equal(exchange(server, right, offset=offset), ("GOOD", NONE, None, YXRRSET),
                  f"clock {offset} s off")


def test_bind_takes_every_algorithm():
    check_all_algorithms(bind(), "bind")


def test_bind_errors():
    check_errors(bind(), "bind")
    tap.equal(exchange(bind(), "none"), ("UNSIGNED", -1, None, REFUSED), "unsigned")


def test_knot_takes_every_algorithm():
    server = knot()
    check_all_algorithms(server, "knot")
    check_all_algorithms(server, "knot-line")


def test_knot_errors():
    check_errors(knot(), "knot")
    tap.equal(exchange(knot(), "none"), ("UNSIGNED", -1, None, NOTAUTH), "unsigned")


def test_a_signed_add_is_there():
    for server, prefix in ((bind(), "bind"), (knot(), "knot")):
        tap.equal(exchange(server, folder() / f"{prefix}-hmac-sha384", "add"),
                  ("GOOD", NONE, None, NOERROR), prefix)
        tap.equal(output(lab.need("dig"), "+short", "+norec", "@127.0.0.1", "-p",
                         str(server.port), "_vlmcs._tcp." + ZONE, "SRV").strip(),
                  "0 0 1688 kms.example.", prefix)


def main():
    lab.enter()
    status = tap.run(tap.of_module(sys.modules[__name__]), sys.argv[1:])
    lab.stop_all()
    return status


if __name__ == "__main__":
    sys.exit(main())
