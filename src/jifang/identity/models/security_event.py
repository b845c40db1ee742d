"""What happened at the door: who signed in, who failed, what was changed about the keys."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SecurityEvent(models.Model):
    """One event of authentication; insert-only, kept at least six months (网络安全法 art. 23(3)).

    ``username`` is what was typed, also when no such account exists; ``account`` is set when one does.
    """

    class Kind(models.TextChoices):
        """What happened."""

        SIGNED_IN = "signed_in", _("Signed in")
        FAILED = "failed", _("Sign-in failed")
        THROTTLED = "throttled", _("Sign-in refused: too many attempts")
        SIGNED_OUT = "signed_out", _("Signed out")
        STEPPED_UP = "stepped_up", _("Identity confirmed again")
        PASSWORD_CHANGED = "password_changed", _("Password changed")
        LINK_ISSUED = "link_issued", _("One-time link issued")
        FACTOR_ADDED = "factor_added", _("Second factor added")
        FACTOR_REMOVED = "factor_removed", _("Second factor removed")
        CODES_RENEWED = "codes_renewed", _("Recovery codes renewed")
        SESSION_REVOKED = "session_revoked", _("Session ended")
        TOKEN_REFUSED = "token_refused", _("API token refused")
        SEAL_OPENED = "seal_opened", _("Break-glass envelope opened")
        SEAL_REFUSED = "seal_refused", _("Break-glass secret refused")

    at = models.DateTimeField(_("time"))
    kind = models.CharField(_("event"), max_length=20, choices=Kind)
    account = models.ForeignKey(
        "identity.Account",
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="security_events",
        verbose_name=_("account"),
    )
    username = models.CharField(_("user name"), max_length=150, blank=True)
    address = models.GenericIPAddressField(_("from"), null=True)
    agent = models.CharField(_("browser"), max_length=200, blank=True)
    detail = models.CharField(_("detail"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("security event")
        verbose_name_plural = _("security events")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="security_event_at"),
            models.Index(fields=["account", "-at"], name="security_event_account"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.username}"
