"""The log of the door: signing in, failing to, and what is changed about keys."""

from datetime import datetime

from jifang.identity.audit import current_origin
from jifang.identity.models import Account, SecurityEvent

Kind = SecurityEvent.Kind


def note(
    kind: SecurityEvent.Kind,
    *,
    at: datetime,
    account: Account | None = None,
    username: str = "",
    detail: str = "",
) -> None:
    """Write one event; where it came from is taken from the present request."""
    origin = current_origin()
    SecurityEvent.objects.create(
        at=at,
        kind=kind,
        account=account,
        username=(username or (account.username if account else ""))[:150],
        address=origin.address if origin else None,
        agent=origin.agent[:200] if origin else "",
        detail=detail[:200],
    )
