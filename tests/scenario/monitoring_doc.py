# SPDX-License-Identifier: BSD-2-Clause
"""Reads the blocks that docs/monitoring.md wants executed or put into files.

A fenced block belongs to the comment on the line before it:
    <!-- run: NAME -->         commands of a shell; lines after a "$ " line are what it prints
    <!-- file: /etc/... -->    the content of that file; "HOST:/etc/..." where hosts differ
A test asks for them by name, so that what is tested is what admins read.
"""

import re

import lab

PAGE = lab.SRCDIR / "docs" / "monitoring.md"
_BLOCK = re.compile(r"^<!-- (run|file): (\S+) -->\n+(`{3,})[^\n]*\n(.*?)^\3\n", re.M | re.S)


def _blocks():
    found = {}
    for kind, name, _, text in _BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if (kind, name) in found:
            raise AssertionError(f"{PAGE.name} has two blocks \"{kind}: {name}\"")
        found[kind, name] = text
    return found


def _block(kind, name, changes):
    text = _blocks().get((kind, name))
    if text is None:
        raise AssertionError(f"{PAGE.name} has no block \"{kind}: {name}\"")
    for old, new in (changes or {}).items():
        text = text.replace(old, str(new))
    return text


def names(kind, pattern=""):
    """The names of all blocks of a kind that match a pattern from their beginning."""
    return [name for k, name in _blocks() if k == kind and re.match(pattern, name)]


def file(path, changes=None):
    """The content of a file; changes: what stands there and what it is in the lab."""
    return _block("file", path, changes)


def commands(name, changes=None):
    """A block of commands as a shell script, without prompts and output."""
    text = _block("run", name, changes)
    lines = text.splitlines()
    if any(line.startswith("$ ") for line in lines):
        lines = [line[2:] for line in lines if line.startswith(("$ ", "> "))]
    return "\n".join(lines) + "\n"


def session(name, changes=None):
    """[(command, what it prints)] of a block with "$ " before each command."""
    found = []
    for line in _block("run", name, changes).splitlines():
        if line.startswith("$ "):
            found.append([line[2:], []])
        elif found:
            found[-1][1].append(line)
    return [(command, "\n".join(output)) for command, output in found]
