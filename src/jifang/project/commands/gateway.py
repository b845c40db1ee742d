"""`jifang gateway KIND`: one process per kind of equipment. No Django."""

import argparse

from jifang.gateways.alarm import Serving, serve
from jifang.project import database, keys, logs
from jifang.project.config import current
from jifang.project.heart import Heart

SUMMARY = "receive from equipment (alarm: panels over DC-09)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The kind of gateway; its settings come from the configuration."""
    parser.add_argument("kind", choices=["alarm"], help="alarm: DC-09 over TCP, UDP and TLS")


def run(args: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT."""
    config = current()
    logs.configure(config, "gateway")
    database.connect(config, "gateway").close()
    heart = Heart(database.url(config, "gateway"), "gateway", lambda: True)
    heart.start()
    try:
        serve(
            Serving(
                database_url=database.url(config, "gateway"),
                key_ring=keys.ring(config.keys, "seal"),
                settings=config.alarm_gateway,
                name="gateway",
            )
        )
    finally:
        heart.stop()
    return 0
