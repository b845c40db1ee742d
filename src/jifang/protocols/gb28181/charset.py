"""Text of MANSCDP bodies: the declared character set is often not the one that was used.

Devices declare GB2312 and send GBK, GB 18030 or UTF-8, or declare UTF-8 and send GBK. Text that is valid
UTF-8 is UTF-8 if it is declared so or has a character of three bytes, as Chinese has; short GBK words such
as C2 A5, a building, which as UTF-8 were a currency sign, are not mistaken. Everything else is read as
GB 18030, the superset of GB 2312 and GBK. A byte that fits neither costs one character, never the message.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_DECLARED: Final = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']?([A-Za-z0-9_.-]{1,40})", re.IGNORECASE
)
_BOM: Final = b"\xef\xbb\xbf"


class Decoded(NamedTuple):
    """Text of a body: what was declared, what was used, and whether a byte had to be replaced."""

    text: str
    charset: str
    """``ascii``, ``utf-8`` or ``gb18030``: what the bytes are."""
    declared: str
    """The name in the XML declaration in lower case; empty if there is none."""
    damaged: bool
    """True if a byte fits no character; U+FFFD stands in its place."""


def decode_body(body: bytes) -> Decoded:
    """The text of a body. Never raises."""
    body = body.removeprefix(_BOM)
    found = _DECLARED.search(body, 0, 512)
    declared = found.group(1).decode("ascii").lower() if found else ""
    if body.isascii():
        return Decoded(body.decode("ascii"), "ascii", declared, False)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if text and (declared.startswith("utf") or max(text) >= "\u0800"):
        return Decoded(text, "utf-8", declared, False)
    try:
        return Decoded(body.decode("gb18030"), "gb18030", declared, False)
    except UnicodeDecodeError:
        if text:
            return Decoded(text, "utf-8", declared, False)
        return Decoded(body.decode("gb18030", "replace"), "gb18030", declared, True)
