# SPDX-License-Identifier: BSD-2-Clause
"""What a slow, lossy or picky path costs: late answers count, silence is told in time, EDNS and a
SYN may get lost."""

import pathlib
import sys
import threading
import time

import lab
import run
import tap
from checking import at, check

SUFFIX = "hostile.test"


def hostile():
    return lab.once(lab.responder)


def about_resolvers(result):
    return {name: level for name, level in result.findings().items() if name.startswith("RES-")}


def queries(result, rtype="SRV"):
    return [query for query in result.json["queries"]
            if query["name"].startswith("_vlmcs._tcp.") and query["type"] == rtype]


def test_a_late_answer_counts():
    """The answer to the first try leaves when the server has seen a later one, even the last."""
    for mode in ("late-1", "late-2", "late-3"):
        at(hostile(), "-d", f"{mode}.{SUFFIX}", "-t", "5", "--mode", "discovery").is_state("OK")


def test_lost_tries_are_made_up_for():
    for mode in ("lossy-1", "lossy-2", "lossy-3"):
        at(hostile(), "-d", f"{mode}.{SUFFIX}", "--mode", "discovery").is_state("OK")


def test_slow_is_not_silent():
    """Slower than all tries together were waited for."""
    outcome = at(hostile(), "-d", f"delay-1500.{SUFFIX}", "-t", "4", "--mode", "discovery")
    outcome.check("does not answer" not in outcome.text, "it does answer")
    outcome.check(outcome.state in ("OK", "UNKNOWN"), "nothing is wrong with the domain")


def test_silence_is_proved_before_the_deadline():
    """Also behind a resolver that is silent as well, and with hosts that drop everything."""
    dead = lab.DeadServer()
    ways = [("-H", dead.at), ("-H", dead.at, "-H", lab.once(lab.DeadServer).at)]
    for way in ways:
        for seconds in ("2", "5", "10"):
            outcome = check(*way, "-d", "healthy.test", "-t", seconds)
            print(f"# limit {seconds} s, ended after {outcome.seconds:.2f} s")
            outcome.is_state("CRITICAL", "RES-TIMEOUT, CAUSE-RESOLVER-DOWN")
            outcome.check(outcome.seconds < float(seconds) + 4, "it did not end in time")


class LostSyn:
    """A port whose accept queue is full until somebody knocks: the first SYN is lost."""

    def __init__(self, port):
        self.port = port
        self.listener = lab.socket.socket()
        self.listener.bind(("0.0.0.0", port))
        self.listener.listen(0)
        self.fill = [lab.socket.socket() for _ in range(3)]
        for one in self.fill:
            one.setblocking(False)
            one.connect_ex((lab.DEAD4[0], port))
        time.sleep(0.05)
        self.filling = self.knocking()
        threading.Thread(target=self._serve, daemon=True).start()

    def knocking(self):
        """How many connections wait for an answer to their SYN."""
        lines = pathlib.Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
        waiting = [line.split() for line in lines]
        return sum(word[2].endswith(f":{self.port:04X}") and word[3] == "02" for word in waiting)

    def _serve(self):
        while self.knocking() <= self.filling:
            time.sleep(0.01)
        self.listener.listen(256)
        while True:
            self.listener.accept()[0].close()


def test_a_lost_syn_is_no_firewall():
    lost = LostSyn(1690)
    outcome = at(hostile(), "-d", f"deadtargets.{SUFFIX}", "-t", "5", "--mode", "discovery")
    outcome.check(outcome.value("reachable") == 20, "a host whose first SYN was lost is missing")
    tap.true(lost.knocking() >= 0, "the listener is there until the end")


def test_hosts_that_drop_all_are_told_in_time():
    lab.SilentPort(1690 + 1)
    domain = f"deafhosts.{SUFFIX}"
    for seconds in ("2", "5"):
        outcome = at(hostile(), "-d", domain, "-t", seconds, "--mode", "discovery")
        outcome.is_state("CRITICAL", "TGT-CLOSED")
        outcome.check(outcome.seconds < float(seconds) + 4, "it did not end in time")


def test_edns_is_dropped():
    """Told, and the domain is judged by what comes without."""
    picky = lab.responder("--edns", "drop")
    result = run.diagnose(f"d.{SUFFIX}", "--try-timeout", "0.4", "--tries", "2", resolver=picky)
    outcome = at(picky, "-d", f"d.{SUFFIX}", "--mode", "discovery")
    picky.stop()
    tap.equal(about_resolvers(result), {"RES-TIMEOUT": "notice"}, str(result))
    result.check(any(query["edns_dropped"] for query in queries(result)), "edns_dropped")
    addresses = [query for query in result.json["queries"] if query["type"] == "A"
                 and query["name"].startswith("kms01.")]
    tap.equal([query["tries"] for query in addresses], [1], "what is known is not tried again")
    outcome.is_state("OK")
    outcome = at(hostile(), "-d", f"dropedns.{SUFFIX}", "--mode", "discovery")
    outcome.is_state("OK")  # of this domain alone


def test_loss_is_not_taken_for_dropped_edns():
    """Once a question with EDNS was answered, it is not EDNS."""
    result = run.diagnose(f"targetlossy-2.{SUFFIX}", "--try-timeout", "0.4", "--tries", "2",
                          resolver=hostile())
    tap.equal(about_resolvers(result), {}, str(result))
    result.check(not any(query["edns_dropped"] for query in result.json["queries"]), "dropped")


def test_a_bare_formerr_leads_on_at_once():
    """One question with EDNS, one without, and nothing in between. The other replies come later:
    a bare error behind one of them in the socket's queue is lost to c-ares, as silence is."""
    old = lab.responder("--edns", "formerr", "--latency-ms", "150")
    result = run.diagnose(f"d.{SUFFIX}", "--try-timeout", "10", "--tries", "1", "--timeout", "30",
                          resolver=old)
    old.stop()
    tap.equal(about_resolvers(result), {}, str(result))
    tap.equal([query["tries"] for query in queries(result)], [2], "tries")
    result.check(result.seconds < 9, "a try was waited for")
    result = run.diagnose(f"noquestion-formerr.{SUFFIX}", resolver=hostile())
    result.check(result.domain(f"noquestion-formerr.{SUFFIX}.")["srv"]["status"] == "FORMERR",
                 "FORMERR")


def test_a_refused_port_is_told_at_once():
    result = run.kmsdns("diagnose", "healthy.test", "--resolver", f"127.0.0.1:{lab.free_port()}",
                        "--try-timeout", "10", "--timeout", "30", "--format", "json")
    result.check(result.domain("healthy.test.")["srv"]["status"] == "CONN_REFUSED", "status")
    result.check(result.seconds < 9, "a try was waited for")


def test_some_questions_only():
    """A resolver that answers is not down."""
    outcome = at(hostile(), "-d", f"targetdrop.{SUFFIX}", "-t", "4", "--mode", "discovery", "-v")
    outcome.check("CAUSE-RESOLVER-DOWN" not in outcome.out.decode(), "it answers")
    outcome.check("CAUSE-RESOLVER-LOSSY" in outcome.out.decode(), "which cause")
    outcome.check("packet loss or overload" in outcome.out.decode(), "in words")


if __name__ == "__main__":
    lab.enter()
    lab.KmsHost()
    sys.exit(run.main(sys.modules[__name__]))
