"""What the status page, /healthz and /metrics read. None of it concerns a person or a site."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from jifang.operations.platform import beats
from jifang.operations.platform.models import Backup, Fault, Process, Reading, Restart


@dataclass(frozen=True)
class ProcessView:
    """A process as it stands at a moment."""

    node: str
    name: str
    alive: bool
    ended: bool  # told to stop: not a fault
    started_at: datetime
    beat_at: datetime
    age: timedelta
    restarts: int  # within the last day
    pid: int


@dataclass(frozen=True)
class Overview:
    """The platform at a moment."""

    processes: tuple[ProcessView, ...]
    readings: tuple[Reading, ...]
    faults: tuple[Fault, ...]
    restarts: tuple[Restart, ...]  # of the last day, newest first
    last_backup: Backup | None  # the last good one
    last_attempt: Backup | None

    @property
    def all_alive(self) -> bool:
        """Whether every process that should run lives."""
        return all(process.alive or process.ended for process in self.processes)

    @property
    def bad_readings(self) -> tuple[Reading, ...]:
        """Readings beyond a limit on which evidence depends.

        They count beside the faults: on a full disk no fault can be stored, but this row still can.
        """
        return tuple(one for one in self.readings if one.state == Reading.State.BAD and one.name != "backup")

    @property
    def well(self) -> bool:
        """Whether every process lives, no severe fault is open and no reading is beyond its limit."""
        severe = any(fault.severity == "high" for fault in self.faults)
        return self.all_alive and not severe and not self.bad_readings


def processes(*, at: datetime) -> tuple[ProcessView, ...]:
    """Every known process with its age and its restarts of the last day, in two queries."""
    restarts: dict[tuple[str, str], int] = {}
    for node, name in Restart.objects.filter(at__gt=at - timedelta(days=1)).values_list("node", "name"):
        restarts[node, name] = restarts.get((node, name), 0) + 1
    return tuple(
        ProcessView(
            node=process.node,
            name=process.name,
            alive=process.state == Process.State.RUNNING and at - process.beat_at <= beats.STALE,
            ended=process.state == Process.State.ENDED,
            started_at=process.started_at,
            beat_at=process.beat_at,
            age=at - process.beat_at,
            restarts=restarts.get((process.node, process.name), 0),
            pid=process.pid,
        )
        for process in Process.objects.defer("metrics").order_by("name", "node")
    )


def overview(*, at: datetime) -> Overview:
    """Everything about the platform, in six queries."""
    return Overview(
        processes=processes(at=at),
        readings=tuple(Reading.objects.order_by("name", "node")),
        faults=tuple(Fault.objects.filter(cleared_at=None).order_by("-severity", "onset_at")),
        restarts=tuple(Restart.objects.filter(at__gt=at - timedelta(days=1)).order_by("-at")[:50]),
        last_backup=Backup.objects.filter(finished_at__isnull=False, problem="")
        .order_by("-finished_at")
        .first(),
        last_attempt=Backup.objects.order_by("-started_at").first(),
    )
