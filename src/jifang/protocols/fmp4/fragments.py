"""Fragments: ``moof`` and ``mdat``, one per picture for live viewers, one per GOP for files."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final, NamedTuple

from jifang.protocols.fmp4.boxes import Box, box, find, full, walk

KEY: Final = 0x02000000
"""Sample flags: depends on no other."""
NOT_KEY: Final = 0x01010000
"""Depends on others, is no sync sample."""
MAX_DURATION: Final = 0xFFFFFFFF


class Sample(NamedTuple):
    """One picture or some sound. ``duration`` in ticks of the track; ``offset`` of display for B frames."""

    data: bytes
    duration: int
    key: bool = True
    offset: int = 0


class Run(NamedTuple):
    """Samples of one track, the first at ``time`` (ticks of the track since the file began)."""

    track: int
    time: int
    samples: Sequence[Sample]


def fragment(number: int, runs: Sequence[Run]) -> bytes:
    """One fragment; ``number`` counts from 1. Raises ValueError for a negative time or duration."""
    runs = [run for run in runs if run.samples]
    for run in runs:
        if run.time < 0 or any(not 0 <= sample.duration <= MAX_DURATION for sample in run.samples):
            raise ValueError(f"track {run.track}: times and durations run from 0 up")
    # The size of moof does not depend on the offsets in it.
    size = len(_moof(number, runs, 0))
    head = _moof(number, runs, size + 8)
    data = [sample.data for run in runs for sample in run.samples]
    length = 8 + sum(map(len, data))
    return b"".join((head, length.to_bytes(4, "big"), b"mdat", *data))


def _moof(number: int, runs: Sequence[Run], offset: int) -> bytes:
    parts = [full(b"mfhd", 0, 0, number.to_bytes(4, "big"))]
    for run in runs:
        parts.append(_traf(run, offset))
        offset += sum(len(sample.data) for sample in run.samples)
    return box(b"moof", *parts)


def _traf(run: Run, offset: int) -> bytes:
    shifted = any(sample.offset for sample in run.samples)
    flags = 0x000701 | (0x800 if shifted else 0)
    if shifted:
        rows = [
            struct.pack(">IIIi", s.duration, len(s.data), KEY if s.key else NOT_KEY, s.offset)
            for s in run.samples
        ]
    else:
        rows = [struct.pack(">III", s.duration, len(s.data), KEY if s.key else NOT_KEY) for s in run.samples]
    # Offsets count from the moof: a fragment can be cut out and sent by itself.
    header = full(b"tfhd", 0, 0x020000, run.track.to_bytes(4, "big"))
    clock = full(b"tfdt", 1, 0, run.time.to_bytes(8, "big"))
    table = full(b"trun", 1, flags, struct.pack(">Ii", len(rows), offset), *rows)
    return box(b"traf", header, clock, table)


class Found(NamedTuple):
    """One track of a fragment as read: where it begins in time, and its samples."""

    track: int
    time: int
    durations: tuple[int, ...]
    sizes: tuple[int, ...]
    keys: tuple[bool, ...]


def read_fragment(data: bytes, moof: Box) -> list[Found]:
    """The tracks of a fragment that `fragment` wrote; what has another form is left out. Never raises."""
    found = []
    for traf in walk(data, moof.body, moof.end):
        if traf.kind != b"traf":
            continue
        inner = {
            name: find(data, name, start=traf.body, end=traf.end) for name in (b"tfhd", b"tfdt", b"trun")
        }
        tfhd, tfdt, trun = inner[b"tfhd"], inner[b"tfdt"], inner[b"trun"]
        if (
            tfhd is None
            or tfdt is None
            or trun is None
            or trun.end - trun.body < 12
            or tfdt.end - tfdt.body < 12
        ):
            continue
        flags, count = struct.unpack_from(">II", data, trun.body)
        width = 16 if flags & 0x800 else 12
        if flags & 0x701 != 0x701 or trun.end - trun.body - 12 < count * width or tfhd.end - tfhd.body < 8:
            continue
        rows = [struct.unpack_from(">III", data, trun.body + 12 + index * width) for index in range(count)]
        found.append(
            Found(
                int.from_bytes(data[tfhd.body + 4 : tfhd.body + 8], "big"),
                int.from_bytes(data[tfdt.body + 4 : tfdt.body + 12], "big"),
                tuple(row[0] for row in rows),
                tuple(row[1] for row in rows),
                tuple(not row[2] & 0x10000 for row in rows),
            )
        )
    return found
