"""Base64 and hexadecimal with exactly one spelling for each sequence of bytes.

The decoders of the standard library also take spellings that nobody writes (spare bits set, blanks between
digits): two different files would then be "the same" evidence.
"""

from __future__ import annotations

import base64
import binascii


def b64(content: bytes) -> str:
    """Standard base64 (RFC 4648 section 4)."""
    return base64.b64encode(content).decode()


def unb64(text: str) -> bytes | None:
    """The bytes, or None unless the text is exactly what ``b64`` writes."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if b64(content) == text else None


def unhex(text: str) -> bytes | None:
    """The bytes, or None unless the text is exactly their lower-case hexadecimal digits."""
    try:
        content = bytes.fromhex(text)
    except ValueError:
        return None
    return content if content.hex() == text else None
