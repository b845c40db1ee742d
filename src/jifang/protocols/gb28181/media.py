"""Session descriptions of GB/T 28181: the order of the standard, with ``y=`` (SSRC) and ``f=`` (format)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from jifang.protocols.gb28181.profile import PROFILES, Edition, Profile
from jifang.protocols.sdp import Session, parse_sdp

CONTENT_TYPE: Final = "APPLICATION/SDP"


class Purpose(StrEnum):
    """What a call is for: the ``s=`` line."""

    PLAY = "Play"
    PLAYBACK = "Playback"
    DOWNLOAD = "Download"
    TALK = "Talk"


class Transport(StrEnum):
    """How media come. Passive: who offers listens; the best through NAT, and our default."""

    UDP = "udp"
    TCP_PASSIVE = "tcp-passive"
    TCP_ACTIVE = "tcp-active"


_PURPOSES: Final = {purpose.value.lower(): purpose for purpose in Purpose}
_SSRC: Final = re.compile(r"\d{10}\Z")
_ENCODINGS: Final = {
    "96": "PS/90000",
    "97": "MPEG4/90000",
    "98": "H264/90000",
    "99": "H265/90000",
    "8": "PCMA/8000",
    "0": "PCMU/8000",
}
_UNIX_MAX: Final = 2**40
VIDEO_CODECS: Final = {"1": "MPEG-4", "2": "H.264", "3": "SVAC", "4": "3GP", "5": "H.265"}
AUDIO_CODECS: Final = {"1": "G.711", "2": "G.723.1", "3": "G.729", "4": "G.722.1"}
RESOLUTIONS: Final = {"1": "QCIF", "2": "CIF", "3": "4CIF", "4": "D1", "5": "720P", "6": "1080P"}


class Format(NamedTuple):
    """The ``f=`` line: codes as sent, empty where nothing was said."""

    video_codec: str = ""
    resolution: str = ""
    frame_rate: str = ""
    rate_type: str = ""
    video_rate: str = ""
    """kbit/s."""
    audio_codec: str = ""
    audio_rate: str = ""
    """Code: 8 is 64 kbit/s."""
    sample_rate: str = ""
    """Code: 1 is 8 kHz."""

    def __str__(self) -> str:
        return "v/{}/{}/{}/{}/{}a/{}/{}/{}".format(*self)


_FORMAT: Final = re.compile(r"v/([^/a]*)/([^/]*)/([^/]*)/([^/]*)/([^/a]*)\s*a/([^/]*)/([^/]*)/([^/]*)\Z")


def read_format(text: str) -> Format | None:
    """An ``f=`` line; None if it is empty or not in the standard's form."""
    found = _FORMAT.match(text.strip())
    return None if found is None else Format(*(each.strip() for each in found.groups()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An offer or answer. ``owner`` is the SIP id in ``o=``; times are UTC; ``speed`` of a download."""

    owner: str
    address: str
    port: int
    purpose: Purpose = Purpose.PLAY
    transport: Transport = Transport.TCP_PASSIVE
    direction: str = "recvonly"
    kind: str = "video"
    payload_types: tuple[str, ...] = ("96", "98", "97")
    ssrc: str | None = None
    """Ten digits; None writes no ``y=`` (to another domain, which makes its own)."""
    channel: str | None = None
    """The channel of playback and download, for ``u=``."""
    channel_stream: int = 0
    start: datetime | None = None
    end: datetime | None = None
    speed: int | None = None
    format: str | None = ""
    """The ``f=`` line; None writes none."""
    stream_number: int | None = None
    """Main stream 0, sub-stream 1 (2022 annex G)."""
    file_size: int | None = None


def build_offer(offer: Offer, profile: Profile = PROFILES[Edition.E2016]) -> bytes:
    """The body of an INVITE or its 200, in the order v, o, s, u, c, t, m, a, y, f.

    Raises ValueError for an SSRC that is not ten digits or for playback without a period.
    """
    if offer.ssrc is not None and not _SSRC.match(offer.ssrc):
        raise ValueError(f"SSRC {offer.ssrc!r}: ten decimal digits are needed")
    start = end = 0
    if offer.purpose in (Purpose.PLAYBACK, Purpose.DOWNLOAD):
        if offer.start is None or offer.end is None or offer.end <= offer.start:
            raise ValueError(f"{offer.purpose}: start before end is needed, not {offer.start} to {offer.end}")
        start, end = int(offer.start.timestamp()), int(offer.end.timestamp())
    family = "IP6" if ":" in offer.address else "IP4"
    tcp = offer.transport is not Transport.UDP
    payload_types = offer.payload_types
    if profile.h265 and offer.kind == "video" and "99" not in payload_types and "98" in payload_types:
        payload_types = (*payload_types, "99")
    lines = [
        "v=0",
        f"o={offer.owner} 0 0 IN {family} {offer.address}",
        f"s={offer.purpose.value}",
    ]
    if offer.channel is not None:
        lines.append(f"u={offer.channel}:{offer.channel_stream}")
    lines += [
        f"c=IN {family} {offer.address}",
        f"t={start} {end}",
        f"m={offer.kind} {offer.port} {'TCP/' if tcp else ''}RTP/AVP {' '.join(payload_types)}",
        f"a={offer.direction}",
    ]
    lines += [f"a=rtpmap:{each} {_ENCODINGS[each]}" for each in payload_types if each in _ENCODINGS]
    if tcp:
        role = "passive" if offer.transport is Transport.TCP_PASSIVE else "active"
        lines += [f"a=setup:{role}", "a=connection:new"]
    if offer.stream_number is not None and profile.precise:
        lines.append(f"a=streamnumber:{offer.stream_number}")
    if offer.speed is not None:
        lines.append(f"a=downloadspeed:{offer.speed}")
    if offer.file_size is not None:
        lines.append(f"a=filesize:{offer.file_size}")
    if offer.ssrc is not None:
        lines.append(f"y={offer.ssrc}")
    if offer.format is not None:
        lines.append(f"f={offer.format}")
    return ("\r\n".join(lines) + "\r\n").encode()


def read_offer(body: bytes) -> Offer | None:
    """An offer or answer; None if it has no media section. Never raises."""
    session = parse_sdp(body)
    if not session.media:
        return None
    media = session.media[0]
    setup = (media.attribute("setup") or session.attribute("setup") or "").lower()
    transport = Transport.UDP
    if media.protocol.startswith("TCP"):
        transport = Transport.TCP_ACTIVE if setup == "active" else Transport.TCP_PASSIVE
    channel, _, stream = (session.value("u") or "").partition(":")
    start, end = _period(session)
    ssrc = (session.value("y") or "").strip()
    owner = (session.value("o") or "").split()
    return Offer(
        owner=owner[0] if owner else "",
        address=media.address or session.address,
        port=media.port,
        purpose=_PURPOSES.get((session.value("s") or "").strip().lower(), Purpose.PLAY),
        transport=transport,
        direction=media.direction,
        kind=media.kind,
        payload_types=media.formats,
        ssrc=ssrc if _SSRC.match(ssrc) else None,
        channel=channel or None,
        channel_stream=_whole(stream) or 0,
        start=start,
        end=end,
        speed=_whole(media.attribute("downloadspeed")),
        format=session.value("f"),
        stream_number=_whole(media.attribute("streamnumber")),
        file_size=_whole(media.attribute("filesize")),
    )


def _period(session: Session) -> tuple[datetime | None, datetime | None]:
    moments = []
    for each in (session.value("t") or "").split()[:2]:
        seconds = _whole(each)
        usable = seconds is not None and 0 < seconds < min(_UNIX_MAX, 253_402_300_800)
        moments.append(datetime.fromtimestamp(seconds or 0, UTC) if usable else None)
    moments += [None, None]
    return moments[0], moments[1]


def _whole(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def subject(sender: str, ssrc: str, receiver: str, receiver_stream: str = "0") -> str:
    """The header ``Subject`` of an INVITE: media sender and its stream, media receiver and its stream."""
    return f"{sender}:{ssrc},{receiver}:{receiver_stream}"
