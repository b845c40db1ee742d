"""The catalog in two phases: a round is collected aside, then compared with what is known.

Nothing is ever deleted here. A channel is marked missing only after a complete round without it, an empty
answer counts only when it comes again, and a round that broke off adds and changes but marks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from jifang.protocols.gb28181.items import CatalogItem
from jifang.protocols.gb28181.messages import CatalogNotify, CatalogResponse
from jifang.protocols.gb28181.paging import IDLE, Outcome, Pages

EMPTY_ROUNDS: Final = 3
"""Empty answers in a row before the channels of a device count as missing."""


class Entry(NamedTuple):
    """One known item, and in how many complete rounds in a row it was missing."""

    item: CatalogItem
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """What a round or notification changes; nothing in here is a deletion."""

    outcome: Outcome
    added: tuple[CatalogItem, ...] = ()
    changed: tuple[CatalogItem, ...] = ()
    returned: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    announced: int | None = None
    brought: int = 0
    ask_again: bool = False
    """True if the round says too little to be believed."""


@dataclass(slots=True)
class Catalog:
    """What one device said about its channels: state for `begin`, `page`, `tick` and `notify`."""

    entries: dict[str, Entry] = field(default_factory=dict)
    empty_rounds: int = 0
    _round: Pages[CatalogItem] | None = None

    @classmethod
    def of(cls, known: Mapping[str, CatalogItem]) -> Catalog:
        """State from rows that were stored."""
        return cls({key: Entry(item) for key, item in known.items()})

    def begin(self, sn: int, now: float, *, idle: float = IDLE) -> None:
        """A query with this number is about to be sent. A round still open is given up unread."""
        self._round = Pages(sn, now, key=_key, idle=idle)

    @property
    def deadline(self) -> float | None:
        """When `tick` must be called; None if no round is open."""
        return None if self._round is None else self._round.deadline

    @property
    def missing(self) -> tuple[str, ...]:
        """Identifiers marked missing."""
        return tuple(key for key, entry in self.entries.items() if entry.missing)

    def page(self, response: CatalogResponse, now: float) -> Change | None:
        """Take one answer; a `Change` when it ends the round, None while it goes on or if it is not ours."""
        if self._round is None or response.sn != self._round.sn:
            return None
        self._round.page(response.sum_num, (each for each in response.items if each.device_id), now)
        return self._finish()

    def tick(self, now: float) -> Change | None:
        """Time has passed; a `Change` when the round ends by it."""
        if self._round is None:
            return None
        self._round.tick(now)
        return self._finish()

    def _finish(self) -> Change | None:
        pages = self._round
        if pages is None or pages.outcome is Outcome.OPEN:
            return None
        self._round = None
        outcome = pages.outcome
        self.empty_rounds = self.empty_rounds + 1 if outcome is Outcome.EMPTY else 0
        added, changed, returned = self._take(pages.items)
        missing: list[str] = []
        if outcome is Outcome.COMPLETE or (outcome is Outcome.EMPTY and self.empty_rounds >= EMPTY_ROUNDS):
            present = {item.device_id for item in pages.items}
            for key, entry in self.entries.items():
                if key not in present:
                    self.entries[key] = Entry(entry.item, entry.missing + 1)
                    if not entry.missing:
                        missing.append(key)
        believed = outcome is Outcome.COMPLETE or (outcome is Outcome.EMPTY and not self.entries)
        return Change(
            outcome,
            tuple(added),
            tuple(changed),
            tuple(returned),
            tuple(missing),
            pages.announced,
            pages.brought,
            ask_again=not believed and not missing,
        )

    def _take(self, items: tuple[CatalogItem, ...]) -> tuple[list[CatalogItem], list[CatalogItem], list[str]]:
        added, changed, returned = [], [], []
        for item in items:
            key = item.device_id
            known = self.entries.get(key)
            if known is None:
                added.append(item)
            else:
                if known.missing:
                    returned.append(key)
                if known.item != item:
                    changed.append(item)
            self.entries[key] = Entry(item)
        return added, changed, returned

    def notify(self, notification: CatalogNotify) -> Change:
        """Take a notification: ADD and UPDATE carry items, the other events a state; DEL marks missing."""
        added: list[CatalogItem] = []
        changed: list[CatalogItem] = []
        returned: list[str] = []
        missing: list[str] = []
        for item in notification.items:
            key, event = item.device_id, item.event
            known = self.entries.get(key)
            if not key:
                continue
            if event == "DEL":
                if known is not None and not known.missing:
                    self.entries[key] = Entry(known.item, 1)
                    missing.append(key)
                continue
            if event in ("ADD", "UPDATE", None):
                plain = replace(item, event=None)
            elif known is None:
                # A state of a channel that was never told: the next round will tell it.
                continue
            else:
                plain = replace(known.item, status="ON" if event == "ON" else "OFF")
            more = self._take((plain,))
            added += more[0]
            changed += more[1]
            returned += more[2]
        return Change(
            Outcome.COMPLETE,
            tuple(added),
            tuple(changed),
            tuple(returned),
            tuple(missing),
            notification.sum_num,
            len(notification.items),
        )


def _key(item: CatalogItem) -> object:
    return item.device_id
