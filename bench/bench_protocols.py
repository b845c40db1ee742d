"""What one frame costs before it reaches the database. Prints `name: value` lines.

    python bench/bench_protocols.py

Pure computation, one core, no sockets. Each figure is the best of five rounds: the others are disturbed by
whatever else runs.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter

from jifang.protocols.dc09 import (
    StreamFramer,
    encode_frame,
    judge,
    parse_frame,
    random_pad,
    reply,
)

ROUNDS = 5
CALLS = 20_000
NOW = datetime(2026, 11, 22, 8, 0, 0, tzinfo=UTC)
KEY = bytes(range(32))


def best(work: Callable[[], object], calls: int = CALLS) -> float:
    """Microseconds for one call, the best round of five."""
    rounds = []
    for _ in range(ROUNDS):
        start = perf_counter()
        for _ in range(calls):
            work()
        rounds.append((perf_counter() - start) / calls)
    return min(rounds) * 1e6


def acknowledging(raw: bytes, key: bytes | None) -> Callable[[], object]:
    """Bytes of the socket to bytes of the answer."""
    framer = StreamFramer()

    def work() -> bytes:
        answer = b""
        for piece in framer.feed(raw):
            frame = parse_frame(piece)
            answer = reply(frame, judge(frame, now=NOW, key=key).answer, now=NOW, key=key, pad=random_pad)
        return answer

    return work


def recording(raw: bytes, key: bytes | None) -> Callable[[], object]:
    """The same, and all that a row of the signal log needs: events, class, timestamp, digest."""
    framer = StreamFramer()

    def work() -> object:
        kept: object = None
        for piece in framer.feed(raw):
            frame = parse_frame(piece)
            judgement = judge(frame, now=NOW, key=key)
            message = judgement.message
            if message is not None:
                event = message.events[0]
                kept = (event.code, event.event_class, event.zone, message.timestamp, message.digest())
            reply(frame, judgement.answer, now=NOW, key=key, pad=random_pad)
        return kept

    return work


def main() -> None:
    """Measure and print."""
    clear = encode_frame("ADM-CID", 1, "123456", b"1130 01 015", at=NOW)
    sia = encode_frame("SIA-DCS", 1, "123456", b"Nri1/BA015", at=NOW)
    sealed = encode_frame("ADM-CID", 1, "123456", b"1130 01 015", at=NOW, key=KEY)
    batch = clear * 100
    print(f"# Python {platform.python_version()}, {platform.machine()}; one core, no sockets, no database")
    print(f"# frame: {clear[1:-1].decode()}; encrypted: AES-256")
    print(f"protocols.dc09_ack_us: {best(acknowledging(clear, None)):.2f}")
    print(f"protocols.dc09_ack_and_row_us: {best(recording(clear, None)):.2f}")
    print(f"protocols.dc09_sia_ack_and_row_us: {best(recording(sia, None)):.2f}")
    print(f"protocols.dc09_encrypted_ack_us: {best(acknowledging(sealed, KEY)):.2f}")
    print(f"protocols.dc09_batch_of_100_ack_us_per_frame: {best(acknowledging(batch, None), 400) / 100:.2f}")
    noise = b"\r\n" * 32_768
    print(f"protocols.dc09_line_ends_us_per_kb: {best(lambda: StreamFramer().feed(noise), 1) / 64:.1f}")


if __name__ == "__main__":
    main()
