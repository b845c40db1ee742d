"""The registry room: sites, systems, devices, points, products, contacts."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    """What is protected, with what, and who answers for it."""

    name = "jifang.registry"
    label = "registry"
    verbose_name = _("Registry")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the rights of this room; its models exist only now."""
        import_module("jifang.registry.rights").register_all()
