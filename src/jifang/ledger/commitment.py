"""Salted commitments: personal data in a log that never forgets.

An entry does not hold a name or an identity number but a commitment to it, ``{"commitment": "<hex>"}``, with
``HMAC-SHA-256(salt, "jifang commitment v1\\n" || canonical JSON of the value)``. Value and salt are kept
elsewhere. Whoever is shown both can check them against the entry; once they are lawfully deleted nobody can
guess the value back, because the salt has 256 random bits, and the tree stands. One salt serves one value in
one entry: never use it again.

An *opening* shows one committed value: the JSON Pointer (RFC 6901) of the commitment in the entry, the value
and its salt.
"""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass

from jifang.kernel.errors import BadInputError, gettext_noop
from jifang.ledger.canonical import Json, encode, pointer_token

SALT_BYTES = 32
COMMITMENT = "commitment"
_DOMAIN = b"jifang commitment v1\n"


@dataclass(frozen=True, slots=True)
class Opening:
    """A committed value laid open: where it stands in the entry, the value and its salt."""

    pointer: str
    value: Json
    salt: bytes


def new_salt() -> bytes:
    """A fresh random salt for one value."""
    return os.urandom(SALT_BYTES)


def commit(value: object, salt: bytes) -> dict[str, Json]:
    """The commitment as it stands in an entry. Raises ``BadInputError`` for a short salt or a bad value."""
    if len(salt) != SALT_BYTES:
        raise BadInputError(
            "salt",
            f"{len(salt)} bytes",
            gettext_noop("A salt of %(value)s does not hide a value."),
            gettext_noop("Use new_salt(), once for each value."),
        )
    return {COMMITMENT: hmac.digest(salt, _DOMAIN + encode(value), "sha256").hex()}


def opens(entry: Json, opening: Opening) -> bool:
    """Whether an opening fits the commitment at its place in the entry; False also when there is none."""
    found = at_pointer(entry, opening.pointer)
    try:
        expected = commit(opening.value, opening.salt)
    except BadInputError:
        return False
    return (
        isinstance(found, dict)
        and found.keys() == expected.keys()
        and hmac.compare_digest(str(found[COMMITMENT]).encode(), str(expected[COMMITMENT]).encode())
    )


def at_pointer(entry: Json, pointer: str) -> Json:
    """The value a JSON Pointer names; None when it names nothing."""
    if pointer == "":
        return entry
    if not pointer.startswith("/"):
        return None
    found = entry
    for token in pointer[1:].split("/"):
        if isinstance(found, dict):
            key = token.replace("~1", "/").replace("~0", "~")
            if key not in found:
                return None
            found = found[key]
        elif isinstance(found, list) and token.isascii() and token.isdigit() and int(token) < len(found):
            found = found[int(token)]
        else:
            return None
    return found


def pointers(entry: Json, prefix: str = "") -> list[str]:
    """Where the commitments of an entry stand."""
    if isinstance(entry, dict):
        if entry.keys() == {COMMITMENT}:
            return [prefix]
        return [p for key, item in entry.items() for p in pointers(item, f"{prefix}/{pointer_token(key)}")]
    if isinstance(entry, list):
        return [p for index, item in enumerate(entry) for p in pointers(item, f"{prefix}/{index}")]
    return []
