"""The inner layer of a frame: data, extended data and timestamp, in clear or after decryption."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Final, NamedTuple

from jifang.protocols.contact_id import parse_contact_id
from jifang.protocols.dc09.clock import parse_stamp
from jifang.protocols.events import Event
from jifang.protocols.sia import parse_sia

# Data ends at the first "]" that something legal follows: a "]" inside free text does not cut it short.
_CONTENT: Final = re.compile(
    rb"([^\]]*(?:\](?!\[|_|\Z)[^\]]*)*)\]((?:\[[^\]]*\])*)(_\d\d:\d\d:\d\d,\d\d-\d\d-\d{4})?([\x00-\xff]*)"
)
_ACCOUNT: Final = re.compile(rb"(?:#([^|\[\]]{0,32})|([0-9A-Fa-f]{3,16}))?\|")
_GROUP: Final = re.compile(rb"\[([^\]]*)\]")
_XDATA: Final = re.compile(rb"[A-Za-z]")

DOUBLE_BYTE: Final = re.compile(rb"[\x81-\xfe][\x40-\xfe]")
DIGEST_SIZE: Final = 16


class ExtendedData(NamedTuple):
    """One ``[Xvalue]`` block (alarm.md §1.5 of the facts; DC-09 §5.4.7)."""

    letter: str
    value: bytes
    """As sent: the character set is the account's matter."""


class Message(NamedTuple):
    """What a frame carries, readable."""

    token: bytes
    account_bytes: bytes | None
    """Account repeated in the data; None if it is not there, empty if only its bar is."""
    payloads: tuple[bytes, ...]
    """Data behind the account, one for each ``[...]`` data group; nothing for ``[]``."""
    xdata: tuple[ExtendedData, ...]
    stamp: bytes
    """Timestamp as sent with its underscore; empty if there is none."""
    body: bytes
    """Data and extended data without padding and timestamp: what makes a retransmission recognisable."""
    rest: bytes
    """Bytes behind the part that could be read: empty for a proper frame."""

    @property
    def timestamp(self) -> datetime | None:
        """UTC instant the panel wrote, or None."""
        return parse_stamp(self.stamp) if self.stamp else None

    @property
    def events(self) -> tuple[Event, ...]:
        """The events in order; computed at each call. Data that nobody understands is one unknown event."""
        if self.token == b"NULL":
            return ()
        if self.token == b"ADM-CID":
            return parse_contact_id(self.payloads)
        return parse_sia(self.payloads)

    def digest(self) -> bytes:
        """16 bytes over `body`, for the table of recent frames (account, sequence, digest)."""
        return hashlib.blake2b(self.body, digest_size=DIGEST_SIZE).digest()


def read_content(token: bytes, content: bytes) -> Message:
    """Split clear content: what stands behind the first ``[`` of the frame. Never raises."""
    found = _CONTENT.match(content)
    if found is None and not content.isascii():
        # A double-byte character may hide the bracket: 0x5D is a legal second byte of GBK.
        found = _CONTENT.match(DOUBLE_BYTE.sub(b"__", content))
    if found is None:
        return Message(token, None, (content,) if content else (), (), b"", content, b"")
    stamp = found.group(3) or b""
    body = content[: found.start(3)] if stamp else content[: found.end(2)]
    account, payload = _split_account(content[: found.end(1)])
    payloads: tuple[bytes, ...] = (payload,) if payload else ()
    xdata: tuple[ExtendedData, ...] = ()
    if found.start(2) != found.end(2):
        payloads, xdata = _groups(content[found.start(2) : found.end(2)], payloads)
    return Message(token, account, payloads, xdata, stamp, body, content[found.end() - len(found.group(4)) :])


def read_decrypted(token: bytes, plain: bytes) -> Message | None:
    """Split decrypted content behind its padding; None if there is neither bar nor bracket (wrong key).

    The padding ends at the first bar; a NULL message without data has none and ends it at ``]``.
    """
    bar = plain.find(b"|")
    if token == b"NULL":
        bracket = plain.find(b"]")
        if bracket >= 0 and (bar < 0 or bracket < bar):
            return _read_sealed(token, plain[bracket:])
    if bar < 0:
        return None
    return _read_sealed(token, plain[bar + 1 :])


def _read_sealed(token: bytes, content: bytes) -> Message | None:
    message = read_content(token, content)
    return None if message.rest or not content.count(b"]") else message


def _split_account(data: bytes) -> tuple[bytes | None, bytes]:
    found = _ACCOUNT.match(data)
    if found is None:
        return None, data
    marked, plain = found.groups()
    account = marked if marked is not None else plain if plain is not None else b""
    return account, data[found.end() :]


def _groups(groups: bytes, payloads: tuple[bytes, ...]) -> tuple[tuple[bytes, ...], tuple[ExtendedData, ...]]:
    """Tell further data groups (they begin with an account or a bar) from extended data (a letter)."""
    xdata: list[ExtendedData] = []
    more = list(payloads)
    for found in _GROUP.finditer(groups):
        inner = found.group(1)
        if inner[:1] in (b"#", b"|"):
            more.append(_split_account(inner)[1])
        elif _XDATA.match(inner):
            xdata.append(ExtendedData(chr(inner[0]), inner[1:]))
        elif inner:
            xdata.append(ExtendedData("", inner))
    return tuple(more), tuple(xdata)
