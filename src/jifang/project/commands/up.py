"""`jifang up`: everything that a small installation needs, under one supervisor."""

import argparse
import asyncio
import logging
import signal
import ssl

from jifang.project import banner, database, doors, logs, ports
from jifang.project.config import Config, current
from jifang.project.embedded import cluster
from jifang.project.supervisor import Program, Supervisor, end_leftovers, only_one

SUMMARY = "start everything: database, web, work, gateway (--demo: with a city to try)"
log = logging.getLogger("jifang.project.up")


def programs(config: Config, *, demo: bool) -> tuple[Program, ...]:
    """The processes of an installation."""
    # The sign-in page helps with the demo's accounts only where nobody else can see it.
    helped = {"JIFANG_PROCESS_DEMO": "1"} if demo and not config.web.host else {}
    usual = (
        Program("web", ("web",), environment=helped),
        Program("work", ("work",)),
        Program("gateway", ("gateway", "alarm"), role="gateway"),
    )
    return (*usual, Program("panels", ("simulate", "demo"))) if demo else usual


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--demo` and `--only-database`."""
    parser.add_argument("--demo", action="store_true", help="with a synthetic city and simulated panels")
    parser.add_argument(
        "--only-database", action="store_true", help="only the embedded database, for maintenance by hand"
    )


async def _web_answers(config: Config) -> bool:
    host = "127.0.0.1" if config.web.address == "0.0.0.0" else config.web.address  # noqa: S104
    # We ask ourselves whether somebody answers, not who.
    context = ssl._create_unverified_context() if config.web.tls else None  # noqa: S323
    try:
        reader, writer = await asyncio.open_connection(host, config.web.port, ssl=context)
    except OSError:
        return False
    try:
        writer.write(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 200")
    except (OSError, TimeoutError):
        return False
    finally:
        writer.close()


async def _greet(config: Config, demo: bool) -> None:
    """Print the address as soon as a page can be had."""
    while not await _web_answers(config):
        await asyncio.sleep(0.1)
    print(banner.text(config, demo=demo), flush=True)


async def _up(config: Config, *, demo: bool, only_database: bool) -> int:
    place = cluster.prepare(config) if config.database.embedded else None
    supervisor = Supervisor(config, place)
    running = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        running.add_signal_handler(number, supervisor.stopping.set)
    server = asyncio.create_task(supervisor.keep_database())
    tasks: list[asyncio.Task[None]] = []
    try:
        waiting = asyncio.create_task(supervisor.database_up.wait())
        stopping = asyncio.create_task(supervisor.stopping.wait())
        await asyncio.wait({waiting, stopping, server}, return_when=asyncio.FIRST_COMPLETED)
        if server.done() and place is not None:
            server.result()
        if supervisor.stopping.is_set():
            return 0
        if place is not None:
            cluster.ensure_roles(config)
        else:
            database.connect(config, "owner").close()
        if only_database:
            print(f"the database answers at {database.display(database.url(config, 'owner'))}", flush=True)
        else:
            migrate = Program("migrate", ("migrate", *(("--demo",) if demo else ())), role="owner")
            if await supervisor.once(migrate) != 0:
                return 0 if supervisor.stopping.is_set() else 1
            tasks = [asyncio.create_task(supervisor.keep(program)) for program in programs(config, demo=demo)]
            tasks.append(asyncio.create_task(_greet(config, demo)))
        await stopping
        log.info("stopping")
        return 0
    finally:
        supervisor.stopping.set()
        if tasks:
            tasks[-1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        supervisor.stop_database.set()
        await asyncio.gather(server, return_exceptions=True)


def run(args: argparse.Namespace) -> int:
    """Run until Ctrl-C or SIGTERM; ends every process that it started."""
    config = current()
    with only_one(config):
        logs.configure(config, "up")
        end_leftovers(config)
        if not args.only_database:
            ports.check_web(config)
            ports.check_listeners(config)
            doors.certificate(config)
        return asyncio.run(_up(config, demo=args.demo, only_database=args.only_database))
