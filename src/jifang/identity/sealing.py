"""Secrets of people at rest: sealed with the key file, which no dump of the database contains."""

from django.conf import settings


def seal(text: str, *, context: str) -> str:
    """Seal ``text``; ``context`` names where it lives and must be the same when it is opened."""
    sealed: str = settings.SEALING_RING.seal(text.encode(), context=context)
    return sealed


def unseal(sealed: str, *, context: str) -> str:
    """Open what :func:`seal` made. Raises ``SealError`` when the key or the context is another."""
    opened: bytes = settings.SEALING_RING.unseal(sealed, context=context)
    return opened.decode()
