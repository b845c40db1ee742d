"""Subjects and facts as plain JSON become tables: what the command line, tests and live evaluation use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from jifang.kernel.clock import law_date, parse_instant
from jifang.kernel.errors import BadInputError, gettext_noop
from jifang.law.catalogue import Catalogue, Fact
from jifang.law.columns import (
    CONTRADICTORY,
    FINE,
    IMPLAUSIBLE,
    MISSING,
    REVIEWED,
    SCREENING,
    Column,
    Table,
    World,
)
from jifang.law.context import Clocks
from jifang.law.daycount import NEVER, number_of
from jifang.law.outcomes import VERDICTS

FACT_KEYS = {"value", "observed_at", "received_at", "grade", "unit", "method", "source", "id"}
GRADES = {"screening": SCREENING, "reviewed": REVIEWED}


@dataclass(frozen=True)
class Observation:
    """One value of one fact of one subject."""

    value: float
    status: int
    observed: int
    received: int
    grade: int
    pauses: tuple[tuple[int, int], ...] = ()


def world_of(catalogue: Catalogue, subjects: Sequence[Mapping[str, Any]], clocks: Clocks) -> World:
    """Tables from ``[{"type", "id", "of", "facts"}]``. Raises ``BadInputError`` naming field and value."""
    rows: dict[str, dict[str, int]] = {}
    places: dict[str, tuple[str, int]] = {}
    for number, subject in enumerate(subjects):
        if not isinstance(subject, Mapping) or set(subject) - {"type", "id", "of", "facts"}:
            raise _bad(f"subjects[{number}]", subject, gettext_noop("Give type, id, facts and perhaps of."))
        kind, name = subject.get("type"), subject.get("id")
        if not isinstance(kind, str) or not isinstance(name, str | int):
            raise _bad(f"subjects[{number}].id", name, gettext_noop("Give type and id as texts."))
        if str(name) in places:
            raise _bad(f"subjects[{number}].id", name, gettext_noop("Give every subject an id of its own."))
        table = rows.setdefault(kind, {})
        places[str(name)] = (kind, len(table))
        table[str(name)] = len(table)
    ups: dict[str, dict[str, Any]] = {kind: {} for kind in rows}
    observed: dict[str, dict[str, dict[int, list[Observation]]]] = {kind: {} for kind in rows}
    for subject in subjects:
        kind, row = places[str(subject["id"])]
        above = subject.get("of")
        if above is not None:
            if str(above) not in places:
                raise _bad(f"{subject['id']}.of", above, gettext_noop("Name a subject of this file."))
            parent_kind, parent_row = places[str(above)]
            index = ups[kind].setdefault(parent_kind, np.full(len(rows[kind]), -1, np.int64))
            index[row] = parent_row
        facts = subject.get("facts") or {}
        if not isinstance(facts, Mapping):
            raise _bad(f"{subject['id']}.facts", facts, gettext_noop("Give facts as names with values."))
        for name, raw in facts.items():
            fact = catalogue.get(name)
            if fact is None:
                raise _bad(
                    f"{subject['id']}.{name}",
                    name,
                    gettext_noop("Use a name of the catalogue, docs/ref/facts.md."),
                )
            found = observed[kind].setdefault(name, {})
            found[row] = observations(fact, raw, clocks)
    tables = {
        kind: Table(
            kind,
            tuple(ids),
            {name: _column(len(ids), by_row, clocks) for name, by_row in observed[kind].items()},
            ups[kind],
        )
        for kind, ids in rows.items()
    }
    return World(catalogue, tables)


def observations(fact: Fact, raw: Any, clocks: Clocks) -> list[Observation]:
    """One fact as it may be written: a value, an object with its circumstances, or a list of objects."""
    many = isinstance(raw, list) and bool(raw) and all(isinstance(one, Mapping) for one in raw)
    return [_observation(fact, one, clocks) for one in (raw if many else [raw])]


def _observation(fact: Fact, raw: Any, clocks: Clocks) -> Observation:
    if not isinstance(raw, Mapping):
        return _valued(fact, raw, clocks.at, -NEVER, REVIEWED)
    if "value" not in raw or set(raw) - FACT_KEYS:
        raise _bad(
            fact.name, dict(raw), gettext_noop("Give value and perhaps observed_at, received_at, grade.")
        )
    unit = raw.get("unit")
    if unit is not None and unit != fact.unit:
        raise _bad(fact.name, unit, gettext_noop("Give the value in the unit of the catalogue."))
    grade = raw.get("grade", "reviewed")
    if grade not in GRADES:
        raise _bad(f"{fact.name}.grade", grade, gettext_noop("Give screening or reviewed."))
    observed = _second(f"{fact.name}.observed_at", raw.get("observed_at"), clocks.at)
    received = _second(f"{fact.name}.received_at", raw.get("received_at"), -NEVER)
    if received == -NEVER and raw.get("observed_at") is not None:
        received = observed
    return _valued(fact, raw["value"], observed, received, GRADES[grade])


def _valued(fact: Fact, raw: Any, observed: int, received: int, grade: int) -> Observation:
    if raw is None:
        return Observation(np.nan, int(MISSING), observed, received, grade)
    if fact.type == "intervals":
        return Observation(0.0, int(FINE), observed, received, grade, _intervals(fact, raw))
    value, plausible = fact.encode(raw)
    return Observation(value, int(FINE if plausible else IMPLAUSIBLE), observed, received, grade)


def _intervals(fact: Fact, raw: Any) -> tuple[tuple[int, int], ...]:
    try:
        pairs = []
        for first, end in raw:
            a = number_of(date.fromisoformat(first))
            b = NEVER if end is None else number_of(date.fromisoformat(end))
            if b < a:
                raise ValueError(raw)
            pairs.append((a, b))
    except (TypeError, ValueError):
        raise _bad(
            fact.name, raw, gettext_noop("Give a list of pairs of days; the second of a pair may be null.")
        ) from None
    return tuple(pairs)


def _second(field: str, text: Any, default: int) -> int:
    if text is None:
        return default
    if not isinstance(text, str):
        raise _bad(field, text, gettext_noop("Write it as 2026-03-01T08:00:00Z."))
    if len(text) == len("2026-03-01"):
        text += "T00:00:00+08:00"
    instant = parse_instant(text, field)
    law_date(instant, field)
    return int(instant.timestamp())


def _column(size: int, by_row: Mapping[int, list[Observation]], clocks: Clocks) -> Column:
    value = np.full(size, np.nan)
    status = np.full(size, MISSING, np.int8)
    observed = np.zeros(size, np.int64)
    received = np.full(size, -NEVER, np.int64)
    grade = np.zeros(size, np.int8)
    later = np.full(size, NEVER, np.int64)
    most = max((len(one.pauses) for many in by_row.values() for one in many), default=0)
    pauses = (np.full((most, size), NEVER, np.int64), np.full((most, size), NEVER, np.int64))
    for row, many in by_row.items():
        chosen, contradictory, later[row] = _choose(many, clocks)
        value[row], observed[row], received[row] = chosen.value, chosen.observed, chosen.received
        status[row] = CONTRADICTORY if contradictory else chosen.status
        grade[row] = chosen.grade
        for k, (a, b) in enumerate(chosen.pauses):
            pauses[0][k, row], pauses[1][k, row] = a, b
    return Column(value, status, observed, grade, received, later, pauses if most else None)


def _choose(many: Sequence[Observation], clocks: Clocks) -> tuple[Observation, bool, int]:
    """The newest observation that is visible; two different ones of the same second contradict each other."""
    hidden = [max(one.observed, one.received) for one in many if not _visible(one, clocks)]
    later = min(hidden, default=NEVER)
    visible = [one for one in many if _visible(one, clocks)]
    if not visible:
        return min(many, key=lambda one: (max(one.observed, one.received), one.value)), False, later
    newest = max(one.observed for one in visible)
    best = [one for one in visible if one.observed == newest]
    # What people have reviewed outranks what a device reported for the same instant.
    top = max(one.grade for one in best)
    best = [one for one in best if one.grade == top]
    different = len({(repr(one.value), one.status, one.pauses) for one in best}) > 1
    return best[0], different, later


def _visible(one: Observation, clocks: Clocks) -> bool:
    return one.observed <= clocks.at and one.received <= clocks.known


def _bad(field: str, value: Any, remedy: str) -> BadInputError:
    return BadInputError(field, value, gettext_noop("%(value)s cannot be taken here."), remedy)


__all__ = ["VERDICTS", "Observation", "observations", "world_of"]
