"""What a signal does to an alarm: raises one, restores one, tells one something, or is only kept in the log.

The class of a code and its nature are data of ``protocols.events``; here stands what a duty room makes of
them. Every class is a group of its own: a hold-up can never join a burglary that is already open, nor the
other way round.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from jifang.protocols import events
from jifang.protocols.events import EventClass, Nature

# Signals the gateway makes itself: a path of supervision failed or came back, a listener lost many at once.
OWN_PROTOCOL = "jifang"


class PriorityClass(models.TextChoices):
    """The group in which signals of one place join one alarm; the same values as ``EventClass``."""

    FIRE = "fire", _("Fire")
    HOLD_UP = "hold_up", _("Hold-up")
    MEDICAL = "medical", _("Help call")
    BURGLARY = "burglary", _("Burglary")
    TAMPER = "tamper", _("Tamper")
    UNKNOWN = "unknown", _("Unknown code")
    TECHNICAL = "technical", _("Technical fault")
    ACCESS = "access", _("Door alarm")
    OPEN_CLOSE = "open_close", _("Opening and closing")
    SUPERVISION = "supervision", _("Line failure")
    TEST = "test", _("Test")


# Persons are in danger: the sound cannot be muted, and no such alarm is ever over because its detector came
# back.
DANGER = frozenset({PriorityClass.FIRE, PriorityClass.HOLD_UP, PriorityClass.MEDICAL})


class Part(StrEnum):
    """What a signal is to an alarm."""

    RAISES = "raises"  # opens one, or joins the open one
    RESTORES = "restores"  # the condition is over: belongs to the open one, opens nothing
    TELLS = "tells"  # worth knowing to whoever handles the open one, opens nothing


# A path that is late is not failed yet: no alarm, but worth knowing where one is open.
_OWN_WARNINGS = frozenset({"path.late"})


@dataclass(frozen=True, slots=True)
class Treatment:
    """What becomes of a signal: its part, and the groups it plays it in (none: kept in the log only)."""

    part: Part
    classes: tuple[str, ...]
    priority: int


# A state that changes nothing by itself but matters to whoever handles one of these: an opening after a
# burglary, a closing after "late to close", a walk test while alarms come in.
TELLS: dict[EventClass, tuple[str, ...]] = {
    EventClass.OPEN_CLOSE: (
        EventClass.HOLD_UP,
        EventClass.BURGLARY,
        EventClass.TAMPER,
        EventClass.OPEN_CLOSE,
    ),
    EventClass.ACCESS: (EventClass.HOLD_UP, EventClass.BURGLARY, EventClass.ACCESS),
    EventClass.TEST: (EventClass.BURGLARY, EventClass.TAMPER, EventClass.FIRE, EventClass.SUPERVISION),
    EventClass.TECHNICAL: (EventClass.TECHNICAL,),
    EventClass.SUPERVISION: (EventClass.SUPERVISION,),
}

# SIA writes an alarm and its end as two codes. Families with a kind letter follow the rule (second letter H
# ends A, J ends T, R ends both); these do not.
_ENDS: dict[str, tuple[str, ...]] = {
    "AR": ("AT",),
    "ER": ("ET",),
    "ES": (),
    "EJ": ("ES",),
    "EN": ("EM",),
    "LR": ("LT",),
    "NR": ("NT",),
    "NS": ("NA",),
    "XR": ("XT",),
    "XH": ("XQ",),
    "XJ": ("XS",),
    "YH": ("YA",),
    "YJ": ("YI",),
    "YK": ("YC", "YS"),
    "YQ": ("YP",),
    "YR": ("YT", "YM"),
    "DH": ("DL", "DM", "DN"),
    "DR": ("DF", "DJ", "DL"),
    "RR": ("YW",),
}


def treatment(event_class: str, protocol: str, scheme: str, code: str, qualifier: str) -> Treatment:
    """Return what becomes of a signal with these columns."""
    if protocol == OWN_PROTOCOL:
        part = Part.TELLS if code in _OWN_WARNINGS else Part.RESTORES if qualifier == "3" else Part.RAISES
        return Treatment(part, (event_class,), events.PRIORITY[EventClass(event_class)])
    nature = events.nature_of(scheme, code, qualifier)
    priority = events.priority_of(scheme, code, qualifier)
    if nature is Nature.ALARM:
        return Treatment(Part.RAISES, (event_class,), priority)
    if nature is Nature.RESTORE:
        return Treatment(Part.RESTORES, (event_class,), priority)
    return Treatment(Part.TELLS, TELLS.get(EventClass(event_class), ()), priority)


def condition(scheme: str, code: str, area: int | None, zone: int | None, path_id: int | None) -> str:
    """Return the name of the condition an alarm raises, ``code@area:zone``: what a restore must match."""
    if scheme == OWN_PROTOCOL:
        return f"{code}@{path_id or 0}"
    return f"{code}@{area or 0}:{zone or 0}"


def conditions_ended(
    scheme: str, code: str, area: int | None, zone: int | None, path_id: int | None
) -> tuple[str, ...]:
    """Return the names of the conditions that a restore ends.

    Contact ID ends a code with the same code. A restore that matches nothing ends nothing: "restored" is
    never shown on a guess.
    """
    if scheme != events.Scheme.SIA:
        ended: tuple[str, ...] = (code,)
    elif code in _ENDS:
        ended = _ENDS[code]
    elif len(code) == 2 and code[1] in "HJR":
        kind = code[0]
        ended = {"H": (kind + "A",), "J": (kind + "T",), "R": (kind + "A", kind + "T")}[code[1]]
    else:
        ended = ()
    return tuple(condition(scheme, each, area, zone, path_id) for each in ended)
