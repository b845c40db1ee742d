"""The fact catalogue: every fact that a rule may read, with its subject, type, unit and freshness."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jifang.kernel.errors import BadInputError, gettext_noop
from jifang.law.daycount import date_of, number_of
from jifang.law.errors import PackError
from jifang.law.reading import Part

TYPES = ("number", "boolean", "date", "text", "intervals")
SOURCES = ("registry", "measured", "report", "alarm", "review", "procedure", "derived")
_KEYS = [
    "subject",
    "type",
    "unit",
    "zh",
    "en",
    "values",
    "min",
    "max",
    "max_age",
    "absent",
    "event",
    "source",
    "definition",
    "methods",
    "derived",
]
_DATE_FORM = "%(value)s"


@dataclass(frozen=True)
class Derived:
    """One row of a decision table that computes a fact from others: the first row that holds decides."""

    value: str
    when: Mapping[str, Any] | None
    zh: str


@dataclass(frozen=True)
class Fact:
    """One entry. ``absent``: what it means that nobody told it: ``unknown``; ``never`` (an event that the
    platform's own register would hold: it has not happened); or a value (a register whose entry is what
    makes the thing so: a unit that is not on the list of targets is none). ``event``: the date of something
    that happened and so cannot lie in the future. ``max_age``: seconds after which it is no evidence."""

    name: str
    subject: str
    type: str
    zh: str
    en: str
    unit: str = ""
    values: tuple[str, ...] = ()
    min: float = -math.inf
    max: float = math.inf
    max_age: int | None = None
    absent: str | float = "unknown"
    event: bool = False
    source: str = "registry"
    definition: str = ""
    methods: tuple[tuple[str, str, str], ...] = ()
    derived: tuple[Derived, ...] = ()

    def encode(self, raw: object) -> tuple[float, bool]:
        """The number that columns hold, and whether it is plausible. Raises ``BadInputError``."""
        match self.type:
            case "boolean" if isinstance(raw, bool):
                return float(raw), True
            case "number" if isinstance(raw, int | float) and not isinstance(raw, bool):
                return float(raw), math.isfinite(raw) and self.min <= raw <= self.max
            case "date" if isinstance(raw, str | date):
                try:
                    day = date.fromisoformat(raw) if isinstance(raw, str) else raw
                except ValueError:
                    raise self._refusal(raw) from None
                return float(number_of(day)), True
            case "text" if raw in self.values:
                return float(self.values.index(str(raw))), True
        raise self._refusal(raw)

    def decode(self, number: float) -> Any:
        """The value that a column's number stands for."""
        match self.type:
            case "boolean":
                return bool(number)
            case "date":
                return date_of(int(number)).isoformat()
            case "text":
                return self.values[int(number)]
        return int(number) if number == int(number) else number

    def _refusal(self, raw: object) -> BadInputError:
        match self.type:
            case "boolean":
                remedy = gettext_noop("Give true or false.")
            case "date":
                remedy = gettext_noop("Write the day as 2026-03-01.")
            case "text":
                return BadInputError(
                    self.name,
                    raw,
                    gettext_noop("%(value)s is not a value of this fact."),
                    gettext_noop("Give one of: %(choices)s."),
                    choices=", ".join(self.values),
                )
            case "intervals":
                remedy = gettext_noop("Give a list of pairs of days; the second of a pair may be null.")
            case _:
                remedy = gettext_noop("Give a number.")
        return BadInputError(self.name, raw, gettext_noop("%(value)s is not a value of this fact."), remedy)


Catalogue = Mapping[str, Fact]


def read_catalogue(file: str, data: object) -> dict[str, Fact]:
    """The facts of one ``facts.yaml``. Raises ``PackError``."""
    facts: dict[str, Fact] = {}
    whole = Part(file, "", data)
    for name in whole.data:
        part = whole.need(name).only(_KEYS)
        kind = part.choice("type", TYPES)
        values = part.texts("values")
        if (kind == "text") != bool(values):
            raise part.error("values", "a text has a list of its values, nothing else has.")
        facts[name] = Fact(
            name=name,
            subject=part.text("subject"),
            type=kind,
            zh=part.text("zh"),
            en=part.text("en"),
            unit=part.text("unit", ""),
            values=values,
            min=part.number("min", -math.inf),
            max=part.number("max", math.inf),
            max_age=part.seconds("max_age"),
            absent=_absent(part, kind, values),
            event=part.flag("event"),
            source=part.choice("source", SOURCES, "registry"),
            definition=part.text("definition", ""),
            methods=tuple(
                (
                    method.only(("id", "grade", "how")).text("id"),
                    method.choice("grade", ("screening", "reviewed")),
                    method.text("how"),
                )
                for method in part.parts("methods")
            ),
            derived=tuple(
                Derived(row.only(("value", "when", "zh")).text("value"), row.data.get("when"), row.text("zh"))
                for row in part.parts("derived")
            ),
        )
    return facts


def _absent(part: Part, kind: str, values: tuple[str, ...]) -> str | float:
    raw = part.data.get("absent", "unknown")
    if raw in ("unknown", "never"):
        if raw == "never" and kind not in ("date", "intervals"):
            raise part.error("absent", "only dates and intervals can be `never`.")
        return str(raw)
    if kind == "boolean" and isinstance(raw, bool):
        return float(raw)
    if kind == "number" and isinstance(raw, int | float):
        return float(raw)
    if kind == "text" and raw in values:
        return float(values.index(raw))
    raise PackError(part.file, f"{part.place}.absent", f"{raw!r} fits no value of this fact.")
