"""`jifang doctor`: what is wrong with this installation, and what to do about it."""

import argparse
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from jifang.operations.platform import sntp
from jifang.project import config as configuration
from jifang.project import database, django_setup, doors, ports
from jifang.project.config import Config
from jifang.project.embedded import cluster, place
from jifang.project.errors import UserError

SUMMARY = "check database, ports, clock, disk, migrations, certificate, keys, pages; say what to do"
FINE, BAD, UNKNOWN = "fine", "BAD", "unknown"
PACKAGE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    state: str
    what: str
    remedy: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def _database(config: Config) -> Iterator[Finding]:
    try:
        with database.connect(config, "app") as connected:
            version = connected.info.server_version // 10000
            where = database.display(database.url(config, "app"))
            yield Finding(FINE, f"database: PostgreSQL {version} at {where}")
            row = connected.execute(
                "SELECT count(*), coalesce(max(extract(epoch FROM now() - xact_start)), 0)::int"
                " FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            ).fetchone()
            if row and row[1] > 600:
                yield Finding(
                    BAD,
                    f"database: a transaction has been open for {row[1]} s",
                    "find it in pg_stat_activity and end it: old rows cannot be cleaned up behind it",
                )
    except UserError as error:
        remedy = (
            "start it with `jifang up`"
            if config.database.embedded
            else "start it, or correct JIFANG_DATABASE_URL"
        )
        yield Finding(BAD, f"database: {error}", remedy)


def _migrations(config: Config) -> Iterator[Finding]:
    try:
        executor = MigrationExecutor(connection)
    except Exception as error:
        yield Finding(UNKNOWN, f"migrations: {str(error).strip().splitlines()[0]}", "see database")
        return
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        yield Finding(
            BAD, f"migrations: {len(plan)} are missing", "run `jifang migrate`, or start `jifang up`"
        )
    else:
        yield Finding(FINE, "migrations: all applied")


def _answers(port: int) -> bool:
    with socket.socket() as trial:
        trial.settimeout(1)
        return trial.connect_ex(("127.0.0.1", port)) == 0


def _ports(config: Config) -> Iterator[Finding]:
    running = _is_running(config)
    for what, check in (("web", ports.check_web), ("panels", ports.check_listeners)):
        try:
            check(config)
            yield Finding(FINE, f"ports of {what}: free")
        except UserError as error:
            if running:
                yield Finding(FINE, f"ports of {what}: used by this installation, which is running")
            else:
                problem, _, remedy = str(error).partition(": ")
                yield Finding(BAD, f"ports of {what}: {problem}", remedy)


def _is_running(config: Config) -> bool:
    data = place.home_of(config.var) / "data"
    return (
        cluster.running_postmaster(data) is not None
        if config.database.embedded
        else _answers(config.web.port)
    )


def _clock(config: Config) -> Iterator[Finding]:
    offset = sntp.measure(config.clock.servers, time.time)
    if offset is None:
        yield Finding(
            UNKNOWN,
            "clock: no time server answers",
            "allow UDP port 123 to a time server, or name a reachable one under [clock] servers",
        )
    elif abs(offset.seconds) - offset.uncertainty > config.clock.max_offset_seconds:
        yield Finding(
            BAD,
            f"clock: off by {offset.seconds:+.2f} s against {offset.server}",
            "set the machine to a time server (chrony or systemd-timesyncd)",
        )
    else:
        yield Finding(FINE, f"clock: {offset.seconds:+.3f} s against {offset.server}")


def _disk(config: Config) -> Iterator[Finding]:
    for what, path in (("disk", config.var), ("disk of the backups", config.backups)):
        if not path.exists():
            continue
        free_mb = shutil.disk_usage(path).free / 1e6
        if free_mb < config.disk.min_free_mb:
            yield Finding(
                BAD,
                f"{what}: {free_mb:.0f} MB free under {path}",
                "free some space, or move it to a larger disk",
            )
        else:
            yield Finding(FINE, f"{what}: {free_mb / 1000:.1f} GB free under {path}")


def _certificate(config: Config) -> Iterator[Finding]:
    if not config.web.tls:
        how = "ended by the proxy" if config.web.behind_proxy else "plain HTTP, on this machine only"
        yield Finding(FINE, f"certificate: none needed ({how})")
        return
    end = doors.expiry(config)
    if end is None:
        yield Finding(UNKNOWN, "certificate: not made yet", "it is made at the first start")
    elif end < datetime.now(UTC):
        yield Finding(BAD, f"certificate: expired on {end:%Y-%m-%d}", "renew it and start again")
    elif end < datetime.now(UTC) + timedelta(days=14):
        yield Finding(
            BAD, f"certificate: expires on {end:%Y-%m-%d}", "renew it; a local one is renewed at a start"
        )
    else:
        yield Finding(FINE, f"certificate: valid until {end:%Y-%m-%d}")


def _keys(config: Config) -> Iterator[Finding]:
    if not config.keys.is_dir():
        yield Finding(UNKNOWN, "keys: none yet", "they are made at the first start")
        return
    loose = [
        file.name for file in config.keys.iterdir() if file.suffix != ".txt" and file.stat().st_mode & 0o077
    ]
    unreadable = [file.name for file in config.keys.iterdir() if not os.access(file, os.R_OK)]
    if loose:
        yield Finding(BAD, f"keys: others may read {', '.join(sorted(loose))}", f"chmod 600 {config.keys}/*")
    if unreadable:
        yield Finding(
            BAD, f"keys: {', '.join(sorted(unreadable))} belong to another user", "run jifang as that user"
        )
    if not loose and not unreadable:
        yield Finding(FINE, f"keys: private, in {config.keys} (keep a copy elsewhere; they are in no backup)")


def _backup(config: Config) -> Iterator[Finding]:
    newest = max(config.backups.glob("jifang-*.backup"), default=None)
    if newest is None:
        yield Finding(UNKNOWN, "backup: none yet", "one is made every day; `jifang backup` makes one now")
        return
    hours = (time.time() - newest.stat().st_mtime) / 3600
    if hours > config.backup.max_age_hours:
        yield Finding(
            BAD, f"backup: the newest is {hours:.0f} h old", "run `jifang backup` and read what it says"
        )
    else:
        yield Finding(FINE, f"backup: {newest.name}, {hours:.0f} h old")


def _pages(_: Config) -> Iterator[Finding]:
    for what, file in (
        ("pages", PACKAGE / "web" / "static" / "dist" / ".vite" / "manifest.json"),
        ("translations", PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo"),
    ):
        if file.exists():
            yield Finding(FINE, f"{what}: built")
        else:
            yield Finding(BAD, f"{what}: not built", "run `make setup`")


CHECKS: tuple[Callable[[Config], Iterator[Finding]], ...] = (
    _database,
    _migrations,
    _ports,
    _clock,
    _disk,
    _certificate,
    _keys,
    _backup,
    _pages,
)


def run(args: argparse.Namespace) -> int:
    """Look at everything; status 1 when anything is bad."""
    config = configuration.current()
    django_setup.setup()
    bad = 0
    print(f"{FINE:<8} settings: {config.file or 'defaults, no file'}; data in {config.var}")
    for check in CHECKS:
        for finding in check(config):
            bad += finding.state == BAD
            print(f"{finding.state:<8} {finding.what}")
            if finding.remedy and finding.state != FINE:
                print(f"{'':<8} -> {finding.remedy}")
    connection.close()
    return 1 if bad else 0
