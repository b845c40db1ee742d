"""What is open now, kept in memory and told to every page that may know it.

State, not events. The hub holds every open alarm as the database has it; a notification names alarms that changed,
the hub reads those rows and hands each to the clients whose reach holds it. A client that was away gets what
changed since the last message it saw, or, when the hub does not know that any more, everything: so a lost
connection, a lost notification or a restarted process loses nothing. The hub listens before it reads, and reads
all again whenever its own connection was lost.

A message is built once for each language, however many clients get it. A client that cannot keep up holds at most
one message for each alarm (the newest), and above a limit only the word "fetch the queue again".
"""

import asyncio
import json
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.db import connection, connections
from prometheus_client import Counter, Gauge

from jifang.identity import sessions
from jifang.operations.alarms.engine import CHANNEL
from jifang.operations.alarms.queries import QueueRow, Reach, queue_rows, strip_of
from jifang.operations.alarms.rights import ACTIVATION_HANDLE
from jifang.web.duty import presenting

# Changes that come within this time go out together; a person does not see the difference.
GATHER_SECONDS = 0.03
STRIP_SECONDS = 1.0
LINKS_SECONDS = 4.0
SESSION_SECONDS = 15.0
RECONNECT_SECONDS = 1.0
# More changes at once than anybody can read: the page fetches the top of the queue instead.
MOST_ROWS = 60
SNAPSHOT_ROWS = 200
KEPT_CLOSED = 5000

log = logging.getLogger(__name__)
_clients = Gauge("jifang_push_clients", "Open push streams of this process.")
_messages = Counter("jifang_push_messages", "Messages written to push streams.")

OPEN = "WHERE a.closed_at IS NULL"
THESE = "WHERE a.id = ANY(%s)"


@dataclass(slots=True)
class Kept:
    """One alarm in memory: its row, when it changed (the hub's own count), its message in each language."""

    row: QueueRow
    seq: int
    messages: dict[str, str] = field(default_factory=dict)


class Client:
    """One open stream."""

    def __init__(self, session_key: str, account_id: int, reach: Reach, language: str) -> None:
        self.session_key = session_key
        self.account_id = account_id
        self.reach = reach
        self.language = language
        self.pending: dict[int, Kept] = {}
        self.seen: set[int] = set()
        self.refetch = False
        self.snapshot = False
        self.strip = ""
        self.links = ""
        self.ended = False
        self.wake = asyncio.Event()

    def offer(self, kept: Kept) -> None:
        """Queue one change if this client may know it, or must unlearn it."""
        if not self.reach.holds(kept.row):
            return
        self.pending[kept.row.id] = kept
        if len(self.pending) > MOST_ROWS * 4:
            self.pending.clear()
            self.refetch = True
        self.wake.set()

    def end(self) -> None:
        """Let the stream end: the session is over."""
        self.ended = True
        self.wake.set()


class Hub:
    """The one hub of a web process; everything but the database runs on the event loop."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.epoch = secrets.token_hex(4)
        self.seq = 0
        self.clients: set[Client] = set()
        self.live = asyncio.Event()
        self._clock = clock
        self._open: dict[int, Kept] = {}
        self._closed: OrderedDict[int, Kept] = OrderedDict()
        self._oldest_known = 0
        self._changed: set[int] = set()
        self._stir = asyncio.Event()
        self._strip_due = True
        self._links: dict[str, str] = {}
        self._tasks: list[asyncio.Task[None]] = []
        # One thread, so that the hub has exactly one connection besides the one that listens.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="push")

    def start(self) -> None:
        """Begin to listen; called at the first stream, on the loop that serves it."""
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(self._listen()),
                asyncio.create_task(self._deliver()),
                asyncio.create_task(self._tend()),
            ]

    async def stop(self) -> None:
        """End every stream and every task."""
        for client in self.clients:
            client.end()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self.in_thread(_close)
        self._thread.shutdown()

    async def in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Run ``work`` in the hub's database thread, on a connection that works."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, _with_database, work, arguments)

    async def join(self, client: Client, last_id: str) -> None:
        """Add a client and queue what it has missed since ``last_id`` (``epoch-seq``), or everything."""
        await self.live.wait()
        self.clients.add(client)
        _clients.set(len(self.clients))
        since = self._since(last_id)
        if since is None:
            client.snapshot = True
        else:
            missed = [k for k in (*self._open.values(), *self._closed.values()) if k.seq > since]
            client.seen = {*self._open, *(kept.row.id for kept in missed)}
            for kept in missed:
                client.offer(kept)
        self._strip_due = True
        client.links = self._links.get(client.language, "")
        client.wake.set()
        self._stir.set()

    def leave(self, client: Client) -> None:
        """Forget a client."""
        self.clients.discard(client)
        _clients.set(len(self.clients))

    def _since(self, last_id: str) -> int | None:
        epoch, _dash, number = last_id.partition("-")
        if epoch != self.epoch or not number.isdecimal():
            return None
        return int(number) if self._oldest_known <= int(number) <= self.seq else None

    async def take(self, client: Client) -> str:
        """Return everything that is queued for a client as one piece of the stream, and forget it."""
        parts = []
        # The id stands for everything queued until now; what comes while messages are built has a later one.
        seq = self.seq
        if client.snapshot:
            client.snapshot = False
            client.pending.clear()
            parts.append(await self._snapshot(client, seq))
        if client.refetch:
            client.refetch = False
            parts.append(self._event("refetch", "{}", seq))
        elif client.pending:
            kept = sorted(client.pending.values(), key=lambda each: (each.row.priority, each.row.id))
            client.pending = {}
            parts.append(await self._rows(client, kept, seq))
        if client.strip:
            parts.append(f"event: strip\ndata: {client.strip}\n\n")
            client.strip = ""
        if client.links:
            parts.append(f"event: links\ndata: {client.links}\n\n")
            client.links = ""
        _messages.inc(len(parts))
        return "".join(parts)

    async def _snapshot(self, client: Client, seq: int) -> str:
        rows = sorted(
            (kept for kept in self._open.values() if client.reach.holds(kept.row)),
            key=lambda kept: (kept.row.priority, kept.row.id),
        )
        shown = rows[:SNAPSHOT_ROWS]
        client.seen = {kept.row.id for kept in rows}
        await self._build(shown, client.language)
        body = ",".join(kept.messages[client.language] for kept in shown)
        return self._event("queue", f'{{"total":{len(rows)},"rows":[{body}]}}', seq)

    async def _rows(self, client: Client, kept: list[Kept], seq: int) -> str:
        gone = [each.row.id for each in kept if not each.row.open and each.row.id in client.seen]
        here = [each for each in kept if each.row.open]
        client.seen.difference_update(gone)
        client.seen.update(each.row.id for each in here)
        shown, rest = here[:MOST_ROWS], here[MOST_ROWS:]
        await self._build(shown, client.language)
        body = ",".join(each.messages[client.language] for each in shown)
        text = ""
        if shown or gone:
            text = self._event("rows", f'{{"rows":[{body}],"gone":{json.dumps(gone)}}}', seq)
        return text + (self._event("refetch", "{}", seq) if rest else "")

    async def _build(self, kept: list[Kept], language: str) -> None:
        missing = [each for each in kept if language not in each.messages]
        if missing:
            built = await self.in_thread(presenting.messages, [each.row for each in missing], language)
            for each, message in zip(missing, built, strict=True):
                each.messages[language] = message

    def _event(self, name: str, data: str, seq: int) -> str:
        return f"event: {name}\nid: {self.epoch}-{seq}\ndata: {data}\n\n"

    async def _listen(self) -> None:
        while True:
            try:
                async with await _listener() as listener:
                    await listener.execute(f"LISTEN {CHANNEL}")
                    await listener.execute(f"LISTEN {sessions.CHANNEL}")
                    await self._read_all()
                    self.live.set()
                    async for notification in listener.notifies():
                        if notification.channel == sessions.CHANNEL:
                            await self._recheck(int(notification.payload or 0))
                        else:
                            self._changed.update(json.loads(notification.payload)["a"])
                            self._stir.set()
            except (psycopg.Error, OSError):
                log.exception(
                    "the push hub lost its database; pages show the last known state until it is back"
                )
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _read_all(self) -> None:
        """Take everything from the database; what differs from memory is a change like any other."""
        rows: list[QueueRow] = await self.in_thread(queue_rows, OPEN)
        here = {row.id: row for row in rows}
        vanished = [number for number in self._open if number not in here]
        for row in rows:
            kept = self._open.get(row.id)
            if kept is None or kept.row != row:
                self._keep(row)
        if vanished:
            for row in await self.in_thread(queue_rows, THESE, (vanished,)):
                self._keep(row)
        self._strip_due = True
        self._stir.set()

    def _keep(self, row: QueueRow) -> None:
        known = self._open.get(row.id)
        if known is not None and known.row.version > row.version:
            return
        self.seq += 1
        kept = Kept(row, self.seq)
        if row.open:
            self._open[row.id] = kept
        else:
            self._open.pop(row.id, None)
            self._closed[row.id] = kept
            self._closed.move_to_end(row.id)
            while len(self._closed) > KEPT_CLOSED:
                self._oldest_known = self._closed.popitem(last=False)[1].seq
        self._strip_due = True
        for client in self.clients:
            client.offer(kept)

    async def _deliver(self) -> None:
        last_strip = 0.0
        while True:
            await self._stir.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._stir.clear()
            changed, self._changed = self._changed, set()
            try:
                if changed:
                    for row in await self.in_thread(queue_rows, THESE, (sorted(changed),)):
                        self._keep(row)
            except Exception:
                # The rows are read again when the database is back; meanwhile pages keep what they have.
                log.exception("reading changed alarms failed")
                self._changed |= changed
                self._stir.set()
                await asyncio.sleep(RECONNECT_SECONDS)
                continue
            now = time.monotonic()
            if self._strip_due and now - last_strip >= STRIP_SECONDS:
                self._tell_strips()
                last_strip = now
            elif self._strip_due:
                asyncio.get_running_loop().call_later(STRIP_SECONDS - (now - last_strip), self._stir.set)

    def _tell_strips(self) -> None:
        self._strip_due = False
        groups: dict[Reach, list[QueueRow]] = {}
        for client in self.clients:
            if client.reach not in groups:
                groups[client.reach] = [k.row for k in self._open.values() if client.reach.holds(k.row)]
            client.strip = presenting.strip_message(strip_of(groups[client.reach], client.account_id))
            client.wake.set()

    async def _tend(self) -> None:
        """Ask again now and then: do the gateways and the engine live, do the sessions still stand."""
        asked = 0.0
        while True:
            try:
                states = await self.in_thread(presenting.links, self._clock())
                for client in self.clients:
                    message = json.dumps(
                        presenting.links_message(states, client.language), ensure_ascii=False
                    )
                    if message != self._links.get(client.language) or not client.links:
                        client.links = message
                        client.wake.set()
                    self._links[client.language] = message
                if time.monotonic() - asked >= SESSION_SECONDS:
                    asked = time.monotonic()
                    await self._recheck(None)
            except Exception:
                log.exception("the push hub could not read the state of the links")
            await asyncio.sleep(LINKS_SECONDS)

    async def _recheck(self, account_id: int | None) -> None:
        """Compile the reach of clients again; a stream whose session ended, or that may see less now, ends."""
        for client in [c for c in self.clients if account_id is None or c.account_id == account_id]:
            reach = await self.in_thread(reach_of_session, client.session_key, self._clock())
            if reach is None or reach[1] != client.reach:
                client.end()


def reach_of_session(session_key: str, at: datetime) -> tuple[int, Reach] | None:
    """Return whose session this is and what it may see in the queue; None when it may not see it."""
    actor = sessions.actor_of(session_key, at=at)
    if actor is None or actor.account_id is None or not actor.may(ACTIVATION_HANDLE):
        return None
    return actor.account_id, presenting.reach_of(actor)


def _with_database(work: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    connection.close_if_unusable_or_obsolete()
    return work(*arguments)


def _close() -> None:
    connection.close()


async def _listener() -> psycopg.AsyncConnection[Any]:
    parameters = connections["default"].get_connection_params()
    for ours in ("cursor_factory", "context"):
        parameters.pop(ours, None)
    return await psycopg.AsyncConnection.connect(
        **parameters | {"autocommit": True, "application_name": "jifang push"}
    )
