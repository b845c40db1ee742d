"""Subscriptions (9.11): taken up again before they end and after each registration."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

EXPIRES: Final = 3600
RETRY: Final = 60.0
"""Seconds until a refused or unanswered subscription is tried again."""
_AHEAD: Final = 0.9
_MOST: Final = 5.0
"""Retries stretch to this many times `RETRY`."""


class Topic(StrEnum):
    """What is subscribed to."""

    CATALOG = "Catalog"
    ALARM = "Alarm"
    MOBILE_POSITION = "MobilePosition"
    PTZ_POSITION = "PTZPosition"

    @property
    def event(self) -> str:
        """Value of the header ``Event``."""
        return "Catalog" if self is Topic.CATALOG else "presence"


@dataclass(slots=True)
class Subscription:
    """State of one subscription; times are seconds of one clock."""

    topic: Topic
    wanted: int = EXPIRES
    due: float = 0.0
    """When the next SUBSCRIBE is to be sent."""
    until: float | None = None
    failures: int = 0
    refused: int | None = None
    """Status of the last refusal; 489 and 405 mean the device does not know the event."""

    def active(self, now: float) -> bool:
        """True while the device has promised to notify."""
        return self.until is not None and now < self.until

    def registered(self, now: float) -> None:
        """The device registered: it may have forgotten everything."""
        self.due = now
        self.until = None
        self.failures = 0

    def sent(self, now: float) -> None:
        """A SUBSCRIBE was sent; without an answer the next one follows after `RETRY`."""
        self.due = now + RETRY

    def accepted(self, now: float, expires: int | None) -> None:
        """The device answered 2xx. What it grants counts; 0 ends the subscription."""
        granted = self.wanted if expires is None else max(0, expires)
        self.failures, self.refused = 0, None
        self.until = now + granted
        self.due = now + granted * _AHEAD if granted else now + RETRY * _MOST

    def failed(self, now: float, status: int | None) -> None:
        """Refused with ``status``, or not answered (None)."""
        self.failures += 1
        self.refused = status
        self.due = now + RETRY * min(_MOST, self.failures)

    def terminated(self, now: float) -> None:
        """A NOTIFY said ``Subscription-State: terminated``."""
        self.until = None
        self.due = now + RETRY
