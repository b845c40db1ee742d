"""A grant: role x subtree, with a beginning and, often, an end."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifang.identity.history import tracked
from jifang.identity.roles import Role


@tracked()
class Grant(models.Model):
    """A role held within a region subtree or an organisation subtree; one of the two, never both.

    Nobody grants to himself; the constraint holds in the database (separation of duties, anchors: Guangdong
    2017 art. 27 two officers, administrative penalty law art. 42). A trigger refuses a grant that would let
    one account hold roles that must be apart at the same moment (``roles.INCOMPATIBLE``).
    """

    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="grants")
    role = models.CharField(_("role"), max_length=30, choices=Role)
    region = models.ForeignKey("identity.Region", models.PROTECT, null=True, blank=True)
    organisation = models.ForeignKey("identity.Organisation", models.PROTECT, null=True, blank=True)
    may_export = models.BooleanField(_("may export"), default=False)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    granted_by = models.ForeignKey(
        "identity.Account",
        models.PROTECT,
        null=True,
        related_name="grants_given",
        verbose_name=_("granted by"),
    )
    reason = models.CharField(_("reason"), max_length=200)
    ended_by = models.ForeignKey(
        "identity.Account",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ended by"),
    )
    end_reason = models.CharField(_("reason of the end"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        indexes = [models.Index(fields=["account", "starts_at"], name="grant_account_start")]
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=True) ^ Q(organisation__isnull=True), name="grant_one_subtree"
            ),
            models.CheckConstraint(condition=~Q(granted_by=F("account")), name="grant_not_to_oneself"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="grant_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.region or self.organisation}"
