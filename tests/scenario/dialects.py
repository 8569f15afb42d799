# SPDX-License-Identifier: BSD-2-Clause
"""How servers answer the probes of the right to write: the one table of expectations.

Measured with BIND 9.18.49, Knot 3.2.6, PowerDNS 4.7.3, NSD 4.6.1 and Samba 4.17.12 of Debian 12.
Of each zone: what an unsigned probe gets, then for each identity its own answers. An answer that
is not written down is that of the target probe.

unsigned   no key                     unknown  a key that the server does not have
granted    the key that may write     wrong    the granted key's name, another secret
other      a valid key without right  skewed   the granted key, a clock an hour late
"""

import dataclasses

import upd_bind
import upd_knot
import upd_nsd
import upd_pdns
import upd_samba


@dataclasses.dataclass(frozen=True)
class Cell:
    """Answers to one identity: the real record (T2), another name (C-S), nothing or only a
    prerequisite that holds (T4), deleting what is absent (T5), and what follows from them."""
    target: str
    other: str = None
    empty: str = None
    delete: str = None
    verdict: str = "refused"

    def answers(self, zone, who):
        """{probe: answer}, as upd_probe.all_of gives them."""
        empty = self.empty or self.target
        found = {"target": self.target, "control-unsigned": zone.unsigned,
                 "control-other-name": self.other or self.target,
                 "delete-absent": self.delete or self.target,
                 "empty-unsigned": zone.unsigned_empty, "true-unsigned": zone.unsigned_empty}
        if who != "unsigned":
            found.update({"empty-signed": empty, "true-signed": empty})
        return found


@dataclasses.dataclass(frozen=True)
class Zone:
    maker: object
    rule: str
    unsigned: str           # C-U: the target probe without a key
    unsigned_empty: str     # T4 without a key
    cells: dict


def refuses(answer):
    """The answer to everything."""
    return Cell(answer)


_OK = "NOERROR"
_BAD_KEYS = {"unknown": Cell("NOTAUTH+BADKEY"), "wrong": Cell("NOTAUTH+BADSIG"),
             "skewed": Cell("NOTAUTH+BADTIME")}
_MASKED_KEYS = {who: Cell("REFUSED") for who in ("unknown", "wrong", "skewed")}
_NO_KEYS = {who: Cell("NOTAUTH+BADKEY")
            for who in ("granted", "other", "unknown", "wrong", "skewed")}

# all rights in the zone, as far as the probes show
_WIDE = Cell("YXRRSET", "YXRRSET", _OK, _OK, "probable")
# the same words to those who sign nothing: row "zone looks open to anyone"
_OPEN = Cell("YXRRSET", "YXRRSET", _OK, _OK, "probable")


def _all(answer):
    return {who: refuses(answer) for who in ("unsigned", "granted", "other")}


ZONES = [
    Zone(upd_bind.rules, "policy", "REFUSED", "REFUSED", {
        "unsigned": refuses("REFUSED"),
        "granted": Cell("YXRRSET", "REFUSED", _OK, _OK, "allowed"),
        "other": Cell("REFUSED", "REFUSED", _OK, _OK),
        **_BAD_KEYS}),
    Zone(upd_bind.rules, "allow", "REFUSED", "REFUSED", {
        "unsigned": refuses("REFUSED"), "granted": _WIDE, "other": refuses("REFUSED"),
        **_BAD_KEYS}),
    Zone(upd_bind.rules, "static", "REFUSED", "REFUSED", {**_all("REFUSED"), **_BAD_KEYS}),
    Zone(upd_bind.rules, "frozen", "REFUSED", "REFUSED", {**_all("REFUSED"), **_BAD_KEYS}),
    Zone(upd_bind.rules, "open", "YXRRSET", _OK, {
        "unsigned": _OPEN, "granted": _OPEN, "other": _OPEN, **_BAD_KEYS}),
    Zone(upd_bind.secondary, "forward", "REFUSED", "REFUSED", {
        "unsigned": refuses("REFUSED"), "granted": _WIDE, "other": refuses("REFUSED"),
        **_BAD_KEYS, "unknown": Cell("SERVFAIL+BADKEY")}),
    Zone(upd_bind.secondary, "nofwd", "REFUSED", "REFUSED", {
        **_all("REFUSED"), **_BAD_KEYS, "unknown": Cell("REFUSED+BADKEY")}),
    Zone(upd_bind.views, "views", "REFUSED", "REFUSED", {
        "unsigned": refuses("REFUSED"), "granted": _WIDE, "other": refuses("REFUSED"),
        **_BAD_KEYS}),
    # Knot finds no rule before it looks at secret and clock
    Zone(upd_knot.rules, "narrow", "NOTAUTH", "NOTAUTH", {
        "unsigned": refuses("NOTAUTH"),
        "granted": Cell("YXRRSET", "NOTAUTH+BADKEY", _OK, _OK, "allowed"),
        "other": Cell("NOTAUTH+BADKEY", empty=_OK),
        "unknown": Cell("NOTAUTH+BADKEY"),
        "wrong": Cell("NOTAUTH+BADSIG", "NOTAUTH+BADKEY"),
        "skewed": Cell("NOTAUTH+BADTIME", "NOTAUTH+BADKEY")}),
    Zone(upd_knot.rules, "wide", "NOTAUTH", "NOTAUTH", {
        "unsigned": refuses("NOTAUTH"), "granted": _WIDE, "other": refuses("NOTAUTH+BADKEY"),
        **_BAD_KEYS}),
    Zone(upd_knot.rules, "static", "NOTAUTH", "NOTAUTH", {
        "unsigned": refuses("NOTAUTH"), **_NO_KEYS}),
    # PowerDNS says REFUSED for everything; a key that it has signs the reply
    Zone(upd_pdns.rules, "meta", "REFUSED", "REFUSED", {
        "unsigned": refuses("REFUSED"), "granted": _WIDE, "other": refuses("REFUSED"),
        **_MASKED_KEYS}),
    Zone(upd_pdns.rules, "static", "REFUSED", "REFUSED", {**_all("REFUSED"), **_MASKED_KEYS}),
    Zone(upd_pdns.rules, "open", "YXRRSET", _OK, {
        "unsigned": _OPEN, "granted": _OPEN, "other": _OPEN, **_MASKED_KEYS}),
    Zone(upd_pdns.off, "off", "REFUSED", "REFUSED", {**_all("REFUSED"), **_MASKED_KEYS}),
    # with a Lua policy nothing but the policy counts, and that comes after the prerequisites
    Zone(upd_pdns.silent, "lua", "YXRRSET", _OK, {
        "unsigned": _OPEN, "granted": _OPEN, **_MASKED_KEYS}),
    Zone(upd_nsd.rules, "static", "NOTIMP", "NOTIMP", {
        **_all("NOTIMP"), **{who: Cell("NOTIMP") for who in _BAD_KEYS}}),
    # prerequisites come first, so that the empty update shows the refusal; no key is known but
    # those of Kerberos
    Zone(upd_samba.rules, "directory", "YXRRSET", "REFUSED", {
        "unsigned": Cell("YXRRSET", empty="REFUSED", delete="REFUSED"),
        **_NO_KEYS}),
]

# of the stub: order, options, identity, what the stub lets its key write, verdict
ORDERS = [
    ("permission", {}, "granted", "record", "allowed"),
    ("permission", {}, "granted", "zone", "probable"),
    ("permission", {}, "other", "nothing", "refused"),
    ("prerequisites", {}, "granted", "record", "inconclusive"),
    ("prerequisites", {}, "granted", "zone", "inconclusive"),
    ("prerequisites", {}, "other", "nothing", "refused"),
    ("prerequisites", {"is_open": True}, "granted", "zone", "probable"),
    ("gates", {}, "granted", "record", "probable"),
    ("gates", {}, "granted", "elsewhere", "probable"),
    ("gates", {}, "other", "nothing", "refused"),
    ("permission", {"fault": "notimp"}, "granted", "zone", "refused"),
    ("permission", {"fault": "servfail"}, "granted", "zone", "refused"),
    ("permission", {"fault": "mute"}, "granted", "zone", "unreachable"),
    ("permission", {"fault": "badtime"}, "granted", "zone", "refused"),
]
