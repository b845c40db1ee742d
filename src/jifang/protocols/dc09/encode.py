"""Frames as a panel or a forwarding receiver sends them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from jifang.protocols.dc09.answer import seal
from jifang.protocols.dc09.cipher import Pad, encrypt, random_pad
from jifang.protocols.dc09.clock import format_stamp
from jifang.protocols.dc09.content import ExtendedData


def encode_frame(
    token: str,
    sequence: int,
    account: str,
    data: bytes = b"",
    *,
    receiver: str | None = None,
    line: str | None = "0",
    xdata: Iterable[ExtendedData] = (),
    at: datetime | None = None,
    key: bytes | None = None,
    pad: Pad = random_pad,
    inner_account: bool = True,
    binary_crc: bool = False,
) -> bytes:
    """A whole frame, LF to CR.

    ``token`` ADM-CID, SIA-DCS or NULL; ``sequence`` 0 to 9999; ``account`` without ``#``; ``data`` the
    payload behind the account (`format_contact_id`, `format_sia`; empty for NULL); ``receiver`` and
    ``line`` without their letters, None to leave the field out; ``at`` the aware instant of the
    timestamp, needed with a ``key``. ValueError names what does not fit.
    """
    if not 0 <= sequence <= 9999:
        raise ValueError(f"sequence: 0 to 9999 fit, got {sequence}")
    if key is not None and at is None:
        raise ValueError("at: an encrypted frame needs its timestamp")
    address = b""
    if receiver is not None:
        address += b"R" + receiver.encode("ascii")
    if line is not None:
        address += b"L" + line.encode("ascii")
    name = account.encode("ascii")
    address += b"#" + name
    inner = b""
    if data:
        inner = (b"#" + name if inner_account else b"") + b"|" + data
    extended = b"".join(b"[%b%b]" % (item.letter.encode("ascii"), item.value) for item in xdata)
    content = inner + b"]" + extended + (format_stamp(at) if at is not None else b"")
    if key is None:
        head = b'"%b"%04d%b[' % (token.encode("ascii"), sequence, address)
        return seal(head + content, binary_crc=binary_crc)
    # A NULL message has no bar: its padding ends at the bracket.
    bare = token.encode("ascii") == b"NULL" and not data
    plain = content if bare else b"|" + content
    head = b'"*%b"%04d%b[' % (token.encode("ascii"), sequence, address)
    return seal(head + encrypt(key, plain, pad), binary_crc=binary_crc)


def encode_supervision(
    account: str,
    *,
    receiver: str | None = None,
    line: str | None = "0",
    at: datetime | None = None,
    key: bytes | None = None,
    pad: Pad = random_pad,
    sequence: int = 0,
    binary_crc: bool = False,
) -> bytes:
    """A NULL frame; panels send it with sequence 0000."""
    return encode_frame(
        "NULL",
        sequence,
        account,
        receiver=receiver,
        line=line,
        at=at,
        key=key,
        pad=pad,
        binary_crc=binary_crc,
    )
