"""How the dataclasses of this package map to elements: a field says its element once, for both directions."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NamedTuple

from jifang.protocols.gb28181.clock import format_time, parse_time
from jifang.protocols.gb28181.profile import Edition, Profile
from jifang.protocols.gb28181.xml import Element

_KEY: Final = "gb28181"


class Problem(NamedTuple):
    """Something about a message that the standard does not allow; the message is read all the same."""

    field: str
    """Element, with its parents: ``DeviceList/Item/Name``."""
    value: str
    reason: str
    """``missing``, ``not_a_number``, ``not_a_time`` or ``unknown_value``."""


class Spec(NamedTuple):
    """One field on the wire."""

    tag: str
    kind: str
    """``text``, ``integer``, ``number``, ``moment``, ``part``, ``parts``, ``texts``."""
    must: bool = False
    inside: str = ""
    """Element around it, such as ``Info``; repeated parts stand in it with its attribute ``Num``."""
    aliases: tuple[str, ...] = ()
    """Other spellings that are read."""
    before_2022: str = ""
    """The name in editions before 2022, where it differs."""
    choices: tuple[str, ...] = ()
    of: type[Any] | None = None
    counted: bool = True
    """True if the surrounding list carries ``Num``."""


def text(
    tag: str,
    *,
    must: bool = False,
    inside: str = "",
    aliases: tuple[str, ...] = (),
    before_2022: str = "",
    choices: tuple[str, ...] = (),
) -> Any:
    """A text element; with ``choices`` their case is put right on reading."""
    return _field(Spec(tag, "text", must, inside, aliases, before_2022, choices), None)


def integer(tag: str, *, must: bool = False, inside: str = "", aliases: tuple[str, ...] = ()) -> Any:
    """A whole number."""
    return _field(Spec(tag, "integer", must, inside, aliases), None)


def number(tag: str, *, must: bool = False, inside: str = "", aliases: tuple[str, ...] = ()) -> Any:
    """A decimal number."""
    return _field(Spec(tag, "number", must, inside, aliases), None)


def moment(tag: str, *, must: bool = False, inside: str = "") -> Any:
    """A time: UTC inside, local time of China on the wire."""
    return _field(Spec(tag, "moment", must, inside), None)


def part(tag: str, of: type[Any], *, inside: str = "") -> Any:
    """An element with fields of its own."""
    return _field(Spec(tag, "part", inside=inside, of=of), None)


def parts(inside: str, tag: str, of: type[Any], *, counted: bool = True) -> Any:
    """A list of elements ``tag`` in the element ``inside``; without ``inside`` they stand side by side."""
    return _field(Spec(tag, "parts", inside=inside, of=of, counted=counted), ())


def texts(inside: str, tag: str, *, counted: bool = False) -> Any:
    """A list of text elements in the element ``inside``."""
    return _field(Spec(tag, "texts", inside=inside, counted=counted), ())


def _field(spec: Spec, default: Any) -> Any:
    return dataclasses.field(default=default, metadata={_KEY: spec})


_specs: dict[type[Any], tuple[tuple[str, Spec], ...]] = {}


def specs_of(kind: type[Any]) -> tuple[tuple[str, Spec], ...]:
    """Attribute name and spec of every mapped field of a dataclass, in order."""
    known = _specs.get(kind)
    if known is None:
        known = tuple(
            (each.name, each.metadata[_KEY]) for each in dataclasses.fields(kind) if _KEY in each.metadata
        )
        _specs[kind] = known
    return known


def read_fields(
    kind: type[Any], element: Element, problems: list[Problem], where: str = ""
) -> dict[str, Any]:
    """Values of a dataclass's fields from an element, by attribute name. Never raises."""
    tables = {"": _table(element)}
    return {name: _read(spec, element, tables, problems, where) for name, spec in specs_of(kind)}


def _table(element: Element) -> dict[str, str]:
    """Text by name in lower case; the first of a name counts, elements before attributes."""
    table = {name.lower(): value for name, value in element.attributes.items()}
    for child in reversed(element.children):
        table[child.name.lower()] = child.text
    return table


def _read(
    spec: Spec, element: Element, tables: dict[str, dict[str, str]], problems: list[Problem], where: str
) -> Any:
    where += spec.inside + "/" if spec.inside else ""
    if spec.kind in ("parts", "texts", "part"):
        around = element.child(spec.inside) if spec.inside else element
        return _read_parts(spec, around, problems, where)
    if spec.inside and spec.inside not in tables:
        inner = element.child(spec.inside)
        # Devices also put the contents of Info beside it.
        tables[spec.inside] = tables[""] | ({} if inner is None else _table(inner))
    table = tables[spec.inside]
    value = table.get(spec.tag.lower())
    if value is None and (spec.aliases or spec.before_2022):
        others = (table.get(name.lower()) for name in (*spec.aliases, spec.before_2022))
        value = next((each for each in others if each is not None), None)
    if value is None:
        if spec.must:
            problems.append(Problem(where + spec.tag, "", "missing"))
        return None
    if value == "" and spec.kind != "text":
        return None
    return _CONVERTERS[spec.kind](spec, value, problems, where)


def _read_parts(spec: Spec, around: Element | None, problems: list[Problem], where: str) -> Any:
    if spec.kind == "part":
        child = None if around is None else around.child(spec.tag)
        if child is None or spec.of is None:
            return None
        return spec.of(**read_fields(spec.of, child, problems, f"{where}{spec.tag}/"))
    found = [] if around is None else around.every(spec.tag)
    if spec.of is None:
        return tuple(each.text for each in found)
    return tuple(spec.of(**read_fields(spec.of, each, problems, f"{where}{spec.tag}/")) for each in found)


def _text(spec: Spec, value: str, problems: list[Problem], where: str) -> str:
    if not spec.choices or value in spec.choices:
        return value
    folded = value.strip().lower()
    for choice in spec.choices:
        if choice.lower() == folded:
            return choice
    problems.append(Problem(where + spec.tag, value[:80], "unknown_value"))
    return value


def _integer(spec: Spec, value: str, problems: list[Problem], where: str) -> int | None:
    found = _number(spec, value, problems, where)
    return None if found is None else int(found)


def _number(spec: Spec, value: str, problems: list[Problem], where: str) -> float | None:
    try:
        found = float(value[:40])
    except ValueError:
        found = math.nan
    if not math.isfinite(found) or abs(found) >= 1e15:
        problems.append(Problem(where + spec.tag, value[:80], "not_a_number"))
        return None
    return found


def _moment(spec: Spec, value: str, problems: list[Problem], where: str) -> datetime | None:
    found = parse_time(value[:64])
    if found is None:
        problems.append(Problem(where + spec.tag, value[:80], "not_a_time"))
    return found


_CONVERTERS: Final[dict[str, Callable[[Spec, str, list[Problem], str], Any]]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "moment": _moment,
}


def write_fields(made: Any, element: Element, profile: Profile) -> None:
    """Append a dataclass's fields to an element. Raises ValueError naming a mandatory field that is None."""
    for name, spec in specs_of(type(made)):
        value = getattr(made, name)
        if value is None:
            if spec.must:
                raise ValueError(f"{type(made).__name__}.{name} is None: {spec.tag} is mandatory")
            continue
        tag = spec.before_2022 if spec.before_2022 and profile.edition < Edition.E2022 else spec.tag
        if spec.kind in ("parts", "texts"):
            _write_list(tag, spec, value, element, profile)
            continue
        around = element
        if spec.inside:
            around = element.child(spec.inside) or element.add(spec.inside)
        if spec.kind == "part":
            write_fields(value, around.add(tag), profile)
        else:
            around.add(tag, _wire(value))


def _write_list(tag: str, spec: Spec, values: Any, element: Element, profile: Profile) -> None:
    if not values and not (spec.inside and spec.counted):
        return
    around = element
    if spec.inside:
        around = element.child(spec.inside) or element.add(spec.inside)
        if spec.counted:
            around.attributes["Num"] = str(len(values))
    for each in values:
        if spec.kind == "texts":
            around.add(tag, each)
        else:
            write_fields(each, around.add(tag), profile)


def _wire(value: Any) -> str:
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, float):
        return f"{value:.7f}".rstrip("0").rstrip(".")
    return str(value)
