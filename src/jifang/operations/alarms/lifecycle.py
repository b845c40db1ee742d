"""The life of an activation as a table: state x act -> next state, who may, what it does to the clocks.

Nothing about an activation's state is decided anywhere else: ``actions`` looks the act up here, the card asks
:func:`acts_open` which buttons exist. The database holds the
other half: an activation in hand has exactly one holder, a closed one has a result (constraints of
``Activation``).
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an activation stands."""

    NEW = "new", _("Waiting")
    TAKEN = "taken", _("Taken")
    IN_PROGRESS = "in_progress", _("In progress")
    CLOSED = "closed", _("Closed")


class Act(models.TextChoices):
    """What a person may do with an activation; each is one row of the decision stream."""

    TAKE = "take", _("Taken")
    RELEASE = "release", _("Put back")
    TAKE_OVER = "take_over", _("Taken over")
    NOTE = "note", _("Note")
    STEP = "step", _("Step")
    CONTACT = "contact", _("Call")
    LOOK = "look", _("Pass-phrase shown")
    CLOSE = "close", _("Closed")


class Who(StrEnum):
    """Who may act; the right is asked before, this is about the lock."""

    ANYONE = "anyone"  # anyone whose grants reach the activation
    HOLDER = "holder"  # only the one who holds it
    SUPERVISOR = "supervisor"  # who holds the right to take over, and is not the holder


class Clock(StrEnum):
    """What an act does to the two clocks of an activation: waiting (for a person) and handling."""

    WAITING_STOPS = "waiting_stops"
    WAITING_RESUMES = "waiting_resumes"
    HANDLING_STARTS = "handling_starts"
    ALL_STOP = "all_stop"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table."""

    state: State
    act: Act
    to: State
    who: Who
    clock: Clock = Clock.NONE


_ROWS = (
    Transition(State.NEW, Act.TAKE, State.TAKEN, Who.ANYONE, Clock.WAITING_STOPS),
    Transition(State.TAKEN, Act.RELEASE, State.NEW, Who.HOLDER, Clock.WAITING_RESUMES),
    Transition(State.IN_PROGRESS, Act.RELEASE, State.NEW, Who.HOLDER, Clock.WAITING_RESUMES),
    Transition(State.TAKEN, Act.TAKE_OVER, State.TAKEN, Who.SUPERVISOR),
    Transition(State.IN_PROGRESS, Act.TAKE_OVER, State.IN_PROGRESS, Who.SUPERVISOR),
    Transition(State.TAKEN, Act.NOTE, State.IN_PROGRESS, Who.HOLDER, Clock.HANDLING_STARTS),
    Transition(State.IN_PROGRESS, Act.NOTE, State.IN_PROGRESS, Who.HOLDER),
    Transition(State.TAKEN, Act.STEP, State.IN_PROGRESS, Who.HOLDER, Clock.HANDLING_STARTS),
    Transition(State.IN_PROGRESS, Act.STEP, State.IN_PROGRESS, Who.HOLDER),
    Transition(State.TAKEN, Act.CONTACT, State.IN_PROGRESS, Who.HOLDER, Clock.HANDLING_STARTS),
    Transition(State.IN_PROGRESS, Act.CONTACT, State.IN_PROGRESS, Who.HOLDER),
    Transition(State.TAKEN, Act.LOOK, State.TAKEN, Who.HOLDER),
    Transition(State.IN_PROGRESS, Act.LOOK, State.IN_PROGRESS, Who.HOLDER),
    Transition(State.TAKEN, Act.CLOSE, State.CLOSED, Who.HOLDER, Clock.ALL_STOP),
    Transition(State.IN_PROGRESS, Act.CLOSE, State.CLOSED, Who.HOLDER, Clock.ALL_STOP),
)
TABLE: dict[tuple[str, str], Transition] = {(row.state, row.act): row for row in _ROWS}
HELD = frozenset({State.TAKEN, State.IN_PROGRESS})
OPEN = frozenset({State.NEW, State.TAKEN, State.IN_PROGRESS})


def transition(state: str, act: str) -> Transition | None:
    """Return the row for ``act`` in ``state``, None where the table has none."""
    return TABLE.get((state, act))


def acts_open(state: str, *, holds: bool, supervises: bool) -> frozenset[Act]:
    """Return the acts a person has in ``state``.

    ``holds``: the person holds the activation; ``supervises``: the person may take over from somebody else.
    """
    may = {Who.ANYONE: True, Who.HOLDER: holds, Who.SUPERVISOR: supervises and not holds}
    return frozenset(row.act for row in _ROWS if row.state == state and may[row.who])
