"""The rooms on the left and the pages in them: areas register their pages, the frame shows what is allowed.

A room exists for an actor when he may open at least one of its pages; its link leads to the first of these.
The bell works the same way: an area offers a count, the frame asks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jifang.identity.access import Actor
from jifang.web.access import PUBLIC, SIGNED_IN

Label = str | Promise


@dataclass(frozen=True, slots=True)
class Room:
    """One of the nine rooms of the product; it is shown only when pages were registered in it."""

    key: str
    label: Label
    icon: str


ROOMS: tuple[Room, ...] = (
    Room("duty", _("Duty"), "duty"),
    Room("map", _("Map"), "map"),
    Room("video", _("Video"), "video"),
    Room("compliance", _("Compliance"), "compliance"),
    Room("cases", _("Cases"), "cases"),
    Room("registry", _("Registry"), "registry"),
    Room("assessment", _("Assessment"), "assessment"),
    Room("figures", _("Figures"), "figures"),
    Room("system", _("System"), "system"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """An entry of a room: ``room`` is the key of one of :data:`ROOMS`, ``right`` what opening it needs.

    ``key`` is unique in the product; ``order`` sorts within the room (tens, so that others fit between).
    """

    room: str
    key: str
    label: Label
    url_name: str
    right: str = SIGNED_IN
    order: int = 100
    kwargs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The address; raises ``NoReverseMatch`` when the area forgot its route."""
        return reverse(self.url_name, kwargs=dict(self.kwargs))


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page as the frame draws it."""

    label: Label
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class ShownRoom:
    """A room as the frame draws it."""

    key: str
    label: Label
    icon: str
    url: str
    current: bool
    pages: tuple[ShownPage, ...]


@dataclass(frozen=True, slots=True)
class Bell:
    """What waits for the actor: a count, the sentence for it, and where it is worked off."""

    count: int
    label: Label
    url: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands above every page until dealt with: tone bad or pending, a sentence, and where to go."""

    tone: str
    text: Label
    action: Label
    url_name: str

    @property
    def url(self) -> str:
        """The address."""
        return reverse(self.url_name)


@dataclass(frozen=True, slots=True)
class AccountPage:
    """An entry of the menu under one's own name."""

    label: Label
    url_name: str

    @property
    def url(self) -> str:
        """The address."""
        return reverse(self.url_name)


_pages: dict[str, Page] = {}
_account_pages: dict[str, AccountPage] = {}
_help: dict[str, str] = {}
_notices: dict[str, Callable[[Actor], Notice | None]] = {}
_bells: dict[str, Callable[[Actor], Bell | None]] = {}


def register(page: Page) -> None:
    """Add ``page`` to its room. Registering the same page again is harmless; a second meaning is an error."""
    if page.room not in {room.key for room in ROOMS}:
        msg = f"page {page.key!r} names the room {page.room!r}; the rooms are in navigation.ROOMS"
        raise ValueError(msg)
    if _pages.setdefault(page.key, page) != page:
        msg = f"page {page.key!r} is registered twice"
        raise ValueError(msg)


def register_bell(key: str, provider: Callable[[Actor], Bell | None]) -> None:
    """Let ``provider`` say what waits for an actor (one query at most; None: nothing to do with him)."""
    _bells[key] = provider


def may_open(actor: Actor | None, right: str) -> bool:
    """Whether a page that asks for ``right`` exists for ``actor``."""
    if right == PUBLIC:
        return True
    if not actor or actor.account_id is None:
        return False
    return right == SIGNED_IN or actor.may(right)


def rooms_for(actor: Actor | None, path: str) -> tuple[ShownRoom, ...]:
    """Return the rooms that exist for ``actor``; the longest address that begins ``path`` is current."""
    allowed = [page for page in _pages.values() if may_open(actor, page.right)]
    allowed.sort(key=lambda page: (page.order, page.key))
    addresses = {page.key: page.url for page in allowed}
    around = [key for key, url in addresses.items() if path.startswith(url)]
    here = max(around, key=lambda key: len(addresses[key]), default=None)
    shown = []
    for room in ROOMS:
        pages = tuple(
            ShownPage(page.label, addresses[page.key], page.key == here)
            for page in allowed
            if page.room == room.key
        )
        if pages:
            current = any(page.current for page in pages)
            shown.append(ShownRoom(room.key, room.label, room.icon, pages[0].url, current, pages))
    return tuple(shown)


def bells_for(actor: Actor | None) -> tuple[Bell, ...]:
    """Return what waits for ``actor``, as every area sees it."""
    if not actor or actor.account_id is None:
        return ()
    return tuple(bell for provider in _bells.values() if (bell := provider(actor)) is not None)


def register_notice(key: str, provider: Callable[[Actor], Notice | None]) -> None:
    """Let ``provider`` say what an actor must see above every page (one query at most; None: nothing)."""
    _notices[key] = provider


def notices_for(actor: Actor | None) -> tuple[Notice, ...]:
    """Return what stands above every page of ``actor``."""
    if not actor or actor.account_id is None:
        return ()
    return tuple(notice for provider in _notices.values() if (notice := provider(actor)) is not None)


def register_account_page(page: AccountPage) -> None:
    """Add an entry to the menu under one's own name (password, second factor, sessions)."""
    _account_pages[page.url_name] = page


def account_pages() -> tuple[AccountPage, ...]:
    """Return the entries of the menu under one's own name."""
    return tuple(_account_pages.values())


def register_help(prefix: str, page: str) -> None:
    """Let pages whose address begins with ``prefix`` lead to the page ``page`` of the guide (``duty``)."""
    _help[prefix] = page


def help_for(path: str) -> str:
    """Return the address of the guide's page for the page at ``path``; the guide's first page otherwise."""
    prefix = max((prefix for prefix in _help if path.startswith(prefix)), key=len, default="")
    return f"/help/{_help[prefix]}/" if prefix else "/help/"
