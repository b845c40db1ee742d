"""The web process: Django behind ASGI, the push streams beside it."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jifang.project.settings")

application = get_asgi_application()
