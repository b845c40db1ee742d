"""What every kind offers: read its data, evaluate columns, say what a row lacks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from jifang.law.catalogue import Catalogue, Fact
from jifang.law.columns import FINE, MISSING, Bytes, Floats, Instants, Mask, Read, earliest
from jifang.law.context import Context
from jifang.law.outcomes import CODE
from jifang.law.predicates import Predicate, compile_predicate
from jifang.law.reading import Part

Codes = npt.NDArray[np.int8]
OF_STATUS: Codes = np.array(
    [-1, *(CODE[w] for w in ("missing", "stale", "future", "contradictory", "implausible", "unreviewed"))],
    np.int8,
)
"""Outcome for each status of evidence; -1 where there is evidence."""


@dataclass(frozen=True)
class Required:
    """The parameter on every row."""

    value: Floats
    applied: dict[str, Mask] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What a kind found. ``more``: columns that the explanation needs, as day numbers or numbers."""

    outcome: Codes
    flip: Instants | None
    measured: Floats | None = None
    required: Floats | None = None
    more: dict[str, Any] = field(default_factory=dict)
    certain: Mask | None = None


class Reader:
    """Reads a kind's block: facts are checked against the catalogue, predicates compiled."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def fact(self, part: Part, key: str, types: tuple[str, ...]) -> str:
        """A fact of one of some types."""
        return self._checked(part, key, part.text(key), types)

    def maybe(self, part: Part, key: str, types: tuple[str, ...]) -> str | None:
        """A fact or None."""
        return None if part.data.get(key) is None else self.fact(part, key, types)

    def facts(self, part: Part, key: str, types: tuple[str, ...]) -> tuple[str, ...]:
        """A list of facts."""
        return tuple(self._checked(part, key, name, types) for name in part.texts(key))

    def predicate(self, part: Part, key: str) -> Predicate | None:
        """A condition or None."""
        data = part.data.get(key)
        if data is None:
            return None
        return compile_predicate(part.file, f"{part.place}.{key}", data, self.catalogue)

    def _checked(self, part: Part, key: str, name: str, types: tuple[str, ...]) -> str:
        fact = self.catalogue.get(name)
        if fact is None:
            raise part.error(key, f"the fact {name!r} is not in the catalogue.")
        if fact.type not in types:
            raise part.error(key, f"{name!r} is a {fact.type}; needed here: {' or '.join(types)}.")
        return name


class Kind(ABC):
    """One kind with the data of one rule."""

    word: ClassVar[str]
    block: ClassVar[str]
    keys: ClassVar[tuple[str, ...]]
    needs_parameter: ClassVar[bool] = False

    @classmethod
    @abstractmethod
    def read(cls, part: Part, reader: Reader) -> Kind:
        """Read the block of a rule. Raises ``PackError``."""

    @abstractmethod
    def facts(self) -> tuple[str, ...]:
        """The facts that the block reads."""

    @abstractmethod
    def evaluate(self, context: Context, required: Required | None) -> Found:
        """The outcome on every row, as if the rule applied to all of them."""

    def lacking(self, context: Context, row: int) -> tuple[str, ...]:
        """The facts without evidence on a row."""
        return tuple(n for n in self.facts() if context.read(n).status[row] != FINE)

    def unit(self, catalogue: Catalogue) -> str:
        """Unit of what is measured."""
        return ""


def statuses(*reads: Read) -> Codes:
    """Outcome of the first read without evidence on each row; -1 where all have it."""
    outcome = OF_STATUS[reads[0].status]
    for read in reads[1:]:
        outcome = np.where(outcome == -1, OF_STATUS[read.status], outcome)
    return outcome.astype(np.int8, copy=False)


def happened(context: Context, read: Read, fact: Fact) -> tuple[Mask, Mask]:
    """Rows on which an event has happened, and rows on which that cannot be told."""
    fine = read.fine
    if fact.absent == "never":
        return fine, ~fine & (read.status != MISSING)
    return fine, ~fine


def days(read: Read) -> npt.NDArray[np.int64]:
    """Day numbers of a date; 0 where there is none (the caller masks)."""
    return np.where(read.status == FINE, read.value, 0.0).astype(np.int64)


def flips(*reads: Read) -> Instants | None:
    """When the evidence alone changes by time."""
    return earliest(*(read.flip for read in reads))


def codes(rows: int, word: str) -> Codes:
    """One outcome on all rows."""
    return np.full(rows, CODE[word], np.int8)


__all__ = [
    "OF_STATUS",
    "Bytes",
    "Codes",
    "Found",
    "Kind",
    "Reader",
    "Required",
    "codes",
    "days",
    "flips",
    "happened",
    "statuses",
]
