"""Reading the log of signals: newest first, in pages that cost the same at any depth, over ten million rows.

Two plans, chosen by how many sites an actor reaches: few sites are read one by one along (site, time) and
merged; many are read along time, and what is out of reach is left out on the way. Both stop after one page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from jifang.identity.access import Actor
from jifang.kernel.errors import BadInputError
from jifang.kernel.errors import gettext_noop as _
from jifang.operations.alarms.models import AlarmAccount
from jifang.operations.alarms.queries import linked_alarms, reach_of
from jifang.operations.alarms.rights import SIGNAL_VIEW
from jifang.protocols.events import EventClass
from jifang.registry.models import Site
from jifang.registry.scope import scope_of

PAGE = 100
FEW_SITES = 300
EXPORT_MOST = 50_000
DEFAULT_SPAN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page asks for. ``since`` and ``until`` are UTC; ``before`` continues a list (see ``mark``)."""

    since: datetime
    until: datetime
    site: str = ""
    account: str = ""
    event_class: str = ""
    unregistered: bool = False
    before: str = ""


@dataclass(frozen=True, slots=True)
class LoggedSignal:
    """One row of the log. Times are UTC."""

    id: int
    received_at: datetime
    occurred_at: datetime | None
    account: str
    site_id: int | None
    site_code: str
    site_name: str
    site_name_en: str
    protocol: str
    scheme: str
    code: str
    qualifier: str
    event_class: str
    area: int | None
    zone: int | None
    user_no: int | None
    sequence: int
    text: str
    encrypted: bool
    unregistered: bool
    listener: int
    activation_id: int | None = None

    @property
    def mark(self) -> str:
        """The place of this row in the list."""
        return f"{self.received_at.timestamp():.6f}-{self.id}"


_COLUMNS = """s.id, s.received_at, s.occurred_at, s.account, s.site_id, coalesce(site.code, ''),
    coalesce(site.name, ''), coalesce(site.name_en, ''), s.protocol, s.scheme, s.code, s.qualifier,
    s.event_class, s.area, s.zone, s.user_no, s.sequence, coalesce(s.text, ''), s.encrypted,
    s.unregistered, s.listener"""
_INNER = """id, received_at, occurred_at, account, site_id, protocol, scheme, code, qualifier, event_class,
    area,
    zone, user_no, sequence, text, encrypted, unregistered, listener"""


def page(actor: Actor, asked: Asked, *, limit: int = PAGE) -> list[LoggedSignal]:
    """Return one page and one row more, which tells whether another follows. A constant number of queries."""
    condition, parameters = _condition(asked)
    sites = _few_sites(actor, asked)
    if sites is not None:
        rows = _along_sites(sites, condition, parameters, limit + 1)
    else:
        rows = _along_time(actor, condition, parameters, limit + 1)
    return _with_alarms(rows)


def export(actor: Actor, asked: Asked) -> Iterator[LoggedSignal]:
    """Return the rows of the whole question, at most ``EXPORT_MOST``, page by page."""
    given = 0
    while given < EXPORT_MOST:
        rows = page(actor, asked, limit=1000)
        yield from rows[:1000]
        given += len(rows)
        if len(rows) <= 1000:
            return
        asked = Asked(
            asked.since,
            asked.until,
            asked.site,
            asked.account,
            asked.event_class,
            asked.unregistered,
            before=rows[999].mark,
        )


def _condition(asked: Asked) -> tuple[str, list[Any]]:
    parts, parameters = ["s.received_at >= %s AND s.received_at < %s"], [asked.since, asked.until]
    values: list[Any] = list(parameters)
    if asked.before:
        moment, number = _place(asked.before)
        parts.append("(s.received_at, s.id) < (%s, %s)")
        values += [moment, number]
    if asked.event_class:
        if asked.event_class not in set(EventClass):
            raise BadInputError(
                "class", asked.event_class, _("%(value)s is not a class."), _("Choose one of the list.")
            )
        parts.append("s.event_class = %s")
        values.append(asked.event_class)
    if asked.unregistered:
        parts.append("s.unregistered")
    if asked.account:
        known = list(AlarmAccount.objects.filter(number=asked.account.upper()).values_list("pk", flat=True))
        if known and not asked.unregistered:
            parts.append("s.account_id = ANY(%s)")
            values.append(known)
        else:
            parts.append("s.account = %s")
            values.append(asked.account.upper())
    return " AND ".join(parts), values


def _place(mark: str) -> tuple[datetime, int]:
    seconds, _dash, number = mark.partition("-")
    try:
        return datetime.fromtimestamp(float(seconds), tz=UTC), int(number)
    except (ValueError, OverflowError, OSError):
        raise BadInputError(
            "before", mark, _("%(value)s is no place in this list."), _("Begin again from the first page.")
        ) from None


def _few_sites(actor: Actor, asked: Asked) -> list[int] | None:
    """The sites to read one by one; None when too many, or rows without a site belong in the answer."""
    scope = scope_of(actor, SIGNAL_VIEW)
    sites = Site.objects.all() if scope.everything else Site.objects.filter(scope.sites())
    if asked.site:
        return list(sites.filter(code=asked.site).values_list("pk", flat=True))
    if asked.unregistered or reach_of(actor, SIGNAL_VIEW).unassigned or scope.everything:
        return None
    keys = list(sites.values_list("pk", flat=True)[: FEW_SITES + 1])
    return keys if len(keys) <= FEW_SITES else None


def _along_sites(sites: list[int], condition: str, parameters: list[Any], limit: int) -> list[LoggedSignal]:
    query = f"""
        SELECT {_COLUMNS} FROM unnest(%s::bigint[]) AS wanted(site_id)
        CROSS JOIN LATERAL (
            SELECT {_INNER} FROM alarm_signal s WHERE s.site_id = wanted.site_id AND {condition}
            ORDER BY s.received_at DESC, s.id DESC LIMIT %s) s
        JOIN registry_site site ON site.id = s.site_id
        ORDER BY s.received_at DESC, s.id DESC LIMIT %s"""  # noqa: S608  (constants; values are parameters)
    return _rows(query, [sites, *parameters, limit, limit])


def _along_time(actor: Actor, condition: str, parameters: list[Any], limit: int) -> list[LoggedSignal]:
    scope, reach = scope_of(actor, SIGNAL_VIEW), reach_of(actor, SIGNAL_VIEW)
    allowed, values = "site.id IS NOT NULL", []
    if not scope.everything:
        allowed = """(site.region_id = ANY(%s) OR site.organisation_id = ANY(%s)
            OR site.alarm_service_id = ANY(%s) OR site.responsible_party_id = ANY(%s))"""
        bodies = list(scope.bodies)
        values = [list(scope.regions), bodies, bodies, bodies]
    if reach.unassigned:
        allowed = f"({allowed} OR s.site_id IS NULL)"
    query = f"""
        SELECT {_COLUMNS} FROM alarm_signal s LEFT JOIN registry_site site ON site.id = s.site_id
        WHERE {condition} AND {allowed}
        ORDER BY s.received_at DESC, s.id DESC LIMIT %s"""  # noqa: S608  (constants; values are parameters)
    return _rows(query, [*parameters, *values, limit])


def _rows(query: str, parameters: list[Any]) -> list[LoggedSignal]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return [LoggedSignal(*row) for row in cursor.fetchall()]


def _with_alarms(rows: list[LoggedSignal]) -> list[LoggedSignal]:
    if not rows:
        return rows
    alarms = linked_alarms([row.id for row in rows], rows[-1].received_at, rows[0].received_at)
    return [_linked(row, alarms.get(row.id)) for row in rows]


def _linked(row: LoggedSignal, activation_id: int | None) -> LoggedSignal:
    if activation_id is None:
        return row
    values = {name: getattr(row, name) for name in LoggedSignal.__slots__}
    return LoggedSignal(**values | {"activation_id": activation_id})


@dataclass(frozen=True, slots=True)
class Frame:
    """The bytes a signal came in, and what else they carried; ``raw`` is None for what the platform says."""

    raw: bytes | None
    xdata: Any
    connection: int
    ordinal: int
    event_index: int


def one(actor: Actor, signal_id: int) -> tuple[LoggedSignal, Frame] | None:
    """Return one signal with its frame, or None when there is none within reach. At most five queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT received_at, connection, ordinal, event_index, xdata FROM alarm_signal WHERE id = %s",
            [signal_id],
        )
        found = cursor.fetchone()
    if found is None:
        return None
    received_at, connection_id, ordinal, event_index, xdata = found
    rows = _along_time(actor, "s.id = %s AND s.received_at = %s", [signal_id, received_at], 1)
    if not rows:
        return None
    with connection.cursor() as cursor:
        # The frame stands on its first event, which was stored just before.
        cursor.execute(
            "SELECT raw FROM alarm_signal WHERE id BETWEEN %s AND %s AND connection = %s AND ordinal = %s"
            " AND event_index = 0",
            [signal_id - event_index - 1000, signal_id, connection_id, ordinal],
        )
        raw = cursor.fetchone()
    bytes_ = bytes(raw[0]) if raw and raw[0] is not None else None
    return _with_alarms(rows)[0], Frame(bytes_, xdata, connection_id, ordinal, event_index)
