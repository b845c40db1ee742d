"""What every page's frame needs."""

from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the actor for the templates; absent on requests that ended before the middleware."""
    return {"actor": getattr(request, "actor", None)}
