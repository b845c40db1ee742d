"""The life of an entry as data: (status, act) → next status, and whether a reason must be given.

Every transition of ``LivedEntry`` rows is in this table; ``actions.move_on`` refuses what is not.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from jifang.registry.models.choices import Status


class Act(StrEnum):
    """What can be done to an entry's status."""

    COMMISSION = "commission"
    SUSPEND = "suspend"
    RESUME = "resume"
    RETIRE = "retire"
    REINSTATE = "reinstate"


@dataclass(frozen=True, slots=True)
class Step:
    """Where an act leads. ``cascades``: everything below that is not retired goes the same way."""

    to: Status
    reason_needed: bool = True
    cascades: bool = False


TABLE: dict[tuple[Status, Act], Step] = {
    (Status.PLANNED, Act.COMMISSION): Step(Status.IN_USE, reason_needed=False),
    (Status.PLANNED, Act.RETIRE): Step(Status.RETIRED, cascades=True),
    (Status.IN_USE, Act.SUSPEND): Step(Status.SUSPENDED),
    (Status.IN_USE, Act.RETIRE): Step(Status.RETIRED, cascades=True),
    (Status.SUSPENDED, Act.RESUME): Step(Status.IN_USE),
    (Status.SUSPENDED, Act.RETIRE): Step(Status.RETIRED, cascades=True),
    (Status.RETIRED, Act.REINSTATE): Step(Status.IN_USE),
}

ACT_LABELS = {
    Act.COMMISSION: _("Put into use"),
    Act.SUSPEND: _("Suspend"),
    Act.RESUME: _("Resume"),
    Act.RETIRE: _("Retire"),
    Act.REINSTATE: _("Put back into use"),
}


def acts_from(status: str) -> tuple[Act, ...]:
    """Return what may be done to an entry in ``status``."""
    return tuple(act for (at, act) in TABLE if at == status)
