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
from jifang.project.database import Role

EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
# What the app may do to tables that it may not change at will: the first pattern over the whole name counts.
# Records that are evidence can be added to, not altered or deleted, not even by our own code.
APP: dict[str, str] = {
    r"django_migrations": "SELECT",
    r"platform_restart": "SELECT, INSERT",
    r"alarm_signal|alarms_event|alarms_decision": "SELECT, INSERT",
    r"alarm_refusal|alarm_gateway_state|alarm_outage": "SELECT",
    r"alarm_unregistered": "SELECT, DELETE",
    r"alarm_path_state": "SELECT, INSERT, DELETE",
    r"identity_ledger(entry|place|node|checkpoint)": "SELECT, INSERT",
    # Kept for the law's period, then forgotten; never altered.
    r"identity_securityevent": "SELECT, INSERT, DELETE",
    r"\w+event": "SELECT, INSERT",  # the history that pghistory's triggers write
}
# What a gateway may do; everything else it may not even read.
GATEWAY: dict[str, str] = {
    "platform_process": "SELECT, INSERT, UPDATE",
    "alarm_signal": "SELECT, INSERT",
    "alarm_refusal": "SELECT, INSERT",
    "alarm_frame_seen": EVERYTHING,
    "alarm_gateway_state": EVERYTHING,
    "alarm_unregistered": EVERYTHING,
    "alarm_outage": EVERYTHING,
    "alarm_path_state": "SELECT, UPDATE",
    "alarm_account_v": "SELECT",
    "alarm_path_v": "SELECT",
    "alarm_listener_v": "SELECT",
}
GATEWAY_SEQUENCES = frozenset(
    {"platform_process_id_seq", "alarm_signal_id", "alarm_refusal_id", "alarm_gateway_instance"}
)
# Functions that run with the owner's rights: callable by these roles only.
FUNCTIONS: dict[str, tuple[Role, ...]] = {"alarm_listener_publish": ("gateway",)}

_RELATIONS = """
SELECT relname::text, relkind = 'S' FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S') AND NOT relispartition
ORDER BY relname
"""
_FUNCTIONS = """
SELECT proname::text, oid::regprocedure::text FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND proname = ANY(%s)
"""


def privileges_of_app(table: str) -> str:
    """What the app may do to `table`."""
    for pattern, privileges in APP.items():
        if re.fullmatch(pattern, table):
            return privileges
    return EVERYTHING


def role_of(url: str) -> str:
    """The role that a connection URL names."""
    return unquote(urlsplit(url).username or "")


def _grant(privileges: str, kind: str, name: str, role: str) -> sql.Composed:
    return sql.SQL("GRANT {} ON {} {} TO {}").format(
        sql.SQL(privileges),
        sql.SQL(kind),
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
            if app != owner:
                privileges = "USAGE, SELECT" if is_sequence else privileges_of_app(name)
                connection.execute(_grant(privileges, "SEQUENCE" if is_sequence else "TABLE", name, app))
            if gateway not in (owner, app) and is_sequence and name in GATEWAY_SEQUENCES:
                connection.execute(_grant("USAGE", "SEQUENCE", name, gateway))
        if gateway not in (owner, app):
            for name, privileges in GATEWAY.items():
                if name in present:
                    connection.execute(_grant(privileges, "TABLE", name, gateway))
        for name, signature in connection.execute(_FUNCTIONS, [list(FUNCTIONS)]).fetchall():
            for function_role in FUNCTIONS[name]:
                connection.execute(
                    sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(
                        sql.SQL(signature), sql.Identifier(role_of(database.url(config, function_role)))
                    )
                )
    return True
