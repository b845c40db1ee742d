"""Directories and waiting for the tests that run whole processes."""

import os
import select
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from jifang.project.embedded import place

# Long, because the machine may be busy with everything else; nothing waits longer than it has to.
PATIENCE_SECONDS = 240.0


@contextmanager
def var_directory(parent_mode: int = 0o755, name: str = "var") -> Iterator[Path]:
    """A place for an installation that, unlike pytest's, other accounts may enter (or not: `parent_mode`)."""
    parent = Path(tempfile.mkdtemp(prefix="jifang-test-"))
    parent.chmod(parent_mode)
    var = parent / name
    try:
        yield var
    finally:
        home = place.home_of(var)
        if home.parent == place.ELSEWHERE:
            shutil.rmtree(home, ignore_errors=True)
        pointer = home / "socket-directory"
        if pointer.exists():
            shutil.rmtree(pointer.read_text(encoding="utf-8").strip(), ignore_errors=True)
        shutil.rmtree(parent, ignore_errors=True)


def until(what: str, condition: Callable[[], object], patience: float = PATIENCE_SECONDS) -> None:
    """Ask again and again until `condition` holds; fails with `what` when it never does."""
    deadline = time.monotonic() + patience
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"never happened: {what}")
        pause.wait(0.05)


def wait_for_end(pid: int, patience: float = PATIENCE_SECONDS) -> bool:
    """Wait for the end of a process that is not our child; False when it goes on living."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(patience * 1000))
    finally:
        os.close(descriptor)


def free_port() -> int:
    """A TCP port that nobody listens on right now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
