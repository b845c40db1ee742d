"""Canonical JSON: one value, one sequence of bytes.

The form is RFC 8785 (JSON Canonicalization Scheme) restricted to what evidence needs: objects with sorted
keys, arrays, strings in Unicode NFC, integers that every JSON reader holds exactly (RFC 7493: up to 2^53 - 1
either way), true, false and null. There are no floats: a measured quantity is an integer in a stated unit,
or a string. Anyone can check the bytes with any RFC 8785 library.
"""

from __future__ import annotations

import json
import re
import unicodedata
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import NoReturn, TypeAlias

from jifang.kernel.clock import format_instant
from jifang.kernel.errors import BadInputError, gettext_noop

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"
"""A value as a canonical text holds it."""

LARGEST_INTEGER = 2**53 - 1
DEEPEST_NESTING = 32
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")
_write = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False
).encode


def encode(value: object) -> bytes:
    """The canonical bytes of a value.

    Takes None, bool, int, str, mappings with string keys, lists and tuples; also aware datetimes (written in
    UTC as RFC 3339), dates, UUIDs and enums of these. Strings are brought into NFC. Raises ``BadInputError``
    whose ``field`` is the JSON Pointer (RFC 6901) of the bad value.
    """
    return _write(plain(value)).encode()


def plain(value: object) -> Json:
    """The value as ``decode(encode(value))`` would give it back: keys sorted, strings in NFC."""
    return _plain(value, "", 0)


def decode(content: bytes) -> Json:
    """Read canonical bytes. Raises ``BadInputError`` for anything that ``encode`` would write otherwise."""
    value = parse(content)
    if encode(value) != content:
        raise BadInputError(
            "",
            content[:80],
            gettext_noop("The text is JSON, but not in canonical form."),
            gettext_noop("Take the bytes as the ledger wrote them: no spaces, sorted keys, NFC."),
        )
    return value


def parse(content: bytes) -> Json:
    """Read any JSON of the permitted kinds, spaces and order free; a key given twice is refused."""
    try:
        value: Json = _READER.decode(content.decode())
    except BadInputError:
        raise
    except (ValueError, RecursionError) as error:
        raise BadInputError(
            "",
            content[:80],
            gettext_noop("Not JSON: %(error)s."),
            gettext_noop("The file is damaged, cut off, or another kind of file."),
            error=str(error),
        ) from None
    return value


def _plain(value: object, path: str, depth: int) -> Json:
    if depth > DEEPEST_NESTING:
        raise _refusal(path, "…", gettext_noop("Nested deeper than %(limit)d levels."), limit=DEEPEST_NESTING)
    match value:
        case Enum():
            return _plain(value.value, path, depth)
        case None | bool():
            return value
        case str():
            return _text(value, path)
        case int():
            if abs(value) > LARGEST_INTEGER:
                raise _refusal(path, value, gettext_noop("%(value)s: larger than JSON integers can be."))
            return int(value)
        case datetime():
            if value.tzinfo is None:
                raise _refusal(
                    path, value.isoformat(), gettext_noop("%(value)s: an instant without a time zone.")
                )
            return format_instant(value)
        case date():
            return value.isoformat()
        case uuid.UUID():
            return str(value)
        case Mapping():
            return _mapping(value, path, depth)
        case list() | tuple():
            return [_plain(item, f"{path}/{index}", depth + 1) for index, item in enumerate(value)]
    raise _refusal(
        path, value, gettext_noop("%(value)s: a %(kind)s has no canonical form."), kind=type(value).__name__
    )


def _mapping(value: Mapping[object, object], path: str, depth: int) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise _refusal(path, key, gettext_noop("The key %(value)s is not a string."))
        name = _text(key, path)
        if name in found:
            raise _refusal(path, key, gettext_noop("The key “%(value)s” appears twice once in NFC."))
        found[name] = _plain(item, f"{path}/{pointer_token(name)}", depth + 1)
    return {name: found[name] for name in sorted(found, key=_utf16)}


def pointer_token(key: str) -> str:
    """A key as one token of a JSON Pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")


def _text(value: str, path: str) -> str:
    if _FORBIDDEN.search(value):
        raise _refusal(path, value, gettext_noop("“%(value)s” contains a NUL or half of a surrogate pair."))
    return unicodedata.normalize("NFC", str(value))


_REMEDY = gettext_noop("Write integers in a stated unit, strings, instants with a zone, lists or mappings.")


def _refusal(path: str, value: object, problem: str, **params: object) -> BadInputError:
    return BadInputError(path or "/", value, problem, _REMEDY, **params)


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _refusal("", twice, gettext_noop("The key “%(value)s” is given twice."))
    return found


def _no_float(text: str) -> NoReturn:
    raise _refusal("", text, gettext_noop("%(value)s: not an integer."))


_READER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_no_float, parse_constant=_no_float)
