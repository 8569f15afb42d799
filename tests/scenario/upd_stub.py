# SPDX-License-Identifier: BSD-2-Clause
"""A small server that takes updates in orders, and with faults, that no packaged server has.

It runs in threads of the test, so that a test can look at its zone (records), at all that it
read and sent (seen, sent), and can end it at a certain message. ORDER is how it judges an
update: "permission" (as new BIND), "prerequisites" (as old BIND and Samba) or "gates" (anonymous
requests are refused at once, the right to the record comes last). FAULTS lists what else it may
do wrong.
"""

import dataclasses
import socket
import struct
import threading
import time

import lab
import upd_tsig as tsig
import wire

CLOCK = 7200           # seconds by which the clock of "badtime" is ahead
SLOW = 0.2             # seconds between a write of "slow" and its reply
FAULTS = """mute lose-reply forget bad-mac echo badtime short-mac unsigned-reply notimp servfail
die-after-write die-after-reply slow other-id""".split()
_RCODE = {name: number for number, name in tsig.RCODES.items()}


@dataclasses.dataclass
class Request:
    """A message as the stub judges it: key is the key that signed it, error a TSIG error."""
    raw: bytes
    message: tsig.Message
    key: tsig.Key = None
    error: int = 0

    @property
    def zone(self):
        return self.message.question[0][0]


class Zone:
    """{(owner, type): {rdata: ttl}} with the operations of RFC 2136."""

    def __init__(self, name, hosts):
        self.name, self.serial = name, 1
        self.data = {(name, tsig.SOA): {b"": 300},
                     (name, wire.TYPES["NS"]): {wire.encode_name("ns1." + name): 300},
                     ("ns1." + name, 1): {socket.inet_aton("127.0.0.1"): 300}}
        for number in (1, 2, 3):
            self.data[f"kms0{number}.{name}", 1] = {socket.inet_aton(f"192.0.2.2{number}"): 300}
        for host in hosts:
            rdata = tsig.srv_rdata(f"{host}.{name}")
            self.data.setdefault(("_vlmcs._tcp." + name, tsig.SRV), {})[rdata] = 3600

    def targets(self):
        """Targets of the service's set."""
        found = self.data.get(("_vlmcs._tcp." + self.name, tsig.SRV), {})
        return sorted(wire.text_name(wire.decode_name(rdata, 6)[0]) for rdata in found)

    def has_name(self, name):
        return any(owner == name for owner, _ in self.data)

    def soa(self):
        return (wire.encode_name("ns1." + self.name) + wire.encode_name("admin." + self.name)
                + struct.pack("!IIIII", self.serial, 7200, 900, 1209600, 300))

    def unmet(self, prerequisites):
        """The rcode of the first prerequisite that does not hold (RFC 2136 3.2), or None."""
        exact = {}
        for item in prerequisites:
            there = self.data.get((item.name, item.rtype))
            if item.rclass == tsig.IN:
                exact.setdefault((item.name, item.rtype), set()).add(item.rdata)
            elif item.rtype == tsig.TYPE_ANY:
                if self.has_name(item.name) != (item.rclass == tsig.ANY):
                    return "NXDOMAIN" if item.rclass == tsig.ANY else "YXDOMAIN"
            elif bool(there) != (item.rclass == tsig.ANY):
                return "NXRRSET" if item.rclass == tsig.ANY else "YXRRSET"
        if any(set(self.data.get(pair, {})) != wanted for pair, wanted in exact.items()):
            return "NXRRSET"
        return None

    def apply(self, changes):
        before = {pair: dict(found) for pair, found in self.data.items()}
        for item in changes:
            pair = (item.name, item.rtype)
            if item.rclass == tsig.IN:
                self.data.setdefault(pair, {})[item.rdata] = item.ttl
            elif item.rclass == tsig.NONE:
                self.data.get(pair, {}).pop(item.rdata, None)
            else:
                self.data.pop(pair, None)
            if not self.data.get(pair, True):
                del self.data[pair]
        self.serial += before != self.data


class Stub:
    """One zone at 127.0.0.1:port; rights is {key: set of owners it may change, or None: all}."""

    def __init__(self, zone, rights, order="permission", fault=None, hosts=("kms01",), **more):
        assert fault is None or fault in FAULTS
        resumed = more.get("resume")
        self.zone = resumed.zone if resumed else Zone(zone, hosts)
        self.order, self.fault = order, fault
        self.rights = rights if resumed else {key.name: (key, owners)
                                              for key, owners in rights.items()}
        self.is_open = more.get("is_open", False)
        self.seen, self.sent, self.writes = [], [], 0
        self.lock, self.closed = threading.Lock(), False
        self.port = resumed.port if resumed else lab.free_port()
        self.at, self.address, self.name = f"127.0.0.1:{self.port}", "127.0.0.1", "stub"
        self.where = (self.address, self.port)
        self.udp = socket.socket(type=socket.SOCK_DGRAM)
        self.udp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.udp.bind(self.where)
        self.tcp = socket.socket()
        self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.tcp.bind(self.where)
        self.tcp.listen(64)
        for function in (self._serve_udp, self._serve_tcp):
            threading.Thread(target=function, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def again(self, fault=None):
        """The same zone at the same place, as after a restart."""
        self.stop()
        return Stub(self.zone.name, self.rights, self.order, fault, is_open=self.is_open,
                    resume=self)

    def stop(self):
        self.closed = True
        for sock in (self.udp, self.tcp):
            # a blocked thread keeps a closed socket alive; shutdown wakes it up
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()

    def _serve_udp(self):
        while not self.closed:
            try:
                message, peer = self.udp.recvfrom(65535)
            except OSError:
                return
            if message and not self.closed:
                self._handle("udp", message, lambda reply, to=peer: self.udp.sendto(reply, to))

    def _serve_tcp(self):
        while not self.closed:
            try:
                sock, _ = self.tcp.accept()
            except OSError:
                return
            threading.Thread(target=self._serve_stream, args=(sock,), daemon=True).start()

    def _serve_stream(self, sock):
        with sock:
            try:
                while not self.closed:
                    size = struct.unpack("!H", sock.recv(2, socket.MSG_WAITALL))[0]
                    message = sock.recv(size, socket.MSG_WAITALL)
                    self._handle("tcp", message, lambda reply: sock.sendall(
                        struct.pack("!H", len(reply)) + reply))
            except (OSError, struct.error):
                return

    def _handle(self, transport, raw, send):
        with self.lock:
            self.seen.append((transport, raw))
            try:
                request = self._read(raw)
            except (ValueError, IndexError, struct.error):
                return
            reply, ends = self._respond(request)
            # who asks again as soon as the reply is there must not be answered
            self.closed = self.closed or ends
        if reply is not None:
            self.sent.append((transport, reply))
            try:
                send(reply)
            except OSError:
                pass
        if ends:
            self.stop()

    def _read(self, raw):
        request = Request(raw, tsig.parse(raw))
        signed = request.message.tsig
        if signed is None:
            return request
        key = self.rights.get(signed.name, (None,))[0]
        if key is None or key.algorithm != signed.algorithm:
            request.error = 17
        elif not tsig.check(raw, request.message, key):
            request.error = 16
        else:
            request.key = key
            late = self.fault == "badtime" and request.message.opcode == tsig.UPDATE
            if abs(time.time() - signed.time) > signed.fudge or late:
                request.error = 18
        return request

    def _respond(self, request):
        """(reply or None, does the server end now)"""
        if request.message.opcode == tsig.UPDATE:
            return self._update(request)
        if request.error:
            return self._close(request, "NOTAUTH"), False
        name, kind, _ = request.message.question[0]
        found = self.zone.data.get((name, kind), {})
        inside = name == self.zone.name or name.endswith("." + self.zone.name)
        if not inside:
            return self._close(request, "REFUSED"), False
        there = self.zone.has_name(name) or any(owner.endswith("." + name)
                                                for owner, _ in self.zone.data)
        answers = [tsig.record(name, kind, tsig.IN, ttl,
                               self.zone.soa() if kind == tsig.SOA else rdata)
                   for rdata, ttl in found.items()]
        authority = [] if answers else [tsig.record(self.zone.name, tsig.SOA, tsig.IN, 300,
                                                    self.zone.soa())]
        return self._close(request, "NOERROR" if there else "NXDOMAIN", answers, authority), False

    def _update(self, request):
        if self.fault == "mute":
            return None, False
        if self.fault in ("notimp", "servfail"):
            return self._close(request, self.fault.upper()), False
        rcode = self._judge(request)
        wrote = rcode is None and request.message.sections[1]
        if wrote:
            self.writes += 1
            if self.fault != "forget":
                self.zone.apply(request.message.sections[1])
            if self.fault in ("lose-reply", "die-after-write"):
                return None, self.fault == "die-after-write"
            if self.fault == "slow":
                time.sleep(SLOW)
        reply = self._close(request, rcode or "NOERROR")
        return reply, bool(wrote) and self.fault == "die-after-reply"

    def _judge(self, request):
        """The rcode of a refusal, or None."""
        if request.error:
            return "NOTAUTH"
        if request.zone != self.zone.name:
            return "NOTAUTH"
        unmet = self.zone.unmet(request.message.sections[0])
        refused = None if self._may(request) else "REFUSED"
        anonymous = "REFUSED" if request.key is None and not self.is_open else None
        if self.order == "permission":
            return refused or unmet
        if self.order == "gates":
            return anonymous or unmet or refused
        return unmet or refused

    def _may(self, request):
        if request.key is None:
            return self.is_open
        owners = self.rights[request.key.name][1]
        if owners is None:
            return True
        changes = request.message.sections[1]
        return bool(owners) and all(change.name in owners for change in changes)

    def _close(self, request, rcode, answers=(), authority=()):
        """Puts header, question and signature around a reply."""
        message = request.message
        question = b"".join(wire.encode_name(name) + struct.pack("!HH", kind, rclass)
                            for name, kind, rclass in message.question)
        flags = 0x8000 | (message.flags & 0x7900) | _RCODE[rcode]
        flags |= 0x0400 if message.opcode == tsig.QUERY and rcode != "REFUSED" else 0
        reply = struct.pack("!HHHHHH", message.ident, flags, len(message.question), len(answers),
                            len(authority), 0) + question + b"".join(answers) + b"".join(authority)
        if any(item.rtype == wire.TYPES["OPT"] for item in message.sections[2]):
            reply = tsig.add_additional(reply, wire.opt())
        if self.fault == "other-id" and message.opcode == tsig.UPDATE:
            reply = struct.pack("!H", message.ident ^ 1) + reply[2:]
        return reply if message.tsig is None else self._sign(request, reply)

    def _sign(self, request, reply):
        asked = request.message.tsig
        if request.error in (16, 17):
            nobody = tsig.Key(asked.name, asked.algorithm, b"")
            return tsig.sign(reply, nobody, asked.time, error=request.error, mac=b"")[0]
        chain = {"request_mac": asked.mac}
        if request.error == 18:
            ahead = CLOCK if self.fault == "badtime" else 0
            now = int(time.time()) + ahead
            return tsig.sign(reply, request.key, asked.time, error=18,
                             other=struct.pack("!HI", now >> 32, now & 0xFFFFFFFF), **chain)[0]
        if request.message.opcode != tsig.UPDATE:
            return tsig.sign(reply, request.key, **chain)[0]
        if self.fault == "unsigned-reply":
            return reply
        if self.fault == "bad-mac":
            chain["mac"] = bytes(len(asked.mac))
        elif self.fault == "echo":
            chain["mac"] = asked.mac
        elif self.fault == "short-mac":
            chain["keep"] = 8
        return tsig.sign(reply, request.key, **chain)[0]
