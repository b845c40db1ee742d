"""RTCP (RFC 3550 §6): sender reports read, receiver reports written, reception measured."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

SENDER_REPORT, RECEIVER_REPORT, DESCRIPTION, BYE = 200, 201, 202, 203
_NTP: Final = datetime(1900, 1, 1, tzinfo=UTC)
_MOST: Final = 32


class SenderReport(NamedTuple):
    """The sender's wall clock beside its RTP clock: how the offset of a camera's clock is measured."""

    ssrc: int
    ntp: int
    """64 bits: seconds since 1900 and their fraction."""
    timestamp: int
    packets: int
    octets: int

    @property
    def wall_clock(self) -> datetime | None:
        """UTC as the sender believes it; None if it has no clock."""
        if not self.ntp >> 32:
            return None
        # Era 1 begins in 2036; earlier values before 1968 belong to it (RFC 4330 §3).
        seconds = (self.ntp >> 32) + (0 if self.ntp >> 63 else 1 << 32)
        return _NTP + timedelta(seconds=seconds, microseconds=(self.ntp & 0xFFFFFFFF) * 10**6 >> 32)


class Goodbye(NamedTuple):
    """The sender ends."""

    ssrcs: tuple[int, ...]


class ReceptionReport(NamedTuple):
    """What a receiver says about one source: loss since the last report in 1/256, in all, jitter in ticks."""

    ssrc: int
    fraction: int
    lost: int
    highest: int
    jitter: int
    last_report: int
    delay: int
    """Since the last sender report, in 1/65536 s."""


class ReceiverReport(NamedTuple):
    """What a receiver says."""

    ssrc: int
    reports: tuple[ReceptionReport, ...]


Report = SenderReport | ReceiverReport | Goodbye


def parse_rtcp(data: bytes) -> list[Report]:
    """The reports of a compound packet; what cannot be read ends it. Never raises."""
    reports: list[Report] = []
    place, end = 0, len(data)
    while place + 8 <= end and len(reports) < _MOST:
        first, kind, length = struct.unpack_from(">BBH", data, place)
        body = data[place + 4 : place + 4 + 4 * length]
        if first >> 6 != 2 or len(body) < 4 * length:
            break
        count = first & 31
        if kind == SENDER_REPORT and len(body) >= 24:
            ssrc, ntp, timestamp, packets, octets = struct.unpack_from(">IQIII", body)
            reports.append(SenderReport(ssrc, ntp, timestamp, packets, octets))
        elif kind == RECEIVER_REPORT and len(body) >= 4 + 24 * count:
            blocks = []
            for index in range(count):
                ssrc, loss, highest, jitter, last, delay = struct.unpack_from(">IIIIII", body, 4 + 24 * index)
                lost = loss & 0xFFFFFF
                lost -= 1 << 24 if lost >= 1 << 23 else 0
                blocks.append(ReceptionReport(ssrc, loss >> 24, lost, highest, jitter, last, delay))
            reports.append(ReceiverReport(int.from_bytes(body[:4], "big"), tuple(blocks)))
        elif kind == BYE:
            whole = min(count, len(body) // 4)
            reports.append(Goodbye(struct.unpack_from(f">{whole}I", body)))
        place += 4 + 4 * length
    return reports


def build_sender_report(report: SenderReport, name: str = "jifang") -> bytes:
    """A compound packet: the report and the sender's name."""
    head = struct.pack(">BBHIQIII", 0x80, SENDER_REPORT, 6, *report)
    return head + _description(report.ssrc, name)


def build_receiver_report(report: ReceiverReport, name: str = "jifang") -> bytes:
    """A compound packet: the report and the receiver's name."""
    blocks = b"".join(
        struct.pack(">IIIIII", b.ssrc, b.fraction << 24 | b.lost & 0xFFFFFF, *b[3:]) for b in report.reports
    )
    head = struct.pack(
        ">BBHI", 0x80 | len(report.reports), RECEIVER_REPORT, 1 + 6 * len(report.reports), report.ssrc
    )
    return head + blocks + _description(report.ssrc, name)


def _description(ssrc: int, name: str) -> bytes:
    text = name.encode()[:255]
    chunk = ssrc.to_bytes(4, "big") + bytes((1, len(text))) + text + b"\x00"
    chunk += b"\x00" * (-len(chunk) % 4)
    return struct.pack(">BBH", 0x81, DESCRIPTION, len(chunk) // 4) + chunk


def ntp_of(moment: datetime) -> int:
    """The 64 bits of a UTC time."""
    since = moment - _NTP
    whole = since.days * 86_400 + since.seconds
    return (whole & 0xFFFFFFFF) << 32 | (since.microseconds << 32) // 10**6


class Reception:
    """Measures one source (RFC 3550 §6.4, A.8). ``now`` in seconds of a steady clock."""

    def __init__(self, ssrc: int, clock: int = 90_000) -> None:
        self.ssrc = ssrc
        self._clock = clock
        self._first: int | None = None
        self._highest = 0
        self._packets = 0
        self._jitter = 0.0
        self._transit: float | None = None
        self._expected_before = self._packets_before = 0
        self._report: tuple[int, float] | None = None

    def packet(self, sequence: int, timestamp: int, now: float) -> None:
        """One packet came; call it for one of many where each costs too much."""
        if self._first is None:
            self._first = self._highest = sequence
        step = (sequence - self._highest) & 0xFFFF
        if step < 0x8000:
            self._highest += step
        self._packets += 1
        transit = (now * self._clock - timestamp) % (1 << 32)
        if self._transit is not None:
            change = abs(transit - self._transit)
            self._jitter += (min(change, (1 << 32) - change) - self._jitter) / 16
        self._transit = transit

    def sender_report(self, report: SenderReport, now: float) -> None:
        """A sender report came."""
        self._report = (report.ntp >> 16 & 0xFFFFFFFF, now)

    @property
    def lost(self) -> int:
        """Packets expected and not received; negative if some came twice."""
        return 0 if self._first is None else self._highest - self._first + 1 - self._packets

    def report(self, now: float) -> ReceptionReport:
        """What to tell the sender, since the last call."""
        expected = 0 if self._first is None else self._highest - self._first + 1
        interval, got = expected - self._expected_before, self._packets - self._packets_before
        self._expected_before, self._packets_before = expected, self._packets
        fraction = min(255, max(0, (interval - got) * 256 // interval)) if interval > 0 else 0
        last, delay = 0, 0
        if self._report is not None:
            last, delay = self._report[0], min(0xFFFFFFFF, max(0, int((now - self._report[1]) * 65536)))
        lost = min(0x7FFFFF, max(-0x800000, self.lost))
        return ReceptionReport(
            self.ssrc, fraction, lost, self._highest & 0xFFFFFFFF, int(self._jitter), last, delay
        )
