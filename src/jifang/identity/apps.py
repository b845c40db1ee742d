"""The identity room: who may act where."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jifang.identity import rights


class IdentityConfig(AppConfig):
    """Regions, organisations, accounts, grants and the ledger's storage."""

    name = "jifang.identity"
    label = "identity"
    verbose_name = _("Identity")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare this room's rights."""
        rights.register_all()
