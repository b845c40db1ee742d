"""RTP within an RTSP connection (RFC 2326 §10.12), in batches: the loop that hundreds of cameras run through.

One call takes all that `recv` gave. Video packets of the plain form (no CSRC, extension, padding) are put
together in place, without an object per packet; everything else goes the slow way through `Depacketiser`'s
rules. Costs about 2 microseconds a packet.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from jifang.protocols.h26x import MAX_ACCESS_UNIT, AccessUnit, Codec
from jifang.protocols.rtp.packet import Unwrapper, parse_packet

_HEAD: Final = struct.Struct(">BBHBBHI").unpack_from
MAX_TEXT: Final = 65_536
"""Bytes of an RTSP message between the packets."""


class Batch(NamedTuple):
    """What one call brought."""

    units: list[AccessUnit]
    packets: list[tuple[int, bytes]]
    """Channel and bytes of everything that is not video: RTCP, audio."""
    text: bytes
    """RTSP answers and requests between the packets, whole or in parts, in order."""


class InterleavedVideo:
    """One camera's connection after PLAY. ``channel`` is that of the video's RTP.

    As with `Depacketiser`, a loss (rare over TCP, but cameras drop when their buffer is full) withholds
    pictures until the next key frame. `lost` counts packets, `dropped` pictures, `garbage` bytes that were
    neither packet nor text, `other` packets of a form not known: if it grows, use another reader.
    """

    def __init__(self, codec: Codec, channel: int = 0) -> None:
        self.codec = codec
        self._channel = channel
        self._held = b""
        self._unwrap = Unwrapper(32)
        self._parts: list[bytes] = []
        self._fragments: list[bytes] | None = None
        self._fragment_size = 0
        self._size = 0
        self._key = False
        self._damaged = False
        self._waiting = True
        self._timestamp: int | None = None
        self._next = -1
        self.received = 0
        self.lost = 0
        self.dropped = 0
        self.garbage = 0
        self.other = 0
        self.last_sequence = 0
        self.last_timestamp = 0

    @property
    def pending(self) -> int:
        """Bytes held: a cut packet and the picture in work."""
        return len(self._held) + self._size

    def feed(self, data: bytes) -> Batch:
        """Take what `recv` gave."""
        if self._held:
            data = self._held + data
        units: list[AccessUnit] = []
        others: list[tuple[int, bytes]] = []
        text: list[bytes] = []
        place, end = 0, len(data)
        video, h264 = self._channel, self.codec is Codec.H264
        while end - place >= 4:
            if data[place] != 0x24:
                stop = self._text(data, place, end, text)
                if stop == place:
                    break
                place = stop
                continue
            if end - place < 16:
                length = data[place + 2] << 8 | data[place + 3]
                if end - place < 4 + length:
                    break
                others.append((data[place + 1], data[place + 4 : place + 4 + length]))
                place += 4 + length
                continue
            _, channel, length, first, second, sequence, timestamp = _HEAD(data, place)
            after = place + 4 + length
            if after > end:
                break
            if channel != video:
                others.append((channel, data[place + 4 : after]))
                place = after
                continue
            start = place + 16
            place = after
            if first != 0x80:
                packet = parse_packet(data[start - 12 : after])
                if packet is None:
                    self.other += 1
                    continue
                payload, start, after = packet.payload, 0, len(packet.payload)
            elif length < 12:
                self.other += 1
                continue
            else:
                payload = data
            self.received += 1
            if sequence != self._next:
                self._lose((sequence - self._next) & 0xFFFF if self._next >= 0 else 0)
            self._next = (sequence + 1) & 0xFFFF
            if timestamp != self._timestamp:
                # The marker was lost, or the camera sets none.
                if self._parts or self._fragments:
                    self._finish(units)
                self._timestamp = timestamp
            if after > start:
                if h264:
                    kind = payload[start] & 31
                    if kind == 28 and after - start > 2:
                        head = payload[start + 1]
                        if head & 0x80:
                            self._fragments = [
                                bytes((payload[start] & 0xE0 | head & 31,)),
                                payload[start + 2 : after],
                            ]
                            self._fragment_size = after - start - 1
                            if head & 31 == 5:
                                self._key = True
                        elif self._fragments is not None:
                            self._fragments.append(payload[start + 2 : after])
                            self._fragment_size += after - start - 2
                        else:
                            self._damaged = True
                        if head & 0x40 and self._fragments is not None:
                            self._parts.append(self._fragment_size.to_bytes(4, "big"))
                            self._parts += self._fragments
                            self._fragments = None
                    elif 0 < kind < 24:
                        self._parts += ((after - start).to_bytes(4, "big"), payload[start:after])
                        if kind == 5:
                            self._key = True
                    elif kind == 24:
                        self._aggregate(payload, start + 1, after)
                    else:
                        self.other += 1
                elif after - start > 2:
                    kind = payload[start] >> 1 & 63
                    if kind == 49 and after - start > 3:
                        head = payload[start + 2]
                        if head & 0x80:
                            self._fragments = [
                                bytes((payload[start] & 0x81 | (head & 63) << 1, payload[start + 1])),
                                payload[start + 3 : after],
                            ]
                            self._fragment_size = after - start - 1
                            if 16 <= head & 63 <= 23:
                                self._key = True
                        elif self._fragments is not None:
                            self._fragments.append(payload[start + 3 : after])
                            self._fragment_size += after - start - 3
                        else:
                            self._damaged = True
                        if head & 0x40 and self._fragments is not None:
                            self._parts.append(self._fragment_size.to_bytes(4, "big"))
                            self._parts += self._fragments
                            self._fragments = None
                    elif kind < 48:
                        self._parts += ((after - start).to_bytes(4, "big"), payload[start:after])
                        if 16 <= kind <= 23:
                            self._key = True
                    elif kind == 48:
                        self._aggregate(payload, start + 2, after)
                    else:
                        self.other += 1
                self._size += after - start
                if self._size > MAX_ACCESS_UNIT:
                    self._parts, self._fragments, self._size = [], None, 0
                    self._damaged = True
            if second >= 0x80:
                self._finish(units)
        self._held = data[place:]
        self.last_sequence = (self._next - 1) & 0xFFFF
        self.last_timestamp = self._timestamp or self.last_timestamp
        return Batch(units, others, b"".join(text))

    def _lose(self, missing: int) -> None:
        if missing:
            self.lost += missing if missing < 0x8000 else 0
            self._damaged = True
            self._fragments = None

    def _aggregate(self, payload: bytes, place: int, end: int) -> None:
        h264 = self.codec is Codec.H264
        while place + 2 <= end:
            length = payload[place] << 8 | payload[place + 1]
            place += 2
            if not length or place + length > end:
                self._damaged = True
                return
            first = payload[place]
            self._key |= first & 31 == 5 if h264 else 16 <= first >> 1 & 63 <= 23
            self._parts += (length.to_bytes(4, "big"), payload[place : place + length])
            place += length

    def _finish(self, units: list[AccessUnit]) -> None:
        parts, key = self._parts, self._key
        damaged = self._damaged or self._fragments is not None
        self._parts, self._fragments, self._size, self._key, self._damaged = [], None, 0, False, False
        timestamp = self._unwrap(self._timestamp or 0)
        self.last_timestamp, self._timestamp = self._timestamp or 0, None
        if damaged:
            self._waiting = True
            self.dropped += 1
        elif parts:
            if self._waiting and not key:
                self.dropped += 1
                return
            self._waiting = False
            units.append(AccessUnit(self.codec, b"".join(parts), key, timestamp))

    def _text(self, data: bytes, place: int, end: int, text: list[bytes]) -> int:
        """An RTSP message between packets, or garbage: where it ends, ``place`` if more bytes are needed."""
        if not data[place : place + 1].isalpha() and data[place] not in b"\r\n":
            following = data.find(b"$", place + 1)
            following = end if following < 0 else following
            self.garbage += following - place
            return following
        blank = data.find(b"\r\n\r\n", place)
        if blank < 0:
            if end - place <= MAX_TEXT:
                return place
            self.garbage += end - place
            return end
        length = 0
        for line in data[place:blank].split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length" and value.strip().isdigit():
                length = min(int(value.strip()[:9]), MAX_TEXT)
        stop = blank + 4 + length
        if stop > end:
            return place
        text.append(data[place:stop])
        return stop
