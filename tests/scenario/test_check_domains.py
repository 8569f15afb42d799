# SPDX-License-Identifier: BSD-2-Clause
"""check_kmsdns with several domains, and what its first line names: each domain is judged as in a
check of its own, and nothing that is found in one explains anything in another."""

import itertools
import pathlib
import re
import sys

import checking
import expect
import lab
import run
import tap
from checking import at, check

HEALTHY = "healthy.test"
# domains that the lab's server does not have, and one that is missing in a zone that it has
STRANGE = ["x.example", "y.example", "srv-domain-missing.healthy.test"]
FINDING = re.compile(r"(CRITICAL|WARNING|NOTICE|INFO) +([A-Z0-9-]+)  (\S+)")
CAUSE = re.compile(r"Cause \(([a-z]+)\): (.+) \((CAUSE-[A-Z-]+)\)")


def zones():
    return lab.named({name: path for name, path in lab.zone_files().items() if name != "."},
                     "healthy.test.")


def server():
    lab.once(lab.KmsHost)
    return lab.once(zones)


def words(sentence):
    """A sentence without its order: servers rotate the addresses of a name."""
    return " ".join(sorted(re.findall(r"[\w.:]*\w", sentence)))


def told(*domains):
    """What -vvv tells: the findings, each with its cause and sentence, and the causes."""
    outcome = at(server(), "-d", ",".join(domains), "-vvv")
    found, cause = set(), None
    lines = [line.strip() for line in outcome.lines]
    for number, line in enumerate(lines):
        heading = re.fullmatch(r"Because of (CAUSE-[A-Z-]+):", line)
        cause = heading[1] if heading else None if line == "On their own:" else cause
        for match in filter(None, [FINDING.fullmatch(line)]):
            found.add((*match.groups(), words(lines[number + 1]), cause))
        for match in filter(None, [CAUSE.fullmatch(line)]):
            found.add((match[1], words(match[2]), match[3]))
    return found


def signature(found):
    return frozenset((entry[1], entry[-1]) if len(entry) == 5 else entry[::2] for entry in found)


def all_domains():
    return [f"{name.lower()}.test" for name in expect.ZONES] + STRANGE


_ALONE = {}


def alone():
    """{domain: what a check of it alone tells}"""
    if not _ALONE:
        _ALONE.update((domain, told(domain)) for domain in all_domains())
    return _ALONE


def same_as_alone(domains, got):
    expected = set().union(*(alone()[domain] for domain in domains))
    lines = [f"missing: {entry}" for entry in sorted(expected - got, key=str)]
    lines += [f"only together: {entry}" for entry in sorted(got - expected, key=str)]
    tap.equal(lines, [], f"{' '.join(domains)} together")


def findings(*domains):
    """The lines of findings with -vv, where those of many domains have room."""
    outcome = at(server(), "-d", ",".join(domains), "-vv")
    return {words(line) for line in outcome.lines
            if re.match(r"(CRITICAL|WARNING|NOTICE|INFO) ", line)}


def test_all_at_once():
    expected = set().union(*(findings(domain) for domain in all_domains()))
    tap.equal(sorted(findings(*all_domains()) ^ expected), [], "not the same together")


def test_all_pairs():
    """Of domains with the same findings and causes one is enough."""
    kinds = {}
    for domain, found in alone().items():
        kinds.setdefault(signature(found), domain)
    tap.true(len(kinds) > 20, f"only {len(kinds)} kinds of domains")
    for number, pair in enumerate(itertools.combinations(kinds.values(), 2)):
        pair = pair[::-1] if number % 2 else pair
        same_as_alone(pair, told(*pair))


def test_a_cause_stays_in_its_domain():
    outcome = at(server(), "-d", "srv-absent.test,srv-typo.test")
    outcome.is_state("CRITICAL", "srv-absent.test.: nobody has published", ", and 2 more")
    outcome.check("srv-typo" not in outcome.text, "another domain's cause")


def test_domains_of_one_cause_are_counted():
    outcome = at(server(), "-d", "x.example,y.example,z.example", "-vv")
    outcome.is_state("CRITICAL", "x.example. and 2 more domains: ", "answers REFUSED")
    tap.equal(outcome.value("criticals"), 3, "criticals")
    for domain in ("x", "y", "z"):
        outcome.check(any(line.startswith("CRITICAL RES-FAIL") and f"{domain}.example." in line
                          for line in outcome.lines), f"{domain}.example. is not told")
    outcome = at(server(), "-d", f"{HEALTHY},y.example,z.example")
    outcome.is_state("CRITICAL", "y.example. and z.example.: ")
    outcome.check("more" not in outcome.text, "both are named")
    one = at(server(), "-d", f"{HEALTHY},y.example")
    one.is_state("CRITICAL", "y.example.: the resolver")


def test_metrics_of_several_domains():
    """Every series stands once, and each domain has its findings."""
    path = pathlib.Path(lab.tempdir()) / "domains.prom"
    at(server(), "-d", "x.example,y.example,ttl-long.test,ttl-zero.test", "--textfile", path)
    series = [line.rpartition(" ")[0] for line in path.read_text("ascii").splitlines()
              if not line.startswith("#")]
    tap.equal(len(series), len(set(series)), "series")
    for domain in ("x.example.", "y.example."):
        tap.true(any(line.startswith("kmsdns_finding{") and f'domain="{domain}"' in line
                     and 'id="RES-FAIL"' in line for line in series), domain)


def test_hosts_are_named_with_their_ports():
    at(server(), "-d", "tgt-closed.test") \
        .is_state("CRITICAL", "nothing listens at kms01.tgt-closed.test.:1688")
    at(server(), "-d", "tgt-closed-one.test") \
        .is_state("WARNING", "nothing listens at kms02.tgt-closed-one.test.:1688")


def test_refused_is_not_silent():
    dead = lab.DeadServer()
    check("-H", "127.0.0.1:1", "-d", HEALTHY) \
        .is_state("CRITICAL", "the resolver 127.0.0.1:1 does not answer: nothing listens")
    silent = check("-H", dead.at, "-d", HEALTHY, "-t", "2")
    silent.is_state("CRITICAL", f"the resolver {dead.at} does not answer from here")


def test_all_resolvers_in_one_clause():
    dead = lab.DeadServer()
    where = ("-H", "127.0.0.1:1", "-H", dead.at, "-H", "127.0.0.1:2")
    for domains in (HEALTHY, f"{HEALTHY},srv-typo.test"):
        outcome = check(*where, "-d", domains, "-t", "2")
        outcome.is_state("CRITICAL", "none of the 3 resolvers answers: ", "127.0.0.1:1 is closed",
                         "127.0.0.1:2 is closed", f"{dead.at} is silent", "RES-TIMEOUT")
        outcome.check("more" not in outcome.text, "what was told is counted again")
    some = check(*where, "-H", server().at, "-p", server().ns_port, "-d", HEALTHY, "-t", "2")
    some.is_state("WARNING", "the resolver 127.0.0.1:1 does not answer", ", and 2 more")


def test_first_lines_are_short():
    """Of the domain in one of the lab's zones, performance data apart."""
    for domain in all_domains():
        text = at(server(), "-d", domain).first.partition(" | ")[0]
        tap.true(len(text) <= 190, f"{len(text)} bytes: {text}")


if __name__ == "__main__":
    tap.true(checking.CHECK.exists(), "check_kmsdns is not built")
    lab.enter()
    sys.exit(run.main(sys.modules[__name__]))
