"""A file encrypted in chunks, so that it may be larger than memory and a cut or swapped chunk is noticed.

Layout: magic, header length (4 bytes, big endian), header (JSON, in clear), then chunks. Each chunk is
AES-256-GCM (NIST SP 800-38D) under a key of this file alone (HKDF-SHA-256 of the backup key and a random
salt); the nonce is the chunk's number and whether it is the last (the STREAM construction of Hoang et al.,
2015), the header is authenticated with every chunk.
"""

import base64
import json
import secrets
import struct
from collections.abc import Iterator
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"JIFANG BACKUP 1\n"
CHUNK = 1 << 20
TAG = 16
LONGEST_HEADER = 1 << 16


class SealedStreamError(ValueError):
    """The file is not one of ours, is damaged or cut, or the key is another one."""


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(hashes.SHA256(), 32, salt, b"jifang backup").derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _full_read(source: IO[bytes], size: int) -> bytes:
    """Read `size` bytes, fewer only at the end: a pipe gives what it has."""
    parts = []
    while size and (part := source.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def seal(source: IO[bytes], target: IO[bytes], key: bytes, about: dict[str, str]) -> int:
    """Encrypt all of `source` into `target`; `about` stays readable. Returns the bytes of the source."""
    salt = secrets.token_bytes(32)
    header = json.dumps({**about, "salt": base64.b64encode(salt).decode()}).encode()
    prefix = MAGIC + struct.pack("!I", len(header)) + header
    target.write(prefix)
    cipher = _cipher(key, salt)
    number, total = 0, 0
    chunk = _full_read(source, CHUNK)
    while True:
        following = _full_read(source, CHUNK)
        target.write(cipher.encrypt(_nonce(number, last=not following), chunk, prefix))
        total += len(chunk)
        if not following:
            return total
        chunk, number = following, number + 1


def read_header(source: IO[bytes]) -> tuple[dict[str, str], bytes]:
    """What the file says about itself, and the bytes that say it. Not yet authenticated."""
    start = _full_read(source, len(MAGIC) + 4)
    if len(start) < len(MAGIC) + 4 or not start.startswith(MAGIC):
        raise SealedStreamError("it is not a backup made by jifang")
    (size,) = struct.unpack("!I", start[-4:])
    if size > LONGEST_HEADER:
        raise SealedStreamError("its header is damaged")
    header = _full_read(source, size)
    try:
        return {str(name): str(value) for name, value in json.loads(header).items()}, start + header
    except (ValueError, AttributeError):
        raise SealedStreamError("its header is damaged") from None


def unseal(source: IO[bytes], key: bytes) -> Iterator[bytes]:
    """Decrypt chunk by chunk. Raises SealedStreamError at the first chunk that is not what was written."""
    about, prefix = read_header(source)
    try:
        cipher = _cipher(key, base64.b64decode(about["salt"], validate=True))
    except (KeyError, ValueError):
        raise SealedStreamError("its header is damaged") from None
    number = 0
    chunk = _full_read(source, CHUNK + TAG)
    while True:
        following = _full_read(source, CHUNK + TAG)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), chunk, prefix)
        except InvalidTag:
            what = (
                "it was made with another backup key, or its beginning is damaged"
                if number == 0
                else "it is cut off or damaged"
            )
            raise SealedStreamError(f"{what} (chunk {number})") from None
        if not following:
            return
        chunk, number = following, number + 1
