"""`jifang restore FILE`: a backup into an empty place."""

import argparse
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jifang.project.backups import load
from jifang.project.config import Config, current
from jifang.project.embedded import cluster
from jifang.project.supervisor import end_leftovers, only_one

SUMMARY = "bring a backup back into an empty installation"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a file made by `jifang backup`")


@contextmanager
def embedded_database(config: Config) -> Iterator[None]:
    """The embedded server for as long as the restore takes; an external one is simply there."""
    if not config.database.embedded:
        yield
        return
    with only_one(config):
        end_leftovers(config)
        place = cluster.prepare(config)
        server = cluster.start(config, place)
        try:
            cluster.wait_until_ready(config, lambda: server.poll() is None)
            cluster.ensure_roles(config)
            yield
        finally:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(60)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
                server.wait()


def run(args: argparse.Namespace) -> int:
    """Restore; prints what was restored and the next step."""
    config = current()
    header = load.about(args.file)
    load.require_key(config)
    with embedded_database(config):
        size = load.restore(config, args.file)
    print(f"restored the backup of {header.get('made_at', 'unknown time')} ({size / 1e6:.1f} MB of dump)")
    print("Start with `jifang up`; it brings the tables to this version.")
    return 0
