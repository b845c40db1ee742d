"""The door of every page: a view names the right it needs, and a room one may not enter does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]

PUBLIC = "public"
SIGNED_IN = "signed_in"


def requires(right: str) -> Callable[[View], View]:
    """Let the view run only for an actor with ``right`` (or ``PUBLIC`` / ``SIGNED_IN``).

    Nobody signed in is sent to the sign-in page; a signed-in actor without the right gets 404, as if the page
    did not exist. The right is kept on the view so that a test can walk every route.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if right == PUBLIC:
                return view(request, *args, **kwargs)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if right != SIGNED_IN and not request.actor.may(right):  # type: ignore[attr-defined]
                raise Http404
            return view(request, *args, **kwargs)

        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return decorate
