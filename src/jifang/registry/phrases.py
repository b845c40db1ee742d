"""Pass-phrases of contacts: sealed at rest, opened one at a time, compared without showing."""

import hmac

from django.conf import settings

from jifang.kernel.bigrams import normalise
from jifang.registry.models import Contact


def _context(contact: Contact) -> str:
    return f"registry_contact:{contact.pk}:pass_phrase"


def seal(contact: Contact, phrase: str) -> str:
    """Return ``phrase`` sealed for this very row; empty stays empty. The row must have its key already."""
    if not phrase:
        return ""
    sealed: str = settings.SEALING_RING.seal(phrase.encode(), context=_context(contact))
    return sealed


def unseal(contact: Contact) -> str:
    """Return the phrase in clear; raises ``kernel.sealing.SealError`` when it does not open."""
    if not contact.pass_phrase:
        return ""
    opened: bytes = settings.SEALING_RING.unseal(contact.pass_phrase, context=_context(contact))
    return opened.decode()


def matches(contact: Contact, answer: str) -> bool:
    """Whether ``answer`` is the phrase, ignoring width, case and spaces at the ends."""
    wanted = normalise(unseal(contact)).strip()
    return bool(wanted) and hmac.compare_digest(wanted.encode(), normalise(answer).strip().encode())
