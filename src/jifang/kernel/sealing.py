"""Secrets at rest: panel keys, camera passwords, TOTP seeds.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce per sealing. The *context* names where the secret
lives (for example ``"alarm_account:42:key"``) and is authenticated with it, so that a sealed value copied
into another row does not open. A sealed value reads ``v1:<key id>:<base64url of nonce, ciphertext and tag>``.

Keys live in a key ring outside the database and outside its dump. The first key of the ring seals; every key
of the ring opens, so that keys rotate: put a new key first, seal again what ``needs_resealing``, then drop
the old one. A key ring file has one key a line, ``<key id> <base64 of 32 bytes>``; ``#`` begins a comment.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
VERSION = "v1"
_KEY_ID = re.compile(r"[A-Za-z0-9_.-]{1,32}")
_SEALED = re.compile(r"v1:([A-Za-z0-9_.-]{1,32}):([A-Za-z0-9_-]+)")


class SealError(Exception):
    """A secret that cannot be sealed or opened. The message never contains secret material."""


class UnknownKeyError(SealError):
    """The value was sealed with a key that is not in the ring."""


class KeyRing:
    """Keys by id, the sealing key first. Build it from a mapping or from the bytes of a key ring file."""

    __slots__ = ("_ciphers", "_keys", "current")

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise SealError("The key ring is empty: it needs at least one key.")
        for key_id, key in keys.items():
            if not _KEY_ID.fullmatch(key_id):
                raise SealError(f"Key id {key_id!r}: use 1 to 32 letters, digits, '_', '.' or '-'.")
            if len(key) != KEY_BYTES:
                raise SealError(f"Key {key_id!r} has {len(key)} bytes: it needs {KEY_BYTES}.")
        self._keys = dict(keys)
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.current = next(iter(keys))

    def __repr__(self) -> str:
        return f"KeyRing({list(self._ciphers)})"

    def __contains__(self, key_id: str) -> bool:
        return key_id in self._ciphers

    @classmethod
    def parse(cls, content: bytes) -> KeyRing:
        """Read the content of a key ring file. Raises ``SealError`` with the number of the bad line."""
        keys: dict[str, bytes] = {}
        try:
            lines = content.decode("ascii").splitlines()
        except UnicodeDecodeError:
            raise SealError("The key ring is not a text file of ASCII characters.") from None
        for number, line in enumerate(lines, start=1):
            fields = line.partition("#")[0].split()
            if not fields:
                continue
            try:
                key_id, encoded = fields
                key = base64.b64decode(encoded, validate=True)
            except (ValueError, binascii.Error):
                raise SealError(f"Key ring line {number}: write '<key id> <base64 of 32 bytes>'.") from None
            if key_id in keys:
                raise SealError(f"Key ring line {number}: key id {key_id!r} appears twice.")
            keys[key_id] = key
        return cls(keys)

    def content(self) -> bytes:
        """The ring as the content of a key ring file; ``parse`` reads it back."""
        lines = (f"{key_id} {base64.b64encode(key).decode()}\n" for key_id, key in self._keys.items())
        return "".join(lines).encode()

    def rotated(self, key_id: str, key: bytes) -> KeyRing:
        """A ring in which a new key seals and the present ones still open."""
        if key_id in self:
            raise SealError(f"Key id {key_id!r} is already in the ring: choose another.")
        return KeyRing({key_id: key, **self._keys})

    def seal(self, secret: bytes, *, context: str) -> str:
        """Seal a secret under the ring's current key, bound to its context."""
        nonce = os.urandom(NONCE_BYTES)
        box = nonce + self._ciphers[self.current].encrypt(nonce, secret, _associated(self.current, context))
        return f"{VERSION}:{self.current}:{base64.urlsafe_b64encode(box).decode().rstrip('=')}"

    def unseal(self, sealed: str, *, context: str) -> bytes:
        """Open a sealed value. Raises ``UnknownKeyError`` or ``SealError``."""
        key_id, box = _take_apart(sealed)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise UnknownKeyError(f"Sealed with key {key_id!r}, which is not in the ring: restore that key.")
        try:
            return cipher.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], _associated(key_id, context))
        except InvalidTag:
            raise SealError(
                f"The value does not open with key {key_id!r} in the context {context!r}: "
                "it was altered, moved from another place, or the key is another one of the same name."
            ) from None

    def needs_resealing(self, sealed: str) -> bool:
        """Whether the value is sealed with another key than the current one."""
        return _take_apart(sealed)[0] != self.current


def generate_key() -> bytes:
    """A new random key of 32 bytes."""
    return os.urandom(KEY_BYTES)


def _associated(key_id: str, context: str) -> bytes:
    return f"jifang {VERSION}\n{key_id}\n{context}".encode()


def _take_apart(sealed: str) -> tuple[str, bytes]:
    match = _SEALED.fullmatch(sealed)
    if match is None:
        raise SealError("Not a sealed value: it must read v1:<key id>:<base64url>.")
    try:
        box = base64.b64decode(match[2] + "=" * (-len(match[2]) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise SealError("The sealed value is cut off or damaged: its base64 does not decode.") from None
    if len(box) < NONCE_BYTES + TAG_BYTES:
        raise SealError("The sealed value is cut off: it is shorter than nonce and tag.")
    return match[1], box
