"""RTP over TCP as GB/T 28181 has it: RFC 4571, two bytes of length before each packet.

Some devices send ``$``, a channel and the length instead. A first byte 24 (hexadecimal) may be either; what
makes RTP of two packets in a row decides, and holds for the connection.
"""

from __future__ import annotations

from typing import Final

_PROBE: Final = 2
_LONGEST: Final = 65_539


class StreamSplitter:
    """State of one connection. `broken` is True when the bytes are neither form: close it."""

    def __init__(self) -> None:
        self._held = b""
        self._head: int | None = None
        self.broken = False

    @property
    def pending(self) -> int:
        """Bytes held."""
        return len(self._held)

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes, give packets (RTP and RTCP alike)."""
        if self.broken:
            return []
        data = self._held + data if self._held else data
        if self._head is None:
            self._head = self._probe(data)
            if self._head is None:
                self._held = b"" if self.broken else data
                return []
        packets: list[bytes] = []
        place, end, head = 0, len(data), self._head
        while end - place >= head:
            after = place + head + (data[place + head - 2] << 8 | data[place + head - 1])
            if after > end:
                break
            packet = data[place + head : after]
            if packet and packet[0] >> 6 != 2:
                self.broken = True
                self._held = b""
                return packets
            if packet:
                packets.append(packet)
            place = after
        self._held = data[place:]
        return packets

    def _probe(self, data: bytes) -> int | None:
        """Length of the header; None if it is not certain yet."""
        answers = {head: self._plausible(data, head) for head in (2, 4)}
        for head, answer in answers.items():
            other = answers[6 - head]
            if answer is True or (answer is None and other is False and len(data) >= head + 12):
                return head
        self.broken = answers[2] is False and answers[4] is False
        return None

    @staticmethod
    def _plausible(data: bytes, head: int) -> bool | None:
        """True if two packets fit, False if one does not, None if the bytes do not suffice."""
        place = 0
        for _ in range(_PROBE):
            if len(data) < place + head + 12:
                return None
            if head == 4 and data[place] != 0x24:
                return False
            length = data[place + head - 2] << 8 | data[place + head - 1]
            if length < 12 or data[place + head] >> 6 != 2:
                return False
            place += head + length
        return True


def frame_packet(packet: bytes) -> bytes:
    """A packet behind its length. Raises ValueError for one longer than 65 535 bytes."""
    if len(packet) > _LONGEST - 4:
        raise ValueError(f"packet of {len(packet)} bytes: at most 65535")
    return len(packet).to_bytes(2, "big") + packet
