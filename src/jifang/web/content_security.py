"""Content Security Policy: what a page of ours may load, which is only what we serve ourselves.

No ``unsafe-inline`` and no ``unsafe-eval``: a script or style smuggled into a page does nothing.
"""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponseBase

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


Answer = HttpResponseBase | Awaitable[HttpResponseBase]


class ContentSecurityMiddleware:
    """Sets the policy on every answer that has none, and keeps the browser from guessing or sharing."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Answer]) -> None:
        self.get_response = get_response
        self.awaits = iscoroutinefunction(get_response)
        if self.awaits:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Answer:
        if self.awaits:
            return self._later(request)
        answer = self.get_response(request)
        assert isinstance(answer, HttpResponseBase)
        return _protected(answer)

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        assert not isinstance(answer, HttpResponseBase)
        return _protected(await answer)


def _protected(answer: HttpResponseBase) -> HttpResponseBase:
    answer.headers.setdefault("Content-Security-Policy", POLICY)
    answer.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(self)")
    answer.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    return answer
