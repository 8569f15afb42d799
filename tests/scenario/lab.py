# SPDX-License-Identifier: BSD-2-Clause
"""The lab: real DNS servers, KMS-like listeners and kmsdns in a network namespace of its own.

enter() runs the calling script again inside fresh network, host name and mount namespaces, so
that targets have addresses that are not loopback and nothing is left behind.
"""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import tap
import wire

HERE = pathlib.Path(__file__).resolve().parent
SRCDIR = pathlib.Path(os.environ.get("KMSDNS_SRCDIR", HERE.parent.parent)).resolve()
BUILDDIR = pathlib.Path(os.environ.get("KMSDNS_BUILDDIR", SRCDIR / "build")).resolve()
ZONES = SRCDIR / "testzones"
SCHEMA = SRCDIR / "docs" / "kmsdns-report.schema.json"
KMSDNS = BUILDDIR / "kmsdns"

OPEN4 = [f"192.0.2.{n}" for n in range(21, 25)]      # listen on 1688 once KmsHost() is started
CLOSED4 = ["198.51.100.9", "198.51.100.10"]          # nothing listens
DEAD4 = [f"198.51.100.{n}" for n in range(100, 120)]  # for SilentPort
NS4 = "192.0.2.53"                                   # what the zones' NS records lead to
OPEN6, CLOSED6 = ["2001:db8::21", "2001:db8::22"], ["2001:db8::9"]
NAMESPACES = ["--net", "--uts", "--mount"]
INSIDE = "KMSDNS_LAB_INSIDE"


def enter():
    """Come back inside the namespaces, or say why that cannot be and end the script."""
    if os.environ.get(INSIDE):
        _furnish()
        return
    for extra in ([], ["--user", "--map-root-user"]):
        command = ["unshare", *extra, *NAMESPACES]
        try:
            works = subprocess.run([*command, "true"], capture_output=True, check=False)
        except FileNotFoundError:
            break
        if works.returncode == 0:
            os.environ[INSIDE] = "1"
            os.execvp("unshare", [*command, sys.executable, *sys.argv])
    in_ci = os.environ.get("CI") == "true"
    reason = "no network namespace can be made here (unshare)"
    print(f"Bail out! {reason}" if in_ci else f"1..0 # SKIP {reason}")
    sys.exit(1 if in_ci else 0)


def _ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _furnish():
    _ip("link", "set", "lo", "up")
    for address in OPEN4 + CLOSED4 + DEAD4 + [NS4]:
        _ip("addr", "add", address + "/32", "dev", "lo")
    if has_ipv6():
        for address in OPEN6 + CLOSED6:
            _ip("-6", "addr", "add", address + "/128", "dev", "lo", "nodad")
    socket.sethostname("lab")
    # tests are started by anything: SIGINT may come in ignored, and children inherit that
    signal.signal(signal.SIGINT, signal.default_int_handler)


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
            sock.bind(("::1", 0))
        return True
    except OSError:
        return False


def need_ipv6():
    if not has_ipv6():
        raise tap.Skip("there is no IPv6 here")


def set_resolv_conf(text):
    """Puts an own /etc/resolv.conf in place, for this namespace only."""
    path = pathlib.Path(tempdir()) / "resolv.conf"
    fresh = not path.exists()
    path.write_text(text, encoding="ascii")
    if fresh:
        done = subprocess.run(["mount", "--bind", str(path), "/etc/resolv.conf"],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            path.unlink()
            raise tap.Skip(f"/etc/resolv.conf cannot be replaced: {done.stderr.strip()}")


_TEMP = []


def tempdir():
    """One directory for the whole script, removed at its end."""
    if not _TEMP:
        _TEMP.append(tempfile.TemporaryDirectory(prefix="kmsdns-lab-"))
    return _TEMP[0].name


# Below the range of ports that the kernel gives to clients: dig shares its port with whoever
# allows that, as named does, and would then answer its own question about once in 28,000.
_PORTS = iter(range(20000, 32000))


def free_port():
    """A port that neither UDP nor TCP uses on any address of the namespace."""
    for port in _PORTS:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            try:
                tcp.bind(("0.0.0.0", port))
                udp.bind(("0.0.0.0", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port")


def need(program):
    found = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if found is None:
        raise tap.Skip(f"{program} is not installed")
    return found


class Server:
    """A child process that answers DNS on 127.0.0.1 (and ::1) at self.port."""

    def __init__(self, name, command, port, probe):
        self.name, self.port = name, port
        self.at = f"127.0.0.1:{port}"
        self.ns_port = port  # --dns-port for the servers that its zones name
        self.logfile = pathlib.Path(tempdir()) / f"{name}-{port}.log"
        with open(self.logfile, "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT, cwd=tempdir())
        _SERVERS.append(self)
        self._wait(probe)

    def _wait(self, probe):
        end = time.monotonic() + 15
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            if wire.exchange(("127.0.0.1", self.port), probe, "SOA", 0.2) is not None:
                return
            time.sleep(0.02)
        log = self.log()
        self.stop()
        raise RuntimeError(f"{self.name} did not come up:\n{log}")

    def log(self):
        return self.logfile.read_text(errors="replace")[-4000:]

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        forget(self)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


_MADE = {}


def once(maker, *args):
    """What maker made the first time, for all tests of a script; a failure stays that failure."""
    if (maker, args) not in _MADE:
        try:
            _MADE[maker, args] = maker(*args)
        except Exception as error:
            _MADE[maker, args] = error
    made = _MADE[maker, args]
    if isinstance(made, Exception):
        raise made
    return made


_SERVERS = []


def keep(daemon):
    """Notes something else to be stop()ped when the script ends."""
    _SERVERS.append(daemon)


def forget(daemon):
    if daemon in _SERVERS:
        _SERVERS.remove(daemon)


def stop_all():
    """The last one first: what was started later may stand upon it."""
    for server in reversed(_SERVERS[:]):
        server.stop()


_NAMED_CONF = """options {{
    directory "{dir}"; pid-file "{dir}/named-{port}.pid";
    session-keyfile "{dir}/session-{port}.key";
    listen-on port {port} {{ 127.0.0.1; 192.0.2.53; }}; {v6}
    listen-on port 53 {{ 192.0.2.53; }};
    recursion no; dnssec-validation no; notify no; empty-zones-enable no; allow-query {{ any; }};
    check-names primary ignore; check-srv-cname ignore; check-mx-cname ignore; check-mx ignore;
    check-integrity no; check-wildcard no; check-sibling no; allow-transfer {{ none; }};
}};
controls {{ }};
"""


def named(zones, probe=None):
    """BIND with {origin: path of a zone file}, authoritative only."""
    program, port = need("named"), free_port()
    conf = _NAMED_CONF.format(dir=tempdir(), port=port,
                              v6=f"listen-on-v6 port {port} {{ ::1; }};" if has_ipv6()
                              else "listen-on-v6 { none; };")
    for origin, path in zones.items():
        conf += f'zone "{origin}" {{ type primary; file "{path}"; }};\n'
    path = pathlib.Path(tempdir()) / f"named-{port}.conf"
    path.write_text(conf, encoding="ascii")
    server = Server("named", [program, "-g", "-n", "1", "-c", str(path)], port,
                    probe or next(iter(zones)))
    for origin in zones:
        if wire.exchange(("127.0.0.1", port), origin, "SOA") != (0, 1):
            log = server.log()
            server.stop()
            raise RuntimeError(f"BIND does not serve {origin}:\n{log}")
    return server


_UNBOUND_CONF = """server:
    directory: "{dir}"
    chroot: ""
    username: ""
    pidfile: "{dir}/unbound-{port}.pid"
    use-syslog: no
    verbosity: 1
    do-daemonize: no
    num-threads: 1
    interface: 127.0.0.1@{port}
    {v6}
    access-control: 127.0.0.0/8 allow
    access-control: ::1/128 allow
    do-not-query-localhost: no
    module-config: "iterator"
    local-zone: "test." nodefault
    local-zone: "invalid." nodefault
    cache-min-ttl: 0
    cache-max-negative-ttl: 3600
remote-control:
    control-enable: no
"""


def unbound(upstream, mode="stub", probe="healthy.test."):
    """Unbound before a server of ours, which it takes for the root."""
    program, port = need("unbound"), free_port()
    conf = _UNBOUND_CONF.format(dir=tempdir(), port=port,
                                v6=f"interface: ::1@{port}" if has_ipv6() else "do-ip6: no")
    address = "stub-addr" if mode == "stub" else "forward-addr"
    conf += f'{mode}-zone:\n    name: "."\n    {address}: 127.0.0.1@{upstream.port}\n'
    path = pathlib.Path(tempdir()) / f"unbound-{port}.conf"
    path.write_text(conf, encoding="ascii")
    server = Server("unbound", [program, "-d", "-p", "-c", str(path)], port, probe)
    server.ns_port = upstream.port
    return server


def responder(*options):
    """The hostile server of responder.py."""
    port = free_port()
    command = [sys.executable, str(HERE / "responder.py"), "--port", str(port), *options]
    return Server("responder", command, port, "ready.check.")


def zone_files():
    """{origin: path} of everything in testzones/."""
    special = {"root": ".", "single-label": "kmsshort."}
    return {special.get(path.stem, path.stem.lower() + ".test."): path
            for path in sorted(ZONES.glob("*.zone"))}


class KmsHost:
    """Accepts TCP on a port of some addresses and says nothing."""

    def __init__(self, port=1688, addresses=None):
        if addresses is None:
            addresses = OPEN4 + (OPEN6 if has_ipv6() else [])
        self.sockets = [self._listen(address, port) for address in addresses]
        for sock in self.sockets:
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    @staticmethod
    def _listen(address, port):
        sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((address, port))
        sock.listen(256)
        return sock

    @staticmethod
    def _serve(sock):
        while True:
            try:
                sock.accept()[0].close()
            except OSError:
                return


_KEEP = []    # what must stay open until the script ends


class SilentPort:
    """A TCP port that never completes a handshake: its accept queue is full."""

    def __init__(self, port=1690):
        self.port = port
        self.listener = socket.socket()
        self.listener.bind(("0.0.0.0", port))
        self.listener.listen(0)
        self.fill = [self._connect(port) for _ in range(3)]
        _KEEP.append(self)
        time.sleep(0.05)

    @staticmethod
    def _connect(port):
        sock = socket.socket()
        sock.setblocking(False)
        sock.connect_ex((DEAD4[0], port))
        return sock


class DeadServer:
    """A UDP port that reads nothing: queries vanish."""

    def __init__(self, family=socket.AF_INET):
        self.sock = socket.socket(family, socket.SOCK_DGRAM)
        self.sock.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
        self.port = self.sock.getsockname()[1]
        self.at = f"127.0.0.1:{self.port}"
