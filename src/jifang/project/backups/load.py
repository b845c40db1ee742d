"""Bring a backup back, into an empty place only."""

import os
import subprocess
import tempfile
from pathlib import Path

from jifang.project import database, grants, keys
from jifang.project.backups.dump import client_environment
from jifang.project.backups.sealed_stream import SealedStreamError, read_header, unseal
from jifang.project.config import Config
from jifang.project.embedded.place import wheel_binaries
from jifang.project.errors import UserError

_TABLES = (
    "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
)


def about(file: Path) -> dict[str, str]:
    """What a backup says about itself: made_at, jifang, postgresql. UserError when it is none."""
    try:
        with file.open("rb") as source:
            header, _ = read_header(source)
    except SealedStreamError as error:
        raise UserError(f"{file}: {error}.") from error
    except OSError as error:
        raise UserError(f"{file}: {error.strerror}.") from error
    return header


def require_key(config: Config) -> None:
    """UserError where the key of the installation that made the backup has not been put back yet."""
    for name in ("backup.key", "seal.ring"):
        if not (config.keys / name).exists():
            raise UserError(
                f"{config.keys / name} is missing: put your copy of the keys directory there first; without"
                " it a backup cannot be opened."
            )


def require_empty(config: Config) -> None:
    """UserError when the database has any table: a restore never overwrites."""
    with database.connect(config, "owner") as connection:
        row = connection.execute(_TABLES).fetchone()
    if row and row[0]:
        raise UserError(
            f"the database {database.display(database.url(config, 'owner'))} is not empty ({row[0]} tables):"
            " restore into a new JIFANG_VAR or a new database."
        )


def restore(config: Config, file: Path) -> int:
    """Restore `file` in one transaction and set the roles' rights; returns the bytes of the dump.

    The file is decrypted as a whole before anything is written, so a damaged one changes nothing.
    """
    require_key(config)
    require_empty(config)
    key = keys.key(config.keys, "backup")
    descriptor, name = tempfile.mkstemp(prefix=".restore-", dir=config.var)
    plain = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as target, file.open("rb") as source:
            for chunk in unseal(source, key):
                target.write(chunk)
        done = subprocess.run(
            [
                str(wheel_binaries() / "pg_restore"),
                *("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"),
                *("--dbname", "", str(plain)),
            ],
            check=False,
            env=client_environment(database.url(config, "owner")),
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise UserError(f"pg_restore: {(done.stderr.strip().splitlines() or ['no output'])[0]}")
        size = plain.stat().st_size
    except SealedStreamError as error:
        raise UserError(f"{file}: {error}.") from error
    except OSError as error:
        raise UserError(f"{error.filename or file}: {error.strerror}; nothing was restored.") from error
    finally:
        plain.unlink()
    grants.apply(config)
    with database.connect(config, "owner") as connection:
        connection.execute("ANALYZE")
    return size
