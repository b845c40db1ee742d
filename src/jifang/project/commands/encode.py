"""`jifang encode ptz`: the 16 hexadecimal digits of a camera movement, for talking to a device by hand.

Needs neither database nor settings. The digits are described in docs/ref/gb28181.md.
"""

from __future__ import annotations

import argparse
import sys

from jifang.project.errors import UserError
from jifang.protocols.gb28181 import ptz

SUMMARY = "write a camera command as the wire has it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The things below `jifang encode`."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    command = kinds.add_parser(
        "ptz",
        help="GB/T 28181 PTZCmd",
        description="Prints the PTZCmd of GB/T 28181 for one movement: 16 hexadecimal digits.",
    )
    command.add_argument(
        "direction", choices=tuple(ptz.MOVES), metavar="DIRECTION", help=", ".join(ptz.MOVES)
    )
    command.add_argument(
        "--speed", type=int, default=31, metavar="N", help="0 to 255, zoom 0 to 15; default 31"
    )
    command.add_argument(
        "--address", type=int, default=1, metavar="N", help="address 0 to 4095, default 1; devices ignore it"
    )


def run(args: argparse.Namespace) -> int:
    """Print the digits; returns the exit status."""
    try:
        digits = ptz.move(args.direction, args.speed, address=args.address)
    except ValueError as error:
        raise UserError(f"{error}.") from None
    if args.direction.startswith("zoom") and args.speed > ptz.ZOOM_STEPS:
        print(f"zoom has speeds 0 to {ptz.ZOOM_STEPS}: {args.speed} is sent as 15", file=sys.stderr)
    print(digits)
    return 0
