"""Every write of a person about an alarm: checked against grants and lifecycle, one transaction, on the
ledger.

An alarm is locked to one by compare-and-set: the row changes only while it is in the state the table asks for
and in the hands it asks for, and the database holds the same rule as a constraint. Whoever comes second is
told who was first (:class:`~jifang.operations.alarms.errors.HeldByOtherError`).
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import F
from django.utils.translation import gettext_noop

from jifang.identity import audit, ledger
from jifang.identity.access import Actor, check
from jifang.kernel.errors import BadInputError
from jifang.operations.alarms import rights
from jifang.operations.alarms.engine import READER, tell
from jifang.operations.alarms.errors import HeldByOtherError, KeyReusedError, NotOpenError
from jifang.operations.alarms.lifecycle import HELD, Act, Clock, State, Transition, Who, transition
from jifang.operations.alarms.models import Activation, Cursor, Decision, IdempotencyKey
from jifang.operations.alarms.outcomes import CLOSINGS, STEP_CODES, CallOutcome, Cause, results_for
from jifang.operations.alarms.queries import for_actor
from jifang.registry import phrases
from jifang.registry.models import Contact

LONGEST_NOTE = 2000

RIGHT: dict[str, str] = {
    Act.TAKE_OVER: rights.ACTIVATION_TAKE_OVER,
    Act.LOOK: rights.PASS_PHRASE_LOOK,
}
"""The right an act asks for; every other act asks for ``ACTIVATION_HANDLE``."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a decision says besides who, when and which act."""

    text: str = ""
    step: str = ""
    contact_id: int | None = None
    contact_name: str = ""
    outcome: str = ""
    result: str = ""
    cause: str = ""
    former_owner_id: int | None = None


def take(activation: Activation, *, by: Actor, at: datetime, key: str = "") -> Decision:
    """Take a waiting alarm: from now on nobody else handles it. Raises ``HeldByOtherError``."""
    return _act(activation, Act.TAKE, by=by, at=at, key=key)


def take_next(*, by: Actor, at: datetime) -> Activation | None:
    """Take the most urgent waiting alarm within reach, the oldest of them; None when nothing waits.

    Two who ask at once get two different alarms.
    """
    with audit.acting(by=by, at=at):
        waiting = for_actor(by, rights.ACTIVATION_HANDLE).filter(state=State.NEW).order_by("priority", "id")
        activation = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        if activation is None:
            return None
        take(activation, by=by, at=at)
        return activation


def release(activation: Activation, *, by: Actor, at: datetime, reason: str = "", key: str = "") -> Decision:
    """Put an alarm back into the queue."""
    return _act(activation, Act.RELEASE, by=by, at=at, said=Said(text=_text(reason, "reason")), key=key)


def take_over(activation: Activation, *, reason: str, by: Actor, at: datetime, key: str = "") -> Decision:
    """Take an alarm out of somebody's hands, with a reason; for supervisors."""
    reason = _required(reason, "reason", gettext_noop("Say why you take it over."))
    return _act(activation, Act.TAKE_OVER, by=by, at=at, said=Said(text=reason), key=key)


def note(activation: Activation, *, text: str, by: Actor, at: datetime, key: str = "") -> Decision:
    """Add a note."""
    text = _required(text, "text", gettext_noop("Write what happened."))
    return _act(activation, Act.NOTE, by=by, at=at, said=Said(text=text), key=key)


def do_step(
    activation: Activation, *, step: str, by: Actor, at: datetime, text: str = "", key: str = ""
) -> Decision:
    """Record that a step was done."""
    if step not in STEP_CODES:
        raise BadInputError(
            "step",
            step,
            gettext_noop("%(value)s is not a known step."),
            gettext_noop("Choose one of the steps shown."),
        )
    return _act(activation, Act.STEP, by=by, at=at, said=Said(step=step, text=_text(text, "text")), key=key)


def record_call(
    activation: Activation,
    *,
    contact: Contact,
    outcome: str,
    by: Actor,
    at: datetime,
    text: str = "",
    key: str = "",
) -> Decision:
    """Record how a call to a contact of the alarm's site ended."""
    _must_belong(contact, activation)
    if outcome not in CallOutcome.values:
        raise BadInputError(
            "outcome",
            outcome,
            gettext_noop("%(value)s is not an outcome of a call."),
            gettext_noop("Choose one of the outcomes shown."),
        )
    said = Said(contact_id=contact.pk, contact_name=contact.name, outcome=outcome, text=_text(text, "text"))
    return _act(activation, Act.CONTACT, by=by, at=at, said=said, key=key)


def look_at_pass_phrase(activation: Activation, *, contact: Contact, by: Actor, at: datetime) -> str:
    """Return a contact's pass-phrase in clear, to who holds the alarm; every look is on the ledger first."""
    _must_belong(contact, activation)
    with audit.acting(by=by, at=at):
        _act(activation, Act.LOOK, by=by, at=at, said=Said(contact_id=contact.pk, contact_name=contact.name))
        return phrases.unseal(contact)


def close(
    activation: Activation,
    *,
    result: str,
    by: Actor,
    at: datetime,
    cause: str = "",
    text: str = "",
    key: str = "",
) -> Decision:
    """Close an alarm with what it was; some results ask for a cause or a note (``outcomes.CLOSINGS``)."""
    closing = CLOSINGS.get(result)
    if closing is None or closing.result not in results_for(activation.priority_class):
        raise BadInputError(
            "result",
            result,
            gettext_noop("%(value)s is not a result of this class of alarm."),
            gettext_noop("Choose one of the results shown."),
        )
    if closing.needs_cause and cause not in Cause.values:
        raise BadInputError(
            "cause",
            cause,
            gettext_noop("The cause is missing."),
            gettext_noop("Choose why the alarm was false."),
        )
    text = _text(text, "text")
    if closing.needs_note and not text:
        raise BadInputError(
            "text",
            text,
            gettext_noop("The note is empty."),
            gettext_noop("This result needs one: write what was found."),
        )
    said = Said(result=result, cause=cause if closing.needs_cause else "", text=text)
    return _act(activation, Act.CLOSE, by=by, at=at, said=said, key=key)


def _act(
    activation: Activation, act: Act, *, by: Actor, at: datetime, said: Said | None = None, key: str = ""
) -> Decision:
    """Move the alarm by the table and write the decision; with a key, at most once."""
    said = said or Said()
    with audit.acting(by=by, at=at, reason=said.text if act is Act.TAKE_OVER else ""):
        check(for_actor(by, RIGHT.get(act, rights.ACTIVATION_HANDLE)), activation)
        # The holder is read after the lock: joined to it, it would be the holder of before the wait.
        current = Activation.objects.select_for_update().get(pk=activation.pk)
        request = _digest(activation, act, said)
        done = _done_before(key, request, by)
        if done is not None:
            activation.refresh_from_db()
            return done
        row = _allowed(current, act, by)
        if row.who is Who.SUPERVISOR or act is Act.RELEASE:
            said = Said(**(asdict(said) | {"former_owner_id": current.owner_id}))
        changes = _changes(current, row, said, by=by, at=at)
        Activation.objects.filter(pk=current.pk).update(version=F("version") + 1, **changes)
        decision = _write(current, row, said, by=by, at=at)
        ledger.append(
            f"alarms.activation.{act.value}",
            {
                "activation": current.pk,
                "decision": decision.pk,
                "from": row.state.value,
                "to": row.to.value,
                "step": said.step,
                "contact": said.contact_id,
                "outcome": said.outcome,
                "result": said.result,
                "cause": said.cause,
                "former_owner": said.former_owner_id,
            },
            by=by,
            at=at,
            personal={
                name: value for name in ("text", "contact_name") if (value := str(getattr(said, name)))
            },
        )
        if key and by.account_id is not None:
            IdempotencyKey.objects.create(
                account_id=by.account_id, key=key, request=request, decision_id=decision.pk, at=at
            )
        with connection.cursor() as cursor:
            tell(cursor, [current.pk])
        activation.refresh_from_db()
        return decision


def _allowed(current: Activation, act: Act, by: Actor) -> Transition:
    row = transition(current.state, act)
    holds = current.owner_id is not None and current.owner_id == by.account_id
    if row is None:
        if act is Act.TAKE and current.state in HELD:
            raise HeldByOtherError(current)
        raise NotOpenError(current, act)
    if row.who is Who.HOLDER and not holds:
        raise HeldByOtherError(current)
    if row.who is Who.SUPERVISOR and holds:
        raise NotOpenError(current, act)
    return row


def _changes(current: Activation, row: Transition, said: Said, *, by: Actor, at: datetime) -> dict[str, Any]:
    changes: dict[str, Any] = {"state": row.to}
    if row.to not in HELD:
        changes |= {"owner_id": None, "held_since": None}
    elif row.act in (Act.TAKE, Act.TAKE_OVER):
        if by.account_id is None:
            raise PermissionDenied
        changes |= {"owner_id": by.account_id, "held_since": at}
    if row.clock is Clock.WAITING_STOPS and current.taken_at is None:
        changes["taken_at"] = at
    if row.clock is Clock.HANDLING_STARTS and current.started_at is None:
        changes["started_at"] = at
    if row.to is State.CLOSED:
        changes |= {
            "closed_at": at,
            "closed_by_id": by.account_id,
            "closed_after": _position(),
            "result": said.result,
            "cause": said.cause,
            "closing_note": said.text,
        }
    return changes


def _position() -> str:
    """Where the engine stands. Read after the alarm's row is locked, so no signal can slip in between."""
    row = Cursor.objects.filter(reader=READER).values_list("done", "target", "xid", "signal").first()
    return "|".join(str(part) for part in row) if row else ""


_INSERT = """
INSERT INTO alarms_decision (activation_id, at, act, by_id, by_name, from_state, to_state, text, step,
contact_id, contact_name, outcome, result, cause, former_owner_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s,
%s, %s, %s, %s, %s, %s) RETURNING id
"""


def _write(current: Activation, row: Transition, said: Said, *, by: Actor, at: datetime) -> Decision:
    decision = Decision(
        activation_id=current.pk,
        at=at,
        act=row.act,
        by_id=by.account_id,
        by_name=by.name,
        from_state=row.state,
        to_state=row.to,
        **asdict(said),
    )
    values: list[str | int | datetime | None] = [
        current.pk,
        at,
        row.act.value,
        by.account_id,
        by.name,
        row.state.value,
        row.to.value,
        said.text,
        said.step,
        said.contact_id,
        said.contact_name,
        said.outcome,
        said.result,
        said.cause,
        said.former_owner_id,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        decision.pk = cursor.fetchone()[0]
    return decision


def _digest(activation: Activation, act: Act, said: Said) -> str:
    return sha256(repr((activation.pk, act.value, asdict(said))).encode()).hexdigest()


def _done_before(key: str, request: str, by: Actor) -> Decision | None:
    if not key or by.account_id is None:
        return None
    used = IdempotencyKey.objects.filter(account_id=by.account_id, key=key).first()
    if used is None:
        return None
    if used.request != request:
        raise KeyReusedError(key)
    return Decision.objects.get(pk=used.decision_id, at=used.at)


def _must_belong(contact: Contact, activation: Activation) -> None:
    if contact.site_id != activation.site_id:
        raise BadInputError(
            "contact",
            contact.pk,
            gettext_noop("This contact belongs to another site."),
            gettext_noop("Choose one of the contacts shown."),
        )


def _text(value: str, field: str) -> str:
    value = value.strip()
    if len(value) > LONGEST_NOTE:
        raise BadInputError(
            field,
            f"{value[:40]}…",
            gettext_noop("The text is longer than 2000 characters."),
            gettext_noop("Write it shorter, or in several notes."),
        )
    return value


def _required(value: str, field: str, remedy: str) -> str:
    value = _text(value, field)
    if not value:
        raise BadInputError(field, value, gettext_noop("The text is empty."), remedy)
    return value
