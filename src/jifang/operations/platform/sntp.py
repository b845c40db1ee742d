"""Ask a time server how far our clock is off (RFC 4330/5905, client mode). The clock is never set."""

import secrets
import socket
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

PORT = 123
# Seconds from 1900-01-01, where NTP counts from, to 1970-01-01.
ERA = 2_208_988_800
_PACKET = struct.Struct("!BBbb11I")
# Answers slower than this say little about the offset, whose error is half the way there and back.
LONGEST_ROUND_TRIP = 2.0


class BadAnswerError(ValueError):
    """The packet is no usable answer to our question."""


@dataclass(frozen=True)
class Offset:
    """How far our clock is behind (positive) or ahead (negative) of `server`, in seconds, and how sure."""

    server: str
    seconds: float
    uncertainty: float


def question(nonce: bytes) -> bytes:
    """A request whose transmit timestamp is the random `nonce` (8 bytes): it tells our clock to nobody."""
    return bytes([0b00_100_011]) + bytes(39) + nonce


def answer(packet: bytes, nonce: bytes) -> tuple[float, float]:
    """(when the server received, when it sent), Unix seconds. Raises BadAnswerError."""
    if len(packet) < _PACKET.size:
        raise BadAnswerError("the packet is too short")
    fields = _PACKET.unpack(packet[: _PACKET.size])
    leap, mode, stratum = fields[0] >> 6, fields[0] & 7, fields[1]
    if mode != 4:
        raise BadAnswerError("the packet is not from a server")
    if packet[24:32] != nonce:
        raise BadAnswerError("the packet answers another question")
    if leap == 3 or not 1 <= stratum <= 15:
        raise BadAnswerError("the server has no time itself")
    received, sent = (_unix(packet[at : at + 8]) for at in (32, 40))
    return received, sent


def _unix(stamp: bytes) -> float:
    seconds, fraction = struct.unpack("!II", stamp)
    if seconds < ERA:
        # The counter rolls over in 2036; what looks like 1900 to 1970 is the next era.
        seconds += 1 << 32
    return float(seconds - ERA + fraction / (1 << 32))


def ask(server: str, clock: Callable[[], float], timeout: float = LONGEST_ROUND_TRIP) -> Offset:
    """Compare `clock()` (Unix seconds) with `server` (`name` or `name:port`). OSError or BadAnswerError."""
    host, _, port = server.partition(":")
    nonce = secrets.token_bytes(8)
    family, kind, protocol, _name, address = socket.getaddrinfo(
        host, int(port or PORT), type=socket.SOCK_DGRAM
    )[0]
    with socket.socket(family, kind, protocol) as asking:
        asking.settimeout(timeout)
        asking.connect(address)
        left = clock()
        asking.send(question(nonce))
        packet = asking.recv(512)
        back = clock()
    received, sent = answer(packet, nonce)
    return Offset(
        server, ((received - left) + (sent - back)) / 2, max(0.0, (back - left) - (sent - received)) / 2
    )


def measure(servers: Sequence[str], clock: Callable[[], float]) -> Offset | None:
    """The median of the servers' answers; None when none of them answers."""
    offsets = []
    for server in servers:
        try:
            offsets.append(ask(server, clock))
        except (OSError, BadAnswerError):
            continue
    offsets.sort(key=lambda one: one.seconds)
    return offsets[len(offsets) // 2] if offsets else None
