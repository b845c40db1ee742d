"""A site: the place that is protected, with everything the rules will ask about it."""

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from jifang.registry.models.bases import LivedEntry, Positioned, with_history
from jifang.registry.models.choices import (
    Grade,
    GuangdongItem,
    KeyUnitClass,
    Order799Class,
    PrivatePlaceKind,
    ResponsibleBasis,
    ShijiazhuangItem,
)
from jifang.registry.models.fields import InitialsField, PinyinKeyField


@with_history(exclude=("name_key", "name_initials"))
class Site(LivedEntry, Positioned):
    """The protected place of one organisation in one police-station area.

    Classes left empty are *unknown*, never "does not apply": a rule that reads one answers unknown.
    """

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    name_key = PinyinKeyField(source="name")
    name_initials = InitialsField(source="name")
    organisation = models.ForeignKey(
        "identity.Organisation",
        models.PROTECT,
        db_index=False,
        related_name="sites",
        verbose_name=_("organisation"),
    )
    region = models.ForeignKey(
        "identity.Region", models.PROTECT, db_index=False, related_name="sites", verbose_name=_("region")
    )
    alarm_service = models.ForeignKey(
        "identity.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="served_sites",
        verbose_name=_("alarm-service operator"),
    )
    address = models.CharField(_("address"), max_length=300, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")

    order799_class = models.CharField(
        _("class of Order 799"), max_length=8, choices=Order799Class, blank=True
    )
    gd9_item = models.CharField(
        _("item of Guangdong art. 9"), max_length=5, choices=GuangdongItem, blank=True
    )
    sjz6_item = models.CharField(
        _("item of Shijiazhuang art. 6"), max_length=5, choices=ShijiazhuangItem, blank=True
    )
    key_unit_class = models.CharField(
        _("internal-security key unit class"), max_length=5, choices=KeyUnitClass, blank=True
    )
    counter_terror_target = models.BooleanField(_("counter-terror key target"), null=True, blank=True)
    secrecy_neighbour = models.BooleanField(_("near a secret-bearing unit"), null=True, blank=True)
    secrecy_consent_ref = models.CharField(
        _("consent of the secret-bearing unit"), max_length=120, blank=True
    )
    secrecy_consent_on = models.DateField(_("date of consent"), null=True, blank=True)
    responsible_party = models.ForeignKey(
        "identity.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sites_answered_for",
        verbose_name=_("responsible party"),
    )
    responsible_basis = models.CharField(
        _("why responsible"), max_length=12, choices=ResponsibleBasis, blank=True
    )
    risk_level = models.PositiveSmallIntegerField(_("risk level"), choices=Grade, null=True, blank=True)
    remarks = models.TextField(_("remarks"), blank=True)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["name_key", "id"]
        indexes = [
            models.Index(fields=["name_key", "id"], name="site_by_name"),
            models.Index(OpClass(Upper("code"), "text_pattern_ops"), name="site_code_prefix"),
            models.Index(fields=["region", "name_key", "id"], name="site_region_name"),
            models.Index(fields=["organisation", "name_key", "id"], name="site_organisation_name"),
            models.Index(fields=["lon", "lat"], name="site_position"),
            models.Index(fields=["status", "name_key", "id"], name="site_status_name"),
        ]
        constraints = [
            *LivedEntry.Meta.constraints,
            *Positioned.Meta.constraints,
            models.CheckConstraint(condition=~Q(code=""), name="site_has_code"),
            models.CheckConstraint(
                condition=Q(secrecy_consent_on__isnull=True) | ~Q(secrecy_consent_ref=""),
                name="site_consent_has_paper",
                violation_error_message=_("A dated consent names its paper."),
            ),
            models.CheckConstraint(
                condition=Q(responsible_party__isnull=False) | Q(responsible_basis=""),
                name="site_basis_has_party",
                violation_error_message=_("A reason of responsibility needs a responsible party."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@with_history()
class PrivatePlace(models.Model):
    """A place at a site where cameras and microphones are banned (Order 799 art. 8, Guangdong art. 10).

    ``outline`` is a list of [x, y] fractions on the floor plan, at least three, or empty.
    """

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    site = models.ForeignKey(Site, models.CASCADE, related_name="private_places", verbose_name=_("site"))
    kind = models.CharField(_("kind"), max_length=15, choices=PrivatePlaceKind)
    name = models.CharField(_("name"), max_length=120)
    floor_plan = models.ForeignKey(
        "registry.FloorPlan",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="private_places",
        verbose_name=_("floor plan"),
    )
    outline = models.JSONField(_("outline on the plan"), default=list, blank=True)
    last_checked_on = models.DateField(_("last checked on"), null=True, blank=True)

    class Meta:
        verbose_name = _("private place")
        verbose_name_plural = _("private places")
        ordering = ["site_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="privateplace_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
