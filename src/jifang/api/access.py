"""The door of every operation: a bearer token, a right, a rate."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from jifang.api.errors import RefusalError
from jifang.identity import security_log
from jifang.identity.access import Actor, actor_for
from jifang.identity.throttle import wait_for
from jifang.identity.tokens import token_for

CALLS_A_MINUTE = getattr(settings, "API_CALLS_A_MINUTE", 600)
REFUSALS_A_MINUTE = 30


class ApiRequest(HttpRequest):
    """A request as operations see it: with the actor of its token."""

    actor: Actor


class Needs(HttpBearer):
    """Let a call through whose token carries ``right`` and whose account holds it.

    401 without a good token, 403 when the token's scope lacks the right, 404 when the account does: a room
    one may not enter does not exist.
    """

    def __init__(self, right: str) -> None:
        super().__init__()
        self.right = right

    def __call__(self, request: HttpRequest) -> Any:
        answer = super().__call__(request)
        if not answer:
            raise RefusalError(
                401,
                "token_missing",
                _("Send the header “Authorization: Bearer jf_…” with a token from /account/tokens/."),
            )
        return answer

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """Set ``request.actor`` from the token."""
        at = timezone.now()
        address = get_adapter(request).get_client_ip(request)
        found = token_for(token, at=at, address=address)
        if found is None:
            self._refuse(token, at, address)
        assert found is not None
        if seconds := wait_for(f"api:token:{found.pk}", limit=CALLS_A_MINUTE, seconds=60, at=at):
            raise too_many(seconds)
        actor = actor_for(found.account, at=at, second_factor=True, scopes=frozenset(found.scopes))
        request.actor = actor  # type: ignore[attr-defined]
        if self.right not in found.scopes:
            raise RefusalError(
                403,
                "scope_missing",
                _("The scope of this token does not contain “%(right)s”. Make a token with this scope.")
                % {"right": self.right},
            )
        if not actor.may(self.right):
            raise Http404
        return actor

    def _refuse(self, token: str, at: Any, address: str) -> None:
        if seconds := wait_for(f"api:refused:{address}", limit=REFUSALS_A_MINUTE, seconds=60, at=at):
            raise too_many(seconds)
        security_log.note(security_log.Kind.TOKEN_REFUSED, at=at, detail=token[:9])
        raise RefusalError(
            401,
            "token_refused",
            _("The token is unknown, ended or revoked. Make a new one under /account/tokens/."),
        )


def too_many(seconds: int) -> RefusalError:
    """The answer to somebody who calls too often."""
    return RefusalError(
        429,
        "too_many",
        _("Too many calls. Wait %(s)d seconds.") % {"s": seconds},
        headers={"Retry-After": str(seconds)},
    )


def needs(right: str) -> dict[str, Any]:
    """Arguments of an operation that needs ``right``: ``@router.get("/sites", **needs(rights.SITE_VIEW),
    ...)``."""
    return {"auth": Needs(right), "openapi_extra": {"x-right": right}}
