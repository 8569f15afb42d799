#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Event logs for tests: one history of records, written in every form that Windows exports.

    make_events.py FOLDER          writes the fixtures of tests/data/events
    import make_events             for tests that damage them or need many records

All forms are of a machine whose clock is set to UTC, so that their times agree. The binary log is
built from its description: file header, chunks with a string-free layout, one template a record.
"""
import datetime
import pathlib
import struct
import sys
import zlib

SPP = "Microsoft-Windows-Security-SPP"
GUID = "{E23B33B0-C8C9-472C-A5F9-F2BDFEA0F156}"
CLASSIC = "Software Protection Platform Service"
UTC = datetime.timezone.utc


class Record:
    """One event: strings as Windows logs them; text is the English description."""

    def __init__(self, when, event, strings, computer="kms02.corp.example", source=SPP,
                 classic=CLASSIC, text=None, log="Application"):
        self.when = when
        self.event = event
        self.strings = strings
        self.computer = computer
        self.source = source
        self.classic = classic
        self.log = log
        self.text = text if text is not None else describe(event, strings)


TEXTS = {
    8198: "License Activation (slui.exe) failed with the following error code:\n{0}\n"
          "Command-line arguments:\n{1}",
    8233: "The rules engine reported a failed VL activation attempt.\nReason:{0}\n"
          "AppId = {1}, SkuId = {2}\nTrigger={3}",
    12288: "The client has sent an activation request to the key management service machine.\n"
           "Info:\n{0}",
    12289: "The client has processed an activation response from the key management service "
           "machine.\nInfo:\n{0}",
    12290: "An activation request has been processed.\nInfo:\n{0}",
    12293: "Publishing the Key Management Service (KMS) to DNS in the '{1}' domain failed.\n"
           "Info:\n{0}",
    12294: "Publishing the Key Management Service (KMS) to DNS in the '{0}' domain is successful.",
}


def describe(event, strings):
    # as Event Viewer has it: a blank before each line end
    return TEXTS.get(event, "{0}").format(*strings).replace("\n", " \n")


def at(text):
    return datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)


SERVER_SKU = "68531fb9-5511-4989-97be-d11a0f55633f"
CLIENT_SKU = "ae2ee509-1b34-41c0-acb7-6d4650168915"
SHARED_CMID = "01eb9985-230c-49ad-a8c2-c24914da4739"


def host_list(when, computer, cmid, sku=CLIENT_SKU, needed=25, code="0x0", virtual=1, licence=2):
    stamp = f"{when.year}/{when.month}/{when.day} {when.hour}:{when.minute:02}"
    return f"{code},{needed},{computer},{cmid},{stamp},{virtual},{licence},40123,{sku}"


def processed(when, computer, cmid, **more):
    """12290 as newer hosts log it: the whole list, then its nine fields."""
    whole = host_list(when, computer, cmid, **more)
    return Record(when, 12290, [whole] + whole.split(","), classic="KmsRequests",
                  log="Key Management Service")


def history():
    """A host that may write one of its two domains, a client without answers, five clones."""
    records = [
        Record(at("2026-11-18 06:00:12"), 12293, ["0x80072338", "corp.example"]),
        Record(at("2026-11-18 06:00:13"), 12294, ["lab.example"]),
        Record(at("2026-11-19 06:00:12"), 12293, ["0x8007232D", "corp.example"]),
        Record(at("2026-11-19 06:00:13"), 12294, ["lab.example"]),
        Record(at("2026-11-19 07:30:00"), 8198,
               ["hr=0x8007232B", "RuleId=31e71c49;Action=AutoActivate;NotificationInterval=1440"]),
        Record(at("2026-11-19 07:31:00"), 12288,
               ["0x800706BA, 0x00000000, kms01.corp.example:1688, "
                "36f27b39-2fd5-440b-be67-a09996d27a38, 2026/11/19 07:31, 0, 2, 41760, "
                f"{SERVER_SKU}, 5"]),
        Record(at("2026-11-19 08:31:00"), 12288,
               ["0x00000000, 0x00000000, kms03.corp.example:1688, "
                "36f27b39-2fd5-440b-be67-a09996d27a38, 2026/11/19 08:31, 0, 2, 41760, "
                f"{SERVER_SKU}, 5"]),
        Record(at("2026-11-19 08:31:01"), 12289,
               ["0xC004F038, 0x04000000, 0, 0, 3, 120, 10080, 2026/11/19 08:31"]),
        Record(at("2026-11-19 08:31:02"), 8233,
               ["0xC004F038", "55c92734-d682-4d71-983e-d6ec3f16059f", SERVER_SKU,
                "TimerEvent"]),
        Record(at("2026-11-19 09:00:00"), 1000, ["svchost.exe"], source="Application Error",
               classic=None),
    ]
    for place, number in enumerate((4, 2, 3, 5, 1)):
        records.append(processed(at(f"2026-11-19 10:0{place}:00"), f"TEST{number}.contoso.com",
                                 SHARED_CMID))
    for number in range(3):
        records.append(processed(at(f"2026-11-19 11:0{number}:00"), f"SRV{number}.corp.example",
                                 f"930bd202-a335-4c7e-bd9d-7305361f0d3{number}", sku=SERVER_SKU,
                                 needed=5, virtual=0, licence=1))
    records.append(Record(at("2026-11-20 06:00:12"), 12293, ["0x8007232D", "corp.example"]))
    records.append(Record(at("2026-11-20 06:00:13"), 12294, ["lab.example"]))
    return records


# text forms

def us_date(when):
    return (f"{when.month}/{when.day}/{when.year} {(when.hour + 11) % 12 + 1}:{when.minute:02}:"
            f"{when.second:02} {'PM' if when.hour >= 12 else 'AM'}")


def quoted(text, delimiter):
    if any(c in text for c in (delimiter, '"', "\n")):
        return '"' + text.replace('"', '""') + '"'
    return text


def table(records, delimiter, date=us_date, heading=None, level="Information"):
    """Event Viewer shows the newest first, and saves in that order."""
    heading = heading or ["Level", "Date and Time", "Source", "Event ID", "Task Category"]
    lines = [delimiter.join(heading)]
    for record in reversed(records):
        fields = [level, date(record.when), record.source, str(record.event), "None",
                  record.text]
        lines.append(delimiter.join(quoted(field, delimiter) for field in fields))
    return "\r\n".join(line.replace("\n", "\r\n") for line in lines) + "\r\n"


def listing(records):
    parts = []
    for number, record in enumerate(records):
        when = record.when.strftime("%Y-%m-%dT%H:%M:%S.000")
        parts.append(f"""Event[{number}]:
  Log Name: {record.log}
  Source: {record.source}
  Date: {when}
  Event ID: {record.event}
  Task: N/A
  Level: Information
  Opcode: N/A
  Keyword: Classic
  User: N/A
  User Name: N/A
  Computer: {record.computer}
  Description: 
{record.text}

""")
    return "".join(parts).replace("\n", "\r\n")


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;")


def xml_event(record, number):
    source = f" EventSourceName='{record.classic}'" if record.classic else ""
    data = "".join(f"<Data>{escaped(text)}</Data>" for text in record.strings)
    when = record.when.strftime("%Y-%m-%dT%H:%M:%S.000000000Z")
    return (f"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
            f"<Provider Name='{record.source}' Guid='{GUID}'{source}/>"
            f"<EventID Qualifiers='16384'>{record.event}</EventID><Version>0</Version>"
            f"<Level>4</Level><Task>0</Task><Opcode>0</Opcode><Keywords>0x80000000000000</Keywords>"
            f"<TimeCreated SystemTime='{when}'/><EventRecordID>{number}</EventRecordID>"
            f"<Correlation/><Execution ProcessID='0' ThreadID='0'/><Channel>{record.log}</Channel>"
            f"<Computer>{record.computer}</Computer><Security/></System>"
            f"<EventData>{data}</EventData></Event>")


def xml(records, root=False):
    events = "\r\n".join(xml_event(record, 48000 + i) for i, record in enumerate(records))
    if root:
        return ('<?xml version="1.0" encoding="utf-8" standalone="yes"?>\r\n<Events>' + events +
                "</Events>\r\n")
    return events + "\r\n"


# the binary form

def utf16(text):
    return text.encode("utf-16-le")


def name_hash(text):
    value = 0
    for c in text:
        value = (value * 65599 + ord(c)) & 0xffffffff
    return value & 0xffff


class Chunk:
    """64 KiB: a header of 512 bytes and records with absolute offsets inside the chunk."""

    SIZE = 65536

    def __init__(self, first_number):
        self.data = bytearray(512)
        self.first = first_number
        self.n = 0
        self.last_offset = 512

    def name(self, out, base, text):
        """A name where it is used first: its offset, then the name itself."""
        where = base + len(out) + 4
        out += struct.pack("<I", where)
        out += struct.pack("<IHH", 0, name_hash(text), len(text)) + utf16(text) + b"\0\0"

    def element(self, out, base, tag, children, attributes=(), in_template=True):
        start = len(out)
        out += bytes([0x41 if attributes else 0x01])
        if in_template:
            out += struct.pack("<H", 0xffff)
        size_at = len(out)
        out += b"\0\0\0\0"
        self.name(out, base, tag)
        if attributes:
            list_at = len(out)
            out += b"\0\0\0\0"
            for i, (key, value) in enumerate(attributes):
                out += bytes([0x46 if i + 1 < len(attributes) else 0x06])
                self.name(out, base, key)
                self.value(out, value)
            struct.pack_into("<I", out, list_at, len(out) - list_at - 4)
        if children is None:
            out += b"\x03"
        else:
            out += b"\x02"
            for child in children:
                if callable(child):
                    child(out)
                else:
                    self.value(out, child)
            out += b"\x04"
        struct.pack_into("<I", out, size_at, len(out) - size_at - 4)
        del start

    def value(self, out, value):
        if isinstance(value, tuple):  # a substitution: number, type
            out += struct.pack("<BHB", 0x0d, value[0], value[1])
        else:
            out += struct.pack("<BBH", 0x05, 0x01, len(value)) + utf16(value)

    def record(self, record, number):
        start = len(self.data)
        body = bytearray()
        base = start + 24
        filetime = int((record.when - datetime.datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()
                       ) * 10_000_000
        body += b"\x0f\x01\x01\x00"  # fragment header
        body += b"\x0c\x01" + struct.pack("<I", number)
        definition = base + len(body) + 4
        body += struct.pack("<I", definition)
        body += struct.pack("<I", 0) + struct.pack("<IIII", number, 1, 2, 3)
        size_at = len(body)
        body += b"\0\0\0\0"
        body += b"\x0f\x01\x01\x00"
        provider = [("Name", record.source)]
        if record.classic:
            provider += [("Guid", GUID), ("EventSourceName", record.classic)]

        def system(out):
            e = lambda *args, **kw: self.element(out, base, *args, **kw)
            e("Provider", None, attributes=provider)
            e("EventID", [(0, 0x06)], attributes=[("Qualifiers", (1, 0x06))])
            e("Level", [(2, 0x04)])
            e("TimeCreated", None, attributes=[("SystemTime", (3, 0x11))])
            e("EventRecordID", [(4, 0x0a)])
            e("Channel", [record.log])
            e("Computer", [record.computer])

        def event_data(out):
            for i in range(len(record.strings)):
                self.element(out, base, "Data", [(5 + i, 0x01)])

        self.element(body, base, "Event",
                     [lambda out: self.element(out, base, "System", [system]),
                      lambda out: self.element(out, base, "EventData", [event_data])],
                     attributes=[("xmlns",
                                  "http://schemas.microsoft.com/win/2004/08/events/event")])
        body += b"\x00"
        struct.pack_into("<I", body, size_at, len(body) - size_at - 4)
        values = [(struct.pack("<H", record.event), 0x06), (struct.pack("<H", 16384), 0x06),
                  (b"\x04", 0x04), (struct.pack("<Q", filetime), 0x11),
                  (struct.pack("<Q", number), 0x0a)]
        values += [(utf16(text), 0x01) for text in record.strings]
        body += struct.pack("<I", len(values))
        for data, kind in values:
            body += struct.pack("<HBB", len(data), kind, 0)
        for data, _ in values:
            body += data
        while (len(body) + 28) % 8 != 0:
            body += b"\0"
        size = len(body) + 28
        if start + size > self.SIZE:
            return False
        self.data += b"**\0\0" + struct.pack("<IQQ", size, number, filetime) + body
        self.data += struct.pack("<I", size)
        self.last_offset = start
        self.n += 1
        return True

    def bytes(self):
        free = len(self.data)
        records = bytes(self.data[512:])
        header = bytearray(512)
        last = self.first + self.n - 1
        struct.pack_into("<8sQQQQIIII", header, 0, b"ElfChnk\0", self.first, last, self.first,
                         last, 128, self.last_offset, free, zlib.crc32(records))
        struct.pack_into("<I", header, 124, zlib.crc32(bytes(header[:120] + header[128:512])))
        return bytes(header) + records + b"\0" * (self.SIZE - free)


def evtx(records, first=48000):
    chunks = [Chunk(first)]
    for i, record in enumerate(records):
        if not chunks[-1].record(record, first + i):
            chunks.append(Chunk(first + i))
            assert chunks[-1].record(record, first + i)
    header = bytearray(4096)
    struct.pack_into("<8sQQQIHHHH", header, 0, b"ElfFile\0", 0, len(chunks) - 1,
                     first + len(records), 128, 1, 3, 4096, len(chunks))
    struct.pack_into("<I", header, 124, zlib.crc32(bytes(header[:120])))
    return bytes(header) + b"".join(chunk.bytes() for chunk in chunks)


def german(records):
    """The same in the words, quotes and dates of another language."""
    texts = {
        12293: "Fehler beim Veröffentlichen des Schlüsselverwaltungsdiensts in der DNS-Domäne "
               "„{1}“.\nInfo:\n{0}",
        12294: "Der Schlüsselverwaltungsdienst wurde erfolgreich in der DNS-Domäne „{0}“ "
               "veröffentlicht.",
        12288: "Der Client hat eine Aktivierungsanforderung gesendet.\nInfo:\n{0}",
        12289: "Der Client hat eine Antwort verarbeitet.\nInfo:\n{0}",
        12290: "Eine Aktivierungsanforderung wurde verarbeitet.\nInfo:\n{0}",
    }
    told = []
    for record in records:
        text = texts.get(record.event)
        told.append(Record(record.when, record.event, record.strings, record.computer,
                           record.source, record.classic,
                           text.format(*record.strings) if text else record.text, record.log))
    return told


def german_date(when):
    return when.strftime("%d.%m.%Y %H:%M:%S")


GERMAN_HEADING = ["Ebene", "Datum und Uhrzeit", "Quelle", "Ereignis-ID", "Aufgabenkategorie"]


def forms(records):
    """File name to bytes: every form, in the encodings that Windows and people save."""
    told = german(records)
    bom = "\ufeff"
    return {
        "history.xml": xml(records).encode(),
        "history-events.xml": (bom + xml(records, root=True)).encode("utf-8"),
        "history-utf16.xml": (bom + xml(records).replace("utf-8", "utf-16")).encode("utf-16-le"),
        "history.csv": table(records, ",").encode(),
        "history.txt": table(records, "\t").encode("utf-16-le"),
        "history-bom.txt": (bom + table(records, "\t")).encode("utf-16-le"),
        "history-de.csv": table(told, ",", german_date, GERMAN_HEADING,
                                "Informationen").encode("utf-8"),
        "history-de-ansi.txt": table(told, "\t", german_date, GERMAN_HEADING,
                                     "Informationen").encode("cp1252"),
        "history-wevtutil.txt": listing(records).encode(),
        "history.evtx": evtx(records),
    }


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in forms(history()).items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
