"""The HTTP API: every area adds its router to the table below.

Operations use the rooms' own ``queries.for_actor`` and ``actions``; they contain no rule of their own.
"""

from importlib import import_module

from ninja import NinjaAPI

from jifang import __doc__ as product
from jifang.api import errors

VERSION = "1.0.0"
#: Modules of ``jifang.api`` with a ``router``, and the address below /api/v1 it is mounted at.
ROUTERS: tuple[tuple[str, str], ...] = (
    ("identity", ""),
    ("registry", "registry"),
)

api = NinjaAPI(
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
