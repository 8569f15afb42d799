# SPDX-License-Identifier: BSD-2-Clause
"""The lab of updates: what all servers that take them have in common.

Servers listen on a free port of an address in 127.0.0.0/8 of the lab's own namespace, each zone
holds one rule. upd_bind.py, upd_knot.py, upd_pdns.py, upd_nsd.py and upd_samba.py start them.
"""

import itertools
import os
import pathlib
import subprocess
import time

import lab
import tap
import upd_tsig
import wire

ALGORITHMS = ["hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"]
SKEW = -3600          # seconds by which a skewed client's clock is off
HOST, OTHER_HOST, THIRD_HOST = "kms02", "kms01", "kms03"
OWNER = "_vlmcs._tcp."

_ZONE = """$ORIGIN {zone}
$TTL 300
@ SOA ns1 admin 1 7200 900 1209600 300
{ns}{addresses}
kms01 A 192.0.2.21
kms02 A 192.0.2.22
kms03 A 192.0.2.23
_vlmcs._tcp 3600 SRV 0 0 1688 kms01
"""


def zone_text(zone, servers=("127.0.0.1",)):
    """A zone with one host's record in it; its NS are ns1, ns2 ... at these addresses."""
    names = [(f"ns{number}", address) for number, address in enumerate(servers, 1)]
    return _ZONE.format(zone=zone, ns="".join(f"@ NS {name}\n" for name, _ in names),
                        addresses="\n".join(f"{name} A {address}" for name, address in names))


_NUMBER = itertools.count(1)


def subdir(name):
    """A fresh folder below the lab's own."""
    path = pathlib.Path(lab.tempdir()) / f"{name}-{next(_NUMBER)}"
    path.mkdir()
    return path


class Keys:
    """Keys for all algorithms and both rights, and files of all that a client may have."""

    def __init__(self):
        self.folder = subdir("keys")
        self.known = {}
        for algorithm in ALGORITHMS:
            for right in ("granted", "other"):
                name = f"{right}-{algorithm[5:]}."
                self.known[right, algorithm] = upd_tsig.Key.new(name, algorithm)
        self.client = dict(self.known)
        for algorithm in ALGORITHMS:
            granted = self.known["granted", algorithm]
            self.client["unknown", algorithm] = upd_tsig.Key.new(f"unknown-{algorithm[5:]}.",
                                                                 algorithm)
            self.client["wrong", algorithm] = upd_tsig.Key.new(granted.name, algorithm)
            self.client["skewed", algorithm] = granted
        self.paths = {pair: key.write(self.folder / f"{pair[0]}-{pair[1]}.key")
                      for pair, key in self.client.items()}

    def of(self, right):
        """The keys that servers give this right."""
        return [key for (given, _), key in self.known.items() if given == right]

    def granted(self, algorithm="hmac-sha256"):
        return self.known["granted", algorithm]

    def path(self, who="granted", algorithm="hmac-sha256"):
        return self.paths[who, algorithm]

    def secrets(self):
        """All forms in which a secret could leak."""
        found = []
        for key in self.client.values():
            found += [key.secret, key.base64.encode(), key.secret.hex().encode()]
        return found


def loopback(address):
    """Gives lo one more address: BIND listens on those that an interface has."""
    subprocess.run(["ip", "addr", "replace", address + "/32", "dev", "lo"], check=True,
                   capture_output=True)
    return address


class Authority(lab.Server):
    """A name server of ours at address:port; zones is {rule: zone name}."""

    def __init__(self, name, command, port, probe, address="127.0.0.1", environ=None):
        self.address, self.zones, self.command = address, {}, command
        saved = dict(os.environ)
        os.environ.update(environ or {})
        try:
            super().__init__(name, command, port, probe)
        finally:
            os.environ.clear()
            os.environ.update(saved)
        self.at = f"{address}:{port}"

    def _wait(self, probe):
        end = time.monotonic() + 20
        while time.monotonic() < end and self.process.poll() is None:
            reply = wire.exchange((self.address, self.port), probe, "SOA", 0.2)
            if reply is not None and reply[0] in (0, 5):
                return
            time.sleep(0.02)
        log = self.log()
        self.stop()
        raise RuntimeError(f"{self.name} did not come up:\n{log}")

    @property
    def where(self):
        return self.address, self.port

    def kill(self):
        """Ends at once, as a crash does."""
        self.process.kill()
        self.stop()


def command(*words, check=True, **options):
    """Runs a helper program; says what it printed when it fails."""
    options.setdefault("timeout", 60)
    done = subprocess.run([str(word) for word in words], capture_output=True, check=False,
                          **options)
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words))}: {done.returncode}\n"
                           f"{done.stdout.decode(errors='replace')}"
                           f"{done.stderr.decode(errors='replace')}")
    return done


def dig(server, *words, key=None):
    """Lines of dig's answer."""
    lab.need("dig")
    extra = ["-k", key] if key is not None else []
    done = command("dig", f"@{server.address}", "-p", server.port, "+tries=2", "+time=2",
                   "+noall", "+answer", "+onesoa", *extra, *words)
    return [line for line in done.stdout.decode().splitlines() if line
            and not line.startswith(";")]


def serial(server, zone):
    """The SOA serial, asked with dig."""
    lines = dig(server, zone, "SOA", "+noedns")
    tap.true(lines, f"{server.name} does not answer for {zone}")
    return int(lines[0].split()[6])


def contents(server, zone, key=None):
    """The zone without its SOA, as sorted lines of AXFR: the zone's content."""
    lines = dig(server, zone, "AXFR", key=key)
    tap.true(lines, f"{server.name} does not transfer {zone}")
    rows = [line.split(None, 4) for line in lines]
    return sorted(" ".join([name.lower(), ttl, kind, " ".join(data.split()).lower()])
                  for name, ttl, _, kind, data in rows if kind != "SOA")


def hosts(server, zone):
    """Targets of the service's SRV set, without the zone."""
    lines = dig(server, OWNER + zone, "SRV", "+tcp")
    return sorted(line.split()[7].lower().removesuffix("." + zone) for line in lines)


def srv_line(zone, host, ttl=3600, port=1688):
    return f"{OWNER}{zone} {ttl} SRV 0 0 {port} {host}.{zone}"


def keys():
    return lab.once(Keys)


def serves(server, *zones, seconds=20):
    """Waits until a server has its zones loaded."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if all(wire.exchange(server.where, zone, "SOA", 0.5) == (0, 1) for zone in zones):
            return server
        time.sleep(0.05)
    raise RuntimeError(f"{server.name} does not serve {' '.join(zones)}:\n{server.log()}")
