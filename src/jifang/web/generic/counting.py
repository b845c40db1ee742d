"""How many rows there are, honestly and quickly.

Up to ``BOUND`` the number is exact. Beyond it the page says "more than 10 000" and offers to count exactly,
because a filtered count over a million rows costs more than the page itself. An exact count runs under its
own time limit and is kept for a minute, for the same reader and the same question.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

BOUND = 10_000
KEEP_SECONDS = 60
TIME_LIMIT_MS = 5_000


@dataclass(frozen=True, slots=True)
class Count:
    """``rows`` rows, or more than that when not ``exact``. ``gave_up``: an exact count took too long."""

    rows: int
    exact: bool
    gave_up: bool = False


def bounded(rows: QuerySet[Any]) -> Count:
    """Count up to the bound: at most ``BOUND`` + 1 rows are looked at."""
    found = rows.order_by().values("pk")[: BOUND + 1].count()
    return Count(min(found, BOUND), found <= BOUND)


def exact(rows: QuerySet[Any]) -> Count:
    """Count all of them, within the time limit; the bounded count when it does not suffice."""
    statement, parameters = rows.order_by().values("pk").query.sql_with_params()
    asked = hashlib.sha256(f"{statement}{parameters}".encode()).hexdigest()
    kept: int | None = cache.get(f"count:{asked}")
    if kept is None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {TIME_LIMIT_MS:d}")
                kept = rows.order_by().count()
                cursor.execute("SET LOCAL statement_timeout = DEFAULT")
        except OperationalError:
            return Count(BOUND, exact=False, gave_up=True)
        cache.set(f"count:{asked}", kept, KEEP_SECONDS)
    return Count(kept, exact=True)
