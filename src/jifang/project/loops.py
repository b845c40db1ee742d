"""Loops that run for ever in a process: each in a thread of its own, all or none."""

import importlib
import logging
import threading
from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)
Loop = Callable[[threading.Event], None]

# What `jifang work` runs beside the jobs: module and function, called with an event that says stop.
WORK: tuple[str, ...] = (
    "jifang.operations.alarms.worker:run",
    "jifang.project.watching:run",
)
WEB: tuple[str, ...] = ("jifang.project.watching:run",)


def _load(path: str) -> Loop:
    module, _, name = path.partition(":")
    loop: Loop = getattr(importlib.import_module(module), name)
    return loop


class Loops:
    """Threads of one process. When one ends by an error, `failed` is set: the process should end too."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.stop = threading.Event()
        self.failed = threading.Event()
        self.threads = [
            threading.Thread(target=self._run, args=(path, _load(path)), name=path, daemon=True)
            for path in paths
        ]

    def _run(self, path: str, loop: Loop) -> None:
        try:
            loop(self.stop)
        except Exception:
            log.exception("%s ended by an error", path)
        if not self.stop.is_set():
            self.failed.set()

    def start(self) -> None:
        """Start every loop."""
        for thread in self.threads:
            thread.start()

    def end(self, timeout: float = 4) -> None:
        """Tell every loop to stop and wait for them together."""
        self.stop.set()
        for thread in self.threads:
            thread.join(timeout / len(self.threads))

    @property
    def alive(self) -> bool:
        """Whether every loop still runs."""
        return not self.failed.is_set() and all(thread.is_alive() for thread in self.threads)
