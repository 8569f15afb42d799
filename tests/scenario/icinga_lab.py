# SPDX-License-Identifier: BSD-2-Clause
"""A real Icinga 2: a master and two satellites, as docs/monitoring.md sets them up.

The lab's own namespace is the headquarters' network with the name server of corp.example and its
KMS hosts. Each satellite is a branch office: a machine with a resolver of its own.
"""

import base64
import http.client
import json
import os
import pwd
import re
import socket
import ssl
import subprocess
import threading
import urllib.parse

import corp
import machines
import monitoring_doc

MASTER = "icinga.corp.example"
BRANCHES = ["berlin", "lisbon"]
MASTER_ADDRESS = "203.0.113.10"
FOLDERS = ["/etc/icinga2", "/var/lib/icinga2", "/var/log/icinga2", "/var/cache/icinga2",
           "/var/spool/icinga2"]
# Debian's examples that the master keeps; the others check this computer
EXAMPLES = ["app.conf", "commands.conf", "templates.conf", "timeperiods.conf", "users.conf"]
SERVICE = "kmsdns corp.example"
INTERVAL = 3         # seconds, for check and retry
ZONES_BESIDE = ""    # zones and endpoints besides those of docs/monitoring.md
# what scp does between two machines: scp FLAGS root@HOST:FILES FOLDER
_SCP = """for word; do
    case $word in
    -*) ;;
    *:*) from=${{word%%:*}} files=${{word#*:}} ;;
    *) cp -p {lab}/"${{from#root@}}"$files "$word" ;;
    esac
done
"""
_MAIL = '{ echo "$@"; cat; } >>/var/lib/icinga2/mails\n'


class Node:
    """Icinga 2 on a machine of its own."""

    def __init__(self, name, number):
        self.name = name
        self.machine = machines.Machine(name, number, *FOLDERS)
        self.machine.install_plugin()
        self.machine.do("icinga-packages")
        self.take("/etc/icinga2/zones.conf", beside=ZONES_BESIDE)
        for example in self.own("/etc/icinga2/conf.d").iterdir():
            if example.name not in EXAMPLES:
                example.unlink()

    def own(self, path):
        return self.machine.own(path)

    def take(self, path, name=None, beside=""):
        """Writes a file as docs/monitoring.md has it."""
        self.own(path).parent.mkdir(parents=True, exist_ok=True)
        self.own(path).write_text(monitoring_doc.file(name or path) + beside)

    def run(self, *command, **options):
        return self.machine.run(*command, env=machines.ENVIRONMENT, **options)

    def start(self):
        self.machine.services["restart icinga2"] = self._start
        self.machine.do("icinga-start")

    def _start(self):
        self.daemon = self.machine.start("icinga2", "icinga2", "daemon", "-D",
                                         "InitRunDir=/var/lib/icinga2", env=machines.ENVIRONMENT)

    def take_certificates(self, folder):
        certs, user = self.own("/var/lib/icinga2/certs"), pwd.getpwnam("nagios")
        subprocess.run(["cp", "-rT", folder, certs], check=True)
        for path in [certs, *certs.iterdir()]:
            os.chown(path, user.pw_uid, user.pw_gid)


class Master(Node):
    """The master: it makes the certificates, holds the configuration of all, answers its API."""
    host = "dns-headquarters"

    def __init__(self):
        super().__init__(MASTER, 10)
        self.resolver = corp.Resolver(self.machine)
        self.machine.do("icinga-ca")
        self.machine.do("icinga-certificates")
        self.take_certificates(self.certificates("icinga"))
        self.take("/etc/icinga2/features-enabled/api.conf",
                  "icinga:/etc/icinga2/features-enabled/api.conf")
        self.machine.do("icinga-install")
        for name in monitoring_doc.names("file", "/etc/icinga2/zones.d/"):
            self.take(name)
        services = self.own("/etc/icinga2/zones.d/global-templates/kmsdns-services.conf")
        services.write_text(re.sub(r"(check_interval|retry_interval) = \d+m",
                                   rf"\1 = {INTERVAL}s", services.read_text()))
        self.machine.stand_in("mail", _MAIL)
        self.machine.stand_in("scp", _SCP.format(lab=self.machine.dir.parent))
        self.mails = self.own("/var/lib/icinga2/mails")

    def certificates(self, host):
        return self.own(f"/var/lib/icinga2/for-{host}")

    def make_certificate(self, host):
        """For a satellite that docs/monitoring.md does not know."""
        script = monitoring_doc.commands("icinga-certificates")
        self.run("sh", "-ec", re.sub(r"for host in .*;", f"for host in {host};", script))

    def start(self):
        super().start()
        self.api = Api(self.own("/var/lib/icinga2/ca/ca.crt"))
        machines.wait_for(self._is_up, "the API of the master")

    def _is_up(self):
        self.daemon.check_alive()
        try:
            return self.api.get("/v1/status/ApiListener")
        except OSError:
            return None


class Satellite(Node):
    """A satellite, with the resolver of its branch office."""

    def __init__(self, branch, number, master):
        super().__init__(f"{branch}.corp.example", number)
        self.branch, self.host = branch, f"dns-{branch}"
        if not master.certificates(branch).exists():
            master.make_certificate(branch)
        self.take_certificates(master.certificates(branch))
        self.resolver = corp.Resolver(self.machine)
        self.take("/etc/icinga2/features-enabled/api.conf",
                  "satellite:/etc/icinga2/features-enabled/api.conf")


class Api:
    """The master's API over https; its certificate is checked as anybody's."""

    def __init__(self, ca):
        self.context = ssl.create_default_context(cafile=str(ca))
        user = base64.b64encode(b"monitoring:change-me").decode()
        self.headers = {"Authorization": f"Basic {user}", "Accept": "application/json"}

    def open(self, path, method="GET", body=None, timeout=30):
        connection = _Https(MASTER, 5665, context=self.context, timeout=timeout)
        connection.request(method, path, body=None if body is None else json.dumps(body),
                           headers=self.headers)
        response = connection.getresponse()
        if response.status != 200:
            raise AssertionError(f"{path}: {response.status} {response.read()[:500]}")
        return connection, response

    def get(self, path):
        connection, response = self.open(path)
        try:
            return json.loads(response.read())["results"]
        finally:
            connection.close()

    def service(self, host, service):
        name = urllib.parse.quote(f"{host}!{service}", safe="")
        return self.get(f"/v1/objects/services/{name}")[0]["attrs"]


class _Https(http.client.HTTPSConnection):
    """A connection to a name that no resolver of the lab knows."""

    def connect(self):
        plain = socket.create_connection((MASTER_ADDRESS, self.port), self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)


class Results:
    """Every check result that the master hears of, in the order of their checks."""

    def __init__(self, api):
        self.connection, self.response = api.open(
            "/v1/events", "POST", {"types": ["CheckResult"], "queue": "kmsdns"}, timeout=None)
        self.all, self.lock = [], threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        try:
            for line in self.response:
                event = json.loads(line)
                if "service" in event:
                    with self.lock:
                        self.all.append((event["host"], event["check_result"]))
        except (OSError, ValueError, AttributeError):
            return    # the master ended

    def since(self, host, moment):
        """Results of a host whose check began after a moment."""
        with self.lock:
            found = [result for name, result in self.all
                     if name == host and result["execution_start"] >= moment]
        return sorted(found, key=lambda result: result["execution_start"])
