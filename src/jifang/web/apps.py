"""The pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Server-rendered pages, htmx fragments, a few custom elements."""

    name = "jifang.web"
    label = "web"
