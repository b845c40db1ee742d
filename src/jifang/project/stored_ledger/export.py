"""`jifang ledger export`: a bundle of entries with everything that proves them."""

import argparse
import sys
from importlib import import_module
from pathlib import Path

from jifang.ledger.bundle import Range, Selection
from jifang.ledger.errors import ProofError
from jifang.project.django_setup import setup
from jifang.project.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which entries, and where to."""
    parser.add_argument("--first", type=int, metavar="N", help="first entry of a complete range")
    parser.add_argument("--end", type=int, metavar="N", help="entry after the last of the range")
    parser.add_argument(
        "--entry",
        type=int,
        action="append",
        default=[],
        metavar="N",
        help="a single entry (repeat for several)",
    )
    parser.add_argument(
        "--compare",
        type=int,
        action="append",
        default=[],
        metavar="SIZE",
        help="put in the checkpoint of SIZE entries (repeat; without any: the last of each of 31 days)",
    )
    parser.add_argument("--openings", action="store_true", help="lay personal data open that still exist")
    parser.add_argument(
        "-o", "--output", default="-", metavar="FILE", help="the bundle file, - for standard output"
    )


def run(args: argparse.Namespace) -> int:
    """Write the bundle, anchored in the last checkpoint."""
    setup()
    ledger = import_module("jifang.identity.ledger")
    try:
        content = ledger.export(
            _choice(args, ledger.standing()), compare=args.compare, openings=args.openings
        )
    except ProofError as error:
        raise UserError(error.text()) from error
    if args.output == "-":
        sys.stdout.buffer.write(content)
    else:
        Path(args.output).write_bytes(content)
        print(f"{args.output}: {len(content)} bytes. Check: jifang ledger verify {args.output} --key KEY")
    return 0


def _choice(args: argparse.Namespace, standing: object) -> Range | Selection:
    if args.entry and (args.first is not None or args.end is not None):
        raise UserError("give either --entry, or --first and --end, not both.")
    if args.entry:
        return Selection(tuple(sorted(set(args.entry))))
    last = getattr(standing, "last", None)
    if last is None:
        raise UserError("no checkpoint was signed yet: run `jifang ledger checkpoint` first.")
    return Range(args.first or 0, last.size if args.end is None else args.end)
