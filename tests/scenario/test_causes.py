# SPDX-License-Identifier: BSD-2-Clause
"""One injected fault each: the first cause that diagnose or preflight names is that fault."""

import pathlib
import socket
import sys
import threading
import time

import expect
import lab
import run
import tap
import upd_bind
import upd_nsd
import upd_pdns
import upd_stub
import updlab
import updrun
import wire

sys.path.insert(0, str(lab.SRCDIR / "tests" / "data" / "events"))
import make_events  # noqa: E402  (tests/data/events/make_events.py)

QUICK = ("--try-timeout", "0.3", "--tries", "1")
SILENT_HOST = lab.DEAD4[5]
stage = expect.stage


def causes(result):
    """[(id, confidence)] in the order of the report."""
    return [(cause["id"], cause["confidence"]) for cause in result.json["causes"]]


def check_form(result):
    """Every cause rests on findings and questions that are there."""
    found = {finding["id"] for finding in result.json["findings"]}
    asked = {query["n"] for query in result.json["queries"]}
    for cause in result.json["causes"]:
        result.check(set(cause["findings"]) <= found, f"{cause['id']} names unknown findings")
        result.check(set(cause["queries"]) <= asked, f"{cause['id']} names unknown queries")
        result.check(cause["fix"], f"{cause['id']} has no fix")
        result.check("{" not in cause["text"], "a place was not filled in")
        sure = cause["confidence"] == "proved" and not cause["rivals"]
        result.check(sure == (cause["decides"] is None), f"{cause['id']}: what decides?")


def check_first(result, cause, *explained):
    check_form(result)
    named = causes(result)
    result.check(named, "no cause is named")
    result.check(named[0][0] == f"CAUSE-{cause}", f"the first cause is {named[0][0]}")
    result.check(named[0][1] in ("proved", "probable"), f"it is only {named[0][1]}")
    for identity in explained:
        result.check(identity in result.json["causes"][0]["findings"],
                     f"{identity} is not grouped under it")


def check_line(line, cause, *explained):
    check_first(run.diagnose(*stage().line(line)), cause, *explained)


def check_text(line, *words):
    """The same for people: cause and next step stand before everything else."""
    result = run.kmsdns("diagnose", *stage().line(line))
    lines = result.out.decode().splitlines()
    at = next((n for n, text in enumerate(lines) if text.startswith("Cause (")), None)
    result.check(at is not None, "no cause is told")
    head = "\n".join(lines[at:at + 12])
    for word in words:
        result.check(word in head, f"{word} is not told at the cause")


# what has no zone of its own in testzones/

class UdpOnly:
    """A way to a server on which only UDP gets through."""

    def __init__(self, server):
        self.target = ("127.0.0.1", server.port)
        self.port = lab.free_port()
        self.at = f"127.0.0.1:{self.port}"
        self.sock = socket.socket(type=socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", self.port))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            message, peer = self.sock.recvfrom(65535)
            with socket.socket(type=socket.SOCK_DGRAM) as out:
                out.settimeout(2)
                out.sendto(message, self.target)
                try:
                    self.sock.sendto(out.recv(65535), peer)
                except OSError:
                    continue


def check_tcp_blocked():
    many = [f"_vlmcs._tcp SRV 0 0 1688 kms{n:02d}.with-a-rather-long-name-that-fills-the-message"
            for n in range(24)]
    server = own_zone("many.test.", *many)
    result = in_field("many.test", server, way=UdpOnly(server))
    check_first(result, "TCP-BLOCKED", "SRV-TCP-BLOCKED", "SRV-TRUNCATED")


def fill_port(address, port):
    """A port that never completes a handshake: its accept queue is full."""
    listener = socket.socket()
    listener.bind((address, port))
    listener.listen(0)
    kept = [listener]
    for _ in range(3):
        sock = socket.socket()
        sock.setblocking(False)
        sock.connect_ex((address, port))
        kept.append(sock)
    time.sleep(0.05)
    return kept


_KEPT = []


def own_zone(zone, *lines):
    """BIND with one zone that holds these lines."""
    path = updlab.subdir("own") / "zone"
    text = updlab.zone_text(zone).replace("_vlmcs._tcp 3600 SRV 0 0 1688 kms01\n", "")
    path.write_text(text + "".join(line + "\n" for line in lines), encoding="ascii")
    return lab.named({zone: path})


def check_firewall():
    _KEPT.append(fill_port(SILENT_HOST, 1688))
    server = own_zone("silent.test.", "_vlmcs._tcp 3600 SRV 0 0 1688 kms09",
                      f"kms09 A {SILENT_HOST}")
    result = run.diagnose("silent.test", "--try-timeout", "0.5", resolver=server)
    check_first(result, "FIREWALL", "TGT-CLOSED")
    result.check(("CAUSE-SERVICE-DOWN", "possible") in causes(result),
                 "the competing cause is not named")


def record(host):
    return f"_vlmcs._tcp 3600 SRV 0 0 1688 {host}\n"


class Changing:
    """A zone that is changed behind the back of a resolver that remembers. Its SOA stays as it
    is: a new one, seen with the answer for a random name, makes Unbound forget the old "no"."""

    def __init__(self, zone, before, after, hosts):
        self.zone = zone
        text = updlab.zone_text(zone).replace(record("kms01"), "")
        self.server = upd_bind.Named({zone: ("type primary;", text + before)})
        updlab.serves(self.server, zone)
        self.cache = lab.unbound(self.server, mode="forward", probe=zone)
        # one question only: what else is asked beside it may renew the SOA
        wire.exchange(("127.0.0.1", self.cache.port), f"_vlmcs._tcp.{zone}", "SRV", 5)
        (self.server.folder / (zone + "zone")).write_text(text + after, encoding="ascii")
        self.server.rndc("reload", zone)
        end = time.monotonic() + 10
        while time.monotonic() < end and updlab.hosts(self.server, zone) != hosts:
            time.sleep(0.05)
        tap.equal(updlab.hosts(self.server, zone), hosts, "the changed zone")

    def diagnose(self):
        return run.diagnose(self.zone, "--no-tcp", "--resolver", self.server.at, "--resolver",
                            self.cache.at)


def check_stale_cache():
    changing = Changing("moved.test.", record("kms01"), record("kms02"), ["kms02"])
    check_first(changing.diagnose(), "STALE-CACHE", "RES-DISAGREE")


def check_negative_cache():
    changing = Changing("late.test.", "", record("kms01"), ["kms01"])
    check_first(changing.diagnose(), "NEGATIVE-CACHE", "RES-DISAGREE")


def check_split_view():
    first = own_zone("split.test.", record("kms01").rstrip())
    second = own_zone("split.test.", record("kms02").rstrip())
    result = run.diagnose("split.test", "--no-tcp", "--resolver", first.at, "--resolver",
                          second.at)
    check_first(result, "SPLIT-VIEW", "RES-DISAGREE")


# the zone and its servers

def in_field(zone, server, way=None):
    """The servers are found in DNS, as in the field; way leads to the resolver."""
    return updrun.report("diagnose", zone, "--no-tcp", "--resolver", (way or server).at,
                         "--dns-port", server.port, *QUICK)


def check_primary_down():
    pair = upd_bind.Pair("down.bind.test.")
    pair.primary.kill()
    result = in_field(pair.zone, pair.secondary)
    check_first(result, "PRIMARY-DOWN", "ZONE-PRIMARY-UNREACHABLE", "NS-TIMEOUT")
    pair.stop()


def check_stale_secondary():
    pair = upd_bind.Pair("old.bind.test.", follows=False)
    path = pair.primary.folder / (pair.zone + "zone")
    text = path.read_text(encoding="ascii").replace("admin 1 ", "admin 5 ") + record("kms02")
    pair.primary.rndc("freeze", pair.zone)
    path.write_text(text, encoding="ascii")
    pair.primary.rndc("thaw", pair.zone)
    end = time.monotonic() + 10
    while time.monotonic() < end and updlab.serial(pair.primary, pair.zone) != 5:
        time.sleep(0.05)
    result = in_field(pair.zone, pair.primary)
    check_first(result, "STALE-SECONDARY", "NS-SRV-DIFFERS", "NS-SERIAL")
    pair.stop()


def check_lame():
    zone, port = "lame.bind.test.", lab.free_port()
    text = updlab.zone_text(zone, ("127.0.0.1", "127.0.0.2"))
    primary = upd_bind.Named({zone: ("type primary;", text)}, port=port)
    other = upd_bind.Named({"else.bind.test.": ("type primary;",
                                                updlab.zone_text("else.bind.test."))},
                           address=updlab.loopback("127.0.0.2"), port=port)
    updlab.serves(primary, zone)
    check_first(in_field(zone, primary), "LAME", "NS-LAME")
    other.stop()


def check_primary_name():
    server = own_zone("nameless.test.", record("kms01").rstrip())
    path = updlab.subdir("own") / "zone"
    path.write_text(updlab.zone_text("nameless.test.").replace("SOA ns1", "SOA gone"),
                    encoding="ascii")
    server = lab.named({"nameless.test.": path})
    check_first(in_field("nameless.test.", server), "PRIMARY-NAME", "ZONE-PRIMARY-UNKNOWN")


# the right to write

def preflight(server, zone, *more, host=None, **options):
    return updrun.report("preflight", zone, "--host", host or f"{updlab.HOST}.{zone}", "--no-tcp",
                         *more, server=server, **options)


def check_key(rule, who, cause, *explained):
    server = lab.once(upd_bind.rules)
    key = updlab.keys().path(who) if who else None
    result = preflight(server, server.zones[rule], key=key,
                       skew=updlab.SKEW if who == "skewed" else 0)
    check_first(result, cause, *explained)


def check_masked():
    """PowerDNS does not say what is wrong with a key."""
    server = lab.once(upd_pdns.rules)
    result = preflight(server, server.zones["meta"], key=updlab.keys().path("wrong"))
    check_first(result, "KEY-MASKED", "UPD-REFUSED")


def check_no_update():
    server = lab.once(upd_nsd.rules)
    result = preflight(server, server.zones["static"], key=updlab.keys().path())
    check_first(result, "NO-UPDATE", "UPD-NOTIMP")


def check_wrong_server():
    """Updates that go to a resolver."""
    right = lab.once(upd_bind.rules)
    zone = right.zones["policy"]
    wrong = lab.unbound(right, mode="forward", probe=zone)
    result = updrun.report("preflight", zone, "--host", f"{updlab.HOST}.{zone}", "--no-tcp",
                           "--server", wrong.at, "--resolver", right.at)
    check_first(result, "PRIMARY-WRONG", "ZONE-PRIMARY-NOT-AUTH")


def check_silent():
    zone = "stub.test."
    with upd_stub.Stub(zone, {updlab.keys().granted(): None}, fault="forget") as server:
        result = updrun.report("publish", zone, "--host", f"{updlab.HOST}.{zone}", "--apply",
                               "--yes", "--undo-file", updlab.subdir("undo") / "undo.json",
                               *QUICK, server=server, key=updlab.keys().path())
    check_first(result, "SILENT", "UPD-SILENT")


# evidence from files

_REG = """Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform]
{}
"""


def reg_file(*values):
    path = updlab.subdir("reg") / "host.reg"
    path.write_text(_REG.format("\n".join(values)), encoding="ascii")
    return path


def check_publish_off():
    path = reg_file('"DisableDnsPublishing"=dword:00000001')
    result = run.diagnose("srv-absent.test", "--registry", path, resolver=stage()["bind"])
    check_first(result, "PUBLISH-OFF", "REG-PUBLISH-DISABLED", "SRV-ABSENT")


def check_wrong_port():
    path = reg_file('"KeyManagementServiceListeningPort"="1688"',
                    '"DisableDnsPublishing"=dword:00000000')
    server = own_zone("port.test.", "_vlmcs._tcp 3600 SRV 0 0 1700 kms01")
    stage()    # so that kms01 listens on 1688
    result = run.diagnose("port.test", "--registry", path, resolver=server)
    check_first(result, "WRONG-PORT", "REG-PORT", "TGT-CLOSED")


def event_file(*records):
    path = updlab.subdir("events") / "application.xml"
    text = make_events.xml(list(records))
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def failed(code, domain):
    return make_events.Record(make_events.at("2026-11-20 06:00:00"), 12293, [code, domain])


def check_event(code, cause, domain="srv-weights.test"):
    """The record of others is there, and this host's log tells why its own is not."""
    result = run.diagnose(domain, "--events", event_file(failed(code, domain)),
                          resolver=stage()["bind"])
    check_first(result, cause, "EVT-12293")


# two faults

def check_both(result, *wanted):
    check_form(result)
    named = {name[6:] for name, confidence in causes(result) if confidence != "possible"}
    result.check(set(wanted) <= named, f"{sorted(named)} instead of {sorted(wanted)}")


def check_two(line, *wanted):
    check_both(run.diagnose(*stage().line(line)), *wanted)


def check_key_and_host():
    """A wrong secret, and a host that DNS does not know."""
    server = lab.once(upd_bind.rules)
    zone = server.zones["policy"]
    result = preflight(server, zone, host=f"nobody.{zone}", key=updlab.keys().path("wrong"))
    check_both(result, "KEY-SECRET", "NO-ADDRESS")


def check_typo_and_event():
    result = run.diagnose("srv-typo.test", "srv-weights.test", "--events",
                          event_file(failed("0x80072338", "srv-weights.test")),
                          resolver=stage()["bind"])
    check_both(result, "TYPO", "SECOND-HOST")


def check_schema_is_used():
    """The table of causes and the schema agree on how an id looks."""
    text = (pathlib.Path(lab.SCHEMA)).read_text(encoding="utf-8")
    tap.true('"cause_id"' in text, "the schema does not know causes")


LINES = [
    ("never published", "srv-absent.test", "NEVER-PUBLISHED", "SRV-ABSENT"),
    ("misspelt record", "srv-typo.test", "TYPO", "SRV-TYPO", "SRV-ABSENT"),
    ("name doubled", "srv-typo-doubled.test", "TYPO", "SRV-TYPO", "SRV-ABSENT"),
    ("domain missing", "srv-domain-missing.healthy.test", "NO-DOMAIN", "SRV-DOMAIN-MISSING",
     "SRV-ABSENT"),
    ("some suffixes only", "--primary-suffix healthy.test --ad-domain srv-absent.test",
     "SOME-SUFFIXES", "CAND-DISJOINT", "SRV-ABSENT-DOMAIN"),
    ("no suffix", "--ad-domain healthy.test --client workgroup", "NO-SUFFIX", "CAND-NONE"),
    ("suffix is no name", "--dhcp-domain bad..name healthy.test", "SUFFIX-BAD", "CAND-INVALID"),
    ("dot forgotten", "tgt-doubled.test", "MISSING-DOT", "TGT-DOUBLED", "TGT-NO-ADDRESS"),
    ("host without address", "tgt-no-address.test", "NO-ADDRESS", "TGT-NO-ADDRESS"),
    ("address as name", "tgt-ip-literal.test", "ADDRESS-AS-NAME", "TGT-IP-LITERAL",
     "TGT-NO-ADDRESS"),
    ("loopback registered", "tgt-address-bad.test", "BAD-ADDRESS", "TGT-ADDRESS-BAD"),
    ("declared absent", "tgt-root.test", "DECLARED-ABSENT", "TGT-ROOT"),
    ("service down", "tgt-closed.test", "SERVICE-DOWN", "TGT-CLOSED"),
    ("port zero", "srv-port-zero.test", "PORT-ZERO", "SRV-PORT-ZERO", "SRV-PORT-ODD"),
    ("wildcard", "srv-wildcard-all.test", "WILDCARD", "SRV-WILDCARD", "RES-REWRITES"),
    ("alias", "srv-alias.test", "ALIAS", "SRV-ALIAS"),
    ("dead resolver", "healthy.test --resolver {dead} --try-timeout 0.3 --tries 1",
     "RESOLVER-DOWN", "RES-TIMEOUT"),
    ("failing resolver", "servfail.hostile.test --resolver {hostile}", "RESOLVER-FAILS",
     "RES-FAIL"),
    ("rewriting resolver", "srv.hostile.test --resolver {rewrite}", "REWRITTEN",
     "RES-REWRITES"),
]

KEYS = [
    ("wrong secret", "policy", "wrong", "KEY-SECRET", "KEY-SECRET", "UPD-REFUSED"),
    ("unknown key", "policy", "unknown", "KEY-UNKNOWN", "KEY-UNKNOWN", "UPD-REFUSED"),
    ("clock an hour off", "policy", "skewed", "CLOCK", "KEY-CLOCK", "UPD-REFUSED"),
    ("no grant", "policy", "other", "KEY-RULE", "KEY-POLICY", "UPD-REFUSED"),
    ("not dynamic", "static", "granted", "NOT-DYNAMIC", "UPD-NOT-DYNAMIC", "UPD-REFUSED"),
    ("no key given", "policy", None, "UNSIGNED", "UPD-REFUSED"),
    ("open to anyone", "open", None, "OPEN", "UPD-OPEN"),
]

EVENTS = [("0x80072338", "SECOND-HOST"), ("0x8007233A", "CLOCK"), ("0x80072339", "CREDENTIAL"),
          ("0x8007232C", "NO-UPDATE"), ("0x80070008", "PUBLISH-FAILS")]

TWO = [
    ("dot forgotten and a dead resolver",
     "tgt-doubled.test --resolver {dead} --resolver {bind} --try-timeout 0.3 --tries 1",
     "MISSING-DOT", "RESOLVER-DOWN"),
    ("service down here, no address there", "tgt-closed.test tgt-no-address.test",
     "SERVICE-DOWN", "NO-ADDRESS"),
    ("misspelt here, missing there", "healthy.test srv-typo.test srv-domain-missing.healthy.test",
     "TYPO", "NO-DOMAIN"),
    ("misspelt here, never published there", "healthy.test srv-typo.test srv-absent.test",
     "TYPO", "SOME-SUFFIXES"),
    ("silent on some questions, and no primary",
     "targetdrop.hostile.test --resolver {hostile} --try-timeout 0.3 --tries 1",
     "RESOLVER-LOSSY", "PRIMARY-NAME"),
]

TESTS = [("schema", check_schema_is_used)]
TESTS += [(name, check_line, *rest) for name, *rest in LINES]
TESTS += [
    ("TCP blocked", check_tcp_blocked), ("firewall", check_firewall),
    ("stale cache", check_stale_cache), ("negative cache", check_negative_cache),
    ("split view", check_split_view), ("primary down", check_primary_down),
    ("stale secondary", check_stale_secondary), ("lame server", check_lame),
    ("primary without address", check_primary_name),
]
TESTS += [(name, check_key, *rest) for name, *rest in KEYS]
TESTS += [
    ("key masked by PowerDNS", check_masked), ("server without UPDATE", check_no_update),
    ("wrong server", check_wrong_server), ("acknowledged, not written", check_silent),
    ("publishing switched off", check_publish_off), ("ports differ", check_wrong_port),
]
TESTS += [(f"event {code}", check_event, code, cause) for code, cause in EVENTS]
TESTS += [(f"two faults: {name}", check_two, *rest) for name, *rest in TWO]
TESTS += [("two faults: wrong secret and no address", check_key_and_host),
          ("two faults: misspelt and another owner", check_typo_and_event)]
TESTS += [("text: misspelt", check_text, "srv-typo.test", "CAUSE-TYPO", "next:", "SRV-ABSENT"),
          ("text: not certain", check_text, "tgt-closed.test", "CAUSE-SERVICE-DOWN",
           "to decide")]

if __name__ == "__main__":
    lab.enter()
    sys.exit(run.main(sys.modules[__name__]))
