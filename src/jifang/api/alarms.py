"""Alarms and signals: what an operator can do on the duty page, an integration can do here, by the same
actions.

Every write takes ``Idempotency-Key``: sent again with the same key and body it answers with what it did the
first time; with another body it is refused (409).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Header, Query, Router, Schema
from ninja.pagination import paginate

from jifang.api.access import ApiRequest, needs
from jifang.api.errors import RefusalError
from jifang.api.paging import Keyset
from jifang.operations.alarms import actions, queries, rights, signals
from jifang.operations.alarms.errors import HeldByOtherError, KeyReusedError, NotOpenError
from jifang.operations.alarms.models import Activation, Decision
from jifang.registry import queries as registry
from jifang.registry.models import Contact

router = Router(tags=["alarms"])
Key: Any = Header("", alias="Idempotency-Key", max_length=80, description="Makes the write happen once.")  # type: ignore[type-arg]
Work = Callable[[Activation], Decision]


class AlarmOut(Schema):
    """An alarm: everything of one class at one place until somebody closes it. Times are UTC."""

    id: int
    version: int
    site_id: int | None
    listener: int | None = Field(description="Of an account without a site.")
    account: str = Field(description="The account number when no site is registered for it.")
    fault: str = Field(description="Key of a platform fault.")
    priority_class: str
    priority: int = Field(description="1 is the most urgent.")
    state: str
    scheme: str
    code: str
    area: int | None
    zone: int | None
    zones: list[int]
    text: str
    signal_count: int
    opened_at: datetime
    last_at: datetime
    restored_at: datetime | None
    taken_at: datetime | None
    started_at: datetime | None
    closed_at: datetime | None
    owner_id: int | None
    held_since: datetime | None
    closed_by_id: int | None
    result: str
    cause: str
    closing_note: str
    previous_id: int | None


class DecisionOut(Schema):
    """One act of a person on one alarm; never changed, never deleted before its time."""

    id: int
    at: datetime
    act: str
    by_id: int | None
    by_name: str
    from_state: str
    to_state: str
    text: str
    step: str
    contact_id: int | None
    outcome: str
    result: str
    cause: str


class SignalOut(Schema):
    """One signal of the log."""

    id: int
    received_at: datetime
    occurred_at: datetime | None
    account: str
    site_id: int | None
    site_code: str
    protocol: str
    scheme: str
    code: str
    qualifier: str
    event_class: str
    area: int | None
    zone: int | None
    user_no: int | None
    text: str
    encrypted: bool
    unregistered: bool
    activation_id: int | None


class SignalPage(Schema):
    """One page of the log, the newest first."""

    items: list[SignalOut]
    next: str | None = Field(description="Give it as `before` for the next page; null: this was the last.")


class NoteIn(Schema):
    """A note."""

    text: str = Field(max_length=actions.LONGEST_NOTE)


class ReasonIn(Schema):
    """Why."""

    reason: str = Field("", max_length=actions.LONGEST_NOTE)


class StepIn(Schema):
    """A step that was done; the codes are those of the duty page."""

    step: str
    text: str = Field("", max_length=actions.LONGEST_NOTE)


class CallIn(Schema):
    """How a call to a contact ended."""

    contact_id: int
    outcome: str
    text: str = Field("", max_length=actions.LONGEST_NOTE)


class CloseIn(Schema):
    """What the alarm was. A false alarm needs `cause`; some results need `text`."""

    result: str
    cause: str = ""
    text: str = Field("", max_length=actions.LONGEST_NOTE)


@router.get(
    "/alarms", response=list[AlarmOut], summary="Alarms", url_name="alarms", **needs(rights.ACTIVATION_VIEW)
)
@paginate(Keyset, descending=True)
def alarms(
    request: ApiRequest,
    state: str = "",
    priority_class: str = "",
    site_id: int | None = None,
    open: bool = False,
) -> "object":
    """The alarms within reach, the newest first; `open` leaves out closed ones."""
    rows = queries.for_actor(request.actor)
    if state:
        rows = rows.filter(state=state)
    if priority_class:
        rows = rows.filter(priority_class=priority_class)
    if site_id is not None:
        rows = rows.filter(site_id=site_id)
    return rows.filter(closed_at__isnull=True) if open else rows


@router.get(
    "/alarms/{int:number}",
    response=AlarmOut,
    summary="One alarm",
    url_name="alarm",
    **needs(rights.ACTIVATION_VIEW),
)
def alarm(request: ApiRequest, number: int) -> Activation:
    """One alarm."""
    return _find(request, number, rights.ACTIVATION_VIEW)


@router.get(
    "/alarms/{int:number}/decisions",
    response=list[DecisionOut],
    summary="What people did about an alarm",
    url_name="alarm_decisions",
    **needs(rights.ACTIVATION_VIEW),
)
@paginate(Keyset)
def decisions(request: ApiRequest, number: int) -> "object":
    """The decisions on one alarm, the oldest first."""
    return queries.decisions_of(_find(request, number, rights.ACTIVATION_VIEW))


@router.post(
    "/alarms/{int:number}/take",
    response=DecisionOut,
    summary="Take an alarm",
    url_name="alarm_take",
    **needs(rights.ACTIVATION_HANDLE),
)
def take(request: ApiRequest, number: int, key: str = Key) -> Decision:
    """Lock an alarm to the token's account. 409 when somebody else holds it."""
    at = timezone.now()
    return _do(request, number, lambda found: actions.take(found, by=request.actor, at=at, key=key))


@router.post(
    "/alarms/{int:number}/release",
    response=DecisionOut,
    summary="Put an alarm back",
    url_name="alarm_release",
    **needs(rights.ACTIVATION_HANDLE),
)
def release(request: ApiRequest, number: int, body: ReasonIn, key: str = Key) -> Decision:
    """Put an alarm back into the queue."""
    at = timezone.now()
    return _do(
        request,
        number,
        lambda found: actions.release(found, reason=body.reason, by=request.actor, at=at, key=key),
    )


@router.post(
    "/alarms/{int:number}/take-over",
    response=DecisionOut,
    summary="Take an alarm over",
    url_name="alarm_take_over",
    **needs(rights.ACTIVATION_TAKE_OVER),
)
def take_over(request: ApiRequest, number: int, body: ReasonIn, key: str = Key) -> Decision:
    """Take an alarm out of somebody's hands; needs a reason."""
    at = timezone.now()
    return _do(
        request,
        number,
        lambda found: actions.take_over(found, reason=body.reason, by=request.actor, at=at, key=key),
        rights.ACTIVATION_TAKE_OVER,
    )


@router.post(
    "/alarms/{int:number}/notes",
    response=DecisionOut,
    summary="Add a note",
    url_name="alarm_note",
    **needs(rights.ACTIVATION_HANDLE),
)
def note(request: ApiRequest, number: int, body: NoteIn, key: str = Key) -> Decision:
    """Add a note to an alarm one holds."""
    at = timezone.now()
    return _do(
        request, number, lambda found: actions.note(found, text=body.text, by=request.actor, at=at, key=key)
    )


@router.post(
    "/alarms/{int:number}/steps",
    response=DecisionOut,
    summary="Record a step",
    url_name="alarm_step",
    **needs(rights.ACTIVATION_HANDLE),
)
def step(request: ApiRequest, number: int, body: StepIn, key: str = Key) -> Decision:
    """Record that a step was done."""
    at = timezone.now()
    return _do(
        request,
        number,
        lambda found: actions.do_step(
            found, step=body.step, text=body.text, by=request.actor, at=at, key=key
        ),
    )


@router.post(
    "/alarms/{int:number}/calls",
    response=DecisionOut,
    summary="Record a call",
    url_name="alarm_call",
    **needs(rights.ACTIVATION_HANDLE),
)
def call(request: ApiRequest, number: int, body: CallIn, key: str = Key) -> Decision:
    """Record how a call to a contact of the alarm's site ended."""
    at = timezone.now()
    contact = get_object_or_404(
        registry.for_actor(Contact, request.actor, rights.ACTIVATION_HANDLE), pk=body.contact_id
    )
    return _do(
        request,
        number,
        lambda found: actions.record_call(
            found, contact=contact, outcome=body.outcome, text=body.text, by=request.actor, at=at, key=key
        ),
    )


@router.post(
    "/alarms/{int:number}/close",
    response=DecisionOut,
    summary="Close an alarm",
    url_name="alarm_close",
    **needs(rights.ACTIVATION_HANDLE),
)
def close(request: ApiRequest, number: int, body: CloseIn, key: str = Key) -> Decision:
    """Close an alarm one holds, with what it was."""
    at = timezone.now()
    return _do(
        request,
        number,
        lambda found: actions.close(
            found, result=body.result, cause=body.cause, text=body.text, by=request.actor, at=at, key=key
        ),
    )


@router.get(
    "/signals",
    response=SignalPage,
    summary="Signals",
    url_name="signals",
    **needs(rights.SIGNAL_VIEW),
)
def log(
    request: ApiRequest,
    since: datetime | None = None,
    until: datetime | None = None,
    site: str = "",
    account: str = "",
    event_class: str = "",
    unregistered: bool = False,
    before: str = "",
    limit: int = Query(100, ge=1, le=1000),  # type: ignore[type-arg]
) -> dict[str, Any]:
    """The log of signals, the newest first, of the last seven days unless told otherwise."""
    now = timezone.now()
    asked = signals.Asked(
        since=_aware(since) or now - signals.DEFAULT_SPAN,
        until=_aware(until) or now + timedelta(minutes=5),
        site=site,
        account=account,
        event_class=event_class,
        unregistered=unregistered,
        before=before,
    )
    rows = signals.page(request.actor, asked, limit=limit)
    listed = rows[:limit]
    return {"items": listed, "next": listed[-1].mark if len(rows) > limit else None}


def _aware(moment: datetime | None) -> datetime | None:
    if moment is not None and timezone.is_naive(moment):
        return timezone.make_aware(moment)
    return moment


def _find(request: ApiRequest, number: int, right: str) -> Activation:
    return get_object_or_404(queries.for_actor(request.actor, right), pk=number)


def _do(request: ApiRequest, number: int, work: Work, right: str = rights.ACTIVATION_HANDLE) -> Decision:
    try:
        return work(_find(request, number, right))
    except HeldByOtherError as refused:
        if not refused.name:
            raise RefusalError(409, "not_held", _("Nobody holds this alarm: take it first.")) from None
        raise RefusalError(
            409, "held_by_other", _("%(name)s holds this alarm.") % {"name": refused.name}
        ) from None
    except NotOpenError as refused:
        text = _("Not possible while the alarm is %(state)s.") % {"state": refused.activation.state}
        raise RefusalError(409, "not_possible", text) from None
    except KeyReusedError:
        raise RefusalError(
            409, "key_reused", _("This key was used for another request. Use a new one.")
        ) from None
