"""NAL units and access units: what depacketisers and demultiplexers hand to the writers of files."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

MAX_ACCESS_UNIT: Final = 8 * 1024 * 1024
"""Bytes of one picture that are held: a key frame of 4K at high quality has about 2 MiB."""


class Codec(StrEnum):
    """Video codecs that are handled; others pass by as unknown."""

    H264 = "h264"
    H265 = "h265"


class AccessUnit(NamedTuple):
    """One picture."""

    codec: Codec
    data: bytes
    """NAL units, each behind its length in 4 bytes, as MP4 stores them."""
    key: bool
    """True if decoding may begin here (IDR, in H.265 every IRAP picture)."""
    timestamp: int
    """Ticks of 90 kHz, unwrapped: it does not jump back when the counter of the stream does."""


class AudioFrame(NamedTuple):
    """Some sound. ``codec`` is ``g711a``, ``g711u``, ``aac``, ... or empty while unknown."""

    codec: str
    data: bytes
    timestamp: int
    """Ticks of 90 kHz, unwrapped."""


def split_annex_b(data: bytes) -> list[bytes]:
    """NAL units between start codes, without trailing zeros. What stands before the first one is dropped."""
    found = data.find(b"\x00\x00\x01")
    units = []
    while found >= 0:
        start = found + 3
        found = data.find(b"\x00\x00\x01", start)
        unit = data[start : found if found >= 0 else len(data)].rstrip(b"\x00")
        if unit:
            units.append(unit)
    return units


def join_annex_b(units: Iterable[bytes]) -> bytes:
    """NAL units behind start codes of four bytes."""
    return b"".join(b"\x00\x00\x00\x01" + unit for unit in units)


def join_lengths(units: Iterable[bytes]) -> bytes:
    """NAL units behind their lengths."""
    return b"".join(part for unit in units for part in (len(unit).to_bytes(4, "big"), unit))


def split_lengths(data: bytes) -> list[bytes]:
    """NAL units of `AccessUnit.data`; what is cut off at the end is dropped."""
    units, place, end = [], 0, len(data)
    while place + 4 <= end:
        length = int.from_bytes(data[place : place + 4], "big")
        unit = data[place + 4 : place + 4 + length]
        if len(unit) < length:
            break
        if unit:
            units.append(unit)
        place += 4 + length
    return units


def type_of(codec: Codec, unit: bytes) -> int:
    """``nal_unit_type``."""
    return unit[0] & 31 if codec is Codec.H264 else unit[0] >> 1 & 63


def is_key(codec: Codec, unit: bytes) -> bool:
    """True for a slice of an IDR (H.264) or IRAP (H.265) picture."""
    kind = type_of(codec, unit)
    return kind == 5 if codec is Codec.H264 else 16 <= kind <= 23


def is_slice(codec: Codec, unit: bytes) -> bool:
    """True for picture data, as opposed to parameter sets, SEI and delimiters."""
    kind = type_of(codec, unit)
    return 1 <= kind <= 5 if codec is Codec.H264 else kind < 32


def sniff(units: Iterable[bytes]) -> Codec | None:
    """The codec of NAL units, by their parameter sets; None if there are none or they contradict.

    An H.265 IDR_N_LP (28 01) looks like an H.264 PPS by its first byte alone: the second decides, for the
    layer and temporal identifier of H.265 make it 01, which begins no H.264 parameter set.
    """
    votes = {Codec.H264: 0, Codec.H265: 0}
    for unit in units:
        if len(unit) < 3 or unit[0] & 0x80:
            continue
        if unit[0] >> 1 in (32, 33, 34) and unit[1] == 1:
            votes[Codec.H265] += 1
        elif unit[0] & 31 in (7, 8) and unit[0] & 0x60 and unit[1] != 1:
            votes[Codec.H264] += 1
    if votes[Codec.H264] and not votes[Codec.H265]:
        return Codec.H264
    if votes[Codec.H265] and not votes[Codec.H264]:
        return Codec.H265
    return None
