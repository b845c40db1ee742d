"""Puts the actor on every request: compiled once, at the first time somebody asks."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from jifang.identity.access import Actor, actor_for
from jifang.identity.models import Account

NOBODY = Actor(name="")


class PageRequest(HttpRequest):
    """A request as the pages see it: with its actor."""

    actor: Actor


class ActorMiddleware:
    """Sets ``request.actor``; nobody signed in is an actor without any right."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _actor_of(request: HttpRequest) -> Actor:
    user = request.user
    if not isinstance(user, Account):
        return NOBODY
    return actor_for(user, at=timezone.now(), second_factor=bool(request.session.get("second_factor_at")))
