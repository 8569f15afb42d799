# SPDX-License-Identifier: BSD-2-Clause
"""Machines for monitoring systems: each has a network, a host name and mounts of its own.

A machine keeps its own copy of the folders that a daemon reads and writes (/etc/icinga2 ...), put
in place of the real ones by mounts that nobody else sees. So commands and files from
docs/monitoring.md are used as they stand there, and nothing of this computer is touched.
"""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import time

import lab
import monitoring_doc
import tap

PLUGINS = pathlib.Path("/usr/lib/nagios/plugins")
DONE = set()     # blocks of docs/monitoring.md that were executed
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8",
               "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"}
# the packages have to be there: the lab has no network
_APT_GET = """for word; do
    case $word in
    install | -*) ;;
    *) dpkg-query -W -f '${db:Status-Abbrev}' "$word" | grep -q '^ii' || exit 100 ;;
    esac
done
"""
NETWORK = "203.0.113"
PATIENCE = 60    # seconds until a condition that has to come counts as never coming


def wait_for(condition, what, seconds=PATIENCE):
    """Polls until condition() gives something true, and returns that."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come within {seconds} s")
        time.sleep(0.1)


def children(pid):
    """The living children of a process."""
    try:
        tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def tree(pid):
    """A process and all below it, the deepest last."""
    found = [pid]
    for one in found:
        found += children(one)
    return found


class Daemon:
    """A process that runs until stop(); its output is in self.logfile."""

    def __init__(self, name, command, logfile, **options):
        self.name, self.logfile = name, pathlib.Path(logfile)
        with open(self.logfile, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT, **options)
        lab.keep(self)

    def log(self):
        return self.logfile.read_text(errors="replace")[-6000:]

    def check_alive(self):
        if self.process.poll() is not None:
            raise AssertionError(f"{self.name} ended with {self.process.returncode}\n{self.log()}")

    def stop(self):
        below = self._below()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                below = self._below()
                self.process.kill()
                self.process.wait()
        for pid, begun in below.items():
            if begun is not None and _begun(pid) == begun:
                os.kill(pid, 9)    # it outlived its parent
        lab.forget(self)

    def _below(self):
        return {pid: _begun(pid) for pid in tree(self.process.pid)[1:]}


def _begun(pid):
    """When a living process began: with its number, it is no other one."""
    try:
        words = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return None if words[0] == "Z" else words[19]
    except OSError:
        return None


def _ip(*words):
    subprocess.run(["ip", *map(str, words)], check=True, capture_output=True)


def _switch():
    """The cables of all machines end here, and the lab's namespace listens."""
    if "switch" not in [name for _, name in socket.if_nameindex()]:
        try:
            _ip("link", "add", "switch", "type", "bridge")
        except subprocess.CalledProcessError as error:
            raise tap.Skip(f"no bridge can be made here: {error.stderr.decode()}") from None
        _ip("addr", "add", f"{NETWORK}.254/24", "dev", "switch")
        _ip("link", "set", "switch", "up")


class Machine:
    """A computer: namespaces that a sleeping process keeps open."""

    def __init__(self, name, number, *folders):
        self.name, self.address = name, f"{NETWORK}.{number}"
        self.dir = pathlib.Path(lab.tempdir()) / name
        self.dir.mkdir()
        self.folders, self.services = [], {}
        self.holder = Daemon(f"the namespaces of {name}", [
            "unshare", "--net", "--mount", "--uts", "sh", "-c", "echo open; exec sleep 100000"],
            self.dir / "holder.log")
        wait_for(lambda: self.holder.log() or self.holder.check_alive(), "a namespace")
        # -r -w: where all of this runs in a chroot, the namespace alone leads out of it
        self.enter = ["nsenter", "-t", str(self.holder.process.pid), "-n", "-m", "-u", "-r",
                      "-w", "--"]
        self._connect(number)
        for folder in folders:
            self.mount(folder)
        self.write("/etc/hosts", f"127.0.0.1 localhost\n{self.address} {name}\n")
        self.run("hostname", name)

    def _connect(self, number):
        """A cable to the switch; whatever is no machine is in the lab's own namespace."""
        _switch()
        _ip("link", "add", f"m{number}", "type", "veth", "peer", "name", "net0", "netns",
            self.holder.process.pid)
        _ip("link", "set", f"m{number}", "master", "switch", "up")
        for words in ("link set lo up", f"addr add {self.address}/24 dev net0",
                      "link set net0 up", f"route add default via {NETWORK}.254"):
            self.run("ip", *words.split())

    def own(self, path):
        """Where a file of this machine is, seen from the lab."""
        return self.dir / path.lstrip("/")

    def mount(self, folder):
        """Puts a copy of a folder in place of the real one."""
        copy = self.own(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["cp", "-a", folder, str(copy)], capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            raise tap.Skip(f"{folder} cannot be copied; are we root? {done.stderr.strip()}")
        self.run("mount", "--bind", copy, folder)
        self.folders.append(folder + "/")

    def write(self, path, text):
        """Writes a file; one outside of the machine's own folders is put over the real one."""
        own = self.own(path)
        own.parent.mkdir(parents=True, exist_ok=True)
        fresh = not own.exists()
        own.write_text(text)
        if fresh and not path.startswith(tuple(self.folders)):
            self.run("mount", "--bind", own, path)

    def run(self, *command, check=True, timeout=120, **options):
        done = subprocess.run([*self.enter, *map(str, command)], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False, timeout=timeout, **options)
        if check and done.returncode != 0:
            raise AssertionError(f"{self.name}: {' '.join(map(str, command))} ended with "
                                 f"{done.returncode}\n{done.stdout}")
        return done

    def start(self, name, *command, **options):
        return Daemon(f"{name} of {self.name}", [*self.enter, *map(str, command)],
                      self.dir / f"{name}.log", **options)

    def install_plugin(self):
        """What "make install" puts below /usr/local, the plugin where docs/monitoring.md puts it.
        Copies, because daemons that give up root cannot enter the folders of the build."""
        local = self.own("/usr/local")
        (local / "bin").mkdir(parents=True)
        shutil.copy(lab.KMSDNS, local / "bin")
        shutil.copy(lab.BUILDDIR / "check_kmsdns", local / "bin")
        shutil.copytree(lab.SRCDIR / "contrib", local / "share" / "kmsdns")
        self.stand_in("apt-get", _APT_GET)
        self.stand_in("systemctl", 'echo "$@" >>/usr/local/systemctl.log\n')
        self.run("mount", "--bind", local, "/usr/local")
        self.mount(str(PLUGINS))
        self.do("plugin-link")

    def stand_in(self, name, script):
        """A program of this machine in place of one that the lab cannot have."""
        path = self.own("/usr/local/bin") / name
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(0o755)

    def _restart_services(self):
        """What systemctl was asked for."""
        log = self.own("/usr/local/systemctl.log")
        for line in log.read_text().splitlines() if log.exists() else []:
            self.services[line]()
        log.unlink(missing_ok=True)

    def do(self, name):
        """Executes a block of commands of docs/monitoring.md, here; what it shows has to come out.
        Returns all that was printed."""
        DONE.add(name)
        session = monitoring_doc.session(name)
        for command, shown in session:
            told = self._shell(command, check=False)
            tap.equal(_without_times(told), _without_times(shown + "\n"), command)
        told = "" if session else self._shell("set -e\n" + monitoring_doc.commands(name))
        self._restart_services()
        return told

    def _shell(self, script, check=True):
        return self.run("sh", "-c", f"cd {self.dir}\n{script}", check=check,
                        env=ENVIRONMENT).stdout


def check_executed(kinds):
    """All blocks of docs/monitoring.md whose names begin so were executed by this script."""
    left = set(monitoring_doc.names("run", kinds)) - DONE
    tap.true(not left, f"nobody executed {left}")


def _without_times(text):
    text = re.sub(r"=\d+(\.\d+)?s", "=Ns", text)
    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "WHEN", text)
