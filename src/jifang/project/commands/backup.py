"""`jifang backup`: an encrypted, consistent copy of the database."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from jifang.project.backups import dump
from jifang.project.config import current

SUMMARY = "make an encrypted backup of the database (daily by itself)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--verify FILE` reads a backup instead of making one."""
    parser.add_argument(
        "--verify", type=Path, metavar="FILE", help="only read FILE from end to end with our key"
    )


def run(args: argparse.Namespace) -> int:
    """Make or verify; prints the file and its size."""
    config = current()
    if args.verify:
        dump.verify(config, args.verify)
        print(f"{args.verify}: complete and readable")
        return 0
    made = dump.make(config, at=datetime.now(UTC))
    print(f"{made.file} ({made.bytes / 1e6:.1f} MB)")
    print(f"The keys are not in it: keep a copy of {config.keys} in another safe place.")
    return 0
