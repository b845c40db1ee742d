"""Paths become late, fail and come back, one signal for each transition; an outage of ours is one event."""

from datetime import datetime

import psycopg
import pytest

from jifang.gateways.alarm.settings import AlarmGatewaySettings
from jifang.gateways.alarm.supervision import Supervisor
from tests.gateways.alarm.conftest import enrol

SETTINGS = AlarmGatewaySettings(startup_grace_seconds=0)
GRACE = AlarmGatewaySettings(startup_grace_seconds=90)


class Clocks:
    """The database's time cannot be moved by a test, so the paths are: ``pass_`` lets time pass for all."""

    def __init__(self, conninfo: str, settings: AlarmGatewaySettings = SETTINGS) -> None:
        self.db = psycopg.connect(conninfo, autocommit=True)
        self.supervisor = Supervisor(settings)
        self.mono = 1000.0
        self.first()

    def first(self) -> None:
        """The round with which a supervisor begins; the time before it does not count as silence."""
        self.supervisor.tick(self.db, self.mono)

    def see(self, *accounts: str) -> None:
        """A sign of life now, of some or of all."""
        self.db.execute(
            "UPDATE alarm_path_state SET last_seen_at = now() WHERE path_id IN (SELECT id FROM alarm_path_v"
            " WHERE account = ANY(%s) OR %s)",
            (list(accounts), not accounts),
        )

    def pass_(self, seconds: float) -> None:
        """Let time pass: all that the database remembers gets older, and so do the supervisor's notes."""
        self.db.execute(
            "UPDATE alarm_path_state SET since = since - make_interval(secs => %(s)s),"
            " last_seen_at = last_seen_at - make_interval(secs => %(s)s)",
            {"s": seconds},
        )
        for watch in self.supervisor._watches.values():
            watch.base = self._earlier(watch.base, seconds)
            watch.quiet_until -= seconds

    def _earlier(self, at: datetime, seconds: float) -> datetime:
        row = self.db.execute("SELECT %s - make_interval(secs => %s)", (at, seconds)).fetchone()
        assert row is not None
        moved: datetime = row[0]
        return moved

    def tick(self) -> list[tuple[str, str, str]]:
        """One round; the signals that it wrote as (account, code, qualifier)."""
        before = self.last_id()
        self.supervisor.tick(self.db, self.mono)
        return [
            (account, code, qualifier)
            for account, code, qualifier in self.db.execute(
                "SELECT account, code, qualifier FROM alarm_signal WHERE id > %s ORDER BY account, id",
                (before,),
            )
        ]

    def last_id(self) -> int:
        row = self.db.execute("SELECT coalesce(max(id), 0) FROM alarm_signal").fetchone()
        assert row is not None
        return int(row[0])

    def states(self) -> dict[str, str]:
        return dict(
            self.db.execute(
                "SELECT p.account, s.state FROM alarm_path_state s JOIN alarm_path_v p ON p.id = s.path_id"
            ).fetchall()
        )


@pytest.fixture
def clocks(database: str) -> Clocks:
    enrol(database, "A001", interval=60, grace=30)
    return Clocks(database)


def test_a_path_nobody_has_heard_is_waiting_not_fine(clocks: Clocks) -> None:
    clocks.pass_(1000)
    assert clocks.tick() == []
    assert clocks.states() == {"A001": "waiting"}


def test_late_failed_restored(clocks: Clocks) -> None:
    clocks.pass_(1)
    clocks.see()
    assert clocks.tick() == []
    assert clocks.states() == {"A001": "ok"}
    clocks.pass_(59)
    assert clocks.tick() == []
    clocks.pass_(2)
    assert clocks.tick() == [("A001", "path.late", "1")]
    assert clocks.tick() == []
    clocks.pass_(30)
    assert clocks.tick() == [("A001", "path.failed", "1")]
    clocks.pass_(5000)
    assert clocks.tick() == []
    clocks.see()
    assert clocks.tick() == [("A001", "path.failed", "3")]
    assert clocks.states() == {"A001": "ok"}


def test_a_late_path_that_comes_back_ends_being_late(clocks: Clocks) -> None:
    clocks.pass_(1)
    clocks.see()
    clocks.tick()
    clocks.pass_(61)
    assert clocks.tick() == [("A001", "path.late", "1")]
    clocks.pass_(1)
    clocks.see()
    assert clocks.tick() == [("A001", "path.late", "3")]


def test_a_path_without_interval_is_not_supervised(database: str) -> None:
    enrol(database, "A002", interval=None)
    clocks = Clocks(database)
    clocks.pass_(1)
    clocks.see()
    clocks.tick()
    clocks.pass_(100_000)
    assert clocks.tick() == []
    assert clocks.states() == {"A002": "ok"}


def test_supervision_signals_are_told_and_belong_to_the_account(clocks: Clocks) -> None:
    clocks.pass_(1)
    clocks.see()
    clocks.tick()
    clocks.pass_(61)
    clocks.db.execute("LISTEN alarm_signal")
    clocks.tick()
    assert len(list(clocks.db.notifies(timeout=5, stop_after=1))) == 1
    row = clocks.db.execute(
        "SELECT protocol, event_class, account_id IS NOT NULL, path_id IS NOT NULL, unregistered"
        " FROM alarm_signal"
    ).fetchone()
    assert row == ("jifang", "supervision", True, True, False)


def test_a_start_raises_nobody(database: str) -> None:
    enrol(database, "A003", interval=60, grace=30)
    before = Clocks(database)
    before.pass_(1)
    before.see()
    before.tick()
    before.pass_(3600)
    started = Clocks(database, GRACE)
    assert started.tick() == []
    # The grace over, an interval is counted from the start, not from before it.
    started.pass_(55)
    assert started.tick() == []
    started.pass_(40)
    assert started.tick() == [("A003", "path.late", "1")]


@pytest.mark.parametrize("step", [3600, -3600])
def test_a_step_of_the_clock_raises_nobody(clocks: Clocks, step: int) -> None:
    clocks.pass_(1)
    clocks.see()
    clocks.tick()
    # The database's clock runs away from the monotonic one by the step.
    clocks.mono -= step
    clocks.pass_(step)
    assert clocks.tick() == []
    assert clocks.states() == {"A001": "ok"}
    clocks.pass_(61)
    assert clocks.tick() == [("A001", "path.late", "1")]


def test_a_paused_supervisor_begins_anew(clocks: Clocks) -> None:
    clocks.pass_(1)
    clocks.see()
    clocks.tick()
    clocks.mono += 600
    clocks.pass_(600)
    assert clocks.tick() == []


def test_one_event_when_the_line_is_dead_on_our_side(database: str) -> None:
    for number in range(40):
        enrol(database, f"B{number:03d}", interval=60, grace=30)
    clocks = Clocks(database)
    clocks.pass_(1)
    clocks.see()
    clocks.tick()
    clocks.pass_(40)
    assert clocks.tick() == [("", "listener.outage", "1")]
    clocks.pass_(500)
    assert clocks.tick() == []
    assert set(clocks.states().values()) == {"ok"}
    assert clocks.supervisor.outage
    clocks.see()
    assert clocks.tick() == [("", "listener.outage", "3")]
    assert not clocks.supervisor.outage
    # Those that did not come back after it are called late by themselves.
    clocks.pass_(45)
    clocks.see(*(f"B{number:03d}" for number in range(39)))
    assert clocks.tick() == []
    clocks.pass_(20)
    clocks.see(*(f"B{number:03d}" for number in range(39)))
    assert clocks.tick() == [("B039", "path.late", "1")]


def test_an_outage_is_remembered_across_a_restart(database: str) -> None:
    for number in range(20):
        enrol(database, f"C{number:03d}", interval=60)
    clocks = Clocks(database)
    clocks.pass_(1)
    clocks.see()
    clocks.tick()
    clocks.pass_(50)
    assert clocks.tick() == [("", "listener.outage", "1")]
    again = Clocks(database)
    assert again.tick() == []
    assert again.supervisor.outage


def test_a_few_silent_panels_among_many_are_no_outage(database: str) -> None:
    for number in range(20):
        enrol(database, f"D{number:03d}", interval=60, grace=30)
    clocks = Clocks(database)
    clocks.pass_(1)
    clocks.see()
    clocks.tick()
    clocks.pass_(55)
    clocks.see(*(f"D{number:03d}" for number in range(18)))
    clocks.pass_(10)
    assert clocks.tick() == [("D018", "path.late", "1"), ("D019", "path.late", "1")]


class Counting(psycopg.Cursor[tuple[object, ...]]):
    seen = 0

    def execute(self, query, *args, **kwargs):  # type: ignore[no-untyped-def, override]
        Counting.seen += 1
        return super().execute(query, *args, **kwargs)


def test_the_number_of_queries_does_not_grow_with_the_paths(database: str) -> None:
    counts = []
    for size in (2, 30):
        for number in range(size):
            enrol(database, f"E{size:02d}{number:02d}", interval=60)
        clocks = Clocks(database)
        Counting.seen = 0
        clocks.db.cursor_factory = Counting
        clocks.tick()
        counts.append(Counting.seen)
    assert counts[0] == counts[1]
