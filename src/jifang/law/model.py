"""What a pack says, as plain frozen data: instruments, rules, parameters, consequences, interpretations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from jifang.law.catalogue import Fact
from jifang.law.daycount import DayCount
from jifang.law.predicates import Predicate

if TYPE_CHECKING:
    from jifang.law.kinds.base import Kind

BEARERS = ("unit", "contractor", "authority", "officer")
DISPOSITIONS = (
    "rule",
    "consequence",
    "procedure",
    "registry",
    "conduct",
    "authority_duty",
    "declaratory",
    "manual",
)
EVIDENCE_CLASSES = ("T", "P", "S", "R")
RANKS = (
    "law",
    "administrative_regulation",
    "local_regulation",
    "department_rule",
    "local_rule",
    "national_standard",
)


@dataclass(frozen=True)
class Span:
    """Days in force, both ends included; None is open."""

    begin: date | None = None
    end: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the day lies inside."""
        return (self.begin is None or self.begin <= day) and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class Version:
    """One wording of an instrument; a reference to the instrument resolves by date."""

    id: str
    span: Span
    title: str = ""


@dataclass(frozen=True)
class Instrument:
    """A law, regulation, rule or standard. ``text``: name of the file with its verbatim text, if stored.
    ``open_articles``: articles whose present force nobody has confirmed."""

    id: str
    title: str
    title_en: str
    rank: str
    span: Span
    status: str
    status_checked_on: date | None
    text: str | None = None
    articles: int | None = None
    coverage: str = "full"
    open_articles: tuple[int, ...] = ()
    versions: tuple[Version, ...] = ()
    source: str = ""

    def version_on(self, day: date) -> Version | None:
        """The wording in force on a day: how a dynamic cross-reference resolves."""
        for version in self.versions:
            if version.span.holds(day):
                return version
        return None


@dataclass(frozen=True)
class Cite:
    """Where a sentence stands. ``label``: it counts only when that case of the parameter applies."""

    instrument: str
    article: str
    paragraph: int | None = None
    item: int | None = None
    quote: str = ""
    label: str | None = None
    note: str = ""

    def text(self) -> str:
        """Short form: instrument and article."""
        item = f"({self.item})" if self.item else ""
        return f"{self.instrument} {self.article}{item}"


@dataclass(frozen=True)
class Case:
    """One dated value of a parameter; ``overrides`` names cases that do not count where this one applies."""

    label: str
    value: float
    span: Span
    when: Predicate | None = None
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parameter:
    """A number of the law. ``combine``: max or min when several cases bind together, else a conflict.
    ``guard``: raise_only or lower_only, what a tenant may do to it."""

    name: str
    unit: str
    cases: tuple[Case, ...]
    combine: str | None = None
    guard: str | None = None


@dataclass(frozen=True)
class Consequence:
    """What may follow. ``stage``: first, concurrent, not_rectified, serious, immediate; amounts in yuan, both
    ends included; ``min`` None is a range without a lower end."""

    id: str
    act: str
    who: str
    stage: str
    cite: Cite
    min: float | None = None
    max: float | None = None
    discretionary: bool = False
    authority: str = ""
    note: str = ""
    when: Predicate | None = None
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Interpretation:
    """A question the text leaves open. Unsigned (``decided_by`` None) it makes verdicts provisional."""

    id: str
    question: str
    answer: str
    decided_by: str | None
    decided_on: date | None
    proposed: str = ""


@dataclass(frozen=True)
class Rule:
    """One duty of one article."""

    name: str
    kind: Kind
    title: str
    title_en: str
    bearer: str
    subject: str
    span: Span
    cites: tuple[Cite, ...]
    file: str
    obligation: str | None = None
    route: tuple[str, ...] = ()
    scope: Predicate | None = None
    exempt: Predicate | None = None
    parameter: Parameter | None = None
    severity: str = "medium"
    severity_when: tuple[tuple[Predicate, str], ...] = ()
    consequences: tuple[str, ...] = ()
    interpretations: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    evidence_class: str = "T"
    enabled: bool = True
    lenity: bool = False
    note: str = ""


@dataclass(frozen=True)
class CoverageRow:
    """What becomes of one article: its main disposition and the rules that carry it."""

    article: str
    disposition: str
    rules: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class GoldenTest:
    """One golden case; its name ends in .pass, .fail or .unknown."""

    name: str
    rule: str
    data: Mapping[str, object]


@dataclass(frozen=True)
class Pack:
    """A pack with all that it needs of others already joined in (``catalogue``, ``instruments``)."""

    name: str
    title: str
    title_en: str
    version: str
    region: str
    requires: tuple[str, ...]
    own_instruments: tuple[str, ...]
    instruments: Mapping[str, Instrument]
    own_facts: tuple[str, ...]
    catalogue: Mapping[str, Fact]
    rules: Mapping[str, Rule]
    consequences: Mapping[str, Consequence]
    interpretations: Mapping[str, Interpretation]
    coverage: Mapping[str, tuple[CoverageRow, ...]]
    tests: tuple[GoldenTest, ...]
    texts: Mapping[str, str]
    calendar: DayCount
    digest: str
    router: str | None = None
    routed: tuple[str, ...] = ()
    higher: tuple[tuple[str, str], ...] = field(default=())
