"""Values of SIP headers: addresses, Via, parameters, URIs (RFC 3261 §20, §25)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

_URI: Final = re.compile(
    r"(sips?):(?:([^@;?\s<>]{1,256})@)?(\[[0-9A-Fa-f:.]{2,64}\]|[^:;?\s<>@]{1,256})(?::(\d{1,5}))?([;?][^\s<>]*)?\Z",
    re.IGNORECASE,
)
_PARAMETER: Final = re.compile(r";\s*([^=;,\s\"]{1,64})\s*(?:=\s*(\"(?:[^\"\\]|\\.)*\"|[^;,\s\"]*))?")
_VIA: Final = re.compile(
    r"SIP\s*/\s*2\.0\s*/\s*([A-Za-z]{1,8})\s+(\[[0-9A-Fa-f:.]{2,64}\]|[^:;,\s]{1,256})(?:\s*:\s*(\d{1,5}))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Uri:
    """``sip:user@host:port``. ``port`` is None if not written."""

    user: str
    host: str
    port: int | None = None
    scheme: str = "sip"
    parameters: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        text = f"{self.scheme}:{self.user}@{self.host}" if self.user else f"{self.scheme}:{self.host}"
        if self.port is not None:
            text += f":{self.port}"
        return text + "".join(
            f";{name}={value}" if value else f";{name}" for name, value in self.parameters.items()
        )


@dataclass(frozen=True, slots=True)
class Address:
    """Value of From, To, Contact: a URI with a display name and parameters."""

    uri: Uri
    name: str = ""
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """The tag; empty if absent, as some devices leave it."""
        return self.parameters.get("tag", "")

    def __str__(self) -> str:
        name = f'"{self.name}" ' if self.name else ""
        return f"{name}<{self.uri}>" + "".join(
            f";{key}={value}" if value else f";{key}" for key, value in self.parameters.items()
        )


@dataclass(frozen=True, slots=True)
class Via:
    """One Via. ``rport`` is None if not asked for, 0 if asked for without a value."""

    transport: str
    host: str
    port: int | None
    branch: str
    rport: int | None = None
    received: str = ""

    def __str__(self) -> str:
        text = f"SIP/2.0/{self.transport} {self.host}"
        if self.port is not None:
            text += f":{self.port}"
        if self.rport is not None:
            text += f";rport={self.rport}" if self.rport else ";rport"
        if self.received:
            text += f";received={self.received}"
        return text + (f";branch={self.branch}" if self.branch else "")


def parse_parameters(text: str) -> dict[str, str]:
    """``;name=value`` pairs, names in lower case, quotes taken off."""
    return {found[1].lower(): (found[2] or "").strip('"') for found in _PARAMETER.finditer(text[:4096])}


def parse_uri(text: str) -> Uri | None:
    """A SIP URI; None if it is none."""
    found = _URI.match(text.strip())
    if found is None:
        return None
    scheme, user, host, port, rest = found.groups()
    if port is not None and int(port) > 65535:
        return None
    parameters = parse_parameters((rest or "").partition("?")[0])
    return Uri(user or "", host, None if port is None else int(port), scheme.lower(), parameters)


def parse_address(text: str) -> Address | None:
    """``"name" <uri>;parameters`` or ``uri;parameters``; None if there is no SIP URI."""
    text = text.strip()[:4096]
    start = text.find("<")
    if start >= 0:
        end = text.find(">", start)
        if end < 0:
            return None
        uri = parse_uri(text[start + 1 : end])
        name = text[:start].strip().strip('"').replace('"', "")
        rest = text[end + 1 :]
    else:
        # Without brackets the parameters are the header's (RFC 3261 §20.10).
        bare, semicolon, more = text.partition(";")
        uri, name, rest = parse_uri(bare), "", semicolon + more
    return None if uri is None else Address(uri, name, parse_parameters(rest))


def parse_via(text: str) -> Via | None:
    """One Via; None if it is none."""
    found = _VIA.match(text.strip())
    if found is None:
        return None
    parameters = parse_parameters(text[found.end() :])
    rport = None
    if "rport" in parameters:
        value = parameters["rport"]
        rport = int(value) if value.isascii() and value.isdigit() and len(value) <= 5 else 0
    port = None if found[3] is None else int(found[3])
    return Via(
        found[1].upper(), found[2], port, parameters.get("branch", ""), rport, parameters.get("received", "")
    )
