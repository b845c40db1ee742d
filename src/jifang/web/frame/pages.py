"""What the frame itself offers."""

from django.utils.translation import gettext_lazy as _

from jifang.identity import roles
from jifang.identity.roles import Role
from jifang.web import navigation

STYLE_RIGHT = "system.style.view"


def register() -> None:
    """The style guide: it shows no data; it is for those who run and extend the installation."""
    roles.register(STYLE_RIGHT, {Role.SYSTEM_ADMINISTRATOR})
    navigation.register(
        navigation.Page(
            "system", "system.style", _("Style guide"), "frame:style", right=STYLE_RIGHT, order=900
        )
    )
