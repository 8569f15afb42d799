# SPDX-License-Identifier: BSD-2-Clause
"""Publishing into odd zones: wildcards, aliases, two records of one host, sets too large to pin."""

import json
import pathlib
import subprocess
import sys

import lab
import run

ORIGIN = "odd.test."
ZONE = """$TTL 3600
@ IN SOA ns1 admin ( 1 7200 900 1209600 300 )
@ IN NS ns1
ns1 IN A 192.0.2.53
kms01 IN A 192.0.2.21
kms02 IN A 192.0.2.22
other IN CNAME kms02
*.wild IN SRV 0 0 1688 kms01
*.walias IN CNAME _vlmcs._tcp
_vlmcs._tcp IN SRV 0 0 1688 kms01
_vlmcs._tcp.twice IN SRV 0 0 1688 kms02
_vlmcs._tcp.twice IN SRV 10 0 1688 kms02
""" + "".join(f"_vlmcs._tcp.many IN SRV 0 0 {port} kms01\n" for port in range(1, 1102))

_CONF = """options {{ directory "{dir}"; listen-on port {port} {{ 127.0.0.1; 192.0.2.53; }};
    listen-on-v6 {{ none; }}; pid-file "{dir}/odd.pid"; session-keyfile "{dir}/odd.session";
    recursion no; dnssec-validation no; max-records-per-type 0; }};
controls {{ }};
zone "{origin}" {{ type primary; file "{dir}/odd.zone"; allow-update {{ any; }}; }};
"""

SERVER = []


def server():
    """BIND with one zone that takes updates from anyone: who may write is not the question here."""
    if not SERVER:
        folder, port = pathlib.Path(lab.tempdir()), lab.free_port()
        (folder / "odd.zone").write_text(ZONE, encoding="ascii")
        conf = folder / "odd.conf"
        conf.write_text(_CONF.format(dir=folder, port=port, origin=ORIGIN), encoding="ascii")
        program = lab.need("named")
        SERVER.append(lab.Server("named", [program, "-g", "-n", "1", "-c", str(conf)], port, ORIGIN))
    return SERVER[0]


def place():
    return ["--resolver", server().at, "--dns-port", str(server().port)]


def write(verb, domain, host, *more):
    undo = pathlib.Path(lab.tempdir()) / f"undo-{verb}-{domain}.json"
    undo.unlink(missing_ok=True)
    result = run.kmsdns(verb, domain, "--host", host, *place(), "--apply", "--yes", "--undo-file",
                        str(undo), "--format", "json", *more)
    result.undo = undo
    return result


def state(result):
    return result.json["domains"][0]["change"]["state"]


def check_impossible(result, why):
    change = result.json["domains"][0]["change"]
    result.check(result.exit == 3 and change["state"] == "impossible", f"state {change['state']}")
    result.check(why in str(change["problem"]), f"refused for another reason: {change['problem']}")


def targets(domain):
    out = subprocess.run(["dig", "+short", "@127.0.0.1", "-p", str(server().port), "+tcp",
                          f"_vlmcs._tcp.{domain}", "SRV"], capture_output=True, text=True,
                         check=True).stdout
    return sorted(line.split()[3] for line in out.splitlines())


def check_beside_a_wildcard(domain):
    """What a wildcard gives is not the name's own: it is not pinned, and the node is made."""
    result = write("publish", domain, "kms02.odd.test")
    result.check(result.exit in (0, 1) and state(result) == "done", f"state {state(result)}")
    result.check(targets(domain) == ["kms02.odd.test."], f"the set is {targets(domain)}")
    back = run.kmsdns("undo", str(result.undo), *place(), "--apply", "--yes", "--undo-file",
                      f"{result.undo}.back", "--format", "json")
    back.check(state(back) == "done", f"undo: state {state(back)}")


def test_beside_an_srv_wildcard():
    check_beside_a_wildcard("x.wild.odd.test")


def test_beside_a_cname_wildcard():
    check_beside_a_wildcard("x.walias.odd.test")


def test_two_records_of_the_host_are_left_alone():
    for verb in ("publish", "unpublish"):
        result = write(verb, "twice.odd.test", "kms02.odd.test")
        check_impossible(result, "holds more than one record")
        result.check(len(targets("twice.odd.test")) == 2, "a record was removed")


def test_a_set_too_large_to_pin():
    result = write("publish", "many.odd.test", "kms02.odd.test")
    check_impossible(result, "more than the 990")
    result.check(not result.undo.exists(), "an undo file without a change")


def test_an_alias_is_not_published():
    result = write("publish", "odd.test", "other.odd.test")
    check_impossible(result, "is an alias")
    result.check(targets("odd.test") == ["kms01.odd.test."], "it was written")


def test_a_host_without_address_is_not_published():
    result = write("publish", "odd.test", "nobody.odd.test")
    check_impossible(result, "neither an A nor an AAAA")


def test_a_short_host_is_wrong_usage():
    result = run.kmsdns("publish", "odd.test", "--host", "kms02", *place())
    result.check(result.exit == 2 and b"fully qualified" in result.err, "not refused")


def test_two_changes_of_one_name_are_not_undone_at_once():
    first = write("publish", "odd.test", "kms02.odd.test")
    kept = first.undo.rename(first.undo.with_suffix(".first"))
    second = write("unpublish", "odd.test", "kms02.odd.test")
    result = run.kmsdns("undo", str(kept), str(second.undo), *place(), "--apply", "--yes")
    result.check(result.exit == 2 and b"one after the other" in result.err, "not refused")


def test_the_root_is_no_domain():
    result = run.kmsdns("diagnose", ".", *place(), "--format", "json")
    result.check(result.findings().get("CAND-INVALID") == "critical", "the root was asked for")


def test_no_verb_in_json_is_one_document():
    result = run.kmsdns("--format", "json")
    result.check(result.exit == 2 and "error" in json.loads(result.out), "no error document")


def test_closed_standard_streams():
    for closed in ("<&-", ">&- </dev/null", "2>&-"):
        done = subprocess.run(["sh", "-c", f'"$0" diagnose odd.test "$@" {closed}',
                               str(lab.KMSDNS), *place()], capture_output=True, check=False)
        if done.returncode not in (0, 1, 3):
            raise AssertionError(f"{closed}: exit status {done.returncode}")


if __name__ == "__main__":
    lab.enter()
    sys.exit(run.main(sys.modules[__name__]))
