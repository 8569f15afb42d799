# SPDX-License-Identifier: BSD-2-Clause
"""DNS UPDATE (RFC 2136) and TSIG (RFC 8945) by hand, for the prober and the stub server.

Nothing here is shared with the program under test, nor with a DNS library: what it says of a
message is a second opinion.
"""

import base64
import dataclasses
import hashlib
import hmac
import os
import pathlib
import socket
import struct
import time

import wire

UPDATE, QUERY = 5, 0
IN, NONE, ANY = 1, 254, 255
SOA, TXT, SRV, TSIG, TYPE_ANY = 6, 16, 33, 250, 255
RCODES = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED",
          6: "YXDOMAIN", 7: "YXRRSET", 8: "NXRRSET", 9: "NOTAUTH", 10: "NOTZONE"}
TSIG_ERRORS = {0: None, 16: "BADSIG", 17: "BADKEY", 18: "BADTIME", 22: "BADTRUNC"}
ALGORITHMS = {"hmac-sha1": hashlib.sha1, "hmac-sha224": hashlib.sha224,
              "hmac-sha256": hashlib.sha256, "hmac-sha384": hashlib.sha384,
              "hmac-sha512": hashlib.sha512}


@dataclasses.dataclass(frozen=True)
class Key:
    """A shared key; name is absolute and in lower case."""
    name: str
    algorithm: str
    secret: bytes

    @staticmethod
    def new(name, algorithm="hmac-sha256"):
        return Key(name, algorithm, os.urandom(32))

    @property
    def base64(self):
        return base64.b64encode(self.secret).decode()

    def mac(self, data):
        return hmac.new(self.secret, data, ALGORITHMS[self.algorithm]).digest()

    def write(self, path, mode=0o600):
        """A file as tsig-keygen prints it."""
        path = pathlib.Path(path)
        path.write_text(f'key "{self.name.rstrip(".")}" {{\n\talgorithm {self.algorithm};\n'
                        f'\tsecret "{self.base64}";\n}};\n', encoding="ascii")
        path.chmod(mode)
        return path


@dataclasses.dataclass
class Record:
    """One record of a message; rdata has its names uncompressed where they may be compressed."""
    name: str
    rtype: int
    rclass: int
    ttl: int
    rdata: bytes
    at: int


@dataclasses.dataclass
class Tsig:
    name: str
    algorithm: str
    time: int
    fudge: int
    mac: bytes
    original: int
    error: int
    other: bytes
    at: int


@dataclasses.dataclass
class Message:
    ident: int
    flags: int
    question: list
    sections: list
    tsig: Tsig
    end: int

    @property
    def opcode(self):
        return self.flags >> 11 & 15

    @property
    def rcode(self):
        return RCODES.get(self.flags & 15, str(self.flags & 15))


def _rdata(message, rtype, at, size):
    if rtype == SRV and size > 6:
        return message[at:at + 6] + wire.encode_name(wire.decode_name(message, at + 6)[0])
    return message[at:at + size]


def _record(message, at):
    start = at
    labels, at = wire.decode_name(message, at)
    rtype, rclass, ttl, size = struct.unpack_from("!HHIH", message, at)
    at += 10
    if at + size > len(message):
        raise ValueError("record data ends behind the message")
    return Record(wire.text_name(labels) if labels else ".", rtype, rclass, ttl,
                  _rdata(message, rtype, at, size), start), at + size


def _tsig(message, record):
    labels, at = wire.decode_name(message, record.at)
    at += 10
    algorithm, at = wire.decode_name(message, at)
    high, low, fudge, size = struct.unpack_from("!HIHH", message, at)
    at += 10
    mac = message[at:at + size]
    original, error, length = struct.unpack_from("!HHH", message, at + size)
    return Tsig(wire.text_name(labels), wire.text_name(algorithm).rstrip("."),
                high << 32 | low, fudge, mac, original, error,
                message[at + size + 6:at + size + 6 + length], record.at)


def parse(message):
    """All of a message; raises ValueError, IndexError or struct.error on nonsense."""
    ident, flags, *counts = struct.unpack_from("!HHHHHH", message)
    at, question, sections = 12, [], []
    for _ in range(counts[0]):
        labels, at = wire.decode_name(message, at)
        question.append((wire.text_name(labels), *struct.unpack_from("!HH", message, at)))
        at += 4
    for count in counts[1:]:
        records = []
        for _ in range(count):
            record, at = _record(message, at)
            records.append(record)
        sections.append(records)
    signed = [record for record in sections[2] if record.rtype == TSIG]
    if signed and (len(signed) > 1 or signed[0] is not sections[2][-1]):
        raise ValueError("a TSIG record that is not the last one")
    return Message(ident, flags, question, sections,
                   _tsig(message, signed[0]) if signed else None, at)


def record(name, rtype, rclass, ttl=0, rdata=b""):
    return (wire.encode_name(name) + struct.pack("!HHIH", rtype, rclass, ttl, len(rdata))
            + rdata)


def srv_rdata(target, port=1688, priority=0, weight=0):
    return struct.pack("!HHH", priority, weight, port) + wire.encode_name(target)


def update(zone, prerequisites=(), changes=(), ident=None):
    ident = struct.unpack("!H", os.urandom(2))[0] if ident is None else ident
    head = struct.pack("!HHHHHH", ident, UPDATE << 11, 1, len(prerequisites), len(changes), 0)
    return (head + wire.encode_name(zone) + struct.pack("!HH", SOA, IN)
            + b"".join(prerequisites) + b"".join(changes))


def _variables(key_name, algorithm, when, fudge, error, other):
    """RFC 8945 4.3.3; names in lower case."""
    return (wire.encode_name(key_name) + struct.pack("!HI", ANY, 0)
            + wire.encode_name(algorithm) + struct.pack("!HIHHH", when >> 32,
                                                        when & 0xFFFFFFFF, fudge, error,
                                                        len(other)) + other)


def sign(message, key, when=None, request_mac=b"", error=0, other=b"", keep=None, mac=None):
    """message with a TSIG record; keep cuts the MAC, mac replaces it. Returns (wire, mac)."""
    when = int(time.time()) if when is None else when
    chained = struct.pack("!H", len(request_mac)) + request_mac if request_mac else b""
    if mac is None:
        mac = key.mac(chained + message + _variables(key.name, key.algorithm, when, 300, error,
                                                     other))[:keep]
    rdata = (wire.encode_name(key.algorithm) + struct.pack("!HIHH", when >> 32,
                                                           when & 0xFFFFFFFF, 300, len(mac))
             + mac + message[:2] + struct.pack("!HH", error, len(other)) + other)
    return add_additional(message, record(key.name, TSIG, ANY, 0, rdata)), mac


def add_additional(message, piece):
    count = struct.unpack_from("!H", message, 10)[0]
    return message[:10] + struct.pack("!H", count + 1) + message[12:] + piece


def check(message, parsed, key, request_mac=b""):
    """True if the MAC of a message is right."""
    tsig = parsed.tsig
    if tsig is None or tsig.name != key.name or tsig.algorithm != key.algorithm:
        return False
    count = struct.unpack_from("!H", message, 10)[0]
    bare = (struct.pack("!H", tsig.original) + message[2:10] + struct.pack("!H", count - 1)
            + message[12:tsig.at])
    chained = struct.pack("!H", len(request_mac)) + request_mac if request_mac else b""
    wanted = key.mac(chained + bare + _variables(tsig.name, tsig.algorithm, tsig.time,
                                                 tsig.fudge, tsig.error, tsig.other))
    return hmac.compare_digest(wanted, tsig.mac)


def _receive(sock, size):
    data = b""
    while len(data) < size:
        piece = sock.recv(size - len(data))
        if not piece:
            raise OSError("connection closed")
        data += piece
    return data


def send(server, message, tcp=False, timeout=3.0):
    """The reply with the same identifier, or None."""
    with socket.socket(type=socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM) as sock:
        sock.settimeout(timeout)
        try:
            sock.connect(server)
            if tcp:
                sock.sendall(struct.pack("!H", len(message)) + message)
                return _receive(sock, struct.unpack("!H", _receive(sock, 2))[0])
            sock.send(message)
            reply = sock.recv(65535)
        except OSError:
            return None
    return reply if reply[:2] == message[:2] else None
