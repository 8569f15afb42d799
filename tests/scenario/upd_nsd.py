# SPDX-License-Identifier: BSD-2-Clause
"""NSD for the lab of updates: it does not know UPDATE at all."""

import lab
import updlab

_CONF = """server:
    ip-address: 127.0.0.1@{port}
    username: ""
    chroot: ""
    zonesdir: "{dir}"
    database: ""
    pidfile: "{dir}/nsd.pid"
    xfrdfile: "{dir}/xfrd.state"
    zonelistfile: "{dir}/zone.list"
    xfrdir: "{dir}"
    server-count: 1
remote-control:
    control-enable: no
key:
    name: "{name}"
    algorithm: {algorithm}
    secret: "{secret}"
zone:
    name: "{zone}"
    zonefile: "{zone}zone"
    provide-xfr: 127.0.0.1 NOKEY
"""


def rules():
    zone, folder, port = "static.nsd.test.", updlab.subdir("nsd"), lab.free_port()
    key = updlab.keys().granted()
    (folder / (zone + "zone")).write_text(updlab.zone_text(zone), encoding="ascii")
    path = folder / "nsd.conf"
    path.write_text(_CONF.format(dir=folder, port=port, zone=zone, name=key.name.rstrip("."),
                                 algorithm=key.algorithm, secret=key.base64), encoding="ascii")
    server = updlab.Authority("nsd", [lab.need("nsd"), "-d", "-c", str(path)], port, zone)
    server.zones = {"static": zone}
    return updlab.serves(server, zone)
