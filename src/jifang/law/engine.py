"""Evaluating rules on whole columns: verdict, outcome, required, measured and the next flip of every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from jifang.law.columns import Floats, Instants, Mask, World, day_starts, earliest
from jifang.law.context import Clocks, Context
from jifang.law.daycount import NEVER, date_of, number_of
from jifang.law.kinds.base import Codes, Found, Required, codes
from jifang.law.model import Pack, Parameter, Rule
from jifang.law.outcomes import CODE, VERDICT_OF
from jifang.law.predicates import FALSE, MAYBE, TRUE, Predicate, Test

_VERDICT = np.array(VERDICT_OF, np.int8)
Tenant = Mapping[str, float]
"""A tenant's own, stricter bounds: rule name to value."""


@dataclass(frozen=True)
class Cells:
    """One rule on every row of its subject type. ``flip``: seconds, ``NEVER`` for none; ``provisional``: the
    row's own doubt (an unpublished calendar), beside the rule's."""

    rule: str
    outcome: Codes
    verdict: np.ndarray[Any, np.dtype[np.int8]]
    required: Floats
    measured: Floats
    flip: Instants
    provisional: Mask
    applied: Mapping[str, Mask] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)


class Engine:
    """One pass: a pack over a world of facts at three clocks."""

    def __init__(self, pack: Pack, world: World, clocks: Clocks, tenant: Tenant | None = None) -> None:
        self.pack = pack
        self.world = world
        self.clocks = clocks
        self.tenant = tenant or {}
        self.law_day = date_of(clocks.law)
        self._contexts: dict[str, Context] = {}

    def context(self, kind: str) -> Context:
        """What rules of one subject type see."""
        if kind not in self._contexts:
            self._contexts[kind] = Context(self.world, kind, self.clocks, self.pack.calendar)
        return self._contexts[kind]

    def rules(self) -> list[Rule]:
        """The enabled rules whose subjects are there, those of the router first."""
        here = [r for r in self.pack.rules.values() if r.enabled and r.subject in self.world.tables]
        return sorted(here, key=lambda rule: not rule.name.startswith(self.pack.routed or ("?",)))

    def evaluate(self, rule: Rule) -> Cells:
        """One rule on all its subjects."""
        context = self.context(rule.subject)
        rows = context.rows
        nothing = context.nothing
        if not self.in_force(rule):
            return self._cells(rule, codes(rows, "not_in_force"), nothing, nothing, None, None)
        outcome, of_scope = self._scope(rule, context)
        scoped = outcome >= 0
        if rows and scoped.all():
            return self._cells(rule, outcome, nothing, nothing, of_scope, None)
        decided, flip = scoped, of_scope
        required: Required | None = None
        applied: dict[str, Mask] = {}
        limit = nothing
        if rule.parameter is not None:
            trouble, required, from_parameter = self._parameter(rule.parameter, context)
            trouble, required = self._tenant(rule, trouble, required)
            applied, limit = required.applied, required.value
            outcome = np.where(decided, outcome, trouble).astype(np.int8, copy=False)
            decided = outcome >= 0
            flip = earliest(flip, from_parameter)
        found: Found = rule.kind.evaluate(context, required)
        outcome = np.where(decided, outcome, found.outcome).astype(np.int8, copy=False)
        measured = nothing if found.measured is None else found.measured
        flip = earliest(flip, found.flip)
        if found.required is not None:
            limit = found.required
        if decided.any():
            # What another question has decided shows no measurement and turns with that question only.
            if measured is not nothing:
                measured = np.where(decided, np.nan, measured)
            if limit is not nothing:
                limit = np.where(scoped, np.nan, limit)
            if flip is not None:
                flip = np.where(scoped, NEVER if of_scope is None else of_scope, flip)
        return self._cells(
            rule,
            outcome,
            limit,
            measured,
            flip,
            None if found.certain is None else ~(found.certain | decided),
            applied,
            found.more,
        )

    def in_force(self, rule: Rule) -> bool:
        """Whether the rule and the instruments it stands on are in force on the day of law."""
        instrument = self.pack.instruments[rule.cites[0].instrument]
        return rule.span.holds(self.law_day) and instrument.span.holds(self.law_day)

    def provisional(self, rule: Rule) -> tuple[str, ...]:
        """Why every verdict of a rule is provisional: open questions and articles of unconfirmed force."""
        reasons = []
        for name in rule.interpretations:
            if self.pack.interpretations[name].decided_by is None:
                reasons.append(f"interpretation:{name}")
        if force_open(self.pack, rule):
            reasons.append(f"force:{rule.cites[0].text()}")
        return tuple(reasons)

    def _scope(self, rule: Rule, context: Context) -> tuple[Codes, Instants | None]:
        outcome = np.full(context.rows, -1, np.int8)
        flip = None
        for predicate in (self._route(rule), rule.scope):
            if predicate is None:
                continue
            tri = context.test(predicate)
            flip = earliest(flip, tri.flip)
            if (tri.state != TRUE).any():
                outcome = np.where((outcome < 0) & (tri.state == FALSE), CODE["out_of_scope"], outcome)
                outcome = np.where((outcome < 0) & (tri.state == MAYBE), CODE["scope_unknown"], outcome)
        if rule.exempt is not None:
            tri = context.test(rule.exempt)
            flip = earliest(flip, tri.flip)
            outcome = np.where((outcome < 0) & (tri.state == TRUE), CODE["exempt"], outcome)
            outcome = np.where((outcome < 0) & (tri.state == MAYBE), CODE["scope_unknown"], outcome)
        return outcome.astype(np.int8, copy=False), flip

    def _route(self, rule: Rule) -> Predicate | None:
        if not rule.route or self.pack.router is None:
            return None
        fact = self.world.catalogue[self.pack.router]
        return Test(fact.name, "in", tuple(fact.encode(value)[0] for value in rule.route))

    def _parameter(self, parameter: Parameter, context: Context) -> tuple[Codes, Required, Instants | None]:
        """The value on every row; an outcome where there is none or more than one."""
        rows = context.rows
        live = [case for case in parameter.cases if case.span.holds(self.law_day)]
        if len(live) == 1 and live[0].when is None:
            everywhere = np.ones(rows, dtype=bool)
            return (
                np.full(rows, -1, np.int8),
                Required(np.full(rows, float(live[0].value)), {live[0].label: everywhere}),
                None,
            )
        states = {}
        flip = None
        for case in live:
            if case.when is None:
                states[case.label] = np.full(rows, TRUE, np.int8)
            else:
                tri = context.test(case.when)
                states[case.label] = tri.state
                flip = earliest(flip, tri.flip)
        for case in live:
            for other in case.overrides:
                if other in states:
                    states[other] = np.minimum(states[other], TRUE - states[case.label])
        value = np.full(rows, np.nan)
        count = np.zeros(rows, np.int8)
        doubt = np.zeros(rows, dtype=bool)
        applied = {}
        join = np.fmin if parameter.combine == "min" else np.fmax
        for case in live:
            holds = states[case.label] == TRUE
            applied[case.label] = holds
            doubt |= states[case.label] == MAYBE
            value = np.where(holds, join(value, case.value), value)
            count += holds
        outcome = np.full(rows, -1, np.int8)
        if parameter.combine is None:
            outcome = np.where(count > 1, CODE["conflict"], outcome)
        outcome = np.where((outcome < 0) & (count == 0), CODE["no_parameter"], outcome)
        outcome = np.where(doubt, CODE["scope_unknown"], outcome)
        return outcome.astype(np.int8, copy=False), Required(value, applied), flip

    def _tenant(self, rule: Rule, trouble: Codes, required: Required) -> tuple[Codes, Required]:
        own = self.tenant.get(rule.name)
        assert rule.parameter is not None
        if own is None:
            return trouble, required
        guard = rule.parameter.guard
        if guard == "raise_only":
            void = own < required.value
        elif guard == "lower_only":
            void = own > required.value
        else:
            void = np.full(len(required.value), True)
        trouble = np.where((trouble < 0) & void, CODE["configuration_invalid"], trouble).astype(
            np.int8, copy=False
        )
        return trouble, Required(np.where(void, required.value, own), required.applied)

    def _cells(
        self,
        rule: Rule,
        outcome: Codes,
        required: Floats,
        measured: Floats,
        flip: Instants | None,
        provisional: Mask | None,
        applied: Mapping[str, Mask] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> Cells:
        rows = len(outcome)
        law = self._law_flip(rule)
        if flip is None:
            flip = np.full(rows, law, np.int64)
        elif law < NEVER:
            flip = np.minimum(flip, law)
        return Cells(
            rule.name,
            outcome,
            _VERDICT[outcome],
            required,
            measured,
            flip,
            np.zeros(rows, dtype=bool) if provisional is None else provisional,
            applied or {},
            more or {},
        )

    def _law_flip(self, rule: Rule) -> int:
        """When the law itself next changes for the rule: it begins or ends, or a case does."""
        spans = [rule.span, self.pack.instruments[rule.cites[0].instrument].span]
        if rule.parameter is not None:
            spans += [case.span for case in rule.parameter.cases]
        days = [number_of(span.begin) for span in spans if span.begin is not None]
        days += [number_of(span.end) + 1 for span in spans if span.end is not None]
        coming = [day for day in days if day > self.clocks.law]
        if not coming:
            return NEVER
        return int(day_starts(np.array(min(coming), np.int64)))


def force_open(pack: Pack, rule: Rule) -> bool:
    """Whether nobody has confirmed that the rule's article is still law: no finding against a unit then."""
    cite = rule.cites[0]
    instrument = pack.instruments[cite.instrument]
    return cite.article.isdigit() and int(cite.article) in instrument.open_articles


def sweep(pack: Pack, world: World, clocks: Clocks, tenant: Tenant | None = None) -> dict[str, Cells]:
    """All enabled rules over the whole world."""
    engine = Engine(pack, world, clocks, tenant)
    return {rule.name: engine.evaluate(rule) for rule in engine.rules()}


def law_day(day: date) -> int:
    """A date of law as the number that clocks hold."""
    return number_of(day)


__all__ = ["Cells", "Clocks", "Engine", "Tenant", "force_open", "law_day", "sweep"]
