"""What every page's frame needs."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from jifang.identity.access import Actor
from jifang.identity.roles import Role
from jifang.web import navigation
from jifang.web.scope import scope_of

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the actor, the theme and the frame; the frame is made only when a page draws it."""
    actor: Actor | None = getattr(request, "actor", None)
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return {
        "actor": actor,
        "theme": theme if theme in THEMES else "auto",
        "frame": SimpleLazyObject(lambda: _frame(request, actor)),
    }


def _frame(request: HttpRequest, actor: Actor | None) -> dict[str, Any]:
    """Rooms, bells, scope and addresses; an address whose area is not installed is simply absent."""
    known = bool(actor and actor.account_id is not None)
    rooms = navigation.rooms_for(actor, request.path)
    held = sorted(actor.roles) if actor else []
    return {
        "rooms": rooms,
        "bells": navigation.bells_for(actor),
        "notices": navigation.notices_for(actor),
        "scope": scope_of(request),
        "scoped": known and actor is not None and any(reach.region_path for reach in actor.reaches),
        "search_url": _address("search") if known else "",
        "search": request.GET.get("q", "") if request.path == _address("search") else "",
        "help_url": navigation.help_for(request.path),
        "roles": "、".join(str(Role(role).label) for role in held),
        "account_pages": navigation.account_pages(),
    }


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
