"""Which PostgreSQL a process talks to, and in which role."""

import json
import os
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict

from jifang.project.config import Config
from jifang.project.errors import UserError

Role = Literal["owner", "app", "gateway", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
MINIMUM_VERSION = 150000
NAME = "jifang"


def credentials_file(config: Config) -> Path:
    """Where the embedded database's passwords and socket directory are kept."""
    return config.keys / "database.json"


def url(config: Config, role: Role | None = None) -> str:
    """The connection URL for `role`; without one, that of this process (`JIFANG_PROCESS_ROLE`, else app).

    UserError when the embedded database has never been started.
    """
    role = role or process_role()
    given = config.database
    if given.url:
        return {"owner": given.owner_url, "gateway": given.gateway_url}.get(role, "") or given.url
    try:
        known = json.loads(credentials_file(config).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(
            f"the embedded database under {config.var} does not exist yet: start it with `jifang up`,"
            " or point JIFANG_DATABASE_URL at a PostgreSQL server."
        ) from None
    except PermissionError:
        raise UserError(
            f"{credentials_file(config)} belongs to another user; run jifang as that user."
        ) from None
    user = f"{NAME}_{role}"
    where = urlencode({"host": known["socket"], "port": known["port"]}, quote_via=quote)
    return f"postgresql://{user}:{known['passwords'][role]}@/{NAME}?{where}"


def process_role() -> Role:
    """The role of this process, as whoever started it said."""
    name = os.environ.get("JIFANG_PROCESS_ROLE", "app")
    for role in ROLES:
        if name == role:
            return role
    raise UserError(f"JIFANG_PROCESS_ROLE={name!r} is not one of {', '.join(ROLES)}.")


def display(conninfo: str) -> str:
    """The URL or conninfo without its password, for messages."""
    parts = conninfo_to_dict(conninfo)
    port = parts.get("port", 5432)
    return f"{parts.get('user', '')}@{parts.get('host', 'localhost')}:{port}/{parts.get('dbname', '')}"


def connect(config: Config, role: Role | None = None, *, autocommit: bool = True) -> "psycopg.Connection":
    """A connection, or a UserError in one sentence (unreachable, refused, too old)."""
    conninfo = url(config, role)
    try:
        connection = psycopg.connect(
            conninfo, autocommit=autocommit, connect_timeout=10, application_name="jifang"
        )
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise UserError(f"no connection to the database {display(conninfo)}: {reason}") from error
    if connection.info.server_version < MINIMUM_VERSION:
        version = connection.info.server_version // 10000
        connection.close()
        raise UserError(f"the database {display(conninfo)} is PostgreSQL {version}; 15 or newer is needed.")
    return connection


def url_or_place(config: Config) -> str:
    """As `url`, but before the embedded database's first start the place where it will be.

    For settings that are read in any case: connecting then fails with the database's own words.
    """
    try:
        return url(config)
    except UserError:
        where = urlencode({"host": str(config.var / "pg" / "run")}, quote_via=quote)
        return f"postgresql://{NAME}_{process_role()}@/{NAME}?{where}"
