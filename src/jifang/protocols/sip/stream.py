"""Cuts a SIP connection over TCP into messages. Feed it what `recv` gave; the messages do not depend on it.

What is no message comes out too, so that a gateway can log it and a flood is seen; how garbage is cut
depends on how it came. More than one message's worth is never held.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from jifang.protocols.sip.message import (
    _BLANK,
    MAX_BODY,
    MAX_HEADERS,
    START,
    SipError,
    SipMessage,
    _read_head,
    content_length,
)

_NOISE: Final = b"\r\n\x00 \t"
_LONGEST_START: Final = 1400


class Piece(NamedTuple):
    """A message, or the bytes that are none with the reason."""

    message: SipMessage | None
    raw: bytes
    reason: str
    """Empty, ``garbage``, ``start_line``, ``headers_too_long`` or ``body_too_long``."""


class StreamFramer:
    """State of one connection. CR LF keep-alives (RFC 5626) vanish; `pings` counts them."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._head: SipMessage | None = None
        self._head_end = 0
        self._searched = 0
        self.pings = 0

    @property
    def pending(self) -> int:
        """Bytes held back."""
        return len(self._held)

    def feed(self, data: bytes) -> list[Piece]:
        """Take bytes, give the pieces that are complete."""
        self._held += data
        pieces: list[Piece] = []
        while self._step(pieces):
            pass
        return pieces

    def close(self) -> list[Piece]:
        """The connection ended: what is left is garbage."""
        left = bytes(self._held).strip(_NOISE)
        self._reset(len(self._held))
        return [Piece(None, left, "garbage")] if left else []

    def _reset(self, used: int) -> None:
        del self._held[:used]
        self._head, self._head_end, self._searched = None, 0, 0

    def _step(self, pieces: list[Piece]) -> bool:
        held = self._held
        if self._head is None:
            if held[:1] and held[0] in _NOISE:
                stripped = held.lstrip(_NOISE)
                noise = bytes(held[: len(held) - len(stripped)])
                self.pings += noise.count(b"\r\n\r\n")
                del held[: len(noise)]
                self._searched = 0
            blank = _BLANK.search(held, self._searched, MAX_HEADERS)
            if blank is None:
                self._searched = max(0, min(len(held), MAX_HEADERS) - 3)
                if len(held) >= MAX_HEADERS:
                    self._skip(pieces, "headers_too_long")
                    return True
                return self._resynchronise(pieces)
            if not START.match(held):
                self._skip(pieces, "garbage")
                return True
            try:
                self._head = _read_head(bytes(held[: blank.start()]))
            except SipError as error:
                self._skip(pieces, error.reason)
                return True
            self._head_end = blank.end()
            if (content_length(self._head) or 0) > MAX_BODY:
                self._skip(pieces, "body_too_long")
                return True
        length = content_length(self._head)
        end = self._head_end + (length or 0)
        if len(held) < end:
            return False
        message = self._head
        message.body = bytes(held[self._head_end : end])
        if length is None:
            # RFC 3261 §18.3 demands it over TCP; the answer of some devices has none and no body.
            message.problems += ("content_length",)
        raw = bytes(held[:end])
        self._reset(end)
        pieces.append(Piece(message, raw, ""))
        return True

    def _resynchronise(self, pieces: list[Piece]) -> bool:
        """Before the headers are whole: drop what cannot become a start line."""
        line_end = self._held.find(b"\n", 0, _LONGEST_START + 1)
        if line_end < 0 and len(self._held) <= _LONGEST_START:
            return False
        if START.match(self._held):
            return False
        self._skip(pieces, "garbage")
        return True

    def _skip(self, pieces: list[Piece], reason: str) -> None:
        """Give out everything up to the next start line at the beginning of a line."""
        place = 1
        end = len(self._held)
        while True:
            found = self._held.find(b"\n", place)
            if found < 0:
                break
            partial = self._held.find(b"\n", found + 1) < 0
            short = len(self._held) - found - 1 <= _LONGEST_START
            if START.match(self._held, found + 1) or (partial and short):
                end = found + 1
                break
            place = found + 1
        pieces.append(Piece(None, bytes(self._held[:end]), reason))
        self._reset(end)
