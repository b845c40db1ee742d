"""What a camera offers (DESCRIBE): its tracks, codecs and parameter sets, from the session description."""

from __future__ import annotations

import base64
import binascii
from typing import Final, NamedTuple

from jifang.protocols.h26x import Codec, ParameterSets
from jifang.protocols.sdp import Media, Session, parse_sdp

_VIDEO: Final = {"H264": "h264", "H265": "h265", "HEVC": "h265"}
_AUDIO: Final = {"PCMA": "g711a", "PCMU": "g711u", "MPEG4-GENERIC": "aac"}
_STATIC: Final = {"0": ("g711u", 8000), "8": ("g711a", 8000)}
_LONGEST: Final = 4096


class Track(NamedTuple):
    """One track. ``codec`` is empty for what is not handled (then `name` says what it is)."""

    kind: str
    """``video``, ``audio``, ``application``."""
    codec: str
    name: str
    payload_type: int
    clock: int
    channels: int
    control: str
    """Absolute URL for SETUP."""
    parameters: tuple[bytes, ...]
    """Parameter sets announced, with their NAL headers; cameras also send them in the stream."""
    config: bytes
    """AudioSpecificConfig of AAC."""

    def parameter_sets(self) -> ParameterSets | None:
        """The announced parameter sets; None for a track that is not H.264 or H.265."""
        return ParameterSets(Codec(self.codec), self.parameters) if self.codec in ("h264", "h265") else None


def read_description(body: bytes, base: str) -> tuple[Track, ...]:
    """The tracks of a description whose base is the URL of DESCRIBE or ``Content-Base``. Never raises."""
    session = parse_sdp(body)
    return tuple(_track(media, session, base) for media in session.media if media.formats)


def control_of(body: bytes, base: str) -> str:
    """The URL for PLAY, PAUSE and TEARDOWN of all tracks."""
    return _join(base, parse_sdp(body).attribute("control") or "*")


def _join(base: str, control: str) -> str:
    """RFC 2326 C.1.1, as cameras mean it: appended to the base, whether it ends in a slash or not."""
    if not control or control == "*":
        return base
    if control.lower().startswith(("rtsp://", "rtsps://")):
        return control
    if control.startswith("/"):
        scheme, _, rest = base.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}{control}"
    path, question, query = base.partition("?")
    # A query belongs to the URL of the stream; most cameras want it before the track.
    return f"{path}{question}{query}" + ("" if (query or path).endswith("/") else "/") + control


def _track(media: Media, session: Session, base: str) -> Track:
    number = media.formats[0]
    name, clock, channels = media.rtpmap(number)
    fmtp = media.fmtp(number)
    known = _VIDEO if media.kind == "video" else _AUDIO if media.kind == "audio" else {}
    codec = known.get(name, "")
    if not name and number in _STATIC and media.kind == "audio":
        codec, clock = _STATIC[number]
    mode = fmtp.get("mode", "").lower()
    if codec == "aac" and mode not in ("aac-hbr", ""):
        codec = ""
    return Track(
        media.kind,
        codec,
        name or number,
        int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1,
        clock or (90_000 if media.kind == "video" else 8000),
        channels,
        _join(_join(base, session.attribute("control") or "*"), media.attribute("control") or "*"),
        _parameters(codec, fmtp),
        _config(fmtp.get("config", "")),
    )


def _parameters(codec: str, fmtp: dict[str, str]) -> tuple[bytes, ...]:
    names = {"h264": ("sprop-parameter-sets",), "h265": ("sprop-vps", "sprop-sps", "sprop-pps")}.get(
        codec, ()
    )
    found = []
    for name in names:
        for each in fmtp.get(name, "")[:_LONGEST].split(","):
            try:
                unit = base64.b64decode(each + "=" * (-len(each) % 4))
            except (binascii.Error, ValueError):
                continue
            if unit:
                found.append(unit)
    return tuple(found)


def _config(text: str) -> bytes:
    try:
        return bytes.fromhex(text[:128])
    except ValueError:
        return b""
