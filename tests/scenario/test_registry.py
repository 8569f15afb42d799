# SPDX-License-Identifier: BSD-2-Clause
"""Registry exports, leases and ipconfig output on the command line, alone and with live DNS."""

import json
import pathlib
import sys

import hive
import lab
import run
import tap

DATA = lab.SRCDIR / "tests" / "data"
HOST = DATA / "reg" / "host.reg"
V5 = "Windows Registry Editor Version 5.00\r\n\r\n"
SPP = ("[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\"
       "SoftwareProtectionPlatform]\r\n")
TCPIP = "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters]\r\n"
STAGE = {}


def dns():
    if not STAGE:
        zones = lab.zone_files()
        STAGE["dns"] = lab.named({name: zones[name] for name in
                                  ("healthy.test.", "srv-absent.test.")})
        STAGE["host"] = lab.KmsHost()
    return STAGE["dns"]


def write(name, text, encoding="utf-8"):
    path = pathlib.Path(lab.tempdir()) / name
    path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
    return path


def multi(*entries):
    data = "".join(entry + "\0" for entry in entries) + "\0"
    return "hex(7):" + ",".join(f"{byte:02x}" for byte in data.encode("utf-16-le"))


def registry(*words, **options):
    return run.kmsdns("registry", *words, "--format", "json", **options)


def values(result):
    return {value["name"]: value for value in result.json["evidence"]["registry"]["values"]}


def test_every_form_tells_the_same():
    first = None
    for path in sorted((DATA / "reg").glob("host*.reg")):
        result = registry(path)
        kept = [{key: value for key, value in row.items() if key not in ("file", "line")}
                for row in result.json["evidence"]["registry"]["values"]]
        first = first or kept
        tap.equal(kept, first, path.name)
        tap.equal(result.findings(), {"REG-PINNED": "warning"}, f"findings of {path.name}")
        tap.equal(result.exit, 1, "exit status")
    tap.equal(values(registry(HOST))["DnsDomainPublishList"]["list"],
              ["corp.contoso.com", "eng.contoso.com,10,50"], "the list")


def test_a_clean_file_is_ok():
    path = write("clean.reg", V5 + SPP + f'"DnsDomainPublishList"={multi("healthy.test")}\r\n')
    result = registry(path)
    tap.equal((result.exit, result.json["verdict"]), (0, "ok"), "verdict")
    tap.equal(result.json["queries"], [], "nothing is asked")
    text = run.kmsdns("registry", path)
    text.check(b"OK" in text.out and b"healthy.test" in text.out, "text")


def test_a_file_about_something_else_is_unknown():
    path = write("other.reg", V5 + "[HKEY_CURRENT_USER\\X]\r\n\"A\"=\"b\"\r\n")
    result = registry(path)
    tap.equal((result.exit, result.json["verdict"]), (3, "unknown"), "verdict")


def test_damage_is_told_with_its_place():
    path = write("damaged.reg", V5 + SPP + '"DnsDomainPublishList"=hex(7):61,00,zz,00,62\r\n'
                 '"DisableDnsPublishing"=dword:00000001\r\n')
    result = registry(path)
    places = [(w["line"], w["column"]) for w in result.json["evidence"]["registry"]["warnings"]]
    tap.true((4, 37) in places, f"where the damage is: {places}")
    tap.equal(values(result)["DisableDnsPublishing"]["number"], 1, "the value behind it")
    text = run.kmsdns("registry", path)
    text.check(b"line 4, column 37" in text.out, "the place in text")


def test_list_is_linted_entry_by_entry():
    path = write("list.reg", V5 + SPP + '"DnsDomainPublishList"=' + multi(
        "healthy.test", "healthy.test,10,99999", "a b.test", "short", "x.test,1,2,3",
        "HEALTHY.test.") + "\r\n")
    result = registry(path)
    severities = {f["subject"].rsplit("[", 1)[1].rstrip("]"): f["severity"]
                  for f in result.json["findings"] if f["id"] == "REG-LIST-BAD"}
    tap.equal(severities, {"2": "critical", "3": "critical", "4": "warning", "5": "critical",
                           "6": "notice"}, "entries")


def _hive():
    def text(*parts):
        return "".join(part + "\0" for part in parts).encode("utf-16-le")
    spp = ({"DisableDnsPublishing": (4, b"\1\0\0\0"), "Other": (3, bytes(20)),
            "DnsDomainPublishList": (7, text("healthy.test", "x.test,1,2", ""))},
           {"55c92734": ({"KeyManagementServiceName": (1, text("kms.test"))}, {})})
    version = ({"CurrentVersion": (1, text("6.3"))}, {"SoftwareProtectionPlatform": spp})
    return hive.hive({"Classes": ({}, {}), "Microsoft": (
        {}, {"Windows NT": ({}, {"CurrentVersion": version})})})


def test_hives():
    if b"without libhivex" in run.kmsdns("--version", "-v").out:
        raise tap.Skip("this build is without libhivex")
    result = registry(write("SOFTWARE", _hive()))
    tap.equal(values(result)["DnsDomainPublishList"]["list"], ["healthy.test", "x.test,1,2"],
              "the list")
    tap.equal(values(result)["DisableDnsPublishing"]["number"], 1, "the switch")
    tap.equal(result.json["evidence"]["registry"]["files"][0]["format"], "hive", "format")
    tap.equal(result.findings(), {"REG-PINNED": "warning", "REG-PUBLISH-DISABLED": "warning"},
              "findings")
    for cut in (4, 100, 4096, 5000):
        result = registry(write("SOFTWARE.cut", _hive()[:cut]))
        tap.equal(result.exit, 3, f"cut at {cut}")


def test_wrong_files():
    for path, word in ((write("none.reg", "hello\r\n"), "no registry export"),
                       (pathlib.Path(lab.tempdir()) / "missing.reg", "No such file")):
        result = registry(path)
        tap.equal(result.exit, 3, "exit status")
        result.check(word in result.json["error"]["text"] and path.name in
                     result.json["error"]["text"], "what is said")
    result = run.kmsdns("registry")
    tap.equal(result.exit, 2, "without a file")


def test_hostile_bytes_stay_harmless():
    path = write("hostile.reg", V5 + SPP + '"KeyManagementServiceName"="\x1b[31m\u202eevil"\r\n')
    text = run.kmsdns("registry", path)
    text.check(b"\x1b" not in text.out and "\u202e".encode() not in text.out, "escaped")
    registry(path)


def test_write_reg_is_read_again():
    out = pathlib.Path(lab.tempdir()) / "new.reg"
    result = registry(HOST, "--write-reg", out)
    result.check(out.read_bytes().startswith(b"\xff\xfeW\x00"), "UTF-16LE with its mark")
    again = values(registry(out))
    tap.equal(again["DnsDomainPublishList"]["list"],
              ["corp.contoso.com", "eng.contoso.com,10,50"], "the list")
    tap.equal(again["KeyManagementServiceListeningPort"]["text"], "1688", "the port")
    tap.equal(again["DisableDnsPublishing"]["number"], 0, "the switch")
    tap.equal(again["DnsDomainPublishList"]["generation"], "spp", "the key")
    text = out.read_bytes().decode("utf-16")
    tap.true(all(len(line) <= 80 for line in text.split("\r\n") if line[:1] != "["),
             "lines of 80 columns")
    tap.true(text.endswith("\r\n\r\n") and "\n" not in text.replace("\r\n", ""), "CRLF")


def test_write_reg_from_options():
    out = pathlib.Path(lab.tempdir()) / "made.reg"
    done = run.kmsdns("registry", "--write-reg", out, "--publish-list", "a.test,1,2;b.test",
                      "--listen-port", "1700", "--reg-generation", "sl", "--disable-publishing")
    tap.equal(done.exit, 0, str(done))
    made = values(registry(out))
    tap.equal(made["DnsDomainPublishList"]["list"], ["a.test", "b.test"],
              "Vista takes domains only")
    tap.equal(made["DnsDomainPublishList"]["generation"], "sl", "the key")
    tap.equal(made["KeyManagementServiceListeningPort"]["text"], "1700", "the port")
    tap.equal(made["DisableDnsPublishing"]["number"], 1, "the switch")
    done = run.kmsdns("registry", "--write-reg", out, "--publish-list", "a..test")
    tap.equal(done.exit, 3, "a wrong entry")
    tap.equal(values(registry(out))["DisableDnsPublishing"]["number"], 1, "the file is kept")
    tap.equal(run.kmsdns("registry", "--write-reg", out).exit, 3, "nothing to write")


def test_publish_list_joins_live_dns():
    path = write("host.reg", V5 + SPP +
                 f'"DnsDomainPublishList"={multi("healthy.test", "srv-absent.test,5,5")}\r\n' +
                 '"DisableDnsPublishing"=dword:00000001\r\n' +
                 TCPIP + '"NV Domain"="healthy.test"\r\n"SearchList"="healthy.test"\r\n')
    result = run.diagnose("--registry", path, resolver=dns())
    tap.equal(result.domain("healthy.test.")["sources"],
              ["primary-suffix", "search-list", "publish-list"], "sources")
    tap.equal(result.domain("srv-absent.test.")["publish"], {"priority": 5, "weight": 5},
              "numbers")
    tap.equal(result.findings()["REG-PUBLISH-DISABLED"], "notice", "a record exists")
    path = write("off.reg", V5 + SPP + '"DisableDnsPublishing"=dword:00000001\r\n')
    result = run.diagnose("--registry", path, "srv-absent.test", resolver=dns())
    tap.equal(result.findings()["REG-PUBLISH-DISABLED"], "critical", "no record exists")


def test_port_against_the_record():
    path = write("port.reg", V5 + SPP + '"KeyManagementServiceListeningPort"="1700"\r\n')
    result = run.diagnose("--registry", path, "healthy.test", resolver=dns())
    tap.equal(result.findings()["REG-PORT"], "critical", "REG-PORT")


def test_leases_are_candidates():
    for path in sorted((DATA / "lease").iterdir()):
        result = run.kmsdns("discover", "--lease", path, "--resolver", dns().at, "x.healthy.test",
                            "--format", "json")
        offer = result.json["evidence"]["dhcp"]["offers"][0]
        tap.equal(offer["address"], "192.0.2.10", path.name)
        names = {domain["name"]: domain["sources"] for domain in result.json["domains"]}
        if offer["domain_name"] is not None:
            tap.equal(names["corp.example."], ["dhcp-option-15"], path.name)
            tap.equal(names["a.example."], ["search-list"], path.name)


def test_ipconfig_gives_the_view_of_a_client():
    text = (DATA / "ipconfig" / "german.txt").read_bytes()
    host, port = dns().at.rsplit(":", 1)
    path = write("ipconfig.txt", text.replace(b"corp.contoso.com", b"healthy.test"))
    result = run.kmsdns("discover", "--ipconfig", path, "--client", "joined", "--timeout", "3",
                        "--tries", "1", "--try-timeout", "0.2", "--format", "json")
    servers = [resolver["address"] for resolver in result.json["resolvers"]]
    tap.equal(servers, ["[2001:db8::53]:53", "192.168.1.1:53", "192.168.1.2:53"], "who is asked")
    result = run.diagnose("--ipconfig", path, "--client", "joined", resolver=dns())
    tap.equal([resolver["address"] for resolver in result.json["resolvers"]], [f"{host}:{port}"],
              "--resolver goes before")
    tap.equal(result.domain("healthy.test.")["sources"], ["primary-suffix", "search-list"],
              "sources")
    tap.equal(result.domain("lan.contoso.com.")["sources"], ["dhcp-option-15"], "adapter")


def test_wrong_evidence():
    for option in ("--lease", "--ipconfig", "--registry"):
        result = run.diagnose(option, write("junk.txt", "junk\n"), resolver=dns())
        tap.equal(result.exit, 3, option)
        result.check("junk.txt" in result.json["error"]["text"], "which file")
        result = run.diagnose(option, "/nonexistent/file", resolver=dns())
        tap.equal(result.exit, 3, option)


def test_a_saved_report_keeps_the_evidence():
    result = registry(HOST)
    json.dumps(result.json)
    tap.equal(result.json["command"], "registry", "command")
    tap.equal(len(result.json["evidence"]["registry"]["files"]), 1, "files")


if __name__ == "__main__":
    lab.enter()
    sys.exit(run.main(sys.modules[__name__]))
