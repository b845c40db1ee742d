"""A key by which a program acts for a person, within named scopes and until a day."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifang.identity.history import tracked


@tracked(exclude=["digest", "last_used_at", "last_used_from"])
class ApiToken(models.Model):
    """An API token. The secret is shown once; the row keeps its SHA-256 and its first letters.

    A token never reaches further than its account's grants, and not even there beyond ``scopes``, the rights
    it names. It always has an end.
    """

    account = models.ForeignKey(
        "identity.Account", models.CASCADE, related_name="api_tokens", verbose_name=_("account")
    )
    name = models.CharField(_("purpose"), max_length=100)
    prefix = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=80), verbose_name=_("scope"))
    created_at = models.DateTimeField(_("created"))
    ends_at = models.DateTimeField(_("until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    last_used_from = models.GenericIPAddressField(_("last used from"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("created_at")), name="token_ends_after_start"),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="token_has_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
