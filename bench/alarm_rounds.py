"""Kill everything in turn under load and count: sent, acknowledged, stored, lost, doubled, out of order.

The panels are blunt: they keep a few frames on the way, and whatever was not acknowledged when the connection
broke is sent again in the same order with the same sequence, as DC-09 panels do.
"""

import contextlib
import itertools
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
from alarm_place import Place

from jifang.protocols.dc09 import encode_frame, format_contact_id, read_reply

FIRST = 0xA0000
WINDOW = 3
REPLY_SECONDS = 5.0
PATIENCE = 120.0


class Panel(threading.Thread):
    """A panel; message ``n`` is area ``n // 1000`` and zone ``n % 1000``, so every one can be told apart."""

    def __init__(self, number: int, port: int) -> None:
        super().__init__(name=f"panel {number}", daemon=True)
        self.account = f"{FIRST + number:X}"
        self.sent = 0
        self.acknowledged = 0
        self.repeated = 0
        self.stopping = threading.Event()
        self._port = port
        self._unanswered: list[int] = []

    def run(self) -> None:
        """Send until told to stop, then until everything is acknowledged."""
        while not (self.stopping.is_set() and not self._unanswered):
            with contextlib.suppress(OSError):
                self._one_connection()

    def _one_connection(self) -> None:
        with socket.create_connection(("127.0.0.1", self._port), timeout=REPLY_SECONDS) as sock:
            self.repeated += len(self._unanswered)
            for number in self._unanswered:
                sock.sendall(self._frame(number))
            rest = b""
            while True:
                while len(self._unanswered) < WINDOW and not self.stopping.is_set():
                    self._unanswered.append(self.sent)
                    self.sent += 1
                    sock.sendall(self._frame(self._unanswered[-1]))
                if not self._unanswered:
                    return
                data = sock.recv(4096)
                if not data:
                    return
                *answers, rest = (rest + data).split(b"\r")
                for answer in answers:
                    self._take(answer)

    def _take(self, answer: bytes) -> None:
        reply = read_reply(answer + b"\r")
        expected = self._unanswered[0] % 9999 + 1
        if reply is None or reply.answer != "ACK" or reply.sequence != expected:
            raise AssertionError(f"{self.name}: expected ACK {expected}, got {answer!r}")
        self._unanswered.pop(0)
        self.acknowledged += 1

    def _frame(self, number: int) -> bytes:
        data = format_contact_id("130", "1", number // 1000 % 100, number % 1000)
        return encode_frame("ADM-CID", number % 9999 + 1, self.account, data)


@dataclass(frozen=True)
class Count:
    """How it ended. ``stored`` may exceed ``acknowledged`` by what was stored and not yet answered."""

    rounds: int
    sent: int
    acknowledged: int
    repeated: int
    stored: int
    lost: int
    doubled: int
    out_of_order: int


class Rounds:
    """One installation under load."""

    def __init__(self, place: Place, panels: int = 12, *, progress: Callable[[str], None] = print) -> None:
        self.place = place
        self.panels = [Panel(number, place.port) for number in range(panels)]
        self._progress = progress
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, rounds: int, victims: tuple[str, ...] = ("gateway", "worker", "web", "database")) -> Count:
        """Kill ``rounds`` times; returns the count. AssertionError when the panels get no further."""
        for victim in victims:
            if victim != "database":
                self._start(victim)
        self._start("gateway")
        for panel in self.panels:
            panel.start()
        try:
            for number, victim in enumerate(itertools.islice(itertools.cycle(victims), rounds), start=1):
                self._advance(20)
                self._kill(victim)
                self._advance(20)
                self._progress(f"round {number}: {victim} killed, {self._acknowledged()} acknowledged")
            for panel in self.panels:
                panel.stopping.set()
            for panel in self.panels:
                panel.join(PATIENCE)
                assert not panel.is_alive(), f"{panel.name} got no answer to its last frames"
        finally:
            for process in self._processes.values():
                process.kill()
                process.wait()
        return self._count(rounds)

    def _start(self, name: str) -> None:
        running = self._processes.get(name)
        if running is not None and running.poll() is None:
            return
        command, role = {
            "gateway": (("gateway", "alarm"), "gateway"),
            "worker": (("work",), "app"),
            "web": (("web",), "app"),
        }[name]
        self._processes[name] = self.place.spawn(*command, role=role)

    def _kill(self, victim: str) -> None:
        if victim == "database":
            self.place.kill_database()
            self.place.start_database()
            # What could not start or went down without a database starts again, as under the supervisor.
            for name in list(self._processes):
                self._start(name)
            return
        process = self._processes[victim]
        process.kill()
        process.wait()
        self._start(victim)

    def _acknowledged(self) -> int:
        return sum(panel.acknowledged for panel in self.panels)

    def _advance(self, count: int) -> None:
        """Wait until every panel has ``count`` more acknowledgements: a condition, not a time."""
        goals = [panel.acknowledged + count for panel in self.panels]
        end = time.monotonic() + PATIENCE
        while any(panel.acknowledged < goal for panel, goal in zip(self.panels, goals, strict=True)):
            dead = [panel.name for panel in self.panels if not panel.is_alive()]
            assert not dead, f"{dead} gave up"
            assert time.monotonic() < end, "the panels get no further"
            for name, process in self._processes.items():
                if process.poll() is not None:
                    self._start(name)
            time.sleep(0.01)

    def _count(self, rounds: int) -> Count:
        lost = doubled = out_of_order = stored = 0
        for panel, numbers in self._stored():
            stored += len(numbers)
            known = set(numbers)
            doubled += len(numbers) - len(known)
            lost += sum(number not in known for number in range(panel.acknowledged))
            out_of_order += sum(later < earlier for earlier, later in itertools.pairwise(numbers))
        return Count(
            rounds,
            sum(panel.sent for panel in self.panels),
            self._acknowledged(),
            sum(panel.repeated for panel in self.panels),
            stored,
            lost,
            doubled,
            out_of_order,
        )

    def _stored(self) -> Iterator[tuple[Panel, list[int]]]:
        with self.place.connect("owner") as owner:
            for panel in self.panels:
                rows = _numbers(owner, panel.account)
                yield panel, rows


def _numbers(owner: "psycopg.Connection[tuple[int, int]]", account: str) -> list[int]:
    """The messages of an account in the order of their ids; areas wrap after a hundred thousand."""
    found = owner.execute(
        "SELECT area, zone FROM alarm_signal WHERE account = %s ORDER BY id", (account,)
    ).fetchall()
    numbers = []
    for area, zone in found:
        number = area * 1000 + zone
        last = numbers[-1] if numbers else 0
        numbers.append(number + 100_000 * round((last - number) / 100_000))
    return numbers
