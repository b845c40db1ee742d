"""What is open now, kept in memory and told to every page that may know it.

State, not events. The hub holds every open alarm as the database has it; a notification names alarms that
changed, the hub reads those rows and hands each to the clients whose reach holds it. A client that was away
gets what changed since the last message it saw, or, when the hub does not know that any more, everything: so
a lost connection, a lost notification or a restarted process loses nothing. The hub listens before it reads,
and reads all again whenever its own connection was lost.

A message is built once for each language, however many clients get it. A client that cannot keep up holds at
most one message for each alarm (the newest), and above a limit only the next picture of the top of the queue.
"""

import asyncio
import heapq
import json
import logging
import secrets
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.db import connection, connections
from prometheus_client import Counter as Count
from prometheus_client import Gauge

from jifang.identity import sessions
from jifang.operations.alarms.engine import CHANNEL
from jifang.operations.alarms.queries import QueueRow, Reach, Strip, queue_rows, strip_of
from jifang.operations.alarms.rights import ACTIVATION_HANDLE
from jifang.web.duty import presenting

# Changes that come within this time go out together; a person does not see the difference.
GATHER_SECONDS = 0.02
STRIP_SECONDS = 1.0
LINKS_SECONDS = 4.0
SESSION_SECONDS = 15.0
RECONNECT_SECONDS = 1.0
# More changes at once than anybody can read: the page gets the top of the queue instead, now and then.
MOST_ROWS = 60
SNAPSHOT_ROWS = 150
SNAPSHOT_SECONDS = 2.0
KEPT_CLOSED = 5000

log = logging.getLogger(__name__)
_clients = Gauge("jifang_push_clients", "Open push streams of this process.")
_messages = Count("jifang_push_messages", "Messages written to push streams.")

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
        self.snapshot = False
        self.snapshot_at = 0.0
        self.strip = ""
        self.links = ""
        self.ended = False
        self.wake = asyncio.Event()

    def offer(self, changes: list[Kept]) -> None:
        """Queue changes, the most urgent first, as far as this client may know them.

        What is more than anybody can read is left out: the client gets the top of the queue instead.
        """
        for kept in changes:
            if not self.reach.holds(kept.row):
                continue
            if len(self.pending) < MOST_ROWS or kept.row.id in self.pending:
                self.pending[kept.row.id] = kept
            else:
                self.snapshot = True
        if self.pending:
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
        self._tops: dict[Reach, tuple[int, list[Kept], frozenset[int]]] = {}
        self._building = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        # One thread for alarms, so that nothing stands before them, and one for everything else; each keeps a
        # connection besides the one that listens.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="push")
        self._side = ThreadPoolExecutor(1, thread_name_prefix="push-side")

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
        await self.beside(_close)
        self._thread.shutdown()
        self._side.shutdown()

    async def in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Run ``work`` in the hub's database thread, on a connection that works."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, _with_database, work, arguments)

    async def beside(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Run what is not about alarms (sessions, links) where it keeps no alarm waiting."""
        return await asyncio.get_running_loop().run_in_executor(self._side, _with_database, work, arguments)

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
            client.offer(sorted(missed, key=_urgency))
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
        now = time.monotonic()
        if client.snapshot and now - client.snapshot_at >= SNAPSHOT_SECONDS:
            client.snapshot, client.snapshot_at = False, now
            client.pending = {}
            parts.append(await self._snapshot(client, seq))
        elif client.pending:
            kept = sorted(client.pending.values(), key=_urgency)
            client.pending = {}
            parts.append(await self._rows(client, kept, seq))
        if client.snapshot:
            wait = SNAPSHOT_SECONDS - (now - client.snapshot_at)
            asyncio.get_running_loop().call_later(max(0.0, wait), client.wake.set)
        if client.strip:
            parts.append(f"event: strip\ndata: {client.strip}\n\n")
            client.strip = ""
        if client.links:
            parts.append(f"event: links\ndata: {client.links}\n\n")
            client.links = ""
        _messages.inc(len(parts))
        return "".join(parts)

    async def _snapshot(self, client: Client, seq: int) -> str:
        shown, everything = self._top(client.reach)
        client.seen = set(everything)
        await self._build(shown, client.language)
        body = ",".join(kept.messages[client.language] for kept in shown)
        return self._event("queue", f'{{"total":{len(everything)},"rows":[{body}]}}', seq)

    def _top(self, reach: Reach) -> tuple[list[Kept], frozenset[int]]:
        """The most urgent alarms within reach, and the ids of all; once for all who see the same."""
        known = self._tops.get(reach)
        if known is None or known[0] != self.seq:
            within = [kept for kept in self._open.values() if reach.holds(kept.row)]
            shown = heapq.nsmallest(SNAPSHOT_ROWS, within, key=_urgency)
            known = self._tops[reach] = (self.seq, shown, frozenset(kept.row.id for kept in within))
        return known[1], known[2]

    async def _rows(self, client: Client, kept: list[Kept], seq: int) -> str:
        gone = [each.row.id for each in kept if not each.row.open and each.row.id in client.seen]
        here = [each for each in kept if each.row.open]
        client.seen.difference_update(gone)
        client.seen.update(each.row.id for each in here)
        await self._build(here, client.language)
        body = ",".join(each.messages[client.language] for each in here)
        if not here and not gone:
            return ""
        return self._event("rows", f'{{"rows":[{body}],"gone":{json.dumps(gone)}}}', seq)

    async def _build(self, kept: list[Kept], language: str) -> None:
        """Build what is missing; one after the other, so that nothing is built twice."""
        async with self._building:
            missing = [each for each in kept if language not in each.messages]
            if not missing:
                return
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
        changed = [row for row in rows if row.id not in self._open or self._open[row.id].row != row]
        if vanished:
            changed += await self.in_thread(queue_rows, THESE, (vanished,))
        await self._tell(changed)
        self._strip_due = True
        self._stir.set()

    async def _tell(self, rows: list[QueueRow]) -> None:
        """Remember changed rows and offer them to everybody, what will be shown already put into words."""
        changes = [kept for row in rows if (kept := self._keep(row)) is not None]
        changes.sort(key=_urgency)
        shown = [kept for kept in changes if kept.row.open][:MOST_ROWS]
        for language in {client.language for client in self.clients}:
            await self._build(shown, language)
        for client in self.clients:
            client.offer(changes)

    def _keep(self, row: QueueRow) -> Kept | None:
        known = self._open.get(row.id)
        if known is not None and known.row.version > row.version:
            return None
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
        return kept

    async def _deliver(self) -> None:
        last_strip = 0.0
        while True:
            await self._stir.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._stir.clear()
            changed, self._changed = self._changed, set()
            try:
                if changed:
                    await self._tell(await self.in_thread(queue_rows, THESE, (sorted(changed),)))
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
        """Count once for everybody who sees the same; only "mine" differs between them."""
        self._strip_due = False
        strips: dict[Reach, Strip] = {}
        held = Counter(kept.row.owner_id for kept in self._open.values() if not kept.row.waiting)
        for client in self.clients:
            strip = strips.get(client.reach)
            if strip is None:
                rows = (kept.row for kept in self._open.values() if client.reach.holds(kept.row))
                strip = strips[client.reach] = strip_of(rows, None)
            client.strip = presenting.strip_message(replace(strip, mine=held[client.account_id]))
            client.wake.set()

    async def _tend(self) -> None:
        """Ask again now and then: do the gateways and the engine live, do the sessions still stand."""
        asked = 0.0
        while True:
            try:
                states = await self.beside(presenting.links, self._clock())
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
        """Compile the reach of clients again; a stream whose session ended, or whose reach changed, ends."""
        for client in [c for c in self.clients if account_id is None or c.account_id == account_id]:
            reach = await self.beside(reach_of_session, client.session_key, self._clock())
            if reach is None or reach[1] != client.reach:
                client.end()


def _urgency(kept: Kept) -> tuple[int, int]:
    return kept.row.priority, kept.row.id


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
