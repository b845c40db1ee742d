"""Bits of a raw byte sequence payload: fixed lengths and Exp-Golomb codes (H.264 §9.1, H.265 §9.2)."""

from __future__ import annotations


class BitError(ValueError):
    """The data end before the field, or a code is longer than any the standards use."""


def unescape(nal: bytes) -> bytes:
    """A NAL unit without its emulation prevention bytes."""
    if b"\x00\x00\x03" not in nal:
        return nal
    made, start = bytearray(), 0
    while (found := nal.find(b"\x00\x00\x03", start)) >= 0:
        made += nal[start : found + 2]
        start = found + 3
    return bytes(made + nal[start:])


class BitReader:
    """Reads from the first bit on. Raises `BitError` at the end."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    def bits(self, count: int) -> int:
        """``count`` bits as an unsigned number."""
        self._left -= count
        if self._left < 0:
            raise BitError("end of data")
        return self._value >> self._left & ((1 << count) - 1)

    def flag(self) -> bool:
        """One bit."""
        return self.bits(1) == 1

    def ue(self) -> int:
        """An unsigned Exp-Golomb code."""
        zeros = 0
        while not self.bits(1):
            zeros += 1
            if zeros > 32:
                raise BitError("code too long")
        return (1 << zeros) - 1 + self.bits(zeros)

    def se(self) -> int:
        """A signed Exp-Golomb code."""
        code = self.ue()
        return (code + 1) // 2 if code & 1 else -(code // 2)
