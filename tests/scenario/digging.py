# SPDX-License-Identifier: BSD-2-Clause
"""Asking dig the same questions, and zones made at random to ask about."""

import random
import re
import subprocess

import lab


def name_key(text):
    """A presentation-form name as lower-case labels, whatever was escaped how."""
    labels, current, at = [], bytearray(), 0
    while at < len(text):
        if text[at] == "\\" and text[at + 1:at + 4].isdigit():
            current.append(int(text[at + 1:at + 4]))
            at += 4
        elif text[at] == "\\":
            current += text[at + 1].encode()
            at += 2
        elif text[at] == ".":
            labels.append(bytes(current).lower())
            current = bytearray()
            at += 1
        else:
            current += text[at].encode()
            at += 1
    return tuple(labels + ([bytes(current).lower()] if current else []))


class Answer:
    """What dig says about one question."""

    def __init__(self, text, rtype):
        self.text = text
        self.rcode = re.search(r"status: (\w+)", text)
        self.rcode = self.rcode.group(1) if self.rcode else "TIMEOUT"
        flags = re.search(r"flags: ([a-z ]*);", text)
        self.flags = flags.group(1).split() if flags else []
        rows = [line.split(None, 4) for line in text.splitlines()
                if line and not line.startswith(";")]
        self.chain = [row for row in rows if row[3] == "CNAME"]
        self.rows = [row for row in rows if row[3] == rtype]
        self.status = self.rcode
        if self.rcode == "NOERROR" and not self.rows:
            self.status = "NODATA"

    def srv(self):
        """Sorted (priority, weight, port, target, ttl)."""
        split = [(row[4].split(None, 3), int(row[1])) for row in self.rows]
        return sorted((int(f[0]), int(f[1]), int(f[2]), name_key(f[3]), ttl) for f, ttl in split)

    def addresses(self):
        return [row[4] for row in self.rows]


def dig(server, name, rtype):
    command = [lab.need("dig"), "@127.0.0.1", "-p", str(server.port), "-t", rtype, "-q", name,
               "+noall", "+answer", "+comments", "+tries=1", "+time=5"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return Answer(done.stdout, rtype)


class RandomZone:
    """A zone with whatever a tired administrator may write into it."""

    LABELS = ["kms", "KMS01", "w2k19-act", "a" * 63, "x.y.z", "1", "srv_1", "sp\\032ace",
              "at\\@sign", "dot\\.ted", "by\\200te", "quo\\\"te"]

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.origin = f"z{seed}.{self.rng.choice(['corp', 'Branch.Corp', 'x'])}.example."
        self.hosts = {}
        self.lines = self._head() + self._srv() + self._hosts()

    def _head(self):
        ttl, minimum = self.rng.choice([300, 3600, 7200]), self.rng.choice([0, 60, 300, 86400])
        return [f"$ORIGIN {self.origin}", f"$TTL {ttl}",
                f"@ IN SOA ns1 admin ( {self.rng.getrandbits(32)} 7200 900 1209600 {minimum} )",
                "@ IN NS ns1", "ns1 IN A 192.0.2.53"]

    def _target(self):
        label = self.rng.choice(self.LABELS)
        target = self.rng.choice([label, label, label, label + "." + self.origin.rstrip("."),
                                  label + ".other.example."])
        self.hosts.setdefault(target, label)
        return target

    def _srv(self):
        owner = self.rng.choice(["_vlmcs._tcp"] * 6 + ["_VLMCS._TCP", "*._tcp", "_vmlcs._tcp"])
        if self.rng.random() < 0.15:
            return [f"_vlmcs._tcp {self.rng.randrange(9999)} IN CNAME real",
                    f"real IN SRV 1 2 1688 {self._target()}"]
        ttl = self.rng.choice([0, 1, 60, 3600, 3600, 172800, 2147483647])
        count = self.rng.choice([0, 1, 1, 2, 3, 6, 40])
        return [f"{owner} {ttl} IN SRV {self.rng.choice([0, 0, 10, 65535])} "
                f"{self.rng.choice([0, 0, 7, 65535])} {self.rng.choice([1688, 1688, 1689, 65535])} "
                f"{self._target()}" for _ in range(count)] or ["_tcp IN TXT \"empty\""]

    def _hosts(self):
        lines = []
        for target, label in self.hosts.items():
            if target != label:
                continue
            kind = self.rng.choice(["a", "both", "none", "cname", "many"])
            ttl = self.rng.choice([5, 3600])
            if kind == "cname":
                lines += [f"{label} {ttl} IN CNAME real-{len(lines)}",
                          f"real-{len(lines)} IN A 192.0.2.{self.rng.randrange(21, 25)}"]
            if kind in ("a", "both", "many"):
                lines.append(f"{label} {ttl} IN A 192.0.2.{self.rng.randrange(21, 25)}")
            if kind == "both":
                lines.append(f"{label} {ttl} IN AAAA 2001:db8::21")
            if kind == "many":
                lines += [f"{label} {ttl} IN A 198.51.100.{n}" for n in (9, 10)]
        return lines

    def write(self, folder):
        path = folder / f"{self.origin}zone"
        path.write_text("\n".join(self.lines) + "\n", encoding="ascii")
        return path
