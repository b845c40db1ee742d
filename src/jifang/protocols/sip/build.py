"""Requests and responses as RFC 3261 wants them. Random parts (branch, tag, Call-ID) are arguments."""

from __future__ import annotations

from typing import Final

from jifang.protocols.sip.headers import Address, Uri, Via, parse_address, parse_via
from jifang.protocols.sip.message import REASONS, SipMessage

COOKIE: Final = "z9hG4bK"
USER_AGENT: Final = "jifang"
MAX_FORWARDS: Final = 70


def make_request(
    method: str,
    uri: Uri | str,
    *,
    via: Via,
    sender: Address,
    to: Address,
    call_id: str,
    cseq: int,
    contact: Uri | None = None,
    headers: tuple[tuple[str, str], ...] = (),
    body: bytes = b"",
    content_type: str = "",
) -> SipMessage:
    """A request. ``headers`` are added as they are; a body needs its ``content_type``."""
    made = [
        ("Via", str(via)),
        ("From", str(sender)),
        ("To", str(to)),
        ("Call-ID", call_id),
        ("CSeq", f"{cseq} {method}"),
        ("Max-Forwards", str(MAX_FORWARDS)),
    ]
    if contact is not None:
        made.append(("Contact", f"<{contact}>"))
    made += headers
    made.append(("User-Agent", USER_AGENT))
    if body:
        made.append(("Content-Type", content_type))
    return SipMessage(method=method, uri=str(uri), headers=made, body=body)


def make_response(
    request: SipMessage,
    status: int,
    *,
    tag: str = "",
    headers: tuple[tuple[str, str], ...] = (),
    body: bytes = b"",
    content_type: str = "",
    phrase: str = "",
) -> SipMessage:
    """A response to a request: Via, From, To, Call-ID and CSeq as they came, a tag on To if it has none."""
    made = [("Via", value) for value in request.every("Via")]
    made += [("Record-Route", value) for value in request.every("Record-Route")]
    made.append(("From", request.get("From") or ""))
    to = request.get("To") or ""
    address = parse_address(to)
    if tag and status > 100 and (address is None or not address.tag):
        to += f";tag={tag}"
    made += [("To", to), ("Call-ID", request.call_id), ("CSeq", request.get("CSeq") or "")]
    made += headers
    made.append(("User-Agent", USER_AGENT))
    if body:
        made.append(("Content-Type", content_type))
    return SipMessage(status=status, phrase=phrase or REASONS.get(status, ""), headers=made, body=body)


def mark_source(request: SipMessage, host: str, port: int) -> None:
    """Write the real source into the top Via (RFC 3261 §18.2.1, RFC 3581), so that the answer finds home."""
    vias = request.every("Via")
    top = parse_via(vias[0]) if vias else None
    if top is None:
        return
    received = host if host != top.host.strip("[]") or top.rport is not None else top.received
    marked = Via(top.transport, top.host, top.port, top.branch, None if top.rport is None else port, received)
    first = next(i for i, (name, _) in enumerate(request.headers) if name.lower() == "via")
    request.headers[first] = ("Via", str(marked))


def answer_to(response: SipMessage) -> tuple[str, int] | None:
    """Host and port that a response over UDP goes to, from its top Via; None if it cannot be read."""
    top = parse_via(response.get("Via") or "")
    if top is None:
        return None
    return (top.received or top.host).strip("[]"), top.rport or top.port or 5060


def make_ack(invite: SipMessage, response: SipMessage) -> SipMessage:
    """ACK of a final response other than 2xx: part of the INVITE's transaction (RFC 3261 §17.1.1.3)."""
    headers = [("Via", invite.get("Via") or ""), ("From", invite.get("From") or "")]
    headers += [("To", response.get("To") or ""), ("Call-ID", invite.call_id)]
    headers += [("CSeq", f"{invite.cseq[0]} ACK"), ("Max-Forwards", str(MAX_FORWARDS))]
    headers += [("Route", value) for value in invite.every("Route")]
    return SipMessage(method="ACK", uri=invite.uri, headers=headers)


def make_cancel(invite: SipMessage) -> SipMessage:
    """CANCEL of an INVITE that got a provisional answer (RFC 3261 §9.1)."""
    headers = [("Via", invite.get("Via") or ""), ("From", invite.get("From") or "")]
    headers += [("To", invite.get("To") or ""), ("Call-ID", invite.call_id)]
    headers += [("CSeq", f"{invite.cseq[0]} CANCEL"), ("Max-Forwards", str(MAX_FORWARDS))]
    headers += [("Route", value) for value in invite.every("Route")]
    return SipMessage(method="CANCEL", uri=invite.uri, headers=headers)
