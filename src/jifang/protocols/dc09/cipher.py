"""AES-CBC of DC-09 (§5.4.5, §5.4.6): 128 to 256 bit, zero initial vector, padding in front, hex text."""

from __future__ import annotations

import binascii
import re
import secrets
from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

BLOCK: Final = 16
_ZERO_IV: Final = CBC(bytes(BLOCK))
_KEY_SIZES: Final = (16, 24, 32)
_HEX: Final = re.compile(r"[0-9A-Fa-f]+\Z")
_PAD_ALPHABET: Final = bytes(range(0x30, 0x3A)) + bytes(range(0x41, 0x5B)) + bytes(range(0x61, 0x7B))
_TO_ALPHABET: Final = bytes(_PAD_ALPHABET[byte % len(_PAD_ALPHABET)] for byte in range(256))

Pad = Callable[[int], bytes]
"""Gives that many padding bytes, none of them ``|``, ``[`` or ``]``."""


def key_from_hex(text: str) -> bytes:
    """Key of 32, 48 or 64 hexadecimal digits. ValueError says what is wrong, never the key itself."""
    stripped = "".join(text.split())
    if not _HEX.match(stripped) or len(stripped) not in (32, 48, 64):
        raise ValueError(f"key: 32, 48 or 64 hexadecimal digits are needed, got {len(stripped)} characters")
    return bytes.fromhex(stripped)


def key_from_ascii(text: str) -> bytes:
    """Key of 16, 24 or 32 ASCII characters used as bytes (Ajax and others). Never guessed from its look."""
    if not text.isascii() or len(text) not in _KEY_SIZES:
        raise ValueError(f"key: 16, 24 or 32 ASCII characters are needed, got {len(text)} characters")
    return text.encode("ascii")


def fewest_p(count: int) -> bytes:
    """Padding of the standard's example: the letter p."""
    return b"p" * count


def random_pad(count: int) -> bytes:
    """Unpredictable letters and digits: with the fixed initial vector the pad is what makes blocks differ."""
    return secrets.token_bytes(count).translate(_TO_ALPHABET)


def encrypt(key: bytes, plain: bytes, pad: Pad = random_pad) -> bytes:
    """Upper-case hex of the cipher text of ``plain`` with the fewest padding bytes in front.

    ``plain`` begins at the bar (or at ``]`` for a NULL message).
    """
    padded = pad(-len(plain) % BLOCK) + plain
    step = Cipher(AES(key), _ZERO_IV).encryptor()
    return binascii.hexlify(step.update(padded) + step.finalize()).upper()


def decrypt(key: bytes, content: bytes) -> bytes | None:
    """Padded plain text of the ASCII-hex ``content``, either case; None if it is no cipher text at all."""
    if not content or len(content) % (2 * BLOCK):
        return None
    try:
        sealed = binascii.unhexlify(content)
    except binascii.Error:
        return None
    step = Cipher(AES(key), _ZERO_IV).decryptor()
    return step.update(sealed) + step.finalize()
