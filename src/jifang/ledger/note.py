"""Signed notes (C2SP signed-note): a text with signatures that anyone can check with a public key.

A note is its text, which ends in a newline, then an empty line, then one line a signature::

    — <name> <base64 of key id (4 bytes) and signature>

A verifier key is written ``<name>+<key id in hex>+<base64 of algorithm byte and public key>``; the algorithm
byte of Ed25519 is 1 and the key id is the first four bytes of ``SHA-256(name || "\\n" || 1 || public key)``.
Signatures of keys one does not know are passed over, as the format asks: witnesses may add theirs. A
signature of a known key that does not verify spoils the note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from jifang.kernel.errors import gettext_noop
from jifang.ledger.encoding import b64, unb64
from jifang.ledger.errors import NoteError

ED25519 = b"\x01"
KEY_ID_BYTES = 4
MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100
_NAME = re.compile(r"[^\s+]+")
_SIGNATURE = re.compile(r"— (\S+) ([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half: a name (the log's origin) and an Ed25519 key."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public) != 32:
            raise NoteError(gettext_noop("An Ed25519 public key has 32 bytes."))

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64(ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a verifier key. Raises ``NoteError``."""
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        material = unb64(encoded)
        if material is None or not name or material[:1] != ED25519 or len(material) != 33:
            raise NoteError(
                gettext_noop("Not a verifier key: it reads <name>+<8 hex digits>+<base64>, for Ed25519.")
            )
        key = cls(name, material[1:])
        if key.key_id.hex() != key_id.lower():
            raise NoteError(
                gettext_noop("The verifier key is damaged: its id is %(expected)s, not %(key_id)s."),
                expected=key.key_id.hex(),
                key_id=key_id,
            )
        return key

    @classmethod
    def from_pem(cls, content: bytes, name: str) -> VerifierKey:
        """Read a PEM public key under the name of its log. Raises ``NoteError``."""
        try:
            public = load_pem_public_key(content)
        except (ValueError, UnsupportedAlgorithm):
            raise NoteError(gettext_noop("The PEM file holds no public key that can be read.")) from None
        if not isinstance(public, Ed25519PublicKey):
            raise NoteError(gettext_noop("The PEM file holds a public key of another kind than Ed25519."))
        return cls(name, public.public_bytes_raw())

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether the signature of the text is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """The private half. Keep it outside the database; ``pem`` and ``from_pem`` write and read its file."""

    name: str
    private: Ed25519PrivateKey

    @classmethod
    def generate(cls, name: str) -> Signer:
        return cls(_check_name(name), Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes, name: str) -> Signer:
        """The signer of a private key kept as its 32 bytes (RFC 8032)."""
        if len(seed) != 32:
            raise NoteError(gettext_noop("An Ed25519 private key has 32 bytes."))
        return cls(_check_name(name), Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def from_pem(cls, content: bytes, name: str) -> Signer:
        """Read an unencrypted PKCS #8 PEM private key. Raises ``NoteError``."""
        try:
            private = load_pem_private_key(content, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise NoteError(gettext_noop("The file holds no unencrypted PEM private key.")) from None
        if not isinstance(private, Ed25519PrivateKey):
            raise NoteError(gettext_noop("The file holds a private key of another kind than Ed25519."))
        return cls(_check_name(name), private)

    def pem(self) -> bytes:
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())

    def public_pem(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, text: str) -> str:
        """The text as a note with this signature."""
        return f"{_check_text(text)}\n{self.signature_line(text)}"

    def cosign(self, note: str) -> str:
        """The note with this signature added, as a witness does."""
        text, _ = split(note)
        return note + self.signature_line(text)

    def signature_line(self, text: str) -> str:
        signature = self.private.sign(_check_text(text).encode())
        return f"— {self.name} {b64(self.verifier.key_id + signature)}\n"


def verify(note: str, keys: Iterable[VerifierKey]) -> tuple[str, tuple[VerifierKey, ...]]:
    """The text of a note and those of the given keys that signed it.

    Raises ``NoteError`` when the note is malformed, when none of the keys signed it, or when a signature that
    claims to be one of theirs is not.
    """
    text, lines = split(note)
    known = {(key.name, key.key_id): key for key in keys}
    signed: list[VerifierKey] = []
    for name, material in lines:
        key = known.get((name, material[:KEY_ID_BYTES]))
        if key is None or key in signed:
            continue
        if not key.verifies(text.encode(), material[KEY_ID_BYTES:]):
            raise NoteError(
                gettext_noop(
                    "The signature of “%(name)s” does not belong to this text: one of them was altered."
                ),
                name=name,
            )
        signed.append(key)
    if not signed:
        names = ", ".join(dict.fromkeys(f"{name} ({material[:4].hex()})" for name, material in lines))
        asked = ", ".join(f"{key.name} ({key.key_id.hex()})" for key in known.values())
        raise NoteError(
            gettext_noop("Signed by %(names)s, not by %(asked)s: the key is another one."),
            names=names or "-",
            asked=asked,
        )
    return text, tuple(signed)


def split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a note and its signatures as name and raw bytes. Raises ``NoteError``."""
    if len(note) > MAX_NOTE_BYTES:
        raise NoteError(gettext_noop("The note is too long."))
    head, separator, tail = note.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise NoteError(
            gettext_noop(
                "Not a signed note: the empty line before the signatures or the last newline is missing."
            )
        )
    text = _check_text(head + "\n")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError(gettext_noop("The note has too many signatures."))
    found: list[tuple[str, bytes]] = []
    for line in lines:
        match = _SIGNATURE.fullmatch(line)
        material = unb64(match[2]) if match else None
        if match is None or material is None or len(material) <= KEY_ID_BYTES:
            raise NoteError(gettext_noop("Not a signature line: %(line)s."), line=repr(line[:60]))
        found.append((match[1], material))
    return text, found


def _check_text(text: str) -> str:
    if not text.endswith("\n"):
        raise NoteError(gettext_noop("The text of a note ends in a newline."))
    if any(ord(c) < 0x20 and c != "\n" for c in text):
        raise NoteError(gettext_noop("The text of a note holds no control characters but newlines."))
    return text


def _check_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise NoteError(
            gettext_noop("%(name)s cannot name a key: it is empty or contains a space or a plus sign."),
            name=repr(name),
        )
    return name
