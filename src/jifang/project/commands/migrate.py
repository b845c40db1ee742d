"""`jifang migrate`: tables, parts ahead, rights of the roles."""

import argparse
import importlib
import os
from datetime import UTC, datetime

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from jifang.project import database, django_setup, grants
from jifang.project.config import current
from jifang.project.errors import UserError

SUMMARY = "bring the database to this version: tables, parts ahead, rights of the roles"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--check` only looks; `--demo` also fills an empty installation."""
    parser.add_argument("--demo", action="store_true", help="load the demo city if there is no account yet")
    parser.add_argument(
        "--check", action="store_true", help="only say what is missing; status 1 if anything is"
    )


def newer_than_this(executor: MigrationExecutor) -> list[str]:
    """Migrations of our rooms that the database knows and this version does not."""
    ours = {app for app, _ in executor.loader.disk_migrations}
    applied = executor.loader.applied_migrations
    return sorted(
        f"{app}.{name}"
        for app, name in applied
        if app in ours
        and (app, name) not in executor.loader.disk_migrations
        and not any(
            (app, name) in migration.replaces for migration in executor.loader.disk_migrations.values()
        )
    )


def run(args: argparse.Namespace) -> int:
    """Migrate as the owner of the tables; prints one line."""
    config = current()
    os.environ["JIFANG_PROCESS_ROLE"] = "owner"
    database.connect(config, "owner").close()
    django_setup.setup()
    executor = MigrationExecutor(connection)
    if newer := newer_than_this(executor):
        raise UserError(
            f"the database was migrated by a newer jifang ({newer[-1]}): install that version, or restore a"
            " backup of this one."
        )
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if args.check:
        for migration, _ in plan:
            print(f"missing: {migration.app_label}.{migration.name}")
        return 1 if plan else 0
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise UserError(
            f"the migration failed and was rolled back: {str(error).strip().splitlines()[0]}"
        ) from error
    grants.apply(config)
    if plan:
        print(f"database: {len(plan)} migrations applied", flush=True)
    if args.demo and importlib.import_module("jifang.project.demo.load").load(config, at=datetime.now(UTC)):
        print("demo city loaded", flush=True)
    # Read by whoever prints the greeting; gone as soon as somebody owns the installation.
    importlib.import_module("jifang.identity.first_run").prepare(settings.SETUP_TOKEN_FILE)
    return 0
