#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Write tsig_vectors.h: requests and replies signed by another implementation of RFC 8945.

The encoder and the HMAC here share no code with src/dns; run it after adding a case:

    python3 tests/unit/make_tsig_vectors.py >tests/unit/tsig_vectors.h
"""
import base64
import hashlib
import hmac
import struct

NOW = 1800000000
ID = 0x1234
FUDGE = 300
WIRE_NAME = {"hmac-md5": "hmac-md5.sig-alg.reg.int"}
SOA, SRV, OPT, TSIG, ANY = 6, 33, 41, 250, 255
UPDATE, NOTAUTH, REFUSED, BADSIG, BADKEY, BADTIME = 0x2800, 9, 5, 16, 17, 18
REPLY = 0x8000


def name(text):
    return b"".join(bytes([len(part)]) + part.encode()
                    for part in text.split(".") if part) + b"\0"


ZONE = name("corp.example") + struct.pack(">HH", SOA, 1)
KEY = name("kms-key")
EDNS = b"\0" + struct.pack(">HHIH", OPT, 1232, 0, 0)
SRV_RR = (name("_vlmcs._tcp.corp.example") + struct.pack(">HHIH", SRV, 1, 3600, 24) +
          struct.pack(">HHH", 0, 0, 1688) + name("kms.corp.example"))


def secret_of(digest):
    return bytes((7 * i + 3) & 0xFF for i in range(hashlib.new(digest).digest_size))


class Case:
    """One algorithm with its key and a signed request."""

    def __init__(self, digest="sha256"):
        self.digest = digest
        self.algorithm = name(WIRE_NAME.get(f"hmac-{digest}", f"hmac-{digest}"))
        self.secret = secret_of(digest)
        self.request = struct.pack(">6H", ID, UPDATE, 1, 0, 1, 0) + ZONE + SRV_RR
        self.mac, self.signed = self.sign(self.request)

    def variables(self, key, algorithm, time, error, other):
        return (key.lower() + struct.pack(">HI", ANY, 0) + algorithm.lower() +
                struct.pack(">HIHHH", time >> 32, time & 0xFFFFFFFF, FUDGE, error, len(other)) +
                other)

    def hmac(self, data, secret=None):
        return hmac.new(secret or self.secret, data, self.digest).digest()

    def sign(self, message, request_mac=None, time=NOW, error=0, other=b"", key=KEY, owner=None,
             algorithm=None, secret=None, cut=None, original_id=None, ttl=0, rclass=ANY, tail=b"",
             mac=None):
        """The MAC and the message with its TSIG record."""
        algorithm = algorithm or self.algorithm
        if mac is None:
            data = b"" if request_mac is None else struct.pack(">H", len(request_mac)) + request_mac
            number = struct.pack(">H", original_id) if original_id is not None else message[:2]
            data += number + message[2:] + self.variables(key, algorithm, time, error, other)
            mac = self.hmac(data, secret)
            mac = mac if cut is None else (mac + b"\0" * 64)[:cut]
        number = original_id if original_id is not None else struct.unpack(">H", message[:2])[0]
        rdata = (algorithm + struct.pack(">HIHH", time >> 32, time & 0xFFFFFFFF, FUDGE, len(mac)) +
                 mac + struct.pack(">HHH", number, error, len(other)) + other + tail)
        record = (key if owner is None else owner) + struct.pack(">HHIH", TSIG, rclass, ttl,
                                                                 len(rdata)) + rdata
        count = struct.unpack(">H", message[10:12])[0] + 1
        return mac, message[:10] + struct.pack(">H", count) + message[12:] + record

    def reply(self, rcode=0, message=None, **kwargs):
        message = message or header(rcode) + ZONE
        return self.sign(message, self.mac, **kwargs)[1]


def header(rcode=0, counts=(1, 0, 0, 0), number=ID):
    return struct.pack(">6H", number, UPDATE | REPLY | rcode, *counts)


def clock(time):
    return struct.pack(">HI", time >> 32, time & 0xFFFFFFFF)


def raise_count(message, place, by):
    value = struct.unpack(">H", message[place:place + 2])[0] + by
    return message[:place] + struct.pack(">H", value) + message[place + 2:]


def states():
    """name, reply, state, TSIG error, skew or None, our clock minus NOW"""
    c = Case()
    good = c.reply()
    tsig = good[len(header() + ZONE):]
    other_key = name("other-key")
    pointer = b"\xc0\x0c"  # to the zone's name
    yield "good", good, "GOOD", 0, None, 0
    yield "refused_signed", c.reply(REFUSED), "GOOD", 0, None, 0
    yield "other_original_id", c.reply(original_id=0x4321), "GOOD", 0, None, 0
    yield "upper_case_key", c.reply(owner=KEY.upper()), "GOOD", 0, None, 0
    yield "compressed_owner", c.reply(message=header() + KEY + struct.pack(">HH", SOA, 1),
                                      owner=pointer), "GOOD", 0, None, 0
    yield "compressed_other", c.reply(key=name("corp.example"), owner=pointer), \
        "BAD_NAME", 0, None, 0
    yield "after_opt", c.reply(message=header(counts=(1, 0, 0, 1)) + ZONE + EDNS), "GOOD", 0, None, 0
    yield "no_zone_section", c.reply(message=header(counts=(0, 0, 0, 0))), "GOOD", 0, None, 0
    yield "edge_late", good, "GOOD", 0, None, 300
    yield "edge_early", good, "GOOD", 0, None, -300
    yield "late", good, "BAD_TIME", 0, -301, 301
    yield "early", good, "BAD_TIME", 0, 301, -301
    yield "time_48_bits", c.reply(time=0xFFFFFFFFFFFF), "BAD_TIME", 0, 0xFFFFFFFFFFFF - NOW, 0
    yield "unsigned", header(REFUSED) + ZONE, "UNSIGNED", -1, None, 0
    yield "unsigned_header_only", header(REFUSED, (0, 0, 0, 0)), "UNSIGNED", -1, None, 0
    yield "badkey", c.reply(NOTAUTH, error=BADKEY, mac=b""), "UNSIGNED", BADKEY, None, 0
    yield "badsig", c.reply(NOTAUTH, error=BADSIG, mac=b""), "UNSIGNED", BADSIG, None, 0
    yield "badkey_own_name", c.reply(NOTAUTH, error=BADKEY, mac=b"", key=other_key), \
        "UNSIGNED", BADKEY, None, 0
    yield "badtime", c.reply(NOTAUTH, error=BADTIME, other=clock(NOW + 3600)), \
        "GOOD", BADTIME, 3600, 0
    yield "badtime_behind", c.reply(NOTAUTH, error=BADTIME, other=clock(NOW - 7200)), \
        "GOOD", BADTIME, -7200, 0
    yield "badtime_own_clock", c.reply(NOTAUTH, error=BADTIME, time=NOW + 3600,
                                       other=clock(NOW + 3600)), "BAD_TIME", BADTIME, 3600, 0
    yield "badtime_no_clock", c.reply(NOTAUTH, error=BADTIME), "GOOD", BADTIME, None, 0
    yield "badtime_unsigned", c.reply(NOTAUTH, error=BADTIME, mac=b"", other=clock(NOW + 400)), \
        "UNSIGNED", BADTIME, 400, 0
    yield "badtime_wrong_mac", c.reply(NOTAUTH, error=BADTIME, secret=b"x",
                                       other=clock(NOW + 3600)), "BAD_MAC", BADTIME, 3600, 0
    yield "wrong_secret", c.reply(secret=b"wrong"), "BAD_MAC", 0, None, 0
    yield "no_request_mac", c.sign(header() + ZONE)[1], "BAD_MAC", 0, None, 0
    yield "wrong_request_mac", c.sign(header() + ZONE, bytes(32))[1], "BAD_MAC", 0, None, 0
    yield "wrong_secret_and_time", c.reply(secret=b"wrong", time=NOW + 9999), "BAD_MAC", 0, None, 0
    yield "other_key", c.reply(key=other_key), "BAD_NAME", 0, None, 0
    yield "other_algorithm", c.reply(algorithm=name("hmac-sha512")), "BAD_ALGORITHM", 0, None, 0
    yield "cut_to_16", c.reply(cut=16), "GOOD", 0, None, 0
    yield "cut_to_31", c.reply(cut=31), "GOOD", 0, None, 0
    yield "cut_to_16_wrong", c.reply(cut=16, secret=b"wrong"), "BAD_MAC", 0, None, 0
    yield "cut_to_15", c.reply(cut=15), "TRUNCATED_MAC", 0, None, 0
    yield "cut_to_1", c.reply(cut=1), "TRUNCATED_MAC", 0, None, 0
    yield "cut_to_0", c.reply(cut=0), "TRUNCATED_MAC", 0, None, 0
    yield "too_long_by_1", c.reply(cut=33), "MALFORMED", 0, None, 0
    yield "echoed_record", c.sign(header() + ZONE, mac=c.mac)[1], "ECHOED", 0, None, 0
    yield "echoed_message", c.signed, "ECHOED", 0, None, 0
    yield "echoed_late", c.signed, "ECHOED", 0, None, 5000
    yield "other_id", c.reply(message=header(number=ID + 1) + ZONE), "MALFORMED", -1, None, 0
    yield "other_id_unsigned", header(REFUSED, number=ID ^ 0x8000) + ZONE, "MALFORMED", -1, None, 0
    yield "two_records", raise_count(good, 10, 1) + tsig, "MALFORMED", -1, None, 0
    yield "opt_behind", raise_count(good, 10, 1) + EDNS, "MALFORMED", -1, None, 0
    yield "in_answer", raise_count(raise_count(good, 10, -1), 6, 1), "MALFORMED", -1, None, 0
    yield "bytes_behind", good + b"\0", "MALFORMED", -1, None, 0
    yield "bytes_behind_unsigned", header() + ZONE + b"\0", "MALFORMED", -1, None, 0
    yield "bytes_in_record", c.reply(tail=b"\0"), "MALFORMED", -1, None, 0
    yield "ttl_1", c.reply(ttl=1), "MALFORMED", -1, None, 0
    yield "class_in", c.reply(rclass=1), "MALFORMED", -1, None, 0
    yield "compressed_algorithm", c.reply(algorithm=pointer), "MALFORMED", -1, None, 0
    yield "cut_in_record", good[:-1], "MALFORMED", -1, None, 0
    yield "no_record", good[:len(header() + ZONE)], "MALFORMED", -1, None, 0
    yield "half_a_header", good[:11], "MALFORMED", -1, None, 0
    yield "counts_lie", header(counts=(65535,) * 4) + ZONE, "MALFORMED", -1, None, 0


def main():
    print("/* SPDX-License-Identifier: BSD-2-Clause */")
    print("/* Written by make_tsig_vectors.py; do not edit. */")
    print("/* clang-format off */")
    print(f"#define VECTOR_NOW {NOW}\n")
    print(f"static const char VECTOR_REQUEST[] =\n     {c_hex(Case().request)};\n")
    print("static const struct vector VECTOR[] = {")
    for digest in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512"):
        c = Case(digest)
        secret = base64.b64encode(c.secret).decode()
        print(f'    {{"hmac-{digest}:kms-key:"\n     "{secret}",\n     {c_hex(c.signed)},\n'
              f"     {c_hex(c.reply())}}},")
    print("};\n\nstatic const struct verdict VERDICT[] = {")
    for label, reply, state, error, skew, offset in states():
        has_skew = "false" if skew is None else "true"
        print(f'    {{"{label}", KD_SIG_{state}, {error}, {has_skew}, {skew or 0}, {offset},\n'
              f"     {c_hex(reply)}}},")
    print("};\n/* clang-format on */")


def c_hex(data):
    text = data.hex()
    return "\n     ".join(f'"{text[i:i + 80]}"' for i in range(0, len(text), 80))


if __name__ == "__main__":
    main()
