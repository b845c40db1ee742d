"""API tokens: what the secret looks like, and whose call it is."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from jifang.identity.models import ApiToken

MARK = "jf_"
PREFIX_LENGTH = len(MARK) + 6
LONGEST = timedelta(days=366)
_USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Secret:
    """A fresh secret: the text is shown once and kept nowhere."""

    text: str
    prefix: str
    digest: str


def new_secret() -> Secret:
    """Make a secret of 256 random bits."""
    text = MARK + secrets.token_urlsafe(32)
    return Secret(text, text[:PREFIX_LENGTH], digest_of(text))


def digest_of(text: str) -> str:
    """SHA-256 in hexadecimal: enough for a secret that nobody could guess in the first place."""
    return hashlib.sha256(text.encode()).hexdigest()


def token_for(text: str, *, at: datetime, address: str | None) -> ApiToken | None:
    """Return the token that ``text`` opens at ``at``, its account loaded; None when ended, revoked or
    unknown.

    The last use is written at most once a minute.
    """
    if not text.startswith(MARK):
        return None
    token = (
        ApiToken.objects.select_related("account")
        .filter(digest=digest_of(text), revoked_at__isnull=True, ends_at__gt=at, account__is_active=True)
        .first()
    )
    if token is not None:
        ApiToken.objects.filter(
            Q(last_used_at__isnull=True) | Q(last_used_at__lt=at - _USE_NOTED_EVERY), pk=token.pk
        ).update(last_used_at=at, last_used_from=address)
    return token
