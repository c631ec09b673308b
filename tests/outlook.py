"""Builders of messages as Outlook saves them: OLE containers with storages and small streams ([MS-CFB], [MS-OXMSG])."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Tree: TypeAlias = "Mapping[str, bytes | Tree]"

_SECTOR, _SMALL = 512, 64
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SENT = 134_140_752_000_000_000
"""28 January 2026, 12:00 UTC, in steps of 100 ns since 1601."""


def container(tree: Tree) -> bytes:
    """An OLE container of these storages and streams, all of which lie in its stream of small sectors."""
    entries: list[list[object]] = [["Root Entry", 5, _FREE, _FREE, _END, 0]]
    small, chain = bytearray(), []
    _add(tree, 0, entries, small, chain)
    directory = -(-len(entries) // 4)
    table = -(-4 * len(chain) // _SECTOR)
    stream = -(-len(small) // _SECTOR)
    entries[0][4:] = [1 + directory + table, len(small)]
    fat = [_FAT]
    for length in (directory, table, stream):
        fat += [*range(len(fat) + 1, len(fat) + length), _END] if length else []
    assert len(fat) <= _SECTOR // 4
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, 1 + directory, table, _END, 0, 0)
    sectors = [
        struct.pack(f"<{len(fat)}I", *fat).ljust(_SECTOR, b"\xff"),
        b"".join(map(_entry, entries)).ljust(directory * _SECTOR, b"\0"),
        struct.pack(f"<{len(chain)}I", *chain).ljust(table * _SECTOR, b"\xff"),
        bytes(small).ljust(stream * _SECTOR, b"\0"),
    ]
    return header.ljust(_SECTOR, b"\xff") + b"".join(sectors)


def _add(tree: Tree, parent: int, entries: list[list[object]], small: bytearray, chain: list[int]) -> None:
    before = None
    for name, content in tree.items():
        index = len(entries)
        if before is None:
            entries[parent][3] = index
        else:
            entries[before][2] = index  # each is the right brother of the one before
        before = index
        if isinstance(content, bytes):
            entries.append([name, 2, _FREE, _FREE, len(chain) if content else _END, len(content)])
            count = -(-len(content) // _SMALL)
            chain += [*range(len(chain) + 1, len(chain) + count), _END] if count else []
            small += content.ljust(count * _SMALL, b"\0")
        else:
            entries.append([name, 1, _FREE, _FREE, 0, 0])
            _add(content, index, entries, small, chain)


def _entry(parts: Sequence[object]) -> bytes:
    name, kind, right, child, start, size = parts
    raw = (str(name) + "\0").encode("utf-16-le")
    tree = struct.pack("<HBBIII", len(raw), kind, 1, _FREE, right, child)
    return raw.ljust(64, b"\0") + tree + bytes(36) + struct.pack("<IQ", start, size)


def properties(head: int, values: Mapping[int, int]) -> bytes:
    """A list of properties with whole numbers as values."""
    return bytes(head) + b"".join(struct.pack("<HHIQ", 3, which, 6, value) for which, value in values.items())


def message(
    texts: Mapping[int, str],
    *,
    head: int = 32,
    people: Sequence[tuple[int, str, str]] = (),
    attached: Sequence[Tree] = (),
    values: Mapping[int, int] | None = None,
    raw: Tree | None = None,
) -> dict[str, bytes | Tree]:
    """The storages and streams of a message. `people` are (1 to or 2 cc, name, address)."""
    tree: dict[str, bytes | Tree] = {
        "__nameid_version1.0": {"__substg1.0_00020102": b""},
        "__properties_version1.0": properties(head, {0x0039: _SENT, **(values or {})}),
        **wide(texts),
        **(raw or {}),
    }
    for number, (role, name, address) in enumerate(people):
        tree[f"__recip_version1.0_#{number:08X}"] = {
            "__properties_version1.0": properties(8, {0x0C15: role}),
            **wide({0x3001: name, 0x39FE: address}),
        }
    for number, one in enumerate(attached):
        tree[f"__attach_version1.0_#{number:08X}"] = one
    return tree


def attachment(name: str, content: bytes) -> Tree:
    """The storage of an attached file."""
    return {
        "__properties_version1.0": properties(8, {}),
        "__substg1.0_37010102": content,
        **wide({0x3707: name}),
    }


def attached_message(inner: Tree) -> Tree:
    """The storage of an attached message."""
    return {"__properties_version1.0": properties(8, {}), "__substg1.0_3701000D": inner}


def wide(texts: Mapping[int, str]) -> dict[str, bytes]:
    """Texts as streams of UTF-16."""
    return {f"__substg1.0_{which:04X}001F": text.encode("utf-16-le") for which, text in texts.items()}
