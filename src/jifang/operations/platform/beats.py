"""Heartbeats in plain SQL: also written by processes that run without Django.

A process beats every `EVERY` seconds; one whose last beat is older than `STALE` counts as down.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

EVERY = timedelta(seconds=5)
STALE = timedelta(seconds=20)

_BEAT = """
INSERT INTO platform_process (node, name, pid, state, started_at, beat_at, metrics)
VALUES (%(node)s, %(name)s, %(pid)s, 'running', %(started_at)s, %(at)s, %(metrics)s::jsonb)
ON CONFLICT (node, name) DO UPDATE
SET pid = excluded.pid, state = 'running', started_at = excluded.started_at, beat_at = excluded.beat_at,
    metrics = excluded.metrics
"""
_ENDED = "UPDATE platform_process SET state = %(state)s WHERE node = %(node)s AND name = %(name)s"
_RESTART = """
INSERT INTO platform_restart (node, name, at, reason)
VALUES (%(node)s, %(name)s, %(at)s, left(%(reason)s, 255))
"""


class Executor(Protocol):
    """A psycopg connection or a Django cursor."""

    def execute(self, query: Any, params: Any = None, /) -> Any:
        """Run one statement."""


class MetricFamily(Protocol):
    """What `prometheus_client` collects."""

    name: str
    documentation: str
    type: str
    samples: list[Any]


def families(collected: Iterable[MetricFamily]) -> list[dict[str, Any]]:
    """Our own metrics (`jifang_…`) as JSON: name, documentation, type, samples [name, labels, value]."""
    return [
        {
            "name": family.name,
            "documentation": family.documentation,
            "type": family.type,
            "samples": [
                [one.name, dict(one.labels), one.value]
                for one in family.samples
                if not one.name.endswith("_created")
            ],
        }
        for family in collected
        if family.name.startswith("jifang_")
    ]


def beat(
    executor: Executor,
    *,
    node: str,
    name: str,
    pid: int,
    started_at: datetime,
    at: datetime,
    metrics: list[dict[str, Any]],
) -> None:
    """Say that the process lives, and what it counted so far."""
    parameters: Mapping[str, object] = {
        "node": node,
        "name": name,
        "pid": pid,
        "started_at": started_at,
        "at": at,
        "metrics": json.dumps(metrics),
    }
    executor.execute(_BEAT, parameters)


def ended(executor: Executor, *, node: str, name: str, died: bool) -> None:
    """Say that the process is gone: told to stop, or by itself."""
    executor.execute(_ENDED, {"node": node, "name": name, "state": "died" if died else "ended"})


def restarted(executor: Executor, *, node: str, name: str, at: datetime, reason: str) -> None:
    """Record that a process ended by itself and is started again."""
    executor.execute(_RESTART, {"node": node, "name": name, "at": at, "reason": reason})
