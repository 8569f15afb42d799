# SPDX-License-Identifier: BSD-2-Clause
"""Servers that --server names, and servers and resolvers to which this machine has no route: the
lab has no IPv6 route but to its own addresses, so FAR is unreachable."""

import socket
import sys

import checking
import lab
import run
import tap
import upd_bind
import updlab

FAR = "2001:470:1::53"
ZONE = "named.bind.test."
QUICK = ("--try-timeout", "0.3", "--tries", "1")


def server():
    """One that serves ZONE, whose NS has addresses of both families."""
    text = updlab.zone_text(ZONE)
    bind = upd_bind.Named({ZONE: ("type primary;", text + f"ns1 AAAA {FAR}\n"),
                           "far.bind.test.": ("type primary;", updlab.zone_text("far.bind.test.")
                                              .replace("ns1 A 127.0.0.1", f"ns1 AAAA {FAR}"))})
    updlab.serves(bind, ZONE)
    lab.once(lab.KmsHost)
    return bind


def lame():
    """A server without the zone."""
    return lab.named({"healthy.test.": lab.zone_files()["healthy.test."]})


def up():
    return lab.once(server)


def silent():
    dead = lab.DeadServer()
    lab.keep_open = getattr(lab, "keep_open", []) + [dead]
    return dead.at


def check(*args):
    return checking.check("-H", up().at, "-p", up().port, "-t", "4", *args)


def diagnose(*args, resolver=None, zone=ZONE):
    return run.kmsdns("diagnose", zone, "--resolver", resolver or up().at, "--dns-port",
                      up().port, "--no-tcp", *QUICK, *args, "--format", "json")


def severity(result, identity):
    return result.findings().get(identity)


def causes(result):
    return {cause["id"]: cause for cause in result.json["causes"]}


def bad_ones():
    return [("silent", lab.once(silent), "NS-TIMEOUT", "does not answer"),
            ("refused", "127.0.0.1:1", "NS-TIMEOUT", "does not answer"),
            ("lame", lab.once(lame).at, "NS-LAME", "does not serve")]


def test_named_server_in_the_plugin():
    for name, bad, identity, words in bad_ones():
        for order in ((up().at, bad), (bad, up().at)):
            named = [word for at in order for word in ("-s", at)]
            outcome = check("-d", ZONE, *named)
            outcome.is_state("WARNING", identity, bad.rpartition(":")[0], words)
            tap.equal(outcome.value("servers"), 1, f"{name}: servers\n{outcome}")
            outcome = check("-d", ZONE, *named, "--critical-servers", "2:")
            outcome.is_state("CRITICAL", "LIMIT-SERVERS")


def test_named_server_alone():
    for name, bad, identity, words in bad_ones():
        outcome = check("-d", ZONE, "-s", bad)
        outcome.is_state("WARNING", identity, words)
        tap.equal(outcome.value("servers"), 0, f"{name}: servers\n{outcome}")


def test_named_server_and_nobody_knows_the_zone():
    """The resolver's "no such domain" is not taken for the answer of a server that is silent."""
    for name, bad, identity, _ in bad_ones():
        result = run.kmsdns("diagnose", "inside.test", "--resolver", lab.once(root).at, "--server",
                            bad, "--no-tcp", *QUICK, "--format", "json")
        tap.equal(severity(result, identity), "warning", f"{name}\n{result}")
        result.check(severity(result, "ZONE-NOT-FOUND") is None, "no zone was asked for")
        text = run.kmsdns("diagnose", "inside.test", "--resolver", lab.once(root).at, "--server",
                          bad, "--no-tcp", *QUICK, "-v")
        text.check(b"with --server" in text.out, "it is not said who named it")


def root():
    """A resolver for which the domain does not exist."""
    return lab.named({".": lab.zone_files()["."]}, ".")


def test_named_servers_are_asked_side_by_side():
    """Three that are silent, and one that is not: the time is enough for all."""
    dead = [lab.DeadServer() for _ in range(3)]
    named = [word for server in dead for word in ("-s", server.at)]
    outcome = check("-d", ZONE, *named, "-s", up().at, "-t", "6")
    outcome.is_state("WARNING", "NS-TIMEOUT")
    tap.equal(outcome.value("servers"), 1, f"servers\n{outcome}")


def test_named_server_in_diagnose():
    for name, bad, identity, words in bad_ones():
        for order in ((up().at, bad), (bad, up().at)):
            named = [word for at in order for word in ("--server", at)]
            result = diagnose(*named)
            tap.equal(severity(result, identity), "warning", f"{name}\n{result}")
            tap.equal(result.exit, 1, f"{name}: exit status\n{result}")
            result.check(severity(result, "ZONE-PRIMARY-NOT-AUTH") is None, "a primary")
            result.check(severity(result, "ZONE-PRIMARY-UNREACHABLE") is None, "a primary")
            cause = causes(result)["CAUSE-LAME" if name == "lame" else "CAUSE-SERVER-DOWN"]
            result.check("NS records" not in cause["text"], "it stands in no NS record")


def test_named_server_is_no_primary_in_the_table():
    text = check("-d", ZONE, "-s", up().at, "-s", lab.once(lame).at, "-vv")
    rows = [line for line in text.lines if "by --server" in line]
    tap.equal(len(rows), 2, f"rows\n{text}")
    for row in rows:
        text.check("primary" not in row and "NS set" not in row, "what it is in the zone")


def test_named_server_for_updates():
    """Asked to write there: it is where updates go, and a fault is what it always was."""
    result = run.kmsdns("preflight", ZONE, "--host", f"kms02.{ZONE}", "--resolver", up().at,
                        "--server", lab.once(lame).at, "--no-tcp", *QUICK, "--format", "json")
    tap.equal(severity(result, "ZONE-PRIMARY-NOT-AUTH"), "critical", str(result))
    text = next(finding["text"] for finding in result.json["findings"]
                if finding["id"] == "ZONE-PRIMARY-NOT-AUTH")
    result.check("--server" in text, "who named it")
    result = run.kmsdns("preflight", ZONE, "--host", f"kms02.{ZONE}", "--resolver", up().at,
                        "--server", "127.0.0.1:1", "--no-tcp", *QUICK, "--format", "json")
    tap.equal(severity(result, "ZONE-PRIMARY-UNREACHABLE"), "critical", str(result))


def test_unnamed_servers_out_of_reach_stay_a_notice():
    result = diagnose("--dns-port", "1")
    tap.equal(severity(result, "NS-TIMEOUT"), "notice", str(result))
    checking.check("-H", up().at, "-p", "1", "-d", ZONE).is_state("OK")


def need_no_route():
    lab.need_ipv6()
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect((FAR, 53))
        except OSError:
            return
    raise tap.Skip(f"there is a route to {FAR}")


def test_no_route_to_one_address_of_a_server():
    need_no_route()
    check("-d", ZONE).is_state("OK")
    result = diagnose()
    tap.equal(severity(result, "NS-TIMEOUT"), "notice", str(result))
    text = next(finding["text"] for finding in result.json["findings"]
                if finding["id"] == "NS-TIMEOUT")
    result.check("no IPv6 route from this machine" in text, "why")
    tap.equal(list(causes(result)), ["CAUSE-NO-ROUTE"], str(result))
    tap.equal(result.exit, 0, f"exit status\n{result}")


def test_no_route_to_the_only_address_of_a_server():
    need_no_route()
    check("-d", "far.bind.test").is_state("OK")
    result = diagnose(zone="far.bind.test")
    for identity in ("NS-TIMEOUT", "ZONE-PRIMARY-UNREACHABLE"):
        tap.equal(severity(result, identity), "notice", str(result))
    tap.equal(list(causes(result)), ["CAUSE-NO-ROUTE"], str(result))


def test_no_route_to_where_updates_go():
    need_no_route()
    result = run.kmsdns("preflight", "far.bind.test", "--host", "kms02.far.bind.test",
                        "--resolver", up().at, "--dns-port", up().port, "--no-tcp", *QUICK,
                        "--format", "json")
    tap.equal(severity(result, "ZONE-PRIMARY-UNREACHABLE"), "critical", str(result))
    result.check("CAUSE-NO-ROUTE" in causes(result), "the cause")


def test_no_route_to_a_named_server():
    need_no_route()
    outcome = check("-d", ZONE, "-s", up().at, "-s", FAR)
    outcome.is_state("WARNING", "NS-TIMEOUT", "CAUSE-NO-ROUTE")
    tap.equal(outcome.value("servers"), 1, f"servers\n{outcome}")


def test_no_route_to_a_resolver():
    need_no_route()
    check("-H", FAR, "-d", ZONE, "-s", up().at).is_state("OK")
    result = diagnose("--resolver", FAR, "--server", up().at)
    tap.equal(severity(result, "RES-TIMEOUT"), "notice", str(result))
    text = next(finding["text"] for finding in result.json["findings"]
                if finding["id"] == "RES-TIMEOUT")
    result.check("no IPv6 route" in text, "why")
    tap.equal(list(causes(result)), ["CAUSE-NO-ROUTE"], str(result))
    # a resolver that is the zone's server, too, is asked over TCP as such
    outcome = check("-H", FAR, "-d", ZONE, "-vv")
    outcome.is_state("OK")
    outcome.check("NOTICE RES-TIMEOUT" in "\n".join(outcome.lines), "the resolver")
    # nobody else answers: then it is what keeps this machine from everything
    alone = checking.check("-H", FAR, "-d", ZONE, "-t", "4")
    alone.is_state("CRITICAL", "RES-TIMEOUT")


def test_unreachable_beside_one_that_is_reached():
    """Where the family works, who is unreachable is a fault of its own."""
    need_no_route()
    result = diagnose("--resolver", FAR, "--resolver", "127.0.0.1:1", "--server", up().at)
    findings = {finding["subject"]: finding["severity"] for finding in result.json["findings"]
                if finding["id"] == "RES-TIMEOUT"}
    tap.equal(findings, {f"[{FAR}]:53": "notice", "127.0.0.1:1": "warning"}, str(result))


if __name__ == "__main__":
    lab.enter()
    sys.exit(run.main(sys.modules[__name__]))
