# SPDX-License-Identifier: BSD-2-Clause
"""corp.example, the domain of docs/monitoring.md: its name server, KMS host and resolvers."""

import pathlib

import lab
import machines
import upd_bind
import upd_tsig
import updlab
import wire

_ZONE = """$ORIGIN corp.example.
$TTL 3600
@       IN SOA   ns1 hostmaster ( 1 7200 900 1209600 300 )
        IN NS    ns1
ns1     IN A     192.0.2.53
kms01   IN A     192.0.2.21
_vlmcs._tcp  IN SRV  0 0 1688 kms01
"""

_BELOW = """_vlmcs._tcp.{domain}. IN SRV 0 0 1688 kms01
kms01.{domain}. IN A 192.0.2.21
"""

_UNBOUND_CONF = """server:
    directory: "{dir}"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    do-daemonize: no
    num-threads: 1
    interface: 127.0.0.1
    interface: {address}
    access-control: 0.0.0.0/0 allow
    do-ip6: no
    module-config: "iterator"
    cache-max-ttl: 0
    cache-max-negative-ttl: 0
stub-zone:
    name: "."
    stub-addr: 192.0.2.53
remote-control:
    control-enable: no
"""


class NameServer:
    """BIND with corp.example at 192.0.2.53, port 53, and the KMS host that the zone names. One
    key may write that host's record."""

    def __init__(self, below=()):
        """below: domains without a zone of their own that have the same host."""
        self.kms = lab.KmsHost()
        self.key = upd_tsig.Key.new("kms01.")
        self.key_file = self.key.write(pathlib.Path(lab.tempdir()) / "kms01.key")
        zones = {
            "corp.example.": ("type primary; " + upd_bind.narrow("corp.example.", [self.key]),
                              _ZONE + "".join(_BELOW.format(domain=name) for name in below)),
            ".": ("type primary;", (lab.ZONES / "root.zone").read_text()),
        }
        self.server = upd_bind.Named(zones, [self.key], lab.NS4, 53)

    def _update(self, change):
        updlab.command(lab.need("nsupdate"), "-k", self.key_file, input=(
            f"server {lab.NS4} 53\nzone corp.example.\nupdate {change}\nsend\n").encode())

    def remove_record(self):
        self._update("delete _vlmcs._tcp.corp.example. SRV")

    def restore_record(self):
        self._update("add _vlmcs._tcp.corp.example. 3600 SRV 0 0 1688 kms01.corp.example.")


class Resolver:
    """Unbound on a machine, which its /etc/resolv.conf leads to."""

    def __init__(self, machine):
        self.machine = machine
        self.conf = machine.dir / "unbound.conf"
        self.conf.write_text(_UNBOUND_CONF.format(dir=machine.dir, address=machine.address))
        machine.write("/etc/resolv.conf", "nameserver 127.0.0.1\n")
        self.start()

    def start(self):
        self.daemon = self.machine.start("unbound", lab.need("unbound"), "-d", "-p", "-c",
                                         self.conf)
        machines.wait_for(self._answers, f"the resolver of {self.machine.name}")

    def _answers(self):
        self.daemon.check_alive()
        return wire.exchange((self.machine.address, 53), "corp.example.", "SOA", 0.5) == (0, 1)

    def kill(self):
        self.daemon.stop()
