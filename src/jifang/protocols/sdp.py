"""SDP (RFC 4566), in any order of lines and with lines of other standards (``y=``, ``f=``) kept."""

from __future__ import annotations

from typing import Final, NamedTuple

MAX_LINES: Final = 1_000


class Media(NamedTuple):
    """One ``m=`` section with the lines below it."""

    kind: str
    """``video``, ``audio``, ``application``."""
    port: int
    protocol: str
    """``RTP/AVP``, ``TCP/RTP/AVP``."""
    formats: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]
    """Every line below, letter and value, in order."""

    def attribute(self, name: str) -> str | None:
        """Value of the first ``a=name:value`` (empty for a bare ``a=name``); None if absent."""
        return _attribute(self.lines, name)

    def rtpmap(self, payload_type: str) -> tuple[str, int, int]:
        """Encoding name in upper case, clock rate in Hz (0 unknown), channels, of one payload type."""
        for letter, value in self.lines:
            if letter == "a" and value.startswith("rtpmap:"):
                number, _, mapping = value[7:].strip().partition(" ")
                if number == payload_type:
                    name, _, rest = mapping.strip().partition("/")
                    rate, _, channels = rest.partition("/")
                    return name.upper(), _number(rate), _number(channels) or 1
        return "", 0, 1

    def fmtp(self, payload_type: str) -> dict[str, str]:
        """Parameters of one payload type, names in lower case."""
        for letter, value in self.lines:
            if letter == "a" and value.startswith("fmtp:"):
                number, _, rest = value[5:].strip().partition(" ")
                if number == payload_type:
                    pairs = (each.strip().partition("=") for each in rest.split(";"))
                    return {name.lower(): text for name, _, text in pairs if name}
        return {}

    @property
    def direction(self) -> str:
        """``sendrecv`` (default), ``sendonly``, ``recvonly`` or ``inactive``."""
        for letter, value in self.lines:
            if letter == "a" and value in ("sendonly", "recvonly", "sendrecv", "inactive"):
                return value
        return "sendrecv"

    @property
    def address(self) -> str:
        """Address of the section's own ``c=`` line; empty if it has none."""
        return _address(self.lines)


class Session(NamedTuple):
    """A session description. ``lines`` are those before the first ``m=``."""

    lines: tuple[tuple[str, str], ...]
    media: tuple[Media, ...]

    def value(self, letter: str) -> str | None:
        """Value of the first line of this letter, above or below; None if there is none."""
        for lines in (self.lines, *(media.lines for media in self.media)):
            for each, value in lines:
                if each == letter:
                    return value
        return None

    def attribute(self, name: str) -> str | None:
        """Session-level attribute."""
        return _attribute(self.lines, name)

    @property
    def address(self) -> str:
        """Address of the session's ``c=`` line, else of the first section's; empty if none."""
        return _address(self.lines) or next((media.address for media in self.media if media.address), "")

    def first(self, kind: str) -> Media | None:
        """The first section of this kind."""
        return next((media for media in self.media if media.kind == kind), None)


def parse_sdp(body: bytes | str) -> Session:
    """Read a description, with CR LF, LF or CR between lines. Never raises; nonsense gives an empty one."""
    text = body if isinstance(body, str) else body.decode("utf-8", "replace")
    head: list[tuple[str, str]] = []
    media: list[Media] = []
    current = head
    for line in text.replace("\r", "\n").split("\n")[: 4 * MAX_LINES]:
        letter, equals, value = line.strip("\x00 \t").partition("=")
        if not equals or len(letter) != 1:
            continue
        value = value.strip()
        if letter == "m":
            fields = value.split()
            if len(fields) < 3:
                continue
            current = []
            port = _number(fields[1].partition("/")[0])
            media.append(Media(fields[0].lower(), port, fields[2].upper(), tuple(fields[3:]), ()))
            media[-1] = media[-1]._replace(lines=current)  # type: ignore[arg-type]
        elif len(current) < MAX_LINES:
            current.append((letter, value))
    return Session(tuple(head), tuple(each._replace(lines=tuple(each.lines)) for each in media[:32]))


def _attribute(lines: tuple[tuple[str, str], ...], name: str) -> str | None:
    for letter, value in lines:
        if letter == "a":
            found, _, rest = value.partition(":")
            if found.strip().lower() == name:
                return rest.strip()
    return None


def _address(lines: tuple[tuple[str, str], ...]) -> str:
    for letter, value in lines:
        if letter == "c":
            fields = value.split()
            return fields[-1].partition("/")[0] if fields else ""
    return ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
