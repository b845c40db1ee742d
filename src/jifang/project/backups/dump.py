"""Make a backup: pg_dump, encrypted on its way to the disk, read once more before it counts."""

import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from jifang.project import database, keys
from jifang.project.backups.sealed_stream import SealedStreamError, seal, unseal
from jifang.project.config import Config
from jifang.project.embedded.place import wheel_binaries
from jifang.project.errors import UserError

SUFFIX = ".backup"
# State of running processes and sessions: wrong in any other place or time.
WITHOUT_ROWS = ("django_session", "platform_process", "platform_reading", "alarm_gateway_state")


@dataclass(frozen=True)
class Made:
    """A finished backup."""

    file: Path
    bytes: int


def client_environment(url: str) -> dict[str, str]:
    """libpq's variables for `url`: a password on the command line could be read by everybody."""
    names = {
        "user": "PGUSER", "password": "PGPASSWORD", "host": "PGHOST", "port": "PGPORT",
        "dbname": "PGDATABASE",
        "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
    }  # fmt: skip
    parts = conninfo_to_dict(url)
    given = {variable: str(parts[name]) for name, variable in names.items() if parts.get(name)}
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "PGAPPNAME": "jifang backup", **given}


def _dump(config: Config, file: Path, at: datetime) -> None:
    url = database.url(config, "owner")
    with database.connect(config, "owner") as connection:
        server = connection.info.server_version
    about = {"made_at": at.isoformat(), "jifang": version("jifang"), "postgresql": str(server // 10000)}
    command = [str(wheel_binaries() / "pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
    command += [f"--exclude-table-data={table}" for table in WITHOUT_ROWS]
    partial = file.with_suffix(".partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as target:
            running = subprocess.Popen(
                command, env=client_environment(url), stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            with running:
                if running.stdout is None or running.stderr is None:
                    raise UserError("pg_dump could not be started.")
                seal(running.stdout, target, keys.key(config.keys, "backup"), about)
                problem = running.stderr.read().decode(errors="replace").strip()
            if running.returncode != 0:
                raise UserError(f"pg_dump: {(problem.splitlines() or ['no output'])[-1]}")
            target.flush()
            os.fsync(target.fileno())
        verify(config, partial)
        partial.replace(file)
    except OSError as error:
        raise UserError(f"{file.parent}: {error.strerror}; the backup was not made.") from error
    finally:
        partial.unlink(missing_ok=True)


def verify(config: Config, file: Path) -> None:
    """Read a backup from end to end with this installation's key; UserError when it would not open."""
    try:
        with file.open("rb") as source:
            for _ in unseal(source, keys.key(config.keys, "backup")):
                pass
    except SealedStreamError as error:
        raise UserError(f"{file}: {error}.") from error
    except OSError as error:
        raise UserError(f"{file}: {error.strerror}.") from error


def _drop_old(directory: Path, keep: int) -> None:
    for old in sorted(directory.glob(f"jifang-*{SUFFIX}"))[:-keep]:
        old.unlink()


def make(config: Config, *, at: datetime) -> Made:
    """Dump, encrypt, verify, record, and drop what is beyond the number to keep."""
    directory = config.backups
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UserError(f"{directory}: {error.strerror}; set `directory` under [backup].") from error
    file = directory / f"jifang-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}{SUFFIX}"
    with database.connect(config, "app") as connection:
        number = _began(connection, file, at)
        try:
            _dump(config, file, at)
        except UserError as error:
            _ended(connection, number, problem=str(error))
            raise
        size = file.stat().st_size
        _ended(connection, number, size=size)
    _drop_old(directory, config.backup.keep)
    return Made(file, size)


def _began(connection: "psycopg.Connection", file: Path, at: datetime) -> int:
    row = connection.execute(
        "INSERT INTO platform_backup (started_at, file, problem) VALUES (%s, %s, '') RETURNING id",
        [at, str(file)],
    ).fetchone()
    return int(row[0]) if row else 0


def _ended(
    connection: "psycopg.Connection", number: int, *, size: int | None = None, problem: str = ""
) -> None:
    connection.execute(
        "UPDATE platform_backup SET finished_at = %s, bytes = %s, problem = left(%s, 500) WHERE id = %s",
        [datetime.now(UTC), size, problem, number],
    )
