"""One panel as a dialler: DC-09 §5.6.1.1 (20 s, three attempts), supervision, sequence, clock set by NAK."""

import asyncio
import contextlib
import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from jifang.protocols.dc09 import (
    Answer,
    Reply,
    encode_frame,
    encode_supervision,
    format_contact_id,
    format_sia,
    read_reply,
)
from jifang.simulators.panels.scenarios import Step
from jifang.simulators.panels.specs import PanelPath, PanelSpec

ATTEMPTS = 3
REPLY_SECONDS = 20.0


@dataclass(slots=True)
class Message:
    """Something to report, with the sequence it keeps through all attempts."""

    step: Step
    sequence: int
    begun: float


class Line:
    """One path of a panel: its socket and its poll timer."""

    def __init__(self, path: PanelPath) -> None:
        self.path = path
        self.poll_at = 0.0
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._datagrams: _Datagrams | None = None

    async def exchange(self, frame: bytes, key: bytes | None, sequence: int, timeout: float) -> Reply | None:
        """Send a frame and wait for its answer; None when none came in time or the line is dead."""
        try:
            async with asyncio.timeout(timeout):
                if self.path.transport == "udp":
                    return await self._exchange_udp(frame, key, sequence)
                return await self._exchange_tcp(frame, key, sequence)
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            self.drop()
            return None

    async def _exchange_tcp(self, frame: bytes, key: bytes | None, sequence: int) -> Reply | None:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self.path.host, self.path.port)
        assert self._reader is not None
        self._writer.write(frame)
        await self._writer.drain()
        while True:
            reply = read_reply(await self._reader.readuntil(b"\r"), key)
            if reply is not None and (reply.answer is Answer.NAK or reply.sequence == sequence):
                return reply

    async def _exchange_udp(self, frame: bytes, key: bytes | None, sequence: int) -> Reply | None:
        if self._datagrams is None:
            _, self._datagrams = await asyncio.get_running_loop().create_datagram_endpoint(
                _Datagrams, remote_addr=(self.path.host, self.path.port)
            )
        self._datagrams.send(frame)
        while True:
            reply = read_reply(await self._datagrams.received.get(), key)
            if reply is not None and (reply.answer is Answer.NAK or reply.sequence == sequence):
                return reply

    def drop(self) -> None:
        """Forget the socket; the next exchange opens a new one."""
        if self._writer is not None:
            self._writer.transport.abort()
        if self._datagrams is not None and self._datagrams.transport is not None:
            self._datagrams.transport.close()
        self._reader = self._writer = self._datagrams = None


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.received: asyncio.Queue[bytes] = asyncio.Queue(16)
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self.received.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        """The receiver is not there; the exchange ends by its timeout."""

    def send(self, data: bytes) -> None:
        if self.transport is not None:
            self.transport.sendto(data)


class Panel:
    """One panel at work.

    ``scale`` shortens its own waiting (60: a minute becomes a second); the supervision interval is agreed
    with the receiver and is not scaled.
    """

    def __init__(self, spec: PanelSpec, figures: Counter[str], *, seed: int = 1, scale: float = 1.0) -> None:
        self.spec = spec
        self.figures = figures
        self.latencies: list[float] = []
        self._dice = random.Random(seed)
        self._scale = scale
        self._offset = timedelta(seconds=spec.clock_offset)
        self._sequence = self._dice.randint(0, 9998)
        self._lines = [Line(path) for path in spec.paths]
        self._steps: asyncio.Queue[Step] = asyncio.Queue()
        self._offline_until = 0.0

    def report(self, step: Step) -> None:
        """Put a step in line; a panel sends one message at a time, in order."""
        self._steps.put_nowait(step)

    @property
    def waiting(self) -> int:
        """Messages that are not acknowledged yet."""
        return self._steps.qsize()

    async def run(self) -> None:
        """Poll and report until cancelled."""
        now = time.monotonic()
        for line in self._lines:
            if line.path.interval:
                line.poll_at = now + self._dice.uniform(0, line.path.interval)
        try:
            while True:
                await self._once()
        finally:
            for line in self._lines:
                line.drop()

    async def _once(self) -> None:
        polled = [line for line in self._lines if line.path.interval]
        due = min(polled, key=lambda line: line.poll_at) if polled else None
        wait = None if due is None else max(0.0, due.poll_at - time.monotonic())
        step = None
        if not self._steps.empty() or wait != 0.0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    step = await self._steps.get()
        if step is None:
            assert due is not None
            due.poll_at = time.monotonic() + due.path.interval * self._dice.uniform(0.85, 0.95)
            await self._poll(due)
        elif step.offline:
            self._offline_until = time.monotonic() + step.offline
            for line in self._lines:
                line.drop()
        else:
            await self._deliver(step)

    def _now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def _dead(self) -> bool:
        return time.monotonic() < self._offline_until

    async def _poll(self, line: Line) -> None:
        if self._dead():
            return
        self.figures["polls"] += 1
        for _ in range(2):
            frame = encode_supervision(
                self.spec.account,
                receiver=line.path.receiver,
                line=line.path.line,
                at=self._now() if self.spec.key or self.spec.stamps else None,
                key=self.spec.key,
            )
            reply = await line.exchange(frame, self.spec.key, 0, REPLY_SECONDS / self._scale)
            if reply is None:
                self.figures["polls_unanswered"] += 1
                return
            if reply.answer is not Answer.NAK:
                return
            self._set_clock(reply)

    async def _deliver(self, step: Step) -> None:
        """Three attempts on each path, then all over again: a panel does not forget an alarm."""
        self._sequence = self._sequence % 9999 + 1
        message = Message(step, self._sequence, time.monotonic())
        self.figures["messages"] += 1
        while True:
            for line in self._lines:
                if await self._attempt(line, message):
                    return
            self.figures["failed_to_communicate"] += 1
            await asyncio.sleep(REPLY_SECONDS / self._scale)

    async def _attempt(self, line: Line, message: Message) -> bool:
        for attempt in range(ATTEMPTS):
            if self._dead():
                await asyncio.sleep(max(0.01, self._offline_until - time.monotonic()))
            if attempt:
                self.figures["repeated"] += 1
            reply = await line.exchange(
                self._frame(message, line.path), self.spec.key, message.sequence, REPLY_SECONDS / self._scale
            )
            if reply is None:
                self.figures["unanswered"] += 1
                await asyncio.sleep(self._dice.uniform(0.05, 0.2))
                continue
            line.poll_at = time.monotonic() + line.path.interval * 0.9
            if reply.answer is Answer.NAK:
                self.figures["nak"] += 1
                self._set_clock(reply)
                continue
            if reply.answer is Answer.DUH:
                # The receiver will never take it: a panel reports this at its keypad.
                self.figures["duh"] += 1
                return True
            self.figures["acknowledged"] += 1
            self.latencies.append(time.monotonic() - message.begun)
            return True
        return False

    def _set_clock(self, reply: Reply) -> None:
        if reply.time is not None:
            self._offset = reply.time - datetime.now(UTC)
            self.figures["clock_set"] += 1

    def _frame(self, message: Message, path: PanelPath) -> bytes:
        step, spec = message.step, self.spec
        if spec.scheme == "SIA" and step.sia:
            token = "SIA-DCS"  # noqa: S105
            user = step.sia in ("OP", "CL")
            data = format_sia(
                step.sia,
                area=step.area,
                number=step.number or None if not user else None,
                user=step.number or None if user else None,
            )
        else:
            token = "ADM-CID"  # noqa: S105
            data = format_contact_id(step.cid, step.qualifier, step.area, step.number)
        return encode_frame(
            token,
            message.sequence,
            spec.account,
            data,
            receiver=path.receiver,
            line=path.line,
            at=self._now() if spec.key or spec.stamps else None,
            key=spec.key,
        )
