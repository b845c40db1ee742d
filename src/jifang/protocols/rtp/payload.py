"""H.264 (RFC 6184) and H.265 (RFC 7798) in RTP: packets to pictures and back."""

from __future__ import annotations

from typing import Final

from jifang.protocols.h26x import MAX_ACCESS_UNIT, AccessUnit, Codec, is_key, join_lengths
from jifang.protocols.rtp.packet import Packet, Unwrapper

MTU: Final = 1400
_STAP_A, _FU_A = 24, 28
_AP, _FU = 48, 49


class Depacketiser:
    """Pictures of one stream, packets in order (`ReorderBuffer` for UDP).

    After a loss nothing is given until the next key frame, so that no recording holds a broken picture;
    `dropped` counts the pictures withheld, `gaps` the losses, `refused` the packets of a form not known.
    """

    def __init__(self, codec: Codec) -> None:
        self.codec = codec
        self._unwrap = Unwrapper(32)
        self._units: list[bytes] = []
        self._size = 0
        self._fragments: list[bytes] | None = None
        self._timestamp: int | None = None
        self._damaged = False
        self._waiting = True
        self._next: int | None = None
        self.gaps = 0
        self.dropped = 0
        self.refused = 0

    def push(self, packet: Packet, gap: bool = False) -> list[AccessUnit]:
        """Take a packet; ``gap`` if packets before it are known to be lost."""
        given: list[AccessUnit] = []
        if self._next is not None and packet.sequence != self._next:
            gap = True
        self._next = (packet.sequence + 1) & 0xFFFF
        if gap:
            self.gaps += 1
            self._damaged = True
            self._fragments = None
        if self._timestamp is not None and packet.timestamp != self._timestamp:
            # The marker was lost, or the camera sets none.
            given += self._finish()
            if gap:
                self._damaged = True
        self._timestamp = packet.timestamp
        if packet.payload:
            self._take(packet.payload)
        if packet.marker:
            given += self._finish()
        return given

    def _take(self, payload: bytes) -> None:
        if self._size + len(payload) > MAX_ACCESS_UNIT:
            self._damaged = True
            self._units, self._fragments = [], None
            return
        self._size += len(payload)
        taken = self._h264(payload) if self.codec is Codec.H264 else self._h265(payload)
        if not taken:
            self.refused += 1

    def _h264(self, payload: bytes) -> bool:
        kind = payload[0] & 31
        if 1 <= kind <= 23:
            self._units.append(payload)
        elif kind == _STAP_A:
            return self._aggregate(payload, 1)
        elif kind == _FU_A and len(payload) > 2:
            head = payload[1]
            self._fragment(head, bytes((payload[0] & 0xE0 | head & 31,)), payload[2:])
        else:
            return False
        return True

    def _h265(self, payload: bytes) -> bool:
        if len(payload) < 3:
            return False
        kind = payload[0] >> 1 & 63
        if kind < 48:
            self._units.append(payload)
        elif kind == _AP:
            return self._aggregate(payload, 2)
        elif kind == _FU and len(payload) > 3:
            head = payload[2]
            self._fragment(head, bytes((payload[0] & 0x81 | (head & 63) << 1, payload[1])), payload[3:])
        else:
            return False
        return True

    def _aggregate(self, payload: bytes, place: int) -> bool:
        end = len(payload)
        while place + 2 <= end:
            length = int.from_bytes(payload[place : place + 2], "big")
            unit = payload[place + 2 : place + 2 + length]
            if not length or len(unit) < length:
                self._damaged = True
                return False
            self._units.append(unit)
            place += 2 + length
        return True

    def _fragment(self, head: int, start: bytes, rest: bytes) -> None:
        if head & 0x80:
            self._fragments = [start, rest]
        elif self._fragments is None:
            self._damaged = True
            return
        else:
            self._fragments.append(rest)
        if head & 0x40 and self._fragments is not None:
            self._units.append(b"".join(self._fragments))
            self._fragments = None

    def _finish(self) -> list[AccessUnit]:
        units, damaged = self._units, self._damaged or self._fragments is not None
        self._units, self._size, self._fragments, self._damaged = [], 0, None, False
        timestamp = self._unwrap(self._timestamp or 0)
        self._timestamp = None
        if damaged:
            self._waiting = True
            self.dropped += 1
            return []
        if not units:
            return []
        key = any(is_key(self.codec, unit) for unit in units)
        if self._waiting and not key:
            self.dropped += 1
            return []
        self._waiting = False
        return [AccessUnit(self.codec, join_lengths(units), key, timestamp)]


def packetise(
    codec: Codec,
    units: list[bytes],
    *,
    payload_type: int,
    sequence: int,
    timestamp: int,
    ssrc: int,
    mtu: int = MTU,
) -> list[Packet]:
    """The packets of one picture, the marker on the last; parameter sets are sent by themselves."""
    payloads: list[bytes] = []
    for unit in units:
        if len(unit) <= mtu:
            payloads.append(unit)
            continue
        if codec is Codec.H264:
            head, rest, kind = bytes((unit[0] & 0xE0 | _FU_A,)), unit[1:], unit[0] & 31
        else:
            head, rest, kind = bytes((unit[0] & 0x81 | _FU << 1, unit[1])), unit[2:], unit[0] >> 1 & 63
        step = mtu - len(head) - 1
        for place in range(0, len(rest), step):
            bits = (0x80 if place == 0 else 0) | (0x40 if place + step >= len(rest) else 0)
            payloads.append(head + bytes((bits | kind,)) + rest[place : place + step])
    last = len(payloads) - 1
    return [
        Packet(
            payload_type, index == last, (sequence + index) & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc, payload
        )
        for index, payload in enumerate(payloads)
    ]
