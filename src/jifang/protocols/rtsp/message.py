"""RTSP messages (RFC 2326 §4 to 6): requests made, answers read, requests of the server noticed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

MAX_HEAD: Final = 65_536
MAX_BODY: Final = 262_144
_STATUS: Final = re.compile(r"RTSP/\d\.\d\s+(\d{3})\s*(.{0,200})\Z")
_REQUEST: Final = re.compile(r"([A-Z_]{1,32})\s+(\S{1,2048})\s+RTSP/\d\.\d\s*\Z")


class RtspError(ValueError):
    """The bytes are no RTSP; ``reason`` is the machine-readable word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class RtspMessage:
    """An answer (``status`` and ``phrase``) or a request (``method`` and ``uri``)."""

    status: int = 0
    phrase: str = ""
    method: str = ""
    uri: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def get(self, name: str) -> str | None:
        """First value of a header, whatever its case; None if absent."""
        wanted = name.lower()
        return next((value for each, value in self.headers if each.lower() == wanted), None)

    def every(self, name: str) -> list[str]:
        """All values of a header."""
        wanted = name.lower()
        return [value for each, value in self.headers if each.lower() == wanted]

    @property
    def cseq(self) -> int | None:
        """CSeq; None if it is missing, as in some cameras' answers."""
        text = (self.get("CSeq") or "").strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def __bytes__(self) -> bytes:
        start = (
            f"{self.method} {self.uri} RTSP/1.0" if self.method else f"RTSP/1.0 {self.status} {self.phrase}"
        )
        lines = [start, *(f"{name}: {' '.join(value.splitlines())}" for name, value in self.headers)]
        if self.body:
            lines.append(f"Content-Length: {len(self.body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape") + self.body


def read_head(head: bytes) -> RtspMessage:
    """Start line and headers. Raises `RtspError`."""
    lines = head.decode("utf-8", "surrogateescape").replace("\r\n", "\n").split("\n")
    found = _STATUS.match(lines[0].strip())
    if found:
        message = RtspMessage(status=int(found[1]), phrase=found[2].strip())
    else:
        found = _REQUEST.match(lines[0].strip())
        if found is None:
            raise RtspError("start_line")
        message = RtspMessage(method=found[1], uri=found[2])
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if line[:1] in (" ", "\t") and message.headers:
            last, known = message.headers[-1]
            message.headers[-1] = (last, f"{known} {line.strip()}")
        elif colon and name.strip():
            message.headers.append((name.strip(), value.strip()))
    return message


class MessageReader:
    """Cuts a connection into messages before PLAY; interleaved packets among them come out as bytes.

    After PLAY the connection goes to `rtp.InterleavedVideo`, with what `rest` still holds.
    """

    def __init__(self) -> None:
        self._held = bytearray()

    @property
    def pending(self) -> int:
        """Bytes held."""
        return len(self._held)

    def rest(self) -> bytes:
        """Take what is held."""
        held = bytes(self._held)
        self._held.clear()
        return held

    def feed(self, data: bytes) -> list[RtspMessage | bytes]:
        """Take bytes; give messages, and packets with their four bytes before them. Raises `RtspError`."""
        self._held += data
        given: list[RtspMessage | bytes] = []
        while True:
            piece = self._next()
            if piece is None:
                return given
            given.append(piece)

    def _next(self) -> RtspMessage | bytes | None:
        held = self._held
        while held and held[0] in b"\r\n":
            del held[:1]
        if held[:1] == b"$":
            end = 4 + (held[2] << 8 | held[3]) if len(held) >= 4 else 0
            if not end or len(held) < end:
                return None
            packet = bytes(held[:end])
            del held[:end]
            return packet
        blank = re.search(rb"\r?\n\r?\n", held)
        if blank is None:
            if len(held) > MAX_HEAD:
                raise RtspError("too_long")
            return None
        message = read_head(bytes(held[: blank.start()]))
        text = (message.get("Content-Length") or "").strip()
        length = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        if length > MAX_BODY:
            raise RtspError("too_long")
        if len(held) < blank.end() + length:
            return None
        message.body = bytes(held[blank.end() : blank.end() + length])
        del held[: blank.end() + length]
        return message
