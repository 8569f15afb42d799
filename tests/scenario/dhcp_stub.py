# SPDX-License-Identifier: BSD-2-Clause
"""A DHCP server that answers DHCPINFORM with options of one's choice: dhcp_stub.py IFACE CASE."""

import socket
import sys

ACK = b"\x35\x01\x05\x36\x04\x0a\x4d\x00\x01"
NAME = b"\x0f\x0chealthy.test"

# what follows the fixed fields; then what stands in the file and sname fields
CASES = {
    "plain": (ACK + NAME + b"\xff", b"", b""),
    "past-end": (ACK + NAME + b"\x06\x40\x0a\x4d", b"", b""),
    "split": (ACK + b"\x0f\x08healthy.\x0f\x04test\xff", b"", b""),
    "overload": (ACK + b"\x34\x01\x03\x0f\x08healthy.\xff", b"\x0f\x04test\xff",
                 b"\x06\x04\x0a\x4d\x00\x35\xff"),
    "loop": (ACK + NAME + b"\x77\x04\x01a\xc0\x00\xff", b"", b""),
    "overload-bad": (ACK + NAME + b"\x34\x01\x07\xff", b"", b""),
    "no-name": (ACK + b"\xff", b"", b""),
    "list": (ACK + b"\x0f\x1chealthy.test srv-absent.test\xff", b"", b""),
    "nak": (b"\x35\x01\x06" + NAME + b"\xff", b"", b""),
    "short": None,
}


def answer(request, case):
    if CASES[case] is None:
        return b"\x02" + request[1:100]
    options, file, sname = CASES[case]
    return (b"\x02" + request[1:44] + sname.ljust(64, b"\0") + file.ljust(128, b"\0") +
            b"\x63\x82\x53\x63" + options)


def main():
    interface, case = sys.argv[1], sys.argv[2]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sock.setsockopt(socket.SOL_SOCKET, 25, interface.encode() + b"\0")   # SO_BINDTODEVICE
        sock.bind(("0.0.0.0", 67))
        print("ready", flush=True)
        while True:
            request, client = sock.recvfrom(2048)
            if len(request) >= 240 and request[236:243] == b"\x63\x82\x53\x63\x35\x01\x08":
                sock.sendto(answer(request, case), (client[0], 68))


if __name__ == "__main__":
    main()
