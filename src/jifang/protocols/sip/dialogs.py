"""Dialogs (RFC 3261 §12): one owner per call, and a call is open until its BYE is answered.

`Dialog.dump` and `Dialog.load` carry a call over a restart, so that no device keeps sending to nobody.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from jifang.protocols.sip.build import make_request
from jifang.protocols.sip.headers import Address, Uri, Via, parse_address, parse_uri
from jifang.protocols.sip.message import SipMessage

NOWHERE: Final = Uri("unknown", "invalid")
"""Stands for an address that the other side did not send (RFC 2606: resolves to nothing)."""


class Phase(StrEnum):
    """Where a call stands."""

    EARLY = "early"
    CONFIRMED = "confirmed"
    CLOSING = "closing"
    """BYE is sent and not yet answered: ports and SSRC are still in use."""
    CLOSED = "closed"


@dataclass(slots=True)
class Dialog:
    """One call. Made by `of_answer` (our INVITE) or `of_request` (theirs)."""

    call_id: str
    local: str
    """Our From or To with tag."""
    remote: str
    target: str
    """URI of the other side's Contact."""
    local_cseq: int
    remote_cseq: int
    routes: list[str] = field(default_factory=list)
    phase: Phase = Phase.EARLY
    invite_cseq: int = 0
    """CSeq of the INVITE that is acknowledged."""

    @classmethod
    def of_answer(cls, invite: SipMessage, answer: SipMessage) -> Dialog:
        """The dialog of our INVITE (or SUBSCRIBE) and an answer to it. A missing tag or Contact is borne."""
        contact = parse_address(answer.get("Contact") or "")
        return cls(
            call_id=invite.call_id,
            local=invite.get("From") or "",
            remote=answer.get("To") or invite.get("To") or "",
            target=str(contact.uri) if contact else invite.uri,
            local_cseq=invite.cseq[0],
            remote_cseq=0,
            routes=list(reversed(answer.every("Record-Route"))),
            phase=Phase.CONFIRMED if 200 <= answer.status < 300 else Phase.EARLY,
            invite_cseq=invite.cseq[0],
        )

    @classmethod
    def of_request(cls, invite: SipMessage, answer: SipMessage) -> Dialog:
        """The dialog of their INVITE and our answer."""
        contact = parse_address(invite.get("Contact") or "")
        sender = parse_address(invite.get("From") or "")
        return cls(
            call_id=invite.call_id,
            local=answer.get("To") or "",
            remote=invite.get("From") or "",
            target=str(contact.uri if contact else sender.uri if sender else NOWHERE),
            local_cseq=0,
            remote_cseq=invite.cseq[0],
            routes=invite.every("Record-Route"),
            phase=Phase.CONFIRMED if 200 <= answer.status < 300 else Phase.EARLY,
            invite_cseq=invite.cseq[0],
        )

    @property
    def key(self) -> tuple[str, str]:
        """Call-ID and our tag: what requests within the dialog are matched by."""
        address = parse_address(self.local)
        return self.call_id, address.tag if address else ""

    def owns(self, request: SipMessage) -> bool:
        """True if a request belongs to this dialog; a device that forgets a tag is still believed."""
        if request.call_id != self.call_id:
            return False
        ours, theirs = parse_address(self.local), parse_address(self.remote)
        to, sender = parse_address(request.get("To") or ""), parse_address(request.get("From") or "")
        return (not (ours and to and to.tag and ours.tag) or to.tag == ours.tag) and (
            not (theirs and sender and sender.tag and theirs.tag) or sender.tag == theirs.tag
        )

    def request(
        self,
        method: str,
        *,
        via: Via,
        headers: tuple[tuple[str, str], ...] = (),
        body: bytes = b"",
        content_type: str = "",
    ) -> SipMessage:
        """The next request within the dialog; ACK repeats the number of its INVITE.

        Raises ValueError when the dialog is closed, or after BYE for anything but ACK.
        """
        if self.phase is Phase.CLOSED or (self.phase is Phase.CLOSING and method != "ACK"):
            raise ValueError(f"{method} in a call that is {self.phase}")
        if method == "ACK":
            number = self.invite_cseq
        else:
            self.local_cseq += 1
            number = self.local_cseq
            if method in ("INVITE", "SUBSCRIBE"):
                self.invite_cseq = number
        if method == "BYE":
            self.phase = Phase.CLOSING
        uri = parse_uri(self.target)
        made = make_request(
            method,
            uri if uri is not None else self.target,
            via=via,
            sender=_address(self.local),
            to=_address(self.remote),
            call_id=self.call_id,
            cseq=number,
            headers=(*(("Route", route) for route in self.routes), *headers),
            body=body,
            content_type=content_type,
        )
        made.set("From", self.local)
        made.set("To", self.remote)
        return made

    def accept(self, request: SipMessage) -> int:
        """Status for a request within the dialog: 200, or 500 for a CSeq that was passed (RFC 3261 §12.2.2).

        BYE closes the dialog whatever its number: some devices count anew. A repeated number passes, since
        repetitions are the transactions' business and devices use one number twice. A re-INVITE or UPDATE
        moves the target.
        """
        if self.phase is Phase.CLOSED:
            return 481
        number, _ = request.cseq
        if request.method == "BYE":
            self.phase = Phase.CLOSED
            return 200
        if request.method != "ACK" and number < self.remote_cseq:
            return 500
        self.remote_cseq = max(self.remote_cseq, number)
        if request.method in ("INVITE", "UPDATE", "SUBSCRIBE", "NOTIFY"):
            contact = parse_address(request.get("Contact") or "")
            if contact:
                self.target = str(contact.uri)
        return 200

    def answered(self, response: SipMessage) -> None:
        """An answer to a request of ours within the dialog came."""
        status, method = response.status, response.cseq[1]
        if method == "BYE" and status >= 200 and status not in (401, 407):
            # 481 and every other refusal of BYE end the call as well: the other side knows it no more.
            self.phase = Phase.CLOSED
        elif status in (408, 481) and method != "BYE":
            self.phase = Phase.CLOSED
        elif method == "INVITE" and 200 <= status < 300:
            if self.phase is Phase.EARLY:
                self.phase = Phase.CONFIRMED
            contact = parse_address(response.get("Contact") or "")
            if contact:
                self.target = str(contact.uri)

    def bye_timed_out(self) -> None:
        """Timer F of the BYE fired: nobody will answer any more."""
        self.phase = Phase.CLOSED

    def dump(self) -> dict[str, Any]:
        """Plain values for storage."""
        return asdict(self) | {"phase": self.phase.value}

    @classmethod
    def load(cls, values: dict[str, Any]) -> Dialog:
        """The dialog of `dump`."""
        return cls(**(values | {"phase": Phase(values["phase"])}))


def _address(text: str) -> Address:
    address = parse_address(text)
    if address is None:
        return Address(NOWHERE)
    return address
