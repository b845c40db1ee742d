"""What a REGISTER is answered with: a function of the request, the secrets, the nonces and the time.

Every REGISTER is authenticated, refreshes and good-byes too: a known Call-ID proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from jifang.protocols.digest import matches, parse_credentials
from jifang.protocols.gb28181.clock import format_time
from jifang.protocols.sip.build import make_response
from jifang.protocols.sip.headers import Uri, parse_address
from jifang.protocols.sip.message import SipMessage
from jifang.protocols.sip.nonces import NonceStore, Use

MIN_EXPIRES: Final = 60
MAX_EXPIRES: Final = 7 * 86_400
DEFAULT_EXPIRES: Final = 3600


class Verdict(StrEnum):
    """Why a REGISTER was answered as it was."""

    REGISTERED = "registered"
    UNREGISTERED = "unregistered"
    CHALLENGED = "challenged"
    STALE = "stale"
    REPLAYED = "replayed"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105
    UNKNOWN_DEVICE = "unknown_device"
    WRONG_REALM = "wrong_realm"
    TO_TAG = "to_tag"
    WILDCARD_CONTACT = "wildcard_contact"
    NO_CONTACT = "no_contact"
    TOO_BRIEF = "too_brief"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to send and what it means."""

    answer: SipMessage
    verdict: Verdict
    device_id: str
    """User of the To header; empty if it cannot be read."""
    contact: Uri | None = None
    """Where the device says it is; behind NAT the source of the request counts."""
    expires: int = 0
    """Seconds granted."""
    version: str | None = None
    """The header ``X-GB-Ver``."""

    @property
    def accepted(self) -> bool:
        """True if the request was authenticated and taken."""
        return self.verdict in (Verdict.REGISTERED, Verdict.UNREGISTERED)


def decide(
    request: SipMessage,
    *,
    realm: str,
    secret: Callable[[str, str], str | None],
    nonces: NonceStore,
    now: float,
    clock: datetime,
    tag: str,
    qop: bool = True,
    version: str | None = None,
    min_expires: int = MIN_EXPIRES,
) -> Decision:
    """Decide a REGISTER.

    ``secret`` gives the password for a device id and a user name (recorders register with a channel's
    name), None if there is none. ``now`` is the nonces' clock in seconds, ``clock`` the UTC time for the
    header Date, by which devices set theirs (GB/T 28181 9.10). ``version`` is our ``X-GB-Ver``.
    """
    to = parse_address(request.get("To") or "")
    device_id = to.uri.user if to else ""
    said = request.get("X-GB-Ver")

    def answer(
        status: int, verdict: Verdict, *more: tuple[str, str], contact: Uri | None = None, expires: int = 0
    ) -> Decision:
        headers = more if version is None else (*more, ("X-GB-Ver", version))
        made = make_response(request, status, tag=tag, headers=headers)
        return Decision(made, verdict, device_id, contact, expires, said)

    def challenge(verdict: Verdict, *, stale: bool = False) -> Decision:
        value = f'Digest realm="{realm}", nonce="{nonces.issue(now)}", algorithm=MD5'
        value += ', qop="auth"' if qop else ""
        value += ", stale=true" if stale else ""
        return answer(401, verdict, ("WWW-Authenticate", value))

    number, method = request.cseq
    if to is None or not device_id or not request.call_id or not number or method != "REGISTER":
        return answer(400, Verdict.MALFORMED)
    if to.tag:
        return answer(481, Verdict.TO_TAG)
    header = request.get("Authorization")
    credentials = parse_credentials(header) if header else None
    if credentials is None:
        return challenge(Verdict.CHALLENGED)
    if credentials.realm != realm:
        return challenge(Verdict.WRONG_REALM)
    password = secret(device_id, credentials.username)
    if password is None:
        return answer(403, Verdict.UNKNOWN_DEVICE)
    if not matches(credentials, "REGISTER", password):
        return answer(403, Verdict.WRONG_PASSWORD)
    if credentials.qop and credentials.use is None:
        return answer(400, Verdict.MALFORMED)
    use = nonces.use(credentials.nonce, credentials.use, now)
    if use is Use.REPLAYED:
        return challenge(Verdict.REPLAYED, stale=True)
    if use is not Use.FRESH:
        return challenge(Verdict.STALE, stale=True)

    contacts = request.every("Contact")
    expires = _seconds(request.get("Expires"))
    if "*" in (each.strip() for each in contacts):
        if len(contacts) > 1 or expires != 0:
            return answer(400, Verdict.WILDCARD_CONTACT)
        return answer(200, Verdict.UNREGISTERED, ("Expires", "0"), ("Date", _date(clock)))
    address = parse_address(contacts[0]) if contacts else None
    own = _seconds(address.parameters.get("expires")) if address else None
    wanted = own if own is not None else expires if expires is not None else DEFAULT_EXPIRES
    if wanted == 0:
        return answer(200, Verdict.UNREGISTERED, ("Expires", "0"), ("Date", _date(clock)))
    if address is None:
        return answer(400, Verdict.NO_CONTACT)
    if wanted < min_expires:
        return answer(423, Verdict.TOO_BRIEF, ("Min-Expires", str(min_expires)))
    granted = min(wanted, MAX_EXPIRES)
    return answer(
        200,
        Verdict.REGISTERED,
        ("Contact", f"<{address.uri}>;expires={granted}"),
        ("Expires", str(granted)),
        ("Date", _date(clock)),
        contact=address.uri,
        expires=granted,
    )


def _seconds(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None


def _date(clock: datetime) -> str:
    return format_time(clock, milliseconds=True)
