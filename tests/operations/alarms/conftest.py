"""What the alarm room's tests share: sites, signals as the gateway stores them, an engine on its own
connection.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from jifang.identity.models import Account
from jifang.operations.alarms.engine import Engine
from jifang.operations.alarms.models import Activation
from jifang.protocols import events
from jifang.registry.models import Site
from tests.fixtures import World

T0 = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
STREAMS = "alarm_signal, alarms_event, alarms_decision"

SIGNAL_COLUMNS = (
    "received_at, connection, ordinal, account_id, path_id, site_id, occurred_at, area, zone, user_no,"
    " sequence, listener, event_index, encrypted, unregistered, account, protocol, scheme, code, qualifier,"
    " event_class, text"
)


def dsn() -> str:
    """Connection string of the test database, for connections of our own."""
    settings = connection.settings_dict
    return psycopg.conninfo.make_conninfo(
        dbname=settings["NAME"],
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
    )


@pytest.fixture
def open_connection(transactional_db: None) -> Iterator[Callable[[], psycopg.Connection[Any]]]:
    """Opens connections of their own to the test database, in autocommit mode; closes them all at the end."""
    opened: list[psycopg.Connection[Any]] = []

    def another() -> psycopg.Connection[Any]:
        opened.append(psycopg.connect(dsn(), autocommit=True))
        return opened[-1]

    yield another
    for each in opened:
        each.close()


@pytest.fixture(autouse=True)
def empty_streams(request: pytest.FixtureRequest) -> Iterator[None]:
    """The streams refuse TRUNCATE, and Django does not know them: emptied here, past the guard."""
    if "transactional_db" not in request.fixturenames:
        yield
    else:
        request.getfixturevalue("transactional_db")
        yield
        with connections["default"].cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(f"TRUNCATE {STREAMS}")
            cursor.execute("SET session_replication_role = DEFAULT")


@pytest.fixture
def site(world: World) -> Site:
    """A bank at home, watched by the home centre."""
    return make_site("S-0001", world)


@pytest.fixture
def other_site(world: World) -> Site:
    """A second site of the same unit."""
    return make_site("S-0002", world)


@pytest.fixture
def far_site(far_world: World) -> Site:
    """A site of the far city."""
    return make_site("F-0001", far_world)


def make_site(code: str, world: World, **fields: Any) -> Site:
    """A site of ``world``'s unit in its station area, served by its alarm centre."""
    return Site.objects.create(
        code=code,
        name=f"{world.unit.name}{code}",
        name_en=f"Bank {code}",
        organisation=world.unit,
        region=world.station,
        alarm_service=world.centre,
        lon=114.5,
        lat=38.0,
        **fields,
    )


def send(
    executor: Any,
    site: Site | None,
    code: str,
    *,
    qualifier: str = "1",
    zone: int | None = 1,
    at: datetime = T0,
    event_class: str = "burglary",
    scheme: str = "CID",
    protocol: str = "dc09",
    account: str = "1001",
    listener: int = 1,
    path: int | None = None,
    text: str | None = None,
) -> int:
    """Store one signal as the gateway does; returns its id."""
    row = executor.execute(
        f"INSERT INTO alarm_signal ({SIGNAL_COLUMNS}) VALUES (%s, 1, 1, NULL, %s, %s, NULL, 1, %s, NULL,"  # noqa: S608
        " 1, %s, 0, false, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        [
            at,
            path,
            site.pk if site else None,
            zone,
            listener,
            site is None,
            account,
            protocol,
            scheme,
            code,
            qualifier,
            event_class,
            text,
        ],
    ).fetchone()
    return int(row[0])


def run(engine: Engine, *, at: datetime = T0) -> int:
    """Let the engine work until nothing is left; returns how many signals it read."""
    read = 0
    while True:
        step = engine.step(at=at)
        read += step.read
        if not step.more and not step.read:
            return read


def later(seconds: float) -> datetime:
    """T0 and some seconds."""
    return T0 + timedelta(seconds=seconds)


@pytest.fixture
def engine(open_connection: Callable[[], psycopg.Connection[Any]]) -> Engine:
    """An engine that leads."""
    engine = Engine(open_connection())
    assert engine.lead()
    return engine


@pytest.fixture
def closed_by_somebody(colleague: Account) -> Callable[[Activation], None]:
    """Closes an alarm as the operator would, past the rules that other tests are about."""

    def close(alarm: Activation) -> None:
        Activation.objects.filter(pk=alarm.pk).update(
            state="closed", closed_at=T0, closed_by=colleague, result="test", version=alarm.version + 1
        )

    return close


def make_alarm(site: Site | None, priority_class: str = "burglary", **fields: Any) -> Activation:
    """An open alarm as the engine writes it."""
    fields = {
        "opened_at": T0,
        "last_at": T0,
        "priority": events.PRIORITY[events.EventClass(priority_class)],
    } | fields
    return Activation.objects.create(site=site, priority_class=priority_class, **fields)
