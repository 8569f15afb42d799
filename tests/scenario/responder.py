# SPDX-License-Identifier: BSD-2-Clause
"""A DNS server that answers badly, slowly or not at all, on 127.0.0.1 over UDP and TCP.

The label before the suffix (default hostile.test.) chooses the behaviour: in
_vlmcs._tcp.loop.hostile.test. it is "loop". A number after a dash is its argument, as in
"delay-50". MODES in misbehave.py lists them. Names outside the suffix do not exist.
"""

import argparse
import asyncio
import struct
import sys

import misbehave
import wire


class Responder:
    """State of one server: options, counters of tries, the UDP transport."""

    def __init__(self, options):
        self.options = options
        self.suffix = wire.text_name(wire.decode_name(wire.encode_name(options.suffix), 0)[0])
        self.seen = {}
        self.late = {}
        self.udp = None
        self.other = None

    def mode_of(self, question):
        """(mode, argument, domain) of a question."""
        if not question.name.endswith("." + self.suffix):
            return "outside", 0, question.name
        labels = question.name[:-len(self.suffix) - 1].split(".")
        word, dash, number = labels[-1].rpartition("-")
        domain = labels[-1] + "." + self.suffix
        mode = self.options.mode or (word if dash and number.isdigit() else labels[-1])
        return mode, int(number) if dash and number.isdigit() else 0, domain

    def count(self, question):
        """How often this very question came before."""
        key = (question.name, question.rtype)
        self.seen[key] = self.seen.get(key, 0) + 1
        return self.seen[key] - 1

    async def answer(self, message, over_tcp, addr=None):
        """The list of datagrams (or TCP messages) to send back."""
        try:
            question = wire.Question(message)
        except (ValueError, IndexError, struct.error):
            return []
        if self.options.edns and question.has_edns and question.name != "ready.check.":
            return misbehave.EDNS[self.options.edns](misbehave.Ask(question, 0, "", over_tcp, self))
        mode, number, domain = self.mode_of(question)
        ask = misbehave.Ask(question, number, domain, over_tcp, self, addr)
        if mode == "delay" or self.options.latency_ms:
            await asyncio.sleep((number if mode == "delay" else self.options.latency_ms) / 1000)
        return misbehave.respond(mode, ask)


class Udp(asyncio.DatagramProtocol):
    def __init__(self, responder):
        self.responder = responder
        self.tasks = set()

    def connection_made(self, transport):
        self.responder.udp = transport

    def datagram_received(self, data, addr):
        task = asyncio.ensure_future(self._serve(data, addr))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _serve(self, data, addr):
        for reply in await self.responder.answer(data, False, addr):
            via = self.responder.udp
            if isinstance(reply, misbehave.OtherPort):
                via = self.responder.other
            via.sendto(bytes(reply), getattr(reply, "addr", addr))


async def serve_tcp(responder, reader, writer):
    try:
        while True:
            size = struct.unpack("!H", await reader.readexactly(2))[0]
            replies = await responder.answer(await reader.readexactly(size), True)
            for reply in replies:
                writer.write(struct.pack("!H", len(reply)) + bytes(reply))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def serve(options):
    loop, responder = asyncio.get_running_loop(), Responder(options)
    await loop.create_datagram_endpoint(lambda: Udp(responder),
                                        local_addr=("127.0.0.1", options.port))
    port = responder.udp.get_extra_info("sockname")[1]
    responder.other, _ = await loop.create_datagram_endpoint(
        asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0))
    if not options.no_tcp:
        await asyncio.start_server(lambda r, w: serve_tcp(responder, r, w), "127.0.0.1", port)
    print(port, flush=True)
    await asyncio.Event().wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--suffix", default="hostile.test.")
    parser.add_argument("--mode", help="this behaviour for every name")
    parser.add_argument("--latency-ms", type=float, default=0)
    parser.add_argument("--no-tcp", action="store_true", help="refuse TCP")
    parser.add_argument("--edns", choices=sorted(misbehave.EDNS),
                        help="what every question with EDNS gets")
    parser.add_argument("--rewrite", action="store_true",
                        help="answer A of every name with 203.0.113.1")
    try:
        asyncio.run(serve(parser.parse_args()))
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
