"""A browser's side of the push stream, and a place to run several of them."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from jifang.web.push.stream import DutyStream

PATIENCE = 20.0


@dataclass
class Heard:
    """One event of the stream."""

    name: str
    data: Any
    last_id: str


@dataclass
class Browser:
    """Opens the stream with the cookie of a session and keeps what it hears."""

    stream: DutyStream
    session_key: str
    last_id: str = ""
    language: str = "en"
    status: int = 0
    heard: list[Heard] = field(default_factory=list)
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    blocked: asyncio.Event | None = None

    def __post_init__(self) -> None:
        self._news = asyncio.Condition()
        self._leave = asyncio.Event()
        self._text = ""

    async def run(self) -> None:
        """Hold the stream open until it ends or :meth:`leave` is called."""
        cookie = f"{settings.SESSION_COOKIE_NAME}={self.session_key}"
        headers = [(b"cookie", cookie.encode())]
        if self.last_id:
            headers.append((b"last-event-id", self.last_id.encode()))
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/push/duty/",
            "query_string": f"language={self.language}".encode(),
            "headers": headers,
        }
        await self.stream(scope, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        await self._leave.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        if self.blocked is not None:
            await self.blocked.wait()
        self._text += message.get("body", b"").decode()
        *events, self._text = self._text.split("\n\n")
        for event in events:
            fields = dict(line.split(": ", 1) for line in event.splitlines())
            if "event" in fields:
                self._take(fields)
        async with self._news:
            self._news.notify_all()

    def _take(self, fields: dict[str, str]) -> None:
        data = json.loads(fields["data"])
        self.last_id = fields.get("id", self.last_id)
        self.heard.append(Heard(fields["event"], data, self.last_id))
        if fields["event"] == "queue":
            self.rows = {row["id"]: row for row in data["rows"]}
        elif fields["event"] == "rows":
            self.rows.update({row["id"]: row for row in data["rows"]})
            for gone in data["gone"]:
                self.rows.pop(gone, None)

    async def until(self, wanted: Callable[[], object]) -> None:
        """Wait until ``wanted`` is true; fails after a long while instead of hanging."""
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: bool(wanted())), PATIENCE)

    def leave(self) -> None:
        """Close the browser."""
        self._leave.set()

    def names(self) -> list[str]:
        """What was heard, by name."""
        return [each.name for each in self.heard]


def play(scenario: Callable[[DutyStream], Awaitable[None]]) -> None:
    """Run a scenario with one web process' stream and stop its hub afterwards."""

    async def run() -> None:
        stream = DutyStream()
        try:
            await scenario(stream)
        finally:
            await stream.hub.stop()

    asyncio.run(run())


async def in_thread(work: Callable[..., Any], *arguments: Any) -> Any:
    """Do database work of the test beside the loop, as another process would."""
    return await asyncio.to_thread(work, *arguments)
