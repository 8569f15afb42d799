# SPDX-License-Identifier: BSD-2-Clause
"""DHCPINFORM: dnsmasq, ISC dhcpd, both at once, nobody, and servers that answer nonsense.

The network is a veth pair; its far end carries a macvlan for each server, which lives in a
network namespace of its own, so that both answer the same broadcast.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import lab
import run
import tap

CLIENT, NET = "10.77.0.9", "lan0"
DNSMASQ, DHCPD = "10.77.0.1", "10.77.0.2"
STAGE = {}


def _ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


class Segment:
    """A namespace with one address on the network; the first one holds the network's far end."""

    def __init__(self, number, address, first=None):
        self.inside = f"s{number}"
        self.holder = subprocess.Popen(["unshare", "--net", "sleep", "600"])
        self.children = []
        self._wait_for_namespace()
        owner = first or self
        if first is None:
            _ip("link", "set", "far0", "netns", str(self.holder.pid))
            self.run("ip", "link", "set", "far0", "up")
        owner.run("ip", "link", "add", "link", "far0", "name", self.inside, "type", "macvlan",
                  "mode", "bridge")
        if first is not None:
            owner.run("ip", "link", "set", self.inside, "netns", str(self.holder.pid))
        self.run("ip", "addr", "add", f"{address}/24", "dev", self.inside)
        self.run("ip", "link", "set", self.inside, "up")
        self.run("ip", "link", "set", "lo", "up")

    def _wait_for_namespace(self):
        own = os.readlink("/proc/self/ns/net")
        end = time.monotonic() + 5
        while os.readlink(f"/proc/{self.holder.pid}/ns/net") == own:
            if time.monotonic() > end:
                raise tap.Skip("no nested network namespace can be made here")
            time.sleep(0.01)

    def enter(self, command):
        return ["nsenter", "-t", str(self.holder.pid), "-n", *command]

    def run(self, *command):
        subprocess.run(self.enter(command), check=True, capture_output=True)

    def start(self, name, command, ready):
        """A server, once its output says that it is ready."""
        path = pathlib.Path(lab.tempdir()) / f"{name}-{self.inside}.log"
        with open(path, "wb") as log:
            child = subprocess.Popen(self.enter(command), stdin=subprocess.DEVNULL, stdout=log,
                                     stderr=subprocess.STDOUT)
        self.children.append(child)
        end = time.monotonic() + 10
        while ready not in path.read_text(errors="replace"):
            if child.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{name} did not come up:\n"
                                   f"{path.read_text(errors='replace')[-3000:]}")
            time.sleep(0.02)

    def stop_servers(self):
        for child in self.children:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self.children = []

    def close(self):
        self.stop_servers()
        self.holder.kill()
        self.holder.wait()


def stage():
    """The network, two places for servers and a name server, made once."""
    if not STAGE:
        for program in ("nsenter", "unshare"):
            lab.need(program)
        try:
            _ip("link", "add", NET, "type", "veth", "peer", "name", "far0")
            _ip("link", "add", "bare0", "type", "veth", "peer", "name", "bare1")
        except subprocess.CalledProcessError as error:
            raise tap.Skip(f"no veth pair can be made: {error.stderr.decode()}") from None
        _ip("addr", "add", f"{CLIENT}/24", "dev", NET)
        _ip("link", "set", NET, "up")
        STAGE["one"] = Segment(1, DNSMASQ)
        STAGE["two"] = Segment(2, DHCPD, STAGE["one"])
        zones = lab.zone_files()
        STAGE["dns"] = lab.named({name: zones[name] for name in
                                  ("healthy.test.", "srv-absent.test.")})
        STAGE["host"] = lab.KmsHost()
    STAGE["one"].stop_servers()
    STAGE["two"].stop_servers()
    return STAGE


def start_dnsmasq(segment, *options):
    program = lab.need("dnsmasq")
    segment.start("dnsmasq", [
        program, "--no-daemon", "--conf-file=/dev/null", "--port=0", "--user=root",
        f"--interface={segment.inside}", "--bind-interfaces", "--leasefile-ro",
        "--dhcp-range=10.77.0.100,10.77.0.200,1h", "--dhcp-option=6,10.77.0.53", *options],
        "DHCP, IP range")


def start_dhcpd(segment, domain):
    program = lab.need("dhcpd")
    folder = pathlib.Path(lab.tempdir())
    leases = folder / "dhcpd.leases"
    leases.write_text("", encoding="ascii")
    conf = folder / "dhcpd.conf"
    conf.write_text(f'authoritative; option domain-name "{domain}";\n'
                    'option domain-search "x.healthy.test", "healthy.test";\n'
                    "option domain-name-servers 10.77.0.54, 10.77.0.55;\n"
                    "subnet 10.77.0.0 netmask 255.255.255.0 "
                    "{ range 10.77.0.210 10.77.0.220; }\n", encoding="ascii")
    segment.start("dhcpd", [program, "-4", "-f", "-d", "-user", "root", "-group", "root",
                            "-cf", str(conf), "-lf", str(leases),
                            "-pf", str(folder / "dhcpd.pid"), segment.inside],
                  "Server starting service")


def start_stub(segment, case):
    script = pathlib.Path(__file__).resolve().parent / "dhcp_stub.py"
    segment.start("stub", [sys.executable, str(script), segment.inside, case], "ready")


def ask(*options, **kwargs):
    return run.diagnose("--dhcp", NET, *options, resolver=STAGE["dns"], **kwargs)


def offers(result):
    return {offer["server"]: offer for offer in result.json["evidence"]["dhcp"]["offers"]}


def test_dnsmasq():
    start_dnsmasq(stage()["one"], "--domain=healthy.test",
                  "--dhcp-option=option:domain-search,a.healthy.test,b.healthy.test")
    result = ask()
    offer = offers(result)[DNSMASQ]
    tap.equal(offer["domain_name"], "healthy.test", "option 15")
    tap.equal(offer["search_list"], ["a.healthy.test.", "b.healthy.test."], "option 119")
    tap.equal(offer["dns_servers"], ["10.77.0.53"], "option 6")
    tap.equal(offer["malformed"], None, "malformed")
    tap.equal(result.domain("healthy.test.")["sources"], ["dhcp-option-15"], "source")
    tap.equal(result.domain("a.healthy.test.")["sources"], ["search-list"], "source of 119")
    result.check("DHCP-NO-RECORD" not in result.findings(), "a record that is there is missed")


def test_dhcpd():
    start_dhcpd(stage()["two"], "srv-absent.test")
    result = ask()
    offer = offers(result)[DHCPD]
    tap.equal(offer["domain_name"], "srv-absent.test", "option 15")
    tap.equal(offer["search_list"], ["x.healthy.test.", "healthy.test."], "option 119")
    tap.equal(offer["dns_servers"], ["10.77.0.54", "10.77.0.55"], "option 6")
    tap.equal(result.findings().get("DHCP-NO-RECORD"), "warning", "DHCP-NO-RECORD")


def test_two_servers_disagree():
    places = stage()
    start_dnsmasq(places["one"], "--domain=healthy.test")
    start_dhcpd(places["two"], "srv-absent.test")
    result = ask()
    tap.equal(sorted(offers(result)), [DNSMASQ, DHCPD], "who answered")
    tap.equal(result.findings().get("DHCP-DISAGREE"), "warning", "DHCP-DISAGREE")


def test_two_servers_agree():
    places = stage()
    start_dnsmasq(places["one"], "--domain=healthy.test")
    start_dhcpd(places["two"], "Healthy.test")
    result = ask()
    tap.equal(sorted(offers(result)), [DNSMASQ, DHCPD], "who answered")
    result.check("DHCP-DISAGREE" not in result.findings(), "the same name in other letters")


def test_nobody():
    stage()
    begun = time.monotonic()
    result = ask("healthy.test")
    tap.equal(offers(result), {}, "who answered")
    tap.equal(result.findings().get("DHCP-NONE"), "notice", "DHCP-NONE")
    result.check(1.0 <= time.monotonic() - begun < 8, "it waits for a second")
    result = ask("healthy.test", "--dhcp-wait", "0.2")
    result.check(result.json["evidence"]["dhcp"]["waited_s"] < 0.9, "--dhcp-wait counts")


def test_no_option_15():
    start_stub(stage()["one"], "no-name")
    result = ask("healthy.test", "--dhcp-wait", "0.3")
    tap.equal(offers(result)[DNSMASQ]["domain_name"], None, "option 15")
    tap.equal(result.findings().get("DHCP-NONE"), "notice", "DHCP-NONE")


def test_list_in_option_15():
    start_stub(stage()["one"], "list")
    result = ask("--dhcp-wait", "0.3")
    tap.equal(offers(result)[DNSMASQ]["domains"], ["healthy.test", "srv-absent.test"], "names")
    tap.equal(result.findings().get("DHCP-LIST"), "warning", "DHCP-LIST")


def test_split_and_overloaded_options():
    for case in ("split", "overload"):
        start_stub(stage()["one"], case)
        offer = offers(ask("--dhcp-wait", "0.3"))[DNSMASQ]
        tap.equal(offer["domain_name"], "healthy.test", f"option 15, {case}")
        tap.equal(offer["malformed"], None, f"malformed, {case}")
    tap.equal(offer["dns_servers"], ["10.77.0.53"], "option 6 from sname")


def test_malformed():
    for case, word in (("past-end", "says it has 64 bytes"), ("loop", "backwards"),
                       ("overload-bad", "option 52")):
        start_stub(stage()["one"], case)
        result = ask("--dhcp-wait", "0.3")
        offer = offers(result)[DNSMASQ]
        result.check(word in (offer["malformed"] or ""), f"{case}: {offer['malformed']}")
        tap.equal(offer["domain_name"], "healthy.test", f"option 15, {case}")
        text = run.kmsdns("discover", "--dhcp", NET, "--dhcp-wait", "0.3", "--resolver",
                          STAGE["dns"].at)
        text.check(b"malformed" in text.out, f"{case} is not shown")


def test_no_answer_at_all():
    for case in ("nak", "short"):
        start_stub(stage()["one"], case)
        result = ask("healthy.test", "--dhcp-wait", "0.3")
        tap.equal(offers(result), {}, f"offers, {case}")
        tap.equal(result.json["evidence"]["dhcp"]["foreign"], 1, f"counted, {case}")


def test_interfaces():
    stage()
    for name, word in (("nosuch0", "no network interface"), ("bare0", "no IPv4 address"),
                       ("a-name-that-is-too-long", "no network interface")):
        result = run.kmsdns("diagnose", "--dhcp", name, "healthy.test", "--format", "json")
        result.check(result.exit in (2, 3), f"exit status for {name}")
        result.check(word in result.json["error"]["text"], f"{name}: what is said")


def _as_nobody(command):
    setpriv = lab.need("setpriv")
    wrapped = [setpriv, "--reuid", "65534", "--regid", "65534", "--clear-groups",
               "--inh-caps=-all", *command]
    done = subprocess.run([*wrapped[:7], "true"], capture_output=True, check=False)
    if done.returncode != 0:
        raise tap.Skip(f"setpriv: {done.stderr.decode().strip()}")
    return wrapped


def _copy_for_nobody(mode):
    folder = pathlib.Path(lab.tempdir())
    folder.chmod(0o755)
    copy = folder / f"kmsdns-{mode:o}"
    shutil.copyfile(lab.KMSDNS, copy)
    copy.chmod(mode)
    return str(copy)


def test_without_the_right():
    stage()
    command = _as_nobody([_copy_for_nobody(0o755), "diagnose", "--dhcp", NET, "healthy.test"])
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    tap.equal(done.returncode, 3, f"exit status; {done.stderr}")
    tap.true("UDP port 68" in done.stderr and "CAP_NET_BIND_SERVICE" in done.stderr,
             f"what is said: {done.stderr}")


def test_the_right_is_given_up():
    start_dnsmasq(stage()["one"], "--domain=healthy.test")
    command = _as_nobody([_copy_for_nobody(0o4755), "discover", "--dhcp", NET, "--dhcp-wait",
                          "1.5", "--resolver", STAGE["dns"].at, "--format", "json"])
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(0.7)
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    out, err = process.communicate(timeout=20)
    uids = next(line.split()[1:] for line in status.splitlines() if line.startswith("Uid:"))
    if b"UDP port 68" in err + out:
        raise tap.Skip("set-user-ID programs do not work here")
    tap.equal(uids, ["65534"] * 4, "user IDs while it waits")
    tap.true(b"healthy.test" in out, f"it still asked: {err.decode()}")


if __name__ == "__main__":
    lab.enter()
    try:
        code = run.main(sys.modules[__name__])
    finally:
        for part in STAGE.values():
            if isinstance(part, Segment):
                part.close()
    sys.exit(code)
