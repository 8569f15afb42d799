#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Write the corpus of fuzz_msg.c: one small message per file, named after what it is.

Run it in the source tree after adding a case, and list the new file in tests/local.mk.
"""
import pathlib
import struct

A, NS, CNAME, SOA, TXT, SRV, DNAME, OPT = 1, 2, 5, 6, 16, 33, 39, 41
REPLY, TC, AA = 0x8180, 0x0200, 0x0400


def name(text):
    labels = [label.encode("latin-1") for label in text.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


QNAME = name("_vlmcs._tcp.corp.example")
AT_Q = b"\xc0\x0c"  # pointer to the question's name


def rr(owner, rtype, rdata, ttl=3600, rclass=1):
    return owner + struct.pack(">HHIH", rtype, rclass, ttl, len(rdata)) + rdata


def srv(target, priority=0, weight=0, port=1688):
    return struct.pack(">HHH", priority, weight, port) + target


def message(flags=REPLY, question=QNAME + struct.pack(">HH", SRV, 1), answer=(), authority=(),
            additional=(), counts=None):
    counts = counts or (1 if question else 0, len(answer), len(authority), len(additional))
    return (struct.pack(">HHHHHH", 0x1234, flags, *counts) + question +
            b"".join(answer) + b"".join(authority) + b"".join(additional))


SOA_RDATA = name("ns.corp.example") + name("h.corp.example") + struct.pack(">5I", 1, 2, 3, 4, 5)
EDNS = rr(b"\0", OPT, b"", ttl=0, rclass=1232)
KMS = name("kms01.corp.example")
CASES = {
    "srv_two_hosts": message(answer=[rr(AT_Q, SRV, srv(KMS, 10, 60)), rr(AT_Q, SRV, srv(KMS))],
                             additional=[rr(KMS, A, b"\xc0\0\2\x15"), EDNS]),
    "nxdomain_soa": message(REPLY | 3, authority=[rr(name("example"), SOA, SOA_RDATA)],
                            additional=[EDNS]),
    "nodata_soa": message(REPLY | AA, authority=[rr(name("example"), SOA, SOA_RDATA)]),
    "referral": message(0x8100, authority=[rr(name("example"), NS, name("ns.example"))]),
    "refused_header_only": message(REPLY | 5, question=b""),
    "badvers_extended": message(additional=[rr(b"\0", OPT, b"", 0x01000000, 1232)]),
    "truncated_flag": message(REPLY | TC),
    "cname_chain": message(answer=[rr(AT_Q, CNAME, name("b.example")),
                                   rr(name("b.example"), CNAME, name("c.example")),
                                   rr(name("c.example"), SRV, srv(KMS))]),
    "cname_loop": message(answer=[rr(AT_Q, CNAME, name("b.example")),
                                  rr(name("b.example"), CNAME, AT_Q)]),
    "dname_synthesized": message(answer=[rr(name("corp.example"), DNAME, name("new.example")),
                                         rr(AT_Q, CNAME, name("_vlmcs._tcp.new.example")),
                                         rr(name("_vlmcs._tcp.new.example"), SRV, srv(KMS))]),
    "dname_grows": message(answer=[rr(name("example"), DNAME, name("a" * 40 + ".example"))]),
    "hostile_labels": message(answer=[rr(AT_Q, SRV, srv(b"\5\0.\x1b\xff\\\4xn--\0"))]),
    "ttl_high_bit": message(answer=[rr(AT_Q, SRV, srv(KMS), ttl=0x80000000)]),
    "pointer_to_itself": message(question=AT_Q + struct.pack(">HH", SRV, 1)),
    "pointer_past_end": message(answer=[rr(b"\xff\xff", SRV, srv(KMS))]),
    "srv_rdata_cut": message(answer=[rr(AT_Q, SRV, b"\0\0\0\0\6")]),
    "soa_rdata_cut": message(authority=[rr(AT_Q, SOA, SOA_RDATA[:-6])]),
    "counts_lie": message(question=b"", counts=(0, 65535, 65535, 65535)),
    "txt_many_strings": message(answer=[rr(AT_Q, TXT, b"\0" * 400)]),
}


def main():
    folder = pathlib.Path(__file__).resolve().parent / "corpus" / "msg"
    folder.mkdir(parents=True, exist_ok=True)
    for case, data in CASES.items():
        (folder / f"{case}.bin").write_bytes(data)


if __name__ == "__main__":
    main()
