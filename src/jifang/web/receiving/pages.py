"""What receiving offers the frame."""

from django.utils.translation import gettext_lazy as _

from jifang.operations.alarms.receiving.rights import ACCOUNT_VIEW, LISTENER_VIEW, REFUSAL_VIEW
from jifang.web import navigation


def register() -> None:
    """Accounts and refusals stand in the duty room; listeners with the system."""
    navigation.register(
        navigation.Page(
            "duty",
            "receiving.accounts",
            _("Alarm accounts"),
            "receiving:accounts",
            right=ACCOUNT_VIEW,
            order=60,
        )
    )
    navigation.register(
        navigation.Page(
            "duty", "receiving.refusals", _("Refusals"), "receiving:refusals", right=REFUSAL_VIEW, order=70
        )
    )
    navigation.register(
        navigation.Page(
            "system",
            "receiving.listeners",
            _("Alarm receiving"),
            "receiving:listeners",
            right=LISTENER_VIEW,
            order=30,
        )
    )
    navigation.register_help("/refusals/", "panels")
    navigation.register_help("/receiving/", "panels")
