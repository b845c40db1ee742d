"""The web process: Django behind ASGI, the push streams beside it."""

import os

from django.core.asgi import get_asgi_application

from jifang.project import config, logs
from jifang.project.loops import WEB, Loops

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jifang.project.settings")

application = get_asgi_application()

if os.environ.get("JIFANG_PROCESS_NAME") == "web":
    # A worker of `jifang web`, as opposed to a test that imports the application.
    configuration = config.current()
    logs.configure(configuration, "web" if configuration.web.workers == 1 else f"web-{os.getpid()}")
    Loops(WEB).start()
