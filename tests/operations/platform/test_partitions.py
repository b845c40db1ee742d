"""Parts of growing tables: made ahead, guarded, dropped after their legal period, kept while on hold."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from jifang.kernel import partitions as declared
from jifang.kernel.partitions import PartitionedTable, part_at, parts_ahead
from jifang.operations.platform import partitions, watch
from jifang.operations.platform.models import Fault

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
MONTHLY = PartitionedTable("seen", "at", keep="signals_days", hold="r.held")
DAILY = PartitionedTable("seen", "at", keep="signals_days", period="day", ahead=1)


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[psycopg.Connection]:
    """A guarded partitioned table, the only one declared, and a connection to it."""
    monkeypatch.setattr(declared, "_declared", {})
    declared.declare(MONTHLY)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE seen (at timestamptz NOT NULL, held boolean NOT NULL DEFAULT false)"
            " PARTITION BY RANGE (at);"
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'no'; END $$;"
            "CREATE TRIGGER guard BEFORE UPDATE OR DELETE OR TRUNCATE ON seen"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse()"
        )
    return connection.connection


def names(of: psycopg.Connection) -> list[str]:
    with of.cursor() as cursor:
        return sorted(partitions.existing(cursor, "seen"))


def put(of: psycopg.Connection, at: datetime, *, held: bool = False) -> None:
    of.execute("INSERT INTO seen VALUES (%s, %s)", [at, held])


def test_months_around_now_are_made_once(table: psycopg.Connection) -> None:
    made = ("seen_2026_02", "seen_2026_03", "seen_2026_04", "seen_2026_05")
    assert partitions.make_ahead(table, at=AT) == made
    assert partitions.make_ahead(table, at=AT) == ()
    assert partitions.make_ahead(table, at=AT + timedelta(days=31)) == ("seen_2026_06",)


def test_a_part_cannot_be_changed_behind_its_table(table: psycopg.Connection) -> None:
    partitions.make_ahead(table, at=AT)
    put(table, AT)
    for statement in (
        "DELETE FROM seen_2026_03",
        "UPDATE seen_2026_03 SET held = true",
        "TRUNCATE seen_2026_03",
    ):
        with pytest.raises(psycopg.errors.RaiseException), table.transaction():
            table.execute(statement)


def test_rows_that_waited_in_a_default_part_move_into_their_month(table: psycopg.Connection) -> None:
    table.execute("CREATE TABLE seen_default PARTITION OF seen DEFAULT")
    put(table, AT)
    put(table, datetime(2030, 1, 1, tzinfo=UTC))
    partitions.make_ahead(table, at=AT)
    assert table.execute("SELECT count(*) FROM seen_2026_03").fetchone() == (1,)
    assert table.execute("SELECT count(*) FROM seen_default").fetchone() == (1,)
    with pytest.raises(psycopg.errors.RaiseException), table.transaction():
        table.execute("DELETE FROM seen_default")


def test_what_is_over_goes_and_what_is_held_stays(table: psycopg.Connection) -> None:
    for month in (1, 2, 3):
        table.execute(part_at(MONTHLY, datetime(2026, month, 1, tzinfo=UTC)).create)
    put(table, datetime(2026, 1, 31, 23, 59, tzinfo=UTC), held=True)
    put(table, datetime(2026, 2, 1, tzinfo=UTC))
    table.execute("CREATE TABLE seen_default PARTITION OF seen DEFAULT")
    late = datetime(2026, 3, 31, tzinfo=UTC)
    assert partitions.drop_expired(table, lambda _: 30, at=late - timedelta(seconds=1)) == (
        (),
        ("seen_2026_01",),
    )
    assert partitions.drop_expired(table, lambda _: 30, at=late) == (("seen_2026_02",), ("seen_2026_01",))
    assert names(table) == ["seen_2026_01", "seen_2026_03", "seen_default"]


@given(
    at=st.integers(946684800, 3786912000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    daily=st.booleans(),
)
def test_parts_follow_each_other_without_a_gap(at: datetime, daily: bool) -> None:
    parts = parts_ahead(DAILY if daily else MONTHLY, at)
    assert parts[1].start <= at.date() < parts[1].end
    assert [one.end for one in parts[:-1]] == [one.start for one in parts[1:]]
    assert len(parts) == (3 if daily else 4)


@given(
    end=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    days=st.integers(0, 800),
    keep=st.integers(1, 400),
)
def test_a_row_is_kept_for_its_whole_period(end: date, days: int, keep: int) -> None:
    now = datetime(end.year, end.month, end.day, tzinfo=UTC) + timedelta(days=days)
    newest_row = datetime(end.year, end.month, end.day, tzinfo=UTC) - timedelta(microseconds=1)
    assert declared.is_over(end, now, keep) == (now - newest_row > timedelta(days=keep))


def test_a_month_without_room_is_a_fault(table: psycopg.Connection) -> None:
    partitions.make_ahead(table, at=AT)
    watch.look_at_partitions("vm", at=AT)
    assert not Fault.objects.exists()
    watch.look_at_partitions("vm", at=AT + timedelta(days=65))
    fault = Fault.objects.get()
    assert (fault.key, fault.value) == ("partition_missing:seen", "2026-06-01")
    partitions.make_ahead(table, at=AT + timedelta(days=65))
    watch.look_at_partitions("vm", at=AT + timedelta(days=65))
    assert Fault.objects.get().cleared_at is not None


def test_a_table_is_declared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declared, "_declared", {})
    declared.declare(MONTHLY)
    declared.declare(MONTHLY)
    with pytest.raises(ValueError, match="seen is declared twice"):
        declared.declare(DAILY)
