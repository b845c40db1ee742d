"""Whom to call about an alarm: the site's call list for its class, in order, and who can be reached now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jifang.identity.access import Actor
from jifang.operations.alarms.models import Activation, Decision
from jifang.operations.alarms.priorities import PriorityClass
from jifang.registry import queries as registry
from jifang.registry.models import CallList, Contact
from jifang.registry.rights import CONTACT_VIEW

# The purpose of a call list (registry.CallPurpose) that fits a class best; "all" fits every class.
PURPOSE: dict[str, str] = {
    PriorityClass.HOLD_UP: "hold_up",
    PriorityClass.MEDICAL: "hold_up",
    PriorityClass.FIRE: "fire",
    PriorityClass.BURGLARY: "burglary",
    PriorityClass.TAMPER: "burglary",
    PriorityClass.ACCESS: "burglary",
    PriorityClass.OPEN_CLOSE: "open_close",
    PriorityClass.TECHNICAL: "technical",
    PriorityClass.SUPERVISION: "technical",
    PriorityClass.UNKNOWN: "technical",
}


@dataclass(frozen=True, slots=True)
class Callee:
    """One contact as the card shows it. ``reachable`` is False outside the contact's hours or validity."""

    contact: Contact
    place: int
    reachable: bool
    last: Decision | None

    @property
    def tried(self) -> bool:
        """Whether somebody called during this alarm."""
        return self.last is not None


@dataclass(frozen=True, slots=True)
class Calls:
    """The call list of an alarm; empty ``callees`` is a warning, not a state to be proud of."""

    callees: tuple[Callee, ...]
    instructions: str

    @property
    def next(self) -> Callee | None:
        """The first who can be reached and was not called yet."""
        return next((callee for callee in self.callees if callee.reachable and not callee.tried), None)


def calls_for(activation: Activation, decisions: Iterable[Decision], actor: Actor, *, at: datetime) -> Calls:
    """Return whom to call, in order. Three queries."""
    site = activation.site
    if site is None or not actor.may(CONTACT_VIEW):
        return Calls((), "")
    contacts = list(
        registry.for_actor(Contact, actor, CONTACT_VIEW).filter(site=site).order_by("order", "id")
    )
    lists = {
        each.purpose: each
        for each in registry.for_actor(CallList, actor, CONTACT_VIEW)
        .filter(site=site, purpose__in=[PURPOSE.get(activation.priority_class, "all"), "all"])
        .prefetch_related("entries")
    }
    chosen = lists.get(PURPOSE.get(activation.priority_class, "all")) or lists.get("all")
    if chosen is not None and chosen.entries.all():
        order = {entry.contact_id: entry.order for entry in chosen.entries.all()}
        contacts = sorted((c for c in contacts if c.pk in order), key=lambda contact: order[contact.pk])
    local = at.astimezone(_zone(site.time_zone))
    last = {decision.contact_id: decision for decision in decisions if decision.outcome}
    callees = tuple(
        Callee(contact, place, reachable(contact, local), last.get(contact.pk))
        for place, contact in enumerate(contacts, start=1)
    )
    return Calls(callees, chosen.instructions if chosen else "")


def reachable(contact: Contact, local: datetime) -> bool:
    """Whether a contact's hours and validity cover ``local``, a time in the site's zone."""
    today = local.date()
    if contact.valid_from and today < contact.valid_from:
        return False
    if contact.valid_until and today > contact.valid_until:
        return False
    return not contact.hours or any(_covers(part, local) for part in contact.hours)


def _covers(part: dict[str, Any], local: datetime) -> bool:
    clock = local.strftime("%H:%M")
    start, end = part["from"], part["to"]
    today, yesterday = local.isoweekday(), (local - timedelta(days=1)).isoweekday()
    if start <= end:
        return today in part["days"] and start <= clock < end
    # Over midnight: the evening belongs to the day named, the morning after it still does.
    return (today in part["days"] and clock >= start) or (yesterday in part["days"] and clock < end)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("Asia/Shanghai")
