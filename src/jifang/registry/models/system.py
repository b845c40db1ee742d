"""A security system of a site: what was built, by whom, since when, and how long its pictures stay."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifang.registry.models.bases import LivedEntry, with_history
from jifang.registry.models.choices import BuiltBy, Grade
from jifang.registry.models.system_kinds import SystemKind


@with_history()
class SecuritySystem(LivedEntry):
    """A system or subsystem (Guangdong art. 40). ``parent`` is the system it is integrated into."""

    site = models.ForeignKey(
        "registry.Site", models.PROTECT, db_index=False, related_name="systems", verbose_name=_("site")
    )
    kind = models.CharField(_("kind"), max_length=24, choices=SystemKind)
    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subsystems",
        verbose_name=_("part of system"),
    )
    built_by = models.CharField(_("built by"), max_length=10, choices=BuiltBy, blank=True)
    public_area = models.BooleanField(_("covers a public area"), null=True, blank=True)
    contractor = models.ForeignKey(
        "identity.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="systems_built",
        verbose_name=_("contractor"),
    )
    maintainer = models.ForeignKey(
        "identity.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="systems_maintained",
        verbose_name=_("maintained by"),
    )
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    project_class = models.PositiveSmallIntegerField(_("project class"), choices=Grade, null=True, blank=True)
    storage_days = models.PositiveSmallIntegerField(_("days of storage (declared)"), null=True, blank=True)
    networked_with_police = models.BooleanField(_("networked with the police"), null=True, blank=True)
    standby_hours = models.FloatField(_("standby supply in hours"), null=True, blank=True)
    remarks = models.TextField(_("remarks"), blank=True)

    class Meta:
        verbose_name = _("security system")
        verbose_name_plural = _("security systems")
        ordering = ["site_id", "id"]
        indexes = [
            models.Index(fields=["site", "id"], name="system_by_site"),
            models.Index(fields=["kind", "site", "id"], name="system_by_kind"),
            models.Index(fields=["contractor", "site", "id"], name="system_by_contractor"),
            models.Index(fields=["maintainer", "site", "id"], name="system_by_maintainer"),
        ]
        constraints = [
            *LivedEntry.Meta.constraints,
            models.UniqueConstraint(fields=["site", "name"], name="system_name_once"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="system_not_its_own_part"
            ),
            models.CheckConstraint(
                condition=Q(standby_hours__isnull=True) | Q(standby_hours__gte=0),
                name="system_standby_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.name
