"""Program stream to pictures and sound (ISO/IEC 13818-1 §2.5, GB/T 28181 annex C), as devices really send it.

`PsDemuxer` takes what belongs to one timestamp; `PsReceiver` makes that of RTP packets. Lengths of maps and
their CRC are not trusted, a stream without a map is recognised by its NAL units, a PES of length 0 ends at
the next start code of a stream (safe: a NAL header never has its top bit set), sound before the first map
comes without a codec. Everything held is bounded.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Final

from jifang.protocols.h26x import (
    MAX_ACCESS_UNIT,
    AccessUnit,
    AudioFrame,
    Codec,
    is_key,
    is_slice,
    join_lengths,
    sniff,
    split_annex_b,
)
from jifang.protocols.rtp import Packet, Unwrapper, parse_packet

STREAM_TYPES: Final[dict[int, str]] = {
    0x1B: "h264",
    0x24: "h265",
    0x10: "mpeg4",
    0x80: "svac",
    0x90: "g711a",
    0x91: "g711u",
    0x92: "g722.1",
    0x93: "g723.1",
    0x99: "g729",
    0x9B: "svac-audio",
    0x0F: "aac",
}
"""Codec by stream type of the map; SVAC and MPEG-4 video are named and not handled."""
MAX_HELD: Final = 65_541 + 4096
"""Bytes of a PES that continues in the next chunk."""
_SEQUENCE: Final = struct.Struct(">HI").unpack_from
_SNIFFS: Final = 3
"""Pictures with the same parameter sets that settle the codec when no map comes."""
_END_OF_UNKNOWN: Final = frozenset(range(0xB9, 0x100))


class PsDemuxer:
    """State of one stream.

    `video` and `audio` name the codecs, empty while unknown. `unhandled` counts pictures of a codec that is
    not handled, `damaged` chunks in which a PES is cut off, `skipped` bytes that were no stream.
    """

    def __init__(self) -> None:
        self.video = ""
        self.audio = ""
        self._mapped = False
        self._votes: tuple[Codec | None, int] = (None, 0)
        self._pts = Unwrapper(33)
        self._offset: int | None = None
        self._rest = b""
        self._es: list[bytes] = []
        self._es_size = 0
        self._es_pts: int | None = None
        self._cut = False
        self.unhandled = 0
        self.damaged = 0
        self.skipped = 0

    @property
    def pending(self) -> int:
        """Bytes held."""
        return len(self._rest) + self._es_size

    def feed(self, data: bytes, timestamp: int) -> list[AccessUnit | AudioFrame]:
        """Take the bytes of one RTP timestamp (unwrapped ticks of 90 kHz); give pictures and sound.

        A PES that is cut off at the end is kept, and continued if the next chunk does not begin a new one.
        """
        given: list[AccessUnit | AudioFrame] = []
        if self._rest:
            if data.startswith(b"\x00\x00\x01") and len(data) > 3 and data[3] >= 0xB9:
                self.damaged += 1
                self._es, self._es_size = [], 0
            else:
                data = self._rest + data
            self._rest = b""
        self._cut = False
        self._walk(data, timestamp, given)
        if not self._cut:
            self._flush(timestamp, given)
        return given

    def lose(self) -> None:
        """Packets are lost: what is held is worth nothing."""
        self._rest = b""
        self._es, self._es_size, self._es_pts = [], 0, None

    def _walk(self, data: bytes, timestamp: int, given: list[AccessUnit | AudioFrame]) -> None:
        place, end = 0, len(data)
        while end - place >= 4:
            if data[place : place + 3] != b"\x00\x00\x01" or data[place + 3] < 0xB9:
                following = self._next_start(data, place + 1)
                self.skipped += (end if following < 0 else following) - place
                if following < 0:
                    return
                place = following
                continue
            kind = data[place + 3]
            if kind == 0xBA:
                if end - place < 14:
                    return
                # MPEG-2 has stuffing of 0 to 7 bytes; the MPEG-1 form is 12 bytes long.
                place += 14 + (data[place + 13] & 7) if data[place + 4] >> 6 == 1 else 12
                continue
            if kind == 0xB9:
                place += 4
                continue
            if end - place < 6:
                return
            length = data[place + 4] << 8 | data[place + 5]
            after = place + 6 + length
            elementary = 0xC0 <= kind <= 0xEF
            if length == 0 and elementary:
                following = self._next_start(data, place + 6)
                after = end if following < 0 else following
            if after > end:
                if elementary and end - place <= MAX_HELD:
                    self._rest, self._cut = data[place:], True
                elif elementary:
                    self.damaged += 1
                return
            if kind == 0xBC:
                self._map(data[place + 6 : after])
            elif elementary:
                self._pes(kind, data[place:after], timestamp, given)
            place = after

    @staticmethod
    def _next_start(data: bytes, place: int) -> int:
        """Where the next start code of a stream (B9 to FF) begins; -1 if nowhere."""
        while (found := data.find(b"\x00\x00\x01", place)) >= 0:
            if found + 3 < len(data) and data[found + 3] in _END_OF_UNKNOWN:
                return found
            place = found + 1
        return -1

    def _map(self, body: bytes) -> None:
        """A program stream map: types of the streams. Its inner length and CRC are wrong in the field."""
        if len(body) < 10:
            return
        place = 4 + (body[2] << 8 | body[3]) + 2
        end = len(body) - 4
        while place + 4 <= end:
            codec = STREAM_TYPES.get(body[place], "")
            stream = body[place + 1]
            if 0xE0 <= stream <= 0xEF and codec:
                self.video, self._mapped = codec, True
            elif 0xC0 <= stream <= 0xDF:
                self.audio = codec
            place += 4 + (body[place + 2] << 8 | body[place + 3])

    def _pes(self, kind: int, packet: bytes, timestamp: int, given: list[AccessUnit | AudioFrame]) -> None:
        if len(packet) < 9 or packet[6] >> 6 != 2:
            self.skipped += len(packet)
            return
        start = 9 + packet[8]
        pts = None
        if packet[7] & 0x80 and packet[8] >= 5 and len(packet) >= 14:
            raw = packet[9:14]
            pts = self._pts(
                (raw[0] >> 1 & 7) << 30 | raw[1] << 22 | raw[2] >> 1 << 15 | raw[3] << 7 | raw[4] >> 1
            )
            self._offset = pts - timestamp
        payload = packet[start:]
        if kind < 0xE0:
            given.append(AudioFrame(self.audio, payload, self._time(pts, timestamp)))
            return
        if pts is not None and self._es_pts is not None and pts != self._es_pts:
            self._flush(timestamp, given)
        self._es_pts = pts if pts is not None else self._es_pts
        if self._es_size + len(payload) > MAX_ACCESS_UNIT:
            self.damaged += 1
            self._es, self._es_size = [], 0
            return
        self._es.append(payload)
        self._es_size += len(payload)

    def _time(self, pts: int | None, timestamp: int) -> int:
        """The time of something without PTS: the RTP clock, put where the PTS are."""
        return pts if pts is not None else timestamp + (self._offset or 0)

    def _flush(self, timestamp: int, given: list[AccessUnit | AudioFrame]) -> None:
        """The picture in work is whole."""
        if not self._es:
            return
        units = split_annex_b(b"".join(self._es))
        moment = self._time(self._es_pts, timestamp)
        self._es, self._es_size, self._es_pts = [], 0, None
        if not self._mapped:
            self._guess(units)
        if self.video not in ("h264", "h265"):
            self.unhandled += 1
            return
        codec = Codec(self.video)
        if any(is_slice(codec, unit) for unit in units):
            key = any(is_key(codec, unit) for unit in units)
            given.append(AccessUnit(codec, join_lengths(units), key, moment))

    def _guess(self, units: list[bytes]) -> None:
        """No map yet: the codec by the parameter sets. A later map overrides."""
        found = sniff(units)
        if found is None:
            return
        codec, votes = self._votes
        self._votes = (found, votes + 1) if found is codec else (found, 1)
        if not self.video or self._votes[1] >= _SNIFFS:
            self.video = found.value


class PsReceiver:
    """RTP packets in order (payload type 96) to pictures: one chunk per timestamp.

    After a loss pictures are withheld until the next key frame, sound is not. `gaps` counts losses,
    `dropped` pictures withheld.
    """

    def __init__(self) -> None:
        self.demuxer = PsDemuxer()
        self._unwrap = Unwrapper(32)
        self._payloads: list[bytes] = []
        self._size = 0
        self._timestamp: int | None = None
        self._next: int | None = None
        self._lost = False
        self._waiting = True
        self.gaps = 0
        self.dropped = 0

    @property
    def pending(self) -> int:
        """Bytes held."""
        return self._size + self.demuxer.pending

    def feed(self, raws: Iterable[bytes]) -> list[AccessUnit | AudioFrame]:
        """Take packets of a TCP connection as bytes (`rtp.StreamSplitter`): faster, with the same result.

        What is no RTP (RTCP among the packets) is passed over.
        """
        given: list[AccessUnit | AudioFrame] = []
        for raw in raws:
            if len(raw) > 12 and raw[0] == 0x80 and raw[1] < 0x80:
                sequence, timestamp = _SEQUENCE(raw, 2)
                size = self._size + len(raw) - 12
                if sequence == self._next and timestamp == self._timestamp and size <= MAX_ACCESS_UNIT:
                    self._next = (sequence + 1) & 0xFFFF
                    self._payloads.append(raw[12:])
                    self._size = size
                    continue
            packet = parse_packet(raw)
            if packet is not None:
                given += self.push(packet)
        return given

    def push(self, packet: Packet, gap: bool = False) -> list[AccessUnit | AudioFrame]:
        """Take a packet; ``gap`` if packets before it are known to be lost."""
        given: list[AccessUnit | AudioFrame] = []
        if self._next is not None and packet.sequence != self._next:
            gap = True
        self._next = (packet.sequence + 1) & 0xFFFF
        if self._timestamp is not None and packet.timestamp != self._timestamp:
            self._lost = self._lost or gap
            given += self._finish()
        if gap:
            self.gaps += 1
            self._lost = True
        self._timestamp = packet.timestamp
        if self._size + len(packet.payload) > MAX_ACCESS_UNIT:
            self._payloads, self._size, self._lost = [], 0, True
        self._payloads.append(packet.payload)
        self._size += len(packet.payload)
        if packet.marker:
            given += self._finish()
        return given

    def _finish(self) -> list[AccessUnit | AudioFrame]:
        data, lost = b"".join(self._payloads), self._lost
        timestamp = self._unwrap(self._timestamp or 0)
        self._payloads, self._size, self._lost, self._timestamp = [], 0, False, None
        damaged = self.demuxer.damaged
        if lost:
            self.demuxer.lose()
        found = self.demuxer.feed(data, timestamp)
        if lost:
            self.demuxer.lose()
        if lost or self.demuxer.damaged != damaged:
            self._waiting = True
        given: list[AccessUnit | AudioFrame] = []
        for each in found:
            if isinstance(each, AccessUnit):
                if lost or (self._waiting and not each.key):
                    self.dropped += 1
                    continue
                self._waiting = False
            given.append(each)
        return given
