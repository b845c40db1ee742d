"""Bring a backup back, into an empty place only."""

import contextlib
import itertools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from jifang.project import database, grants, keys
from jifang.project.backups.dump import client_environment
from jifang.project.backups.sealed_stream import SealedStreamError, read_header, unseal
from jifang.project.config import Config
from jifang.project.embedded.place import wheel_binaries
from jifang.project.errors import UserError

# The settings stand at the top of the script, before any data.
HEAD_LINES = 40
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


def _play(dump: Path, environment: dict[str, str]) -> None:
    """Run a dump as a script in one transaction; UserError with the server's first complaint.

    The script passes through here because pg_restore sets a parameter that servers before 17 do not know.
    """
    binaries = wheel_binaries()
    script = subprocess.Popen(
        [str(binaries / "pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(dump)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    player = subprocess.Popen(
        [
            str(binaries / "psql"),
            *(
                "--no-psqlrc",
                "--quiet",
                "--single-transaction",
                "--set=ON_ERROR_STOP=1",
                "--output=/dev/null",
            ),
        ],
        env=environment,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with script, player:
        if not (script.stdout and script.stderr and player.stdin and player.stderr):
            raise UserError("pg_restore or psql could not be started.")
        # A player that stops at an error says why on its standard error.
        with contextlib.suppress(BrokenPipeError):
            for line in itertools.islice(script.stdout, HEAD_LINES):
                if line != b"SET transaction_timeout = 0;\n":
                    player.stdin.write(line)
            shutil.copyfileobj(script.stdout, player.stdin)
        script.stdout.close()
        if script.wait() != 0 and player.poll() is None:
            # The end of its input would commit half a dump.
            player.kill()
        with contextlib.suppress(BrokenPipeError):
            player.stdin.close()
        problem = player.stderr.read().decode(errors="replace").strip()
        trouble = script.stderr.read().decode(errors="replace").strip()
    if player.returncode > 0:
        raise UserError(f"the dump could not be restored: {(problem.splitlines() or ['no output'])[0]}")
    if script.returncode != 0 or player.returncode != 0:
        raise UserError(f"pg_restore: {(trouble.splitlines() or ['it was interrupted'])[0]}")


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
        _play(plain, client_environment(database.url(config, "owner")))
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
