# SPDX-License-Identifier: BSD-2-Clause
"""The probes of the right to write, made without kmsdns: what does a server really answer?

An answer is written "YXRRSET", "NOTAUTH+BADKEY" or "TIMEOUT"; none of the probes can change a
zone, because the apex of a zone always has a SOA record.
"""

import dataclasses
import os
import struct
import time

import upd_tsig as tsig

PORT = 1688
SERVICE = "_vlmcs._tcp."


@dataclasses.dataclass(frozen=True)
class Answer:
    """What came back: text as above, signature none, unsigned, good or bad, skew in seconds."""
    text: str
    signature: str = "none"
    skew: int = None


@dataclasses.dataclass(frozen=True)
class Identity:
    """A key, or None, and how far its owner's clock is off."""
    key: tsig.Key = None
    skew: int = 0


UNSIGNED = Identity()


def no_soa(zone):
    """ "The apex has no SOA": never true (RFC 2136 2.4.3)."""
    return tsig.record(zone, tsig.SOA, tsig.NONE)


def has_soa(zone):
    return tsig.record(zone, tsig.SOA, tsig.ANY)


def srv_add(zone, host, ttl=3600):
    return tsig.record(SERVICE + zone, tsig.SRV, tsig.IN, ttl, tsig.srv_rdata(host, PORT))


def _read(reply, identity, mac):
    parsed = tsig.parse(reply)
    error = tsig.TSIG_ERRORS.get(parsed.tsig.error, "?") if parsed.tsig else None
    text = parsed.rcode + (f"+{error}" if error else "")
    if identity.key is None:
        return Answer(text)
    if parsed.tsig is None or not parsed.tsig.mac:
        return Answer(text, "unsigned")
    good = tsig.check(reply, parsed, identity.key, mac)
    skew = None
    if error == "BADTIME" and len(parsed.tsig.other) == 6:
        high, low = struct.unpack("!HI", parsed.tsig.other)
        skew = (high << 32 | low) - (int(time.time()) + identity.skew)
    return Answer(text, "good" if good else "bad", skew)


def ask(server, message, identity=UNSIGNED, tcp=False):
    mac = b""
    if identity.key is not None:
        message, mac = tsig.sign(message, identity.key, int(time.time()) + identity.skew)
    reply = tsig.send(server, message, tcp)
    return Answer("TIMEOUT") if reply is None else _read(reply, identity, mac)


def target(server, zone, host, identity):
    return ask(server, tsig.update(zone, [no_soa(zone)], [srv_add(zone, host)]), identity)


def other_name(server, zone, identity):
    name = f"kmsdns-{os.urandom(8).hex()}.{zone}"
    change = tsig.record(name, tsig.TXT, tsig.IN, 60, b"\5probe")
    return ask(server, tsig.update(zone, [no_soa(zone)], [change]), identity)


def empty(server, zone, identity):
    return ask(server, tsig.update(zone), identity)


def true_only(server, zone, identity):
    """T4: a prerequisite that holds and no change."""
    return ask(server, tsig.update(zone, [has_soa(zone)]), identity)


def delete_absent(server, zone, identity):
    """T5: delete a record that is not there."""
    absent = tsig.record(SERVICE + zone, tsig.SRV, tsig.NONE, 0,
                         tsig.srv_rdata("absent." + zone, PORT))
    return ask(server, tsig.update(zone, [], [absent]), identity)


def all_of(server, zone, host, identity):
    """{probe: Answer}, with the names of the report where it has one."""
    found = {"target": target(server, zone, host, identity),
             "control-unsigned": target(server, zone, host, UNSIGNED),
             "control-other-name": other_name(server, zone, identity),
             "empty-unsigned": empty(server, zone, UNSIGNED),
             "true-unsigned": true_only(server, zone, UNSIGNED),
             "delete-absent": delete_absent(server, zone, identity)}
    if identity.key is not None:
        found["empty-signed"] = empty(server, zone, identity)
        found["true-signed"] = true_only(server, zone, identity)
    return found
