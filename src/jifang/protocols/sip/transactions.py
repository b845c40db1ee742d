"""SIP transactions (RFC 3261 §17, accepted state of RFC 6026): timers are deadlines, nothing reads a clock.

Each transaction is told what was sent and received with the time in seconds, and returns what to do. The
gateway sends, sleeps until the earliest `deadline`, and calls `tick`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from jifang.protocols.sip.build import make_ack
from jifang.protocols.sip.headers import parse_via
from jifang.protocols.sip.message import SipMessage

T1: Final = 0.5
"""Estimated round trip, seconds."""
T2: Final = 4.0
"""Longest interval between repetitions of non-INVITE requests and INVITE responses."""
T4: Final = 5.0
"""Longest time a message stays in the network."""
TIMEOUT: Final = 64 * T1
"""Timers B, F, H, J, L, M."""


class State(StrEnum):
    """Where a transaction stands."""

    CALLING = "calling"
    TRYING = "trying"
    PROCEEDING = "proceeding"
    COMPLETED = "completed"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True)
class Send:
    """Send this message where the first one went."""

    message: SipMessage


@dataclass(frozen=True, slots=True)
class Deliver:
    """Hand this message to the owner of the transaction."""

    message: SipMessage


@dataclass(frozen=True, slots=True)
class TimedOut:
    """No answer came (client), or no ACK (server)."""


Action = Send | Deliver | TimedOut


@dataclass(slots=True)
class ClientTransaction:
    """A request of ours. ``reliable`` for TCP: nothing is repeated."""

    request: SipMessage
    reliable: bool
    state: State = State.TERMINATED
    _ack: SipMessage | None = None
    _interval: float = T1
    _repeat: float | None = None
    _end: float | None = None

    @property
    def key(self) -> str:
        """Branch and method: what answers are matched by."""
        return client_key(self.request)

    @property
    def invite(self) -> bool:
        """True for INVITE."""
        return self.request.method == "INVITE"

    @property
    def deadline(self) -> float | None:
        """When `tick` must be called; None when terminated."""
        if self.state is State.TERMINATED:
            return None
        return min((each for each in (self._repeat, self._end) if each is not None), default=None)

    def start(self, now: float) -> list[Action]:
        """Send the request for the first time."""
        self.state = State.CALLING if self.invite else State.TRYING
        self._interval = T1
        self._repeat = None if self.reliable else now + T1
        self._end = now + TIMEOUT
        return [Send(self.request)]

    def receive(self, response: SipMessage, now: float) -> list[Action]:
        """An answer with our branch came."""
        status = response.status
        if self.state in (State.CALLING, State.TRYING, State.PROCEEDING):
            if status < 200:
                if self.invite:
                    # A device may look for its camera as long as it likes; the owner cancels, not the timer.
                    self._repeat = self._end = None
                elif not self.reliable:
                    self._repeat = now + T2
                self.state = State.PROCEEDING
                return [Deliver(response)]
            return self._final(response, now)
        if self.state is State.COMPLETED and self.invite and status >= 300 and self._ack is not None:
            return [Send(self._ack)]
        if self.state is State.ACCEPTED and 200 <= status < 300:
            # Each repetition of the 2xx needs its ACK from the owner.
            return [Deliver(response)]
        return []

    def _final(self, response: SipMessage, now: float) -> list[Action]:
        self._repeat = None
        if not self.invite:
            self._close(State.COMPLETED, now, 0.0 if self.reliable else T4)
            return [Deliver(response)]
        if response.status < 300:
            self._close(State.ACCEPTED, now, TIMEOUT)
            return [Deliver(response)]
        self._ack = make_ack(self.request, response)
        self._close(State.COMPLETED, now, 0.0 if self.reliable else TIMEOUT)
        return [Send(self._ack), Deliver(response)]

    def _close(self, state: State, now: float, wait: float) -> None:
        self.state = state if wait else State.TERMINATED
        self._end = now + wait

    def tick(self, now: float) -> list[Action]:
        """Time has passed."""
        if self.state is State.TERMINATED:
            return []
        if self._end is not None and now >= self._end:
            waiting = self.state in (State.CALLING, State.TRYING, State.PROCEEDING)
            self.state = State.TERMINATED
            return [TimedOut()] if waiting else []
        if self._repeat is not None and now >= self._repeat:
            if self.invite:
                self._interval *= 2
            else:
                self._interval = T2 if self.state is State.PROCEEDING else min(self._interval * 2, T2)
            self._repeat = now + self._interval
            return [Send(self.request)]
        return []


@dataclass(slots=True)
class ServerTransaction:
    """A request of the other side."""

    request: SipMessage
    reliable: bool
    state: State = State.TRYING
    _response: SipMessage | None = None
    _interval: float = T1
    _repeat: float | None = None
    _end: float | None = None

    @property
    def key(self) -> str:
        """Branch, sender and method: what repetitions are matched by."""
        return server_key(self.request)

    @property
    def invite(self) -> bool:
        """True for INVITE."""
        return self.request.method == "INVITE"

    @property
    def deadline(self) -> float | None:
        """When `tick` must be called; None when terminated or waiting for the owner's answer."""
        if self.state is State.TERMINATED:
            return None
        return min((each for each in (self._repeat, self._end) if each is not None), default=None)

    def receive(self, request: SipMessage, now: float) -> list[Action]:
        """The request came again, or its ACK."""
        if request.method == "ACK" and self.invite:
            if self.state is State.COMPLETED:
                self._repeat = None
                self._end = now + T4
                self.state = State.TERMINATED if self.reliable else State.CONFIRMED
            elif self.state is State.ACCEPTED:
                self._repeat = None
                return [Deliver(request)]
            return []
        if self._response is not None and self.state in (State.PROCEEDING, State.COMPLETED, State.ACCEPTED):
            return [Send(self._response)]
        return []

    def respond(self, response: SipMessage, now: float) -> list[Action]:
        """The owner answers. After a final answer nothing else is sent."""
        if self.state not in (State.TRYING, State.PROCEEDING):
            return []
        self._response = response
        if response.status < 200:
            self.state = State.PROCEEDING
            return [Send(response)]
        if not self.invite:
            self.state = State.TERMINATED if self.reliable else State.COMPLETED
            self._end = now + TIMEOUT
            return [Send(response)]
        self._end = now + TIMEOUT
        self._interval = T1
        if response.status < 300:
            # The 2xx is repeated over every transport until the ACK comes (RFC 3261 §13.3.1.4).
            self.state = State.ACCEPTED
            self._repeat = now + T1
        else:
            self.state = State.COMPLETED
            self._repeat = None if self.reliable else now + T1
        return [Send(response)]

    def tick(self, now: float) -> list[Action]:
        """Time has passed."""
        if self.state is State.TERMINATED:
            return []
        if self._end is not None and now >= self._end:
            unanswered = self.invite and self._repeat is not None
            unanswered |= self.state is State.COMPLETED and self.invite
            self.state = State.TERMINATED
            return [TimedOut()] if unanswered else []
        if self._repeat is not None and now >= self._repeat and self._response is not None:
            self._interval = min(self._interval * 2, T2)
            self._repeat = now + self._interval
            return [Send(self._response)]
        return []


def client_key(message: SipMessage) -> str:
    """Key of a request of ours, and of the answer to it."""
    via = parse_via(message.get("Via") or "")
    branch = via.branch if via else ""
    method = message.method or message.cseq[1]
    return f"{branch} {'INVITE' if method == 'ACK' else method}"


def fallback_key(message: SipMessage) -> str:
    """Key of an answer without Via, as some devices send it: Call-ID and CSeq."""
    number, method = message.cseq
    return f"{message.call_id} {number} {method or message.method}"


def server_key(request: SipMessage) -> str:
    """Key of a request of the other side. ACK has that of its INVITE (RFC 3261 §17.2.3)."""
    via = parse_via(request.get("Via") or "")
    method = "INVITE" if request.method == "ACK" else request.method
    if via is None or not via.branch:
        number, _ = request.cseq
        return f"{request.call_id} {number} {request.get('From')} {method}"
    return f"{via.branch} {via.host}:{via.port or 5060} {method}"


@dataclass(slots=True)
class TransactionLayer:
    """All transactions of one listener, found by their keys. At most ``most`` at a time on each side."""

    most: int = 20_000
    clients: dict[str, ClientTransaction] = field(default_factory=dict)
    servers: dict[str, ServerTransaction] = field(default_factory=dict)
    _fallback: dict[str, str] = field(default_factory=dict)

    def request(
        self, request: SipMessage, *, reliable: bool, now: float
    ) -> tuple[ClientTransaction, list[Action]]:
        """Start a transaction of ours. Raises OverflowError when too many are open."""
        if len(self.clients) >= self.most:
            raise OverflowError(f"{self.most} transactions are open")
        transaction = ClientTransaction(request, reliable)
        self.clients[transaction.key] = transaction
        self._fallback[fallback_key(request)] = transaction.key
        return transaction, transaction.start(now)

    def received(
        self, message: SipMessage, *, reliable: bool, now: float
    ) -> tuple[ClientTransaction | ServerTransaction | None, list[Action], bool]:
        """A message came: its transaction, what to do, and whether it is a new request for the owner.

        None for an answer to nothing of ours, for an ACK of a 2xx (it belongs to the dialog), and when too
        many requests are open; then nothing is answered and the other side repeats.
        """
        if not message.is_request:
            key = client_key(message)
            if key not in self.clients:
                key = self._fallback.get(fallback_key(message), "")
            client = self.clients.get(key)
            return (client, [], False) if client is None else (client, client.receive(message, now), False)
        known = self.servers.get(server_key(message))
        if known is not None:
            return known, known.receive(message, now), False
        if message.method == "ACK" or len(self.servers) >= self.most:
            return None, [], False
        made = ServerTransaction(message, reliable)
        self.servers[made.key] = made
        return made, [], True

    @property
    def deadline(self) -> float | None:
        """When `tick` must be called next."""
        every = [each.deadline for table in (self.clients, self.servers) for each in table.values()]
        return min((each for each in every if each is not None), default=None)

    def tick(self, now: float) -> list[tuple[ClientTransaction | ServerTransaction, Action]]:
        """Time has passed: what to do, by transaction. Ended transactions are forgotten."""
        done: list[tuple[ClientTransaction | ServerTransaction, Action]] = []
        for client in list(self.clients.values()):
            if client.deadline is not None and client.deadline <= now:
                done += [(client, action) for action in client.tick(now)]
            if client.state is State.TERMINATED:
                del self.clients[client.key]
                self._fallback.pop(fallback_key(client.request), None)
        for server in list(self.servers.values()):
            if server.deadline is not None and server.deadline <= now:
                done += [(server, action) for action in server.tick(now)]
            if server.state is State.TERMINATED:
                del self.servers[server.key]
        return done
