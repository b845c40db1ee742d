"""What the registry puts into the frame."""

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from jifang.registry.rights import HISTORY_VIEW
from jifang.web import navigation
from jifang.web.registry.resources import RESOURCES


def register() -> None:
    """Name the lists, in the order in which people need them."""
    for order, resource in enumerate(RESOURCES, start=1):
        navigation.register(
            navigation.Page(
                "registry",
                f"registry.{resource.key}",
                capfirst(resource.label_plural),  # type: ignore[type-var]
                f"registry:{resource.key}-list",
                right=resource.view_right,
                order=order * 10,
            )
        )
    navigation.register(
        navigation.Page(
            "registry", "registry.changes", _("Changes"), "registry:changes", right=HISTORY_VIEW, order=500
        )
    )
    navigation.register_help("/registry/", "registry")
