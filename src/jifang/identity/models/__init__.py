"""Tables of the identity room, one file per noun."""

from jifang.identity.models.account import Account
from jifang.identity.models.grant import Grant
from jifang.identity.models.ledger import (
    LedgerCheckpoint,
    LedgerEntry,
    LedgerFrontier,
    LedgerNode,
    LedgerOpening,
    LedgerPlace,
    LedgerWaiting,
)
from jifang.identity.models.place import Organisation, Region
from jifang.identity.models.seal import Seal
from jifang.identity.models.security_event import SecurityEvent
from jifang.identity.models.token import ApiToken

__all__ = [
    "Account",
    "ApiToken",
    "Grant",
    "LedgerCheckpoint",
    "LedgerEntry",
    "LedgerFrontier",
    "LedgerNode",
    "LedgerOpening",
    "LedgerPlace",
    "LedgerWaiting",
    "Organisation",
    "Region",
    "Seal",
    "SecurityEvent",
]
