# SPDX-License-Identifier: BSD-2-Clause
"""The ways in which responder.py answers, one function each, and the table that names them."""

import re
import struct

import wire
from wire import AA, QR, RA, TC

HOST = "192.0.2.21"
HOSTILE_LABELS = {
    "esc": b"\x1b[31mred", "newline": b"new\nline", "dot": b"dot.in.label", "high": b"\xff\xfe",
    "quote": b"\"quoted\" 'x'", "backslash": b"back\\slash", "nul": b"nul\0byte",
    "markup": b"<b>&amp;", "bell": b"\x07\x08\x7f\x9b",
}


class OtherPort(bytes):
    """A reply that leaves from another port."""


class Late(bytes):
    """A reply to who asked earlier: addr."""


class Ask:
    """A question with everything an answer may depend on."""

    def __init__(self, question, number, domain, over_tcp, responder, addr=None):
        self.question, self.number, self.domain = question, number, domain
        self.over_tcp, self.responder, self.addr = over_tcp, responder, addr
        self.labels = question.labels
        relative = question.name[:-len(domain)] if question.name.endswith(domain) else None
        self.relative = relative.rstrip(".") if relative is not None else None
        self.is_service = question.rtype == "SRV" and self.relative == "_vlmcs._tcp"
        self.is_target = re.fullmatch(r"kms\d+", self.relative or "") is not None

    def reply(self, *answers, **changes):
        return self.question.reply(answers, **changes)

    def srv(self, **changes):
        return wire.srv(self.labels, "kms01." + self.domain, **changes)


def negative(ask, rcode):
    return [ask.question.reply(authority=[wire.soa(ask.domain)], rcode=rcode, flags=QR | AA | RA)]


def normal(ask):
    """A small healthy zone at the domain: SRV, one host, SOA."""
    rtype = ask.question.rtype
    if ask.is_service:
        return [ask.reply(ask.srv())]
    if ask.relative == "" and rtype == "SOA":
        return [ask.reply(wire.soa(ask.domain))]
    if ask.is_target and rtype == "A":
        return [ask.reply(wire.a(ask.labels, HOST))]
    exists = ask.relative == "" or ask.is_target or ask.relative in ("_vlmcs._tcp", "_tcp")
    return negative(ask, 0 if exists else wire.RCODES["NXDOMAIN"])


def outside(ask):
    if ask.question.name == "ready.check.":
        return [ask.reply()]
    ask.domain = "."
    return negative(ask, wire.RCODES["NXDOMAIN"])


def drop(_):
    return []


def dropfirst(ask):
    return normal(ask) if ask.responder.count(ask.question) >= ask.number else []


def lossy(ask):
    """As many tries of every question are lost as the number says."""
    return dropfirst(ask)


def late(ask):
    """The first try alone is answered, when as many more have come as the number says."""
    nth, key = ask.responder.count(ask.question), (ask.question.name, ask.question.rtype)
    if nth == 0:
        ask.responder.late[key] = [Late(reply) for reply in normal(ask)]
        for reply in ask.responder.late[key]:
            reply.addr = ask.addr
    return ask.responder.late[key] if nth == ask.number else []


def dropedns(ask):
    """Silence to whoever asks with EDNS."""
    return [] if ask.question.has_edns else normal(ask)


def without_qr(ask):
    return [ask.reply(ask.srv(), flags=AA)]


def wrongquestion(ask):
    other = wire.encode_name("other." + ask.domain) + struct.pack("!HH", 33, 1)
    return [ask.reply(wire.srv("other." + ask.domain, "kms01." + ask.domain), question=other)]


def wrongtype(ask):
    other = wire.encode_name(ask.labels) + struct.pack("!HH", wire.TYPES["TXT"], 1)
    return [ask.reply(ask.srv(), question=other)]


def header_only(rcode):
    return lambda ask: [ask.reply(question=b"", rcode=wire.RCODES[rcode])]


def with_rcode(rcode):
    return lambda ask: [ask.reply(rcode=wire.RCODES[rcode], flags=QR)]


def noedns(ask):
    if not ask.question.has_edns:
        return normal(ask)
    ask.question.has_edns = False
    return [ask.reply(rcode=wire.RCODES["FORMERR"], flags=QR)]


def noednsheader(ask):
    return header_only("FORMERR")(ask) if ask.question.has_edns else normal(ask)


def badvers(ask):
    return [ask.reply(flags=QR, high_rcode=1)] if ask.question.has_edns else normal(ask)


def tc(ask):
    return normal(ask) if ask.over_tcp else [ask.reply(flags=QR | AA | TC)]


def tcsilent(ask):
    return [] if ask.over_tcp else [ask.reply(flags=QR | AA | TC)]


def loop(ask):
    here = len(ask.reply()) - (len(wire.opt()) if ask.question.has_edns else 0)
    pointer = struct.pack("!H", 0xC000 | here)
    return [ask.reply(pointer + struct.pack("!HHIH", 33, 1, 3600, 8) + b"\0" * 6 + pointer)]


def targetloop(ask):
    """The target is a label and a pointer back to itself."""
    here = len(ask.reply()) - (len(wire.opt()) if ask.question.has_edns else 0)
    at = here + len(wire.encode_name(ask.labels)) + 10 + 6
    name = b"\x03abc" + struct.pack("!H", 0xC000 | at)
    return [ask.reply(wire.record(ask.labels, "SRV", 3600, b"\0" * 6 + name))]


def pastend(ask):
    return [ask.reply(b"\xff\xff" + struct.pack("!HHIH", 33, 1, 3600, 0))]


def cut(ask):
    ask.question.has_edns = False
    return [ask.reply(ask.srv())[:-7]]


def shortrdata(ask):
    return [ask.reply(wire.record(ask.labels, "SRV", 3600, b"\0\0\0"))]


def longrdata(ask):
    rdata = struct.pack("!HHH", 0, 0, 1688) + wire.encode_name("kms01." + ask.domain) + b"more"
    return [ask.reply(wire.record(ask.labels, "SRV", 3600, rdata))]


def countlies(ask):
    return [ask.reply(ask.srv(), ancount=5)]


def oversized(ask):
    names = ["kms%02d.%s%s" % (n, "x" * 50 + ".", ask.domain) for n in range(1, 42)]
    return [ask.reply(*[wire.srv(ask.labels, name) for name in names])]


def garbage(ask):
    return [ask.reply(ask.srv(), tail=b"\x5a" * 100)]


def random_bytes(ask):
    state, out = 12345, bytearray()
    for _ in range(200):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        out.append(state >> 16 & 255)
    return [struct.pack("!H", ask.question.ident) + bytes(out)]


def short5(ask):
    return [ask.reply()[:5]]


def empty(_):
    return [b""]


def wrongid(ask):
    return [ask.reply(ask.srv(), ident=ask.question.ident ^ 0x5555)]


def otherport(ask):
    return [OtherPort(ask.reply(ask.srv()))]


def duplicate(ask):
    return [ask.reply(ask.srv())] * 3


def hostile(ask):
    names = [[label] + wire.decode_name(wire.encode_name(ask.domain), 0)[0]
             for label in HOSTILE_LABELS.values()]
    return [ask.reply(*[wire.srv(ask.labels, name) for name in names])]


def cnameloop(ask):
    there = ["a", "b"]
    names = ["%s.%s" % (label, ask.domain) for label in there]
    links = [wire.record(ask.labels, "CNAME", 3600, wire.encode_name(names[0]))]
    links += [wire.record(names[n], "CNAME", 3600, wire.encode_name(names[1 - n])) for n in (0, 1)]
    return [ask.reply(*links)]


def chain(ask):
    """A CNAME chain of as many links as the number says, then the record."""
    names = [ask.labels] + ["c%d.%s" % (n, ask.domain) for n in range(ask.number)]
    links = [wire.record(names[n], "CNAME", 3600, wire.encode_name(names[n + 1]))
             for n in range(ask.number)]
    return [ask.reply(*links, wire.srv(names[-1], "kms01." + ask.domain))]


def hugettl(ask):
    return [ask.reply(ask.srv(ttl=1 << 31))]


def many(ask):
    """500 records, which need TCP."""
    if not ask.over_tcp:
        return [ask.reply(flags=QR | AA | TC)]
    return [ask.reply(*[wire.srv(ask.labels, "kms%d.%s" % (n, ask.domain)) for n in range(500)])]


def deadtargets(ask):
    """20 targets; each has an address of its own whose port never answers."""
    if ask.is_service:
        return [ask.reply(*[wire.srv(wire.TO_QUESTION, "kms%d.%s" % (n, ask.domain), port=1690)
                            for n in range(100, 120)])]
    if ask.is_target and ask.question.rtype == "A":
        return [ask.reply(wire.a(ask.labels, "198.51.100." + ask.relative[3:]))]
    return normal(ask)


def deafhosts(ask):
    """One target whose port drops everything."""
    if ask.is_service:
        return [ask.reply(wire.srv(ask.labels, "kms100." + ask.domain, port=1691))]
    if ask.is_target and ask.question.rtype == "A":
        return [ask.reply(wire.a(ask.labels, "198.51.100.100"))]
    return normal(ask)


def targetlossy(ask):
    """The first tries for the addresses are lost."""
    return lossy(ask) if ask.is_target else normal(ask)


def targetservfail(ask):
    return with_rcode("SERVFAIL")(ask) if ask.is_target else normal(ask)


def targetdrop(ask):
    return [] if ask.is_target else normal(ask)


def lame(ask):
    root = wire.record("", "NS", 3600, wire.encode_name("a.root-servers.net"))
    return [ask.question.reply(authority=[root], flags=QR)]


def ttl(ask):
    return [ask.reply(ask.srv(ttl=ask.number))]


def othersrv(ask):
    return [ask.reply(wire.srv(ask.labels, "kms99." + ask.domain))]


# what a server gives everybody who asks with EDNS
EDNS = {"drop": drop, "formerr": header_only("FORMERR")}

# name: (function, True if it concerns only the SRV question at the service's name)
MODES = {
    "normal": (normal, False), "delay": (normal, False), "outside": (outside, False),
    "drop": (drop, False), "dropfirst": (dropfirst, True), "qr0": (without_qr, True),
    "wrongquestion": (wrongquestion, True), "wrongtype": (wrongtype, True),
    "noquestion-formerr": (header_only("FORMERR"), True),
    "noquestion-refused": (header_only("REFUSED"), True),
    "noquestion-servfail": (header_only("SERVFAIL"), True),
    "noquestion-noerror": (header_only("NOERROR"), True),
    "formerr": (with_rcode("FORMERR"), True), "refused": (with_rcode("REFUSED"), False),
    "servfail": (with_rcode("SERVFAIL"), False), "notimp": (with_rcode("NOTIMP"), True),
    "noedns": (noedns, False), "noednsheader": (noednsheader, False), "badvers": (badvers, True),
    "tc": (tc, True), "tcsilent": (tcsilent, True), "loop": (loop, True),
    "targetloop": (targetloop, True), "pastend": (pastend, True), "cut": (cut, True),
    "shortrdata": (shortrdata, True), "longrdata": (longrdata, True),
    "countlies": (countlies, True), "oversized": (oversized, True), "garbage": (garbage, True),
    "random": (random_bytes, True), "short5": (short5, True), "empty": (empty, True),
    "wrongid": (wrongid, True), "otherport": (otherport, True), "duplicate": (duplicate, True),
    "hostile": (hostile, True), "cnameloop": (cnameloop, True), "chain": (chain, True),
    "hugettl": (hugettl, True), "many": (many, True), "deadtargets": (deadtargets, False),
    "targetservfail": (targetservfail, False), "targetdrop": (targetdrop, False),
    "deafhosts": (deafhosts, False), "targetlossy": (targetlossy, False),
    "lossy": (lossy, False), "late": (late, False), "dropedns": (dropedns, False),
    "lame": (lame, True), "ttl": (ttl, True), "othersrv": (othersrv, True),
}


def respond(mode, ask):
    """The replies of one mode; unknown modes are healthy zones."""
    if ask.responder.options.rewrite and ask.question.rtype == "A" and not ask.is_target:
        return [ask.reply(wire.a(ask.labels, "203.0.113.1"))]
    function, only_service = MODES.get(mode, (normal, False))
    if only_service and not ask.is_service:
        return normal(ask)
    return function(ask)
