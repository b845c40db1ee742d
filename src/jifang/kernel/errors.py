"""The one error every validator raises: it names the field, the value and the remedy.

Messages are English message ids with named parameters (``%(name)s``), so that pages can show them in the
reader's language: ``error.text(gettext)``. ``gettext_noop`` marks a message for extraction; this floor
knows no framework and translates nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

SHOWN_AT_MOST = 60
"""Characters of a bad value that a message repeats."""


def gettext_noop(message: str) -> str:
    """Mark a message for extraction and return it unchanged."""
    return message


def shown(value: object) -> str:
    """A value as a message may repeat it: one line, at most ``SHOWN_AT_MOST`` characters."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() else "�" for c in text)
    return text if len(text) <= SHOWN_AT_MOST else text[: SHOWN_AT_MOST - 1] + "…"


class BadInputError(ValueError):
    """A value that cannot be taken.

    ``field`` is the name of the field or the path of the value; ``value`` what was given; ``problem`` and
    ``remedy`` are message ids whose parameters are ``params`` (``value`` is always among them).
    """

    def __init__(self, field: str, value: object, problem: str, remedy: str, **params: object) -> None:
        super().__init__(field, value, problem, remedy)
        self.field = field
        self.value = value
        self.problem = problem
        self.remedy = remedy
        self.params: Mapping[str, Any] = {"value": shown(value), **params}

    def text(self, translate: Callable[[str], str] = gettext_noop) -> str:
        """Problem and remedy as one text in the language of ``translate``."""
        return f"{translate(self.problem) % self.params} {translate(self.remedy) % self.params}"

    def __str__(self) -> str:
        return f"{self.field}: {self.text()}"
