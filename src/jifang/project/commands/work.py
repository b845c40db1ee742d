"""`jifang work`: jobs, the alarm engine, the watch over the platform itself."""

import argparse
import asyncio
import logging
import signal

from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from jifang.project import database, django_setup, logs
from jifang.project.config import current
from jifang.project.heart import Heart
from jifang.project.loops import WORK, Loops

SUMMARY = "run jobs, the alarm engine and the watch over the platform itself"
RETRY_SECONDS = 1.0
GRACE_SECONDS = 3.0
log = logging.getLogger("jifang.project.work")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """All settings come from the configuration."""


async def _jobs(ending: asyncio.Event) -> None:
    """Run jobs until cancelled or `ending`; a lost database is waited for.

    The library's worker returns as if nothing had happened when its connection is lost: it is run again.
    """
    lost = False
    while not ending.is_set():
        try:
            with app.replace_connector(app.connector.get_worker_connector()) as working:
                async with working.open_async():
                    lost = False
                    await working.run_worker_async(
                        install_signal_handlers=False,
                        shutdown_graceful_timeout=GRACE_SECONDS,
                        delete_jobs="successful",
                        concurrency=2,
                    )
        except ConnectorException as error:
            if not lost:
                log.warning("jobs wait for the database: %s", error)
            lost = True
        await asyncio.sleep(RETRY_SECONDS)


async def _work(loops: Loops) -> int:
    """Everything until a signal (0) or until a loop fails (1)."""
    told, ending = asyncio.Event(), asyncio.Event()
    running = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        running.add_signal_handler(number, told.set)
    jobs = asyncio.create_task(_jobs(ending))
    while not told.is_set() and loops.alive and not jobs.done():
        try:
            await asyncio.wait_for(told.wait(), timeout=0.5)
        except TimeoutError:
            continue
    if jobs.done() and not told.is_set():
        log.error("the job worker ended by itself", exc_info=jobs.exception())
    ending.set()
    jobs.cancel()
    await asyncio.gather(jobs, asyncio.to_thread(loops.end), return_exceptions=True)
    return 0 if told.is_set() else 1


def run(args: argparse.Namespace) -> int:
    """Work until SIGTERM or SIGINT."""
    config = current()
    logs.configure(config, "work")
    database.connect(config, "app").close()
    django_setup.setup()
    loops = Loops(WORK)
    heart = Heart(database.url(config, "app"), "work", lambda: loops.alive)
    loops.start()
    heart.start()
    try:
        return asyncio.run(_work(loops))
    finally:
        heart.stop()
