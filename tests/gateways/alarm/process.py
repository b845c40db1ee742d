"""A gateway as a process of its own, and what a test needs to talk to it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import psycopg

from jifang.gateways.alarm import AlarmGatewaySettings, ListenerSettings, Serving, serve
from jifang.kernel.sealing import KeyRing

RING = KeyRing({"test": bytes(range(32))})
ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 30.0
Value = TypeVar("Value")


def until(condition: Callable[[], Value], what: str, patience: float = PATIENCE) -> Value:
    """Wait for a condition, not for a time; AssertionError names what did not happen."""
    end = time.monotonic() + patience
    while not (value := condition()):
        assert time.monotonic() < end, f"never happened: {what}"
        time.sleep(0.01)
    return value


def free_port() -> int:
    """A TCP port that nobody listens on, free for UDP too."""
    while True:
        with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            with contextlib.suppress(OSError):
                udp.bind(tcp.getsockname())
                return int(tcp.getsockname()[1])


class Gateway:
    """A running gateway process; use it as a context manager."""

    def __init__(
        self, conninfo: str, settings: AlarmGatewaySettings | None = None, name: str = "test"
    ) -> None:
        self.conninfo = conninfo
        self.settings = settings or local(ListenerSettings())
        self.name = name
        self.process: subprocess.Popen[str] | None = None

    @property
    def port(self) -> int:
        """TCP port of the first listener."""
        return self.settings.listeners[0].tcp_port

    def start(self) -> "Gateway":
        """Start and wait until it listens."""
        task = {"conninfo": self.conninfo, "name": self.name, "settings": asdict(self.settings)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.gateways.alarm.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(task, default=str) + "\n")
        self.process.stdin.close()
        assert self.process.stdout.readline() == "ready\n", "the gateway did not start"
        return self

    def kill(self) -> None:
        """As the power does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """End in order; returns the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def __enter__(self) -> "Gateway":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process is not None and self.process.poll() is None:
            self.stop()
        if self.process is not None and self.process.stdout is not None:
            self.process.stdout.close()


def local(*listeners: ListenerSettings, **settings: Any) -> AlarmGatewaySettings:
    """Settings with listeners on free ports of this machine."""
    placed = []
    for listener in listeners:
        port = free_port()
        placed.append(replace(listener, bind="127.0.0.1", tcp_port=port, udp_port=port))
    return AlarmGatewaySettings(listeners=tuple(placed), **settings)


class Wire:
    """A panel's socket in the hands of a test."""

    def __init__(self, port: int, *, udp: bool = False) -> None:
        self.udp = udp
        kind = socket.SOCK_DGRAM if udp else socket.SOCK_STREAM
        self.socket = socket.socket(socket.AF_INET, kind)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", port))
        self._rest = b""

    def send(self, data: bytes) -> None:
        """Put bytes on the wire."""
        self.socket.sendall(data)

    def reply(self) -> bytes:
        """The next answer, LF and CR included; ``b""`` when the connection ended."""
        while b"\r" not in self._rest:
            data = self.socket.recv(65536)
            if not data:
                return b""
            self._rest += data
        answer, _, self._rest = self._rest.partition(b"\r")
        return answer + b"\r"

    def ask(self, frame: bytes) -> bytes:
        """Send a frame and return its answer."""
        self.send(frame)
        return self.reply()

    def silent(self) -> bool:
        """Whether nothing is waiting to be read now."""
        self.socket.setblocking(False)
        try:
            return not self._rest and not self.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        finally:
            self.socket.settimeout(PATIENCE)

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    def __enter__(self) -> "Wire":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def rows(conninfo: str, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What a query gives, on a connection of its own."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        return connection.execute(query, parameters).fetchall()  # type: ignore[arg-type]


def main() -> None:
    """The process itself: the task is one line on standard input."""
    task = json.loads(sys.stdin.readline())
    settings = task["settings"]
    listeners = tuple(
        ListenerSettings(
            **{
                key: Path(value) if key.startswith("certificate") and value else value
                for key, value in one.items()
            }
        )
        for one in settings.pop("listeners")
    )
    serve(
        Serving(
            task["conninfo"],
            RING,
            AlarmGatewaySettings(listeners=listeners, **settings),
            task["name"],
            ready=lambda: print("ready", flush=True),  # noqa: T201
        )
    )


if __name__ == "__main__":
    main()
