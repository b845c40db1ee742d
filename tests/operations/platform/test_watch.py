"""What the platform notices about its own disk, clock, backups and processes."""

import shutil
import socket
import struct
import threading
from collections import namedtuple
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection

from jifang.operations.platform import beats, queries, sntp, watch
from jifang.operations.platform.models import Backup, Fault, Process, Reading, Restart
from jifang.wire.locks import AdvisoryLock

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
NOW = AT.timestamp()
Usage = namedtuple("Usage", "total used free")
pytestmark = pytest.mark.django_db


@pytest.fixture
def limits(tmp_path: Path) -> watch.Limits:
    return watch.Limits(
        node="vm",
        var=tmp_path,
        backups=tmp_path / "backup",
        min_free_mb=1000,
        ntp_servers=(),
        max_offset_seconds=2.0,
        backup_max_age_hours=30,
    )


def open_kinds() -> set[str]:
    return set(Fault.objects.filter(cleared_at=None).values_list("kind", flat=True))


def reading(name: str) -> Reading:
    return Reading.objects.get(node="vm", name=name)


def test_little_space_is_a_fault_until_there_is_more(
    limits: watch.Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    for free, state, kinds in ((999e6, "bad", {"disk_low"}), (1001e6, "fine", set())):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: Usage(2e9, 0, free))
        watch.look_at_disk(limits, at=AT)
        assert (reading("disk").state, open_kinds()) == (state, kinds)


def test_a_full_disk_is_seen_although_no_fault_can_be_stored(
    limits: watch.Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(*_: object, **__: object) -> None:
        raise DatabaseError("No space left on device")

    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(2e9, 2e9, 0))
    monkeypatch.setattr(watch, "judge", no_space)
    with pytest.raises(DatabaseError):
        watch.look_at_disk(limits, at=AT)
    view = queries.overview(at=AT)
    assert not view.well
    assert [one.name for one in view.bad_readings] == ["disk"]


def time_server(offset: float, *, stratum: int = 2, mode: int = 4) -> tuple[str, threading.Thread]:
    """A server on this machine whose clock is `offset` seconds ahead of NOW; answers one question."""
    served = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    served.bind(("127.0.0.1", 0))
    served.settimeout(10)

    def answer() -> None:
        with served:
            question, peer = served.recvfrom(512)
            seconds = NOW + offset + sntp.ERA
            stamp = struct.pack("!II", int(seconds), int(seconds % 1 * 2**32))
            head = bytes([mode | 4 << 3, stratum, 0, 0]) + bytes(20)
            served.sendto(head + question[40:48] + stamp + stamp, peer)

    thread = threading.Thread(target=answer)
    thread.start()
    return f"127.0.0.1:{served.getsockname()[1]}", thread


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    address, thread = time_server(**request.param)
    yield address
    thread.join()


def with_servers(limits: watch.Limits, *servers: str) -> watch.Limits:
    return watch.Limits(**{**vars(limits), "ntp_servers": servers})


@pytest.mark.parametrize(
    ("server", "state", "kinds"),
    [
        ({"offset": 0.5}, "fine", set()),
        ({"offset": -7.25}, "bad", {"clock_off"}),
        ({"offset": 3600}, "bad", {"clock_off"}),
        ({"offset": 0, "stratum": 0}, "unknown", set()),
        ({"offset": 0, "mode": 3}, "unknown", set()),
    ],
    indirect=["server"],
)
def test_the_clock_is_held_against_a_server(
    limits: watch.Limits, server: str, state: str, kinds: set[str]
) -> None:
    watch.look_at_clock(with_servers(limits, server), at=AT, clock=lambda: NOW)
    assert (reading("clock").state, open_kinds()) == (state, kinds)


@pytest.mark.parametrize("server", [{"offset": 12.5}], indirect=True)
def test_the_offset_is_what_the_server_says(server: str) -> None:
    measured = sntp.measure([server], lambda: NOW)
    assert measured is not None
    assert measured.seconds == pytest.approx(12.5, abs=1e-6)


def test_without_an_answer_the_clock_is_unknown_not_fine(limits: watch.Limits) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        closed = f"127.0.0.1:{deaf.getsockname()[1]}"
    watch.look_at_clock(with_servers(limits, closed), at=AT, clock=lambda: NOW)
    assert (reading("clock").state, reading("clock").value) == ("unknown", None)


def test_an_answer_to_another_question_is_refused() -> None:
    packet = bytes([4 | 4 << 3, 2]) + bytes(22) + b"n" * 8 + bytes(16)
    with pytest.raises(sntp.BadAnswerError, match="another question"):
        sntp.answer(packet, b"m" * 8)


def test_the_era_after_2036_is_understood() -> None:
    stamp = struct.pack("!II", 100, 0)
    packet = bytes([4 | 4 << 3, 2]) + bytes(22) + b"n" * 8 + stamp + stamp
    received, _ = sntp.answer(packet, b"n" * 8)
    assert datetime.fromtimestamp(received, UTC) == datetime(2036, 2, 7, 6, 28, 16, tzinfo=UTC) + timedelta(
        seconds=100
    )


def test_the_age_of_the_last_good_backup_counts(limits: watch.Limits) -> None:
    watch.look_at_backup(limits, at=AT)
    assert (reading("backup").state, open_kinds()) == ("unknown", set())
    Process.objects.create(
        node="vm", name="web", pid=1, state="running", started_at=AT - timedelta(hours=31), beat_at=AT
    )
    Backup.objects.create(started_at=AT, finished_at=AT, problem="disk full", file="x")
    watch.look_at_backup(limits, at=AT)
    assert (reading("backup").state, open_kinds()) == ("unknown", {"backup_old"})
    done = AT - timedelta(hours=29)
    Backup.objects.create(started_at=done, finished_at=done, bytes=1, file="y")
    watch.look_at_backup(limits, at=AT)
    assert (reading("backup").state, open_kinds()) == ("fine", set())
    watch.look_at_backup(limits, at=AT + timedelta(hours=2))
    assert (reading("backup").state, open_kinds()) == ("bad", {"backup_old"})


def beat(name: str, at: datetime, *, pid: int = 1) -> None:
    with connection.cursor() as cursor:
        beats.beat(cursor, node="vm", name=name, pid=pid, started_at=AT, at=at, metrics=[])


def test_a_process_without_a_sign_of_life_is_a_fault_until_it_beats_again() -> None:
    beat("web", AT)
    beat("gateway", AT)
    watch.look_at_processes(at=AT + beats.STALE)
    assert open_kinds() == set()
    beat("web", AT + beats.STALE)
    late = AT + beats.STALE + timedelta(seconds=1)
    watch.look_at_processes(at=late)
    assert Fault.objects.get().key == "process_down:gateway@vm"
    assert not queries.overview(at=late).well
    beat("gateway", late, pid=2)
    watch.look_at_processes(at=late)
    assert open_kinds() == set()
    assert queries.overview(at=late).well


def test_a_process_that_was_told_to_end_is_no_fault() -> None:
    beat("gateway", AT)
    with connection.cursor() as cursor:
        beats.ended(cursor, node="vm", name="gateway", died=False)
    watch.look_at_processes(at=AT + timedelta(hours=1))
    assert open_kinds() == set()
    watch.look_at_processes(at=AT + timedelta(days=2))
    assert not Process.objects.exists()


def test_a_process_that_keeps_dying_is_a_fault_for_an_hour() -> None:
    with connection.cursor() as cursor:
        for minute in range(3):
            at = AT + timedelta(minutes=minute)
            beats.restarted(cursor, node="vm", name="work", at=at, reason="SIGKILL")
    watch.look_at_processes(at=AT + timedelta(minutes=3))
    assert Fault.objects.get().key == "process_unstable:work@vm"
    assert Fault.objects.get().value == "3"
    watch.look_at_processes(at=AT + timedelta(minutes=62))
    assert open_kinds() == set()
    assert Restart.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_only_one_process_looks_at_a_time(limits: watch.Limits) -> None:
    parameters = connection.get_connection_params()
    conninfo = {
        name: parameters[name]
        for name in ("host", "port", "user", "password", "dbname")
        if parameters.get(name)
    }
    with psycopg.connect(**conninfo, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [AdvisoryLock.PLATFORM_WATCH])
        assert watch.look(limits, at=AT, clock=lambda: NOW) is False
        other.execute("SELECT pg_advisory_unlock(%s)", [AdvisoryLock.PLATFORM_WATCH])
    assert watch.look(limits, at=AT, clock=lambda: NOW) is True
    assert Reading.objects.filter(name="disk").exists()


def test_the_overview_costs_the_same_for_many_processes(django_assert_num_queries: object) -> None:
    for number in range(20):
        beat(f"gateway-{number}", AT)
    with django_assert_num_queries(7):  # type: ignore[operator]
        view = queries.overview(at=AT)
    assert len(view.processes) == 20
