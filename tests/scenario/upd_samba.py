# SPDX-License-Identifier: BSD-2-Clause
"""A Samba domain controller with its internal DNS server, for the lab of updates."""

import os
import subprocess
import time

import lab
import tap
import updlab

REALM, ADDRESS, PORT = "corp.example", "10.53.0.10", 53
_TOOL = "samba-tool"


def _interface():
    """A veth pair: Samba does not take the loopback interface alone."""
    subprocess.run(["ip", "link", "add", "vdc0", "type", "veth", "peer", "name", "vdc1"],
                   check=True, capture_output=True)
    subprocess.run(["ip", "addr", "add", f"{ADDRESS}/24", "dev", "vdc1"], check=True)
    for name in ("vdc0", "vdc1"):
        subprocess.run(["ip", "link", "set", name, "up"], check=True)


def _provision(folder):
    if os.getuid() != 0:
        raise tap.Skip("Samba needs root")
    done = updlab.command(
        lab.need(_TOOL), "domain", "provision", f"--realm={REALM.upper()}", "--domain=CORP",
        "--server-role=dc", "--dns-backend=SAMBA_INTERNAL", "--adminpass=Passw0rd.of.the.lab",
        "--host-name=dc1", f"--host-ip={ADDRESS}", f"--targetdir={folder}",
        f"--option=posix:eadb={folder}/eadb.tdb", "--option=interfaces=vdc1 lo",
        "--option=bind interfaces only=yes", check=False, timeout=180)
    if done.returncode != 0:
        raise tap.Skip("Samba cannot be provisioned here: "
                       + done.stderr.decode(errors="replace")[-300:])
    conf = folder / "etc" / "smb.conf"
    lines = conf.read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if "dns forwarder" not in line]
    # else in /run, where another lab may have its own
    lines.insert(lines.index("[global]") + 1, f"\tpid directory = {folder}")
    conf.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return conf


def rules():
    program, folder = lab.need("samba"), updlab.subdir("samba")
    lab.need(_TOOL)
    _interface()
    conf = _provision(folder)
    server = updlab.Authority("samba", [program, "-i", "-M", "single", "-s", str(conf),
                                        "--no-process-group"], PORT, REALM + ".", ADDRESS)
    server.zones = {"directory": REALM + "."}
    updlab.serves(server, REALM + ".", seconds=60)
    _settle(server)
    return server


def _settle(server, seconds=30):
    """Waits until Samba has written its own records."""
    end, last, since = time.monotonic() + seconds, None, time.monotonic()
    while time.monotonic() < end and time.monotonic() - since < 2:
        now = updlab.serial(server, REALM + ".")
        if now != last:
            last, since = now, time.monotonic()
        time.sleep(0.2)
