#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Write the corpora of fuzz_events_xml.c, fuzz_events_text.c and fuzz_evtx.c: small logs and the
faults that logs have. Run it in the source tree after adding a case; tests/local.mk lists them.
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "data" / "events"))
import make_events as make  # noqa: E402

SHORT = make.history()[:3] + make.history()[5:9] + make.history()[10:11]
TWO = make.history()[:2]
XML = make.xml(TWO).encode()
CSV = make.table(SHORT, ",").encode()
TAB = make.table(SHORT, "\t").encode()
TEXT = make.listing(SHORT).encode()
EVTX = make.evtx(TWO)

XML_CASES = {
    "bare": make.xml(SHORT).encode(),
    "root": make.xml(TWO, root=True).encode(),
    "utf16": make.xml(TWO).encode("utf-16-le"),
    "cut": XML[:-200],
    "damaged": XML.replace(b"</System>", b"</Sys\0tem>", 1),
    "doctype": b"<?xml version='1.0'?><!DOCTYPE e [<!ENTITY a 'b'>]><Events>&a;</Events>",
    "entity": XML.replace(b"corp.example<", b"&lol;<"),
    "deep": b"<Event>" + b"<a>" * 40,
    "no-id": XML.replace(b"12293", b""),
    "prefix": XML.replace(b"<Event xmlns", b"<e:Event xmlns:e").replace(b"</Event>", b"</e:Event>"),
    "between": XML.replace(b"</Event>", b"</Event>]]>&"),
    "many-data": XML.replace(b"<Data>corp.example</Data>", b"<Data>x</Data>" * 40),
}
TEXT_CASES = {
    "tab": TAB,
    "csv": CSV,
    "listing": TEXT,
    "utf16": make.table(TWO, "\t").encode("utf-16-le"),
    "german-ansi": make.table(make.german(SHORT), "\t", make.german_date,
                              make.GERMAN_HEADING).encode("cp1252"),
    "heading": b"Level,Date and Time,Source,Event ID,Task Category\r\n",
    "open-quote": CSV.replace(b'successful. "', b"successful. "),
    "cut": CSV[:-30],
    "unquoted": TAB.replace(b'"', b""),
    "bad-list": CSV.replace(b"0x0,25,", b"0x0,"),
    "listing-cut": TEXT[:-300],
    "listing-no-id": TEXT.replace(b"Event ID: 12293", b"Event ID: none"),
    "odd-byte": make.table(TWO, "\t").encode("utf-16-le") + b"a",
    "surrogates": make.table(TWO, "\t").encode("utf-16-le") + b"\x00\xd8\x00\xd8\x00\xdca\x00",
    "name-with-nul": make.table([make.processed(TWO[0].when, f"PC{n}.\0x", make.SHARED_CMID)
                                 for n in range(2)], ",").encode(),
    "quotes-doubled": CSV.replace(b"'corp.example'", b'""corp.example""'),
}
EVTX_CASES = {
    "two": EVTX,
    "cut": EVTX[:4096 + 4096],
    "header": EVTX[:4096],
    "zeroed": EVTX[:4096 + 512] + b"\0" * 600 + EVTX[4096 + 1112:],
    "sizes": EVTX[:4096 + 516] + b"\xff\xff\xff\xff" + EVTX[4096 + 520:],
    "short": b"ElfFile\0",
}


def main():
    for name, cases, suffix in (("events_xml", XML_CASES, "xml"),
                                ("events_text", TEXT_CASES, "txt"), ("evtx", EVTX_CASES, "evtx")):
        folder = HERE / "corpus" / name
        folder.mkdir(parents=True, exist_ok=True)
        for case, data in cases.items():
            (folder / f"{case}.{suffix}").write_bytes(data)


if __name__ == "__main__":
    main()
