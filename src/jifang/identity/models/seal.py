"""The sealed way in for the day on which nobody who may administer can sign in."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jifang.identity.history import tracked


@tracked(exclude=["secret"])
class Seal(models.Model):
    """One sealed envelope of the break-glass account: a secret on paper that opens the account once.

    The row keeps a slow hash of the secret. Opening is recorded here, on the ledger and on every page of
    every administrator until a new envelope is sealed, which also ends what the old one began.
    """

    account = models.ForeignKey("identity.Account", models.PROTECT, related_name="seals")
    number = models.PositiveIntegerField(_("number of the envelope"), unique=True)
    secret = models.CharField(max_length=128, editable=False)
    sealed_at = models.DateTimeField(_("sealed"))
    sealed_by = models.ForeignKey(
        "identity.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("sealed by")
    )
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    opened_from = models.GenericIPAddressField(_("opened from"), null=True, blank=True)
    opened_by = models.CharField(_("who opened it"), max_length=100, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)

    class Meta:
        verbose_name = _("sealed envelope")
        verbose_name_plural = _("sealed envelopes")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(replaced_at__isnull=True), name="seal_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | ~Q(reason="") & ~Q(opened_by=""),
                name="seal_opened_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)
