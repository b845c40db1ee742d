"""Event codes of Contact ID and SIA as data: class, nature, meaning of the number, text in two languages."""

from __future__ import annotations

from typing import Final

from jifang.protocols.event_codes.contact_id import CONTACT_ID
from jifang.protocols.event_codes.own import OWN
from jifang.protocols.event_codes.sia import SIA
from jifang.protocols.event_codes.table import Code

CODES: Final[dict[tuple[str, str], Code]] = {
    (entry.scheme, entry.code): entry for entry in (*CONTACT_ID, *SIA, *OWN)
}
"""Every known code by scheme (``CID``, ``SIA``, ``jifang``) and code."""

__all__ = ["CODES", "CONTACT_ID", "OWN", "SIA"]
