"""The only door for reading alarms: everything begins with what the actor's grants reach.

An alarm at a site is reached like the site (``registry.scope``). An alarm without one (an account nobody
registered, a fault of the platform) belongs to whoever watches for others: duty people of a region, and of an
alarm-service operator. A unit's own duty desk does not see other people's unregistered panels.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models
from django.db.models import Q, QuerySet

from jifang.identity.access import Actor
from jifang.identity.models import Organisation
from jifang.identity.roles import ON_DUTY
from jifang.operations.alarms.lifecycle import State
from jifang.operations.alarms.models import Activation, Decision, Event, Shift
from jifang.operations.alarms.rights import ACTIVATION_VIEW, CONSOLE_SUPERVISE
from jifang.registry.scope import Scope, scope_of


@dataclass(frozen=True, slots=True)
class Reach:
    """What a right lets an actor reach, in a form that also filters rows in memory (the push streams)."""

    everything: bool = False
    regions: frozenset[int] = frozenset()
    bodies: frozenset[int] = frozenset()
    unassigned: bool = False

    def holds(self, row: "QueueRow") -> bool:
        """Whether the row is within reach; the same answer as ``for_actor``."""
        if row.site_id is None:
            return self.unassigned
        return self.everything or row.region_id in self.regions or not self.bodies.isdisjoint(row.bodies)


def reach_of(actor: Actor, right: str) -> Reach:
    """Compile what ``right`` lets ``actor`` reach; at most four small queries, once a request."""
    if not actor.may(right):
        return Reach()
    return actor.kept(("alarms.reach", right), lambda: _compile(actor, right))


def _compile(actor: Actor, right: str) -> Reach:
    scope = scope_of(actor, right)
    return Reach(
        scope.everything,
        frozenset(scope.regions),
        frozenset(scope.bodies),
        _sees_unassigned(actor, right, scope),
    )


def _sees_unassigned(actor: Actor, right: str, scope: Scope) -> bool:
    if actor.system:
        return True
    if not any(reach.role in ON_DUTY for reach in actor.reaches_with(right)):
        return False
    if scope.everything or scope.regions:
        return True
    centres = Organisation.objects.filter(pk__in=scope.bodies, kind=Organisation.Kind.ALARM_SERVICE)
    return centres.exists()


def for_actor(actor: Actor, right: str = ACTIVATION_VIEW) -> QuerySet[Activation]:
    """Return the alarms that ``right`` lets ``actor`` reach."""
    rows = Activation.objects.all()
    if not actor.may(right):
        return rows.none()
    reach = reach_of(actor, right)
    if reach.everything:
        return rows if reach.unassigned else rows.filter(site__isnull=False)
    condition = Q(site__isnull=False) & scope_of(actor, right).sites("site__")
    if reach.unassigned:
        condition |= Q(site__isnull=True)
    return rows.filter(condition)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One open alarm as the queue shows it, with the keys that decide who may see it. Times are UTC."""

    id: int
    version: int
    state: str
    priority_class: str
    priority: int
    opened_at: datetime
    last_at: datetime
    restored_at: datetime | None
    signal_count: int
    scheme: str
    code: str
    area: int | None
    zone: int | None
    zones: tuple[int, ...]
    text: str
    fault: str
    listener: int | None
    account: str
    owner_id: int | None
    owner_name: str
    held_since: datetime | None
    closed_at: datetime | None
    site_id: int | None
    site_code: str
    site_name: str
    site_name_en: str
    region_id: int | None
    bodies: tuple[int, ...]
    zone_name: str
    previous_id: int | None

    @property
    def waiting(self) -> bool:
        """Whether nobody has taken it."""
        return self.state == State.NEW

    @property
    def open(self) -> bool:
        """Whether it still belongs in the queue."""
        return self.closed_at is None


# The zone's name: the point of this site with the number and, where both say one, the area.
_QUEUE = """
SELECT a.id, a.version, a.state, a.priority_class, a.priority, a.opened_at, a.last_at, a.restored_at,
       a.signal_count, a.scheme, a.code, a.area, a.zone, a.zones, a.text, a.fault, a.listener, a.account,
       a.owner_id, coalesce(owner.name, ''), a.held_since, a.closed_at, a.site_id, coalesce(site.code, ''),
       coalesce(site.name, ''), coalesce(site.name_en, ''), site.region_id,
       array_remove(ARRAY[site.organisation_id, site.alarm_service_id, site.responsible_party_id], NULL),
       coalesce(point.name, ''), a.previous_id
FROM alarms_activation a
LEFT JOIN registry_site site ON site.id = a.site_id
LEFT JOIN identity_account owner ON owner.id = a.owner_id
LEFT JOIN LATERAL (
    SELECT p.name FROM registry_point p
    WHERE p.site_id = a.site_id AND p.kind = 'zone' AND p.number = a.zone AND a.zone > 0
    ORDER BY (p.area = a.area) DESC NULLS LAST, p.id LIMIT 1
) point ON true
"""


def queue_rows(condition: str, parameters: Iterable[Any] = ()) -> list[QueueRow]:
    """Return rows for a condition over ``a`` (alarms_activation); only for the push hub, which filters by
    reach.
    """
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE + condition, list(parameters))
        return [_queue_row(row) for row in cursor.fetchall()]


def _queue_row(row: tuple[Any, ...]) -> QueueRow:
    values = list(row)
    values[13] = tuple(values[13])
    values[27] = tuple(values[27] or ())
    return QueueRow(*values)


def queue(actor: Actor, *, limit: int, right: str = ACTIVATION_VIEW) -> list[QueueRow]:
    """Return the open alarms within reach, the most urgent first, then the oldest. Two queries."""
    keys = list(_open(actor, right).values_list("pk", flat=True)[:limit])
    return rows_of(keys)


def held(actor: Actor, *, limit: int) -> list[QueueRow]:
    """Return the alarms in somebody's hands within the supervisor's reach, the longest held first. Two
    queries.
    """
    rows = for_actor(actor, CONSOLE_SUPERVISE).filter(owner__isnull=False, closed_at__isnull=True)
    keys = list(rows.order_by("held_since").values_list("pk", flat=True)[:limit])
    return sorted(rows_of(keys), key=lambda row: (row.held_since or row.opened_at, row.id))


def rows_of(keys: list[int]) -> list[QueueRow]:
    """Return the rows of these alarms in the order of the queue."""
    if not keys:
        return []
    return queue_rows("WHERE a.id = ANY(%s) ORDER BY a.priority, a.id", [keys])


def _open(actor: Actor, right: str) -> QuerySet[Activation]:
    return for_actor(actor, right).filter(closed_at__isnull=True).order_by("priority", "id")


@dataclass(frozen=True, slots=True)
class Strip:
    """The strip above the queue: everything within reach, not only what is listed."""

    waiting: int
    in_hand: int
    mine: int
    oldest_at: datetime | None
    classes: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """How many alarms are open."""
        return self.waiting + self.in_hand


def strip_of(rows: Iterable[QueueRow], account_id: int | None) -> Strip:
    """Count open rows; ``classes`` holds the open alarms of each class, the most urgent class first."""
    waiting = in_hand = mine = 0
    oldest: datetime | None = None
    classes: dict[str, list[int]] = {}
    for row in rows:
        if row.waiting:
            waiting += 1
            oldest = row.opened_at if oldest is None else min(oldest, row.opened_at)
        else:
            in_hand += 1
            mine += row.owner_id == account_id
        entry = classes.setdefault(row.priority_class, [row.priority, 0])
        entry[0] = min(entry[0], row.priority)
        entry[1] += 1
    ordered = sorted(classes.items(), key=lambda item: item[1][0])
    return Strip(waiting, in_hand, mine, oldest, tuple((name, count) for name, (_, count) in ordered))


def strip(actor: Actor, *, right: str = ACTIVATION_VIEW) -> Strip:
    """Count every open alarm within reach. One query."""
    counted = (
        _open(actor, right)
        .order_by()
        .values("priority_class")
        .annotate(
            count=models.Count("id"),
            urgency=models.Min("priority"),
            new=models.Count("id", filter=Q(state=State.NEW)),
            mine=models.Count("id", filter=Q(owner_id=actor.account_id)),
            oldest=models.Min("opened_at", filter=Q(state=State.NEW)),
        )
        .order_by("urgency")
    )
    rows = list(counted)
    waiting = sum(row["new"] for row in rows)
    oldest = min((row["oldest"] for row in rows if row["oldest"] is not None), default=None)
    return Strip(
        waiting=waiting,
        in_hand=sum(row["count"] for row in rows) - waiting,
        mine=sum(row["mine"] for row in rows),
        oldest_at=oldest,
        classes=tuple((row["priority_class"], row["count"]) for row in rows),
    )


@dataclass(frozen=True, slots=True)
class SignalOfAlarm:
    """One signal that belongs to an alarm, with its part."""

    id: int
    received_at: datetime
    part: str
    protocol: str
    scheme: str
    code: str
    qualifier: str
    event_class: str
    area: int | None
    zone: int | None
    user_no: int | None
    text: str
    zone_name: str
    principle: str


_SIGNALS = """
SELECT s.id, s.received_at, e.part, s.protocol, s.scheme, s.code, s.qualifier, s.event_class, s.area, s.zone,
       s.user_no, coalesce(s.text, ''), coalesce(point.name, ''), coalesce(point.principle, '')
FROM (SELECT signal_id, at, part FROM alarms_event WHERE activation_id = %s
      ORDER BY signal_id DESC LIMIT %s) e
JOIN alarm_signal s ON s.id = e.signal_id AND s.received_at = e.at
LEFT JOIN LATERAL (
    SELECT p.name, p.principle FROM registry_point p
    WHERE p.site_id = s.site_id AND p.kind = 'zone' AND p.number = s.zone AND s.zone > 0
    ORDER BY (p.area = s.area) DESC NULLS LAST, p.id LIMIT 1
) point ON true
ORDER BY s.id DESC
"""


def signals_of(activation: Activation, *, limit: int = 50) -> list[SignalOfAlarm]:
    """Return the newest signals of an alarm that ``for_actor`` let through. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_SIGNALS, [activation.pk, limit])
        return [SignalOfAlarm(*row) for row in cursor.fetchall()]


def decisions_of(activation: Activation) -> QuerySet[Decision]:
    """Return the decisions on an alarm that ``for_actor`` let through, the oldest first."""
    return Decision.objects.filter(activation_id=activation.pk).order_by("id")


def earlier_at(activation: Activation, actor: Actor, *, limit: int = 8) -> QuerySet[Activation]:
    """Return alarms at the same place before this one, the newest first, as far as the actor reaches them."""
    rows = for_actor(actor).filter(pk__lt=activation.pk)
    if activation.site_id is not None:
        rows = rows.filter(site_id=activation.site_id)
    elif activation.account:
        rows = rows.filter(account=activation.account, listener=activation.listener)
    else:
        rows = rows.filter(fault=activation.fault)
    return rows.select_related("closed_by").order_by("-id")[:limit]


def open_at_site(actor: Actor, site_id: int) -> QuerySet[Activation]:
    """Return the open alarms of one site, the most urgent first."""
    return (
        for_actor(actor)
        .filter(site_id=site_id, closed_at__isnull=True)
        .select_related("owner")
        .order_by("priority", "id")
    )


def worst_open(actor: Actor) -> dict[int, tuple[str, int]]:
    """Return, for every site within reach with an open alarm, its most urgent class and how many are open."""
    rows = (
        for_actor(actor)
        .filter(closed_at__isnull=True, site__isnull=False)
        .order_by("priority", "id")
        .values_list("site_id", "priority_class")
    )
    worst: dict[int, tuple[str, int]] = {}
    for site_id, priority_class in rows:
        first, count = worst.get(site_id, (priority_class, 0))
        worst[site_id] = (first, count + 1)
    return worst


def linked_alarms(signal_ids: list[int], earliest: datetime, latest: datetime) -> dict[int, int]:
    """Return which alarm each of these signals belongs to; signals of none are left out."""
    rows = Event.objects.filter(signal_id__in=signal_ids, at__range=(earliest, latest)).order_by(
        "activation_id"
    )
    return dict(rows.values_list("signal_id", "activation_id"))


def shifts_for(actor: Actor) -> QuerySet[Shift]:
    """Return the shifts of people whose organisation the actor supervises."""
    if not actor.may(CONSOLE_SUPERVISE):
        return Shift.objects.none()
    within = actor.filter(
        CONSOLE_SUPERVISE,
        region="account__organisation__region__path",
        organisation=("account__organisation__path",),
    )
    return Shift.objects.filter(within).select_related("account", "account__organisation")


def matching(rows: QuerySet[Activation], words: str) -> QuerySet[Activation]:
    """Narrow alarms to those whose site or account the words name."""
    return rows.filter(
        Q(site__name__icontains=words)
        | Q(site__name_en__icontains=words)
        | Q(site__code__istartswith=words)
        | Q(account__istartswith=words)
    )


def closed_mark(activation: Activation) -> str:
    """Return the place of a closed alarm in the list of closed ones, for ``closed_before``."""
    assert activation.closed_at is not None
    return f"{activation.closed_at.timestamp():.6f}-{activation.pk}"


def closed_before(rows: QuerySet[Activation], mark: str) -> QuerySet[Activation]:
    """Return the closed alarms that follow ``mark`` in a list newest first; ``ValueError`` for no mark."""
    seconds, _dash, number = mark.partition("-")
    moment = datetime.fromtimestamp(float(seconds), tz=UTC)
    return rows.filter(Q(closed_at__lt=moment) | Q(closed_at=moment, pk__lt=int(number)))
