"""What an alarm can turn out to be, and what an operator can have done: tables of data.

A result that asks for a note or a cause asks for it in the database too (constraints of ``Activation``), so
an import or the API cannot close an alarm with less than the card does.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jifang.operations.alarms.priorities import DANGER, PriorityClass


class Result(models.TextChoices):
    """What the alarm was."""

    REAL = "real", _("Real alarm")
    FALSE = "false", _("False alarm")
    TEST = "test", _("Test or drill")
    TECHNICAL = "technical", _("Technical fault, passed on")
    RESTORED = "restored", _("Restored, nothing left to do")
    DUPLICATE = "duplicate", _("Duplicate of another alarm")
    NOTHING_FOUND = "nothing_found", _("Checked, nothing found")


class Cause(models.TextChoices):
    """Why an alarm was false."""

    USER = "user", _("Operated wrongly by the user")
    EQUIPMENT = "equipment", _("Equipment fault")
    INSTALLATION = "installation", _("Wrong installation or setting")
    ENVIRONMENT = "environment", _("Weather, animals, surroundings")
    WORKS = "works", _("Building or maintenance work not announced")
    SUPPLY = "supply", _("Power or line disturbance")
    UNKNOWN = "unknown", _("Cause not found")


class CallOutcome(models.TextChoices):
    """How a call to a contact ended."""

    REACHED = "reached", _("Reached")
    PASS_PHRASE_RIGHT = "pass_phrase_right", _("Pass-phrase right")
    PASS_PHRASE_WRONG = "pass_phrase_wrong", _("Pass-phrase wrong")
    NO_ANSWER = "no_answer", _("No answer")
    BUSY = "busy", _("Busy")
    WRONG_NUMBER = "wrong_number", _("Wrong number")


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing with a result asks for."""

    result: Result
    needs_note: bool = False
    needs_cause: bool = False


CLOSINGS: dict[str, Closing] = {
    row.result: row
    for row in (
        Closing(Result.REAL, needs_note=True),
        Closing(Result.FALSE, needs_cause=True),
        Closing(Result.TEST),
        Closing(Result.TECHNICAL, needs_note=True),
        Closing(Result.RESTORED),
        Closing(Result.DUPLICATE, needs_note=True),
        Closing(Result.NOTHING_FOUND, needs_note=True),
    )
}
NEEDS_NOTE = tuple(sorted(str(row.result) for row in CLOSINGS.values() if row.needs_note))

# A panic alarm, a fire or a call for help is never over because its detector came back.
NEVER_RESTORED = DANGER | {PriorityClass.TAMPER}


def results_for(priority_class: str) -> tuple[Result, ...]:
    """Return the results an alarm of this class may be closed with, in the order the card shows them.

    GB 50394: panic, hold-up and tamper alarms are reset by a person who looked, never because they cleared.
    """
    return tuple(
        result for result in Result if not (result is Result.RESTORED and priority_class in NEVER_RESTORED)
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; ``classes`` empty means every class."""

    code: str
    label: Promise
    classes: frozenset[str] = frozenset()


_PERSONS_IN_DANGER = frozenset({PriorityClass.HOLD_UP, PriorityClass.FIRE, PriorityClass.MEDICAL})
_INTRUSION = frozenset({PriorityClass.BURGLARY, PriorityClass.TAMPER, PriorityClass.ACCESS})
_EQUIPMENT = frozenset({PriorityClass.TECHNICAL, PriorityClass.SUPERVISION, PriorityClass.UNKNOWN})

STEPS: tuple[Step, ...] = (
    Step("police", _("110 informed"), _PERSONS_IN_DANGER - {PriorityClass.FIRE} | _INTRUSION),
    Step("fire_brigade", _("119 informed"), frozenset({PriorityClass.FIRE})),
    Step("ambulance", _("120 informed"), frozenset({PriorityClass.MEDICAL, PriorityClass.HOLD_UP})),
    Step("picture", _("Picture checked"), _PERSONS_IN_DANGER | _INTRUSION),
    Step("patrol", _("Patrol sent"), _PERSONS_IN_DANGER | _INTRUSION),
    Step("arrived", _("Patrol arrived"), _PERSONS_IN_DANGER | _INTRUSION),
    Step("schedule", _("Opening hours checked"), frozenset({PriorityClass.OPEN_CLOSE})),
    Step("service", _("Service company informed"), _EQUIPMENT | {PriorityClass.TAMPER}),
)
STEP_CODES = frozenset(step.code for step in STEPS)


# Persons in danger: help is asked for before anything is verified. Everything else begins with a call to the
# site.
FIRST_STEP: dict[str, str] = {
    PriorityClass.FIRE: "fire_brigade",
    PriorityClass.HOLD_UP: "police",
    PriorityClass.MEDICAL: "ambulance",
}


def steps_for(priority_class: str) -> tuple[Step, ...]:
    """Return the steps offered for a class, in order, what cannot wait first."""
    first = FIRST_STEP.get(priority_class, "")
    offered = [step for step in STEPS if not step.classes or priority_class in step.classes]
    return tuple(sorted(offered, key=lambda step: step.code != first))
