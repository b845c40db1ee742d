"""The pages."""

from django.apps import AppConfig

from jifang.web import areas


class WebConfig(AppConfig):
    """Server-rendered pages, htmx fragments, a few custom elements."""

    name = "jifang.web"
    label = "web"

    def ready(self) -> None:
        """Let every area register its rights and its entries in the frame."""
        areas.register_all()
