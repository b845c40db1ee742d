"""The stream a page holds open: ``GET /push/duty/`` as a plain ASGI application beside Django.

A page authenticates by its session cookie. The stream ends when the session does, when the reach of its
person changes, or when the browser leaves; EventSource comes back by itself and tells the last message it
saw.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.utils import timezone

from jifang.operations.alarms.queries import Reach
from jifang.web.push.hub import Client, Hub, reach_of_session

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

PATH = "/push/duty/"
BEAT_SECONDS = 10.0
# A browser that takes nothing for so long is gone, whatever TCP believes.
STALLED_SECONDS = 60.0
MOST_PER_ACCOUNT = 12
MOST_STREAMS = 2000
RETRY_MILLISECONDS = 1500
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class DutyStream:
    """The ASGI application. One hub for each process, started with the first stream."""

    def __init__(self, hub_factory: Callable[[], Hub] = Hub) -> None:
        self._hub_factory = hub_factory
        self._hub: Hub | None = None

    @property
    def hub(self) -> Hub:
        """The hub, made on the loop that serves."""
        if self._hub is None:
            self._hub = self._hub_factory()
        return self._hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await _refuse(send, 404)
        elif scope["method"] != "GET":
            await _refuse(send, 405)
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.lower(): value for name, value in scope["headers"]}
        hub = self.hub
        session_key = _session_key(headers.get(b"cookie", b""))
        found: tuple[int, Reach] | None = None
        if session_key:
            found = await hub.beside(reach_of_session, session_key, timezone.now())
        if found is None:
            # 204 tells EventSource not to come back: the page shows that its session is over.
            await _refuse(send, 204)
            return
        account_id, reach = found
        same = sum(client.account_id == account_id for client in hub.clients)
        if same >= MOST_PER_ACCOUNT or len(hub.clients) >= MOST_STREAMS:
            await _refuse(send, 503)
            return
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        language = _language(query.get("language", [""])[0])
        last_id = headers.get(b"last-event-id", b"").decode("latin-1") or query.get("last", [""])[0]
        client = Client(session_key, account_id, reach, language)
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        gone = asyncio.create_task(_until_disconnect(receive))
        try:
            hub.start()
            await _write(send, f"retry: {RETRY_MILLISECONDS}\n\n" + _beat())
            await _unless(gone, hub.join(client, last_id))
            while not (gone.done() or client.ended):
                await _wait(client, gone)
                text = await hub.take(client) or _beat()
                await _write(send, text)
            if client.ended:
                await _write(send, "event: bye\ndata: {}\n\n")
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (TimeoutError, OSError):
            pass
        finally:
            hub.leave(client)
            gone.cancel()


async def _wait(client: Client, gone: "asyncio.Task[None]") -> None:
    """Wait for something to say, for the browser to leave, or for the next beat."""
    waking = asyncio.create_task(client.wake.wait())
    await asyncio.wait({waking, gone}, timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    waking.cancel()
    client.wake.clear()


async def _unless(gone: "asyncio.Task[None]", work: Any) -> None:
    task = asyncio.create_task(work)
    await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    else:
        task.cancel()


async def _write(send: Send, text: str) -> None:
    message = {"type": "http.response.body", "body": text.encode(), "more_body": True}
    await asyncio.wait_for(send(message), STALLED_SECONDS)


async def _until_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def _beat() -> str:
    return f"event: beat\ndata: {json.dumps({'now': int(time.time() * 1000)})}\n\n"


def _session_key(cookie: bytes) -> str:
    try:
        morsel = SimpleCookie(cookie.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _language(wanted: str) -> str:
    known = [code for code, _name in settings.LANGUAGES]
    return wanted if wanted in known else known[0]
