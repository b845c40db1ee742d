"""What one received frame becomes on its way to the database and back."""

from typing import Protocol

from jifang.gateways.alarm.directory import Path
from jifang.protocols.dc09 import Answer, Frame

Key = tuple[bytes, str, int]
"""Digest of the content, account (``book/number`` outside the book ``main``), sequence."""

Sighting = tuple[int, str]
"""Listener and account of a sender that nobody registered."""


class Source(Protocol):
    """Where frames come from and answers go: a TCP connection, or the sender of a datagram."""

    def answered(self, items: "list[Item]") -> None:
        """The items (all of this source, in order) are stored: send their answers and read on."""


class Item:
    """One frame between arrival and answer.

    ``rows`` are its lines for COPY into ``alarm_signal`` (empty: no signal); ``refusal`` is a line for
    ``alarm_refusal``. ``answer`` is the reply ready to send, or None when ``sealing`` says how to make it at
    the time of sending (the answer to an encrypted frame carries the clock).
    """

    __slots__ = (
        "account_cell",
        "answer",
        "connection",
        "duplicate",
        "encrypted",
        "key",
        "listener",
        "ordinal",
        "path",
        "peer",
        "raw",
        "refusal",
        "rows",
        "sealing",
        "sighting",
        "source",
        "stamp",
    )

    def __init__(
        self, source: Source, raw: bytes, stamp: str, peer: str, listener: int, connection: int, ordinal: int
    ) -> None:
        self.source = source
        self.raw = raw
        self.stamp = stamp
        self.peer = peer
        self.listener = listener
        self.connection = connection
        self.ordinal = ordinal
        self.key: Key | None = None
        self.account_cell = ""
        self.rows = ""
        self.refusal = ""
        self.answer: bytes | None = b""
        self.sealing: tuple[Frame, Answer, bytes] | None = None
        self.path: Path | None = None
        self.sighting: Sighting | None = None
        self.encrypted = False
        self.duplicate = False
