"""What the account pages offer to the frame."""

from django.utils.translation import gettext_lazy as _

from jifang.web import navigation
from jifang.web.account import signals


def register() -> None:
    """The entries under one's own name, and the log of what happens at the door."""
    signals.connect()
    navigation.register_account_page(navigation.AccountPage(_("My account"), "account"))
    navigation.register_account_page(navigation.AccountPage(_("Sessions"), "account_sessions"))
    navigation.register_account_page(navigation.AccountPage(_("API tokens"), "account_tokens"))
    navigation.register_account_page(navigation.AccountPage(_("HTTP API"), "api_reference"))
    navigation.register_help("/account/", "account")
    navigation.register_help("/first-run/", "account")
