"""Everything an alarm card shows, gathered in a constant number of queries."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifang.identity.access import Actor
from jifang.operations.alarms import calling, queries
from jifang.operations.alarms.lifecycle import Act, State, acts_open
from jifang.operations.alarms.models import Activation, Decision
from jifang.operations.alarms.outcomes import (
    CLOSINGS,
    FIRST_STEP,
    STEPS,
    CallOutcome,
    Cause,
    results_for,
    steps_for,
)
from jifang.operations.alarms.queries import SignalOfAlarm
from jifang.operations.alarms.rights import (
    ACTIVATION_HANDLE,
    ACTIVATION_TAKE_OVER,
    PASS_PHRASE_LOOK,
    SIGNAL_VIEW,
)
from jifang.registry.models.choices import Principle
from jifang.web.duty import presenting

SIGNALS_SHOWN = 60
ACT_WORDS = dict(Act.choices)
_URGENT = {
    "fire_brigade": gettext_lazy("Inform 119 now, then call the site."),
    "police": gettext_lazy("Inform 110 now, then call the site."),
    "ambulance": gettext_lazy("Inform 120 now, then call the site."),
}
OUTCOME_WORDS = dict(CallOutcome.choices)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log: a signal or a decision."""

    at: datetime
    title: str
    who: str = ""
    text: str = ""
    tone: str = ""
    priority_class: str = ""


def context(
    activation: Activation, actor: Actor, *, at: datetime, opened: bool = False, error: str = ""
) -> dict[str, Any]:
    """Return what ``web/duty/card.html`` needs.

    ``opened``: it is shown now and was not before, so the keyboard goes to its head; ``error`` is a refusal.
    """
    decisions = list(queries.decisions_of(activation))
    signals = queries.signals_of(activation, limit=SIGNALS_SHOWN)
    row = presenting.row_of(activation)
    holds = activation.owner_id is not None and activation.owner_id == actor.account_id
    handles = actor.may(ACTIVATION_HANDLE)
    acts = (
        acts_open(activation.state, holds=holds, supervises=actor.may(ACTIVATION_TAKE_OVER))
        if handles
        else frozenset()
    )
    calls = calling.calls_for(activation, decisions, actor, at=at)
    done = {decision.step for decision in decisions if decision.step}
    steps = [(step, step.code in done) for step in steps_for(activation.priority_class)]
    return {
        "activation": activation,
        "alarm": presenting.shown(row),
        "site": activation.site,
        "site_url": _site_url(activation),
        "holds": holds,
        "may": {act.value: act in acts for act in Act},
        "handles": handles,
        "open": activation.closed_at is None,
        "calls": calls,
        "outcomes": CallOutcome.choices,
        "may_look": holds and actor.may(PASS_PHRASE_LOOK),
        "steps": steps,
        "zones": _zones(signals),
        "log": log_of(signals, decisions),
        "signals_hidden": max(0, activation.signal_count - len(signals)),
        "earlier": list(queries.earlier_at(activation, actor)),
        "results": [(result, CLOSINGS[result]) for result in results_for(activation.priority_class)],
        "causes": Cause.choices,
        "next_step": next_step(activation, calls, steps, holds=holds, handles=handles),
        "may_see_signals": actor.may(SIGNAL_VIEW),
        "key": uuid.uuid4().hex,
        "opened": opened,
        "error": error,
    }


def next_step(
    activation: Activation, calls: calling.Calls, steps: list[Any], *, holds: bool, handles: bool
) -> str:
    """Say the one thing to do now."""
    if activation.state == State.CLOSED or not handles:
        return ""
    if activation.state == State.NEW:
        return _("Nobody handles this alarm yet. Take it.")
    if not holds:
        return ""
    urgent = FIRST_STEP.get(activation.priority_class)
    if any(step.code == urgent and not done for step, done in steps):
        return str(_URGENT[urgent or ""])
    if calls.next is not None:
        return _("Call %(name)s.") % {"name": calls.next.contact.name}
    if activation.site is not None and not calls.callees:
        return _("This site has no contact. Use the steps below and tell the registry.")
    return _("Note what was found, then close with a result.")


def log_of(signals: list[SignalOfAlarm], decisions: list[Decision]) -> list[Entry]:
    """Return signals and decisions as one log, the newest first."""
    entries = [_signal_entry(signal) for signal in signals]
    entries += [_decision_entry(decision) for decision in decisions]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _signal_entry(signal: SignalOfAlarm) -> Entry:
    title = presenting.code_text(signal.scheme, signal.code, signal.qualifier)
    where = presenting.zone_text(signal.area, signal.zone, signal.zone_name)
    if signal.user_no:
        where = _("User %(user)s") % {"user": signal.user_no}
    principle = str(Principle(signal.principle).label) if signal.principle in Principle.values else ""
    text = " · ".join(part for part in (where, principle, signal.text) if part)
    raising = signal.part == "raises"
    return Entry(
        signal.received_at,
        title,
        who=f"{signal.scheme} {signal.code}",
        text=text,
        tone="" if raising else "off",
        priority_class=signal.event_class if raising else "",
    )


def _decision_entry(decision: Decision) -> Entry:
    title = str(ACT_WORDS.get(decision.act, decision.act))
    text = decision.text
    tone = "info"
    if decision.step:
        title = str(next((step.label for step in STEPS if step.code == decision.step), decision.step))
        tone = "good"
    elif decision.outcome:
        title = f"{decision.contact_name}: {OUTCOME_WORDS.get(decision.outcome, decision.outcome)}"
        tone = "good" if decision.outcome in _GOOD else "pending"
    elif decision.contact_name:
        title = f"{title}: {decision.contact_name}"
    elif decision.result:
        title = _("Closed: %(result)s") % {"result": decision.get_result_display()}
        text = " · ".join(part for part in (str(decision.get_cause_display()), decision.text) if part)
        tone = "off"
    return Entry(decision.at, title, who=decision.by_name, text=text, tone=tone)


_GOOD = (CallOutcome.REACHED, CallOutcome.PASS_PHRASE_RIGHT)


def _zones(signals: list[SignalOfAlarm]) -> list[dict[str, str]]:
    """The zones that raised, the first to raise first, each once."""
    zones: dict[tuple[int | None, int | None], dict[str, str]] = {}
    for signal in reversed(signals):
        if signal.part != "raises" or not signal.zone:
            continue
        known = signal.principle in Principle.values
        zones.setdefault(
            (signal.area, signal.zone),
            {
                "name": presenting.zone_text(signal.area, signal.zone, signal.zone_name),
                "principle": str(Principle(signal.principle).label) if known else "",
            },
        )
    return list(zones.values())


def _site_url(activation: Activation) -> str:
    return reverse("registry:site-detail", args=[activation.site_id]) if activation.site_id else ""
