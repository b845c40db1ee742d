"""Scope and conditions as data, with three values: false 0, not known 1, true 2.

``{fact: value}`` compares; ``fact__in``, ``__ne``, ``__lt``, ``__lte``, ``__gt``, ``__gte`` and ``__known``
as in Django; several keys of one mapping all hold; ``all``, ``any`` and ``not`` combine. There is no text to
be executed anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from jifang.kernel.errors import BadInputError
from jifang.law.catalogue import Catalogue
from jifang.law.errors import PackError

FALSE, MAYBE, TRUE = np.int8(0), np.int8(1), np.int8(2)
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "in": np.isin,
}


@dataclass(frozen=True)
class Test:
    """One comparison of a fact with a value (already a column's number) or a tuple of them."""

    fact: str
    operator: str
    value: Any


@dataclass(frozen=True)
class Group:
    """Predicates that hold together: ``all``, ``any`` or, with one part, ``not``."""

    operator: str
    parts: tuple[Predicate, ...]


Predicate = Test | Group


def compile_predicate(file: str, place: str, data: object, catalogue: Catalogue) -> Predicate:
    """Check a predicate against the catalogue. Raises ``PackError`` for unknown facts and values."""
    if not isinstance(data, Mapping) or not data:
        raise PackError(file, place, "a condition is a mapping such as {unit.is_key_unit: true}.")
    parts: list[Predicate] = []
    for key, value in data.items():
        where = f"{place}.{key}"
        if key in ("all", "any"):
            if not isinstance(value, list) or not value:
                raise PackError(file, where, "a list of conditions is needed.")
            parts.append(
                Group(
                    key,
                    tuple(
                        compile_predicate(file, f"{where}[{i}]", one, catalogue)
                        for i, one in enumerate(value)
                    ),
                )
            )
        elif key == "not":
            parts.append(Group("not", (compile_predicate(file, where, value, catalogue),)))
        else:
            parts.append(_test(file, where, str(key), value, catalogue))
    return parts[0] if len(parts) == 1 else Group("all", tuple(parts))


def _test(file: str, place: str, key: str, value: Any, catalogue: Catalogue) -> Test:
    name, _, operator = key.partition("__")
    fact = catalogue.get(name)
    if fact is None:
        raise PackError(file, place, f"the fact {name!r} is not in the catalogue.")
    if operator == "known":
        if not isinstance(value, bool):
            raise PackError(file, place, "__known is true or false.")
        return Test(name, operator, value)
    if operator not in _COMPARE:
        raise PackError(file, place, f"no comparison {operator!r}.")
    if fact.type in ("text", "boolean") and operator in ("lt", "lte", "gt", "gte"):
        raise PackError(file, place, "only numbers and dates have an order.")
    try:
        if operator == "in":
            if not isinstance(value, list) or not value:
                raise PackError(file, place, "__in needs a list.")
            return Test(name, operator, tuple(fact.encode(one)[0] for one in value))
        return Test(name, operator, fact.encode(value)[0])
    except BadInputError as error:
        raise PackError(file, place, str(error)) from None


def facts_of(predicate: Predicate | None) -> tuple[str, ...]:
    """The facts that a predicate reads."""
    if predicate is None:
        return ()
    if isinstance(predicate, Test):
        return (predicate.fact,)
    return tuple(name for part in predicate.parts for name in facts_of(part))


def compare(test: Test, value: Any) -> Any:
    """Whether each number of a column passes, as truth values."""
    with np.errstate(invalid="ignore"):
        return _COMPARE[test.operator](value, test.value)
