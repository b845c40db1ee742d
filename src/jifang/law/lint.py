"""What is wrong with a pack that loads: quotes, coverage, gaps, tests, ranges, ages, open questions.

Everything that keeps a pack from loading at all (unknown and duplicate keys, unknown facts and consequences)
is a ``PackError`` of the loader; the command line shows both alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from jifang.law import golden
from jifang.law.model import Case, Cite, Consequence, Pack, Parameter, Rule, Span
from jifang.law.predicates import facts_of
from jifang.law.quotes import articles, holds

ERROR, WARNING = "error", "warning"
CHECKED_DAYS = 180
"""Days after which somebody looks again whether an instrument is still law."""
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Finding:
    """One remark: how grave, which check, where, and what to do."""

    level: str
    check: str
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.level}: {self.place}: {self.text} [{self.check}]"


def lint(pack: Pack, today: date, tenant: Mapping[str, float] | None = None) -> list[Finding]:
    """All remarks on a pack; errors first. ``tenant``: a tenant's own bounds, held against the guards."""
    found = [
        *_quotes(pack),
        *_coverage(pack),
        *_parameters(pack),
        *_tests(pack),
        *_router(pack),
        *_ranges(pack),
        *_ages(pack, today),
        *_interpretations(pack),
        *_tenant(pack, tenant or {}),
        *_recalled(pack),
    ]
    return sorted(found, key=lambda finding: finding.level != ERROR)


def _cites(pack: Pack) -> Iterator[tuple[str, Cite]]:
    for rule in pack.rules.values():
        for cite in rule.cites:
            yield rule.name, cite
    for name, consequence in pack.consequences.items():
        yield name, consequence.cite


def _quotes(pack: Pack) -> Iterator[Finding]:
    numbers = {name: articles(text) for name, text in pack.texts.items()}
    for place, cite in _cites(pack):
        if cite.instrument not in pack.texts:
            continue
        if cite.article.isdigit() and int(cite.article) not in numbers[cite.instrument]:
            yield Finding(ERROR, "quote", place, f"{cite.instrument} has no article {cite.article}.")
        elif cite.quote and not holds(pack.texts[cite.instrument], cite):
            yield Finding(
                ERROR,
                "quote",
                place,
                f"article {cite.article} of {cite.instrument} does not say “{cite.quote}”.",
            )
    for rule in pack.rules.values():
        for cite in rule.cites:
            if cite.instrument in pack.texts and not cite.quote:
                yield Finding(ERROR, "quote", rule.name, "the text is stored, so the rule quotes it.")


def _coverage(pack: Pack) -> Iterator[Finding]:
    for name in pack.own_instruments:
        instrument = pack.instruments[name]
        rows = {row.article: row for row in pack.coverage.get(name, ())}
        if instrument.coverage == "full" and instrument.articles is None:
            yield Finding(ERROR, "coverage", name, "full coverage needs the number of articles.")
        if instrument.articles is not None and instrument.coverage == "full":
            for number in range(1, instrument.articles + 1):
                if str(number) not in rows:
                    yield Finding(ERROR, "coverage", name, f"article {number} has no row in coverage.yaml.")
        if not rows:
            yield Finding(ERROR, "coverage", name, "no article of this instrument stands in coverage.yaml.")
        for row in rows.values():
            place = f"{name} {row.article}"
            last = instrument.articles
            if last is not None and row.article.isdigit() and not 1 <= int(row.article) <= last:
                yield Finding(ERROR, "coverage", place, "there is no such article.")
            if (row.disposition == "rule") != bool(row.rules) and row.disposition != "manual":
                yield Finding(ERROR, "coverage", place, "`rule` names its rules, other dispositions none.")
            for rule in row.rules:
                if rule not in pack.rules:
                    yield Finding(ERROR, "coverage", place, f"the rule {rule!r} does not exist.")
    carried = {rule for rows in pack.coverage.values() for row in rows for rule in row.rules}
    for name in pack.rules:
        if name not in carried:
            yield Finding(ERROR, "coverage", name, "no row of coverage.yaml names this rule.")


def _parameters(pack: Pack) -> Iterator[Finding]:
    for rule in pack.rules.values():
        if rule.parameter is not None:
            yield from _gaps(rule, rule.parameter)


def _gaps(rule: Rule, parameter: Parameter) -> Iterator[Finding]:
    """Every day in force has a value; without `combine`, unconditional cases do not overlap."""
    spans = [case.span for case in parameter.cases]
    for day in _turns([rule.span, *spans]):
        if not rule.span.holds(day):
            continue
        live = [case for case in parameter.cases if case.span.holds(day)]
        if not live:
            yield Finding(ERROR, "gap", rule.name, f"{parameter.name} has no value on {day.isoformat()}.")
        if parameter.combine is None:
            for case, other in _pairs(live):
                if _both_apply(case, other):
                    yield Finding(
                        ERROR,
                        "overlap",
                        rule.name,
                        f"{parameter.name}: {case.label} and {other.label} both apply on {day.isoformat()}; "
                        "say `combine` or `overrides`.",
                    )
    labels = [case.label for case in parameter.cases]
    for cite in rule.cites:
        if cite.label is not None and cite.label not in labels:
            yield Finding(
                ERROR, "cite", rule.name, f"the citation is for a case {cite.label!r} that is not there."
            )
    for case in parameter.cases:
        for other_label in case.overrides:
            if other_label not in labels:
                yield Finding(
                    ERROR, "overlap", rule.name, f"{case.label} overrides {other_label!r}, not there."
                )


def _turns(spans: list[Span]) -> list[date]:
    """The first day of every stretch on which nothing changes."""
    days = {span.begin for span in spans if span.begin is not None}
    days |= {span.end + _ONE_DAY for span in spans if span.end is not None and span.end < date.max}
    days |= {date(1992, 1, 1)}
    return sorted(days)


def _pairs(cases: list[Case]) -> Iterator[tuple[Case, Case]]:
    for i, case in enumerate(cases):
        for other in cases[i + 1 :]:
            yield case, other


def _both_apply(case: Case, other: Case) -> bool:
    if case.label in other.overrides or other.label in case.overrides:
        return False
    # Conditions on the same facts are taken to exclude each other; the engine stops where they do not.
    return case.when is None or other.when is None or set(facts_of(case.when)) != set(facts_of(other.when))


def _tests(pack: Pack) -> Iterator[Finding]:
    ends: dict[str, set[str]] = {name: set() for name in pack.rules}
    for test in pack.tests:
        rule = golden.rule_of(pack, test)
        if rule is None:
            yield Finding(ERROR, "test", test.name, "there is no rule of this name.")
            continue
        ends[rule.name].add(test.name.rpartition(".")[2])
        for sentence in golden.run(pack, test):
            yield Finding(ERROR, "test", rule.name, sentence)
    for name, found in ends.items():
        lacking = {"pass", "fail", "unknown"} - found
        if lacking and pack.rules[name].enabled:
            yield Finding(ERROR, "test", name, f"tests are lacking: .{', .'.join(sorted(lacking))}.")


def _router(pack: Pack) -> Iterator[Finding]:
    """Every rule below the router says for which classes it is."""
    for rule in pack.rules.values():
        below = any(rule.name.startswith(prefix) for prefix in pack.routed)
        if rule.route and pack.router is None:
            yield Finding(ERROR, "router", rule.name, "`route` needs a router in pack.yaml.")
        if below and not rule.route and rule.subject in ("site", "system", "access"):
            yield Finding(ERROR, "router", rule.name, "this instrument is routed: say `route`.")
        if rule.route and pack.router is not None:
            known = pack.catalogue[pack.router].values
            for value in rule.route:
                if value not in known:
                    yield Finding(ERROR, "router", rule.name, f"{value!r} is no class of {pack.router}.")


def _ranges(pack: Pack) -> Iterator[Finding]:
    for own, higher in pack.higher:
        if own not in pack.consequences or higher not in pack.consequences:
            yield Finding(ERROR, "range", own, f"{own} or {higher} is no consequence.")
            continue
        a, b = pack.consequences[own], pack.consequences[higher]
        if not within(a, b):
            yield Finding(
                WARNING,
                "range",
                own,
                f"{_range(a)} lies partly outside {_range(b)} of {b.cite.text()} "
                "(行政处罚法 12-14); a person chooses.",
            )


def within(own: Consequence, higher: Consequence) -> bool:
    """Whether a fine stays inside the higher norm's range."""
    if own.max is None or higher.max is None:
        return True
    return own.max <= higher.max and (own.min or 0) >= (higher.min or 0)


def _range(one: Consequence) -> str:
    return f"{one.min or 0:g}-{one.max or 0:g} yuan"


def _ages(pack: Pack, today: date) -> Iterator[Finding]:
    for name in pack.own_instruments:
        instrument = pack.instruments[name]
        checked = instrument.status_checked_on
        if checked is None:
            yield Finding(WARNING, "age", name, "nobody has checked whether this is still law.")
        elif (today - checked).days > CHECKED_DAYS:
            yield Finding(
                WARNING, "age", name, f"last checked on {checked.isoformat()}, over {CHECKED_DAYS} days ago."
            )
        if instrument.status == "unconfirmed":
            yield Finding(WARNING, "age", name, "its present force is not confirmed.")
        for a, b in pairwise(instrument.versions):
            if a.span.end is None or b.span.begin != a.span.end + _ONE_DAY:
                yield Finding(ERROR, "gap", name, f"between {a.id} and {b.id} days are missing or double.")


def _interpretations(pack: Pack) -> Iterator[Finding]:
    for one in pack.interpretations.values():
        if one.decided_by is None:
            yield Finding(
                WARNING, "interpretation", one.id, "unsigned: verdicts that stand on it are provisional."
            )


def _tenant(pack: Pack, tenant: Mapping[str, float]) -> Iterator[Finding]:
    for name, value in tenant.items():
        rule = pack.rules.get(name)
        if rule is None or rule.parameter is None:
            yield Finding(ERROR, "tenant", name, "no rule of this name has a parameter.")
            continue
        guard = rule.parameter.guard
        bounds = [case.value for case in rule.parameter.cases]
        if guard is None:
            yield Finding(ERROR, "tenant", name, "this parameter is not a tenant's to change.")
        elif (guard == "raise_only" and value < min(bounds)) or (
            guard == "lower_only" and value > max(bounds)
        ):
            yield Finding(ERROR, "tenant", name, f"{value:g} is laxer than the law ({guard}).")


def _recalled(pack: Pack) -> Iterator[Finding]:
    for rule in pack.rules.values():
        if rule.evidence_class == "R" and rule.enabled:
            yield Finding(
                ERROR, "recalled", rule.name, "what is only recalled ships disabled (enabled: false)."
            )
