"""What one received frame becomes on its way to the database and back."""

from datetime import UTC, datetime
from typing import Protocol

from jifang.gateways.alarm.directory import Path
from jifang.protocols.dc09 import Answer, Frame

Key = tuple[bytes, str, int]
"""Digest of the content, account (``book/number`` outside the book ``main``), sequence."""

Sighting = tuple[int, str]
"""Listener and account of a sender that nobody registered."""


class Moment:
    """A time of arrival, on both clocks. All frames of one round of the loop share one.

    ``wall`` is Unix time and only stamps; ``mono`` is the monotonic clock, by which everything is timed.
    """

    __slots__ = ("at", "cell", "mono", "wall")

    def __init__(self, wall: float, mono: float) -> None:
        self.wall = wall
        self.mono = mono
        self.at = datetime.fromtimestamp(wall, UTC)
        self.cell = f"{self.at:%Y-%m-%d %H:%M:%S.%f}+00"
        """As timestamptz for COPY."""


class Source(Protocol):
    """Where frames come from and answers go: a TCP connection, or the sender of a datagram."""

    @property
    def peer(self) -> str:
        """Address and port."""

    @property
    def ident(self) -> int:
        """Number of the connection."""

    @property
    def listener(self) -> int:
        """Number of the listener."""

    def answered(self, item: "Item") -> None:
        """The item is stored: send its answer and read on. Called in the order of arrival."""


class Item:
    """One frame between arrival and answer.

    ``rows`` are its lines for COPY into ``alarm_signal`` (empty: no signal); ``refusal`` is a line for
    ``alarm_refusal``. ``answer`` is the reply ready to send, or None when ``sealing`` says how to make it at
    the time of sending (the answer to an encrypted frame carries the clock).
    """

    __slots__ = (
        "account_cell",
        "answer",
        "duplicate",
        "encrypted",
        "key",
        "moment",
        "ordinal",
        "path",
        "raw",
        "refusal",
        "rows",
        "sealing",
        "sighting",
        "source",
    )

    def __init__(self, source: Source, raw: bytes, moment: Moment, ordinal: int) -> None:
        self.source = source
        self.raw = raw
        self.moment = moment
        self.ordinal = ordinal
        self.account_cell = ""
        self.rows = ""
        self.refusal = ""
        self.answer: bytes | None = b""
        self.key: Key | None = None
        self.path: Path | None = None
        self.sealing: tuple[Frame, Answer, bytes] | None = None
        self.sighting: Sighting | None = None
        self.encrypted = False
        self.duplicate = False
