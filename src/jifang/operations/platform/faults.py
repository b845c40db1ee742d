"""What can be wrong with the platform, and how the rest of the house hears of it.

A fault is a row with an onset and an end. Rooms above subscribe; their callback runs in the transaction that
opens or clears the fault, so that the duty queue and this table never disagree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jifang.operations.platform.models import Fault


@dataclass(frozen=True)
class Kind:
    """A kind of fault: `severity` is `high` (evidence is at risk) or `low`; `text` takes subject, value."""

    severity: str
    text: str
    remedy: str


KINDS: dict[str, Kind] = {
    "disk_low": Kind(
        "high",
        gettext_noop("Little space left on %(subject)s: %(value)s"),
        gettext_noop(
            "Free some space or move the data to a larger disk: when it is full no signal is stored."
        ),
    ),
    "clock_off": Kind(
        "high",
        gettext_noop("The clock of %(subject)s is off by %(value)s"),
        gettext_noop(
            "Set the machine to a time server (chrony or systemd-timesyncd); jifang does not set it."
        ),
    ),
    "backup_old": Kind(
        "low",
        gettext_noop("The last good backup is too old: %(value)s"),
        gettext_noop("Run `jifang backup` and read what it says."),
    ),
    "process_down": Kind(
        "high",
        gettext_noop("The process %(subject)s gives no sign of life: %(value)s"),
        gettext_noop("Look at its log under var/log; `jifang doctor` names the usual causes."),
    ),
    "process_unstable": Kind(
        "low",
        gettext_noop("The process %(subject)s was restarted %(value)s times within an hour"),
        gettext_noop("Look at its log under var/log."),
    ),
    "ledger_damaged": Kind(
        "high",
        gettext_noop("The ledger was altered behind our back: %(value)s"),
        gettext_noop("Sign nothing, change nothing, keep the database as it is, and call the auditor."),
    ),
    "partition_missing": Kind(
        "high",
        gettext_noop("The table %(subject)s has no room from %(value)s on"),
        gettext_noop("The process `work` makes it; is it running? `jifang migrate` makes it at once."),
    ),
}

Subscriber = Callable[[Fault, str], None]
_opened: list[Subscriber] = []
_cleared: list[Subscriber] = []


def subscribe(*, opened: Subscriber, cleared: Subscriber) -> None:
    """Be called with the fault and its text, inside the transaction, when one opens or is cleared."""
    if opened not in _opened:
        _opened.append(opened)
        _cleared.append(cleared)


def text_of(fault: Fault) -> str:
    """What is wrong, in the current language."""
    return _(KINDS[fault.kind].text) % {"subject": fault.subject, "value": fault.value}


def remedy_of(fault: Fault) -> str:
    """What to do about it, in the current language."""
    return _(KINDS[fault.kind].remedy)


def _key(kind: str, subject: str) -> str:
    return f"{kind}:{subject}" if subject else kind


@transaction.atomic
def open_fault(kind: str, subject: str = "", value: str = "", *, at: datetime) -> Fault:
    """Open the fault, or refresh the value of the open one. Subscribers hear of a new one only."""
    fault, new = Fault.objects.get_or_create(
        key=_key(kind, subject),
        cleared_at=None,
        defaults={
            "kind": kind,
            "subject": subject,
            "value": value,
            "severity": KINDS[kind].severity,
            "onset_at": at,
        },
    )
    if new:
        for tell in _opened:
            tell(fault, text_of(fault))
    elif fault.value != value:
        fault.value = value
        fault.save(update_fields=["value"])
    return fault


@transaction.atomic
def clear_fault(kind: str, subject: str = "", *, at: datetime) -> bool:
    """Clear the fault if it is open; returns whether it was."""
    fault = Fault.objects.select_for_update().filter(key=_key(kind, subject), cleared_at=None).first()
    if fault is None:
        return False
    fault.cleared_at = max(at, fault.onset_at)
    fault.save(update_fields=["cleared_at"])
    for tell in _cleared:
        tell(fault, text_of(fault))
    return True


def judge(kind: str, subject: str = "", *, bad: str | None, at: datetime) -> None:
    """Open the fault with the text `bad`, or clear it when there is none."""
    if bad is None:
        clear_fault(kind, subject, at=at)
    else:
        open_fault(kind, subject, bad, at=at)
