# SPDX-License-Identifier: BSD-2-Clause
"""What each scenario must raise: name, command line, the complete set of findings.

{bind}, {hostile} ... in a command line are places for a server's address; a line that names no
resolver asks {bind}. A case named after a zone file asks that zone when its line is empty.
"""

import lab

INFO, NOTICE, WARNING, CRITICAL = "info", "notice", "warning", "critical"

# zone file in testzones/: {finding: severity}; asked alone
ZONES = {
    "healthy": {},
    "SRV-ABSENT": {"SRV-ABSENT": CRITICAL},
    "SRV-ABSENT-NODATA": {"SRV-ABSENT": CRITICAL},
    "SRV-ABSENT-DOMAIN": {"SRV-ABSENT": CRITICAL},
    "SRV-TYPO": {"SRV-ABSENT": CRITICAL, "SRV-TYPO": WARNING},
    "SRV-TYPO-UDP": {"SRV-ABSENT": CRITICAL, "SRV-TYPO": WARNING},
    "SRV-TYPO-UNDERSCORE": {"SRV-ABSENT": CRITICAL, "SRV-TYPO": WARNING},
    "SRV-TYPO-KMS": {"SRV-ABSENT": CRITICAL, "SRV-TYPO": WARNING},
    "SRV-TYPO-DOUBLED": {"SRV-ABSENT": CRITICAL, "SRV-TYPO": WARNING},
    "SRV-WILDCARD": {"SRV-WILDCARD": WARNING},
    "SRV-WILDCARD-ALL": {"SRV-WILDCARD": WARNING, "RES-REWRITES": NOTICE},
    "SRV-ALIAS": {"SRV-ALIAS": WARNING},
    "SRV-ALIAS-DNAME": {"SRV-ALIAS": WARNING},
    "SRV-TRUNCATED": {"SRV-TRUNCATED": NOTICE},
    "SRV-PORT-ZERO": {"SRV-PORT-ZERO": WARNING, "SRV-PORT-ODD": NOTICE},
    "SRV-PORT-ODD": {"SRV-PORT-ODD": NOTICE},
    "SRV-DUPLICATE": {"SRV-DUPLICATE": NOTICE, "SRV-WEIGHTS": NOTICE},
    "SRV-WEIGHTS": {"SRV-WEIGHTS": NOTICE},
    "TGT-NO-ADDRESS": {"TGT-NO-ADDRESS": CRITICAL},
    "TGT-NO-ADDRESS-NXDOMAIN": {"TGT-NO-ADDRESS": CRITICAL},
    "TGT-ALIAS": {"TGT-ALIAS": WARNING},
    "TGT-ROOT": {"TGT-ROOT": CRITICAL},
    "TGT-DOUBLED": {"TGT-DOUBLED": CRITICAL, "TGT-NO-ADDRESS": CRITICAL},
    "TGT-SHORT": {"TGT-SHORT": WARNING},
    "TGT-IP-LITERAL": {"TGT-IP-LITERAL": CRITICAL, "TGT-NO-ADDRESS": CRITICAL},
    "TGT-IP-LITERAL-RELATIVE": {"TGT-IP-LITERAL": CRITICAL, "TGT-NO-ADDRESS": CRITICAL},
    "TGT-ADDRESS-BAD": {"TGT-ADDRESS-BAD": WARNING},
    "TGT-ADDRESS-BAD-V6": {"TGT-ADDRESS-BAD": WARNING},
    "TGT-CLOSED": {"TGT-CLOSED": CRITICAL},
    "TGT-CLOSED-ONE": {"TGT-CLOSED": WARNING},
    "TGT-FAMILY": {"TGT-FAMILY": NOTICE},
    "TTL-UNUSUAL": {"TTL-UNUSUAL": NOTICE},
    "TTL-LONG": {"TTL-LONG": WARNING, "TTL-UNUSUAL": NOTICE},
    "TTL-ZERO": {"TTL-ZERO": WARNING, "TTL-UNUSUAL": NOTICE},
    "TTL-NEGATIVE": {"TTL-NEGATIVE": WARNING},
}

# name, command line after `diagnose`, findings
OPTIONS = [
    ("the first of the zone's record is enough", "healthy.test HEALTHY.TEST. healthy.test", {}),
    ("a second domain without a record", "healthy.test srv-absent-domain.test",
     {"SRV-ABSENT-DOMAIN": WARNING}),
    ("a domain that does not exist", "srv-domain-missing.healthy.test",
     {"SRV-ABSENT": CRITICAL, "SRV-DOMAIN-MISSING": CRITICAL}),
    ("a second domain that does not exist", "healthy.test srv-domain-missing.healthy.test",
     {"SRV-ABSENT-DOMAIN": WARNING, "SRV-DOMAIN-MISSING": WARNING}),
    ("a missing name below a zone that remembers it for a day", "sub.ttl-negative.test",
     {"SRV-ABSENT": CRITICAL, "SRV-DOMAIN-MISSING": CRITICAL, "TTL-NEGATIVE": WARNING}),
    ("no candidate domain", "--ad-domain healthy.test --client workgroup",
     {"CAND-NONE": CRITICAL}),
    ("a name with an empty label", "--dhcp-domain bad..name healthy.test",
     {"CAND-INVALID": CRITICAL}),
    ("a publish list with a bad name", "--publish-list a..b,1,2 healthy.test",
     {"CAND-INVALID": CRITICAL}),
    ("a domain of one label", "kmsshort", {"CAND-SINGLE-LABEL": WARNING}),
    ("suffixes that differ", "--primary-suffix healthy.test --ad-domain srv-absent.test",
     {"CAND-DISJOINT": WARNING, "SRV-ABSENT-DOMAIN": WARNING}),
    ("suffixes that differ and all have it",
     "--primary-suffix healthy.test --ad-domain healthy.test --dhcp-domain ttl-unusual.test",
     {"TTL-UNUSUAL": NOTICE}),
    ("no TCP wanted", "tgt-closed.test --no-tcp", {}),
    ("dead resolver", "healthy.test --resolver {dead} --try-timeout 0.3 --tries 1",
     {"RES-TIMEOUT": CRITICAL}),
    ("one dead resolver of two",
     "healthy.test --resolver {dead} --resolver {bind} --try-timeout 0.3 --tries 1",
     {"RES-TIMEOUT": WARNING}),
    ("closed resolver port", "healthy.test --resolver {closed}", {"RES-TIMEOUT": CRITICAL}),
    ("failing resolver", "servfail.hostile.test --resolver {hostile}", {"RES-FAIL": CRITICAL}),
    ("refusing resolver", "refused.hostile.test --resolver {hostile}", {"RES-FAIL": CRITICAL}),
    ("one failing resolver of two", "healthy.test --resolver {failing} --resolver {bind}",
     {"RES-FAIL": WARNING}),
    ("a resolver that answers garbage", "loop.hostile.test --resolver {hostile}",
     {"RES-MALFORMED": CRITICAL}),
    ("resolvers that disagree", "normal.hostile.test --resolver {hostile} --resolver {other}",
     {"RES-DISAGREE": WARNING}),
    ("a resolver that rewrites", "srv.hostile.test --resolver {rewrite}",
     {"RES-REWRITES": WARNING}),
    ("authoritative servers with other TTLs", "ttls-1800.hostile.test --resolver {hostile} "
     "--resolver {ttl}", {"TTL-DIFFERS": NOTICE, "TTL-UNUSUAL": NOTICE}),
    ("truncated and TCP is closed", "tc.hostile.test --resolver {udponly}",
     {"SRV-TCP-BLOCKED": CRITICAL, "SRV-TRUNCATED": NOTICE}),
]

# every finding about what clients see; the others have scenarios of their own
IDS = """CAND-NONE CAND-INVALID CAND-SINGLE-LABEL CAND-DISJOINT
RES-NONE RES-TIMEOUT RES-FAIL RES-MALFORMED RES-DISAGREE RES-REWRITES
SRV-ABSENT SRV-ABSENT-DOMAIN SRV-DOMAIN-MISSING SRV-TYPO SRV-WILDCARD SRV-ALIAS SRV-TRUNCATED
SRV-TCP-BLOCKED SRV-PORT-ZERO SRV-PORT-ODD SRV-DUPLICATE SRV-WEIGHTS
TGT-NO-ADDRESS TGT-ALIAS TGT-ROOT TGT-DOUBLED TGT-SHORT TGT-IP-LITERAL TGT-ADDRESS-BAD
TGT-CLOSED TGT-FAMILY
TTL-UNUSUAL TTL-LONG TTL-ZERO TTL-DIFFERS TTL-NEGATIVE""".split()


def need_ipv6(name):
    """Skips a case of ZONES that is about IPv6 where there is none."""
    if name in ("TGT-FAMILY", "TGT-ADDRESS-BAD-V6"):
        lab.need_ipv6()


def exit_status(findings):
    """Without --fail-level: warnings and worse make 1."""
    return 1 if {WARNING, CRITICAL} & set(findings.values()) else 0


class Stage:
    """The servers that the cases talk about, started when first asked for."""

    MAKERS = {
        "bind": lambda: lab.named(lab.zone_files(), probe="healthy.test."),
        "hostile": lab.responder,
        "dead": lab.DeadServer,
        "closed": lambda: _Closed(lab.free_port()),
        "failing": lambda: lab.responder("--suffix", "test.", "--mode", "servfail"),
        "other": lambda: lab.responder("--mode", "othersrv"),
        "rewrite": lambda: lab.responder("--rewrite"),
        "ttl": lambda: lab.responder("--mode", "ttl"),
        "udponly": lambda: lab.responder("--no-tcp"),
    }

    def __init__(self):
        self.made = {}
        self.host = lab.KmsHost()
        self.odd_host = lab.KmsHost(1689)
        self.dead_host = lab.SilentPort()

    def __getitem__(self, name):
        if name not in self.made:
            self.made[name] = self.MAKERS[name]()
        return self.made[name]

    def line(self, text):
        """The words of a command line with its places filled in."""
        if "--resolver" not in text:
            text += " --resolver {bind}"
        text += f" --dns-port {self['bind'].port}"
        for name in self.MAKERS:
            if "{" + name + "}" in text:
                text = text.replace("{" + name + "}", self[name].at)
        return text.split()


_STAGE = []


def stage():
    """The Stage that all tests of a script share."""
    if not _STAGE:
        _STAGE.append(Stage())
    return _STAGE[0]


class _Closed:
    def __init__(self, port):
        self.port, self.at = port, f"127.0.0.1:{port}"
