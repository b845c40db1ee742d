"""The headers of PNG, JPEG and WebP: enough to know type and size, without decoding a stranger's picture."""

import struct
from dataclasses import dataclass

from jifang.kernel.errors import BadInputError, gettext_noop

MAX_BYTES = 8 * 1024 * 1024
MAX_SIDE = 12_000
_JPEG_FRAMES = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})


@dataclass(frozen=True, slots=True)
class Picture:
    """What a header says. Width and height in pixels."""

    media_type: str
    width: int
    height: int


def read_header(content: bytes, field: str = "picture") -> Picture:
    """Read type and size. Raises ``BadInputError`` for anything that is not PNG, JPEG or WebP of a sane size.

    SVG is refused on purpose: it carries scripts.
    """
    if len(content) > MAX_BYTES:
        raise BadInputError(
            field,
            f"{len(content)} B",
            gettext_noop("The picture is larger than 8 MB (%(value)s)."),
            gettext_noop("Save it smaller, for example 3000 pixels wide."),
        )
    try:
        found = _png(content) or _jpeg(content) or _webp(content)
    except (struct.error, IndexError):
        found = None
    if found is None:
        raise BadInputError(
            field,
            content[:8].hex(),
            gettext_noop("The file is not a PNG, JPEG or WebP picture (it begins with %(value)s)."),
            gettext_noop("Export the plan as PNG and upload that."),
        )
    if not (0 < found.width <= MAX_SIDE and 0 < found.height <= MAX_SIDE):
        raise BadInputError(
            field,
            f"{found.width} × {found.height}",
            gettext_noop("The picture has %(value)s pixels; a side may have 1 to 12 000."),
            gettext_noop("Save it smaller, for example 3000 pixels wide."),
        )
    return found


def _png(content: bytes) -> Picture | None:
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", content[16:24])
    return Picture("image/png", width, height)


def _jpeg(content: bytes) -> Picture | None:
    if not content.startswith(b"\xff\xd8"):
        return None
    at = 2
    while at < len(content):
        if content[at] != 0xFF:
            return None
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return Picture("image/jpeg", width, height)
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def _webp(content: bytes) -> Picture | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    kind = content[12:16]
    if kind == b"VP8X":
        width = int.from_bytes(content[24:27], "little") + 1
        height = int.from_bytes(content[27:30], "little") + 1
    elif kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack("<HH", content[26:30]))
    else:
        return None
    return Picture("image/webp", width, height)
