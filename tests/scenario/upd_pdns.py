# SPDX-License-Identifier: BSD-2-Clause
"""PowerDNS with SQLite for the lab of updates: one zone for each kind of metadata."""

import os
import sqlite3

import lab
import tap
import updlab

_CONF = """launch=gsqlite3
gsqlite3-database={dir}/zones.sqlite
local-address=127.0.0.1
local-port={port}
socket-dir={dir}
setuid=
setgid=
dnsupdate={dnsupdate}
allow-dnsupdate-from=
cache-ttl=0
query-cache-ttl=0
negquery-cache-ttl=0
zone-cache-refresh-interval=0
zone-metadata-cache-ttl=0
disable-axfr=no
allow-axfr-ips=127.0.0.0/8
webserver=no
guardian=no
daemon=no
{more}
"""
SCHEMA = "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql"

# every record is dropped, and the answer is still NOERROR
DROP = """function updatepolicy(input)
    return false
end
"""


class Pdns(updlab.Authority):
    """pdns_server; zones are {zone: {kind of metadata: values}}.

    order is a shell command that is run before the start, with pdnsutil for this server, in the
    folder that has the script of the policy.
    """

    def __init__(self, zones, keys, dnsupdate="yes", policy=None, order=None):
        program, util = lab.need("pdns_server"), lab.need("pdnsutil")
        folder, port = updlab.subdir("pdns"), lab.free_port()
        more = f"lua-dnsupdate-policy-script={folder}/kms.lua" if policy or order else ""
        (folder / "kms.lua").write_text(policy or "", encoding="ascii")
        (folder / "pdns.conf").write_text(
            _CONF.format(dir=folder, port=port, dnsupdate=dnsupdate, more=more), encoding="ascii")
        self.util = [util, f"--config-dir={folder}"]
        self._fill(folder, zones, keys)
        if order is not None:
            self._obey(folder, order)
        super().__init__("pdns", [program, f"--config-dir={folder}"], port, next(iter(zones)))
        updlab.serves(self, *zones)

    def _obey(self, folder, order):
        wrapper = folder / "bin" / "pdnsutil"
        wrapper.parent.mkdir()
        wrapper.write_text(f'#!/bin/sh\nexec {" ".join(self.util)} "$@"\n', encoding="ascii")
        wrapper.chmod(0o755)
        path = f"{wrapper.parent}:{os.environ.get('PATH', '')}"
        updlab.command("sh", "-ec", order, cwd=folder, env=os.environ | {"PATH": path})

    def _fill(self, folder, zones, keys):
        try:
            with open(SCHEMA, encoding="ascii") as schema:
                text = schema.read()
        except OSError as error:
            raise tap.Skip(f"pdns-backend-sqlite3 is not installed: {error}") from None
        base = sqlite3.connect(folder / "zones.sqlite")
        base.executescript(text)
        for key in keys:
            base.execute("INSERT INTO tsigkeys (name, algorithm, secret) VALUES (?, ?, ?)",
                         (key.name.rstrip("."), key.algorithm, key.base64))
        base.commit()
        base.close()
        for zone, metadata in zones.items():
            path = folder / (zone + "zone")
            path.write_text(updlab.zone_text(zone), encoding="ascii")
            updlab.command(*self.util, "load-zone", zone.rstrip("."), path)
            for kind, values in metadata.items():
                updlab.command(*self.util, "set-meta", zone.rstrip("."), kind, *values)


def permits(keys):
    return {"TSIG-ALLOW-DNSUPDATE": [key.name.rstrip(".") for key in keys],
            "ALLOW-DNSUPDATE-FROM": ["127.0.0.0/8"]}


def rules():
    keys = updlab.keys()
    granted = keys.of("granted")
    server = Pdns({
        "meta.pdns.test.": permits(granted),
        "static.pdns.test.": {},
        "open.pdns.test.": {"ALLOW-DNSUPDATE-FROM": ["127.0.0.0/8"]},
    }, granted + keys.of("other"))
    server.zones = {rule: f"{rule}.pdns.test." for rule in ("meta", "static", "open")}
    return server


def off():
    """dnsupdate=no."""
    keys = updlab.keys().of("granted")
    server = Pdns({"off.pdns.test.": permits(keys)}, keys, dnsupdate="no")
    server.zones = {"off": "off.pdns.test."}
    return server


def silent():
    """A Lua policy that drops every record and says NOERROR."""
    keys = updlab.keys().of("granted")
    server = Pdns({"lua.pdns.test.": permits(keys)}, keys, policy=DROP)
    server.zones = {"lua": "lua.pdns.test."}
    return server
