# SPDX-License-Identifier: BSD-2-Clause
"""BIND for the lab of updates: one zone for each way to permit a change."""

import lab
import updlab
import upd_tsig

_CONF = """options {{
    directory "{dir}"; pid-file "{dir}/named.pid"; session-keyfile "{dir}/session.key";
    listen-on port {port} {{ {address}; }}; listen-on-v6 {{ none; }};
    recursion no; dnssec-validation no; empty-zones-enable no; allow-query {{ any; }};
    allow-transfer {{ any; }}; notify {notify}; {extra}
}};
key "control" {{ algorithm hmac-sha256; secret "{secret}"; }};
controls {{ inet {address} port {control} allow {{ any; }} keys {{ control; }}; }};
{keys}
"""


def key_statements(keys):
    return "\n".join(f'key "{key.name.rstrip(".")}" {{ algorithm {key.algorithm}; '
                     f'secret "{key.base64}"; }};' for key in keys)


def one_of(keys):
    """{ key a; key b; } of an address match list."""
    return "{ " + " ".join(f'key "{key.name.rstrip(".")}";' for key in keys) + " }"


def narrow(zone, keys):
    return "update-policy { " + " ".join(
        f'grant "{key.name.rstrip(".")}" name {updlab.OWNER}{zone} SRV;' for key in keys) + " };"


class Named(updlab.Authority):
    """named with a control channel; zones are {zone: (statements, text or None)}."""

    def __init__(self, zones, keys=(), address="127.0.0.1", port=None, body=None, **options):
        self.folder = updlab.subdir("named")
        self.control = (address, lab.free_port())
        self.secret = upd_tsig.Key.new("control.")
        port = port or lab.free_port()
        conf = _CONF.format(dir=self.folder, port=port, address=address,
                            control=self.control[1], secret=self.secret.base64,
                            keys=key_statements(keys), notify=options.get("notify", "no"),
                            extra=options.get("extra", ""))
        for zone, (statements, text) in zones.items():
            conf += self.zone(zone, statements, text)
        path = self.folder / "named.conf"
        path.write_text(conf + (body(self) if body else ""), encoding="ascii")
        super().__init__("named", [lab.need("named"), "-g", "-n", "1", "-c", str(path)], port,
                         options.get("probe") or next(iter(zones)), address)

    def zone(self, zone, statements, text, name=None):
        """A zone statement; the text goes into a file of its own."""
        path = self.folder / ((name or zone) + "zone")
        if text is not None:
            path.write_text(text, encoding="ascii")
        return f'zone "{zone}" {{ file "{path}"; {statements} }};\n'

    def rndc(self, *words):
        conf = self.folder / "rndc.key"
        self.secret.write(conf)
        updlab.command(lab.need("rndc"), "-k", conf, "-s", self.control[0], "-p",
                       self.control[1], "-y", "control", *words)


def rules():
    """The primary with every rule; rules are the first labels of its zones."""
    keys = updlab.keys()
    granted, known = keys.of("granted"), keys.of("granted") + keys.of("other")
    wanted = {
        "policy": narrow("policy.bind.test.", granted),
        "allow": f"allow-update {one_of(granted)};",
        "static": "",
        "open": "allow-update { any; };",
        "frozen": f"allow-update {one_of(granted)};",
        "forward": f"allow-update {one_of(granted)};",
        "nofwd": f"allow-update {one_of(granted)};",
    }
    zones = {f"{rule}.bind.test.": (f"type primary; {statement}",
                                    updlab.zone_text(f"{rule}.bind.test."))
             for rule, statement in wanted.items()}
    server = Named(zones, known)
    server.zones = {rule: f"{rule}.bind.test." for rule in wanted}
    server.rndc("freeze", "frozen.bind.test")
    return server


def secondary():
    """A secondary of rules(): it forwards updates of forward., not of nofwd."""
    primary = lab.once(rules)
    source = f"type secondary; primaries port {primary.port} {{ {primary.address}; }};"
    server = Named({
        "forward.bind.test.": (f"{source} allow-update-forwarding {{ any; }};", None),
        "nofwd.bind.test.": (source, None),
    }, updlab.keys().of("granted") + updlab.keys().of("other"))
    server.zones = {"forward": "forward.bind.test.", "nofwd": "nofwd.bind.test."}
    return updlab.serves(server, *server.zones.values())


def views():
    """The granted keys see a dynamic zone, everybody else a static one of the same name."""
    keys = updlab.keys()
    granted, zone = keys.of("granted"), "views.bind.test."

    def body(server):
        text = updlab.zone_text(zone)
        dynamic = server.zone(zone, f"type primary; allow-update {one_of(granted)};", text,
                              "inner-")
        static = server.zone(zone, "type primary;", text.replace("SRV 0 0 1688", "SRV 5 0 1688"),
                             "outer-")
        return (f'view "inner" {{ match-clients {one_of(granted)}; {dynamic} }};\n'
                f'view "outer" {{ match-clients {{ any; }}; {static} }};\n')

    server = Named({}, granted + keys.of("other"), body=body, probe=zone)
    server.zones = {"views": zone}
    return server


class Pair:
    """A primary and a secondary of one zone on the same port, as --dns-port needs it."""

    def __init__(self, zone, follows=True):
        keys, port = updlab.keys().of("granted"), lab.free_port()
        text = updlab.zone_text(zone, ("127.0.0.1", "127.0.0.2"))
        self.zone, self.follows = zone, follows
        self.primary = Named({zone: (
            f"type primary; allow-update {one_of(keys)}; also-notify {{ 127.0.0.2 port {port}; }}; "
            "notify-source 127.0.0.1;",
            text)}, keys, port=port, notify="explicit", extra="notify-delay 0;")
        source = f"type secondary; primaries port {port} {{ 127.0.0.1; }};"
        static = "type primary;"
        self.secondary = Named({zone: (source if follows else static,
                                       None if follows else text)},
                               address=updlab.loopback("127.0.0.2"), port=port)
        updlab.serves(self.secondary, zone)

    def stop(self):
        self.primary.stop()
        self.secondary.stop()
