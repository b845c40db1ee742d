"""Makes a program stream as cameras of GB/T 28181 do (annex C), and, for tests and the demo, as odd ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jifang.protocols.h26x import Codec, join_annex_b

VIDEO_TYPES: Final = {Codec.H264: 0x1B, Codec.H265: 0x24}
AUDIO_TYPES: Final = {
    "g711a": 0x90,
    "g711u": 0x91,
    "g722.1": 0x92,
    "g723.1": 0x93,
    "g729": 0x99,
    "svac": 0x9B,
    "aac": 0x0F,
}
_MAX_PES: Final = 65_000
_SYSTEM: Final = bytes.fromhex("000001bb 000c 80a001 04e17f e0e080 c0c008")
"""A system header that names one video and one audio stream."""


@dataclass(frozen=True, slots=True)
class Oddities:
    """What a maker does otherwise than the standard."""

    no_psm: bool = False
    wrong_crc: bool = False
    length_zero: bool = False
    """PES of unknown length."""
    pes_per_nal: bool = False
    pts_on_keys_only: bool = False
    audio_first: bool = False
    prefix: bytes = b""
    """Bytes before the very first pack, such as ``IMKH`` and the rest of a private header."""
    private: bytes = b""
    """Contents of a private stream (BD) in every pack."""


class PsMaker:
    """One stream. ``audio`` is a name of `AUDIO_TYPES` or None. Times are ticks of 90 kHz."""

    def __init__(self, video: Codec, audio: str | None = None, oddities: Oddities | None = None) -> None:
        self._video = video
        self._audio = audio
        self._odd = oddities or Oddities()
        self._first = True

    def frame(self, units: list[bytes], pts: int, *, key: bool, sound: bytes = b"") -> bytes:
        """One pack: a picture, and the sound that came with it."""
        odd = self._odd
        made = [odd.prefix if self._first else b"", _pack(pts)]
        self._first = False
        if key:
            made.append(_SYSTEM)
            if not odd.no_psm:
                made.append(self._map())
        if odd.private:
            made.append(b"\x00\x00\x01\xbd" + len(odd.private).to_bytes(2, "big") + odd.private)
        audio = [pes(0xC0, sound, pts)] if sound else []
        if odd.audio_first:
            made += audio
        shown = pts if key or not odd.pts_on_keys_only else None
        groups = [[unit] for unit in units] if odd.pes_per_nal else [units]
        for group in groups:
            data = join_annex_b(group)
            if odd.length_zero:
                made.append(pes(0xE0, data, shown, unknown_length=True))
                continue
            for place in range(0, len(data), _MAX_PES):
                made.append(pes(0xE0, data[place : place + _MAX_PES], shown if place == 0 else None))
        if not odd.audio_first:
            made += audio
        return b"".join(made)

    def sound(self, data: bytes, pts: int) -> bytes:
        """A pack with sound only."""
        return _pack(pts) + pes(0xC0, data, pts)

    def _map(self) -> bytes:
        streams = bytes((VIDEO_TYPES[self._video], 0xE0, 0, 0))
        if self._audio is not None:
            streams += bytes((AUDIO_TYPES[self._audio], 0xC0, 0, 0))
        body = b"\xe0\xff\x00\x00" + len(streams).to_bytes(2, "big") + streams
        head = b"\x00\x00\x01\xbc" + (len(body) + 4).to_bytes(2, "big")
        crc = 0x2EB90F3D if self._odd.wrong_crc else crc32_mpeg(head + body)
        return head + body + crc.to_bytes(4, "big")


def _pack(scr: int) -> bytes:
    scr %= 1 << 33
    value = 0b01 << 46 | (scr >> 30) << 43 | 1 << 42 | (scr >> 15 & 0x7FFF) << 27 | 1 << 26
    value |= (scr & 0x7FFF) << 11 | 1 << 10 | 1
    rate = (6106 << 2 | 3).to_bytes(3, "big")
    return b"\x00\x00\x01\xba" + value.to_bytes(6, "big") + rate + b"\xf8"


def pes(stream: int, data: bytes, pts: int | None, *, unknown_length: bool = False) -> bytes:
    """One PES packet; without ``pts`` it continues the picture before it."""
    header = b""
    if pts is not None:
        pts %= 1 << 33
        value = 0b0010 << 36 | (pts >> 30) << 33 | 1 << 32 | (pts >> 15 & 0x7FFF) << 17 | 1 << 16
        header = (value | (pts & 0x7FFF) << 1 | 1).to_bytes(5, "big")
    length = 0 if unknown_length else 3 + len(header) + len(data)
    flags = 0x80 if pts is not None else 0
    head = b"\x00\x00\x01" + bytes((stream,)) + length.to_bytes(2, "big")
    return head + bytes((0x80, flags, len(header))) + header + data


def crc32_mpeg(data: bytes) -> int:
    """CRC-32 of MPEG-2 systems: polynomial 04C11DB7, initial FFFFFFFF, not reflected, no final inversion."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7) & 0xFFFFFFFF if crc & 0x80000000 else crc << 1
    return crc
