"""A client of one camera as a state machine: OPTIONS, DESCRIBE, SETUP, PLAY, kept alive, TEARDOWN.

It is fed with bytes and time and gives bytes to send and events; it opens no connection. Digest and Basic,
redirects, interleaved and UDP transport, servers without GET_PARAMETER and answers without CSeq are its
business; what codec to write is not.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import unquote, urlsplit

from jifang.protocols.digest import Challenge, authorization, parse_challenge
from jifang.protocols.rtsp.description import Track, control_of, read_description
from jifang.protocols.rtsp.message import MessageReader, RtspError, RtspMessage

ANSWER_WAIT: Final = 10.0
"""Seconds for an answer."""
SESSION: Final = 60.0
"""Seconds a session lives without a sign of life, if the server does not say (RFC 2326 §12.37)."""
MAX_REDIRECTS: Final = 3
USER_AGENT: Final = "jifang"


class State(StrEnum):
    """Where the conversation stands."""

    NEW = "new"
    OPTIONS = "options"
    DESCRIBE = "describe"
    DESCRIBED = "described"
    """Waiting for `setup`."""
    SETUP = "setup"
    PLAY = "play"
    PLAYING = "playing"
    CLOSING = "closing"
    CLOSED = "closed"


class Failure(StrEnum):
    """Why a conversation ended."""

    NO_ANSWER = "no_answer"
    UNAUTHORIZED = "unauthorized"
    """The password is wrong, or there is none."""
    NOT_FOUND = "not_found"
    TRANSPORT = "transport"
    """461: try the other one."""
    REFUSED = "refused"
    REDIRECTS = "redirects"
    MALFORMED = "malformed"
    NO_TRACKS = "no_tracks"
    ENDED = "ended"
    """The server ended the session."""


@dataclass(frozen=True, slots=True)
class Described:
    """The tracks are known: call `setup` with those that are wanted."""

    tracks: tuple[Track, ...]


@dataclass(frozen=True, slots=True)
class Playing:
    """Packets come. ``info`` are sequence number and timestamp of each track as announced (RTP-Info)."""

    transports: tuple[Transport, ...]
    info: tuple[tuple[int | None, int | None], ...]


@dataclass(frozen=True, slots=True)
class Redirected:
    """Close this connection, open one to ``url``, and begin with a client for it."""

    url: str
    redirects: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The conversation is over. ``status`` is the server's, 0 if it gave none."""

    failure: Failure
    status: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Packet:
    """An interleaved packet that came among the answers."""

    channel: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Transport:
    """How a track's packets come: channels of the connection, or ports of UDP (server's 0 if unknown)."""

    track: Track
    interleaved: bool
    rtp: int
    """Channel or our port; RTCP has the next."""
    server_rtp: int = 0
    source: str = ""
    ssrc: int | None = None


Event = Described | Playing | Redirected | Failed | Packet


def _random() -> str:
    return secrets.token_hex(8)


@dataclass(slots=True)
class RtspClient:
    """One conversation. ``url`` may carry user and password; they are never sent in it.

    Send `take` after every call; call `tick` at `deadline`.
    """

    url: str
    username: str = ""
    password: str = ""
    redirects: int = 0
    random: Callable[[], str] = _random
    state: State = State.NEW
    session: str = ""
    tracks: tuple[Track, ...] = ()
    transports: list[Transport] = field(default_factory=list)
    _out: bytearray = field(default_factory=bytearray)
    _reader: MessageReader = field(default_factory=MessageReader)
    _cseq: int = 0
    _sent: RtspMessage | None = None
    _challenge: Challenge | None = None
    _uses: int = 0
    _tried: bool = False
    _wanted: list[tuple[Track, int]] = field(default_factory=list)
    _udp: bool = False
    _control: str = ""
    _methods: frozenset[str] = frozenset()
    _timeout: float = SESSION
    _answer_by: float | None = None
    _alive_at: float | None = None

    def __post_init__(self) -> None:
        self.url, username, password = split_credentials(self.url)
        self.username = self.username or username
        self.password = self.password or password

    @property
    def deadline(self) -> float | None:
        """When `tick` must be called; None if nothing is waited for."""
        return min((each for each in (self._answer_by, self._alive_at) if each is not None), default=None)

    def take(self) -> bytes:
        """What is to be sent."""
        out = bytes(self._out)
        self._out.clear()
        return out

    def rest(self) -> bytes:
        """Bytes received and not used: the beginning of the packets, for `rtp.InterleavedVideo`."""
        return self._reader.rest()

    def start(self, now: float) -> None:
        """The connection is open."""
        self.state = State.OPTIONS
        self._request("OPTIONS", self.url, now)

    def setup(self, tracks: list[Track], now: float, *, ports: list[int] | None = None) -> None:
        """Ask for these tracks: interleaved, or by UDP to these even ports (one a track, RTCP on the next).

        Raises ValueError when the tracks are not known yet, are none, or are not as many as the ports.
        """
        if self.state is not State.DESCRIBED or not tracks:
            raise ValueError(f"setup of {len(tracks)} tracks while {self.state}")
        if ports is not None and len(ports) != len(tracks):
            raise ValueError(f"{len(ports)} ports for {len(tracks)} tracks")
        self._udp = ports is not None
        self._wanted = list(zip(tracks, ports or [2 * index for index in range(len(tracks))], strict=True))
        self.transports = []
        self.state = State.SETUP
        self._next_setup(now)

    def teardown(self, now: float) -> None:
        """End the session; the connection may be closed when the answer came or the time is over."""
        if self.state in (State.CLOSING, State.CLOSED):
            return
        if not self.session:
            self._close()
            return
        self.state = State.CLOSING
        self._request("TEARDOWN", self._control or self.url, now)

    def feed(self, data: bytes, now: float) -> list[Event]:
        """Take bytes of the connection. After PLAYING give them to the packet reader instead (`text`)."""
        if self.state is State.CLOSED:
            return []
        events: list[Event] = []
        try:
            pieces = self._reader.feed(data)
        except RtspError as error:
            return [self._fail(Failure.MALFORMED, 0, error.reason)]
        for piece in pieces:
            if isinstance(piece, bytes):
                events.append(Packet(piece[1], piece[4:]))
            else:
                events += self._message(piece, now)
        return events

    def text(self, data: bytes, now: float) -> list[Event]:
        """Take the RTSP messages that the packet reader found between packets (`rtp.Batch.text`)."""
        return self.feed(data, now) if data else []

    def tick(self, now: float) -> list[Event]:
        """Time has passed: keep the session alive, or give up."""
        if self._answer_by is not None and now >= self._answer_by:
            if self.state is State.CLOSING:
                self._close()
                return []
            return [self._fail(Failure.NO_ANSWER)]
        if self._alive_at is not None and now >= self._alive_at and self.state is State.PLAYING:
            method = "GET_PARAMETER" if "GET_PARAMETER" in self._methods else "OPTIONS"
            self._request(method, self._control or self.url, now)
            self._alive_at = now + self._timeout / 2
        return []

    def _request(self, method: str, uri: str, now: float, *headers: tuple[str, str]) -> None:
        self._tried = False
        self._sent = RtspMessage(method=method, uri=uri, headers=list(headers))
        self._send(now)

    def _send(self, now: float) -> None:
        """Send the request at hand, with the next number and with credentials if they were asked for."""
        request = self._sent
        assert request is not None
        self._cseq += 1
        headers = [("CSeq", str(self._cseq)), *request.headers, ("User-Agent", USER_AGENT)]
        if self.session:
            headers.append(("Session", self.session))
        if self._challenge is not None:
            headers.append(("Authorization", self._authorization(request.method, request.uri)))
        self._out += bytes(RtspMessage(method=request.method, uri=request.uri, headers=headers))
        self._answer_by = now + ANSWER_WAIT

    def _authorization(self, method: str, uri: str) -> str:
        challenge = self._challenge
        assert challenge is not None
        if challenge.scheme == "basic":
            pair = f"{self.username}:{self.password}".encode()
            return "Basic " + base64.b64encode(pair).decode("ascii")
        self._uses += 1
        return authorization(
            challenge,
            username=self.username,
            password=self.password,
            method=method,
            uri=uri,
            count=self._uses,
            cnonce=self.random(),
        )

    def _message(self, message: RtspMessage, now: float) -> list[Event]:
        if self.state is State.CLOSED:
            return []
        if message.method:
            return self._their_request(message)
        if self._sent is None or (message.cseq is not None and message.cseq != self._cseq):
            return []
        self._answer_by = None
        status = message.status
        if status == 401:
            return self._unauthorized(message, now)
        if self.state is State.CLOSING:
            self._close()
            return []
        if status in (301, 302, 303, 305, 307):
            location = message.get("Location") or ""
            if not location.lower().startswith(("rtsp://", "rtsps://")) or self.redirects >= MAX_REDIRECTS:
                return [self._fail(Failure.REDIRECTS, status, location[:200])]
            self._close()
            return [Redirected(location, self.redirects + 1)]
        if self.state is State.OPTIONS:
            # A camera that does not know OPTIONS may still know the rest.
            self._methods = frozenset(re.split(r"[,\s]+", (message.get("Public") or "").upper()))
            self.state = State.DESCRIBE
            self._request("DESCRIBE", self.url, now, ("Accept", "application/sdp"))
            return []
        if self.state is State.PLAYING:
            if status in (404, 454):
                return [self._fail(Failure.ENDED, status, message.phrase)]
            return []
        if not 200 <= status < 300:
            failure = {404: Failure.NOT_FOUND, 461: Failure.TRANSPORT}.get(status, Failure.REFUSED)
            return [self._fail(failure, status, message.phrase)]
        if self.state is State.DESCRIBE:
            return self._described(message)
        if self.state is State.SETUP:
            return self._set_up(message, now)
        return self._played(message, now)

    def _their_request(self, request: RtspMessage) -> list[Event]:
        """Some servers ask, too: answer what keeps them content, end when they say so."""
        known = request.method in (
            "OPTIONS",
            "GET_PARAMETER",
            "SET_PARAMETER",
            "ANNOUNCE",
            "TEARDOWN",
            "REDIRECT",
        )
        answer = RtspMessage(status=200 if known else 501, phrase="OK" if known else "Not Implemented")
        answer.headers = [("CSeq", request.get("CSeq") or "0")]
        self._out += bytes(answer)
        if request.method in ("TEARDOWN", "REDIRECT"):
            return [self._fail(Failure.ENDED, 0, request.method)]
        return []

    def _unauthorized(self, message: RtspMessage, now: float) -> list[Event]:
        challenges = [parse_challenge(value) for value in message.every("WWW-Authenticate")]
        usable = [
            each for each in challenges if each.scheme == "digest" and each.algorithm in ("MD5", "SHA-256")
        ]
        usable += [each for each in challenges if each.scheme == "basic"]
        stale = bool(usable) and usable[0].stale
        if not usable or not self.username or (self._tried and not stale) or self._uses > 10_000:
            if self.state is State.CLOSING:
                self._close()
                return []
            return [self._fail(Failure.UNAUTHORIZED, 401, message.phrase)]
        self._tried = True
        self._challenge, self._uses = usable[0], 0
        self._send(now)
        return []

    def _described(self, message: RtspMessage) -> list[Event]:
        base = message.get("Content-Base") or message.get("Content-Location") or self.url
        if not base.lower().startswith(("rtsp://", "rtsps://")):
            base = self.url
        base = split_credentials(base)[0]
        self.tracks = read_description(message.body, base)
        self._control = control_of(message.body, base)
        if not self.tracks:
            return [self._fail(Failure.NO_TRACKS, message.status)]
        self.state = State.DESCRIBED
        return [Described(self.tracks)]

    def _next_setup(self, now: float) -> None:
        track, number = self._wanted[len(self.transports)]
        pair = f"{number}-{number + 1}"
        transport = (
            f"RTP/AVP;unicast;client_port={pair}" if self._udp else f"RTP/AVP/TCP;unicast;interleaved={pair}"
        )
        self._request("SETUP", track.control, now, ("Transport", transport))

    def _set_up(self, message: RtspMessage, now: float) -> list[Event]:
        self._note_session(message)
        track, number = self._wanted[len(self.transports)]
        fields = {}
        for part in (message.get("Transport") or "").split(",")[0].split(";"):
            name, _, value = part.strip().partition("=")
            fields[name.lower()] = value.strip()
        interleaved = "interleaved" in fields
        if interleaved is self._udp and message.get("Transport"):
            return [self._fail(Failure.TRANSPORT, message.status, message.get("Transport") or "")]
        if interleaved:
            number = _first(fields["interleaved"], number)
        ssrc = fields.get("ssrc", "").strip('"')
        self.transports.append(
            Transport(
                track,
                not self._udp,
                number,
                _first(fields.get("server_port", ""), 0),
                fields.get("source", ""),
                int(ssrc, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,8}", ssrc) else None,
            )
        )
        if len(self.transports) < len(self._wanted):
            self._next_setup(now)
        else:
            self.state = State.PLAY
            self._request("PLAY", self._control, now, ("Range", "npt=0.000-"))
        return []

    def _note_session(self, message: RtspMessage) -> None:
        value = message.get("Session")
        if not value:
            return
        self.session, _, rest = value.partition(";")
        self.session = self.session.strip()
        found = re.search(r"timeout\s*=\s*(\d{1,6})", rest, re.IGNORECASE)
        if found and int(found[1]) >= 2:
            self._timeout = float(found[1])

    def _played(self, message: RtspMessage, now: float) -> list[Event]:
        self._note_session(message)
        self.state = State.PLAYING
        self._alive_at = now + self._timeout / 2
        info: list[tuple[int | None, int | None]] = []
        parts = (message.get("RTP-Info") or "").split(",")
        for index in range(len(self.transports)):
            part = parts[index] if index < len(parts) else ""
            info.append((_named(part, "seq"), _named(part, "rtptime")))
        return [Playing(tuple(self.transports), tuple(info))]

    def _fail(self, failure: Failure, status: int = 0, detail: str = "") -> Failed:
        self._close()
        return Failed(failure, status, detail)

    def _close(self) -> None:
        self.state = State.CLOSED
        self._answer_by = self._alive_at = None


def _first(text: str, otherwise: int) -> int:
    found = re.match(r"\d{1,5}", text)
    return int(found[0]) if found else otherwise


def _named(text: str, name: str) -> int | None:
    found = re.search(rf"(?:^|;)\s*{name}=(\d{{1,10}})", text)
    return int(found[1]) if found else None


def split_credentials(url: str) -> tuple[str, str, str]:
    """A URL without user and password, and those two; the last ``@`` counts, for passwords contain it."""
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    user, at, host = authority.rpartition("@")
    if not separator or not at:
        return url, "", ""
    name, _, password = user.partition(":")
    return f"{scheme}://{host}{slash}{path}", unquote(name), unquote(password)


def address_of(url: str) -> tuple[str, int]:
    """Host and port to connect to; 554 by default, 322 for rtsps. Raises ValueError for another URL."""
    parts = urlsplit(split_credentials(url)[0])
    if parts.scheme not in ("rtsp", "rtsps") or not parts.hostname:
        raise ValueError(f"address {url!r}: rtsp://host[:port]/path is needed")
    return parts.hostname, parts.port or (554 if parts.scheme == "rtsp" else 322)
