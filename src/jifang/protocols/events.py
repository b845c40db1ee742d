"""What a signal means to a duty room: our own event classes, the same for Contact ID and SIA codes.

The original code always stays beside the class; Contact ID is never rewritten as SIA, because that loses
meaning (silent burglary would become hold-up). Order of classes: fire, hold-up, medical, burglary, then the
rest; a code that nobody knows stands above the technical ones, because unknown is not fine.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from jifang.protocols.event_codes import CODES
from jifang.protocols.event_codes.table import Code, Concerns, EventClass, Nature

__all__ = [
    "NEVER_SELF_CLEARING",
    "PRIORITY",
    "Code",
    "Concerns",
    "Event",
    "EventClass",
    "Nature",
    "Scheme",
    "class_of",
    "class_text",
    "code_of",
    "nature_of",
    "never_self_clears",
    "priority_of",
    "text_of",
]


class Scheme(StrEnum):
    """Whose code it is."""

    CID = "CID"
    """Contact ID, ANSI/SIA DC-05."""
    SIA = "SIA"
    """ANSI/SIA DC-03."""
    OWN = "jifang"
    """Signals the platform makes itself."""


PRIORITY: Final[dict[EventClass, int]] = {
    EventClass.FIRE: 10,
    EventClass.HOLD_UP: 20,
    EventClass.MEDICAL: 30,
    EventClass.BURGLARY: 40,
    EventClass.TAMPER: 50,
    EventClass.UNKNOWN: 55,
    EventClass.TECHNICAL: 60,
    EventClass.ACCESS: 70,
    EventClass.OPEN_CLOSE: 80,
    EventClass.SUPERVISION: 90,
    EventClass.TEST: 95,
}
"""Default priority of a class; 1 is the most urgent, 99 the least. Sites may override it."""

NEVER_SELF_CLEARING: Final = frozenset({EventClass.HOLD_UP, EventClass.TAMPER})
"""Alarms of these classes are never reset by a restore or by time (GB 50394-2007 5.2.3, 5.2.4)."""

_CLASS_TEXTS: Final[dict[EventClass, tuple[str, str]]] = {
    EventClass.FIRE: ("Fire", "火警"),
    EventClass.HOLD_UP: ("Hold-up or panic", "紧急（劫持）报警"),
    EventClass.MEDICAL: ("Medical or help", "医疗求助"),
    EventClass.BURGLARY: ("Burglary", "入侵报警"),
    EventClass.TAMPER: ("Tamper", "防拆报警"),
    EventClass.TECHNICAL: ("Technical", "设备故障"),
    EventClass.ACCESS: ("Access", "出入口"),
    EventClass.OPEN_CLOSE: ("Opening or closing", "布撤防"),
    EventClass.TEST: ("Test", "测试"),
    EventClass.SUPERVISION: ("Supervision", "监测"),
    EventClass.UNKNOWN: ("Unknown", "未知"),
}

_STILL_PRESENT: Final = {"en": ", still present", "zh": "（持续）"}
_RESTORED: Final = {"en": ", restored", "zh": "，恢复"}
_UNKNOWN_TEXT: Final = {"en": "Unknown code {}", "zh": "未知代码 {}"}
_UNREADABLE_TEXT: Final = {"en": "Data without a readable code", "zh": "数据中没有可读的代码"}


class Event(NamedTuple):
    """One event of a message, as the panel said it. Numbers are None when the panel sent none."""

    scheme: Scheme
    code: str
    """Three digits (Contact ID) or two letters (SIA); empty when the data holds no readable code."""
    qualifier: str
    """1 new event or opening, 3 restore or closing, 6 reported before and still present."""
    area: int | None
    zone: int | None
    """Zone, point, door, device, line … : whatever the code counts that is not a user; see ``concerns``."""
    user: int | None
    concerns: Concerns
    """What the code's number means."""
    text: bytes
    """The panel's own words, as sent; decode with the account's character sets."""
    time: str
    """Time of the event by the panel's own clock (``ti``), ``hh:mm`` or ``hh:mm:ss``; empty if not sent."""
    raw: bytes
    """The piece of data this event was read from."""

    @property
    def event_class(self) -> EventClass:
        """Class of this event."""
        return class_of(self.scheme, self.code, self.qualifier)

    @property
    def nature(self) -> Nature:
        """Alarm, restore or state."""
        return nature_of(self.scheme, self.code, self.qualifier)

    def meaning(self, language: str = "zh") -> str:
        """What the code means, in words."""
        return text_of(self.scheme, self.code, self.qualifier, language)


def code_of(scheme: str, code: str) -> Code | None:
    """The entry of the table, or None for a code that is not in it."""
    return CODES.get((scheme, code))


def class_of(scheme: str, code: str, qualifier: str = "1") -> EventClass:
    """Class of a code; `EventClass.UNKNOWN` for one that is not in the table. A restore keeps the class."""
    entry = CODES.get((scheme, code))
    return EventClass.UNKNOWN if entry is None else entry.event_class


def nature_of(scheme: str, code: str, qualifier: str = "1") -> Nature:
    """Alarm (raises or joins an activation), restore (the condition went), or state (only recorded).

    An unknown code counts as an alarm: a person has to look at it.
    """
    entry = CODES.get((scheme, code))
    if entry is None:
        return Nature.RESTORE if qualifier == "3" else Nature.ALARM
    if entry.nature is Nature.ALARM and qualifier == "3" and scheme != Scheme.SIA and entry.restorable:
        return Nature.RESTORE
    return entry.nature


def priority_of(scheme: str, code: str, qualifier: str = "1") -> int:
    """Default priority of a code: its own where the table gives one, else its class's."""
    entry = CODES.get((scheme, code))
    if entry is None:
        return PRIORITY[EventClass.UNKNOWN]
    return PRIORITY[entry.event_class] if entry.priority is None else entry.priority


def never_self_clears(scheme: str, code: str, qualifier: str = "1") -> bool:
    """True for an alarm that only a person may clear."""
    return (
        class_of(scheme, code, qualifier) in NEVER_SELF_CLEARING
        and nature_of(scheme, code, qualifier) is Nature.ALARM
    )


def class_text(event_class: EventClass, language: str = "zh") -> str:
    """Name of a class, in ``zh`` or ``en``."""
    english, chinese = _CLASS_TEXTS[event_class]
    return english if language == "en" else chinese


def text_of(scheme: str, code: str, qualifier: str = "1", language: str = "zh") -> str:
    """What a code means with its qualifier, in ``zh`` (default) or ``en``."""
    tongue = "en" if language == "en" else "zh"
    if not code:
        return _UNREADABLE_TEXT[tongue]
    entry = CODES.get((scheme, code))
    if entry is None:
        text, restored = _UNKNOWN_TEXT[tongue].format(code), ""
    elif tongue == "en":
        text, restored = entry.english, entry.english_restored
    else:
        text, restored = entry.chinese, entry.chinese_restored
    if qualifier == "6":
        return text + _STILL_PRESENT[tongue]
    if qualifier == "3" and scheme != Scheme.SIA:
        return restored or text + _RESTORED[tongue]
    return text
