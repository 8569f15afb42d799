# SPDX-License-Identifier: BSD-2-Clause
"""A minimal registry hive: hive({"Key": ({"Value": (type, bytes)}, {"Subkey": ...})})."""

import struct

NONE = 0xFFFFFFFF


class _Bin:
    """Cells of the one bin; offsets count from its beginning."""

    def __init__(self):
        self.data = bytearray(32)    # its header, filled in at the end

    def cell(self, content):
        offset = len(self.data)
        size = (len(content) + 4 + 7) // 8 * 8
        self.data += struct.pack("<i", -size) + content.ljust(size - 4, b"\0")
        return offset

    def value(self, name, kind, data):
        name = name.encode("latin-1")
        if len(data) <= 4:
            size, place = len(data) | 0x80000000, struct.unpack("<I", data.ljust(4, b"\0"))[0]
        else:
            size, place = len(data), self.cell(data)
        return self.cell(b"vk" + struct.pack("<HIIIHH", len(name), size, place, kind, 1, 0) + name)

    def key(self, name, content, parent, is_root=False):
        values, subkeys = content
        offset = self.cell(b"nk" + bytes(74) + name.encode("latin-1"))
        children = [self.key(child, subkeys[child], offset) for child in
                    sorted(subkeys, key=str.upper)]
        listed = NONE
        if children:
            entries = b"".join(struct.pack("<I4s", at, child.encode("latin-1")[:4].ljust(4, b"\0"))
                               for at, child in zip(children, sorted(subkeys, key=str.upper)))
            listed = self.cell(b"lf" + struct.pack("<H", len(children)) + entries)
        held = [self.value(value, *values[value]) for value in values]
        value_list = self.cell(struct.pack(f"<{len(held)}I", *held)) if held else NONE
        fields = struct.pack("<HQIIIIIIIIIIIIIIIHH", 0x2C if is_root else 0x20, 0, 0, parent,
                             len(children), 0, listed, NONE, len(held), value_list, NONE, NONE,
                             64, 0, 64, 4096, 0, len(name), 0)
        self.data[offset + 6:offset + 6 + len(fields)] = fields
        return offset


def hive(content, values=None):
    """The bytes of a hive whose root holds these keys."""
    cells = _Bin()
    root = cells.key("root", (values or {}, content), NONE, is_root=True)
    size = (len(cells.data) + 8 + 4095) // 4096 * 4096
    free = size - len(cells.data)
    cells.data += struct.pack("<i", free).ljust(free, b"\0")
    cells.data[0:32] = b"hbin" + struct.pack("<IIQQI", 0, size, 0, 0, 0)
    head = b"regf" + struct.pack("<IIQIIIIIII", 1, 1, 0, 1, 3, 0, 1, root, size, 1)
    head = head.ljust(508, b"\0")
    checksum = 0
    for word in struct.unpack("<127I", head):
        checksum ^= word
    return (head + struct.pack("<I", checksum)).ljust(4096, b"\0") + bytes(cells.data)
