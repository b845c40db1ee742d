"""One DC-09 frame: bytes in, a tuple out. ANSI/SIA DC-09 §5.4, editions 2007 to 2021 and field variants.

Nothing here raises on input: what is wrong is the frame's `fault`. CRC and length run over the bytes as
they came; text is decoded later, with the account's character sets.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from fastcrc import crc16

from jifang.protocols.dc09.foreign import recognise
from jifang.protocols.dc09.reasons import Reason

MAX_BODY: Final = 0xFFF
"""Longest body in bytes: the length field has three hexadecimal digits."""

MAX_FRAME: Final = 1 + 4 + 4 + MAX_BODY + 1
"""Longest frame in bytes: LF, CRC, length, body, CR."""

EVENT_TOKENS: Final = frozenset({b"ADM-CID", b"SIA-DCS"})
REPLY_TOKENS: Final = frozenset({b"ACK", b"NAK", b"DUH", b"RSP"})
_KNOWN_TOKENS: Final = EVENT_TOKENS | REPLY_TOKENS | {b"NULL"}

crc_arc = crc16.arc
"""CRC-16/ARC: polynomial 0x8005 reflected, initial 0, no final exclusive-or; check value 0xBB3D."""

_FRAME: Final = re.compile(
    rb"\n?(?:([0-9A-Fa-f]{4})|([\x00-\xff]{2}))0([0-9A-Fa-f]{3})"
    rb'("(\*?)([^"\r\n]{1,24})"(\d{4})'
    rb"(?:((?:R([0-9A-Fa-f]{0,6}))?(?:L([0-9A-Fa-f]{0,6}))?(?:#([^\[\]|\r\n]{0,32}))?)|([^\[\r\n]{0,64}))\[)"
)
_HEADER: Final = re.compile(rb'\n?(?:([0-9A-Fa-f]{4})|([\x00-\xff]{2}))0([0-9A-Fa-f]{3})(?=")')
_LOOSE_RECEIVER: Final = re.compile(rb"R([0-9A-Fa-f]*)")
# NAK ends in a literal A0 that is no part of the line.
_LOOSE_LINE: Final = re.compile(rb"L([0-9A-Fa-f]*?)(?=A0\Z|[^0-9A-Fa-f]|\Z)")
_LOOSE_ACCOUNT: Final = re.compile(rb"#([^\[]*)")


class Frame(NamedTuple):
    """What the outer layer of a frame says. Immutable; costs a few microseconds.

    ``fault`` is None for a frame whose CRC and length are right and whose header can be read; then all
    fields are filled. With a fault the fields hold what could be read (``token`` is ``b""`` if nothing).
    """

    raw: bytes
    """The bytes as they came, LF and CR included if they were there."""
    fault: Reason | None
    token: bytes
    """``ADM-CID``, ``SIA-DCS``, ``NULL`` or another, without quotes and without the asterisk."""
    encrypted: bool
    sequence: bytes
    """Four digits. Only echoed: a number out of order is no error."""
    address: bytes
    """Everything between the sequence and ``[``: echoed byte for byte in the answer."""
    receiver: bytes | None
    """Digits after ``R``; None when there is no R."""
    line: bytes | None
    """Digits after ``L``; empty for the bare L of some panels, None when there is no L."""
    account_bytes: bytes | None
    """What follows ``#`` in the header; None when the header has no account."""
    content: bytes
    """Everything after the first ``[``: clear data or ASCII-hexadecimal cipher text."""
    binary_crc: bool
    """True if the CRC came as two raw bytes; the answer takes the same form."""
    crc_sent: int
    crc_computed: int
    length_sent: int
    length_computed: int

    @property
    def account(self) -> str | None:
        """Account of the header as text; letters outside hexadecimal are kept as sent."""
        account = self.account_bytes
        return None if account is None else account.decode("ascii", "backslashreplace")

    @property
    def is_supervision(self) -> bool:
        """True for a NULL frame: a sign of life of the path, no signal."""
        return self.token == b"NULL"

    @property
    def is_known(self) -> bool:
        """True if the token is one that DC-09 panels and receivers use with us."""
        return self.token in _KNOWN_TOKENS


def parse_frame(raw: bytes) -> Frame:
    """Read one frame, with or without its LF and CR. Never raises.

    Both CRC forms are told apart by where the opening quote stands (DC-09 has four digits; some panels
    send two raw bytes, which may themselves be LF or CR).
    """
    end = len(raw)
    if raw[-1:] == b"\r":
        end -= 1
    else:
        end = _end_without_trailer(raw)
    found = _FRAME.match(raw, 0, end)
    if found is None:
        return _broken(raw, end)
    (crc_hex, crc_raw, length_hex, _, star, token, sequence, address, receiver, line, account, loose) = (
        found.groups()
    )
    body = raw[found.start(4) : end]
    crc_computed = crc_arc(body)
    length_computed = len(body)
    crc_sent = int(crc_hex, 16) if crc_hex is not None else crc_raw[0] << 8 | crc_raw[1]
    length_sent = int(length_hex, 16)
    if loose is not None or token == b"NAK":
        address = loose if address is None else address
        receiver, line, account = _loose_address(address)
    fault = None
    if crc_sent != crc_computed:
        fault = Reason.CRC_MISMATCH
    elif length_sent != length_computed:
        fault = Reason.LENGTH_MISMATCH
    elif token not in _KNOWN_TOKENS:
        fault = Reason.UNKNOWN_TOKEN
    return Frame(
        raw,
        fault,
        token,
        star == b"*",
        sequence,
        address,
        receiver,
        line,
        account,
        raw[found.end() : end],
        crc_hex is None,
        crc_sent,
        crc_computed,
        length_sent,
        length_computed,
    )


def _end_without_trailer(raw: bytes) -> int:
    """Where the body ends when the last byte is not CR: datagrams come with CR LF or CR NUL behind."""
    end = len(raw)
    for trailer in (b"\r\n", b"\r\x00"):
        if raw.endswith(trailer):
            return end - 2
    return end


def _loose_address(address: bytes) -> tuple[bytes | None, bytes | None, bytes | None]:
    """Receiver, line and account from an address that is not in the standard's form (NAK's ``R0L0A0``)."""
    account = _LOOSE_ACCOUNT.search(address)
    head = address[: account.start()] if account else address
    receiver = _LOOSE_RECEIVER.match(head)
    line = _LOOSE_LINE.search(head, receiver.end() if receiver else 0)
    return (
        receiver.group(1) if receiver else None,
        line.group(1) if line else None,
        account.group(1) if account else None,
    )


def _broken(raw: bytes, end: int) -> Frame:
    """A frame without a readable header: say whether the outer form held, and what it may be instead."""
    header = _HEADER.match(raw, 0, end)
    if header is None:
        return Frame(raw, recognise(raw), b"", False, b"", b"", None, None, None, b"", False, 0, 0, 0, 0)
    crc_hex, crc_raw, length_hex = header.groups()
    body = raw[header.end() : end]
    crc_sent = int(crc_hex, 16) if crc_hex is not None else crc_raw[0] << 8 | crc_raw[1]
    crc_computed = crc_arc(body)
    length_sent = int(length_hex, 16)
    fault = Reason.MALFORMED
    if crc_sent != crc_computed:
        fault = Reason.CRC_MISMATCH
    elif length_sent != len(body):
        fault = Reason.LENGTH_MISMATCH
    return Frame(
        raw,
        fault,
        b"",
        False,
        b"",
        b"",
        None,
        None,
        None,
        b"",
        crc_hex is None,
        crc_sent,
        crc_computed,
        length_sent,
        len(body),
    )
