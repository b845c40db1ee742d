"""Boxes of ISO/IEC 14496-12: made from bytes, walked in bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

CONTAINERS: Final = frozenset(
    {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"mvex", b"moof", b"traf", b"dinf"}
)


def box(kind: bytes, *parts: bytes) -> bytes:
    """One box."""
    body = b"".join(parts)
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def full(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """One full box."""
    return box(kind, bytes((version,)) + flags.to_bytes(3, "big"), *parts)


class Box(NamedTuple):
    """Where a box stands in the bytes that were walked."""

    kind: bytes
    start: int
    """Of the box."""
    body: int
    end: int


def walk(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """The boxes between two places; stops at the first that does not fit. Never raises."""
    end = len(data) if end is None else end
    while end - start >= 8:
        size, body = int.from_bytes(data[start : start + 4], "big"), start + 8
        if size == 1 and end - start >= 16:
            size, body = int.from_bytes(data[start + 8 : start + 16], "big"), start + 16
        if size < body - start or start + size > end:
            return
        yield Box(data[start + 4 : start + 8], start, body, start + size)
        start += size


def find(data: bytes, *path: bytes, start: int = 0, end: int | None = None) -> Box | None:
    """The first box at a path of kinds; None if there is none."""
    for each in walk(data, start, end):
        if each.kind == path[0]:
            if len(path) == 1:
                return each
            found = find(data, *path[1:], start=each.body, end=each.end)
            if found is not None:
                return found
    return None


def whole_boxes(data: bytes) -> int:
    """Bytes up to the end of the last whole fragment (``moof`` and its ``mdat``), or of the initial boxes.

    What stands behind is the torn end of a file whose writer was killed.
    """
    end = 0
    for each in walk(data):
        if each.kind != b"moof":
            end = each.end
    return end
