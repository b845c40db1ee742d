"""What every request passes: who asks, whether the installation has an owner, whether the second factor
stands."""

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from jifang.identity import first_run
from jifang.identity.access import Actor, actor_for
from jifang.identity.audit import Origin, requested
from jifang.identity.models import Account
from jifang.identity.sessions import second_factor_passed

NOBODY = Actor(name="")
Answer = Callable[[HttpRequest], HttpResponse]
# Addresses that somebody may use before the second factor stands: to enrol it, to leave, to read how.
OPEN_BEFORE_SECOND_FACTOR = (
    "/account/",
    "/static/",
    "/language/",
    "/theme/",
    "/help/",
    "/healthz",
    "/metrics",
    "/api/",
)
OPEN_BEFORE_FIRST_RUN = ("/first-run/", "/static/", "/language/", "/theme/", "/system/ca.crt")


class PageRequest(HttpRequest):
    """A request as the pages see it: with its actor."""

    actor: Actor


class ActorMiddleware:
    """Sets ``request.actor``, compiled at the first use; nobody signed in is an actor without any right."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor_of(request))  # type: ignore[attr-defined]
        origin = Origin(
            url=request.path[:200],
            address=get_adapter(request).get_client_ip(request),
            agent=request.headers.get("User-Agent", "")[:200],
        )
        with requested(origin):
            return self.get_response(request)


class FirstRunMiddleware:
    """Leads every address to the first-run page while the installation has no account."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(OPEN_BEFORE_FIRST_RUN) and first_run.awaited():
            return HttpResponseRedirect(reverse("first_run"))
        return self.get_response(request)


class SecondFactorMiddleware:
    """Leads who owes a second factor to the page that enrols or asks for it.

    The gate itself is :func:`jifang.identity.access.actor_for`, which leaves such an actor without any reach;
    this only tells people what to do.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN_BEFORE_SECOND_FACTOR) or not request.user.is_authenticated:
            return self.get_response(request)
        if not request.actor.second_factor_missing:  # type: ignore[attr-defined]
            return self.get_response(request)
        enrolled = Authenticator.objects.filter(
            user_id=request.user.pk, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        ).exists()
        name = "mfa_reauthenticate" if enrolled else "account_second_factor"
        where = f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}"
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": where})
        return HttpResponseRedirect(where)


def _actor_of(request: HttpRequest) -> Actor:
    user = request.user
    if not isinstance(user, Account):
        return NOBODY
    return actor_for(user, at=timezone.now(), second_factor=second_factor_passed(request.session, user))
