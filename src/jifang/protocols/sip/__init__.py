"""SIP (RFC 3261) as far as GB/T 28181 needs it: UDP and TCP, both roles, no I/O and no clock.

- `parse_message(datagram)`, `StreamFramer().feed(bytes)`, `serialise`: messages
- `parse_address`, `parse_uri`, `parse_via`: values of headers
- `make_request`, `make_response`, `make_ack`, `make_cancel`, `mark_source`, `answer_to`
- `TransactionLayer`: RFC 3261 §17 with timers as `deadline` and `tick`
- `Dialog`: calls, open until their BYE is answered; `dump` and `load` for a restart
- `NonceStore`, `registrar.decide`: every REGISTER authenticated, nothing replayed
"""

from jifang.protocols.sip.build import (
    COOKIE,
    answer_to,
    make_ack,
    make_cancel,
    make_request,
    make_response,
    mark_source,
)
from jifang.protocols.sip.dialogs import Dialog, Phase
from jifang.protocols.sip.headers import Address, Uri, Via, parse_address, parse_uri, parse_via
from jifang.protocols.sip.message import SipError, SipMessage, parse_message, serialise
from jifang.protocols.sip.nonces import NonceStore, Use
from jifang.protocols.sip.registrar import Decision, Verdict, decide
from jifang.protocols.sip.stream import Piece, StreamFramer
from jifang.protocols.sip.transactions import (
    ClientTransaction,
    Deliver,
    Send,
    ServerTransaction,
    State,
    TimedOut,
    TransactionLayer,
)

__all__ = [
    "COOKIE",
    "Address",
    "ClientTransaction",
    "Decision",
    "Deliver",
    "Dialog",
    "NonceStore",
    "Phase",
    "Piece",
    "Send",
    "ServerTransaction",
    "SipError",
    "SipMessage",
    "State",
    "StreamFramer",
    "TimedOut",
    "TransactionLayer",
    "Uri",
    "Use",
    "Verdict",
    "Via",
    "answer_to",
    "decide",
    "make_ack",
    "make_cancel",
    "make_request",
    "make_response",
    "mark_source",
    "parse_address",
    "parse_message",
    "parse_uri",
    "parse_via",
    "serialise",
]
