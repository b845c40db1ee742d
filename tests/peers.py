"""Peers that a fresh machine may lack: a skip is counted aloud, and fails where peers are required."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

REQUIRED = os.environ.get("JIFANG_REQUIRE_PEERS") == "1"


def _debian_postgresql() -> bool:
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


PEERS: dict[str, Callable[[], bool]] = {
    "chromium": lambda: shutil.which("chromium") is not None,
    "ffprobe": lambda: shutil.which("ffprobe") is not None and shutil.which("ffmpeg") is not None,
    "postgresql15": _debian_postgresql,
}
_skipped: list[str] = []


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or fail, a test whose peer is not on this machine."""
    for marker in item.iter_markers("peer"):
        name = marker.args[0]
        if PEERS[name]():
            continue
        if REQUIRED:
            pytest.fail(f"the peer {name} is missing and JIFANG_REQUIRE_PEERS=1", pytrace=False)
        _skipped.append(item.nodeid)
        pytest.skip(f"the peer {name} is not on this machine")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests waited for a peer in vain."""
    skipped = len(_skipped) or sum(
        "the peer" in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])
    )
    if skipped:
        terminalreporter.write_line(
            f"{skipped} tests need a peer that this machine lacks (.ci/run installs them all)"
        )
