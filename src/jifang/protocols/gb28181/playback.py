"""Control of playback and download: RTSP-like bodies of INFO (annex B).

Every device and platform seen writes ``RTSP/1.0``; the text of the standard writes ``MANSRTSP/1.0``. The
first is sent, both are read. Positions are seconds from the start of the period asked for.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

CONTENT_TYPE: Final = "Application/MANSRTSP"
SCALES: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_START: Final = re.compile(r"(PLAY|PAUSE|TEARDOWN)\s+(?:MANS)?RTSP/1\.0\s*\Z", re.IGNORECASE)
_STATUS: Final = re.compile(r"(?:MANS)?RTSP/1\.0\s+(\d{3})", re.IGNORECASE)
_RANGE: Final = re.compile(
    r"npt\s*=\s*(now|\d{1,9}(?:\.\d{1,6})?)\s*-\s*(\d{1,9}(?:\.\d{1,6})?)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackControl:
    """PLAY, PAUSE or TEARDOWN. A PLAY has a position, or a scale, or neither (go on from here).

    ``scale`` is negative for reverse (2022). A change of speed carries no position: devices would jump.
    """

    method: str
    cseq: int
    position: float | None = None
    scale: float | None = None


def build_control(control: PlaybackControl) -> bytes:
    """The body. Raises ValueError for another method, or for a PLAY with both position and scale."""
    if control.method not in ("PLAY", "PAUSE", "TEARDOWN"):
        raise ValueError(f"method {control.method!r}: PLAY, PAUSE or TEARDOWN")
    if control.position is not None and control.scale is not None:
        raise ValueError("PLAY with position and scale: send two, devices obey only one of them")
    lines = [f"{control.method} RTSP/1.0", f"CSeq: {control.cseq}"]
    if control.method == "PAUSE":
        lines.append("PauseTime: now")
    elif control.method == "PLAY":
        if control.scale is not None:
            if not math.isfinite(control.scale) or control.scale == 0:
                raise ValueError(f"scale {control.scale}: any number but 0")
            lines.append(f"Scale: {_plain(control.scale)}")
        elif control.position is None:
            lines.append("Range: npt=now-")
        else:
            lines.append(f"Range: npt={_plain(max(0.0, control.position))}-")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _plain(value: float) -> str:
    text = f"{value:.6f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def read_control(body: bytes) -> PlaybackControl | int | None:
    """A control, the status of an answer's body, or None if it is neither. Never raises."""
    lines = body.decode("utf-8", "replace").replace("\r", "\n").split("\n")
    lines = [line.strip("\x00 \t") for line in lines[:64] if line.strip("\x00 \t")]
    if not lines:
        return None
    status = _STATUS.match(lines[0])
    if status:
        return int(status[1])
    start = _START.match(lines[0])
    if start is None:
        return None
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    cseq = headers.get("cseq", "")
    found = _RANGE.search(headers.get("range", ""))
    position = None
    if found and found[1].lower() != "now":
        position = float(found[1])
    try:
        scale: float | None = float(headers["scale"][:16])
    except (KeyError, ValueError):
        scale = None
    if scale is not None and (not math.isfinite(scale) or scale == 0):
        scale = None
    number = int(cseq) if cseq.isascii() and cseq.isdigit() and len(cseq) < 10 else 0
    return PlaybackControl(method=start[1].upper(), cseq=number, position=position, scale=scale)
