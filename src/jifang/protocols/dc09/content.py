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

# A group ends at the first "]" that something legal follows: a "]" inside free text, or one that is the
# second byte of a double-byte character (0x5D in GBK), does not cut it short.
_INSIDE: Final = rb"[^\]]*(?:\](?!\[|_|\Z)[^\]]*)*"
_CONTENT: Final = re.compile(
    rb"(" + _INSIDE + rb")\]((?:\[" + _INSIDE + rb"\])*)(_\d\d:\d\d:\d\d,\d\d-\d\d-\d{4})?([\x00-\xff]*)"
)
# What nearly every frame looks like: account, one group, perhaps a timestamp, nothing else.
_COMMON: Final = re.compile(rb"#([^|\[\]]{0,32})\|([^\[\]]+)\](_\d\d:\d\d:\d\d,\d\d-\d\d-\d{4})?")
_ACCOUNT: Final = re.compile(rb"(?:#([^|\[\]]{0,32})|([0-9A-Fa-f]{3,16}))?\|")
_GROUP: Final = re.compile(rb"\[(" + _INSIDE + rb")\]")
_XDATA: Final = re.compile(rb"[A-Za-z]")

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
    common = _COMMON.fullmatch(content)
    if common is not None:
        account, payload, stamp = common.groups()
        body = content if stamp is None else content[: common.start(3)]
        return Message(token, account, (payload,), (), stamp or b"", body, b"")
    found = _CONTENT.match(content)
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

    The padding ends at the first bar. Without data there may be none, and ``]`` ends it: always in NULL
    messages, in the answers of some receivers.
    """
    bar = plain.find(b"|")
    if bar < 0 or token == b"NULL":
        bracket = plain.find(b"]")
        if bracket >= 0 and (bar < 0 or bracket < bar):
            return read_content(token, plain[bracket:])
    if bar < 0 or plain.find(b"]", bar) < 0:
        return None
    return read_content(token, plain[bar + 1 :])


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
            payload = _split_account(inner)[1]
            if payload:
                more.append(payload)
        elif _XDATA.match(inner):
            xdata.append(ExtendedData(chr(inner[0]), inner[1:]))
        elif inner:
            xdata.append(ExtendedData("", inner))
    return tuple(more), tuple(xdata)
