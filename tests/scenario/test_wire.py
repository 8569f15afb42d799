# SPDX-License-Identifier: BSD-2-Clause
"""The messages themselves: what kmsdns sends is read by three parsers that are not its own."""

import ctypes
import ctypes.util
import re
import struct
import sys
import time

import lab
import run
import tap
import upd_stub
import upd_tsig as tsig
import updlab
import updrun
import wire

ZONE = "stub.test."
HOST = f"{updlab.HOST}.{ZONE}"
_RUNS = {}

# what is run against the stub, all of whose messages are kept
RUNS = {
    "diagnose": ("diagnose", ZONE, "--host", HOST, "--no-tcp"),
    "preflight": ("preflight", ZONE, "--host", HOST, "--no-tcp"),
    "write-test": ("preflight", ZONE, "--host", HOST, "--no-tcp", "--write-test"),
    "publish": ("publish", ZONE, "--host", HOST, "--apply", "--yes"),
    "unpublish": ("unpublish", ZONE, "--host", f"{updlab.OTHER_HOST}.{ZONE}", "--apply",
                  "--yes"),
    "undo": ("undo", "{undo}", "--apply", "--yes"),
}


def captured(name, algorithm):
    """[(transport, message)] of a run, and the stub after it."""
    if (name, algorithm) not in _RUNS:
        key = updlab.keys().granted(algorithm)
        order = "prerequisites" if name == "write-test" else "permission"
        folder = updlab.subdir("wire")
        with upd_stub.Stub(ZONE, {key: None}, order) as stub:
            path = updlab.keys().path("granted", algorithm)
            words = list(RUNS[name])
            if name == "undo":
                updrun.report(*RUNS["publish"], "--undo-file", folder / "undo.json", server=stub,
                              key=path)
                words[1] = folder / "undo.json"
                stub.seen.clear()
            result = updrun.report(*words, server=stub, key=path, cwd=folder)
            result.check(stub.seen, "nothing was sent")
            _RUNS[name, algorithm] = list(stub.seen), stub, key
    return _RUNS[name, algorithm]


def updates(name, algorithm):
    return [raw for _, raw in captured(name, algorithm)[0]
            if raw[2] >> 3 & 15 == tsig.UPDATE]


def _packet(number, raw):
    """An IPv4 packet with the message in UDP, from a port of its own to port 53."""
    udp = struct.pack("!HHHH", 10000 + number, 53, 8 + len(raw), 0) + raw
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), number, 0, 64, 17, 0,
                       bytes([192, 0, 2, 1]), bytes([192, 0, 2, 53]))
    return head + udp


def write_pcap(path, messages):
    """Raw IPv4 packets (link type 101); messages over TCP come without their length."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
        for number, raw in enumerate(messages):
            packet = _packet(number, raw)
            file.write(struct.pack("<IIII", int(time.time()), 0, len(packet), len(packet)))
            file.write(packet)


def check_tshark(name, algorithm):
    program = lab.need("tshark")
    messages = [raw for _, raw in captured(name, algorithm)[0]]
    path = updlab.subdir("pcap") / "messages.pcap"
    write_pcap(path, messages)
    fields = ("frame.number", "dns.flags.opcode", "_ws.malformed", "_ws.expert.severity",
              "_ws.expert.message", "_ws.unreassembled", "frame.protocols")
    done = updlab.command(program, "-r", path, "-T", "fields", "-E", "separator=|",
                          *[word for field in fields for word in ("-e", field)],
                          env=updrun.environment() | {"HOME": str(path.parent)})
    rows = [line.split("|") for line in done.stdout.decode().splitlines()]
    tap.equal(len(rows), len(messages), "messages that tshark has seen")
    for row, raw in zip(rows, messages):
        tap.true(row[6].endswith("dns"), f"{raw.hex()} is not DNS: {row}")
        tap.equal(row[1], str(raw[2] >> 3 & 15), "opcode")
        tap.true(not row[2] and not row[5], f"malformed: {row}\n{raw.hex()}")
        tap.true(_harmless(row[3], row[4]), f"remark of tshark: {row}\n{raw.hex()}")


def _harmless(severity, text):
    """Notes and chats are no complaint: 0x400000 is a warning, 0x600000 an error.

    Two things are said of every message of such a capture: that its reply is missing, and that
    tshark does not look into the bytes of an HMAC.
    """
    known = sum(text.count(phrase) for phrase in ("response missing", "No dissector for algo"))
    return sum(int(word) >= 0x400000 for word in severity.split(",") if word) <= known


def _ldns():
    found = ctypes.util.find_library("ldns")
    if found is None:
        raise tap.Skip("libldns is not installed")
    library = ctypes.CDLL(found)
    library.ldns_wire2pkt.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_char_p,
                                      ctypes.c_size_t]
    library.ldns_pkt2str.argtypes = [ctypes.c_void_p]
    library.ldns_pkt2str.restype = ctypes.c_char_p
    library.ldns_pkt_free.argtypes = [ctypes.c_void_p]
    return library


def check_ldns(name, algorithm):
    library = _ldns()
    for _, raw in captured(name, algorithm)[0]:
        packet = ctypes.c_void_p()
        status = library.ldns_wire2pkt(ctypes.byref(packet), raw, len(raw))
        tap.equal(status, 0, f"status of ldns_wire2pkt for {raw.hex()}")
        text = library.ldns_pkt2str(packet).decode()
        tap.true("opcode: " in text and ";; ->>HEADER<<-" in text, text)
        library.ldns_pkt_free(packet)


def check_header(name, algorithm):
    """RFC 2136 2.2: of the flags an update has nothing but its opcode; one zone, no rest."""
    found = updates(name, algorithm)
    tap.true(found, "no update was sent")
    for raw in found:
        message = tsig.parse(raw)
        tap.equal(message.end, len(raw), "bytes behind the message")
        tap.equal(message.flags, tsig.UPDATE << 11, f"flags of {raw.hex()}")
        tap.equal(message.question, [(ZONE, tsig.SOA, tsig.IN)], "zone section")
        for item in message.sections[0] + message.sections[1]:
            tap.true(item.name == ZONE or item.name.endswith("." + ZONE), f"{item.name} in {ZONE}")


def check_prerequisites(name, algorithm):
    """RFC 2136 2.4: TTL 0, class ANY, NONE or the zone's; only the latter has data."""
    for raw in updates(name, algorithm):
        for item in tsig.parse(raw).sections[0]:
            tap.equal(item.ttl, 0, f"TTL of a prerequisite in {raw.hex()}")
            tap.true(item.rclass in (tsig.ANY, tsig.NONE, tsig.IN), f"class {item.rclass}")
            tap.equal(bool(item.rdata), item.rclass == tsig.IN, "data of a prerequisite")


def _is_random(name):
    return re.fullmatch(r"_?kmsdns-[0-9a-f]{8,}\.(_tcp\.)?" + re.escape(ZONE), name) is not None


def check_changes(name, algorithm):
    """Only SRV at the service's own name, or records of random names; no other host's."""
    for raw in updates(name, algorithm):
        for item in tsig.parse(raw).sections[1]:
            if item.name == updlab.OWNER + ZONE:
                tap.equal(item.rtype, tsig.SRV, "type of a change at the service's name")
                target = wire.text_name(wire.decode_name(item.rdata, 6)[0])
                allowed = (HOST, f"{updlab.OTHER_HOST}.{ZONE}") if name == "unpublish" else (HOST,)
                tap.true(target in allowed, f"a change of {target}")
            else:
                tap.true(_is_random(item.name), f"a change at {item.name}")
                tap.true(item.rtype in (tsig.TXT, tsig.SRV, tsig.TYPE_ANY), f"type {item.rtype}")
            tap.true(item.rclass != tsig.NONE or item.ttl == 0, "TTL of a deletion")


def check_signature(name, algorithm):
    """Every signature is right, of now, with the whole MAC and a fudge of 300 s."""
    seen, _, key = captured(name, algorithm)
    signed = 0
    for _, raw in seen:
        message = tsig.parse(raw)
        if message.tsig is None:
            continue
        signed += 1
        tap.true(tsig.check(raw, message, key), f"wrong signature: {raw.hex()}")
        tap.equal((message.tsig.name, message.tsig.algorithm), (key.name, algorithm), "key")
        tap.true(abs(message.tsig.time - time.time()) < 300, "time of the signature")
        tap.equal((message.tsig.fudge, message.tsig.error, message.tsig.other), (300, 0, b""),
                  "fudge, error, other data")
        tap.equal(message.tsig.original, message.ident, "original ID")
    tap.true(signed, "nothing was signed")


def check_idents(name, algorithm):
    """IDs are drawn, not counted."""
    idents = [struct.unpack_from("!H", raw)[0] for _, raw in captured(name, algorithm)[0]]
    steps = {(b - a) & 0xFFFF for a, b in zip(idents, idents[1:])}
    tap.true(len(idents) < 4 or len(steps) > 2, f"IDs can be foretold: {idents}")


def check_probes_are_guarded():
    """No message of diagnose, nor of preflight without --write-test, could change a zone."""
    for name in ("diagnose", "preflight"):
        for raw in updates(name, "hmac-sha256"):
            message = tsig.parse(raw)
            if message.sections[1]:
                tap.true(any(item.name == ZONE and item.rtype == tsig.SOA
                             and item.rclass == tsig.NONE for item in message.sections[0])
                         or _is_impossible(message), f"not guarded: {raw.hex()}")


def _is_impossible(message):
    """A random name must exist."""
    return any(item.rclass == tsig.ANY and "kmsdns" in item.name for item in message.sections[0])


def check_write_test_cleans_up():
    _, stub, _ = captured("write-test", "hmac-sha256")
    tap.true(stub.writes >= 2, f"{stub.writes} writes instead of one and its removal")
    tap.true(not any(_is_random(owner) for owner, _ in stub.zone.data), "left over in the zone")


CHECKS = [check_tshark, check_ldns, check_header, check_prerequisites, check_changes,
          check_signature, check_idents]
TESTS = [(f"{check.__name__[6:]}: {name}", check, name, "hmac-sha256")
         for name in RUNS for check in CHECKS]
TESTS += [(f"{check.__name__[6:]}: publish, {algorithm}", check, "publish", algorithm)
          for algorithm in updlab.ALGORITHMS if algorithm != "hmac-sha256"
          for check in (check_tshark, check_ldns, check_signature)]
TESTS += [("probes are guarded", check_probes_are_guarded),
          ("write test cleans up", check_write_test_cleans_up)]

if __name__ == "__main__":
    lab.enter()
    sys.exit(run.main(sys.modules[__name__]))
