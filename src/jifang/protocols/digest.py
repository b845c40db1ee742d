"""HTTP Digest (RFC 2617, 7616) as SIP and RTSP use it: with and without qop, MD5 and SHA-256."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final, NamedTuple

_PAIR: Final = re.compile(
    r"([A-Za-z][A-Za-z0-9_-]{0,31})\s*=\s*(?:\"((?:[^\"\\]|\\.){0,512})\"|([^\s,\"]{1,512}))"
)
_LONGEST: Final = 4096
ALGORITHMS: Final = ("MD5", "SHA-256")


class Challenge(NamedTuple):
    """A ``WWW-Authenticate`` header. Absent algorithm means MD5, absent qop the form of RFC 2069."""

    scheme: str
    """``digest`` or ``basic`` or another, in lower case."""
    realm: str
    nonce: str
    algorithm: str
    qop: str
    """``auth`` if the server offers it, else empty."""
    opaque: str | None
    stale: bool


class Credentials(NamedTuple):
    """An ``Authorization`` header as sent."""

    username: str
    realm: str
    nonce: str
    uri: str
    response: str
    algorithm: str
    qop: str
    cnonce: str
    nc: str

    @property
    def use(self) -> int | None:
        """The nonce count; None without qop or if it is no hexadecimal number."""
        if not self.qop or not re.fullmatch(r"[0-9A-Fa-f]{1,8}", self.nc):
            return None
        return int(self.nc, 16)


def _pairs(text: str) -> dict[str, str]:
    return {
        found[1].lower(): re.sub(r"\\(.)", r"\1", found[2]) if found[2] is not None else found[3]
        for found in _PAIR.finditer(text[:_LONGEST])
    }


def parse_challenge(header: str) -> Challenge:
    """Read a challenge. Never raises; what is absent is empty."""
    scheme, _, rest = header.strip().partition(" ")
    pairs = _pairs(rest)
    offered = {each.strip().lower() for each in pairs.get("qop", "").split(",")}
    return Challenge(
        scheme.lower(),
        pairs.get("realm", ""),
        pairs.get("nonce", ""),
        pairs.get("algorithm", "MD5").upper(),
        "auth" if "auth" in offered else "",
        pairs.get("opaque"),
        pairs.get("stale", "").lower() == "true",
    )


def parse_credentials(header: str) -> Credentials | None:
    """Read credentials; None if they are not Digest with username, nonce and response."""
    scheme, _, rest = header.strip().partition(" ")
    pairs = _pairs(rest)
    if scheme.lower() != "digest" or not {"username", "nonce", "response"} <= pairs.keys():
        return None
    return Credentials(
        pairs["username"],
        pairs.get("realm", ""),
        pairs["nonce"],
        pairs.get("uri", ""),
        pairs["response"].lower(),
        pairs.get("algorithm", "MD5").upper(),
        pairs.get("qop", "").lower(),
        pairs.get("cnonce", ""),
        pairs.get("nc", ""),
    )


def _hash(algorithm: str, *parts: str) -> str:
    data = ":".join(parts).encode("utf-8", "surrogatepass")
    if algorithm.startswith("SHA-256"):
        return hashlib.sha256(data).hexdigest()
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def response_of(
    *,
    username: str,
    realm: str,
    password: str,
    method: str,
    uri: str,
    nonce: str,
    algorithm: str = "MD5",
    qop: str = "",
    nc: str = "",
    cnonce: str = "",
) -> str:
    """The response value. ``uri`` is the header's own, never rebuilt: makers differ in it."""
    first = _hash(algorithm, username, realm, password)
    second = _hash(algorithm, method, uri)
    if qop:
        return _hash(algorithm, first, nonce, nc, cnonce, qop, second)
    return _hash(algorithm, first, nonce, second)


def matches(credentials: Credentials, method: str, password: str) -> bool:
    """True if the response was made with this password. An unknown algorithm or qop matches nothing."""
    if credentials.algorithm not in ALGORITHMS or credentials.qop not in ("", "auth"):
        return False
    expected = response_of(
        username=credentials.username,
        realm=credentials.realm,
        password=password,
        method=method,
        uri=credentials.uri,
        nonce=credentials.nonce,
        algorithm=credentials.algorithm,
        qop=credentials.qop,
        nc=credentials.nc,
        cnonce=credentials.cnonce,
    )
    return hmac.compare_digest(expected.encode(), credentials.response.encode("utf-8", "replace"))


def authorization(
    challenge: Challenge, *, username: str, password: str, method: str, uri: str, count: int, cnonce: str
) -> str:
    """The ``Authorization`` header for a challenge.

    ``count`` is the number of the request with this nonce, from 1; ``cnonce`` random text. Raises
    ValueError for an algorithm other than MD5 and SHA-256.
    """
    if challenge.algorithm not in ALGORITHMS:
        raise ValueError(f"algorithm {challenge.algorithm!r}: {' and '.join(ALGORITHMS)} are known")
    nc = f"{count:08x}" if challenge.qop else ""
    response = response_of(
        username=username,
        realm=challenge.realm,
        password=password,
        method=method,
        uri=uri,
        nonce=challenge.nonce,
        algorithm=challenge.algorithm,
        qop=challenge.qop,
        nc=nc,
        cnonce=cnonce if challenge.qop else "",
    )
    parts = [
        f"username={_quoted(username)}",
        f"realm={_quoted(challenge.realm)}",
        f"nonce={_quoted(challenge.nonce)}",
        f"uri={_quoted(uri)}",
        f'response="{response}"',
        f"algorithm={challenge.algorithm}",
    ]
    if challenge.opaque is not None:
        parts.append(f"opaque={_quoted(challenge.opaque)}")
    if challenge.qop:
        parts += ["qop=auth", f"nc={nc}", f"cnonce={_quoted(cnonce)}"]
    return "Digest " + ", ".join(parts)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").replace("\n", "") + '"'
