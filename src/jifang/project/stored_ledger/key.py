"""`jifang ledger key`: the public key, for whoever is to check bundles."""

import argparse

from jifang.identity import ledger_key
from jifang.project.django_setup import setup


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """PEM instead of one line."""
    parser.add_argument("--pem", action="store_true", help="print PEM instead of NAME+ID+BASE64")


def run(args: argparse.Namespace) -> int:
    """Print the key."""
    setup()
    signer = ledger_key.signer()
    print(signer.public_pem().decode().rstrip() if args.pem else signer.verifier)
    return 0
