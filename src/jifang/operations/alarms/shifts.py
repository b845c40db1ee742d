"""Shifts and consoles: who sits where, whether the console can be heard and whether messages reach it."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied

from jifang.identity import audit, ledger
from jifang.identity.access import Actor
from jifang.kernel.errors import BadInputError
from jifang.kernel.errors import gettext_noop as _
from jifang.operations.alarms.models import Shift
from jifang.operations.alarms.rights import ACTIVATION_HANDLE

BEAT = timedelta(seconds=15)
# Three beats missed: the console is gone, whatever it said last.
SILENT_AFTER = timedelta(seconds=50)


def start(*, console: str, by: Actor, at: datetime) -> Shift:
    """Begin a shift at a console; a shift left open elsewhere by the same person ends now."""
    account_id = _on_duty(by)
    console = console.strip()[:40]
    if not console:
        raise BadInputError("console", console, _("The console has no name."), _("Write where you sit."))
    with audit.acting(by=by, at=at):
        _close(account_id, at)
        shift = Shift.objects.create(account_id=account_id, console=console, started_at=at, seen_at=at)
        ledger.append("alarms.shift.start", {"shift": shift.pk, "console": console}, by=by, at=at)
        return shift


def end(*, by: Actor, at: datetime) -> bool:
    """End one's own shift; returns whether there was one."""
    account_id = _on_duty(by)
    with audit.acting(by=by, at=at):
        ended = _close(account_id, at)
        if ended:
            ledger.append("alarms.shift.end", {}, by=by, at=at)
        return ended


def beat(*, sound: str, link: str, by: Actor, at: datetime) -> bool:
    """Keep what a console says of itself; returns whether its person has a shift at all. One statement."""
    if sound not in Shift.Sound.values:
        raise BadInputError("sound", sound, _("%(value)s is not a state of sound."), _("Reload the page."))
    if link not in Shift.Link.values:
        raise BadInputError("link", link, _("%(value)s is not a state of the link."), _("Reload the page."))
    return bool(
        Shift.objects.filter(account_id=_on_duty(by), ended_at__isnull=True).update(
            sound=sound, link=link, seen_at=at
        )
    )


def current(actor: Actor) -> Shift | None:
    """Return the actor's own open shift."""
    if actor.account_id is None:
        return None
    return Shift.objects.filter(account_id=actor.account_id, ended_at__isnull=True).first()


def trouble(shift: Shift, *, now: datetime) -> str:
    """Return what is wrong with a console: ``gone``, ``silent``, ``behind`` or nothing at all (empty)."""
    if now - shift.seen_at > SILENT_AFTER or shift.link == Shift.Link.LOST:
        return "gone"
    if shift.sound == Shift.Sound.BLOCKED:
        return "silent"
    return "behind" if shift.link == Shift.Link.STALE else ""


def _on_duty(by: Actor) -> int:
    if by.account_id is None or not by.may(ACTIVATION_HANDLE):
        raise PermissionDenied
    return by.account_id


def _close(account_id: int, at: datetime) -> bool:
    standing = Shift.objects.select_for_update().filter(account_id=account_id, ended_at__isnull=True).first()
    if standing is None:
        return False
    # A clock that was set back must not keep a shift open.
    standing.ended_at = max(at, standing.started_at)
    standing.save(update_fields=["ended_at"])
    return True
