# SPDX-License-Identifier: BSD-2-Clause
"""A file system that hangs: mounted through /dev/fuse, it takes requests and never answers, as a
dead NFS server does. Who waits for it cannot be interrupted, nor even killed, until it is gone."""

import ctypes
import os
import pathlib
import select
import stat
import struct
import threading

import lab
import tap

INIT = 26
_HEADER = struct.Struct("<IIQQIIII")
_libc = ctypes.CDLL(None, use_errno=True)


class HangingFs:
    """A folder below which every name hangs; close() lets all that wait go."""

    def __init__(self):
        self.folder = pathlib.Path(lab.tempdir()) / "hanging"
        self.folder.mkdir(exist_ok=True)
        try:
            self.device = os.open(self._node(), os.O_RDWR | os.O_NONBLOCK)
        except OSError as error:
            raise tap.Skip(f"/dev/fuse cannot be opened: {error}") from None
        options = f"fd={self.device},rootmode=40000,user_id=0,group_id=0,allow_other"
        if _libc.mount(b"hang", os.fsencode(self.folder), b"fuse", 0, options.encode()) != 0:
            raise tap.Skip(f"fuse cannot be mounted: {os.strerror(ctypes.get_errno())}")
        self.seen, self.is_over = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    @staticmethod
    def _node():
        """/dev/fuse, or one of our own where a chroot has none."""
        if os.path.exists("/dev/fuse"):
            return "/dev/fuse"
        path = os.path.join(lab.tempdir(), "fuse")
        if not os.path.exists(path):
            os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(10, 229))
        return path

    def _serve(self):
        """Answers the greeting; every later request is read, and that is all."""
        while not self.is_over.is_set():
            if not select.select([self.device], [], [], 0.05)[0]:
                continue
            request = os.read(self.device, 1 << 18)
            _, opcode, unique = _HEADER.unpack_from(request)[:3]
            if opcode == INIT:
                body = struct.pack("<IIIIHHIIHHI28x", 7, 31, 65536, 0, 12, 9, 65536, 1, 16, 0, 0)
                os.write(self.device, struct.pack("<IiQ", 16 + len(body), 0, unique) + body)
            else:
                self.seen.set()

    def path(self, name):
        return self.folder / name

    def close(self):
        """Ends the connection: those that wait get an error."""
        self.is_over.set()
        self.thread.join()
        os.close(self.device)
        _libc.umount2(os.fsencode(self.folder), 2)  # MNT_DETACH
