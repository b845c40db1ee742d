"""Cuts a TCP byte stream into frames. Sans-I/O: feed it what `recv` gave, get whole pieces back.

The pieces do not depend on how the bytes were chunked. Bytes that are no frame come out too, as pieces of
their own, so that nothing a panel sent disappears: `parse_frame` names their fault.
"""

from __future__ import annotations

import re
from typing import Final

from jifang.protocols.dc09.frame import MAX_FRAME

_HEADER: Final = re.compile(rb'\n(?:[0-9A-Fa-f]{4}|[\x00-\xff]{2})0[0-9A-Fa-f]{3}"')
_HEADER_LENGTH: Final = 10
"""Bytes after which it is certain whether an LF opens a header (the hexadecimal form is the longer)."""
_TERMINATOR: Final = re.compile(rb"[\r\x14]")
"""What ends a foreign line: CR, or the DC4 of Sur-Gard receivers."""
_NOISE: Final = b"\r\n\x00\x14 \t"
"""Bytes between frames that mean nothing: CR LF endings, the NUL some panels put behind CR."""

# An LF with three of them behind it opens no header. Skipping runs keeps a flood of line ends cheap.
_NOISE_RUN: Final = re.compile(rb"(?:[\r\x00\x14 \t]|\n(?=[\r\n\x00\x14 \t]{3}))+")


class StreamFramer:
    """One per connection. Holds at most `MAX_FRAME` bytes between calls."""

    __slots__ = ("_pending", "_searched")

    def __init__(self) -> None:
        self._pending = b""
        self._searched = 0  # bytes of _pending that need no second look: a slow drip stays cheap

    @property
    def pending(self) -> int:
        """Bytes held back because their frame is not complete."""
        return len(self._pending)

    def feed(self, data: bytes) -> list[bytes]:
        """Take received bytes; return every piece they complete, in order.

        A piece that begins with LF and a DC-09 header is a frame (LF to CR, both included); any other piece
        is foreign: up to its CR or DC4, the next header, or `MAX_FRAME` bytes.
        """
        buffer = self._pending + data if self._pending else data
        pieces: list[bytes] = []
        start, size, searched = 0, len(buffer), self._searched
        while start < size:
            header = _HEADER.match(buffer, start)
            if header is not None:
                stop = buffer.find(b"\r", max(header.end(), searched), start + MAX_FRAME)
                if stop >= 0:
                    self._close_frame(buffer, start, header.end(), stop + 1, pieces)
                    start = stop + 1
                    continue
                if size - start < MAX_FRAME:
                    break
                # A header without its CR: what follows it was searched for nothing but CR so far.
                searched = 0
                after = self._take_foreign(buffer, start, start + 1, size, pieces)
                if after == start:
                    break
                start = after
                continue
            noise = _NOISE_RUN.match(buffer, start)
            if noise is not None:
                start = noise.end()
                continue
            if buffer[start] == 0x0A and size - start < _HEADER_LENGTH:
                break
            after = self._take_foreign(buffer, start, max(start, searched), size, pieces)
            if after == start:
                break
            start = after
        self._pending = buffer[start:] if start else buffer
        self._searched = max(0, size - start - _HEADER_LENGTH)
        return pieces

    def close(self) -> list[bytes]:
        """The connection ended: what is left, if it is more than noise."""
        rest, self._pending, self._searched = self._pending, b"", 0
        return [rest] if rest.strip(_NOISE) else []

    @staticmethod
    def _close_frame(buffer: bytes, start: int, body: int, stop: int, pieces: list[bytes]) -> None:
        """Deliver the bytes from LF to CR; if a cut frame ran into a whole one, deliver both."""
        declared = int(buffer[body - 4 : body - 1], 16)
        if declared == stop - body:
            pieces.append(buffer[start:stop])
            return
        inner = _HEADER.search(buffer, start + 1, stop)
        while inner is not None:
            if int(buffer[inner.end() - 4 : inner.end() - 1], 16) == stop - inner.end():
                pieces.append(buffer[start : inner.start()])
                pieces.append(buffer[inner.start() : stop])
                return
            inner = _HEADER.search(buffer, inner.start() + 1, stop)
        pieces.append(buffer[start:stop])

    @staticmethod
    def _take_foreign(buffer: bytes, start: int, search: int, size: int, pieces: list[bytes]) -> int:
        """Deliver one foreign piece that begins at ``start``; return where it ended, ``start`` to wait.

        Its end is looked for from ``search`` on. The last nine bytes may be the beginning of a header: an LF
        there is left alone.
        """
        limit = min(size, start + MAX_FRAME)
        ending = _TERMINATOR.search(buffer, search, limit)
        # Looking no further than the end of the line keeps a flood of line ends linear.
        edge = ending.end() if ending else limit
        header = _HEADER.search(buffer, search, min(size, edge + _HEADER_LENGTH))
        if header is not None and header.start() < edge:
            edge = header.start()
        else:
            whole = ending is not None or limit == start + MAX_FRAME
            doubtful = buffer.find(b"\n", max(search, size - _HEADER_LENGTH + 1), edge)
            if doubtful >= 0 or not whole:
                return start
        piece = buffer[start:edge]
        if piece.strip(_NOISE):
            pieces.append(piece)
        return edge
