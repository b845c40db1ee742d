"""The only door for reading accounts, refusals and listeners.

An account is reached like its site; one without a site, and a refused frame whose account nobody registered,
belong to whoever watches for others (duty people of a region and of an alarm centre): they must help an
installer whose panel nobody knows yet.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Case, Count, IntegerField, Max, Q, QuerySet, Value, When
from django.utils import timezone

from jifang.identity.access import Actor
from jifang.operations.alarms.models import AccountPath, AlarmAccount, GatewayState, Listener, Refusal
from jifang.operations.alarms.queries import reach_of
from jifang.operations.alarms.receiving.rights import ACCOUNT_VIEW, LISTENER_VIEW, REFUSAL_VIEW
from jifang.registry.models import Site
from jifang.registry.scope import Scope, scope_of

STALE = timedelta(seconds=15)
"""A gateway that has said nothing for so long is gone."""

# The worst state stands for the account; waiting and unsupervised are unknown, not fine.
_WORST = {"failed": 4, "late": 3, "waiting": 2, "ok": 1}


def accounts(actor: Actor, right: str = ACCOUNT_VIEW) -> QuerySet[AlarmAccount]:
    """Return the accounts that ``right`` lets ``actor`` reach."""
    rows = AlarmAccount.objects.all()
    if not actor.may(right):
        return rows.none()
    reach = reach_of(actor, right)
    if reach.everything:
        return rows
    scope = scope_of(actor, right)
    condition = Q(site__isnull=False) & (scope.sites("site__") | _through_systems(scope))
    if reach.unassigned:
        condition |= Q(site__isnull=True)
    return rows.filter(condition)


def _through_systems(scope: Scope) -> Q:
    """A contractor reaches the accounts of sites where it looks after a system."""
    if not scope.contractors:
        return Q(pk__in=[])
    return Q(site__in=Site.objects.filter(scope.systems("systems__")).values("pk"))


def with_state(rows: QuerySet[AlarmAccount]) -> QuerySet[Any]:
    """Add ``worst`` (4 failed … 1 ok, None without paths) and ``seen_at`` of each account's paths."""
    worst = Case(
        *[When(paths__supervision__state=state, then=Value(rank)) for state, rank in _WORST.items()],
        output_field=IntegerField(),
    )
    return rows.annotate(
        worst=Max(worst),
        seen_at=Max("paths__supervision__last_seen_at"),
        path_count=Count("paths"),
    )


def paths_of(account: AlarmAccount) -> QuerySet[AccountPath]:
    """The paths of an account that the caller has reached, with their supervision."""
    return (
        AccountPath.objects.filter(account=account)
        .select_related("listener", "supervision")
        .order_by("name", "id")
    )


def refusals(actor: Actor, right: str = REFUSAL_VIEW) -> QuerySet[Refusal]:
    """Return the refused frames that ``actor`` may see."""
    rows = Refusal.objects.all()
    if not actor.may(right):
        return rows.none()
    reach = reach_of(actor, right)
    if reach.everything:
        return rows
    scope = scope_of(actor, right)
    condition = Q(account_ref__site__isnull=False) & scope.sites("account_ref__site__")
    if reach.unassigned:
        condition |= Q(account_ref__isnull=True) | Q(account_ref__site__isnull=True)
    return rows.filter(condition)


def listeners(actor: Actor, right: str = LISTENER_VIEW) -> QuerySet[Listener]:
    """Return the listeners, which belong to nobody's region, to those who hold ``right`` at all."""
    rows = Listener.objects.all()
    return rows if actor.may(right) else rows.none()


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway process as it last told of itself; ``alive`` False: it has not, for a while."""

    row: GatewayState
    alive: bool


def gateways(actor: Actor, *, at: datetime | None = None) -> list[Gateway]:
    """Return the gateway processes, the newest word first."""
    if not actor.may(LISTENER_VIEW):
        return []
    now = at or timezone.now()
    return [
        Gateway(row, now - row.seen_at <= STALE) for row in GatewayState.objects.order_by("-seen_at")[:20]
    ]


@dataclass(frozen=True, slots=True)
class Outage:
    """A listener on which so few paths speak that the fault is on our side."""

    listener: int
    since: datetime
    expected: int
    seen: int


def outages(actor: Actor) -> list[Outage]:
    """Return the outages of listeners that go on now."""
    if not actor.may(LISTENER_VIEW):
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT listener, since, expected, seen FROM alarm_outage ORDER BY listener")
        return [Outage(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Stranger:
    """A sender whose account nobody registered."""

    listener: int
    account: str
    first_seen_at: datetime
    last_seen_at: datetime
    peer: str
    encrypted: bool


def strangers(actor: Actor, *, limit: int = 200) -> list[Stranger]:
    """Return who reports without being registered, the newest first."""
    if not actor.may(ACCOUNT_VIEW) or not reach_of(actor, ACCOUNT_VIEW).unassigned:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT u.listener, u.account, u.first_seen_at, u.last_seen_at, u.peer, u.encrypted"
            " FROM alarm_unregistered u LEFT JOIN alarms_listener l ON l.number = u.listener"
            " WHERE NOT EXISTS (SELECT FROM alarms_alarmaccount a WHERE a.is_active"
            " AND a.book = coalesce(l.book, 'main') AND a.number = upper(u.account))"
            " ORDER BY u.last_seen_at DESC LIMIT %s",
            [limit],
        )
        return [Stranger(*row) for row in cursor.fetchall()]
