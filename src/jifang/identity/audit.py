"""Who is acting, when and why: one transaction, and its context on every row of history written in it.

History itself is written by triggers (django-pghistory), also for bulk and raw SQL. The context travels as
two settings local to the transaction, so that it costs one statement an action and reaches COPY as well.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from jifang.identity.access import Actor


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from: its address in the product, the caller's network address and browser."""

    url: str
    address: str | None = None
    agent: str = ""


_origin: ContextVar[Origin | None] = ContextVar("origin", default=None)
_context: ContextVar[tuple[str, str] | None] = ContextVar("history_context", default=None)


@contextmanager
def requested(origin: Origin) -> Iterator[None]:
    """Everything done inside belongs to this request."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def current_origin() -> Origin | None:
    """Return where the present request came from; None outside of requests."""
    return _origin.get()


@contextmanager
def acting(*, by: Actor, at: datetime, reason: str = "") -> Iterator[None]:
    """Open the transaction of one action: every row of history in it tells who, when (``at``, UTC) and why.

    Actions may call actions: the inner one has its own context, the outer one goes on with its own.
    """
    origin = current_origin()
    told = {
        "account": by.account_id,
        "name": by.name,
        "at": at.isoformat(),
        "reason": reason,
        "url": origin.url if origin else "",
        "address": origin.address if origin else None,
    }
    context = (str(uuid.uuid4()), json.dumps(told, ensure_ascii=False))
    with transaction.atomic():
        outer = _context.get()
        token = _context.set(context)
        _tell(context)
        try:
            yield
        finally:
            _context.reset(token)
            if not connection.needs_rollback:
                _tell(outer or ("", ""))


def _tell(context: tuple[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', %s, true),"
            " set_config('pghistory.context_metadata', %s, true)",
            context,
        )
