"""What the map offers the frame."""

from django.utils.translation import gettext_lazy as _

from jifang.registry.rights import STRUCTURE_VIEW
from jifang.web import navigation


def register() -> None:
    """The map is open to whoever may see sites; what he sees on it, his grants say."""
    navigation.register(
        navigation.Page("map", "map.page", _("Map"), "map:page", right=STRUCTURE_VIEW, order=10)
    )
