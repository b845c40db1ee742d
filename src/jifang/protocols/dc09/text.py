"""Text of panels: bytes are kept, decoding is the account's matter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

DEFAULT_CHARSETS: Final = ("utf-8", "gb18030", "cp1252")
"""Tried in order for an account without a setting of its own."""


def decode_text(raw: bytes, charsets: Iterable[str] = DEFAULT_CHARSETS) -> str:
    """Text in the first character set that fits; bytes that fit none stay visible as ``\\xNN``."""
    if raw.isascii():
        return raw.decode("ascii")
    for charset in charsets:
        try:
            return raw.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("ascii", "backslashreplace")
