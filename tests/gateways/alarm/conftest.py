"""Databases of their own for gateways: what a process stores must be committed, so each test gets a copy."""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo
from pytest_django import DjangoDbBlocker

from tests.gateways.alarm.process import RING

_numbers = itertools.count()
AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def template(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> str:
    """Conninfo of the migrated test database, with nobody connected to it."""
    with django_db_blocker.unblock():
        parameters = connection.get_connection_params()
        connection.close()
    known = {
        key: str(value)
        for key, value in parameters.items()
        if key in ("dbname", "user", "password", "host", "port") and value
    }
    return make_conninfo("", **known)


@pytest.fixture(scope="session")
def make_database(template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Callable[[], str]]:
    """A function that gives the conninfo of a fresh copy of the test database."""
    made = []
    base = psycopg.conninfo.conninfo_to_dict(template)["dbname"]

    def make() -> str:
        name = f"{base}_gateway_{next(_numbers)}"
        with django_db_blocker.unblock():
            connection.close()
        with psycopg.connect(make_conninfo(template, dbname="postgres"), autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
            admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{base}"'.encode())
        made.append(name)
        return make_conninfo(template, dbname=name)

    yield make
    with psycopg.connect(make_conninfo(template, dbname="postgres"), autocommit=True) as admin:
        for name in made:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def database(make_database: Callable[[], str]) -> str:
    """Conninfo of an empty database of this test alone."""
    return make_database()


def enrol(
    conninfo: str,
    number: str,
    *,
    key: bytes | None = None,
    interval: int | None = 60,
    grace: int = 30,
    listener: int = 1,
    **fields: object,
) -> int:
    """Register an account with one path; returns its id."""
    values: dict[str, object] = {
        "book": "main",
        "number": number,
        "name": "",
        "panel": "",
        "is_active": True,
        "key_mode": "hex" if key else "none",
        "key_sealed": RING.seal(key, context=f"alarm_account:main/{number}") if key else "",
        "time_policy": "window",
        "time_offset_minutes": 0,
        "charset": "utf-8",
        "notes": "",
        "created_at": AT,
        **fields,
    }
    columns = ", ".join(values)
    with psycopg.connect(conninfo, autocommit=True) as db:
        db.execute(
            "INSERT INTO alarms_listener (number, name, book) VALUES (%s, 'DC-09', 'main')"
            " ON CONFLICT DO NOTHING",
            (listener,),
        )
        row = db.execute(
            f"INSERT INTO alarms_alarmaccount ({columns}) VALUES ({', '.join(['%s'] * len(values))})"  # noqa: S608
            " RETURNING id".encode(),
            list(values.values()),
        ).fetchone()
        assert row is not None
        db.execute(
            "INSERT INTO alarms_accountpath (account_id, name, listener_id, receiver, line, interval_seconds,"
            " grace_seconds) VALUES (%s, '1', %s, '', '', %s, %s)",
            (row[0], listener, interval, grace),
        )
    return int(row[0])
