"""Who may do what to which table, beneath everything that the code decides.

Three roles of the database: the *owner* migrates and drops expired parts, the *app* (web, work) reads and
writes rows but cannot change a record that is evidence, a *gateway* knows only what it needs. Applied after
every migration; with a single role (an external database given by one URL) there is nothing to apply.
"""

import re
from urllib.parse import unquote, urlsplit

from psycopg import sql

from jifang.project import database
from jifang.project.config import Config

# Records that nobody may change or delete, not even our own code: names, or patterns over the whole name.
APPEND_ONLY: tuple[str, ...] = (
    r"platform_restart",
    r"identity_ledger_.*",
    r".*_history",
)
READ_ONLY: tuple[str, ...] = (r"django_migrations",)
# What a gateway may do; everything else it may not even read.
GATEWAY: dict[str, str] = {
    "platform_process": "SELECT, INSERT, UPDATE",
    "platform_restart": "INSERT",
}

_RELATIONS = """
SELECT relname::text, relkind = 'S' FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S') AND NOT relispartition
"""


def privileges_of_app(table: str) -> str:
    """What the app may do to `table`."""
    if any(re.fullmatch(pattern, table) for pattern in READ_ONLY):
        return "SELECT"
    if any(re.fullmatch(pattern, table) for pattern in APPEND_ONLY):
        return "SELECT, INSERT"
    return "SELECT, INSERT, UPDATE, DELETE"


def role_of(url: str) -> str:
    """The role that a connection URL names."""
    return unquote(urlsplit(url).username or "")


def _grant(privileges: str, kind: str, name: str, role: str) -> sql.Composed:
    return sql.SQL("GRANT {} ON {} {} TO {}").format(
        sql.SQL(privileges),  # type: ignore[arg-type]  # constants of this module
        sql.SQL(kind),  # type: ignore[arg-type]
        sql.Identifier(name),
        sql.Identifier(role),
    )


def apply(config: Config) -> bool:
    """Set the rights of app and gateway in one transaction; returns False when all share one role."""
    owner, app, gateway = (role_of(database.url(config, role)) for role in ("owner", "app", "gateway"))
    others = {app, gateway} - {owner}
    if not others:
        return False
    with database.connect(config, "owner", autocommit=False) as connection:
        relations = connection.execute(_RELATIONS).fetchall()
        present = {str(name) for name, _ in relations}
        for role in sorted(others):
            connection.execute(
                sql.SQL(
                    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {0}; GRANT USAGE ON SCHEMA public TO {0}"
                ).format(sql.Identifier(role))
            )
        for name, is_sequence in relations:
            if is_sequence:
                for role in sorted(others):
                    connection.execute(_grant("USAGE, SELECT", "SEQUENCE", name, role))
            elif app != owner:
                connection.execute(_grant(privileges_of_app(name), "TABLE", name, app))
        if gateway not in (owner, app):
            for name, privileges in GATEWAY.items():
                if name in present:
                    connection.execute(_grant(privileges, "TABLE", name, gateway))
    return True
