"""The web process: Django behind ASGI, the push streams beside it."""

import importlib
import os
from typing import Any

from django.core.asgi import get_asgi_application

from jifang.project import config, logs
from jifang.project.loops import WEB, Loops

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jifang.project.settings")

_pages = get_asgi_application()
# Its modules read Django's models, which exist only now.
_push = importlib.import_module("jifang.web.push.stream").DutyStream()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Live messages to the push streams, everything else to Django."""
    answer = _push if scope["type"] == "http" and scope["path"].startswith("/push/") else _pages
    await answer(scope, receive, send)


if os.environ.get("JIFANG_PROCESS_NAME") == "web":
    # A worker of `jifang web`, as opposed to a test that imports the application.
    configuration = config.current()
    logs.configure(configuration, "web" if configuration.web.workers == 1 else f"web-{os.getpid()}")
    Loops(WEB).start()
