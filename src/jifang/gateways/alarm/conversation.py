"""A query with its COPY data as messages of PostgreSQL's protocol (version 3), and the server's answers.

The server reads a COPY's data when it comes to it, so query and data may be on the way together; data that
an error has made useless is skipped by the server (PostgreSQL documentation, "COPY operations"). Sans-I/O.
"""

import struct
from collections.abc import Sequence
from typing import Final

_LENGTH: Final = struct.Struct(">I")
_HEAD: Final = 5
READY: Final = b"Z"
ERROR: Final = b"E"


def encode(statements: bytes, buffers: Sequence[bytes]) -> bytes:
    """A simple query and, for each COPY in it, its data and their end."""
    parts = [b"Q", _LENGTH.pack(len(statements) + 5), statements, b"\0"]
    for buffer in buffers:
        parts += (b"d", _LENGTH.pack(len(buffer) + 4), buffer, b"c\0\0\0\4")
    return b"".join(parts)


class Answers:
    """Cuts what the server sends into messages."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[tuple[bytes, bytes]]:
        """Take received bytes; return the messages they complete as (type, content)."""
        data = self._rest + data if self._rest else data
        messages = []
        at, size = 0, len(data)
        while size - at >= _HEAD:
            (length,) = _LENGTH.unpack_from(data, at + 1)
            if size - at <= length:
                break
            messages.append((data[at : at + 1], data[at + _HEAD : at + 1 + length]))
            at += 1 + length
        self._rest = data[at:]
        return messages


def error_of(content: bytes) -> tuple[str, str]:
    """SQLSTATE and message of an error."""
    fields = {part[:1]: part[1:].decode("utf-8", "replace") for part in content.split(b"\0") if part}
    return fields.get(b"C", ""), fields.get(b"M", "")
