"""Shape of the event code tables."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class EventClass(StrEnum):
    """What a duty room does with a signal depends on its class, not on its code."""

    FIRE = "fire"
    HOLD_UP = "hold_up"
    MEDICAL = "medical"
    BURGLARY = "burglary"
    TAMPER = "tamper"
    TECHNICAL = "technical"
    OPEN_CLOSE = "open_close"
    TEST = "test"
    ACCESS = "access"
    SUPERVISION = "supervision"
    UNKNOWN = "unknown"


class Nature(StrEnum):
    """What a code does to an activation."""

    ALARM = "alarm"
    """A condition that somebody has to look at: alarms and faults."""
    RESTORE = "restore"
    """A condition reported before is gone."""
    STATE = "state"
    """Worth recording, nothing to handle: armed, tested, programmed, bypassed."""


class Concerns(StrEnum):
    """What the number behind a code counts."""

    ZONE = "zone"
    USER = "user"
    AREA = "area"
    DOOR = "door"
    DEVICE = "device"
    LINE = "line"
    OUTPUT = "output"
    CONDITION = "condition"
    NOTHING = "nothing"


class Source(StrEnum):
    """Where an entry of the tables is known from."""

    DC05 = "ANSI/SIA DC-05-1999.09, appendix C"
    DC03 = "ANSI/SIA DC-03"
    ADEMCO = "Ademco extension of DC-05, from panel manuals"
    MAKERS = "makers' extension, from a public receiver's table"
    AJAX = "Ajax extension of DC-03"
    OWN = "jifang"


class Code(NamedTuple):
    """One event code."""

    scheme: str
    code: str
    event_class: EventClass
    nature: Nature
    qualifier: str
    """Qualifier the code implies by itself (SIA: 1 or 3); ``1`` for Contact ID, which sends its own."""
    concerns: Concerns
    english: str
    chinese: str
    english_restored: str
    """Text for qualifier 3 where "restored" is wrong (closing, end of a test); empty otherwise."""
    chinese_restored: str
    priority: int | None
    """Default priority where it differs from the class's."""
    source: Source

    @property
    def restorable(self) -> bool:
        """True if qualifier 3 ends the condition; False where it means a closing or the same event again."""
        return self.event_class is not EventClass.OPEN_CLOSE and self.english_restored != self.english
