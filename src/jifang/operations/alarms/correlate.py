"""Signals to alarms, as a fold without a database: the same signals give the same alarms, however often.

The engine reads a batch of signals and the open alarms they may touch, calls :func:`correlate`, and writes
what it returns. Nothing here looks at a clock: a signal's place is its place in the stream, so a clock that
steps changes no alarm.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from jifang.operations.alarms.priorities import Part, condition, conditions_ended, treatment

# More zones than this are not listed one by one, and such an alarm is never shown as restored.
MOST_ZONES = 64
WHOLE_LISTENER = "*"


class Signal(NamedTuple):
    """The columns of ``alarm_signal`` that decide. ``site_id`` is None where no site is registered."""

    xid: int
    id: int
    received_at: datetime
    listener: int
    account: str
    site_id: int | None
    protocol: str
    scheme: str
    code: str
    qualifier: str
    area: int | None
    zone: int | None
    event_class: str
    text: str
    path_id: int | None


class Place(NamedTuple):
    """Where an alarm is: a site, or an account without one."""

    site_id: int | None
    listener: int | None
    account: str


class Group(NamedTuple):
    """What signals join by: the place and the class."""

    place: Place
    priority_class: str


@dataclass(slots=True)
class Alarm:
    """An activation as the fold needs it. One that this batch opens has ``first``, its first signal, and no
    id.
    """

    group: Group
    priority: int
    last_at: datetime
    first: Signal | None = None
    id: int | None = None
    zones: list[int] = field(default_factory=list)
    standing: list[str] = field(default_factory=list)
    overflow: bool = False
    signals: int = 0  # of this batch
    restored_at: datetime | None = None
    changed: bool = False


class Link(NamedTuple):
    """One signal's part in one alarm."""

    alarm: Alarm
    signal: Signal
    part: Part


def place_of(signal: Signal) -> Place:
    """Return the place a signal speaks of."""
    if signal.site_id is not None:
        return Place(signal.site_id, None, "")
    # What the gateway says of a listener as a whole carries no account; the mark keeps it apart from any
    # number.
    return Place(None, signal.listener, signal.account[:32] or WHOLE_LISTENER)


def groups_touched(signals: Iterable[Signal]) -> set[Group]:
    """Return every group in which the signals may find an open alarm."""
    found: set[Group] = set()
    for signal in signals:
        what = treatment(signal.event_class, signal.protocol, signal.scheme, signal.code, signal.qualifier)
        place = place_of(signal)
        found.update(Group(place, each) for each in what.classes)
    return found


def correlate(signals: Iterable[Signal], open_alarms: dict[Group, Alarm]) -> list[Link]:
    """Fold ``signals``, in the order of the stream, into ``open_alarms`` and return every signal's parts.

    ``open_alarms`` is changed in place: alarms that arise are added without an id, alarms that signals join
    are marked ``changed``.
    """
    links = []
    for signal in signals:
        what = treatment(signal.event_class, signal.protocol, signal.scheme, signal.code, signal.qualifier)
        place = place_of(signal)
        for priority_class in what.classes:
            group = Group(place, priority_class)
            alarm = open_alarms.get(group)
            if alarm is None:
                if what.part is not Part.RAISES:
                    continue
                alarm = Alarm(group, what.priority, signal.received_at, first=signal)
                open_alarms[group] = alarm
            _join(alarm, signal, what.part, what.priority)
            links.append(Link(alarm, signal, what.part))
    return links


def _join(alarm: Alarm, signal: Signal, part: Part, priority: int) -> None:
    alarm.changed = True
    alarm.signals += 1
    alarm.last_at = max(alarm.last_at, signal.received_at)
    if part is Part.RAISES:
        alarm.priority = min(alarm.priority, priority)
        alarm.restored_at = None
        if signal.zone and signal.zone not in alarm.zones and len(alarm.zones) < MOST_ZONES:
            alarm.zones.append(signal.zone)
        name = condition(signal.scheme, signal.code, signal.area, signal.zone, signal.path_id)
        if name not in alarm.standing:
            if len(alarm.standing) < MOST_ZONES:
                alarm.standing.append(name)
            else:
                alarm.overflow = True
    elif part is Part.RESTORES and alarm.standing:
        ended = conditions_ended(signal.scheme, signal.code, signal.area, signal.zone, signal.path_id)
        alarm.standing = [name for name in alarm.standing if name not in ended]
        if not alarm.standing and not alarm.overflow:
            alarm.restored_at = signal.received_at
