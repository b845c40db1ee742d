"""What the platform checks about itself, and the faults that follow.

One process at a time looks (an advisory lock decides), whichever of them lives: so the end of any one of them
is noticed by another.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Count

from jifang.operations.platform import beats, partitions, sntp
from jifang.operations.platform.faults import clear_fault, judge
from jifang.operations.platform.models import Backup, Fault, Process, Reading, Restart
from jifang.wire.locks import AdvisoryLock

CLOCK_EVERY = timedelta(minutes=10)
UNSTABLE_RESTARTS = 3
UNSTABLE_WITHIN = timedelta(hours=1)
# A process that ended on purpose is forgotten after this long.
FORGET_ENDED = timedelta(days=1)


@dataclass(frozen=True)
class Limits:
    """What the installation asks for."""

    node: str
    var: Path
    backups: Path
    min_free_mb: int
    ntp_servers: Sequence[str]
    max_offset_seconds: float
    backup_max_age_hours: int


def record(
    node: str, name: str, *, value: float | None, limit: float | None, bad: bool, detail: str, at: datetime
) -> None:
    """Keep the latest value of a reading; without a value it is unknown, never fine."""
    state = Reading.State.UNKNOWN if value is None else Reading.State.BAD if bad else Reading.State.FINE
    Reading.objects.update_or_create(
        node=node,
        name=name,
        defaults={"value": value, "limit": limit, "state": state, "detail": detail, "measured_at": at},
    )


def look_at_disk(limits: Limits, *, at: datetime) -> None:
    """Free space under var, and under the backup directory when that is another disk."""
    places = {"disk": limits.var}
    if limits.backups.is_dir() and limits.backups.stat().st_dev != limits.var.stat().st_dev:
        places["disk_backup"] = limits.backups
    for name, place in places.items():
        free_mb = shutil.disk_usage(place).free / 1e6
        low = free_mb < limits.min_free_mb
        record(limits.node, name, value=free_mb, limit=limits.min_free_mb, bad=low, detail=str(place), at=at)
        judge("disk_low", f"{limits.node} {place}", bad=f"{free_mb:.0f} MB" if low else None, at=at)


def look_at_clock(limits: Limits, *, at: datetime, clock: Callable[[], float]) -> None:
    """Offset against the servers, asked every ten minutes, or at once after our clock was set back."""
    last = Reading.objects.filter(node=limits.node, name="clock").first()
    if last and timedelta(0) <= at - last.measured_at < CLOCK_EVERY:
        return
    offset = sntp.measure(limits.ntp_servers, clock) if limits.ntp_servers else None
    if offset is None:
        detail = ", ".join(limits.ntp_servers)
        record(
            limits.node, "clock", value=None, limit=limits.max_offset_seconds, bad=False, detail=detail, at=at
        )
        return
    off = abs(offset.seconds) - offset.uncertainty > limits.max_offset_seconds
    record(
        limits.node,
        "clock",
        value=offset.seconds,
        limit=limits.max_offset_seconds,
        bad=off,
        detail=offset.server,
        at=at,
    )
    judge("clock_off", limits.node, bad=f"{offset.seconds:+.2f} s" if off else None, at=at)


def look_at_backup(limits: Limits, *, at: datetime) -> None:
    """Age of the last good backup; before the first one the age of the installation counts."""
    good = Backup.objects.filter(finished_at__isnull=False, problem="").order_by("-finished_at").first()
    oldest = (
        good.finished_at
        if good
        else Process.objects.order_by("started_at").values_list("started_at", flat=True).first()
    )
    age = None if oldest is None else (at - oldest).total_seconds() / 3600
    old = age is not None and age > limits.backup_max_age_hours
    record(
        limits.node,
        "backup",
        value=age if good else None,
        limit=limits.backup_max_age_hours,
        bad=old,
        detail=good.file if good else "",
        at=at,
    )
    judge("backup_old", bad=f"{age:.0f} h" if old else None, at=at)


def look_at_processes(*, at: datetime) -> None:
    """Processes without a sign of life, and those that keep dying."""
    Process.objects.filter(state=Process.State.ENDED, beat_at__lt=at - FORGET_ENDED).delete()
    down = {
        f"{process.name}@{process.node}": f"{(at - process.beat_at).total_seconds():.0f} s"
        for process in Process.objects.exclude(state=Process.State.ENDED).filter(beat_at__lt=at - beats.STALE)
    }
    counted = (
        Restart.objects.filter(at__gt=at - UNSTABLE_WITHIN)
        .values_list("name", "node")
        .annotate(times=Count("pk"))
        .filter(times__gte=UNSTABLE_RESTARTS)
    )
    unstable = {f"{name}@{node}": str(times) for name, node, times in counted}
    _settle("process_down", down, at=at)
    _settle("process_unstable", unstable, at=at)


def look_at_partitions(node: str, *, at: datetime) -> None:
    """Tables that would soon have nowhere to put a row."""
    with transaction.atomic(), connection.cursor() as cursor:
        lacking = partitions.missing(cursor, at=at)
    record(
        node,
        "partitions",
        value=len(lacking),
        limit=0,
        bad=bool(lacking),
        detail=", ".join(sorted(lacking)),
        at=at,
    )
    _settle("partition_missing", {table: str(day) for table, day in lacking.items()}, at=at)


def _settle(kind: str, bad: dict[str, str], *, at: datetime) -> None:
    """Open what is bad, clear whatever of this kind no longer is."""
    for subject in set(
        Fault.objects.filter(kind=kind, cleared_at=None).values_list("subject", flat=True)
    ) - set(bad):
        clear_fault(kind, subject, at=at)
    for subject, value in bad.items():
        judge(kind, subject, bad=value, at=at)


def look(limits: Limits, *, at: datetime, clock: Callable[[], float]) -> bool:
    """One round of everything, unless another process is at it (False then)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [AdvisoryLock.PLATFORM_WATCH])
        if not cursor.fetchone()[0]:
            return False
        try:
            look_at_disk(limits, at=at)
            look_at_processes(at=at)
            look_at_backup(limits, at=at)
            look_at_partitions(limits.node, at=at)
            look_at_clock(limits, at=at, clock=clock)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [AdvisoryLock.PLATFORM_WATCH])
    return True
