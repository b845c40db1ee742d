"""The HTTP API: every area adds its router to the table below.

Operations use the rooms' own ``queries.for_actor`` and ``actions``; they contain no rule of their own.
"""

from importlib import import_module
from typing import Any

from ninja import NinjaAPI
from ninja.errors import ValidationError, ValidationErrorContext

from jifang import __doc__ as product
from jifang.api import errors

VERSION = "1.0.0"
#: Modules of ``jifang.api`` with a ``router``, and the address below /api/v1 it is mounted at.
ROUTERS: tuple[tuple[str, str], ...] = (
    ("identity", ""),
    ("registry", "registry"),
    ("alarms", ""),
)


class HouseAPI(NinjaAPI):
    """Ninja's API, whose refusals also name the value that was sent."""

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        """Keep the bad values, which ninja leaves out."""
        error = super().validation_error_from_error_contexts(error_contexts)
        inputs = [
            found.get("input", "")
            for context in error_contexts
            for found in context.pydantic_validation_error.errors(include_url=False)
        ]
        for entry, value in zip(error.errors, inputs, strict=True):
            entry["input"] = value
        return error


api = HouseAPI(
    title="Jifang",
    version=VERSION,
    description=(product or "").strip(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
errors.install(api)
for module, prefix in ROUTERS:
    api.add_router(prefix, import_module(f"jifang.api.{module}").router)
