"""`jifang ledger checkpoint`: sign where the log stands now, and print it to be deposited elsewhere."""

import argparse
from datetime import UTC, datetime
from importlib import import_module

from jifang.project.django_setup import setup
from jifang.project.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No argument."""


def run(args: argparse.Namespace) -> int:
    """Give waiting entries their place, sign, print."""
    setup()
    ledger = import_module("jifang.identity.ledger")
    try:
        signed = ledger.sign_checkpoint(at=datetime.now(UTC))
    except ledger.LedgerDamagedError as error:
        raise UserError(
            f"{error}. Nothing was signed: keep the database as it is and call the auditor."
        ) from error
    if signed is None:
        raise UserError("the log is empty: there is nothing to sign yet.")
    print(signed.note, end="")
    return 0
