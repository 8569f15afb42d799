# SPDX-License-Identifier: BSD-2-Clause
"""DNS messages by hand: enough to ask, to answer and to answer wrongly."""

import socket
import struct

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "TXT": 16, "AAAA": 28, "SRV": 33, "DNAME": 39,
         "OPT": 41}
TYPE_NAMES = {number: name for name, number in TYPES.items()}
RCODES = {"NOERROR": 0, "FORMERR": 1, "SERVFAIL": 2, "NXDOMAIN": 3, "NOTIMP": 4, "REFUSED": 5}
TO_QUESTION = b"\xc0\x0c"  # a pointer to the name in the question
QR, AA, TC, RD, RA = 0x8000, 0x0400, 0x0200, 0x0100, 0x0080


def encode_name(name):
    """Wire form of a list of labels (bytes), a dotted text without escapes, or as it is (bytes)."""
    if isinstance(name, bytes):
        return name
    if isinstance(name, str):
        name = [label.encode("ascii") for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in name) + b"\0"


def decode_name(message, at):
    """Labels and the offset behind the name; follows at most 64 pointers."""
    labels, end, hops = [], None, 0
    while message[at] != 0:
        if message[at] >= 0xC0:
            end = at + 2 if end is None else end
            at = struct.unpack_from("!H", message, at)[0] & 0x3FFF
            hops += 1
            if hops > 64:
                raise ValueError("compression loop")
            continue
        labels.append(bytes(message[at + 1:at + 1 + message[at]]))
        at += 1 + message[at]
    return labels, (at + 1 if end is None else end)


def text_name(labels):
    return ".".join(label.decode("ascii", "backslashreplace") for label in labels).lower() + "."


def record(owner, rtype, ttl, rdata):
    return (encode_name(owner) + struct.pack("!HHIH", TYPES.get(rtype, rtype), 1,
                                              ttl & 0xFFFFFFFF, len(rdata)) + rdata)


def srv(owner, target, ttl=3600, priority=0, weight=0, port=1688):
    return record(owner, "SRV", ttl,
                  struct.pack("!HHH", priority, weight, port) + encode_name(target))


def a(owner, address, ttl=3600):
    return record(owner, "A", ttl, socket.inet_aton(address))


def soa(owner, ttl=3600, minimum=300):
    numbers = struct.pack("!IIIII", 1, 7200, 900, 1209600, minimum)
    return record(owner, "SOA", ttl, encode_name("ns1." + owner) + encode_name("admin." + owner)
                  + numbers)


def opt(rcode_high=0):
    return b"\0" + struct.pack("!HHIH", TYPES["OPT"], 1232, rcode_high << 24, 0)


def query(name, rtype, ident=1, edns=True):
    head = struct.pack("!HHHHHH", ident, RD, 1, 0, 0, 1 if edns else 0)
    return (head + encode_name(name) + struct.pack("!HH", TYPES[rtype], 1)
            + (opt() if edns else b""))


class Question:
    """A query as a server sees it."""

    def __init__(self, message):
        self.ident, self.flags, _, _, _, additional = struct.unpack_from("!HHHHHH", message)
        self.labels, end = decode_name(message, 12)
        number, _ = struct.unpack_from("!HH", message, end)
        self.rtype = TYPE_NAMES.get(number, str(number))
        self.section = message[12:end + 4]
        self.has_edns = additional > 0
        self.name = text_name(self.labels)

    def reply(self, answers=(), authority=(), rcode=0, flags=QR | AA, **changes):
        """A reply; changes may set ident, question (bytes or b''), ancount, tail, high_rcode."""
        question = changes.get("question", self.section)
        tail = [opt(changes.get("high_rcode", 0))] if self.has_edns and question else []
        counts = (1 if question else 0, changes.get("ancount", len(answers)), len(authority),
                  len(tail))
        head = struct.pack("!HHHHHH", changes.get("ident", self.ident),
                           flags | (self.flags & RD) | rcode, *counts)
        return (head + question + b"".join(answers) + b"".join(authority) + b"".join(tail)
                + changes.get("tail", b""))


def exchange(server, name, rtype, timeout=1.0):
    """Asks over UDP; returns (rcode, number of answers) or None without a reply."""
    family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.settimeout(timeout)
        try:
            sock.connect(server)
            sock.send(query(name, rtype))
            reply = sock.recv(65535)
        except OSError:
            return None
    _, flags, _, answers, _, _ = struct.unpack_from("!HHHHHH", reply)
    return flags & 15, answers
