"""Errors of the ledger: a message id with named parameters, so that every reader gets his own language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jifang.kernel.errors import BadInputError, gettext_noop


class LedgerError(ValueError):
    """What is wrong. ``message`` is a message id, ``params`` its named parameters."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message, params)
        self.message = message
        self.params = params

    def text(self, translate: Callable[[str], str] = gettext_noop) -> str:
        """The message in the language of ``translate``."""
        return translate(self.message) % in_language(self.params, translate)

    def __str__(self) -> str:
        return self.text()


def in_language(params: Mapping[str, object], translate: Callable[[str], str]) -> dict[str, object]:
    """The parameters of a message, with errors among them as texts in the language of ``translate``."""
    return {
        name: value.text(translate) if isinstance(value, LedgerError | BadInputError) else value
        for name, value in params.items()
    }


class ProofError(LedgerError):
    """A proof that does not prove what it claims, or a request for a proof that cannot exist."""


class NoteError(LedgerError):
    """A note or key that cannot be read, or a note that is not signed as it must be."""


class BundleError(LedgerError):
    """A file that is no bundle at all: nothing can be said about it."""
