"""RTP packets (RFC 3550 §5.1) and counters that wrap."""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

CLOCK: Final = 90_000
_HEAD: Final = struct.Struct(">BBHII")


class Packet(NamedTuple):
    """One packet. ``sequence`` has 16 bits, ``timestamp`` and ``ssrc`` 32."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes


def parse_packet(data: bytes) -> Packet | None:
    """Read a packet without its CSRCs, extension and padding; None if it is none. Never raises."""
    if len(data) < 12:
        return None
    first, second, sequence, timestamp, ssrc = _HEAD.unpack_from(data)
    if first >> 6 != 2 or 72 <= second & 0x7F <= 76:
        return None
    start, end = 12, len(data)
    if first != 0x80:
        start += 4 * (first & 15)
        if first & 0x10:
            if start + 4 > end:
                return None
            start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4], "big")
        if first & 0x20:
            if data[-1] == 0:
                return None
            end -= data[-1]
        if start > end:
            return None
    return Packet(second & 0x7F, second >= 0x80, sequence, timestamp, ssrc, data[start:end])


def build_packet(packet: Packet) -> bytes:
    """The bytes of a packet."""
    return (
        _HEAD.pack(
            0x80,
            packet.payload_type | (0x80 if packet.marker else 0),
            packet.sequence & 0xFFFF,
            packet.timestamp & 0xFFFFFFFF,
            packet.ssrc & 0xFFFFFFFF,
        )
        + packet.payload
    )


class Unwrapper:
    """Continues a counter of ``bits`` bits over its end, by the shortest way from the last value."""

    def __init__(self, bits: int) -> None:
        self._modulus = 1 << bits
        self._half = self._modulus >> 1
        self._last: int | None = None

    def __call__(self, value: int) -> int:
        """The continued value."""
        if self._last is None:
            self._last = value
        else:
            step = (value - self._last) % self._modulus
            self._last += step if step < self._half else step - self._modulus
        return self._last
