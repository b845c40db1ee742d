"""What the kernel offers to keep processes together: end with the parent, end leftovers of a dead one."""

import contextlib
import ctypes
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

PR_SET_PDEATHSIG = 1
# Every process of an installation carries its var directory in the environment under this name.
MARK = "JIFANG_PROCESS_OF"


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends `number` to the child when this thread's process dies."""
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def tell_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)

    return tell_kernel


def members(var: Path) -> Iterator[int]:
    """Process ids that belong to the installation in `var`, this process and its parents left out."""
    mark = f"{MARK}={var}".encode()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                yield int(entry.name)
        except OSError:
            continue


def kill_group(leader: int, number: signal.Signals) -> None:
    """Send `number` to every process of the group that `leader` began; gone ones do not matter."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)
