# SPDX-License-Identifier: BSD-2-Clause
"""Debian's nagios4 schedules check_kmsdns, here and behind Debian's NRPE, as docs/monitoring.md
sets both up. States and texts are read back from Nagios' status file."""

import re
import sys
import time

import corp
import lab
import machines
import monitoring_doc
import run
import tap

NAGIOS_FOLDERS = ["/etc/nagios4", "/etc/nagios-plugins", "/var/lib/nagios4", "/var/log/nagios4"]
# Debian's nagios.cfg, in a hurry
NAGIOS_CHANGES = {
    r"^interval_length=.*": "interval_length=1",
    r"^(status_update_interval|check_result_reaper_frequency)=.*": r"\1=1",
    r"^lock_file=.*": "lock_file=/var/lib/nagios4/nagios4.pid",
    r"^service_inter_check_delay_method=.*": "service_inter_check_delay_method=n",
    r"^use_syslog=.*": "use_syslog=0",
    r"^cfg_file=/etc/nagios4/objects/localhost.cfg": "",
}
NRPE_CHANGES = {
    r"^pid_file=.*": "pid_file=/etc/nagios/nrpe.pid",
    r"^log_facility=.*": "log_file=/etc/nagios/nrpe.log",
    r"^(allowed_hosts=.*)": r"\1,203.0.113.11",
}
PLAIN, FROM = "KMS in corp.example", "KMS in corp.example from berlin"
NRPE = "KMS in corp.example as berlin sees it"
SERVICES = [PLAIN, FROM, NRPE, "Right to publish kms01.corp.example"]
OK, CRITICAL = "0", "2"
_WIDE_COMMAND = f"command[check_wide]={machines.PLUGINS}/check_kmsdns -vvv " \
    "--extra-opts=wide@/etc/nagios/wide.ini\n"
_WIDE_INI = "[wide]\ntimeout=50\n" + "".join(
    f"domain=d{number:03}.corp.example\n" for number in range(200))


def change(machine, path, changes):
    """Edits a machine's file, line by line; a line that is not there is an error."""
    own = machine.own(path)
    text = own.read_text()
    for pattern, instead in changes.items():
        text, count = re.subn(pattern, instead, text, flags=re.M)
        tap.true(count > 0, f"{path} has no line {pattern}")
    own.write_text(text)


class Branch:
    """Berlin: a resolver, and NRPE."""

    def __init__(self, key_file):
        self.machine = machines.Machine("berlin.corp.example", 21, "/etc/nagios")
        self.machine.install_plugin()
        self.resolver = corp.Resolver(self.machine)
        change(self.machine, "/etc/nagios/nrpe.cfg", NRPE_CHANGES)
        self.machine.own("/etc/nagios/nrpe.d/wide.cfg").write_text(_WIDE_COMMAND)
        self.machine.own("/etc/nagios/wide.ini").write_text(_WIDE_INI)
        self.machine.run("install", "-o", "nagios", "-m", "600", key_file,
                         "/etc/nagios/kms01.key")
        self.machine.services["restart nagios-nrpe-server"] = self._start
        self.machine.do("nrpe-install")
        machines.wait_for(lambda: self.ask().returncode == 0, "NRPE")

    def _start(self):
        self.daemon = self.machine.start("nrpe", lab.need("nrpe"), "-c", "/etc/nagios/nrpe.cfg",
                                         "-f")

    def ask(self, *words):
        self.daemon.check_alive()
        return self.machine.run(machines.PLUGINS / "check_nrpe", "-H", "127.0.0.1", "-t", "60",
                                *words, check=False)


class Nagios:
    """A machine with Nagios, which asks its own resolver, and Berlin's."""

    def __init__(self):
        lab.need("nagios4")
        self.dns = corp.NameServer()
        self.berlin = Branch(self.dns.key_file)
        self.machine = machines.Machine("nagios.corp.example", 11, *NAGIOS_FOLDERS)
        self.machine.install_plugin()
        self.resolver = corp.Resolver(self.machine)
        self.machine.do("nagios-packages")
        change(self.machine, "/etc/nagios4/nagios.cfg", NAGIOS_CHANGES)
        path = "/etc/nagios4/conf.d/kmsdns-berlin.cfg"
        self.machine.write(path, monitoring_doc.file(path))
        (self.machine.dir / "kms01.key").write_bytes(self.dns.key_file.read_bytes())
        self.machine.do("nagios-key")
        self.machine.services["restart nagios4"] = self._start
        self.verified = self.machine.do("nagios-install")

    def _start(self):
        self.daemon = self.machine.start("nagios4", "nagios4", "/etc/nagios4/nagios.cfg")

    def services(self):
        """{description: its block of status.dat}, as the daemon wrote it last."""
        self.daemon.check_alive()
        try:
            text = self.machine.own("/var/lib/nagios4/status.dat").read_text(errors="replace")
        except OSError:
            return {}
        found = {}
        for block in re.findall(r"^servicestatus \{\n(.*?)^\s*\}", text, re.M | re.S):
            pairs = dict(line.strip().split("=", 1) for line in block.splitlines())
            found[pairs["service_description"]] = pairs
        return found

    def checked_since(self, moment, name):
        """The service, once a check that began after this moment has been seen."""
        def seen():
            service = self.services().get(name)
            # status.dat has whole seconds
            return service if service and int(service["last_check"]) > moment else None
        return machines.wait_for(seen, f"a check of \"{name}\"")

    def comes_to(self, state, name):
        def there():
            service = self.services().get(name)
            right = service and service["has_been_checked"] == "1"
            return service if right and service["current_state"] == state else None
        try:
            return machines.wait_for(there, f"state {state} of \"{name}\"")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.services().get(name)}") from None

    def all_ok(self):
        for name in SERVICES:
            first_line(self.comes_to(OK, name), "OK")

    def alerted(self, name, state):
        """A mail about the service was handed to the notification command."""
        log, line = self.machine.own("/var/log/nagios4/nagios.log"), f";{name};{state};"
        machines.wait_for(lambda: any("SERVICE NOTIFICATION" in told and line in told
                                      for told in log.read_text(errors="replace").splitlines()),
                          f"a notification {line}")


def nagios():
    return lab.once(Nagios)


def perfdata(service):
    """The labels of a service's performance data; all of it must be that."""
    text, labels = service["performance_data"], []
    while text:
        item = re.match(r"('[^'=]+'|[^'= ]+)=(-?[0-9.]+|U)(s|%|B|c)?"
                        r"((;[-0-9.:~@]*){0,4})( +|$)", text)
        tap.true(item is not None, f"no performance data: {text}")
        labels.append(item.group(1).strip("'"))
        text = text[item.end():]
    tap.true(labels, f"no performance data at all: {service}")
    return labels


def first_line(service, word):
    output = service["plugin_output"]
    tap.true(output.startswith(f"KMSDNS {word} - "), f"not {word}: {output}")
    return output


def test_np_46_nagios_accepts_the_configuration():
    tap.true("Total Warnings: 0" in nagios().verified and "Total Errors:   0" in nagios().verified,
             nagios().verified)


def test_all_services_are_ok():
    for name in SERVICES:
        service = nagios().comes_to(OK, name)
        first_line(service, "OK")
        perfdata(service)
    tap.true("berlin" in nagios().services()[FROM]["plugin_output"], "the vantage point is missing")
    nagios().machine.do("plugin-look")


def test_a_record_that_vanishes():
    """CRITICAL names the cause; the same labels as before; recovery."""
    nagios().all_ok()
    healthy = nagios().comes_to(OK, PLAIN)
    nagios().dns.remove_record()
    try:
        service = nagios().comes_to(CRITICAL, PLAIN)
        output = first_line(service, "CRITICAL")
        tap.true("CAUSE-NEVER-PUBLISHED" in output, f"the cause is not told: {output}")
        tap.equal(perfdata(service), perfdata(healthy), "labels changed with the state")
        tap.true("_vlmcs._tcp.corp.example." in service["long_plugin_output"],
                 f"the further lines do not name the record: {service}")
        nagios().machine.do("plugin-broken")
        for name in (FROM, NRPE):
            first_line(nagios().comes_to(CRITICAL, name), "CRITICAL")
        nagios().alerted(PLAIN, "CRITICAL")
    finally:
        nagios().dns.restore_record()
    nagios().all_ok()
    nagios().alerted(PLAIN, "OK")


def test_a_resolver_that_dies():
    """What Berlin's resolver does concerns the services that ask it, and no other."""
    nagios().all_ok()
    moment = int(time.time())
    nagios().berlin.resolver.kill()
    try:
        for name, address in ((FROM, "203.0.113.21"), (NRPE, "127.0.0.1")):
            output = first_line(nagios().comes_to(CRITICAL, name), "CRITICAL")
            tap.true(address in output and "CAUSE-RESOLVER-DOWN" in output,
                     f"the cause is not told: {output}")
        first_line(nagios().checked_since(moment, PLAIN), "OK")
    finally:
        nagios().berlin.resolver.start()
    nagios().all_ok()


def test_nrpe_passes_output_and_state_through():
    berlin = nagios().berlin
    berlin.machine.do("nrpe-ask")
    done = berlin.ask("-c", "check_kmsdns_right")
    tap.true(done.returncode == 0 and done.stdout.startswith("KMSDNS OK - "), done.stdout)
    berlin.resolver.kill()
    try:
        done = berlin.ask("-c", "check_kmsdns")
    finally:
        berlin.resolver.start()
    tap.true(done.returncode == 2 and done.stdout.startswith("KMSDNS CRITICAL - "), done.stdout)


def test_nrpe_takes_no_arguments():
    done = nagios().berlin.ask("-c", "check_kmsdns", "-a", "corp.example")
    tap.true(done.returncode == 3 and "KMSDNS" not in done.stdout, done.stdout)


def test_old_nrpe_keeps_the_first_line():
    """Packets of version 2 carry 1 KiB: of a report on 200 domains at least the line comes through,
    to the end of its performance data."""
    new = nagios().berlin.ask("-c", "check_wide")
    old = nagios().berlin.ask("-2", "-c", "check_wide")
    for done in (new, old):
        tap.equal(done.returncode, 2, done.stdout)
    line, full = old.stdout.splitlines()[0], new.stdout.splitlines()[0]
    tap.true(line.startswith("KMSDNS CRITICAL - ") and len(line) < 1024, line)
    labels = [re.findall(r"([a-z_]+)=[0-9.U]+s?;;;0(?= |$)", text) for text in (line, full)]
    tap.true(labels[0] == labels[1] and len(labels[0]) > 5, f"performance data is cut: {line}")
    tap.true(len(new.stdout) > 2 * len(old.stdout), f"nothing was cut: {len(new.stdout)} bytes")


def test_the_page_was_executed():
    machines.check_executed("(plugin|nagios|nrpe)-")


def main():
    lab.enter()
    return run.main(sys.modules[__name__])


if __name__ == "__main__":
    sys.exit(main())
