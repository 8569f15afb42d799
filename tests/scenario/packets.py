# SPDX-License-Identifier: BSD-2-Clause
"""Recorded packets: what real name servers answered, kept in tests/data/packets, answered again.

A recording is {"NAME TYPE": reply in hexadecimal}. The first label of random names, which differs
from run to run and has always the same length, is * in the key."""

import json
import re
import socket
import struct
import threading

import lab
import wire

FOLDER = lab.SRCDIR / "tests" / "data" / "packets"
_RANDOM = re.compile(r"^kmsdns-[0-9a-f]{16}\.")


def key_of(message):
    question = wire.Question(message)
    return f"{_RANDOM.sub('*.', question.name)} {question.rtype}"


class _Port:
    """A UDP socket on loopback and a thread that answers on it."""

    def __init__(self):
        self.sock = socket.socket(type=socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.ns_port = self.sock.getsockname()[1]
        self.at = f"127.0.0.1:{self.ns_port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            message, client = self.sock.recvfrom(65535)
            reply = self.answer(message)
            if reply is not None:
                self.sock.sendto(reply, client)


class Recorder(_Port):
    """Stands before a server of the lab and keeps what it answers."""

    def __init__(self, server):
        self.server, self.kept = server, {}
        super().__init__()

    def answer(self, message):
        with socket.socket(type=socket.SOCK_DGRAM) as sock:
            sock.settimeout(5)
            sock.sendto(message, ("127.0.0.1", self.server.port))
            reply = sock.recv(65535)
        self.kept[key_of(message)] = reply.hex()
        return reply

    def save(self, name):
        FOLDER.mkdir(exist_ok=True)
        text = json.dumps(self.kept, indent=1, sort_keys=True)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="ascii")


class Replay(_Port):
    """Answers what was recorded under a name, and nothing else."""

    def __init__(self, name):
        text = (FOLDER / f"{name}.json").read_text(encoding="ascii")
        self.kept = {key: bytes.fromhex(reply) for key, reply in json.loads(text).items()}
        super().__init__()

    def answer(self, message):
        reply = self.kept.get(key_of(message))
        if reply is None:
            return None
        end = wire.decode_name(message, 12)[1] + 4
        # its ID and its question, with the random label of this run
        return struct.pack("!H", struct.unpack_from("!H", message)[0]) + reply[2:12] + \
            message[12:end] + reply[end:]
