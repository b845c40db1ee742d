"""`jifang simulate panels|demo`: panels that really dial, against this installation or any other receiver."""

import argparse
import asyncio
import contextlib
import logging
import signal
import statistics
from pathlib import Path
from typing import Any

import psycopg

from jifang.kernel.sealing import SealError
from jifang.project import database, keys, logs
from jifang.project.config import Config, current
from jifang.project.errors import UserError
from jifang.simulators.panels import SCENARIOS, Fleet, PanelPath, PanelSpec, Zone, invented, read_panels

SUMMARY = "play alarm panels over sockets (panels: any number, demo: those of the demo city)"
log = logging.getLogger("jifang.project.simulate")

DEMO_RATE = 0.15
DEMO_EVERY = 75.0
DEMO_SCENARIOS = (
    "burglary", "technical", "hold-up", "late-to-close", "burglary", "line-failure", "technical", "burglary",
)  # fmt: skip
_REPORT_SECONDS = 10.0
_ACCOUNTS = """
SELECT a.book, a.number, a.key_mode, a.key_sealed, p.listener, p.receiver, p.line, p.interval_seconds,
    a.site_id
FROM alarm_account_v a JOIN alarm_path_v p ON p.account_id = a.id ORDER BY a.number, p.id
"""
_ZONES = """
SELECT site_id, number, coalesce(area, 1), principle = 'hold_up' FROM registry_point
WHERE kind = 'zone' AND number IS NOT NULL ORDER BY site_id, number
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to play, how fast, against whom."""
    parser.add_argument("what", choices=["panels", "demo"], help="demo: the city's accounts, until stopped")
    parser.add_argument("--count", type=int, metavar="N", help="panels (default: all that are registered)")
    parser.add_argument("--rate", type=float, default=0.2, help="everyday messages a second over all panels")
    parser.add_argument(
        "--scenario",
        action="append",
        default=[],
        choices=sorted(SCENARIOS),
        help="incident to play; repeatable",
    )
    parser.add_argument("--every", type=float, default=60.0, metavar="S", help="seconds between incidents")
    parser.add_argument("--seconds", type=float, metavar="S", help="end after so long (default: never)")
    parser.add_argument("--scale", type=float, default=1.0, help="panels wait so many times less")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same events")
    parser.add_argument(
        "--panels", type=Path, metavar="FILE", help="JSON or CSV with account, key, host, port …"
    )
    parser.add_argument("--invented", action="store_true", help="accounts that nobody registered")
    parser.add_argument("--encrypted", type=float, default=0.0, metavar="SHARE", help="of invented panels")
    parser.add_argument("--host", default="127.0.0.1", help="receiver (default: this machine)")
    parser.add_argument("--port", type=int, help="its TCP port (default: that of the configured listener)")


def run(args: argparse.Namespace) -> int:
    """Play until the time is over or a signal comes; prints what the panels saw."""
    config = current()
    logs.configure(config, "panels")
    if args.what == "demo":
        args.rate, args.every = DEMO_RATE, DEMO_EVERY
        args.scenario = list(DEMO_SCENARIOS)
    with asyncio.Runner() as runner:
        return runner.run(_play(config, args))


async def _play(config: Config, args: argparse.Namespace) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    panels = await _find(config, args, stop)
    if not panels:
        return 0
    fleet = Fleet(
        panels,
        seed=args.seed,
        scale=args.scale,
        happened=lambda name, spec: log.debug("%s at account %s", name, spec.account),
    )
    if not await _listening(panels[0].paths[0], stop):
        return 0
    log.info("%d panels begin, %.2f messages a second", len(panels), args.rate)
    try:
        work = loop.create_task(
            fleet.run(rate=args.rate, scenarios=args.scenario, every=args.every, seconds=args.seconds)
        )
        waiting = loop.create_task(stop.wait())
        reporting = loop.create_task(_report(fleet))
        await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
        for task in (work, waiting, reporting):
            task.cancel()
        await asyncio.gather(work, waiting, reporting, return_exceptions=True)
    finally:
        print(_line(fleet), flush=True)
    return 0


async def _find(config: Config, args: argparse.Namespace, stop: asyncio.Event) -> list[PanelSpec]:
    """The panels to play; for the demonstration waits until the city is there."""
    if args.panels is not None:
        try:
            found = read_panels(
                args.panels.name, args.panels.read_bytes(), host=args.host, port=args.port or _port(config, 1)
            )
        except OSError as error:
            raise UserError(f"{args.panels}: {error.strerror}.") from error
        except ValueError as error:
            raise UserError(f"{args.panels}: {error}.") from error
        return found[: args.count]
    if args.invented:
        port = args.port or _port(config, 1)
        return invented(args.count or 10, host=args.host, port=port, seed=args.seed, encrypted=args.encrypted)
    while not stop.is_set():
        try:
            found = await asyncio.to_thread(registered, config, args.host, args.port)
        except psycopg.Error as error:
            if args.what != "demo":
                raise UserError(
                    f"the accounts cannot be read: {str(error).strip().splitlines()[0]}"
                ) from error
            found = []
        if found or args.what != "demo":
            break
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 2)
    else:
        return []
    if not found:
        raise UserError(
            "no alarm account is registered; use --invented, or load the demo with `jifang up --demo`."
        )
    return found[: args.count]


def _port(config: Config, listener: int, transport: str = "tcp") -> int:
    for one in config.alarm_gateway.listeners:
        if one.number == listener and (one.tcp_port if transport == "tcp" else one.udp_port):
            return one.tcp_port if transport == "tcp" else one.udp_port
    raise UserError(f"listener {listener} is not configured; give --port.")


def registered(config: Config, host: str, port: int | None) -> list[PanelSpec]:
    """The registered accounts with their keys, zones and paths, as panels of this machine."""
    ring = keys.ring(config.keys, "seal")
    with database.connect(config) as connection:
        zones: dict[int, list[Zone]] = {}
        for site, number, area, hold_up in connection.execute(_ZONES):
            zones.setdefault(site, []).append(Zone(number, area, bool(hold_up)))
        rows: dict[tuple[str, str], list[Any]] = {}
        for row in connection.execute(_ACCOUNTS):
            rows.setdefault((row[0], row[1]), []).append(row)
    panels = []
    for (book, number), paths in rows.items():
        _, _, mode, sealed, *_, site = paths[0]
        key = None
        if mode != "none":
            try:
                key = ring.unseal(sealed, context=f"alarm_account:{book}/{number}")
            except SealError as error:
                log.warning("account %s is left out: %s", number, error)
                continue
        ways = tuple(
            PanelPath(
                host, port or _port(config, row[4]), "tcp", row[7] or 0.0, row[5] or None, row[6] or "0"
            )
            for row in paths
        )
        # Every third panel speaks SIA, the others Contact ID, as the trade does.
        scheme = "SIA" if sum(number.encode()) % 3 == 0 else "CID"
        own = tuple(zones.get(site, ())) or (Zone(1), Zone(2), Zone(3, hold_up=True))
        panels.append(PanelSpec(number, ways, key, "SIA" if scheme == "SIA" else "CID", own))
    return panels


async def _listening(path: PanelPath, stop: asyncio.Event) -> bool:
    """Wait until the receiver's port is open; False when told to stop before."""
    while not stop.is_set():
        if path.transport == "udp":
            return True
        try:
            _, writer = await asyncio.open_connection(path.host, path.port)
        except OSError:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 0.5)
            continue
        writer.close()
        return True
    return False


async def _report(fleet: Fleet) -> None:
    while True:
        await asyncio.sleep(_REPORT_SECONDS)
        log.debug(_line(fleet))


def _line(fleet: Fleet) -> str:
    figures = fleet.figures()
    counts = " ".join(f"{name.replace(' ', '_')}={value}" for name, value in sorted(figures.counts.items()))
    median = f"{statistics.median(figures.latencies) * 1000:.1f}" if figures.latencies else "-"
    return f"panels={figures.panels} waiting={figures.waiting} {counts} ack_median_ms={median}"
