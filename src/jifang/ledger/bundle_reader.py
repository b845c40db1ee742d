"""Reading a bundle: from bytes to checked shapes. What the shapes claim is for ``verify`` to test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from jifang.kernel.errors import BadInputError, gettext_noop
from jifang.ledger.bundle import FORMAT
from jifang.ledger.canonical import LARGEST_INTEGER, Json, encode, parse
from jifang.ledger.commitment import Opening
from jifang.ledger.encoding import unb64, unhex
from jifang.ledger.errors import BundleError
from jifang.ledger.merkle import HASH_BYTES, leaf_hash

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry as the bundle shows it; ``leaf`` is the hash its content has now."""

    index: int
    stated_hash: bytes
    entry: Json
    leaf: bytes
    proof: list[bytes]


@dataclass(frozen=True, slots=True)
class ShownRange:
    """The claim that every entry from ``first`` to ``end - 1`` is in the bundle."""

    first: int
    end: int
    before: list[bytes]
    proof: list[bytes]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle's content, unproved."""

    origin: str
    notes: list[str]
    consistency: dict[tuple[int, int], list[bytes]]
    range: ShownRange | None
    entries: list[ShownEntry]
    openings: list[tuple[int, Opening]]


def read(content: bytes) -> Bundle:
    """Take a bundle apart. Raises ``BundleError`` naming the place of whatever does not fit the format."""
    try:
        value = parse(content)
    except BadInputError as error:
        raise BundleError(gettext_noop("The file cannot be read: %(error)s"), error=error) from None
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise BundleError(
            gettext_noop("Not a ledger bundle: its format is not %(expected)s."), expected=FORMAT
        )
    members = _object(
        value, "", "format", "origin", "checkpoints", "consistency", "range", "entries", "openings"
    )
    span = members.get("range")
    return Bundle(
        origin=_text(members.get("origin"), "/origin"),
        notes=_list(members.get("checkpoints"), "/checkpoints", _text),
        consistency=dict(_list(members.get("consistency"), "/consistency", _consistency)),
        range=None if span is None else _range(span, "/range"),
        entries=_list(members.get("entries"), "/entries", _entry),
        openings=_list(members.get("openings"), "/openings", _opening),
    )


def origin_of(content: bytes) -> str:
    """The log a bundle claims to come from, for a key file that does not name it. Raises ``BundleError``."""
    return read(content).origin


def _entry(value: Json, place: str) -> ShownEntry:
    members = _object(value, place, "index", "hash", "entry", "proof")
    entry = members.get("entry")
    try:
        leaf = leaf_hash(encode(entry))
    except BadInputError as error:
        raise BundleError(
            gettext_noop("%(place)s: not what a ledger holds: %(error)s"), place=place, error=error
        ) from None
    return ShownEntry(
        index=_number(members.get("index"), f"{place}/index"),
        stated_hash=_hex(members.get("hash"), f"{place}/hash"),
        entry=entry,
        leaf=leaf,
        proof=_list(members.get("proof", []), f"{place}/proof", _hash),
    )


def _range(value: Json, place: str) -> ShownRange:
    members = _object(value, place, "first", "end", "before", "proof")
    span = ShownRange(
        first=_number(members.get("first"), f"{place}/first"),
        end=_number(members.get("end"), f"{place}/end"),
        before=_list(members.get("before"), f"{place}/before", _hash),
        proof=_list(members.get("proof"), f"{place}/proof", _hash),
    )
    if span.end <= span.first:
        raise _misfit(place, gettext_noop("%(place)s is not a range that is not empty."))
    return span


def _consistency(value: Json, place: str) -> tuple[tuple[int, int], list[bytes]]:
    members = _object(value, place, "from", "to", "proof")
    sizes = _number(members.get("from"), f"{place}/from"), _number(members.get("to"), f"{place}/to")
    return sizes, _list(members.get("proof"), f"{place}/proof", _hash)


def _opening(value: Json, place: str) -> tuple[int, Opening]:
    members = _object(value, place, "index", "pointer", "value", "salt")
    opening = Opening(
        _text(members.get("pointer"), f"{place}/pointer"),
        members.get("value"),
        _hex(members.get("salt"), f"{place}/salt"),
    )
    return _number(members.get("index"), f"{place}/index"), opening


def _object(value: Json, place: str, *names: str) -> dict[str, Json]:
    """An object without members that nothing proves: a stray remark could pass for evidence."""
    if not isinstance(value, dict):
        raise _misfit(place, gettext_noop("%(place)s is not an object."))
    stray = sorted(value.keys() - set(names))
    if stray:
        raise _misfit(f"{place}/{stray[0]}", gettext_noop("%(place)s does not belong into a bundle."))
    return value


def _list(value: Json, place: str, item: Callable[[Json, str], T]) -> list[T]:
    if not isinstance(value, list):
        raise _misfit(place, gettext_noop("%(place)s is not a list."))
    return [item(each, f"{place}/{number}") for number, each in enumerate(value)]


def _text(value: Json, place: str) -> str:
    if not isinstance(value, str):
        raise _misfit(place, gettext_noop("%(place)s is not a string."))
    return value


def _number(value: Json, place: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_INTEGER:
        raise _misfit(place, gettext_noop("%(place)s is not a number that is not negative."))
    return value


def _hash(value: Json, place: str) -> bytes:
    found = unb64(_text(value, place))
    if found is None or len(found) != HASH_BYTES:
        raise _misfit(place, gettext_noop("%(place)s is not a hash of 32 bytes in base64."))
    return found


def _hex(value: Json, place: str) -> bytes:
    found = unhex(_text(value, place))
    if found is None:
        raise _misfit(place, gettext_noop("%(place)s is not made of hexadecimal digits."))
    return found


def _misfit(place: str, problem: str) -> BundleError:
    return BundleError(problem, place=place)
