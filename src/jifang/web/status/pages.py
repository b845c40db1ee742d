"""What the status page offers the frame."""

from django.utils.translation import gettext_lazy as _

from jifang.operations.platform.rights import STATUS_VIEW
from jifang.web import navigation


def register() -> None:
    """The first page of the room System."""
    navigation.register(
        navigation.Page("system", "status", _("Status"), "status:page", right=STATUS_VIEW, order=5)
    )
    navigation.register_help("/system/status/", "status")
