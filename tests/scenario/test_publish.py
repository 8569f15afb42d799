# SPDX-License-Identifier: BSD-2-Clause
"""Publishing on real servers: what is written, what is not, and that it can be taken back."""

import os
import sys
import threading

import lab
import run
import tap
import upd_bind
import upd_knot
import upd_pdns
import updlab
import updrun

ROUNDS = int(os.environ.get("KMSDNS_ROUNDS", "100"))

# places where the granted key may write: maker, rule
PLACES = {
    "BIND update-policy": (upd_bind.rules, "policy"),
    "BIND allow-update": (upd_bind.rules, "allow"),
    "BIND view chosen by key": (upd_bind.views, "views"),
    "Knot narrow": (upd_knot.rules, "narrow"),
    "Knot wide": (upd_knot.rules, "wide"),
    "PowerDNS": (upd_pdns.rules, "meta"),
}
DIRECT = {name: PLACES[name] for name in ("BIND allow-update", "Knot wide", "PowerDNS")}


def place(name):
    maker, rule = PLACES[name]
    server = lab.once(maker)
    return server, server.zones[rule]


class Zone:
    """A zone of a server before and after something; the granted key reads it, for views."""

    def __init__(self, server, zone):
        self.server, self.name = server, zone
        self.key = updlab.keys().path() if zone == "views.bind.test." else None
        self.before = self.now()

    def now(self):
        return updlab.contents(self.server, self.name, self.key)

    def expect(self, *more, less=()):
        wanted = sorted(set(self.before) - set(less) | set(more))
        tap.equal(self.now(), wanted, f"content of {self.name}")


def write(verb, zone, *more, **options):
    """One change with --apply --yes and a new undo file; the Result, which has the file."""
    path = updlab.subdir("undo") / "undo.json"
    result = updrun.report(verb, *([zone] if isinstance(zone, str) else zone), "--apply", "--yes",
                           "--undo-file", path, *more, **options)
    result.undo = path
    if path.exists():
        tap.equal(path.stat().st_mode & 0o7777, 0o600, "mode of the undo file")
        updrun.no_secret(result, path.read_bytes())
    return result


def publish(verb, server, zone, host=updlab.HOST, **options):
    return write(verb, zone, "--host", f"{host}.{zone}", server=server,
                 key=updlab.keys().path(), **options)


def change_of(result, zone):
    change = result.domain(zone)["change"]
    result.check(change is not None, f"no change is reported for {zone}")
    return change


def check_state(result, zone, state, status):
    change = change_of(result, zone)
    result.check(change["state"] == state, f"state {change['state']} instead of {state}")
    result.check(result.exit == status, f"exit status {result.exit} instead of {status}")
    return change


def undo(path, server, **options):
    return updrun.report("undo", path, "--apply", "--yes", "--undo-file",
                         updlab.subdir("undo") / "undo.json", server=server,
                         key=updlab.keys().path(), **options)


def check_round_trip(name):
    server, zone = place(name)
    seen = Zone(server, zone)
    result = publish("publish", server, zone)
    change = check_state(result, zone, "done", 0)
    seen.expect(updlab.srv_line(zone, updlab.HOST))
    result.check(result.undo.exists(), "no undo file")
    targets = {record["target"] for record in change["after"]}
    result.check(f"{updlab.HOST}.{zone}" in targets, "what was read back is not reported")
    again = publish("publish", server, zone)
    check_state(again, zone, "nothing-to-do", 0)
    again.check(not again.undo.exists(), "an undo file though nothing was done")
    check_state(publish("unpublish", server, zone), zone, "done", 0)
    seen.expect()
    check_state(publish("unpublish", server, zone), zone, "nothing-to-do", 0)
    seen.expect()


def check_first_and_last(name):
    """The first record of a name and the last one: the set comes and goes."""
    server, zone = place(name)
    seen, line = Zone(server, zone), updlab.srv_line(zone, updlab.OTHER_HOST)
    check_state(publish("unpublish", server, zone, updlab.OTHER_HOST), zone, "done", 0)
    seen.expect(less=[line])
    change = check_state(publish("publish", server, zone, updlab.OTHER_HOST), zone, "done", 0)
    tap.equal(change["before"], [], "the set before the change")
    tap.true(change["negative_until"], "nobody says when negative answers have expired")
    seen.expect()


def check_plan(name):
    """Without --apply nothing is written, and the message is shown."""
    server, zone = place(name)
    seen, host = Zone(server, zone), f"{updlab.HOST}.{zone}"
    result = updrun.report("publish", zone, "--host", host, server=server,
                           key=updlab.keys().path())
    change = check_state(result, zone, "planned", 0)
    result.check(change["undo_file"] is None, "an undo file for a plan")
    text = updrun.kmsdns("publish", zone, "--host", host, server=server,
                         key=updlab.keys().path())
    for word in (host.rstrip("."), updlab.OWNER + zone.rstrip("."), "SRV", "1688"):
        text.check(word.encode() in text.out, f"the plan does not show {word}")
    seen.expect()


def check_undo(name):
    server, zone = place(name)
    seen = Zone(server, zone)
    done = publish("publish", server, zone)
    check_state(done, zone, "done", 0)
    check_state(undo(done.undo, server), zone, "done", 0)
    seen.expect()
    check_state(undo(done.undo, server), zone, "nothing-to-do", 0)
    seen.expect()
    gone = publish("unpublish", server, zone, updlab.OTHER_HOST)
    check_state(gone, zone, "done", 0)
    check_state(undo(gone.undo, server), zone, "done", 0)
    seen.expect()


def check_undo_beside_others(name):
    """What others wrote after the change stays."""
    server, zone = place(name)
    seen = Zone(server, zone)
    done = publish("publish", server, zone)
    check_state(publish("publish", server, zone, updlab.THIRD_HOST), zone, "done", 0)
    check_state(undo(done.undo, server), zone, "done", 0)
    seen.expect(updlab.srv_line(zone, updlab.THIRD_HOST))
    check_state(publish("unpublish", server, zone, updlab.THIRD_HOST), zone, "done", 0)
    seen.expect()


def _persist(verb, server, zone, host, errors):
    """Repeats a change that lost a race; anything but that is an error."""
    try:
        for _ in range(20):
            result = publish(verb, server, zone, host)
            state = change_of(result, zone)["state"]
            if state != "lost-race":
                result.check(state in ("done", "nothing-to-do") and result.exit == 0,
                             f"{state}, exit status {result.exit}")
                return
            result.check(result.exit == 4, f"a lost race with exit status {result.exit}")
            errors[1] += 1
        raise AssertionError(f"{host} loses every race")
    except BaseException as error:
        errors[0].append(error)


def check_two_hosts(name, rounds):
    """Two hosts at the same time: no record is lost, none is left over."""
    server, zone = place(name)
    seen, hosts = Zone(server, zone), (updlab.HOST, updlab.THIRD_HOST)
    errors = [[], 0]
    for _ in range(rounds):
        for verb in ("publish", "unpublish"):
            threads = [threading.Thread(target=_persist, args=(verb, server, zone, host, errors))
                       for host in hosts]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            if errors[0]:
                raise errors[0][0]
            expected = {updlab.OTHER_HOST} | (set(hosts) if verb == "publish" else set())
            tap.equal(set(updlab.hosts(server, zone)), expected, f"hosts after {verb}")
    seen.expect()
    print(f"# {errors[1]} races were lost in {rounds} rounds")


def _nsupdate(server, zone, line):
    text = f"server {server.address} {server.port}\nzone {zone}\nupdate {line}\nsend\n"
    updlab.command(lab.need("nsupdate"), "-k", updlab.keys().path(), input=text.encode())


def _knsupdate(server, zone, line):
    key = updlab.keys().granted()
    path = updlab.subdir("knot-key") / "key"
    path.write_text(f"{key.algorithm}:{key.name}:{key.base64}\n", encoding="ascii")
    text = f"server {server.address} {server.port}\nzone {zone}\nupdate {line}\nsend\nquit\n"
    updlab.command(lab.need("knsupdate"), "-k", path, input=text.encode())


def check_same_effect(name, tool):
    """Another tool's change leaves the same zone, and either undoes the other's."""
    server, zone = place(name)
    seen, host = Zone(server, zone), f"{updlab.HOST}.{zone}"
    data = f"{updlab.OWNER}{zone} 3600 SRV 0 0 1688 {host}"
    check_state(publish("publish", server, zone), zone, "done", 0)
    ours = seen.now()
    tool(server, zone, "delete " + data.replace(" 3600 ", " "))
    seen.expect()
    tool(server, zone, "add " + data)
    tap.equal(seen.now(), ours, "kmsdns and the other tool leave other zones")
    check_state(publish("unpublish", server, zone), zone, "done", 0)
    seen.expect()


def check_several():
    """Several domains in one run: one result each, in one undo file."""
    server = lab.once(upd_bind.rules)
    zones = [server.zones[rule] for rule in ("policy", "allow", "static")]
    seen, host = [Zone(server, zone) for zone in zones], f"{updlab.HOST}.{zones[0]}"
    result = write("publish", zones, "--host", host, server=server, key=updlab.keys().path())
    for zone, state in zip(zones, ("done", "done", "refused")):
        check_state(result, zone, state, 4)
    for zone, content in zip(zones[:2], seen):
        content.expect(f"{updlab.OWNER}{zone} 3600 SRV 0 0 1688 {host}")
    seen[2].expect()
    back = undo(result.undo, server)
    for zone, content in zip(zones[:2], seen):
        check_state(back, zone, "done", back.exit)
    for content in seen:
        content.expect()


def _pair(follows):
    zone = "pair.bind.test." if follows else "stale.bind.test."
    return lab.once(upd_bind.Pair, zone, follows)


def _publish_pair(pair, verb):
    """As in the field: the servers are found in DNS."""
    return write(verb, pair.zone, "--host", f"{updlab.HOST}.{pair.zone}", "--wait",
                 "10" if pair.follows else "2", "--resolver", pair.primary.at, "--dns-port",
                 pair.primary.port, key=updlab.keys().path(), limit=60)


def check_follows():
    pair = _pair(True)
    seen = Zone(pair.primary, pair.zone)
    change = check_state(_publish_pair(pair, "publish"), pair.zone, "done", 0)
    tap.equal((change["followed"], change["lagging"]), (True, []), "followed, lagging")
    tap.equal(updlab.hosts(pair.secondary, pair.zone), [updlab.OTHER_HOST, updlab.HOST],
              "hosts at the secondary")
    check_state(_publish_pair(pair, "unpublish"), pair.zone, "done", 0)
    seen.expect()


def check_never_follows():
    pair = _pair(False)
    seen = Zone(pair.primary, pair.zone)
    result = _publish_pair(pair, "publish")
    change = change_of(result, pair.zone)
    result.check(change["state"] == "done", "the primary has it: that is done")
    result.check("UPD-NOT-REPLICATED" in result.findings(), "no UPD-NOT-REPLICATED")
    result.check(result.exit == 1, f"exit status {result.exit} instead of 1")
    result.check(any("ns2" in name or "127.0.0.2" in name for name in change["lagging"]),
                 f"the secondary that lags is not named: {change['lagging']}")
    result.check(2 <= result.seconds < 8, "it did not wait as long as --wait says")
    _publish_pair(pair, "unpublish")
    seen.expect()


def check_silent():
    """PowerDNS drops the record and says NOERROR: only reading back shows it."""
    server = lab.once(upd_pdns.silent)
    zone = server.zones["lua"]
    seen = Zone(server, zone)
    result = publish("publish", server, zone)
    check_state(result, zone, "not-there", 4)
    result.check("UPD-SILENT" in result.findings(), "no UPD-SILENT")
    seen.expect()


def check_refused(name, who):
    """A key without the right writes nothing, and the undo file of nothing does no harm."""
    server, zone = place(name)
    seen = Zone(server, zone)
    result = write("publish", zone, "--host", f"{updlab.HOST}.{zone}", server=server,
                   key=updlab.keys().path(who), skew=updlab.SKEW if who == "skewed" else 0)
    check_state(result, zone, "refused", 4)
    seen.expect()


TESTS = [(f"round trip, {name}", check_round_trip, name) for name in PLACES]
TESTS += [(f"first and last record, {name}", check_first_and_last, name) for name in PLACES]
TESTS += [(f"plan, {name}", check_plan, name) for name in PLACES]
TESTS += [(f"undo, {name}", check_undo, name) for name in PLACES]
TESTS += [(f"undo beside others, {name}", check_undo_beside_others, name) for name in DIRECT]
TESTS += [(f"refused, {name}, {who}", check_refused, name, who)
          for name in ("BIND update-policy", "Knot narrow", "PowerDNS")
          for who in ("other", "unknown", "wrong", "skewed")]
TESTS += [(f"same effect as {tool.__name__[1:]}, {name}", check_same_effect, name, tool)
          for name in DIRECT for tool in (_nsupdate, _knsupdate)]
TESTS += [("several domains", check_several), ("a secondary that follows", check_follows),
          ("a secondary that never follows", check_never_follows),
          ("a server that drops silently", check_silent)]
TESTS += [(f"two hosts at the same time, {name}", check_two_hosts, name, rounds)
          for name, rounds in (("BIND allow-update", ROUNDS), ("Knot wide", ROUNDS // 4),
                               ("PowerDNS", ROUNDS // 4))]

if __name__ == "__main__":
    lab.enter()
    sys.exit(run.main(sys.modules[__name__]))
