"""Make, start, watch and end the embedded PostgreSQL."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from jifang.project import database, keys
from jifang.project.config import Config
from jifang.project.embedded import account, place
from jifang.project.embedded.place import MAJOR, PORT, Place
from jifang.project.errors import UserError
from jifang.project.processes import die_with_parent

ADMIN = "jifang_admin"
NO_SPACE = "No space left on device"


def _explain(output: str, what: str, var: Path) -> UserError:
    """The one sentence behind a failed program of PostgreSQL."""
    if NO_SPACE in output:
        return UserError(f"{what}: the disk of {var} is full; free some space and start again.")
    lines = [line for line in output.strip().splitlines() if line] or ["no output"]
    return UserError(f"{what}: {lines[-1]}")


def _credentials(config: Config, where: Place) -> dict[str, str]:
    """Passwords by role, made once; the file also tells every process where the socket is."""
    file = database.credentials_file(config)
    keys.directory(config.keys)
    if file.exists():
        passwords = json.loads(file.read_text(encoding="utf-8"))["passwords"]
    elif (where.data / "PG_VERSION").exists():
        raise UserError(
            f"{file} is missing, and with it the passwords of the database in {where.data}:"
            " put back your copy of it."
        )
    else:
        passwords = {role: secrets.token_urlsafe(24) for role in database.ROLES}
    content = {"socket": str(where.socket), "port": PORT, "passwords": passwords}
    keys.write_private(file, json.dumps(content, indent=1).encode())
    return dict(passwords)


def _check_version(data: Path) -> None:
    found = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    if found == str(MAJOR):
        return
    if int(found.split(".")[0]) > MAJOR:
        raise UserError(
            f"the database in {data} was made by PostgreSQL {found}, newer than this jifang's {MAJOR}:"
            " install the jifang that made it, or a newer one."
        )
    raise UserError(
        f"the database in {data} was made by PostgreSQL {found}, older than this jifang's {MAJOR}: make a"
        " backup with the jifang that made it and `jifang restore` it into a new var directory."
    )


def _initdb(config: Config, where: Place, password: str, *, lasting: bool) -> None:
    unfinished = where.data.with_name("data.new")
    if unfinished.exists():
        # A first start that was interrupted: nothing of value can be in it yet.
        subprocess.run(["rm", "-rf", str(unfinished)], check=True)
    where.account.take(unfinished)
    password_file = unfinished.with_name("password")
    keys.write_private(password_file, password.encode())
    if where.account.uid is not None and where.account.gid is not None:
        os.chown(password_file, where.account.uid, where.account.gid)
    try:
        done = subprocess.run(
            [
                where.binary("initdb"),
                *("-D", str(unfinished), "-U", ADMIN, f"--pwfile={password_file}", "--auth=scram-sha-256"),
                *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *("--no-instructions", "--data-checksums", *(() if lasting else ("--no-sync",))),
            ],
            check=False,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            capture_output=True,
            text=True,
            **where.account.popen_arguments(),
        )
    except OSError as error:
        raise UserError(f"initdb cannot be run: {error.strerror}.") from error
    finally:
        password_file.unlink()
    if done.returncode != 0:
        raise _explain(done.stderr + done.stdout, "the database could not be made", config.var)
    unfinished.rename(where.data)


def running_postmaster(data: Path) -> int | None:
    """The process id of a PostgreSQL that runs on `data`; None for none or a stale postmaster.pid."""
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError, IndexError):
        return None
    return pid if os.fsencode(data) in arguments else None


def _end_leftover(data: Path) -> None:
    """End a PostgreSQL whose supervisor was killed; drop a pid file that names somebody else's process."""
    pid = running_postmaster(data)
    if pid is None:
        (data / "postmaster.pid").unlink(missing_ok=True)
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + 30
    while running_postmaster(data) is not None:
        if time.monotonic() > deadline:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT)
        time.sleep(0.1)


def prepare(config: Config, *, lasting: bool = True) -> Place:
    """Everything before the start: directories, account, passwords, initdb, leftovers of a crash.

    The caller holds the lock on `var`; `lasting` False is for tests, which need not wait for the disk.
    UserError in one sentence for whatever is in the way.
    """
    where = place.find(config.var, account.for_database())
    passwords = _credentials(config, where)
    if (where.data / "PG_VERSION").exists():
        _check_version(where.data)
        _end_leftover(where.data)
    else:
        _initdb(config, where, passwords["admin"], lasting=lasting)
    return where


def command(config: Config, where: Place, overrides: Mapping[str, str] | None = None) -> list[str]:
    """The command line of the server: no TCP, durable commits, sizes for a small machine."""
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(where.socket),
        "unix_socket_permissions": "0700",
        "port": str(PORT),
        "max_connections": "200",
        "shared_buffers": f"{config.database.shared_buffers_mb}MB",
        "synchronous_commit": "on",
        "fsync": "on",
        "full_page_writes": "on",
        "wal_compression": "pglz",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "password_encryption": "scram-sha-256",
        "logging_collector": "off",
        "log_line_prefix": "%m [%p] %q%u@%d %a ",
        "log_timezone": "UTC",
        "timezone": "UTC",
        **(overrides or {}),
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [where.binary("postgres"), "-D", str(where.data), *options]


def launch_arguments(where: Place) -> dict[str, Any]:
    """How to start the server: as its account, in a session of its own, ended when this process dies."""
    return {
        "cwd": "/",
        "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
        "stdin": subprocess.DEVNULL,
        "start_new_session": True,
        "preexec_fn": die_with_parent(signal.SIGINT),
        **where.account.popen_arguments(),
    }


def log_file(config: Config) -> Path:
    """Where the server writes its log."""
    config.logs.mkdir(parents=True, exist_ok=True)
    return config.logs / "postgres.log"


def start(
    config: Config, where: Place, overrides: Mapping[str, str] | None = None
) -> "subprocess.Popen[bytes]":
    """Start the server for a program that waits for it itself, such as the tests."""
    with log_file(config).open("ab") as log:
        return subprocess.Popen(
            command(config, where, overrides), stdout=log, stderr=log, **launch_arguments(where)
        )


def why_not_started(config: Config) -> UserError:
    """The sentence for a server that ended instead of starting, from the end of its log."""
    tail = log_file(config).read_text(encoding="utf-8", errors="replace")[-4000:]
    return _explain(tail, "the database does not start", config.var)


def try_connect(config: Config) -> str | None:
    """None when the server answers; otherwise why not, in its own words."""
    conninfo = database.url(config, "admin").replace(f"/{database.NAME}?", "/postgres?")
    try:
        psycopg.connect(conninfo, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        return str(error).strip().splitlines()[-1]
    return None


def wait_until_ready(config: Config, alive: Callable[[], bool]) -> None:
    """Wait for the server, for as long as it lives. UserError when it ends instead."""
    while try_connect(config) is not None:
        if not alive():
            raise why_not_started(config)
        time.sleep(0.05)


def ensure_roles(config: Config) -> None:
    """Make the database and its roles where they are missing; passwords follow the credentials file."""
    passwords = json.loads(database.credentials_file(config).read_text(encoding="utf-8"))["passwords"]
    conninfo = database.url(config, "admin").replace(f"/{database.NAME}?", "/postgres?")
    with psycopg.connect(conninfo, autocommit=True) as connection:
        present = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        for role in database.ROLES:
            name = f"{database.NAME}_{role}"
            if name in present:
                continue
            # The hash is computed here, so that no password can reach the server's log.
            hashed = connection.pgconn.encrypt_password(
                passwords[role].encode(), name.encode(), b"scram-sha-256"
            ).decode()
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(hashed))
            )
        databases = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
        if database.NAME not in databases:
            owner = sql.Identifier(f"{database.NAME}_owner")
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database.NAME), owner)
            )
