# SPDX-License-Identifier: BSD-2-Clause
"""Knot for the lab of updates: one zone for each kind of ACL."""

import lab
import updlab

_CONF = """server:
    rundir: "{dir}"
    listen: 127.0.0.1@{port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stdout
    any: info
database:
    storage: "{dir}"
key:
{keys}
acl:
  - id: transfer
    address: 127.0.0.1
    action: transfer
{acls}
zone:
{zones}
"""


def key_items(keys):
    return "\n".join(f"  - id: {key.name.rstrip('.')}\n    algorithm: {key.algorithm}\n"
                     f"    secret: {key.base64}" for key in keys)


def acl(name, keys, *more):
    """An ACL for updates by some keys; more are lines of it."""
    lines = [f"  - id: {name}", f"    key: [{', '.join(key.name.rstrip('.') for key in keys)}]",
             "    action: update", *("    " + line for line in more)]
    return "\n".join(lines)


def narrow(zone, owner=updlab.OWNER):
    return ("update-type: [SRV]", "update-owner: name", "update-owner-match: equal",
            f"update-owner-name: [{owner}{zone}]")


class Knot(updlab.Authority):
    """knotd; zones are {zone: names of ACLs}, acls the text of their definitions.

    order is a shell command that is run beside knot.conf before the start; if it leaves a file
    kms-srv.conf, that is included above the zones, because Knot reads references in order.
    """

    @staticmethod
    def _include(path, part):
        if part.exists():
            text = path.read_text(encoding="ascii")
            path.write_text(text.replace("\nzone:", f'\ninclude: "{part}"\nzone:'),
                            encoding="ascii")

    def __init__(self, zones, acls, keys, order=None):
        folder, port = updlab.subdir("knot"), lab.free_port()
        items = []
        for zone, names in zones.items():
            path = folder / (zone + "zone")
            path.write_text(updlab.zone_text(zone), encoding="ascii")
            items.append(f"  - domain: {zone}\n    file: \"{path}\"\n"
                         f"    acl: [{', '.join(['transfer', *names])}]\n"
                         "    journal-content: changes")
        path = folder / "knot.conf"
        path.write_text(_CONF.format(dir=folder, port=port, keys=key_items(keys),
                                     acls="\n".join(acls), zones="\n".join(items)),
                        encoding="ascii")
        if order is not None:
            updlab.command("sh", "-ec", order, cwd=folder)
            self._include(path, folder / "kms-srv.conf")
        super().__init__("knotd", [lab.need("knotd"), "-c", str(path)], port, next(iter(zones)))
        for zone in zones:
            updlab.serves(self, zone)


def rules():
    """The other keys may write elsewhere in the narrow zone, and nowhere in the wide one."""
    keys, zone = updlab.keys(), "narrow.knot.test."
    granted, other = keys.of("granted"), keys.of("other")
    server = Knot({zone: ["narrow", "aside"], "wide.knot.test.": ["wide"],
                   "static.knot.test.": []},
                  [acl("narrow", granted, *narrow(zone)), acl("wide", granted),
                   acl("aside", other, *narrow(zone, "elsewhere."))], granted + other)
    server.zones = {rule: f"{rule}.knot.test." for rule in ("narrow", "wide", "static")}
    return server
